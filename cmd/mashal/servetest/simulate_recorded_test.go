package servetest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mashal"
	"mashal/annotate"
	"mashal/cmd/mashal/commandtest"
	"mashal/llm"
	"mashal/llm/openai"
)

const wholeRecording = `[
  {"verse": 1, "reference": "Ezekiel 15:1", "deliberation": "A word comes.", "instances": []},
  {"verse":2,"reference":"Ezekiel 15:2","deliberation":"Of vines.","instances" : [ ]},
  {"verse": 3, "reference": "Ezekiel 15:3", "deliberation": "Of pegs.", "instances": []},
  {"verse": 4, "reference": "Ezekiel 15:4", "deliberation": "Of fire.", "instances": []},
  {"verse": 5, "reference": "Ezekiel 15:5", "deliberation": "Of work.", "instances": []},
  {"verse": 6, "reference": "Ezekiel 15:6", "deliberation": "Of trees.", "instances": []}
]`

// recordedIn is a folder with files.
func recordedIn(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// TestSimulateRecorded answers by recorded responses in our form: each verse by
// the latest that holds it sound, others by the rules.
func TestSimulateRecorded(t *testing.T) {
	folder := recordedIn(t, map[string]string{
		"Ezekiel_15_20250101_000000.json":    strings.ReplaceAll(wholeRecording, "Of", "Once of"),
		"Ezekiel_15_20251224_213451.json":    strings.Replace(wholeRecording, `"Of pegs.", `, `"Of pegs."",`, 1),
		"Ezekiel_15_20251225_000000.json":    "I cannot do that.",
		"README.md":                          "Ezekiel 15",
		"Ezekiel_16_20251224_213451.json.gz": "",
	})
	base, _ := commandtest.Simulate(t, "--recorded", folder)
	client, err := openai.New(openai.Config{BaseURL: base + "/v1"})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]map[int]string{
		"Ezekiel 15": {1: "A word comes.", 2: "Of vines.", 3: "Once of pegs.", 8: "Figurative expressions in this verse: 0."},
		"Ezekiel 16": {1: "Figurative expressions in this verse: 0."},
	} {
		ch := chapterText(t, name)
		for _, verses := range [][]int{mashal.Whole(ch.Chapter).Numbers(), {1}, {1, 3}} {
			answer, err := askSimulated(t, client, prompt(annotate.DetectionRequest(ch, verses)))
			if err != nil {
				t.Fatal(err)
			}
			results, report, err := annotate.Decode(ch, verses, []byte(answer))
			if err != nil || len(results) != len(verses) {
				t.Fatalf("%s: %+v, %v", name, report, err)
			}
			for _, r := range results {
				if d := want[r.Verse]; d != "" && r.Deliberation != d {
					t.Errorf("%s:%d: %q, want %q", name, r.Verse, r.Deliberation, d)
				}
			}
		}
	}
}

// TestSimulateRaw replays responses as they are.
func TestSimulateRaw(t *testing.T) {
	broken := strings.Replace(wholeRecording, `"verse": 3`, `"verse": 3"`, 1)
	folder := recordedIn(t, map[string]string{
		"Ezekiel_15_20250101_000000.json": "an earlier one",
		"Ezekiel_15_20251224_213451.json": wholeRecording,
		"1_Samuel_2_20251224_213451.json": broken,
	})
	base, _ := commandtest.Simulate(t, "--raw", "--recorded", folder)
	client, err := openai.New(openai.Config{BaseURL: base + "/v1"})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(wholeRecording, "\n")
	for question, want := range map[string]string{
		"Annotate Ezekiel 15.":                   wholeRecording,
		"Annotate verses 1-8 of Ezekiel 15.":     wholeRecording,
		"Annotate verses 2 and 3 of Ezekiel 15.": "[\n" + lines[2] + "\n" + strings.TrimSuffix(lines[3], ",") + "\n]",
		"Annotate 1 Samuel 2:1":                  broken,
	} {
		if got, err := askSimulated(t, client, question); err != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q", question, got, err, want)
		}
	}
	if _, err := askSimulated(t, client, "Annotate Ezekiel 16."); llm.KindOf(err) != llm.BadRequest {
		t.Errorf("nothing is recorded, got %v", err)
	}
}
