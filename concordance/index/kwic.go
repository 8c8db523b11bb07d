package index

import (
	"bytes"
	"errors"
	"iter"
	"slices"
	"strings"

	"mashal"
	"mashal/bitset"
	"mashal/collocation"
	"mashal/corpus/lexicon"
	"mashal/hebrew"
)

// A KWIC describes a list of lines with a keyword in its context: figures, and
// optionally words of a lemma outside figures.
type KWIC struct {
	Key   KWICKey   // "" for KeyPhrase
	Order KWICOrder // "" for KWICByBook

	// Then sorts lines that are equal in Order, and then those that are still equal: at
	// most MaxThen orders. Lines that are equal in all orders are in the order of the canon.
	Then []KWICOrder

	// Seed is that of KWICShuffled: the same seed puts the same lines in the same order, on
	// every machine.
	Seed uint64

	// Lemma is the key of KeyLemma, parsed by Lexicon.Lemmas. Outside adds its words
	// outside figures: words in verses that a chosen reading has done, and that are
	// in no figure of these readings that still has a type, whether the filter
	// finds it or not. They are literal if a reader read the verse, and not marked if
	// only matchers searched it. These verses must meet the filter's conditions on verses.
	Lemma   string
	Outside bool

	// Form, Before and After are names of groups by form, by the word before and
	// by the word after. Only lines in these groups are returned.
	Form, Before, After string

	// Near is a lemma, parsed by Lexicon.Lemmas. If given, only lines are returned with a
	// word of it in the window around the key: within the verse or, with InColon, within the
	// cola of the first and the last word of the key.
	Near    string
	Window  collocation.Window
	InColon bool

	Limit, Offset int  // with a Limit of 0, only the totals
	Traditional   bool // alter the divine names in the texts of figures
}

// A KWICKey is the part of a verse that stands in the middle of its line.
type KWICKey string

// The keys.
const (
	KeyPhrase  KWICKey = "phrase"  // the figure's words
	KeyVehicle KWICKey = "vehicle" // the figure's words, sorted by vehicle
	KeyLemma   KWICKey = "lemma"   // words of the lemma
)

// KWICKeys lists all keys.
var KWICKeys = []KWICKey{KeyPhrase, KeyVehicle, KeyLemma}

// An Occurrence is one line: the place of the key and its figures. The context
// is the rest of the verse, which the text has.
type Occurrence struct {
	Ref     mashal.Ref         `json:"-"`
	Words   []mashal.WordRange `json:"words"` // of the key, from 1; none if the figure is unanchored
	Lemma   *lexicon.Lemma     `json:"lemma,omitempty"`
	Use     mashal.Use         `json:"use"`     // of the key
	Figures []Figure           `json:"figures"` // with the key; none unless it is figurative
}

// Occurrences is a page of lines.
type Occurrences struct {
	Total int `json:"total"` // lines on all pages
	UseCount
	NotRun int          `json:"not_run"` // Lines.NotRun
	Lines  []Occurrence `json:"lines"`
}

// An occurrence is a line before its figures are read.
type occurrence struct {
	verse     int        // ordinal
	word, end int        // of the key, by the lexicon's numbers; equal if the figure is unanchored
	rows      []int      // of the figures with the key
	use       mashal.Use // of the key
}

// lemmaLines returns a line for each word of a lemma that is in a figure found
// and, if outside, for each that is in no figure.
//
// unread are the words in verses that no chosen reading has done, and all says that there
// are no others.
func (m *Matches) lemmaLines(lemma string, outside bool) (lines, unread []occurrence, all bool, err error) {
	ids, err := m.snapshot.lexicon.LemmaIDs(lemma)
	if err != nil {
		return nil, nil, false, err
	}
	coverage := m.coverage()
	words := m.snapshot.lexicon.WordsWithLemmas(ids)
	standing := m.snapshot.figures.standing
	lines = make([]occurrence, 0, words.Count())
	rows := make([]int, 0, words.Count()) // of all lines, which share this slice
	verse, first, end := 0, 0, 0
	all = true
	for word := range words.All() {
		for word >= end {
			verse++
			first, end = m.snapshot.lexicon.Verse(verse)
		}
		l := occurrence{word: word, end: word + 1, verse: verse}
		inVerse := word - first + 1
		figurative := false // in a chosen reading
		own := len(rows)
		for row, last := m.snapshot.rowsOf(verse); row < last; row++ {
			if !m.readings.Has(int(m.snapshot.figures.reading[row])) || !m.snapshot.covers(row, inVerse) {
				continue
			}
			figurative = figurative || m.snapshot.figures.final[row] != 0 && standing[row] == mashal.Claimed
			if m.rows.Has(row) {
				rows = append(rows, row)
			}
		}
		l.rows = rows[own:len(rows):len(rows)]
		all = all && !(coverage.done.Has(verse) && m.verses.Has(verse))
		if len(l.rows) > 0 || outside && !figurative && coverage.done.Has(verse) && m.verses.Has(verse) {
			l.use = m.useIn(verse, len(l.rows) > 0)
			lines = append(lines, l)
		} else if !coverage.done.Has(verse) && m.verses.Has(verse) {
			unread = append(unread, l)
		}
	}
	return lines, unread, all, nil
}

// useIn returns the use of a word of a verse that is in a figure found or in none.
func (m *Matches) useIn(verse int, figurative bool) mashal.Use {
	switch {
	case figurative:
		return mashal.Figurative
	case m.coverage().read.Has(verse):
		return mashal.Literal
	}
	return mashal.UnmarkedWord
}

// covers reports whether a figure has a word of its verse, counted from 1.
func (s *Snapshot) covers(row, word int) bool {
	for _, r := range s.figures.span(row) {
		if int(r.First) <= word && word <= int(r.Last) {
			return true
		}
	}
	return false
}

// A UseCount counts lines by the use of their keys.
type UseCount struct {
	Figurative int `json:"figurative"`
	Literal    int `json:"literal"`    // as readers say; 0 without a lemma
	NotMarked  int `json:"not_marked"` // outside the figures of matchers; 0 without a lemma
}

// Lines returns the number of lines of any use.
func (c *UseCount) Lines() int { return c.Figurative + c.Literal + c.NotMarked }

// Of returns the number of lines of a use.
func (c *UseCount) Of(use mashal.Use) int {
	switch use {
	case mashal.Literal:
		return c.Literal
	case mashal.UnmarkedWord:
		return c.NotMarked
	}
	return c.Figurative
}

// add counts a line.
func (c *UseCount) add(use mashal.Use) {
	switch use {
	case mashal.Literal:
		c.Literal++
	case mashal.UnmarkedWord:
		c.NotMarked++
	default:
		c.Figurative++
	}
}

// A Dispersion counts lines in a book or chapter.
type Dispersion struct {
	Name  string `json:"name"`  // a book's OSIS code, or a chapter's number
	Label string `json:"label"` // "Psalms", "Psalms 23"
	Words int    `json:"words"` // in the verses read or searched
	UseCount
}

// A Grouping is a property by which lines are grouped.
type Grouping string

// The groupings.
const (
	GroupByForm   Grouping = "form"   // the letters of the key; with KeyVehicle, the vehicle
	GroupByBefore Grouping = "before" // the letters of the word before the key
	GroupByAfter  Grouping = "after"  // the letters of the word after the key
	GroupByLemma  Grouping = "lemma"  // only with KeyLemma: a form can belong to several lemmas
)

// Groupings lists all groupings.
var Groupings = []Grouping{GroupByForm, GroupByBefore, GroupByAfter, GroupByLemma}

// groupedWords returns the words of a line that a grouping compares. If there
// are none, first equals end.
func (s *Snapshot) groupedWords(by Grouping, o *occurrence) (first, end int) {
	if o.word == o.end {
		return 0, 0
	}
	from, to := s.lexicon.Verse(o.verse)
	switch by {
	case GroupByBefore:
		return max(o.word-1, from), o.word
	case GroupByAfter:
		return o.end, min(o.end+1, to)
	}
	return o.word, o.end
}

// formsIn returns the forms of the words that a grouping compares.
func (m *Matches) formsIn(by Grouping, o *occurrence) []lexicon.FormID {
	first, end := m.snapshot.groupedWords(by, o)
	if by == GroupByForm && end-first > 1 {
		return m.snapshot.formsOf(o.rows[0]) // without the words between its parts
	}
	return m.snapshot.lexicon.FormsOf(first, end)
}

// narrowing returns a function that reports whether a line is in the groups
// that a KWIC names, or nil if it names none.
func (m *Matches) narrowing(k KWIC) (func(*occurrence) bool, error) {
	var conditions []func(*occurrence) bool
	for _, c := range []struct {
		by   Grouping
		want string
	}{{GroupByForm, k.Form}, {GroupByBefore, k.Before}, {GroupByAfter, k.After}} {
		if c.want == "" {
			continue
		}
		if c.by == GroupByForm && k.Key == KeyVehicle {
			want := []byte(strings.ToLower(c.want))
			vehicle := m.snapshot.figures.tags[vehicleSide].specific
			conditions = append(conditions, func(o *occurrence) bool {
				return bytes.Equal(m.snapshot.vocab.specific.Fold(int(vehicle[o.rows[0]])), want)
			})
			continue
		}
		want := strings.Fields(hebrew.Letters(c.want))
		if len(want) == 0 {
			return nil, mashal.NewFieldError(string(c.by), c.want, "", "Give words as they stand in the text, with or without points.", "there are no letters in %.60q", c.want)
		}
		conditions = append(conditions, func(o *occurrence) bool {
			return slices.EqualFunc(m.formsIn(c.by, o), want, func(form lexicon.FormID, word string) bool { return m.snapshot.lexicon.Spelling(form) == word })
		})
	}
	if k.Near != "" {
		ids, err := m.snapshot.lexicon.LemmaIDs(k.Near)
		if e, ok := errors.AsType[*mashal.FieldError](err); ok {
			e.Field = "near"
		}
		if err != nil {
			return nil, err
		}
		words := m.snapshot.lexicon.WordsWithLemmas(ids)
		conditions = append(conditions, func(o *occurrence) bool { return m.hasNear(o, words, k.Window, k.InColon) })
	}
	if len(conditions) == 0 {
		return nil, nil
	}
	return func(o *occurrence) bool {
		return !slices.ContainsFunc(conditions, func(is func(*occurrence) bool) bool { return !is(o) })
	}, nil
}

// hasNear reports whether a word of a set is in the window around the key of a line. The
// words of the key itself do not count.
func (m *Matches) hasNear(o *occurrence, words bitset.Set, w collocation.Window, inColon bool) bool {
	if o.word == o.end {
		return false
	}
	span := m.keySpan(o)
	for word := range NearWords(m.snapshot.lexicon, o.verse, span, w, inColon) {
		if words.Has(word) {
			return true
		}
	}
	return false
}

// keySpan returns the words of the key of a line.
func (m *Matches) keySpan(o *occurrence) []lexicon.WordRange {
	if o.end-o.word != 1 {
		return m.snapshot.figures.span(o.rows[0])
	}
	first, _ := m.snapshot.lexicon.Verse(o.verse)
	n := uint8(o.word - first + 1)
	return []lexicon.WordRange{{First: n, Last: n}}
}

// NearWords returns the words in the window around a key, a span of a verse, by the
// lexicon's numbers: those before its first word, those after its last, and those between
// its parts.
func NearWords(l *lexicon.Lexicon, verse int, span []lexicon.WordRange, w collocation.Window, inColon bool) iter.Seq[int] {
	return func(yield func(int) bool) {
		if len(span) == 0 {
			return
		}
		from, to := l.Verse(verse)
		number := func(n uint8) int { return from + int(n) - 1 }
		first, last := number(span[0].First), number(span[len(span)-1].Last)
		lowest, highest := from, to
		if inColon {
			lowest, _ = l.Colon(verse, first)
			_, highest = l.Colon(verse, last)
		}
		start, stop := w.Around(first, last+1, lowest, highest)
		for word := start; word < stop; word++ {
			for len(span) > 0 && number(span[0].Last) < word {
				span = span[1:]
			}
			if len(span) > 0 && number(span[0].First) <= word {
				continue // of the key
			}
			if !yield(word) {
				return
			}
		}
	}
}
