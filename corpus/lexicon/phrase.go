package lexicon

import "mashal/bitset"

// WordsWithLemmas returns the words that have one of the lemmas.
func (l *Lexicon) WordsWithLemmas(ids []LemmaID) bitset.Set {
	t := l.tables()
	words := bitset.New(len(t.lemmaOf))
	for _, id := range ids {
		for _, word := range t.wordsByLemma[t.lemmaEnd[id]:t.lemmaEnd[id+1]] {
			words.Add(int(word))
		}
	}
	return words
}

// PhraseStarts returns the words at which a phrase begins. Its words are
// Hebrew letters; they are found behind prefixes too unless exact. A phrase
// may run into the next verse; VersesWith and HasPhrase leave such ones out.
func (l *Lexicon) PhraseStarts(phrase []string, exact bool) bitset.Set {
	t := l.tables()
	starts := t.wordsLike(phrase[0], exact)
	for i, word := range phrase[1:] {
		next := t.wordsLike(word, exact)
		for w := range starts.All() {
			if !next.Has(w + i + 1) {
				starts.Remove(w)
			}
		}
	}
	return starts
}

// wordsLike returns the words that have a spelling, without their prefixes
// too unless exact.
func (t *tables) wordsLike(wanted string, exact bool) bitset.Set {
	words := bitset.New(len(t.formOf))
	at, ok := t.spellingIndex[wanted]
	if !ok {
		return words
	}
	same := SameHebrew(exact)
	forms := bitset.New(len(t.forms))
	for _, id := range t.spellingForms[at] {
		if same(t.forms[id], wanted) {
			forms.Add(int(id))
		}
	}
	for word, form := range t.formOf {
		if forms.Has(int(form)) {
			words.Add(word)
		}
	}
	return words
}

// VersesWith returns the verses, by ordinal, that contain a phrase of a number
// of words beginning at one of the given words.
func (l *Lexicon) VersesWith(starts bitset.Set, length int) bitset.Set {
	verses := bitset.New(len(l.firstWord))
	verse, end := 0, 0 // end of the verse, in words
	for w := range starts.All() {
		for w >= end {
			verse++
			end = int(l.firstWord[verse])
		}
		if w+length <= end {
			verses.Add(verse)
		}
	}
	return verses
}
