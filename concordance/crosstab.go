package concordance

import "slices"

// A Crosstab counts every figure that was found once, by target and vehicle on
// a level: the commonest of each alone, the others together, and those of
// which nothing is said on that level.
type Crosstab struct {
	Targets  []Margin  `json:"targets"`  // the rows: the commonest first, then others, then unknown
	Vehicles []Margin  `json:"vehicles"` // the columns, likewise
	Cells    [][]Count `json:"cells"`    // by row and column
	Words    int       `json:"words"`    // of the text that was read, in which the figures were looked for
}

// A Margin is the figures of one row or column.
type Margin struct {
	Name   string `json:"name"`             // "" for others and unknown
	Others int    `json:"others,omitempty"` // names that are counted together here
	Count
}

// Named reports whether the margin is that of one name.
func (m *Margin) Named() bool { return m.Name != "" }

// Unknown reports whether the margin is that of figures without a name.
func (m *Margin) Unknown() bool { return m.Name == "" && m.Others == 0 }

// A Count is a number of figures and of the verses that have them.
type Count struct {
	Figures int `json:"figures"`
	Verses  int `json:"verses"`

	last uint16 // verse
}

// add counts a figure in a verse. Figures come in the order of verses.
func (c *Count) add(verse uint16) {
	c.Figures++
	if verse != c.last {
		c.Verses++
		c.last = verse
	}
}

// Crosstab counts on a level, with so many of the commonest targets and
// vehicles alone. Rows and columns without figures are left out.
func (m *Matches) Crosstab(level Level, targets, vehicles int) Crosstab {
	var c Crosstab
	m.eachRead(func(_, words int) { c.Words += words })
	ofTarget, _ := m.level(0, level)
	ofVehicle, _ := m.level(1, level)
	var rows, columns []int32
	rows, c.Targets = m.margins(0, level, targets)
	columns, c.Vehicles = m.margins(1, level, vehicles)
	cells := make([]Count, len(c.Targets)*len(c.Vehicles))
	for row := range m.rows.each() {
		t, v, verse := rows[ofTarget[row]], columns[ofVehicle[row]], m.verse[row]
		c.Targets[t].add(verse)
		c.Vehicles[v].add(verse)
		cells[int(t)*len(c.Vehicles)+int(v)].add(verse)
	}
	c.Cells = slices.Collect(slices.Chunk(cells, max(len(c.Vehicles), 1)))
	return c
}

// margins is the margins of a side, still empty, and the place among them of
// each number of the vocabulary.
func (m *Matches) margins(side int, level Level, most int) (places []int32, margins []Margin) {
	places, named := m.axis(side, level, most, func(name string, figures int) Rate { return Rate{Name: name, Figures: figures} })
	for _, r := range named {
		margins = append(margins, Margin{Name: r.Name})
	}
	column, _ := m.level(side, level)
	unnamed := false
	others := int32(len(margins))
	names := 0
	for row := range m.rows.each() {
		switch n := column[row]; {
		case n == 0:
			unnamed = true
		case places[n] < 0:
			places[n] = others
			names++
		}
	}
	if names > 0 {
		margins = append(margins, Margin{Others: names})
	}
	if unnamed {
		places[0] = int32(len(margins))
		margins = append(margins, Margin{})
	}
	return places, margins
}
