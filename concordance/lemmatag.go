package concordance

import (
	"slices"
	"strings"
	"unicode"

	"mashal"
	"mashal/corpus/lexicon"
	"mashal/vocabulary"
)

// mapTag maps a tag of a figure to the controlled vocabulary: by its words or, if these map
// nothing, by the lemmas that they stand for.
func mapTag(v *mashal.Verse, span mashal.Span, side vocabulary.Side, tag mashal.Tag) mashal.Tag {
	mapped, ok := vocabulary.Map(side, tag)
	if ok {
		return mapped
	}
	if glosses := glossesOf(v, span, side, mapped.Specific); len(glosses) > 0 {
		if byLemma, ok := vocabulary.MapGlosses(side, tag, glosses); ok {
			return byLemma
		}
	}
	return mapped
}

// maxTagWords is the number of words up to which a tag names the words of the verse. Longer ones
// describe them, and the lemmas of these words say less of what is meant.
const maxTagWords = 2

// glossesOf returns the glosses of the lemmas that the words of a tag stand for: words of the verse
// that a Hebrew tag has, or words of the figure that a short English tag of its vehicle or ground
// renders.
//
// It was measured on tags that their words map, of the offline annotator in the whole Bible: of the
// categories by lemma, 90 % of the vehicles' and 86 % of the grounds' are those by the words. Of
// targets it is 74 %, of longer tags and by all words of the figure at most 54 %, so these are left
// unmapped.
func glossesOf(v *mashal.Verse, span mashal.Span, side vocabulary.Side, tag string) []string {
	var glosses []string
	add := func(word int) { // from 1
		if a, err := lexicon.Analyse(&v.Words[word-1]); err == nil && namesThing(a) {
			glosses = append(glosses, firstSense(a.Gloss))
		}
	}
	if strings.ContainsFunc(tag, func(r rune) bool { return unicode.Is(unicode.Hebrew, r) }) {
		wanted := lexicon.HebrewWords(tag)
		for i := range v.Words {
			forms := strings.Split(lexicon.Forms(&v.Words[i]), "/")
			if slices.ContainsFunc(wanted, func(word string) bool { return slices.Contains(forms, word) }) {
				add(i + 1)
			}
		}
		return glosses
	}
	if side != vocabulary.Vehicle && side != vocabulary.Ground {
		return nil
	}
	words := slices.DeleteFunc(lexicon.EnglishWords(tag), vocabulary.IsFunctionWord)
	if len(words) == 0 || len(words) > maxTagWords {
		return nil
	}
	for _, w := range v.EnglishWords {
		if w.Hebrew > 0 && span.Contains(w.Hebrew) && slices.Contains(words, strings.ToLower(v.English[w.Start:w.End])) {
			add(w.Hebrew)
		}
	}
	return glosses
}

// namesThing reports whether the stem of a word is a verb, an adjective or a common noun.
func namesThing(a *lexicon.Analysis) bool {
	for _, p := range a.Parts {
		if p.Role == lexicon.Stem {
			return slices.Contains([]string{"verb", "adjective", "common noun"}, p.Parsing.Part)
		}
	}
	return false
}

// firstSense returns the first of the senses that a gloss lists.
func firstSense(gloss string) string {
	if i := strings.IndexAny(gloss, ",;"); i >= 0 {
		return gloss[:i]
	}
	return gloss
}
