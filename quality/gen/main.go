// Gen measures the annotators that need no model on the references beside the checkout, and
// makes the table of package quality and docs/quality.md from it. The same program and
// references give the same table; its date changes only with its measures.
//
//	go run ./quality/gen            compare the table with the existing one
//	go run ./quality/gen -update    write it
//
// It exits with 1 if it fails or the table differs, and with 3 if the references are absent.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"mashal"
	"mashal/concordance/index"
	"mashal/corpus"
	"mashal/evaluate"
	"mashal/interchange"
	"mashal/quality"
)

// errAbsent is returned if the references are absent.
var errAbsent = errors.New("the references are absent")

func main() {
	switch err := run(context.Background()); {
	case errors.Is(err, errAbsent):
		fmt.Fprintf(os.Stderr, "gen: %v\n", err)
		os.Exit(3)
	case err != nil:
		fmt.Fprintf(os.Stderr, "gen: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	var (
		shared = flag.String("references", filepath.Join("..", "shared"), "`folder` with the references")
		table  = flag.String("table", filepath.Join("quality", "measures.json"), "the table, a `file`")
		claims = flag.String("leftout", filepath.Join("learned", "gen", "leftout.tsv"), "what the learned model claims in books left out, a `file` of learned/gen")
		doc    = flag.String("doc", filepath.Join("docs", "quality.md"), "the document, a `file`")
		update = flag.Bool("update", false, "write the files instead of comparing with them")
		seed   = flag.Uint64("seed", 1, "seed of the intervals")
		sample = flag.Int("bootstrap", 1000, "number of bootstrap samples")
	)
	flag.Parse()
	text, err := corpus.Open()
	if err != nil {
		return err
	}
	made, err := measure(ctx, text, *shared, *claims, *seed, *sample)
	if err != nil {
		return err
	}
	old, err := os.ReadFile(*table)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if before, err := quality.Parse(old); err == nil { // the date stays if nothing else changed
		made.Date = before.Date
	}
	data, err := made.Marshal()
	if err != nil {
		return err
	}
	same := bytes.Equal(data, old)
	if !same {
		made.Date = time.Now().UTC().Format(time.DateOnly)
		if data, err = made.Marshal(); err != nil {
			return err
		}
	}
	var page bytes.Buffer
	if err := made.WriteDocument(&page); err != nil {
		return err
	}
	if *update {
		return errors.Join(os.WriteFile(*table, data, 0o644), os.WriteFile(*doc, page.Bytes(), 0o644))
	}
	if !same {
		return fmt.Errorf("%s is out of date: run make quality", *table)
	}
	if have, err := os.ReadFile(*doc); err != nil || !bytes.Equal(have, page.Bytes()) {
		return fmt.Errorf("%s is out of date: run make quality", *doc)
	}
	return nil
}

// divisions are the parts of the text that are measured beside the whole.
var divisions = []evaluate.Division{
	{By: "genre", Of: func(ref mashal.Ref) string { return string(mashal.GenreOf(ref.Chapter)) }},
	{By: "period", Of: func(ref mashal.Ref) string { return string(index.PeriodOf(ref)) }},
	{By: "book", Of: func(ref mashal.Ref) string { return ref.Book.Name() }},
}

// measure measures each annotator on each reference.
func measure(ctx context.Context, text *corpus.Corpus, shared, leftOut string, seed uint64, samples int) (*quality.Table, error) {
	t := &quality.Table{Seed: seed, Samples: samples}
	words := func(ref mashal.Ref) int {
		verse, err := text.Verse(ref)
		if err != nil {
			return 0
		}
		return len(verse.Words)
	}
	truths := map[string]*interchange.Annotation{}
	for _, r := range references {
		path := filepath.Join(shared, r.file)
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("%w: %s", errAbsent, path)
		}
		truth, err := interchange.Open(ctx, path, text, interchange.Options{Covers: r.covers})
		if err != nil {
			return nil, err
		}
		truths[r.Name] = truth
		t.References = append(t.References, r.counted(truth))
	}
	for _, c := range candidates(leftOut) {
		a, read, err := c.read(ctx, text)
		if err != nil {
			return nil, err
		}
		t.Annotators = append(t.Annotators, a)
		for _, r := range references {
			predicted := read(r.Name)
			var pairs []evaluate.Pair
			for p := range evaluate.Join(truths[r.Name].All(), predicted) {
				pairs = append(pairs, p)
			}
			e := quality.NewEntry(a.Name, r.Name, evaluate.Measure(pairs, words, evaluate.Options{Seed: seed, Samples: samples, Divisions: divisions}))
			e.Seen, e.How = c.how(r.Name)
			e.Unseen = e.Seen == ""
			t.Entries = append(t.Entries, e)
			fmt.Printf("ok  %s against %s\n", a.Name, r.Name)
		}
	}
	return t, nil
}
