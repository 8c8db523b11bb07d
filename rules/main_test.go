package rules_test

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"mashal"
	"mashal/corpus"
	"mashal/reference"
	"mashal/rules"
)

var update = flag.Bool("update", false, "rewrite golden files and the measured precision of the rules")

// text returns the corpus, which is opened once.
var text = sync.OnceValue(func() *corpus.Corpus {
	c, err := corpus.Open()
	if err != nil {
		panic(err)
	}
	return c
})

// defaults returns the embedded rules.
func defaults(t testing.TB) *rules.Set {
	t.Helper()
	set, err := rules.Default()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// annotate returns the figures of each verse of a chapter.
func annotate(t testing.TB, a *rules.Annotator, ch mashal.Chapter) map[int][]mashal.Figure {
	t.Helper()
	chapter, err := text().Chapter(ch)
	if err != nil {
		t.Fatal(err)
	}
	figures := map[int][]mashal.Figure{}
	err = a.Annotate(context.Background(), chapter, mashal.Whole(ch).Numbers(), func(r mashal.Result) error {
		figures[r.Verse] = r.Figures
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return figures
}

// wholeBible returns the figures of every verse. It annotates once for all tests.
var wholeBible = sync.OnceValue(func() map[mashal.Ref][]mashal.Figure {
	set, err := rules.Default()
	if err != nil {
		panic(err)
	}
	a := set.Annotator(text().Version())
	figures := map[mashal.Ref][]mashal.Figure{}
	for ch := range text().Chapters() {
		err := a.Annotate(context.Background(), ch, mashal.Whole(ch.Chapter).Numbers(), func(r mashal.Result) error {
			figures[mashal.Ref{Chapter: ch.Chapter, Verse: r.Verse}] = r.Figures
			return nil
		})
		if err != nil {
			panic(err)
		}
	}
	return figures
})

// shared opens a file of the folder beside the project. It skips the test if the
// file is absent, or fails it if MASHAL_NO_SKIP is set.
func shared(t testing.TB, name string) *os.File {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "shared", name))
	if os.IsNotExist(err) {
		if os.Getenv("MASHAL_NO_SKIP") != "" {
			t.Fatalf("%s is absent, and MASHAL_NO_SKIP is set", name)
		}
		t.Skipf("%s is absent", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// silver reads the silver annotation of a book: an annotation by a model that
// people did not correct. If a verse was recorded more than once, the last
// recording counts.
func silver(t testing.TB, name string) map[mashal.Ref][]mashal.Figure {
	t.Helper()
	figures := map[mashal.Ref][]mashal.Figure{}
	run := map[mashal.Ref]string{}
	lines := bufio.NewScanner(shared(t, "silver/"+name+".jsonl"))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var line struct {
			Book           string
			Chapter, Verse int
			Run            string
			Instances      []struct {
				Types []mashal.Type
				Words []int
			}
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		book, err := reference.ParseBook(line.Book)
		if err != nil {
			t.Fatal(err)
		}
		ref := mashal.Ref{Chapter: mashal.Chapter{Book: book, Number: line.Chapter}, Verse: line.Verse}
		if line.Run < run[ref] {
			continue
		}
		run[ref] = line.Run
		figures[ref] = nil
		for _, instance := range line.Instances {
			var ranges []mashal.WordRange
			for _, w := range instance.Words {
				ranges = append(ranges, mashal.WordRange{First: w + 1, Last: w + 1})
			}
			figures[ref] = append(figures[ref], mashal.Figure{Types: instance.Types, Span: mashal.ExactSpan(ranges...)})
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return figures
}

// humanNotes reads the verses and types that the human reference has notes on.
func humanNotes(t testing.TB) map[mashal.Ref]map[mashal.Type]bool {
	t.Helper()
	noted := map[mashal.Ref]map[mashal.Type]bool{}
	lines := bufio.NewScanner(shared(t, "reference/unfoldingword.tsv"))
	lines.Scan() // the header row
	for lines.Scan() {
		columns := strings.Split(lines.Text(), "\t")
		selection, err := reference.ParseSelection([]string{columns[0] + " " + columns[1] + ":" + columns[2]})
		if err != nil {
			t.Fatal(err)
		}
		ref := mashal.Ref{Chapter: selection[0].Chapter, Verse: selection[0].First}
		if noted[ref] == nil {
			noted[ref] = map[mashal.Type]bool{}
		}
		noted[ref][mashal.Type(columns[4])] = true
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return noted
}

// ruleFiles returns the concatenated rule files of this folder, but for those named.
func ruleFiles(t testing.TB, without ...string) []byte {
	t.Helper()
	names, err := filepath.Glob("*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatal("no rule files here", err)
	}
	var joined []byte
	for _, name := range names {
		if slices.Contains(without, name) {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		joined = append(append(joined, "---\n"...), data...)
	}
	return joined
}
