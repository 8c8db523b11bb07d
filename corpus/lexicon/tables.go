package lexicon

import (
	"cmp"

	"mashal/bitset"
)

// A LemmaID is the number of a lemma in the lexicon.
type LemmaID uint16

// A FormID is the number of a form, in alphabetical order. Two words have the
// same form if they have the same letters with and without their prefixes.
type FormID uint32

// tables describe every word, form and lemma of the text.
type tables struct {
	formOf  []FormID  // by word
	lemmaOf []LemmaID // by word

	forms   []string // "והארץ/הארץ/ארץ", by form
	letters []FormID // by form, the first form with the same letters

	lemmas        []Lemma            // by lemma
	lemmaByStrong map[string]LemmaID // by Strong's number
	content       bitset.Set         // lemmas that are mostly nouns, verbs or adjectives
	wordsByLemma  []uint32           // words, sorted by lemma
	lemmaEnd      []uint32           // by lemma+1, the end of its words in wordsByLemma

	spellings     []string // all words with and without prefixes, in alphabetical order
	spellingIndex map[string]int
	spellingForms [][]FormID // by spelling, the forms that have it
	spellingCount []int      // by spelling, the words that have it
}

// NumLemmas returns the number of lemmas. LemmaIDs are smaller.
func (l *Lexicon) NumLemmas() int { return len(l.tables().lemmas) }

// Lemma returns a lemma. The caller must not change it.
func (l *Lexicon) Lemma(id LemmaID) *Lemma { return &l.tables().lemmas[id] }

// LemmaOf returns the lemma of a word.
func (l *Lexicon) LemmaOf(word int) LemmaID { return l.tables().lemmaOf[word] }

// LemmasOf returns the lemmas of the words from first to end-1. The caller
// must not change them.
func (l *Lexicon) LemmasOf(first, end int) []LemmaID { return l.tables().lemmaOf[first:end] }

// ContentLemmas returns the lemmas that are mostly nouns, verbs or adjectives.
// The caller must not change the set.
func (l *Lexicon) ContentLemmas() bitset.Set { return l.tables().content }

// NumForms returns the number of forms. FormIDs are smaller.
func (l *Lexicon) NumForms() int { return len(l.tables().forms) }

// FormsOf returns the forms of the words from first to end-1. The caller must
// not change them.
func (l *Lexicon) FormsOf(first, end int) []FormID { return l.tables().formOf[first:end] }

// Letters returns a number that forms have in common if they have the same
// letters. It is a FormID, and ordered like the letters.
func (l *Lexicon) Letters(form FormID) FormID { return l.tables().letters[form] }

// Spelling returns the letters of a form, with all prefixes.
func (l *Lexicon) Spelling(form FormID) string { return wholeWord(l.tables().forms[form]) }

// CompareLetters orders forms by their letters.
func (l *Lexicon) CompareLetters(a, b FormID) int {
	letters := l.tables().letters
	return cmp.Compare(letters[a], letters[b])
}

// formSet returns the given forms as a set.
func (t *tables) formSet(ids []FormID) bitset.Set {
	set := bitset.New(len(t.forms))
	for _, id := range ids {
		set.Add(int(id))
	}
	return set
}
