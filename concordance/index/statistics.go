package index

import (
	"slices"

	"mashal"
	"mashal/corpus/lexicon"
)

// A TypeCount counts the figures of each type in one part of the text.
type TypeCount struct {
	Name    string              `json:"name"`    // OSIS code, section, genre, or number of the chapter
	Label   string              `json:"label"`   // as people read it
	Types   map[mashal.Type]int `json:"types"`   // after all verdicts; as detected if the filter says so
	Figures int                 `json:"figures"` // one with several types counts once
	Verses  int                 `json:"verses"`  // that have such figures
	Read    int                 `json:"read"`    // verses of the selection, done
	Failed  int                 `json:"failed"`  // verses of the selection, in no reading done
	Words   int                 `json:"words"`   // of the verses read
}

// Types counts by a division, in the order of the canon, without parts of
// which nothing has been read. A division that there is not has no parts.
func (m *Matches) Types(by Division) []TypeCount {
	d := divisions[by]
	if d == nil {
		return nil
	}
	return slices.DeleteFunc(m.countTypes(d()), func(t TypeCount) bool { return t.Read+t.Failed == 0 })
}

// Along counts by chapter of a book, all of them.
func (m *Matches) Along(book mashal.Book) []TypeCount {
	if !book.Valid() {
		return nil
	}
	return m.countTypes(chaptersOf(book))
}

func (m *Matches) countTypes(d *division) []TypeCount {
	list := make([]TypeCount, len(d.parts))
	sets := make([][1 << 7]int, len(d.parts))
	for i, p := range d.parts {
		list[i] = TypeCount{Name: p.name, Label: p.label, Types: map[mashal.Type]int{}}
	}
	of := m.final
	if m.filter.Detected {
		of = m.detected
	}
	last := 0
	for row := range m.rows.Each() {
		verse := int(m.verse[row])
		p := d.of[verse]
		if p < 0 {
			continue
		}
		sets[p][of[row]]++
		list[p].Figures++
		if verse != last {
			list[p].Verses++
			last = verse
		}
	}
	for p := range list {
		for i, t := range mashal.Types {
			list[p].Types[t] = having[typeSet](sets[p][:], i)
		}
	}
	m.eachRead(func(verse, words int) {
		if p := d.of[verse]; p >= 0 {
			list[p].Read++
			list[p].Words += words
		}
	})
	for verse := range m.coverage().failed.Each() {
		if p := d.of[verse]; p >= 0 {
			list[p].Failed++
		}
	}
	return list
}

// A Pair counts the figures that are of two types at once; of one type at all
// if the two are the same.
type Pair struct {
	A       mashal.Type `json:"a"`
	B       mashal.Type `json:"b"`
	Figures int         `json:"figures"`
}

// Pairs counts the figures of each type and of each two, in the order of
// mashal.Types, each two once.
func (m *Matches) Pairs() []Pair {
	of := m.final
	if m.filter.Detected {
		of = m.detected
	}
	var sets [1 << 7]int
	for row := range m.rows.Each() {
		sets[of[row]]++
	}
	var pairs []Pair
	for i, a := range mashal.Types {
		for j, b := range mashal.Types[i:] {
			p := Pair{A: a, B: b}
			for set, n := range sets {
				if typeSet(set).has(i) && typeSet(set).has(i+j) {
					p.Figures += n
				}
			}
			pairs = append(pairs, p)
		}
	}
	return pairs
}

// Totals sums up what was found, and in what. Each verse of the selection is
// read, failed or not run.
type Totals struct {
	TypeCount
	Selected   int            `json:"selected"`   // verses of the selection
	NoneFound  int            `json:"none_found"` // verses read in which no reading that is wanted has figures
	NotRun     int            `json:"not_run"`    // verses
	Statuses   map[Status]int `json:"statuses"`   // of figures
	Annotators int            `json:"annotators"` // whose readings are wanted
}

// Totals counts.
func (m *Matches) Totals() Totals {
	t := Totals{TypeCount: m.countTypes(undivided())[0], Statuses: map[Status]int{}}
	c := m.coverage()
	t.Selected = m.selected.Count()
	t.NotRun = t.Selected - t.Read - t.Failed
	for verse := range c.done.Each() {
		if !c.withFigures.Has(verse) {
			t.NoneFound++
		}
	}
	var sets [1 << 5]int
	for row := range m.rows.Each() {
		sets[m.status[row]]++
	}
	for i, status := range Statuses {
		if n := having[statusSet](sets[:], i); n > 0 {
			t.Statuses[status] = n
		}
	}
	annotators := map[string]bool{}
	for n := range m.readings.Each() {
		annotators[m.Snapshot.readings[n].Annotator] = true
	}
	t.Annotators = len(annotators)
	return t
}

// A coverage is what became of the verses of the selection in the readings
// that are wanted, by their ordinals. A verse that failed in one and was done
// in another is done.
type coverage struct{ done, withFigures, failed lexicon.Bits }

func (m *Matches) cover() coverage {
	c := coverage{lexicon.NewBits(len(m.firstRow)), lexicon.NewBits(len(m.firstRow)), lexicon.NewBits(len(m.firstRow))}
	m.eachState(func(verse int, state verseState) {
		if !m.selected.Has(verse) {
			return
		}
		switch state {
		case verseFigures:
			c.withFigures.Set(verse)
			c.done.Set(verse)
		case verseNone:
			c.done.Set(verse)
		case verseFailed:
			c.failed.Set(verse)
		}
	})
	for i, done := range c.done {
		c.failed[i] &^= done
	}
	return c
}

// eachRead calls fn for every verse of the selection that a wanted reading has
// read, with the number of its words.
func (m *Matches) eachRead(fn func(verse, words int)) {
	for verse := range m.coverage().done.Each() {
		first, end := m.words.Lexicon().Verse(verse)
		fn(verse, end-first)
	}
}
