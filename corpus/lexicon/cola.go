package lexicon

import (
	"mashal/accents"
	"mashal/bitset"
)

// buildCola returns the first words of all cola of a text with a number of words.
func buildCola(text Text, words int) bitset.Set {
	starts, word := bitset.New(words), 0
	for chapter := range text.Chapters() {
		for i := range chapter.Verses {
			v := &chapter.Verses[i]
			for _, colon := range accents.Cola(v) {
				starts.Add(word + colon.First - 1)
			}
			word += len(v.Words)
		}
	}
	return starts
}

// Colon returns the first word and the end of the colon of a verse that has a word: see
// accents.Cola. The first call takes a pass over the text.
func (l *Lexicon) Colon(verse, word int) (first, end int) {
	starts := l.cola()
	from, to := l.Verse(verse)
	for first = word; first > from && !starts.Has(first); first-- {
	}
	for end = word + 1; end < to && !starts.Has(end); end++ {
	}
	return first, end
}
