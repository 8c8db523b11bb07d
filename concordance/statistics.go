package concordance

import (
	"cmp"
	"slices"

	"mashal"
)

// A Level is a level of a tag.
type Level string

// The levels.
const (
	Specific Level = "specific"
	Category Level = "category"
	Domain   Level = "domain"
)

// Levels lists all, from specific to general.
var Levels = []Level{Specific, Category, Domain}

// A Flow counts the figures that speak of one thing as another.
type Flow struct {
	Target  string `json:"target"` // "" where nothing is known on that level
	Vehicle string `json:"vehicle"`
	Figures int    `json:"figures"`
	Verses  int    `json:"verses"`
}

// Flows gives the most frequent flows between targets and vehicles on a level,
// the commonest first. Figures of which one side is unknown on that level flow
// to or from ""; those of which both are do not.
func (m *Matches) Flows(level Level, top int) []Flow {
	targets, vocabulary := m.level(0, level)
	vehicles, _ := m.level(1, level)
	// Figures with the same ends come together when they are sorted, and those
	// of one verse among them, which a map of as many ends does in three times
	// the time.
	type figure struct {
		ends  uint64
		verse uint32
	}
	figures := make([]figure, 0, m.total)
	for row := range m.rows.each() {
		if ends := uint64(targets[row])<<32 | uint64(vehicles[row]); ends != 0 {
			figures = append(figures, figure{ends, uint32(m.verse[row])})
		}
	}
	slices.SortFunc(figures, func(a, b figure) int {
		if a.ends != b.ends {
			return cmp.Compare(a.ends, b.ends)
		}
		return int(a.verse) - int(b.verse)
	})
	type flow struct {
		ends            uint64
		figures, verses int
	}
	var flows []flow
	for i, f := range figures {
		if i == 0 || f.ends != figures[i-1].ends {
			flows = append(flows, flow{ends: f.ends})
		}
		flow := &flows[len(flows)-1]
		flow.figures++
		if flow.figures == 1 || f.verse != figures[i-1].verse {
			flow.verses++
		}
	}
	names := func(f flow) (target, vehicle string) {
		return vocabulary.strings[f.ends>>32], vocabulary.strings[uint32(f.ends)]
	}
	flows = topOf(flows, top, func(a, b flow) int {
		if a.figures != b.figures {
			return cmp.Compare(b.figures, a.figures)
		}
		target, vehicle := names(a)
		otherTarget, otherVehicle := names(b)
		return cmp.Or(cmp.Compare(target, otherTarget), cmp.Compare(vehicle, otherVehicle))
	})
	list := make([]Flow, len(flows))
	for i, f := range flows {
		target, vehicle := names(f)
		list[i] = Flow{target, vehicle, f.figures, f.verses}
	}
	return list
}

// An Atlas counts targets against vehicles.
type Atlas struct {
	Targets  []Rate   `json:"targets"`  // the rows, the commonest first
	Vehicles []Rate   `json:"vehicles"` // the columns, the commonest first
	Cells    [][]Rate `json:"cells"`    // by row and column; Name is empty
	Words    int      `json:"words"`    // of the text that was read, in which the figures were looked for
}

// A Rate is a number of figures, alone and per 1,000 words of the text that
// was read.
type Rate struct {
	Name        string  `json:"name,omitempty"`
	Figures     int     `json:"figures"`
	PerThousand float64 `json:"per_thousand"`
}

// Atlas counts on a level, for the commonest targets and vehicles. Each row
// and column counts all its figures, also those outside of the atlas.
func (m *Matches) Atlas(level Level, targets, vehicles int) Atlas {
	var a Atlas
	m.eachRead(func(_, words int) { a.Words += words })
	rate := func(name string, figures int) Rate {
		r := Rate{Name: name, Figures: figures}
		if a.Words > 0 {
			r.PerThousand = 1000 * float64(figures) / float64(a.Words)
		}
		return r
	}
	var rows, columns []int32
	rows, a.Targets = m.axis(0, level, targets, rate)
	columns, a.Vehicles = m.axis(1, level, vehicles, rate)
	ofTarget, _ := m.level(0, level)
	ofVehicle, _ := m.level(1, level)
	counts := make([]int, len(a.Targets)*len(a.Vehicles))
	for row := range m.rows.each() {
		if t, v := rows[ofTarget[row]], columns[ofVehicle[row]]; t >= 0 && v >= 0 {
			counts[int(t)*len(a.Vehicles)+int(v)]++
		}
	}
	a.Cells = make([][]Rate, len(a.Targets))
	for t := range a.Cells {
		a.Cells[t] = make([]Rate, len(a.Vehicles))
		for v := range a.Cells[t] {
			a.Cells[t][v] = rate("", counts[t*len(a.Vehicles)+v])
		}
	}
	return a
}

// axis is the commonest values of a side: their rates in order, and for each
// string of the vocabulary its place among them, -1 for none.
func (m *Matches) axis(side int, level Level, most int, rate func(string, int) Rate) (places []int32, rates []Rate) {
	column, vocabulary := m.level(side, level)
	counts := make([]int, vocabulary.len())
	for row := range m.rows.each() {
		counts[column[row]]++
	}
	var known []int
	for n, count := range counts {
		if n > 0 && count > 0 {
			known = append(known, n)
		}
	}
	known = topOf(known, most, func(a, b int) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(vocabulary.strings[a], vocabulary.strings[b]))
	})
	places = slices.Repeat([]int32{-1}, vocabulary.len())
	rates = make([]Rate, len(known))
	for place, n := range known {
		places[n], rates[place] = int32(place), rate(vocabulary.strings[n], counts[n])
	}
	return places, rates
}

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
	for row := range m.rows.each() {
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
			for set, n := range sets[p] {
				if typeSet(set).has(i) {
					list[p].Types[t] += n
				}
			}
		}
	}
	m.eachRead(func(verse, words int) {
		if p := d.of[verse]; p >= 0 {
			list[p].Read++
			list[p].Words += words
		}
	})
	for verse := range m.coverage().failed.each() {
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
	for row := range m.rows.each() {
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
	t.Selected = m.selected.count()
	t.NotRun = t.Selected - t.Read - t.Failed
	for verse := range c.done.each() {
		if !c.withFigures.has(verse) {
			t.NoneFound++
		}
	}
	counts := make([]int, len(Statuses))
	for row := range m.rows.each() {
		for i := range counts {
			if m.status[row].has(i) {
				counts[i]++
			}
		}
	}
	for i, status := range Statuses {
		if counts[i] > 0 {
			t.Statuses[status] = counts[i]
		}
	}
	annotators := map[string]bool{}
	for n := range m.readings.each() {
		annotators[m.Snapshot.readings[n].Annotator] = true
	}
	t.Annotators = len(annotators)
	return t
}

// A coverage is what became of the verses of the selection in the readings
// that are wanted, by their ordinals. A verse that failed in one and was done
// in another is done.
type coverage struct{ done, withFigures, failed bits }

func (m *Matches) cover() coverage {
	c := coverage{newBits(len(m.firstRow)), newBits(len(m.firstRow)), newBits(len(m.firstRow))}
	m.eachState(func(verse int, state verseState) {
		if !m.selected.has(verse) {
			return
		}
		switch state {
		case verseFigures:
			c.withFigures.set(verse)
			c.done.set(verse)
		case verseNone:
			c.done.set(verse)
		case verseFailed:
			c.failed.set(verse)
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
	for verse := range m.coverage().done.each() {
		first, end := m.lexicon.verse(verse)
		fn(verse, end-first)
	}
}
