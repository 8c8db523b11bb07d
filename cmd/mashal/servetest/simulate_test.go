package servetest

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"mashal"
	"mashal/annotate"
	"mashal/cmd/mashal/commandtest"
	"mashal/corpus"
	"mashal/llm"
	"mashal/llm/anthropic"
	"mashal/llm/llmsim"
	"mashal/reference"
	"mashal/salvage"
)

func askSimulated(t *testing.T, p llm.Provider, prompt string) (string, error) {
	t.Helper()
	var text strings.Builder
	_, err := p.Stream(t.Context(), llm.Request{Model: "m", Prompt: prompt}, func(delta []byte) error {
		text.Write(delta)
		return nil
	})
	return text.String(), err
}

// text is the text that the simulator knows.
var text = sync.OnceValues(corpus.Open)

func chapterText(t *testing.T, name string) *mashal.ChapterText {
	t.Helper()
	c, err := text()
	if err != nil {
		t.Fatal(err)
	}
	selection, err := reference.ParseSelection([]string{name})
	if err != nil {
		t.Fatal(err)
	}
	ch, err := c.Chapter(selection[0].Chapter)
	if err != nil {
		t.Fatal(err)
	}
	return ch
}

// prompt is a request as the vendors' servers see it.
func prompt(r llm.Request) string { return r.Shared + "\n\n" + r.Prompt }

// TestSimulateRules asks for verses as annotate does, and reads the log.
func TestSimulateRules(t *testing.T) {
	log := filepath.Join(t.TempDir(), "served.jsonl")
	base, stop := commandtest.Simulate(t, "--scale", "100000", "--first-token", "1m", "--tokens-per-second", "62", "--tokens-per-event", "50", "--log", log)
	client, err := anthropic.New(anthropic.Config{Key: "simulated", BaseURL: base})
	if err != nil {
		t.Fatal(err)
	}
	ch := chapterText(t, "Ezekiel 1")
	all := mashal.Whole(ch.Chapter).Numbers()
	asked := map[string][]int{"Annotate Ezekiel 1:4-5.": {4, 5}, "Annotate Ezekiel 1": all}
	for _, verses := range [][]int{all, {3}, {3, 4, 5, 7, 26, 27, 28}} {
		asked[prompt(annotate.DetectionRequest(ch, verses))] = verses
	}
	for question, want := range asked {
		answer, err := askSimulated(t, client, question)
		if err != nil {
			t.Fatal(err)
		}
		results, report, err := annotate.Decode(ch, want, []byte(answer))
		if err != nil || report.Count(salvage.Recovered) != len(want) || report.Extra > int64(len(`{"verses":}`)) || len(report.Unrequested) > 0 {
			t.Errorf("%.50q: %+v, %v: %s", question, report, err, answer)
		}
		figures := 0
		for _, r := range results {
			figures += len(r.Figures)
		}
		if len(want) > 5 && figures == 0 {
			t.Errorf("%.50q: no figures", question)
		}
	}
	for question, words := range map[string]string{"Say something.": "does not end in", "Annotate verses 3-99 of Ezekiel 1.": "3-99 is not an ascending list"} {
		if _, err := askSimulated(t, client, question); llm.KindOf(err) != llm.BadRequest || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: got %v", question, err)
		}
	}
	stop()
	file, err := os.Open(log)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := llmsim.ReadLog(file)
	if err := file.Close(); err != nil {
		t.Error(err)
	}
	tally := llmsim.Count(entries)
	if err != nil || tally.Requests != len(asked)+2 || tally.Finished != len(asked) || tally.Again != 0 || tally.Output == 0 {
		t.Errorf("logged %+v, %v", tally, err)
	}
	for _, e := range entries {
		if e.Finished && (e.Seconds < 60 || !slices.Equal(e.Verses, asked[e.Prompt])) {
			t.Errorf("%.50q took %g s and gave the verses %v", e.Prompt, e.Seconds, e.Verses)
		}
	}
}

func TestSimulateRefuses(t *testing.T) {
	for args, want := range map[string]string{
		"--listen 0.0.0.0:0":       "--allow-remote",
		"--listen :8089":           "--allow-remote",
		"--listen example.com:80":  "--allow-remote",
		"--listen 127.0.0.1":       "is not an address with a port",
		"--fault cuts=0.2":         `unknown fault "cuts"`,
		"--scale 0":                "--scale 0 is not",
		"--scale NaN":              "--scale NaN is not",
		"--jitter 2":               "jitter",
		"--requests-per-minute -1": "limit",
		"--recorded ../scripttest": "no recorded answers",
		"--raw":                    "--recorded FOLDER",
		"extra":                    "takes no arguments",
	} {
		var stdout, stderr bytes.Buffer
		code := commandtest.Program{Stdout: &stdout, Stderr: &stderr}.Run(t.Context(), append([]string{"simulate", "--listen", "127.0.0.1:0"}, strings.Fields(args)...)...)
		if code != 2 || !strings.Contains(stderr.String(), want) || stdout.Len() > 0 {
			t.Errorf("%s: exit code %d: %s", args, code, &stderr)
		}
	}
}
