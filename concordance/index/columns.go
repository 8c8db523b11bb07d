package index

import (
	"slices"

	"mashal"
	"mashal/bitset"
	"mashal/concordance"
	"mashal/corpus/lexicon"
)

// columns are the figures of a snapshot, one row each, in the order of the
// canon: by verse, reading and ordinal. They hold what is searched, counted and
// sorted, in 100 bytes per figure apart from the strings. What is only
// displayed is read from the file for the rows of a page.
type columns struct {
	reading    []uint32 // number of the reading in the snapshot
	verse      []uint16 // ordinal in the canon, from 1
	ordinal    []uint16 // of the figure in its verse and reading, from 1
	detected   []typeSet
	final      []typeSet
	status     []statusSet
	grounding  []uint8 // number in groundings
	confidence []float64
	standing   []mashal.Standing
	subtype    []uint32 // numbers in vocabularies
	speaker    []uint32
	purpose    []uint32
	tags       [4]tagColumns // by side
	spans      []uint32      // by row, its first range; then the number of ranges
	ranges     []lexicon.WordRange
}

// tagColumns are numbers in vocabularies.
type tagColumns struct{ specific, category, domain []uint32 }

func (t *tagColumns) add(specific, category, domain uint32) {
	t.specific, t.category, t.domain = append(t.specific, specific), append(t.category, category), append(t.domain, domain)
}

func newColumns(capacity int) *columns {
	c := &columns{
		reading: make([]uint32, 0, capacity), verse: make([]uint16, 0, capacity), ordinal: make([]uint16, 0, capacity),
		detected: make([]typeSet, 0, capacity), final: make([]typeSet, 0, capacity), status: make([]statusSet, 0, capacity),
		grounding: make([]uint8, 0, capacity), confidence: make([]float64, 0, capacity),
		standing: make([]mashal.Standing, 0, capacity), subtype: make([]uint32, 0, capacity), speaker: make([]uint32, 0, capacity), purpose: make([]uint32, 0, capacity),
		spans: append(make([]uint32, 0, capacity+1), 0), ranges: make([]lexicon.WordRange, 0, capacity),
	}
	for side := range c.tags {
		c.tags[side] = tagColumns{make([]uint32, 0, capacity), make([]uint32, 0, capacity), make([]uint32, 0, capacity)}
	}
	return c
}

func (c *columns) len() int { return len(c.verse) }

// copy appends a row of other columns, whose reading has another number here.
func (c *columns) copy(from *columns, row int, reading uint32) {
	c.reading = append(c.reading, reading)
	c.verse = append(c.verse, from.verse[row])
	c.ordinal = append(c.ordinal, from.ordinal[row])
	c.detected = append(c.detected, from.detected[row])
	c.final = append(c.final, from.final[row])
	c.status = append(c.status, from.status[row])
	c.grounding = append(c.grounding, from.grounding[row])
	c.confidence = append(c.confidence, from.confidence[row])
	c.standing = append(c.standing, from.standing[row])
	c.subtype = append(c.subtype, from.subtype[row])
	c.speaker = append(c.speaker, from.speaker[row])
	c.purpose = append(c.purpose, from.purpose[row])
	for side := range c.tags {
		t := &from.tags[side]
		c.tags[side].add(t.specific[row], t.category[row], t.domain[row])
	}
	c.ranges = append(c.ranges, from.span(row)...)
	c.spans = append(c.spans, uint32(len(c.ranges)))
}

// span returns the word ranges of a row; none if it is unanchored.
func (c *columns) span(row int) []lexicon.WordRange { return c.ranges[c.spans[row]:c.spans[row+1]] }

// where returns the rows for which a condition holds.
func (c *columns) where(is func(row int) bool) bitset.Set {
	set := bitset.New(c.len())
	for row := range c.len() {
		if is(row) {
			set.Add(row)
		}
	}
	return set
}

// addMatching adds the rows of a column whose number is wanted.
func addMatching(rows bitset.Set, column []uint32, wanted bitset.Set) {
	if wanted.Empty() {
		return
	}
	for row, n := range column {
		if wanted.Has(int(n)) {
			rows.Add(row)
		}
	}
}

// A typeSet is a set of indexes of mashal.Types.
type typeSet uint8

func newTypeSet(types ...mashal.Type) typeSet {
	var set typeSet
	for _, t := range types {
		if i := slices.Index(mashal.Types, t); i >= 0 {
			set |= 1 << i
		}
	}
	return set
}

func (s typeSet) has(i int) bool { return s&(1<<i) != 0 }

func (s typeSet) list() []mashal.Type {
	list := []mashal.Type{}
	for i, t := range mashal.Types {
		if s.has(i) {
			list = append(list, t)
		}
	}
	return list
}

// A statusSet is a set of indexes of Statuses.
type statusSet uint8

func newStatusSet(statuses ...Status) statusSet {
	var set statusSet
	for _, t := range statuses {
		if i := slices.Index(Statuses, t); i >= 0 {
			set |= 1 << i
		}
	}
	return set
}

func (s statusSet) has(i int) bool { return s&(1<<i) != 0 }

func (s statusSet) list() []Status {
	list := []Status{}
	for i, t := range Statuses {
		if s.has(i) {
			list = append(list, t)
		}
	}
	return list
}

// having returns the number of figures whose set has member i, given the number
// of figures with each set. Few different sets occur, so this is faster than
// counting figures.
func having[S interface {
	~uint8
	has(i int) bool
}](figures []int, i int) (n int) {
	for set, count := range figures {
		if S(set).has(i) {
			n += count
		}
	}
	return n
}

// statusOf returns the statuses of a figure, given the last decision on each of
// its types.
func statusOf(detected, final typeSet, last *decisions) statusSet {
	var set statusSet
	for i, decision := range last {
		switch {
		case !detected.has(i):
		case decision == "":
			set |= newStatusSet(StatusOpen)
		case decision == mashal.Valid:
			set |= newStatusSet(StatusValid)
		case decision == mashal.Invalid:
			set |= newStatusSet(StatusInvalid)
		case decision == mashal.Reclassified:
			set |= newStatusSet(StatusReclassified)
		}
	}
	if final == 0 {
		set |= newStatusSet(StatusLiteral)
	}
	return set
}

// groundings lists the groundings by their number.
var groundings = []mashal.Grounding{mashal.Exact, mashal.Normalised, mashal.Aligned, mashal.Unanchored}

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

// A Status is the result of the verdicts on a figure.
type Status string

// The statuses. A figure with several types can have several: one for each
// type, by the last verdict on it.
const (
	StatusValid        Status = "valid"          // a type was judged valid
	StatusInvalid      Status = "invalid"        // a type was judged invalid
	StatusReclassified Status = "reclassified"   // a type was judged to be another
	StatusOpen         Status = "not validated"  // a type has no verdict
	StatusLiteral      Status = "not figurative" // no type is left
)

// Statuses lists all statuses in order.
var Statuses = []Status{StatusValid, StatusInvalid, StatusReclassified, StatusOpen, StatusLiteral}

// vehicleSide is the index of the vehicle in concordance.Sides.
const vehicleSide = 1

// decisions are the last decisions on each type, by its number.
type decisions [7]mashal.Decision

// sideNumber returns the index of a side in concordance.Sides.
func sideNumber(name string) int {
	for i, side := range concordance.Sides {
		if side.Name == name {
			return i
		}
	}
	return 0 // the schema allows no other
}
