package main

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"

	"mashal"
	"mashal/corpus"
	"mashal/learned"
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

	// how says whether the annotator had not seen the reference, how it was measured, and its
	// measures without having seen it, if they are known.
	how func(reference string) (unseen bool, sentence, leftOut string)
}

// candidates lists the annotators that need no model.
func candidates() []candidate {
	return []candidate{
		{readRules, howRules},
		{readLearned(learned.Options{}), howLearned(false)},
		{readLearned(learned.Options{Rules: true}), howLearned(true)},
	}
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

func howRules(reference string) (bool, string, string) {
	if reference == "notes" {
		return false, "The rules were written with the recorded readings at hand; the notes are evidence for their confidence.", ""
	}
	return false, "The rules were written with this reading at hand, so these figures are higher than on other books.", ""
}

// readLearned annotates the Bible by the learned model, alone or with the rules. Suggestions
// are not measured, because they are no claims.
func readLearned(options learned.Options) func(context.Context, *corpus.Corpus) (quality.Annotator, func(string) annotation, error) {
	return func(ctx context.Context, text *corpus.Corpus) (quality.Annotator, func(string) annotation, error) {
		set, err := rules.Default()
		if err != nil {
			return quality.Annotator{}, nil, err
		}
		annotator, err := learned.New(set, text.Version(), options)
		if err != nil {
			return quality.Annotator{}, nil, err
		}
		all, err := readAll(ctx, text, annotator.Annotate)
		if err != nil {
			return quality.Annotator{}, nil, err
		}
		id := annotator.Identity()
		a := count(all)
		a.Name, a.Version, a.Fingerprint = id.Name, id.Version, id.Fingerprint
		a.Note = "A linear model, trained on the recorded readings and the notes. It claims metaphors."
		if options.Rules {
			a.Note = "The rules and the learned model together: the default without a key."
		}
		return a, func(string) annotation { return inOrder(all) }, nil
	}
}

// howLearned quotes the measures that package learned/gen makes leaving books out.
func howLearned(withRules bool) func(string) (bool, string, string) {
	books := map[string]string{"silver-ezekiel": "Ezek", "silver-isaiah": "Isa"}
	return func(reference string) (bool, string, string) {
		how := "The model was trained on this reference, so these figures are higher than on other books."
		measures, err := learned.MeasuresOf()
		if err != nil || books[reference] == "" {
			return false, how, ""
		}
		for _, b := range measures.Books {
			if b.Book != books[reference] {
				continue
			}
			if withRules {
				return false, how, fmt.Sprintf("trained without the book, figures of any type have F1 %.2f, precision %.2f, recall %.2f", b.Offline.F1, b.Offline.Precision, b.Offline.Recall)
			}
			return false, how, fmt.Sprintf("trained without the book, metaphors have F1 %.2f, precision %.2f, recall %.2f, kappa %.2f, calibration error %.2f", b.F1, b.Precision, b.Recall, b.Kappa, b.ECE)
		}
		return false, how, ""
	}
}

// readAll annotates all chapters. Figures that do not count are left out.
func readAll(ctx context.Context, text *corpus.Corpus, annotate func(context.Context, *mashal.ChapterText, []int, func(mashal.Result) error) error) (map[mashal.Ref][]mashal.Figure, error) {
	all := map[mashal.Ref][]mashal.Figure{}
	for chapter := range text.Chapters() {
		verses := mashal.Whole(chapter.Chapter).Numbers()
		err := annotate(ctx, chapter, verses, func(r mashal.Result) error {
			if r.Failure == nil {
				figures := slices.DeleteFunc(slices.Clone(r.Figures), func(f mashal.Figure) bool { return !f.Counts() })
				all[mashal.Ref{Chapter: chapter.Chapter, Verse: r.Verse}] = figures
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
