package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mashal/llm"
	"mashal/llm/anthropic"
	"mashal/llm/llmsim"
	"mashal/llm/openai"
)

// simulated runs `mashal simulate` on a free port and gives its address and
// what stops it.
func simulated(t *testing.T, args ...string) (base string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	var stderr bytes.Buffer
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, append([]string{"simulate", "--listen", "127.0.0.1:0"}, args...), strings.NewReader(""), in, &stderr, os.Getenv)
		_ = in.Close()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("%v: %s", err, &stderr)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	_, base, _ = strings.Cut(line, " on ")
	base, _, _ = strings.Cut(base, " ")
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if c := <-code; c != 0 {
			t.Errorf("stopped with exit code %d: %s", c, &stderr)
		}
	}
	t.Cleanup(stop)
	return base, stop
}

func askSimulated(t *testing.T, p llm.Provider, prompt string) (string, error) {
	t.Helper()
	var text strings.Builder
	_, err := p.Stream(t.Context(), llm.Request{Model: "m", Prompt: prompt}, func(delta []byte) error {
		text.Write(delta)
		return nil
	})
	return text.String(), err
}

// TestSimulateRules asks for verses in all the forms, and reads the log.
func TestSimulateRules(t *testing.T) {
	log := filepath.Join(t.TempDir(), "served.jsonl")
	base, stop := simulated(t, "--scale", "100000", "--first-token", "1m", "--tokens-per-second", "62", "--tokens-per-event", "50", "--log", log)
	client, err := anthropic.New(anthropic.Config{Key: "simulated", BaseURL: base})
	if err != nil {
		t.Fatal(err)
	}
	all := make([]int, 28)
	for i := range all {
		all[i] = i + 1
	}
	wanted := map[string][]int{
		"Annotate verses 3-5, 7 and 26-28 of Ezekiel 1.":                 {3, 4, 5, 7, 26, 27, 28},
		"Annotate verse 3 of Ezekiel 1.":                                 {3},
		"Read Genesis 3 as well; annotate Ezekiel 1:4-5":                 {4, 5},
		"Ezekiel 1\n\nv1 1 וַיְהִי\n\nAnnotate the chapter, Ezekiel 1.":  all,
		"Song of Songs 1 and 1 Samuel 2:1 are not meant, but Ezekiel 1.": all,
	}
	for prompt, want := range wanted {
		text, err := askSimulated(t, client, prompt)
		if err != nil {
			t.Fatal(err)
		}
		var verses []recordedVerseRead
		if err := json.Unmarshal([]byte(text), &verses); err != nil {
			t.Fatalf("%s: %v: %s", prompt, err, text)
		}
		var got []int
		figures := 0
		for _, v := range verses {
			got = append(got, v.Verse)
			figures += len(v.Instances)
			for _, f := range v.Instances {
				if f.Figurative != "yes" || f.Simile != "yes" && f.Simile != "no" || f.Hebrew == "" {
					t.Errorf("%s: verse %d has the figure %+v", prompt, v.Verse, f)
				}
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got verses %v, want %v", prompt, got, want)
		}
		if len(want) > 5 && figures == 0 {
			t.Errorf("%s: no figures", prompt)
		}
	}
	for prompt, words := range map[string]string{"Say something.": "names no chapter", "Annotate verses 3-99 of Ezekiel 1.": "has no verse 99"} {
		if _, err := askSimulated(t, client, prompt); llm.KindOf(err) != llm.BadRequest || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: got %v", prompt, err)
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
	if err != nil || tally.Requests != len(wanted)+2 || tally.Finished != len(wanted) || tally.Again != 0 || tally.Output == 0 {
		t.Errorf("logged %+v, %v", tally, err)
	}
	for _, e := range entries {
		if e.Finished && e.Seconds < 60 {
			t.Errorf("%q took %g s", e.Prompt, e.Seconds)
		}
	}
}

// What recordedVerse and recordedFigure look like from outside.
type recordedVerseRead struct {
	Verse     int
	Instances []struct {
		Figurative string `json:"figurative_language"`
		Simile     string
		Hebrew     string `json:"hebrew_text"`
	}
}

// TestSimulateRecorded replays responses as they are.
func TestSimulateRecorded(t *testing.T) {
	folder := t.TempDir()
	const whole = "[\n  {\"verse\": 1, \"instances\": []},\n  {\"verse\":2,\"instances\" : [ ]},\n  {\"verse\": 3}\n]"
	broken := strings.Replace(whole, `"verse": 3`, `"verse": 3"`, 1)
	for name, text := range map[string]string{
		"Ezekiel_15_20250101_000000.json":    "an earlier one",
		"Ezekiel_15_20251224_213451.json":    whole,
		"1_Samuel_2_20251224_213451.json":    broken,
		"README.md":                          "Ezekiel 15",
		"Ezekiel_15_20251224_213451.json.gz": "",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	base, _ := simulated(t, "--recorded", folder)
	client, err := openai.New(openai.Config{BaseURL: base + "/v1"})
	if err != nil {
		t.Fatal(err)
	}
	for prompt, want := range map[string]string{
		"Ezekiel 15":                             whole,
		"Annotate verses 1-8 of Ezekiel 15.":     whole,
		"Annotate verses 2 and 3 of Ezekiel 15.": "[\n  {\"verse\":2,\"instances\" : [ ]},\n  {\"verse\": 3}\n]",
		"1 Samuel 2:1":                           broken,
	} {
		if got, err := askSimulated(t, client, prompt); err != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q", prompt, got, err, want)
		}
	}
	if _, err := askSimulated(t, client, "Ezekiel 16"); llm.KindOf(err) != llm.BadRequest {
		t.Errorf("nothing is recorded, got %v", err)
	}
}

func TestSimulateRefuses(t *testing.T) {
	for args, want := range map[string]string{
		"--listen 0.0.0.0:0":         "--allow-remote",
		"--listen :8089":             "--allow-remote",
		"--listen example.com:80":    "--allow-remote",
		"--listen 127.0.0.1":         "is not an address with a port",
		"--fault cuts=0.2":           `there is no fault "cuts"`,
		"--scale 0":                  "--scale 0 is not",
		"--scale NaN":                "--scale NaN is not",
		"--jitter 2":                 "jitter",
		"--requests-per-minute -1":   "limit",
		"--recorded testdata/script": "no recorded responses",
		"extra":                      "takes no arguments",
	} {
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), append([]string{"simulate", "--listen", "127.0.0.1:0"}, strings.Fields(args)...), strings.NewReader(""), &stdout, &stderr, os.Getenv)
		if code != 2 || !strings.Contains(stderr.String(), want) || stdout.Len() > 0 {
			t.Errorf("%s: exit code %d: %s", args, code, &stderr)
		}
	}
}
