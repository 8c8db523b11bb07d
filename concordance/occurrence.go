package concordance

import (
	"cmp"
	"context"
	"slices"

	"mashal"
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
)

// KWICOrders lists all.
var KWICOrders = []KWICOrder{KWICByBook, KWICByLeft, KWICByRight}

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

// An occurrence is a word of a lemma before it is shown.
type occurrence struct {
	word  int // of the text
	verse int // ordinal
	rows  []int
	rank  uint32 // of its context
}

// Occurrences lines up the figures that were found.
func (m *Matches) Occurrences(ctx context.Context, k KWIC) (*Occurrences, error) {
	if err := (Page{Limit: k.Limit, Offset: k.Offset}).check(); err != nil {
		return nil, err
	}
	if err := oneOf("key", "key", string(cmp.Or(k.Key, KeyPhrase)), texts(KWICKeys)); err != nil {
		return nil, err
	}
	if err := oneOf("order", "order of lines", string(cmp.Or(k.Order, KWICByBook)), texts(KWICOrders)); err != nil {
		return nil, err
	}
	if k.Key != KeyLemma && (k.Lemma != "" || k.Literal) {
		return nil, wrong("key", string(k.Key), string(KeyLemma), "", "a lemma and its literal uses are lined up by lemma only")
	}
	if k.Key == KeyLemma {
		return m.lemmaLines(ctx, k)
	}
	rows := m.ordered(m.linePermutation(k), k.Offset, k.Limit)
	hits, err := m.hits(ctx, rows, k.Traditional)
	if err != nil {
		return nil, explain("line up the figures", err)
	}
	found := &Occurrences{Total: m.total, Figurative: m.total, Lines: []Occurrence{}}
	for i, h := range hits {
		o := Occurrence{Ref: h.Ref, Words: []mashal.WordRange{}, Figures: []Figure{*h.Figure}}
		for _, r := range m.span(rows[i]) {
			o.Words = append(o.Words, mashal.WordRange{First: int(r.first), Last: int(r.last)})
		}
		found.Lines = append(found.Lines, o)
	}
	return found, nil
}

// linePermutation is all figures in the order in which they are lined up.
func (m *Matches) linePermutation(k KWIC) []uint32 {
	o := map[KWICOrder]ordering{KWICByLeft: byLeft, KWICByRight: byRight}[k.Order]
	if k.Key == KeyVehicle {
		o = map[KWICOrder]ordering{KWICByLeft: byVehicleLeft, KWICByRight: byVehicleRight}[k.Order]
		o = cmp.Or(o, ordering(ByVehicle))
	}
	if o == "" {
		return nil
	}
	return m.orders[o]()
}

// lemmaLines lines up the words of a lemma.
func (m *Matches) lemmaLines(ctx context.Context, k KWIC) (*Occurrences, error) {
	lines, err := m.ofLemma(k.Lemma, k.Literal)
	if err != nil {
		return nil, err
	}
	found := &Occurrences{Total: len(lines), Lines: []Occurrence{}}
	for _, l := range lines {
		if len(l.rows) == 0 {
			found.Literal++
		}
	}
	found.Figurative = found.Total - found.Literal
	if k.Order == KWICByLeft || k.Order == KWICByRight {
		c := m.lexicon.contexts()
		for i := range lines {
			l := &lines[i]
			if l.rank = c.after(m.lexicon, l.verse, l.word+1); k.Order == KWICByLeft {
				l.rank = c.before(m.lexicon, l.verse, l.word)
			}
		}
		slices.SortStableFunc(lines, func(a, b occurrence) int { return cmp.Compare(a.rank, b.rank) })
	}
	lines = lines[min(k.Offset, len(lines)):]
	lines = lines[:min(k.Limit, len(lines))]
	var rows []int
	for _, l := range lines {
		rows = append(rows, l.rows...)
	}
	hits, err := m.hits(ctx, rows, k.Traditional)
	if err != nil {
		return nil, explain("line up a lemma", err)
	}
	for _, l := range lines {
		first, _ := m.lexicon.verse(l.verse)
		inVerse := l.word - first + 1
		o := Occurrence{
			Ref: refOf(l.verse), Words: []mashal.WordRange{{First: inVerse, Last: inVerse}},
			Lemma: &m.lexicon.lemmas[m.lexicon.lemma[l.word]], Figures: []Figure{},
		}
		for _, h := range hits[:len(l.rows)] {
			o.Figures = append(o.Figures, *h.Figure)
		}
		hits = hits[len(l.rows):]
		found.Lines = append(found.Lines, o)
	}
	return found, nil
}

// ofLemma is a line for each word of a lemma that is in a figure that was
// found, and if literal uses are wanted for each that is in no figure at all.
func (m *Matches) ofLemma(lemma string, literal bool) ([]occurrence, error) {
	ids, err := m.lexicon.lemmaIDs(lemma)
	if err != nil {
		return nil, err
	}
	read := m.coverage().done
	var lines []occurrence
	verse, end := 0, 0
	for word := range m.lexicon.withLemmas(ids).each() {
		for word >= end {
			verse++
			end = int(m.lexicon.first[verse])
		}
		l := occurrence{word: word, verse: verse}
		inVerse := word - int(m.lexicon.first[verse-1]) + 1
		figurative := false // in the eyes of the wanted readings
		for row, last := m.rowsOf(verse); row < last; row++ {
			if !m.readings.has(int(m.reading[row])) || !m.covers(row, inVerse) {
				continue
			}
			figurative = figurative || m.final[row] != 0
			if m.rows.has(row) {
				l.rows = append(l.rows, row)
			}
		}
		if len(l.rows) > 0 || literal && !figurative && read.has(verse) && m.verses.has(verse) {
			lines = append(lines, l)
		}
	}
	return lines, nil
}

// covers reports whether a figure has a word of its verse, from 1.
func (s *Snapshot) covers(row, word int) bool {
	for _, r := range s.span(row) {
		if int(r.first) <= word && word <= int(r.last) {
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
	d := divisions[ByBooks]()
	if book != 0 {
		if !book.Valid() {
			return nil, wrong("book", texts([]int{int(book)})[0], "", "There are 39 books.", "there is no book %d", book)
		}
		d = chaptersOf(book)
	}
	list := make([]Dispersion, len(d.parts))
	for i, p := range d.parts {
		list[i].Name, list[i].Label = p.name, p.label
	}
	m.eachRead(func(verse, words int) {
		if p := d.of[verse]; p >= 0 {
			list[p].Words += words
		}
	})
	if lemma == "" {
		for row := range m.rows.each() {
			if p := d.of[m.verse[row]]; p >= 0 {
				list[p].Figurative++
			}
		}
		return list, nil
	}
	lines, err := m.ofLemma(lemma, true)
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		switch p := d.of[l.verse]; {
		case p < 0:
		case len(l.rows) == 0:
			list[p].Literal++
		default:
			list[p].Figurative++
		}
	}
	return list, nil
}
