package lexicon

import (
	"fmt"

	"mashal"
	"mashal/bitset"
)

// A WordRange is the words First to Last of a verse, counted from 1. It is a
// quarter of the size of a mashal.WordRange; no verse has more than 45 words.
type WordRange struct{ First, Last uint8 }

// ParseSpan reads word ranges as in "3-5,8". It fails if the verse, given by
// its ordinal, does not have all of these words.
func (l *Lexicon) ParseSpan(verse int64, words string) ([]WordRange, error) {
	if verse < 1 || verse >= int64(len(l.firstWord)) {
		return nil, fmt.Errorf("there is no verse %d", verse)
	}
	ranges, err := mashal.ParseRanges(words)
	if err != nil {
		return nil, err
	}
	first, end := l.Verse(int(verse))
	span := make([]WordRange, len(ranges))
	for i, r := range ranges {
		if r.Last > end-first || r.Last > 255 {
			return nil, fmt.Errorf("word %d is not in the verse", r.Last)
		}
		span[i] = WordRange{uint8(r.First), uint8(r.Last)}
	}
	return span, nil
}

// HasWord reports whether a span of a verse has one of the words.
func (l *Lexicon) HasWord(verse int, span []WordRange, words bitset.Set) bool {
	return l.HasPhrase(verse, span, words, 1)
}

// HasPhrase reports whether one range of a span of a verse contains a phrase
// of a number of words that begins at one of the given words.
func (l *Lexicon) HasPhrase(verse int, span []WordRange, starts bitset.Set, length int) bool {
	first, _ := l.Verse(verse)
	for _, r := range span {
		for w := int(r.First); w+length-1 <= int(r.Last); w++ {
			if starts.Has(first + w - 1) {
				return true
			}
		}
	}
	return false
}
