package lexicon

import (
	"strings"

	"mashal/bitset"
)

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
// Hebrew letters. Unless exact, they are found behind prefixes too and in other
// spellings, and a word that ends in "*" is the beginning of a word. A phrase
// may run into the next verse; VersesWith and HasPhrase leave such ones out.
func (l *Lexicon) PhraseStarts(phrase []string, exact bool) bitset.Set {
	starts := l.wordsLike(phrase[0], exact)
	for i, word := range phrase[1:] {
		next := l.wordsLike(word, exact)
		for w := range starts.All() {
			if !next.Has(w + i + 1) {
				starts.Remove(w)
			}
		}
	}
	return starts
}

// wordsLike returns the words that are meant by a typed word.
func (l *Lexicon) wordsLike(wanted string, exact bool) bitset.Set {
	if exact {
		return l.tables().wordsExactly(wanted)
	}
	if prefix, ok := strings.CutSuffix(wanted, "*"); ok {
		return l.wordsBeginning(prefix)
	}
	words := l.wordsSpelt(wanted)
	if prefix, ok := strings.CutSuffix(wanted, theName); ok && arePrefixes(prefix) {
		words.Or(l.wordsSpelt(prefix + tetragrammaton))
	}
	return words
}

// wordsExactly returns the words that have the given letters.
func (t *tables) wordsExactly(wanted string) bitset.Set {
	words := bitset.New(len(t.formOf))
	at, ok := t.spellingIndex[wanted]
	if !ok {
		return words
	}
	forms := bitset.New(len(t.forms))
	for _, id := range t.spellingForms[at] {
		if wholeWord(t.forms[id]) == wanted {
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
