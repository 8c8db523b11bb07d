package lemmas

import (
	"cmp"
	"slices"
	"strings"

	"mashal"
	"mashal/corpus/lexicon"
	"mashal/nearest"
)

// Options choose the lemmas of a list and their order.
type Options struct {
	Least    int  // the least number of words observed, from 1
	Function bool // also function words: lemmas that are mostly no noun, verb or adjective
	Sort     Sort // "" for the first of the list's orders
}

// A Sort is a column by which a list is sorted, the highest value first. Equal lemmas are in
// the order of their observed number, then of Strong's numbers.
type Sort string

// find returns the order of a name, which may be "", or a *mashal.FieldError.
func find(name Sort, of []Sort) (Sort, error) {
	if name == "" {
		return of[0], nil
	}
	if !slices.Contains(of, name) {
		known := make([]string, len(of))
		for i, s := range of {
			known[i] = string(s)
		}
		return "", &mashal.FieldError{
			Field: "sort", Value: string(name), Nearest: nearest.Name(string(name), known),
			Err: mashal.NewUsage(mashal.Messagef("The values are %s.", strings.Join(known, ", ")), mashal.Messagef("unknown order %q", name)),
		}
	}
	return name, nil
}

// check returns a *mashal.FieldError if the options are invalid.
func (o *Options) check() error {
	if o.Least < 1 {
		return mashal.NewFieldError("min", "", "1", "", "the least number of words is %d", o.Least)
	}
	return nil
}

// lists reports whether a lemma with a number of words observed is in a list.
func (o *Options) lists(words *lexicon.Lexicon, id lexicon.LemmaID, observed int) bool {
	return observed >= o.Least && (o.Function || words.ContentLemmas().Has(int(id)))
}

// sortBy sorts a list by a value, the highest first.
func sortBy[T any](list []T, value func(*T) float64, observed func(*T) int, lemma func(*T) *lexicon.Lemma) {
	slices.SortFunc(list, func(a, b T) int {
		return cmp.Or(cmp.Compare(value(&b), value(&a)), cmp.Compare(observed(&b), observed(&a)), cmp.Compare(lemma(&a).Strong, lemma(&b).Strong))
	})
}

// eachWord calls fn for the words of a span of a verse, by the lexicon's numbers.
func eachWord(words *lexicon.Lexicon, verse int, span []lexicon.WordRange, fn func(word int)) {
	first, _ := words.Verse(verse)
	for _, r := range span {
		for n := int(r.First); n <= int(r.Last); n++ {
			fn(first + n - 1)
		}
	}
}

// wordsOf returns the number of words of the text.
func wordsOf(words *lexicon.Lexicon) int {
	_, end := words.Verse(mashal.Verses)
	return end
}
