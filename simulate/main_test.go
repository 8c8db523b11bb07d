package simulate

import (
	"flag"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"mashal"
	"mashal/corpus"
	"mashal/llm"
	"mashal/llm/llmsim"
	"mashal/reference"
	"mashal/rules"
)

var update = flag.Bool("update", false, "write testdata/faults.golden instead of comparing it")

// text returns the text of the Hebrew Bible.
var text = sync.OnceValues(corpus.Open)

// chapterText returns the text of a chapter.
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

// allVerses returns the numbers of all verses of a chapter.
func allVerses(ch *mashal.ChapterText) []int { return mashal.Whole(ch.Chapter).Numbers() }

// prompt returns the prompt of a request as a simulated server gets it.
func prompt(r llm.Request) string { return r.Shared + "\n\n" + r.Prompt }

// asked returns a request as a simulated server gets it.
func asked(r llm.Request) llmsim.Request { return llmsim.Request{System: r.System, Prompt: prompt(r)} }

// found returns the results of the rules for a chapter.
func found(t *testing.T, ch *mashal.ChapterText) []mashal.Result {
	t.Helper()
	set, err := rules.Default()
	if err != nil {
		t.Fatal(err)
	}
	var all []mashal.Result
	if err := set.Annotator("").Annotate(t.Context(), ch, mashal.Whole(ch.Chapter).Numbers(), func(r mashal.Result) error {
		all = append(all, r)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// recordedFolder returns the folder of recorded answers beside the repository. It
// skips the test if there is none.
func recordedFolder(t testing.TB) string {
	t.Helper()
	folder := filepath.Join("..", "..", "shared", "recorded")
	if _, err := os.Stat(folder); err != nil {
		if os.Getenv("MASHAL_NO_SKIP") != "" {
			t.Fatal(err)
		}
		t.Skipf("recorded responses are absent: %v", err)
	}
	return folder
}
