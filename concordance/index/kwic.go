package index

import (
	"mashal"
	"mashal/corpus/lexicon"
)

// A KWIC says how figures, and literal uses beside them, are lined up.
type KWIC struct {
	Key   KWICKey   // "" for KeyPhrase
	Order KWICOrder // "" for KWICByBook

	// Lemma, read by Lexicon.Lemmas, is the key of KeyLemma. Literal asks then
	// also for its literal uses: words in verses that one of the wanted
	// readings has read, which none of its figures has that still is of any
	// type, whether the filter wants it or not. What the filter asks of verses
	// is asked of these verses too.
	Lemma   string
	Literal bool

	// Form, Before and After narrow the lines to those with this name in the
	// groups by form, by the word before and by the word after.
	Form, Before, After string

	Limit, Offset int  // a Limit of 0 gives none, only the totals
	Traditional   bool // texts of the figures with the divine names altered
}

// A KWICKey is what stands in the middle of the lines.
type KWICKey string

// The keys.
const (
	KeyPhrase  KWICKey = "phrase"  // the figure's words
	KeyVehicle KWICKey = "vehicle" // the figure's words too; lines with the same vehicle stand together
	KeyLemma   KWICKey = "lemma"   // words of the lemma
)

// KWICKeys lists all.
var KWICKeys = []KWICKey{KeyPhrase, KeyVehicle, KeyLemma}

// A KWICOrder is how the lines follow each other.
type KWICOrder string

// The orders of lines. Contexts are compared word by word by their letters,
// away from the key.
const (
	KWICByBook  KWICOrder = "book"  // the order of the canon
	KWICByLeft  KWICOrder = "left"  // what is read before the key: it stands to its right in Hebrew
	KWICByRight KWICOrder = "right" // what is read after the key
	KWICByDate  KWICOrder = "date"  // the age of the language: Periods in their order
)

// KWICOrders lists all.
var KWICOrders = []KWICOrder{KWICByBook, KWICByLeft, KWICByRight, KWICByDate}

// An Occurrence is one line: where the key stands, and what it is there. Its
// context is the rest of the verse, which the text has.
type Occurrence struct {
	Ref     mashal.Ref         `json:"-"`
	Words   []mashal.WordRange `json:"words"` // of the key, from 1; the context is what stands before and after; none if unanchored
	Lemma   *lexicon.Lemma     `json:"lemma,omitempty"`
	Figures []Figure           `json:"figures"` // that have the key; none if it is used literally
}

// Occurrences is a part of the lines of a KWIC.
type Occurrences struct {
	Total      int          `json:"total"` // lines, without Limit and Offset
	Figurative int          `json:"figurative"`
	Literal    int          `json:"literal"`
	Lines      []Occurrence `json:"lines"`
}

// An occurrence is a line before it is shown.
type occurrence struct {
	verse     int   // ordinal
	word, end int   // of the key, as numbered through the text; equal if it is unanchored
	rows      []int // of the figures that have it
}

// ofLemma is a line for each word of a lemma that is in a figure that was
// found, and if literal uses are wanted for each that is in no figure at all.
func (m *Matches) ofLemma(lemma string, literal bool) ([]occurrence, error) {
	ids, err := m.snapshot.lexicon.LemmaIDs(lemma)
	if err != nil {
		return nil, err
	}
	read := m.coverage().done
	words := m.snapshot.lexicon.WordsWithLemmas(ids)
	lines := make([]occurrence, 0, words.Count())
	rows := make([]int, 0, words.Count()) // of all lines, one after the other
	verse, first, end := 0, 0, 0
	for word := range words.All() {
		for word >= end {
			verse++
			first, end = m.snapshot.lexicon.Verse(verse)
		}
		l := occurrence{word: word, end: word + 1, verse: verse}
		inVerse := word - first + 1
		figurative := false // in the eyes of the wanted readings
		own := len(rows)
		for row, last := m.snapshot.rowsOf(verse); row < last; row++ {
			if !m.readings.Has(int(m.snapshot.figures.reading[row])) || !m.snapshot.covers(row, inVerse) {
				continue
			}
			figurative = figurative || m.snapshot.figures.final[row] != 0
			if m.rows.Has(row) {
				rows = append(rows, row)
			}
		}
		l.rows = rows[own:len(rows):len(rows)]
		if len(l.rows) > 0 || literal && !figurative && read.Has(verse) && m.verses.Has(verse) {
			lines = append(lines, l)
		}
	}
	return lines, nil
}

// covers reports whether a figure has a word of its verse, from 1.
func (s *Snapshot) covers(row, word int) bool {
	for _, r := range s.figures.span(row) {
		if int(r.First) <= word && word <= int(r.Last) {
			return true
		}
	}
	return false
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
	k := KWIC{}
	if lemma != "" {
		k = KWIC{Key: KeyLemma, Lemma: lemma, Literal: true}
	}
	lines, err := m.Lines(k)
	if err != nil {
		return nil, err
	}
	return lines.Dispersion(book)
}
