package concordance

import (
	"fmt"

	"mashal"
)

// Sets of words of the text, and which verses and figures have them.

// withLemmas is the set of words that have one of the lemmas.
func (l *Lexicon) withLemmas(ids []uint16) bits {
	words := newBits(len(l.lemma))
	for _, id := range ids {
		for _, word := range l.wordsOf[l.wordsFrom[id]:l.wordsFrom[id+1]] {
			words.set(int(word))
		}
	}
	return words
}

func (l *Lexicon) formSet(ids []uint32) bits {
	set := newBits(len(l.forms))
	for _, id := range ids {
		set.set(int(id))
	}
	return set
}

// matching is the set of words that are the wanted one, behind prefixes too
// unless exact.
func (l *Lexicon) matching(wanted string, exact bool) bits {
	words := newBits(len(l.form))
	at, ok := l.spellingAt[wanted]
	if !ok {
		return words
	}
	same := sameHebrew(exact)
	set := newBits(len(l.forms))
	for _, id := range l.spelled[at] {
		if same(l.forms[id], wanted) {
			set.set(int(id))
		}
	}
	for i, f := range l.form {
		if set.has(int(f)) {
			words.set(i)
		}
	}
	return words
}

// starts is the set of words at which a term begins: each next word of it must
// be the next of the text. That it stays in one verse is the caller's to see.
func (l *Lexicon) starts(term []string, exact bool) bits {
	start := l.matching(term[0], exact)
	for i, word := range term[1:] {
		next := l.matching(word, exact)
		for w := range start.each() {
			if !next.has(w + i + 1) {
				start.clear(w)
			}
		}
	}
	return start
}

// versesWith is the verses, by ordinal, in which a phrase of so many words
// begins at one of the given words, and ends.
func (l *Lexicon) versesWith(starts bits, length int) bits {
	verses := newBits(len(l.first))
	verse, end := 0, 0 // end of the verse, in words
	for w := range starts.each() {
		for w >= end {
			verse++
			end = int(l.first[verse])
		}
		if w+length <= end {
			verses.set(verse)
		}
	}
	return verses
}

// hasWord reports whether a span of a verse has one of the words.
func (l *Lexicon) hasWord(verse int, span []wordRange, words bits) bool {
	return l.hasPhrase(verse, span, words, 1)
}

// hasPhrase reports whether a phrase of so many words that begins at one of
// the given words stands in one range of a span of a verse.
func (l *Lexicon) hasPhrase(verse int, span []wordRange, starts bits, length int) bool {
	first, _ := l.verse(verse)
	for _, r := range span {
		for w := int(r.first); w+length-1 <= int(r.last); w++ {
			if starts.has(first + w - 1) {
				return true
			}
		}
	}
	return false
}

// span reads word ranges that must be words of the verse.
func (l *Lexicon) span(verse int64, words string) ([]wordRange, error) {
	if verse < 1 || verse >= int64(len(l.first)) {
		return nil, fmt.Errorf("there is no verse %d", verse)
	}
	ranges, err := mashal.ParseRanges(words)
	if err != nil {
		return nil, err
	}
	first, end := l.verse(int(verse))
	span := make([]wordRange, len(ranges))
	for i, r := range ranges {
		if r.Last > end-first || r.Last > 255 {
			return nil, fmt.Errorf("word %d is not in the verse", r.Last)
		}
		span[i] = wordRange{uint8(r.First), uint8(r.Last)}
	}
	return span, nil
}
