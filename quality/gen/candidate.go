package main

import (
	"context"
	"iter"
	"maps"
	"slices"

	"mashal"
	"mashal/corpus"
	"mashal/quality"
	"mashal/rules"
)

// An annotation is the figures of each verse that was read, in canonical order.
type annotation = iter.Seq2[mashal.Ref, []mashal.Figure]

// A candidate is an annotator that is measured.
type candidate struct {
	// read annotates the whole Bible and returns what is to be measured on a reference. An
	// annotator that learned from a reference returns there what it finds in each book
	// without having seen the book.
	read func(context.Context, *corpus.Corpus) (a quality.Annotator, on func(reference string) annotation, err error)

	// how says whether the annotator had not seen the reference, and how it was measured.
	how func(reference string) (unseen bool, sentence string)
}

// candidates lists the annotators that need no model.
func candidates() []candidate {
	return []candidate{{readRules, howRules}}
}

// readRules annotates the Bible by the rules.
func readRules(ctx context.Context, text *corpus.Corpus) (quality.Annotator, func(string) annotation, error) {
	set, err := rules.Default()
	if err != nil {
		return quality.Annotator{}, nil, err
	}
	annotator := set.Annotator(text.Version())
	all, err := readAll(ctx, text, annotator.Annotate)
	if err != nil {
		return quality.Annotator{}, nil, err
	}
	id := annotator.Identity()
	a := count(all)
	a.Name, a.Version, a.Fingerprint = id.Name, id.Version, id.Fingerprint
	a.Note = "Patterns of lemma, morphology and accent, written by hand. The confidence of a figure is the precision of its rule, measured leaving books out."
	return a, func(string) annotation { return inOrder(all) }, nil
}

func howRules(reference string) (bool, string) {
	if reference == "notes" {
		return false, "The rules were written with the recorded readings at hand; the notes are evidence for their confidence."
	}
	return false, "The rules were written with this reading at hand, so these figures are higher than on other books."
}

// readAll annotates all chapters.
func readAll(ctx context.Context, text *corpus.Corpus, annotate func(context.Context, *mashal.ChapterText, []int, func(mashal.Result) error) error) (map[mashal.Ref][]mashal.Figure, error) {
	all := map[mashal.Ref][]mashal.Figure{}
	for chapter := range text.Chapters() {
		verses := mashal.Whole(chapter.Chapter).Numbers()
		err := annotate(ctx, chapter, verses, func(r mashal.Result) error {
			if r.Failure == nil {
				all[mashal.Ref{Chapter: chapter.Chapter, Verse: r.Verse}] = r.Figures
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// inOrder yields the verses in canonical order.
func inOrder(all map[mashal.Ref][]mashal.Figure) annotation {
	return func(yield func(mashal.Ref, []mashal.Figure) bool) {
		for _, ref := range slices.SortedFunc(maps.Keys(all), mashal.Ref.Compare) {
			if !yield(ref, all[ref]) {
				return
			}
		}
	}
}

// count counts verses and figures.
func count(all map[mashal.Ref][]mashal.Figure) quality.Annotator {
	a := quality.Annotator{Verses: len(all), Types: map[mashal.Type]int{}}
	for _, figures := range all {
		if len(figures) > 0 {
			a.Figurative++
		}
		a.Figures += len(figures)
		for i := range figures {
			for _, t := range figures[i].Types {
				a.Types[t]++
			}
		}
	}
	return a
}
