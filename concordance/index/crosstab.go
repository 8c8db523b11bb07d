package index

import (
	"cmp"
	"slices"

	"mashal/topn"
)

// A Level is a level of a tag.
type Level string

// The levels.
const (
	Specific Level = "specific"
	Category Level = "category"
	Domain   Level = "domain"
)

// Levels lists all levels, from specific to general.
var Levels = []Level{Specific, Category, Domain}

// A Crosstab counts every figure found once, by target and vehicle on a level:
// separately for the most frequent names, together for the other names, and for
// figures whose level is unknown.
type Crosstab struct {
	Targets  []Margin  `json:"targets"`  // the rows: the most frequent first, then others, then unknown
	Vehicles []Margin  `json:"vehicles"` // the columns, likewise
	Cells    [][]Count `json:"cells"`    // by row and column
	Words    int       `json:"words"`    // in the verses read
}

// A Margin is the total of one row or column.
type Margin struct {
	Name   string `json:"name"`             // "" for others and unknown
	Others int    `json:"others,omitempty"` // the number of names counted together
	Count
}

// Named reports whether the margin is of a single name.
func (m *Margin) Named() bool { return m.Name != "" }

// Unknown reports whether the margin is of figures whose level is unknown.
func (m *Margin) Unknown() bool { return m.Name == "" && m.Others == 0 }

// A Count is a number of figures and of the verses that have them.
type Count struct {
	Figures int `json:"figures"`
	Verses  int `json:"verses"`

	last uint16 // the verse counted last
}

// add counts a figure of a verse. Figures must come in the order of verses.
func (c *Count) add(verse uint16) {
	c.Figures++
	if verse != c.last {
		c.Verses++
		c.last = verse
	}
}

// Crosstab counts on a level, with at most the given numbers of targets and
// vehicles separately. It omits rows and columns without figures.
func (m *Matches) Crosstab(level Level, targets, vehicles int) Crosstab {
	var c Crosstab
	m.eachRead(func(_, words int) { c.Words += words })
	ofTarget, vocabulary := m.snapshot.level(0, level)
	ofVehicle, _ := m.snapshot.level(1, level)
	perTarget, perVehicle := make([]int, vocabulary.len()), make([]int, vocabulary.len())
	for row := range m.rows.All() {
		perTarget[ofTarget[row]]++
		perVehicle[ofVehicle[row]]++
	}
	var rows, columns []int32
	rows, c.Targets = margins(perTarget, vocabulary, targets)
	columns, c.Vehicles = margins(perVehicle, vocabulary, vehicles)
	cells := make([]Count, len(c.Targets)*len(c.Vehicles))
	for row := range m.rows.All() {
		t, v, verse := rows[ofTarget[row]], columns[ofVehicle[row]], m.snapshot.figures.verse[row]
		c.Targets[t].add(verse)
		c.Vehicles[v].add(verse)
		cells[int(t)*len(c.Vehicles)+int(v)].add(verse)
	}
	c.Cells = slices.Collect(slices.Chunk(cells, max(len(c.Vehicles), 1)))
	return c
}

// margins returns the margins of a side, not yet counted, and the index of the
// margin for each number of the vocabulary.
func margins(figures []int, vocabulary *vocabulary, most int) (places []int32, list []Margin) {
	var known []int
	for n, count := range figures {
		if n > 0 && count > 0 {
			known = append(known, n)
		}
	}
	named := topn.Of(known, most, func(a, b int) int {
		return cmp.Or(cmp.Compare(figures[b], figures[a]), cmp.Compare(vocabulary.string(a), vocabulary.string(b)))
	})
	places = slices.Repeat([]int32{int32(len(named))}, len(figures)) // the index of the others
	for place, n := range named {
		places[n] = int32(place)
		list = append(list, Margin{Name: vocabulary.string(n)})
	}
	if others := len(known) - len(named); others > 0 {
		list = append(list, Margin{Others: others})
	}
	if figures[0] > 0 { // unknown is the empty string, number 0
		places[0] = int32(len(list))
		list = append(list, Margin{})
	}
	return places, list
}
