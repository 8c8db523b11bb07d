package main

import (
	"context"
	"maps"
	"path/filepath"
	"slices"

	"mashal"
	"mashal/corpus"
	"mashal/interchange"
	"mashal/learned"
	"mashal/rules"
)

// A school is what an annotation follows. A model's reading marks far more than
// translators note.
type school int

const (
	silver school = iota // a model's reading
	notes                // the notes of translators
)

// An example is one verse with what one school says of it.
type example struct {
	ref     mashal.Ref
	school  school
	chapter *learned.Chapter
	figures []mashal.Figure
	quoted  bool // whether the notes of the book quote words
}

func (e *example) verse() *learned.Verse { return &e.chapter.Verses[e.ref.Verse-1] }

func (e *example) genre() mashal.Genre { return mashal.GenreOf(e.ref.Chapter) }

// has reports whether the example has a figure of a type.
func (e *example) has(t mashal.Type) bool {
	return slices.ContainsFunc(e.figures, func(f mashal.Figure) bool { return f.Is(t) })
}

// material is the text, examined, and the examples.
type material struct {
	text     *corpus.Corpus
	chapters []*learned.Chapter
	examples []example
}

// readMaterial reads the annotations in a folder.
func readMaterial(folder string) (*material, error) {
	text, err := corpus.Open()
	if err != nil {
		return nil, err
	}
	set, err := rules.Default()
	if err != nil {
		return nil, err
	}
	m := &material{text: text}
	annotator := set.Annotator(text.Version())
	chapters := map[mashal.Chapter]*learned.Chapter{}
	for ch := range text.Chapters() {
		var hits [][]mashal.Figure
		err := annotator.Annotate(context.Background(), ch, mashal.Whole(ch.Chapter).Numbers(), func(r mashal.Result) error {
			hits = append(hits, r.Figures)
			return nil
		})
		if err != nil {
			return nil, err
		}
		chapters[ch.Chapter] = learned.NewChapter(set, ch, hits)
		m.chapters = append(m.chapters, chapters[ch.Chapter])
	}
	for _, source := range []struct {
		path   string
		school school
		covers interchange.Coverage
	}{
		{"silver/Ezekiel.jsonl", silver, interchange.Verses},
		{"silver/Isaiah.jsonl", silver, interchange.Verses},
		{"reference/unfoldingword.tsv", notes, interchange.WholeBook},
	} {
		a, err := interchange.Open(context.Background(), filepath.Join(folder, filepath.FromSlash(source.path)), text, interchange.Options{Covers: source.covers})
		if err != nil {
			return nil, err
		}
		quoted := map[mashal.Book]bool{}
		for ref, figures := range a.Figures {
			if slices.ContainsFunc(figures, func(f mashal.Figure) bool { return len(f.Span.Ranges) > 0 }) {
				quoted[ref.Book] = true
			}
		}
		for _, ref := range slices.SortedFunc(maps.Keys(a.Read), mashal.Ref.Compare) {
			m.examples = append(m.examples, example{ref, source.school, chapters[ref.Chapter], a.Figures[ref], quoted[ref.Book]})
		}
	}
	return m, nil
}
