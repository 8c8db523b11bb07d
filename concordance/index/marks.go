package index

import (
	"slices"
	"strings"
	"unicode/utf8"

	"mashal"
	"mashal/bitset"
	"mashal/corpus/lexicon"
)

// foundHebrew is the words of the text at which a phrase that was searched for
// begins, and its length in words.
type foundHebrew struct {
	starts bitset.Set
	length int
}

// MarksWords reports whether the filter has words or a lemma, so that MarkHebrew
// and MarkEnglish can find some.
func (m *Matches) MarksWords() bool { return len(m.found)+len(m.english) > 0 }

// MarkHebrew returns the Hebrew words of a verse that were searched for, from 1,
// in order.
func (m *Matches) MarkHebrew(ref mashal.Ref) []int {
	first, end := m.snapshot.lexicon.Verse(ref.Ordinal())
	var words []int
	for _, f := range m.found {
		for w := first; w+f.length <= end; w++ {
			if f.starts.Has(w) {
				for i := range f.length {
					words = append(words, w-first+i+1)
				}
			}
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// MarkEnglish returns the byte ranges of an English text that were searched for,
// in order. The end of a range is exclusive.
func (m *Matches) MarkEnglish(text string) [][2]int {
	if len(m.english) == 0 {
		return nil
	}
	var words []string
	var places [][2]int
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		if lexicon.NotWord(r) {
			at += size
			continue
		}
		end := at
		for end < len(text) {
			r, size := utf8.DecodeRuneInString(text[end:])
			if lexicon.NotWord(r) {
				break
			}
			end += size
		}
		words, places = append(words, strings.ToLower(text[at:end])), append(places, [2]int{at, end})
		at = end
	}
	var found [][2]int
	for _, term := range m.english {
		phrase := newEnglishPhrase(term, m.filter.Exact)
		for i := range words {
			if phrase.at(words, i) {
				found = append(found, [2]int{places[i][0], places[i+len(term)-1][1]})
			}
		}
	}
	slices.SortFunc(found, func(a, b [2]int) int { return a[0] - b[0] })
	return mergeRanges(found)
}

// mergeRanges joins ranges that overlap. They must be sorted by their beginning.
func mergeRanges(ranges [][2]int) [][2]int {
	var merged [][2]int
	for _, r := range ranges {
		if n := len(merged); n > 0 && r[0] <= merged[n-1][1] {
			merged[n-1][1] = max(merged[n-1][1], r[1])
			continue
		}
		merged = append(merged, r)
	}
	return merged
}
