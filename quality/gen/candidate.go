package main

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"mashal"
	"mashal/corpus"
	"mashal/learned"
	"mashal/quality"
	"mashal/reference"
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

	// how says what of the annotator had seen the reference, in a few words or "" for
	// nothing, and how it was measured.
	how func(reference string) (seen, sentence string)
}

// candidates lists the annotators that need no model. leftOut is the file of learned/gen.
func candidates(leftOut string) []candidate {
	return []candidate{
		{readRules, howRules},
		{readLearned(learned.Options{}, leftOut), howLearned},
		{readLearned(learned.Options{Rules: true}, leftOut), howOffline},
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

func howRules(reference string) (seen, sentence string) {
	if reference == "notes" {
		return "seen by the rules' confidence", "The rules were written with the recorded readings at hand. The notes are evidence for their confidence, which decides which rules are used; for each book it was measured without the book."
	}
	return "seen by the rules", "The rules were written with this reading at hand, so these figures are higher than on other books."
}

// readLearned annotates the Bible by the learned model, alone or with the rules. On a
// reference it is measured by what a model claims in each book that was trained without the
// book, which learned/gen has written to a file. Suggestions are not measured, because they
// are no claims.
func readLearned(options learned.Options, leftOut string) func(context.Context, *corpus.Corpus) (quality.Annotator, func(string) annotation, error) {
	return func(ctx context.Context, text *corpus.Corpus) (a quality.Annotator, on func(string) annotation, err error) {
		set, err := rules.Default()
		if err != nil {
			return a, nil, err
		}
		annotator, err := learned.New(set, text.Version(), options)
		if err != nil {
			return a, nil, err
		}
		all, err := readAll(ctx, text, annotator.Annotate)
		if err != nil {
			return a, nil, err
		}
		id := annotator.Identity()
		a = count(all)
		a.Name, a.Version, a.Fingerprint = id.Name, id.Version, id.Fingerprint
		a.Note = "A linear model, trained on the recorded readings and the notes. It claims metaphors."
		claims, besideRules, err := readClaims(leftOut)
		if err != nil {
			return a, nil, err
		}
		unseen := map[mashal.Ref][]mashal.Figure{}
		for ref := range all {
			unseen[ref] = claims[ref]
		}
		if options.Rules {
			a.Note = "The rules and the learned model together: the default without a key."
			byRules, err := readAll(ctx, text, set.Annotator(text.Version()).Annotate)
			if err != nil {
				return a, nil, err
			}
			for ref := range all {
				unseen[ref] = learned.Join(byRules[ref], besideRules[ref])
			}
		}
		return a, func(string) annotation { return inOrder(unseen) }, nil
	}
}

func howLearned(reference string) (seen, sentence string) {
	sentence = "Each book is measured by a model that was trained without it: without the reading and the notes of the book, its calibration and threshold included. " +
		"The embedded model was trained on all books, so it agrees with these more than it would with others."
	if reference != "notes" {
		sentence += " What the rules find is evidence for the model, and they were written with this reading at hand."
	}
	return "", sentence
}

func howOffline(reference string) (seen, sentence string) {
	_, sentence = howLearned("notes")
	if reference == "notes" {
		return "each book left out of the model, seen by the rules' confidence", "The notes are evidence for the confidence of the rules. Of the learned model, " + lowerFirst(sentence)
	}
	return "each book left out of the model, seen by the rules", "The rules were written with this reading at hand. Of the learned model, " + lowerFirst(sentence)
}

// lowerFirst returns a sentence as the continuation of another one.
func lowerFirst(sentence string) string { return strings.ToLower(sentence[:1]) + sentence[1:] }

// readClaims reads the file of learned/gen with the metaphors that the model claims in each
// book when it was trained without the book: all, and those that it claims beside the rules.
func readClaims(path string) (claims, besideRules map[mashal.Ref][]mashal.Figure, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	claims, besideRules = map[mashal.Ref][]mashal.Figure{}, map[mashal.Ref][]mashal.Figure{}
	for line := range strings.Lines(string(data)) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		if cells[0] == "verse" {
			continue
		}
		if len(cells) != 4 {
			return nil, nil, fmt.Errorf("%s: the line %q has not four columns", path, line)
		}
		selection, err := reference.ParseSelection(cells[:1])
		if err != nil {
			return nil, nil, err
		}
		ranges, err := mashal.ParseRanges(cells[1])
		if err != nil {
			return nil, nil, err
		}
		confidence, err := strconv.ParseFloat(cells[2], 64)
		if err != nil {
			return nil, nil, err
		}
		ref := mashal.Ref{Chapter: selection[0].Chapter, Verse: selection[0].First}
		f := mashal.Figure{Types: []mashal.Type{mashal.Metaphor}, Span: mashal.ExactSpan(ranges...), Confidence: confidence, Source: learned.Source}
		claims[ref] = append(claims[ref], f)
		if cells[3] == "yes" {
			besideRules[ref] = append(besideRules[ref], f)
		}
	}
	return claims, besideRules, nil
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
