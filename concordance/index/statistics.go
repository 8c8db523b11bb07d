package index

import (
	"cmp"
	"slices"

	"mashal"
	"mashal/bitset"
	"mashal/concordance/dictionary"
	"mashal/topn"
)

// A TypeCount counts the figures of each type in one part of the text.
type TypeCount struct {
	Name    string              `json:"name"`    // OSIS code, section, genre, or number of the chapter
	Label   string              `json:"label"`   // as displayed
	Types   map[mashal.Type]int `json:"types"`   // after all verdicts; as detected if the filter says so
	Figures int                 `json:"figures"` // one with several types counts once
	Verses  int                 `json:"verses"`  // that have such figures
	Extent
}

// An Extent counts the selected verses of a part of the text by what was done with them,
// and their words.
type Extent struct {
	Read     int `json:"read"`     // verses, done by a reader
	Searched int `json:"searched"` // verses, done by matchers only
	Failed   int `json:"failed"`   // verses, done in no reading
	Words    int `json:"words"`    // in the verses read or searched
}

// Done returns the number of verses that were read or searched.
func (c *Extent) Done() int { return c.Read + c.Searched }

// Types counts by a division, in the order of the canon, omitting parts of which
// no chosen reading has done or failed a verse. It returns nil for an unknown division.
func (m *Matches) Types(by Division) []TypeCount {
	d := divisions[by]
	if d == nil {
		return nil
	}
	return slices.DeleteFunc(m.countTypes(d()), func(t TypeCount) bool { return t.Done()+t.Failed == 0 })
}

// TypesByChapter counts by chapter of a book, all chapters of it.
func (m *Matches) TypesByChapter(book mashal.Book) []TypeCount {
	if !book.Valid() {
		return nil
	}
	return m.countTypes(chaptersOf(book))
}

// countTypes counts in each part of a division.
func (m *Matches) countTypes(d *division) []TypeCount {
	list := make([]TypeCount, len(d.parts))
	sets := make([][1 << 7]int, len(d.parts))
	for i, p := range d.parts {
		list[i] = TypeCount{Name: p.name, Label: p.label, Types: map[mashal.Type]int{}}
	}
	of := m.snapshot.figures.final
	if m.filter.Detected {
		of = m.snapshot.figures.detected
	}
	for row := range m.rows.All() {
		if p := d.of[m.snapshot.figures.verse[row]]; p >= 0 {
			sets[p][of[row]]++
		}
	}
	found := m.versesFound()
	for _, r := range d.runs {
		list[r.part].Figures += m.figuresIn(r.first, r.end)
		list[r.part].Verses += found.CountRange(r.first, r.end)
		list[r.part].Extent.add(m.extent(r.first, r.end))
	}
	for p := range list {
		for i, t := range mashal.Types {
			list[p].Types[t] = having[typeSet](sets[p][:], i)
		}
	}
	return list
}

// A Pair counts the figures that have two types at once, or one type if both
// are the same.
type Pair struct {
	A       mashal.Type `json:"a"`
	B       mashal.Type `json:"b"`
	Figures int         `json:"figures"`
}

// Pairs counts the figures of each type and of each two types, in the order of
// mashal.Types, each pair once.
func (m *Matches) Pairs() []Pair {
	of := m.snapshot.figures.final
	if m.filter.Detected {
		of = m.snapshot.figures.detected
	}
	var sets [1 << 7]int
	for row := range m.rows.All() {
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

// Totals sum up the figures found and the verses. Each selected verse is read, searched,
// failed or not run.
type Totals struct {
	TypeCount
	Selected   int            `json:"selected"`   // verses
	NoneFound  int            `json:"none_found"` // verses read by a reader, without figures in any chosen reading
	NotMarked  int            `json:"not_marked"` // verses searched by matchers only, without figures
	NotRun     int            `json:"not_run"`    // verses
	Statuses   map[Status]int `json:"statuses"`   // of figures
	Annotators int            `json:"annotators"` // of the chosen readings
}

// Totals counts.
func (m *Matches) Totals() Totals {
	t := Totals{TypeCount: m.countTypes(undivided())[0], Statuses: map[Status]int{}}
	c := m.coverage()
	t.Selected = m.selected.Count()
	t.NotRun = t.Selected - t.Done() - t.Failed
	without := slices.Clone(c.done)
	without.AndNot(c.withFigures)
	t.NotMarked = without.Count()
	without.And(c.read)
	t.NoneFound = without.Count()
	t.NotMarked -= t.NoneFound
	var sets [1 << 5]int
	for row := range m.rows.All() {
		sets[m.snapshot.figures.status[row]]++
	}
	for i, status := range Statuses {
		if n := having[statusSet](sets[:], i); n > 0 {
			t.Statuses[status] = n
		}
	}
	t.Annotators = len(m.Annotators())
	return t
}

// Annotators returns the names of the annotators of the chosen readings, sorted.
func (m *Matches) Annotators() []string {
	var list []string
	for _, n := range m.chosen.annotators() {
		list = append(list, m.snapshot.annotatorTallies()[n].Name)
	}
	slices.Sort(list)
	return list
}

// cover computes the coverage.
func (m *Matches) cover() coverage {
	c := m.chosen.whole()
	if m.selected.Count() == mashal.Verses {
		return c
	}
	of := func(whole bitset.Set) bitset.Set {
		selected := slices.Clone(whole)
		selected.And(m.selected)
		return selected
	}
	return coverage{done: of(c.done), read: of(c.read), withFigures: of(c.withFigures), failed: of(c.failed)}
}

// extent counts the selected verses from first to end-1, which is exclusive, by what the
// chosen readings have done with them.
func (m *Matches) extent(first, end int) Extent {
	c := m.coverage()
	done, read := c.done.CountRange(first, end), c.read.CountRange(first, end)
	e := Extent{Read: read, Searched: done - read, Failed: c.failed.CountRange(first, end)}
	if done == end-first {
		from, _ := m.snapshot.lexicon.Verse(first)
		_, to := m.snapshot.lexicon.Verse(end - 1)
		e.Words = to - from
		return e
	}
	for verse := first; verse < end; verse++ {
		if c.done.Has(verse) {
			from, to := m.snapshot.lexicon.Verse(verse)
			e.Words += to - from
		}
	}
	return e
}

// add adds the verses of another part.
func (c *Extent) add(other Extent) {
	c.Read += other.Read
	c.Searched += other.Searched
	c.Failed += other.Failed
	c.Words += other.Words
}

// A ChapterCount counts what was read and found in a chapter.
type ChapterCount struct {
	Chapter mashal.Chapter `json:"-"`
	Figures int            `json:"figures"`
	Other   bool           `json:"-"` // a chosen reading is not the default one, which its page shows
	Extent
}

// Chapters counts in all 929 chapters of the canon.
func (m *Matches) Chapters() []ChapterCount {
	counts := make([]ChapterCount, 0, chapterOf[len(chapterOf)-1]+1)
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		for n := 1; n <= b.Chapters(); n++ {
			counts = append(counts, ChapterCount{Chapter: mashal.Chapter{Book: b, Number: n}})
		}
	}
	for i := range counts {
		first := counts[i].Chapter.FirstOrdinal()
		end := first + counts[i].Chapter.Verses()
		counts[i].Figures, counts[i].Extent = m.figuresIn(first, end), m.extent(first, end)
	}
	for n := range m.readings.All() {
		if r := &m.snapshot.readings[n].info; !r.Default {
			counts[chapterOf[r.Chapter.FirstOrdinal()]].Other = true
		}
	}
	return counts
}

// A Crosstab counts every figure found once, by target and vehicle on a level:
// separately for the most frequent names, together for the other names, and for
// figures whose level is unknown.
type Crosstab struct {
	Targets  []Margin  `json:"targets"`  // the rows: the most frequent first, then others, then unknown
	Vehicles []Margin  `json:"vehicles"` // the columns, likewise
	Cells    [][]Count `json:"cells"`    // by row and column
	Words    int       `json:"words"`    // in the verses read or searched
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
	c.Words = m.extent(1, ordinals).Words
	ofTarget, vocabulary := m.snapshot.level(0, level)
	ofVehicle, _ := m.snapshot.level(1, level)
	perTarget, perVehicle := make([]int, vocabulary.Len()), make([]int, vocabulary.Len())
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
func margins(figures []int, vocabulary *dictionary.Vocabulary, most int) (places []int32, list []Margin) {
	var known []int
	for n, count := range figures {
		if n > 0 && count > 0 {
			known = append(known, n)
		}
	}
	named := topn.Of(known, most, func(a, b int) int {
		return cmp.Or(cmp.Compare(figures[b], figures[a]), cmp.Compare(vocabulary.String(a), vocabulary.String(b)))
	})
	places = slices.Repeat([]int32{int32(len(named))}, len(figures)) // the index of the others
	for place, n := range named {
		places[n] = int32(place)
		list = append(list, Margin{Name: vocabulary.String(n)})
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
