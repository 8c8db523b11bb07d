package main

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"sync"

	"mashal"
	"mashal/learned"
)

// without returns a detector of metaphors that has seen neither the silver nor the notes of
// the books, its calibration and threshold included.
func (t *trainer) without(books ...mashal.Book) learned.Detector {
	name := fmt.Sprint(books)
	t.mutex.Lock()
	d, ok := t.leftOut[name]
	t.mutex.Unlock()
	if !ok {
		d, _ = t.learn(mashal.Metaphor, func(e *example) bool { return !slices.Contains(books, e.ref.Book) })
		t.mutex.Lock()
		t.leftOut[name] = d
		t.mutex.Unlock()
	}
	return d
}

// claimsLeftOut returns, as lines of a table, what the model claims in each book of the
// material when it was trained without the book, and whether it claims it beside the rules
// too. The command quality/gen measures that instead of the claims of a model that has seen
// the references.
func (t *trainer) claimsLeftOut() []byte {
	books := map[mashal.Book]bool{}
	for i := range t.examples {
		books[t.examples[i].ref.Book] = true
	}
	parts := make([][]mashal.Book, folds) // and one for each book with silver
	for _, book := range slices.Sorted(maps.Keys(books)) {
		if slices.Contains(silverBooks, book) {
			parts = append(parts, []mashal.Book{book})
			continue
		}
		n := fold(book)
		parts[n] = append(parts[n], book)
	}
	trained := make([]*learned.Model, len(parts))
	var group sync.WaitGroup
	for i, part := range parts {
		group.Go(func() {
			trained[i] = &learned.Model{Vectors: t.vectors, Detectors: []learned.Detector{t.without(part...)}}
			trained[i].Prepare()
		})
	}
	group.Wait()
	models := map[mashal.Book]*learned.Model{}
	for i, part := range parts {
		for _, book := range part {
			models[book] = trained[i]
		}
	}
	var b bytes.Buffer
	b.WriteString("verse\twords\tconfidence\toffline\n")
	for _, chapter := range t.chapters {
		m := models[chapter.Verses[0].Text.Ref.Book]
		if m == nil {
			continue
		}
		besideRules := m.Figures(chapter, learned.Options{Rules: true})
		for verse, figures := range m.Figures(chapter, learned.Options{}) {
			for i := range figures {
				offline := "no"
				if slices.ContainsFunc(besideRules[verse], func(f mashal.Figure) bool { return f.Span.String() == figures[i].Span.String() }) {
					offline = "yes"
				}
				fmt.Fprintf(&b, "%s\t%s\t%.2f\t%s\n", chapter.Verses[verse].Text.Ref.OSIS(), figures[i].Span, figures[i].Confidence, offline)
			}
		}
	}
	return b.Bytes()
}
