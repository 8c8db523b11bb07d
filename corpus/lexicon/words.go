package lexicon

// Sets of words of the text, and which verses and figures have them.

// WithLemmas is the set of words that have one of the lemmas.
func (l *Lexicon) WithLemmas(ids []uint16) Bits {
	words := NewBits(len(l.Lemma))
	for _, id := range ids {
		for _, word := range l.wordsOf[l.wordsFrom[id]:l.wordsFrom[id+1]] {
			words.Set(int(word))
		}
	}
	return words
}

func (l *Lexicon) formSet(ids []uint32) Bits {
	set := NewBits(len(l.Forms))
	for _, id := range ids {
		set.Set(int(id))
	}
	return set
}

// matching is the set of words that are the wanted one, behind prefixes too
// unless exact.
func (l *Lexicon) matching(wanted string, exact bool) Bits {
	words := NewBits(len(l.Form))
	at, ok := l.spellingAt[wanted]
	if !ok {
		return words
	}
	same := SameHebrew(exact)
	set := NewBits(len(l.Forms))
	for _, id := range l.spelled[at] {
		if same(l.Forms[id], wanted) {
			set.Set(int(id))
		}
	}
	for i, f := range l.Form {
		if set.Has(int(f)) {
			words.Set(i)
		}
	}
	return words
}

// Starts is the set of words at which a term begins: each next word of it must
// be the next of the text. That it stays in one verse is the caller's to see.
func (l *Lexicon) Starts(term []string, exact bool) Bits {
	start := l.matching(term[0], exact)
	for i, word := range term[1:] {
		next := l.matching(word, exact)
		for w := range start.Each() {
			if !next.Has(w + i + 1) {
				start.Clear(w)
			}
		}
	}
	return start
}

// VersesWith is the verses, by ordinal, in which a phrase of so many words
// begins at one of the given words, and ends.
func (l *Lexicon) VersesWith(starts Bits, length int) Bits {
	verses := NewBits(len(l.First))
	verse, end := 0, 0 // end of the verse, in words
	for w := range starts.Each() {
		for w >= end {
			verse++
			end = int(l.First[verse])
		}
		if w+length <= end {
			verses.Set(verse)
		}
	}
	return verses
}

// HasWord reports whether a span of a verse has one of the words.
func (l *Lexicon) HasWord(verse int, span []WordRange, words Bits) bool {
	return l.HasPhrase(verse, span, words, 1)
}

// HasPhrase reports whether a phrase of so many words that begins at one of
// the given words stands in one range of a span of a verse.
func (l *Lexicon) HasPhrase(verse int, span []WordRange, starts Bits, length int) bool {
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
