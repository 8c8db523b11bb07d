package concordance

import (
	"cmp"
	"slices"
	"strings"
)

// completeLemma returns the lemmas whose Strong's number or form begins as
// typed, an exact match first, then the most frequent.
func (l *Lexicon) completeLemma(typed, letters string, limit int) []Lemma {
	var ids []uint16
	strong, isNumber := strongNumber(typed)
	for id := range l.lemmas {
		if isNumber && strings.HasPrefix(l.lemmas[id].Strong, strong) || isHebrew(letters) && strings.HasPrefix(l.lemmas[id].Hebrew, letters) {
			ids = append(ids, uint16(id))
		}
	}
	exact := func(l *Lemma) int {
		if l.Strong == strong || l.Hebrew == letters {
			return 0
		}
		return 1
	}
	ids = topOf(ids, limit, func(a, b uint16) int {
		x, y := &l.lemmas[a], &l.lemmas[b]
		return cmp.Or(cmp.Compare(exact(x), exact(y)), cmp.Compare(y.Count, x.Count), cmp.Compare(x.Strong, y.Strong))
	})
	list := make([]Lemma, len(ids))
	for i, id := range ids {
		list[i] = l.lemmas[id]
	}
	return list
}

// completeHebrew returns the spellings in the text that begin with letters, the
// most frequent first.
func (l *Lexicon) completeHebrew(letters string, limit int) []wordCount {
	from, _ := slices.BinarySearch(l.spellings, letters)
	var words []wordCount
	for i := from; i < len(l.spellings) && strings.HasPrefix(l.spellings[i], letters); i++ {
		words = append(words, wordCount{l.spellings[i], l.written[i]})
	}
	return mostFrequent(words, limit)
}

// completeEnglish returns the words of the translation that begin as typed, the
// most frequent first.
func (l *Lexicon) completeEnglish(typed string, limit int) []wordCount {
	from, _ := slices.BinarySearchFunc(l.english, typed, func(w wordCount, typed string) int { return strings.Compare(w.word, typed) })
	end := from
	for end < len(l.english) && strings.HasPrefix(l.english[end].word, typed) {
		end++
	}
	return mostFrequent(l.english[from:end], limit)
}

// mostFrequent returns the words with the highest counts; equal counts keep the
// order of the alphabet.
func mostFrequent(words []wordCount, limit int) []wordCount {
	return topOf(words, limit, func(a, b wordCount) int {
		return cmp.Or(cmp.Compare(b.count, a.count), strings.Compare(a.word, b.word))
	})
}
