package concordance

import (
	"iter"

	"mashal"
)

// A Text is the whole Hebrew Bible, such as a corpus has it.
type Text interface {
	Chapters() iter.Seq[*mashal.ChapterText]
}

// A Lexicon knows every word of the text by its letters and its lemma. It is
// made once and does not change.
type Lexicon struct{}

// NewLexicon goes through the whole text.
func NewLexicon(text Text) (*Lexicon, error) { return nil, errUnfinished }

// A Lemma is an entry of the lexicon, without the prefixes a word may have.
type Lemma struct {
	Strong string `json:"strong"` // Strong's number with the letter that OSHB adds: "7462 b"
	Hebrew string `json:"hebrew"` // the commonest of its forms, letters only
	Count  int    `json:"count"`  // words in the whole text
}

// Lemmas reads what a person typed for a lemma: a Strong's number ("7462",
// "H7462", "7462 b"), which without its letter means all of that number; or a
// Hebrew word, with or without points and prefixes, which means every lemma
// that the word can be a form of, the commonest first. What is neither, or
// does not occur, is a *FilterError.
func (l *Lexicon) Lemmas(typed string) ([]Lemma, error) { return nil, errUnfinished }

// WordLemma is the lemma of a word of a verse, from 1.
func (l *Lexicon) WordLemma(ref mashal.Ref, word int) (Lemma, bool) { return Lemma{}, false }

// Words is the number of words of a passage.
func (l *Lexicon) Words(p mashal.Passage) int { return 0 }
