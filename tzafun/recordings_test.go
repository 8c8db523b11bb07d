package tzafun_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mashal"
	"mashal/corpus"
	"mashal/reference"
	"mashal/tzafun"
)

const ezekiel15 = `[
  {"verse": 1, "reference": "Ezekiel 15:1", "deliberation": "A word comes.", "instances": []},
  {"verse": 2, "reference": "Ezekiel 15:2", "deliberation": "Of vines.", "instances": []},
  {"verse": 3, "reference": "Ezekiel 15:3", "deliberation": "Of pegs.", "instances": []},
  {"verse": 4, "reference": "Ezekiel 15:4", "deliberation": "Of fire.", "instances": []},
  {"verse": 5, "reference": "Ezekiel 15:5", "deliberation": "Of work.", "instances": []},
  {"verse": 6, "reference": "Ezekiel 15:6", "deliberation": "Of trees.", "instances": []},
  {"verse": 7, "reference": "Ezekiel 15:7", "deliberation": "Of faces.", "instances": []},
  {"verse": 8, "reference": "Ezekiel 15:8", "deliberation": "Of the land.", "instances": []}
]`

// TestRecordings opens a folder with two answers for one chapter. The latest sound
// object of each verse counts; the later answer has none for verses 2 and 3.
func TestRecordings(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"Ezekiel_15_20250101_000000.json": strings.ReplaceAll(ezekiel15, "A word", "Once a word"),
		"Ezekiel_15_20251224_213451.json": strings.Replace(ezekiel15, `"Of vines.", `, `"Of vines."",`, 1)[:240],
		"README.md":                       "Ezekiel 15",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text, err := corpus.Open()
	if err != nil {
		t.Fatal(err)
	}
	all, err := tzafun.Open(folder, text)
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	selection, err := reference.ParseSelection([]string{"Ezekiel 15"})
	if err != nil {
		t.Fatal(err)
	}
	chapter := selection[0].Chapter
	results, err := all[chapter].Results()
	if err != nil || len(results) != 8 || results[1].Deliberation != "A word comes." || results[2].Deliberation != "Of vines." || results[3].Deliberation != "Of pegs." {
		t.Errorf("results: %+v, %v", results, err)
	}
	answers, err := all[chapter].Answers("openai:m")
	if err != nil || len(answers) != 2 || len(answers[0].Answer) != 240 || answers[0].Model != "openai:m" || len(answers[0].Verses) != 8 {
		t.Errorf("answers: %d, %v", len(answers), err)
	}
	importer, err := tzafun.NewImporter("openai:m", text, all)
	if err != nil || importer.Identity().Kind != mashal.ByModel || importer.Selection().String() != "Ezekiel 15" {
		t.Errorf("importer: %+v, %v", importer, err)
	}
	if _, err := all.Replay(mashal.Chapter{Book: 1, Number: 1}, nil); err == nil {
		t.Error("an answer for Genesis 1 is replayed")
	}
	if answer, err := all.Replay(chapter, []int{1}); err != nil || len(answer) != 240 {
		t.Errorf("a broken answer is replayed as %q, %v", answer, err)
	}
}

// TestDecoder checks that answers of earlier builds are decoded too.
func TestDecoder(t *testing.T) {
	for form, known := range map[string]bool{tzafun.Form: true, "predecessor": true, "": false} {
		if (tzafun.Decoder(form) != nil) != known {
			t.Errorf("form %q", form)
		}
	}
}

// TestOpenRefuses opens folders without recordings.
func TestOpenRefuses(t *testing.T) {
	folder := t.TempDir()
	if _, err := tzafun.Open(folder, nil); mashal.CodeOf(err) != mashal.Usage {
		t.Errorf("an empty folder: %v", err)
	}
	archive := filepath.Join(folder, "answers.zip")
	if err := os.WriteFile(archive, []byte("PK"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{archive, filepath.Join(folder, "none")} {
		_, err := tzafun.Open(name, nil)
		var e *mashal.Error
		if !errors.As(err, &e) || e.Code != mashal.Usage || !strings.Contains(e.Hint, "unpack") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "Nothing_15_20250101_000000.json"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := tzafun.Open(folder, nil); err == nil {
		t.Error("a file of no book is accepted")
	}
}
