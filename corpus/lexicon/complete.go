package lexicon

import (
	"cmp"
	"slices"
	"strings"
)

// CompleteLemma returns the lemmas whose Strong's number or form begins as
// typed, an exact match first, then the most frequent.
func (l *Lexicon) CompleteLemma(typed, letters string, limit int) []Lemma {
	var ids []uint16
	strong, isNumber := strongNumber(typed)
	for id := range l.AllLemmas {
		if isNumber && strings.HasPrefix(l.AllLemmas[id].Strong, strong) || IsHebrew(letters) && strings.HasPrefix(l.AllLemmas[id].Hebrew, letters) {
			ids = append(ids, uint16(id))
		}
	}
	exact := func(l *Lemma) int {
		if l.Strong == strong || l.Hebrew == letters {
			return 0
		}
		return 1
	}
	ids = TopOf(ids, limit, func(a, b uint16) int {
		x, y := &l.AllLemmas[a], &l.AllLemmas[b]
		return cmp.Or(cmp.Compare(exact(x), exact(y)), cmp.Compare(y.Count, x.Count), cmp.Compare(x.Strong, y.Strong))
	})
	list := make([]Lemma, len(ids))
	for i, id := range ids {
		list[i] = l.AllLemmas[id]
	}
	return list
}

// CompleteHebrew returns the spellings in the text that begin with letters, the
// most frequent first.
func (l *Lexicon) CompleteHebrew(letters string, limit int) []WordCount {
	from, _ := slices.BinarySearch(l.spellings, letters)
	var words []WordCount
	for i := from; i < len(l.spellings) && strings.HasPrefix(l.spellings[i], letters); i++ {
		words = append(words, WordCount{l.spellings[i], l.written[i]})
	}
	return mostFrequent(words, limit)
}

// CompleteEnglish returns the words of the translation that begin as typed, the
// most frequent first.
func (l *Lexicon) CompleteEnglish(typed string, limit int) []WordCount {
	from, _ := slices.BinarySearchFunc(l.english, typed, func(w WordCount, typed string) int { return strings.Compare(w.Word, typed) })
	end := from
	for end < len(l.english) && strings.HasPrefix(l.english[end].Word, typed) {
		end++
	}
	return mostFrequent(l.english[from:end], limit)
}

// mostFrequent returns the words with the highest counts; equal counts keep the
// order of the alphabet.
func mostFrequent(words []WordCount, limit int) []WordCount {
	return TopOf(words, limit, func(a, b WordCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Word, b.Word))
	})
}
