package concordance

import (
	"context"

	"mashal"
)

// A KWIC says how figures, and literal uses beside them, are lined up.
type KWIC struct {
	Key   KWICKey
	Order KWICOrder // "" for by book

	// Lemma, read by Lexicon.Lemmas, is the key of KeyLemma; then Literal asks
	// also for its uses in verses that were read where no figure of the wanted
	// readings, of whatever the filter wants and with a type left, has the
	// word; and the filter's selection holds for them.
	Lemma   string
	Literal bool

	Limit, Offset int
}

// A KWICKey is what stands in the middle of the lines.
type KWICKey string

// The keys.
const (
	KeyPhrase  KWICKey = "phrase"  // the figure's words
	KeyVehicle KWICKey = "vehicle" // the figure's words too; lines with the same vehicle stand together
	KeyLemma   KWICKey = "lemma"   // words of the lemma
)

// A KWICOrder is how the lines follow each other.
type KWICOrder string

// The orders of lines. Contexts are compared word by word by their letters,
// away from the key.
const (
	KWICByBook  KWICOrder = "book"
	KWICByLeft  KWICOrder = "left"  // what is read before the key: it stands to its right in Hebrew
	KWICByRight KWICOrder = "right" // what is read after the key
)

// An Occurrence is one line: where the key stands, and what it is there. Its
// context is the rest of the verse, which the text has.
type Occurrence struct {
	Ref     mashal.Ref         `json:"-"`
	Words   []mashal.WordRange `json:"words"` // of the key, from 1; the context is what stands before and after; none if unanchored
	Lemma   *Lemma             `json:"lemma,omitempty"`
	Figures []Figure           `json:"figures"` // that have the key; none if it is used literally
}

// Occurrences is a part of the lines of a KWIC.
type Occurrences struct {
	Total      int          `json:"total"` // lines, without Limit and Offset
	Figurative int          `json:"figurative"`
	Literal    int          `json:"literal"`
	Lines      []Occurrence `json:"lines"`
}

// Occurrences lines up the figures that were found.
func (m *Matches) Occurrences(ctx context.Context, k KWIC) (*Occurrences, error) {
	return nil, errUnfinished
}

// A Dispersion counts along the canon or a book.
type Dispersion struct {
	Name       string `json:"name"`  // a book's OSIS code, or a chapter's number
	Label      string `json:"label"` // "Psalms", "Psalms 23"
	Words      int    `json:"words"` // of the text that the wanted readings read
	Figurative int    `json:"figurative"`
	Literal    int    `json:"literal"` // 0 if no lemma was given
}

// Dispersion counts the figures that were found in each of the 39 books, or in
// each chapter of a book. With a lemma it counts its words: those that stand
// in figures that were found, and those that are used literally as a KWIC has
// them.
func (m *Matches) Dispersion(book mashal.Book, lemma string) ([]Dispersion, error) {
	return nil, errUnfinished
}
