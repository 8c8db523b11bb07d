package index

import (
	"cmp"
	"slices"

	"mashal"
	"mashal/bitset"
	"mashal/concordance/dictionary"
	"mashal/corpus/lexicon"
	"mashal/topn"
)

// A Facet counts the figures found by one of their properties.
type Facet struct {
	Name     FacetName    `json:"name"`
	Values   []FacetValue `json:"values"`
	Distinct int          `json:"distinct"` // the number of values that occur; Values may have fewer
}

// A FacetValue is a value of a facet, with the number of figures that the
// filter would find with it. The facet's own condition in the filter is
// ignored; all others apply.
type FacetValue struct {
	Value    string `json:"value"` // as Filter takes it: "Ps", "metaphor", "0.9"
	Label    string `json:"label"` // as people read it, in English: "Psalms"
	Count    int    `json:"count"`
	Selected bool   `json:"selected"` // the filter has it

	// NotDone says that no chosen reading has done a selected verse that the value stands
	// for, so that the count of 0 says nothing.
	NotDone bool `json:"not_done,omitempty"`
}

// tagFacets are the facets of each side.
var tagFacets = [4]struct{ category, domain FacetName }{
	{FacetTargetCategory, FacetTargetDomain},
	{FacetVehicleCategory, FacetVehicleDomain},
	{FacetGroundCategory, FacetGroundDomain},
	{FacetPostureCategory, FacetPostureDomain},
}

// Facets counts all facets, in order. Sections, books, genres, periods, types,
// standings, verdicts, confidence (in tenths) and groundings have all values that occur,
// in their own order. The other facets have the top values by count, and always
// those in the filter. Lemmas are nouns, verbs and adjectives.
func (m *Matches) Facets(top int) []Facet {
	c := &facetCounter{matches: m, top: top}
	facets := c.booksAndSections()
	facets = append(facets,
		c.parts(FacetGenre, ByGenres, texts(m.filter.Genres)), c.parts(FacetPeriod, ByPeriods, texts(m.filter.Periods)), c.types(),
		c.ofColumn(FacetSubtype, m.snapshot.figures.subtype, &m.snapshot.vocab.subtypes, m.filter.Subtypes),
		c.standings(), c.statuses(), c.annotators(), c.bands(), c.groundings(),
		c.ofColumn(FacetSpeaker, m.snapshot.figures.speaker, &m.snapshot.vocab.speakers, m.filter.Speakers),
		c.lemmas())
	for side, t := range m.filter.tagFilters() {
		categories, vocabulary := m.snapshot.level(side, Category)
		domains, _ := m.snapshot.level(side, Domain)
		facets = append(facets,
			c.ofColumn(tagFacets[side].category, categories, vocabulary, t.Categories),
			c.ofColumn(tagFacets[side].domain, domains, vocabulary, t.Domains))
	}
	if m.Gap() != "" {
		for i := range facets {
			for j := range facets[i].Values {
				v := &facets[i].Values[j]
				v.NotDone = v.Count == 0
			}
		}
	}
	return facets
}

// A facetCounter counts facets. Each facet is counted in the rows found without
// its own condition, which are the same for most facets.
type facetCounter struct {
	matches *Matches
	top     int
	found   *countedRows // without a condition of the facet
}

// countedRows are the rows in which a facet is counted. If they are most figures of the chosen
// readings, they are given by those that are left out, whose counts are subtracted from those of
// all.
type countedRows struct {
	rows    []uint32
	leftOut bool
}

// counted returns the rows in which a facet, which is not that of annotators, is counted.
func (c *facetCounter) counted(facet FacetName) *countedRows {
	conditioned := c.conditioned(facet)
	if !conditioned && c.found != nil {
		return c.found
	}
	set, n := c.set(facet), c.matches.total
	if conditioned {
		n = set.Count()
	}
	of := &countedRows{}
	if chosen := c.matches.chosen; chosen.kept {
		rest := slices.Clone(chosen.rows())
		rest.AndNot(set)
		if left := rest.Count(); left < n {
			set, n, of.leftOut = rest, left, true
		}
	}
	of.rows = make([]uint32, 0, n)
	for row := range set.All() {
		of.rows = append(of.rows, uint32(row))
	}
	if !conditioned {
		c.found = of
	}
	return of
}

// count counts the figures of a facet. add adds n to the count of each value that a row has.
func (c *facetCounter) count(facet FacetName, size int, add func(counts []int, rows []uint32, n int)) []int {
	of := c.counted(facet)
	if !of.leftOut {
		counts := make([]int, size)
		add(counts, of.rows, 1)
		return counts
	}
	property := string(facet)
	if facet == FacetType && c.matches.filter.Detected {
		property = "detected"
	}
	counts := slices.Clone(c.matches.chosen.tally(property, func(all bitset.Set) []int {
		counts, rows := make([]int, size), make([]uint32, 0, all.Count())
		for row := range all.All() {
			rows = append(rows, uint32(row))
		}
		add(counts, rows, 1)
		return counts
	}))
	add(counts, of.rows, -1)
	return counts
}

// countColumn counts the figures of a facet by the numbers in a column.
func countColumn[N ~uint8 | ~uint32 | ~int](c *facetCounter, facet FacetName, size int, column []N) []int {
	return c.count(facet, size, func(counts []int, rows []uint32, n int) {
		for _, row := range rows {
			counts[column[row]] += n
		}
	})
}

// set returns the rows in which a facet is counted. The caller must not change the set.
func (c *facetCounter) set(facet FacetName) bitset.Set {
	if !c.conditioned(facet) {
		return c.matches.rows
	}
	return c.matches.without(facet)
}

// conditioned reports whether the filter has a condition of a facet.
func (c *facetCounter) conditioned(facet FacetName) bool {
	return slices.ContainsFunc(c.matches.conditions, func(f fulfilled) bool { return f.facet == facet })
}

// byPart counts the figures of a facet by the part of their verses.
func (c *facetCounter) byPart(facet FacetName, d *division) []int {
	rows := c.set(facet)
	counts, firstRow := make([]int, len(d.parts)), c.matches.snapshot.firstRow
	for _, r := range d.runs {
		counts[r.part] += rows.CountRange(int(firstRow[r.first-1]), int(firstRow[r.end-1]))
	}
	return counts
}

// booksAndSections counts both. The selection is the condition of both.
func (c *facetCounter) booksAndSections() []Facet {
	counts := c.byPart(FacetBook, divisions[ByBooks]())
	var selected [mashal.Books + 1]bool
	for _, p := range c.matches.filter.Selection {
		selected[p.Book] = true
	}
	sections, books := Facet{Name: FacetSection}, Facet{Name: FacetBook}
	read := c.matches.readParts(divisions[ByBooks]())
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		count := counts[b-1]
		books.add(b.OSIS(), b.Name(), count, selected[b])
		if count == 0 && selected[b] && !read[b-1] {
			books.Values[len(books.Values)-1].NotDone = true
		}
		name := b.Section().String()
		if n := len(sections.Values); n > 0 && sections.Values[n-1].Value == name {
			sections.Values[n-1].Count += count
			sections.Values[n-1].Selected = sections.Values[n-1].Selected || selected[b]
		} else if count > 0 || selected[b] {
			sections.add(name, name, count, selected[b])
		}
	}
	readSections := c.matches.readParts(divisions[BySections]())
	for i := range sections.Values {
		v := &sections.Values[i]
		v.NotDone = v.Count == 0 && !readSections[slices.IndexFunc(divisions[BySections]().parts, func(p part) bool { return p.name == v.Value })]
	}
	sections.Distinct = 0 // without a section added only for a selected book
	for _, section := range sections.Values {
		if section.Count > 0 {
			sections.Distinct++
		}
	}
	return []Facet{sections, books}
}

// parts counts the parts of a division.
func (c *facetCounter) parts(facet FacetName, by Division, selected []string) Facet {
	d := divisions[by]()
	counts := c.byPart(facet, d)
	f := Facet{Name: facet}
	read := c.matches.readParts(d)
	for i, p := range d.parts {
		f.add(p.name, p.label, counts[i], slices.Contains(selected, p.name))
		if n := len(f.Values); counts[i] == 0 && !read[i] && n > 0 && f.Values[n-1].Value == p.name {
			f.Values[n-1].NotDone = true
		}
	}
	return f
}

// add adds a value if it occurs or is selected.
func (f *Facet) add(value, label string, count int, selected bool) {
	if f.Values == nil {
		f.Values = []FacetValue{}
	}
	if count > 0 {
		f.Distinct++
	}
	if count > 0 || selected {
		f.Values = append(f.Values, FacetValue{Value: value, Label: label, Count: count, Selected: selected})
	}
}

// ranked returns a facet of numbered values: the top ones by count and the
// selected ones. It calls name only for values it compares or returns.
func (c *facetCounter) ranked(facet FacetName, counts []int, selected bitset.Set, name func(n int) (value, label string)) Facet {
	f := Facet{Name: facet, Values: []FacetValue{}}
	most := topn.New(c.top, func(a, b int) int {
		if counts[a] != counts[b] {
			return cmp.Compare(counts[b], counts[a])
		}
		valueA, labelA := name(a)
		valueB, labelB := name(b)
		return cmp.Or(cmp.Compare(labelA, labelB), cmp.Compare(valueA, valueB))
	})
	for n, count := range counts {
		if count > 0 {
			f.Distinct++
			most.Add(n)
		}
	}
	kept := most.Values()
	for n := range selected.All() {
		if !slices.Contains(kept, n) {
			kept = append(kept, n)
		}
	}
	for _, n := range kept {
		value, label := name(n)
		f.Values = append(f.Values, FacetValue{Value: value, Label: label, Count: counts[n], Selected: selected.Has(n)})
	}
	return f
}

func (c *facetCounter) types() Facet {
	of := c.matches.snapshot.figures.final
	if c.matches.filter.Detected {
		of = c.matches.snapshot.figures.detected
	}
	sets := countColumn(c, FacetType, 1<<7, of)
	f := Facet{Name: FacetType}
	for i, t := range mashal.Types {
		f.add(string(t), string(t), having[typeSet](sets, i), slices.Contains(c.matches.filter.Types, t))
	}
	return f
}

func (c *facetCounter) standings() Facet {
	counts := countColumn(c, FacetStanding, len(mashal.Standings), c.matches.snapshot.figures.standing)
	f := Facet{Name: FacetStanding}
	for _, s := range mashal.Standings {
		f.add(s.String(), s.String(), counts[s], slices.Contains(c.matches.filter.Standings, s))
	}
	return f
}

func (c *facetCounter) statuses() Facet {
	sets := countColumn(c, FacetStatus, 1<<5, c.matches.snapshot.figures.status)
	f := Facet{Name: FacetStatus}
	for i, t := range Statuses {
		f.add(string(t), string(t), having[statusSet](sets, i), slices.Contains(c.matches.filter.Verdicts, t))
	}
	return f
}

// annotators counts in the readings from which the filter's annotators are
// chosen: those of the run if the filter has one, else the latest ones.
func (c *facetCounter) annotators() Facet {
	annotators := c.matches.snapshot.annotatorTallies()
	counts, selected := make([]int, len(annotators)), bitset.New(len(annotators))
	for n, t := range annotators {
		if slices.Contains(c.matches.filter.Annotators, t.Name) {
			selected.Add(n)
		}
	}
	rows, readings := c.set(FacetAnnotator), c.matches.snapshot.readings
	switch f := &c.matches.filter; {
	case len(f.Readings) > 0:
		c.countIn(counts, rows, func(n int) bool { return slices.Contains(f.Readings, readings[n].info.ID) })
	case f.Run != "":
		c.countIn(counts, rows, func(n int) bool { return readings[n].info.Run == f.Run })
	default:
		for n := range annotators {
			counts[n] = rows.CountAnd(c.matches.snapshot.latestChoice(annotators[n].Name).rows())
		}
	}
	f := c.ranked(FacetAnnotator, counts, selected, func(n int) (string, string) { return annotators[n].Name, annotators[n].Name })
	shares := c.matches.shares()
	for i := range f.Values {
		v := &f.Values[i]
		v.NotDone = v.Count == 0 && !slices.ContainsFunc(shares, func(s Share) bool { return s.Annotator == v.Value })
	}
	return f
}

// countIn counts rows by annotator in the wanted readings, which are given by number.
func (c *facetCounter) countIn(counts []int, rows bitset.Set, wanted func(reading int) bool) {
	of := c.matches.snapshot.annotatorNumbers()
	found := make([]int, len(of))
	for row := range rows.All() {
		found[c.matches.snapshot.figures.reading[row]]++
	}
	for n, count := range found {
		if count > 0 && wanted(n) {
			counts[of[n]] += count
		}
	}
}

func (c *facetCounter) bands() Facet {
	counts := c.count(FacetConfidence, len(Bands), func(counts []int, rows []uint32, n int) {
		confidence := c.matches.snapshot.figures.confidence
		for _, row := range rows {
			counts[band(confidence[row])] += n
		}
	})
	f := Facet{Name: FacetConfidence}
	for i := len(counts) - 1; i >= 0; i-- {
		f.add(Bands[i], bandLabels[i], counts[i], slices.Contains(c.matches.filter.Bands, Bands[i]))
	}
	return f
}

func (c *facetCounter) groundings() Facet {
	counts := countColumn(c, FacetGrounding, len(groundings), c.matches.snapshot.figures.grounding)
	f := Facet{Name: FacetGrounding}
	for i, g := range groundings {
		f.add(string(g), string(g), counts[i], slices.Contains(c.matches.filter.Groundings, g))
	}
	return f
}

// ofColumn counts the strings of a column, without the empty one.
func (c *facetCounter) ofColumn(facet FacetName, column []uint32, v *dictionary.Vocabulary, selected []string) Facet {
	counts := countColumn(c, facet, v.Len(), column)
	counts[0] = 0
	wanted := bitset.New(v.Len())
	if len(selected) > 0 {
		for n := range v.Len() {
			if n > 0 && slices.Contains(selected, v.String(n)) {
				wanted.Add(n)
			}
		}
	}
	return c.ranked(facet, counts, wanted, func(n int) (string, string) { return v.String(n), v.String(n) })
}

func (c *facetCounter) lemmas() Facet {
	l := c.matches.snapshot.lexicon
	of := c.matches.snapshot.rowLemmas()
	counts := c.count(FacetLemma, l.NumLemmas(), func(counts []int, rows []uint32, n int) {
		for _, row := range rows {
			for _, lemma := range of.lemmas[of.ends[row]:of.ends[row+1]] {
				counts[lemma] += n
			}
		}
	})
	selected := bitset.New(l.NumLemmas())
	if c.matches.filter.Lemma != "" {
		ids, _ := l.LemmaIDs(c.matches.filter.Lemma) // valid, because Match has parsed it
		for _, id := range ids {
			selected.Add(int(id))
		}
	}
	return c.ranked(FacetLemma, counts, selected, func(n int) (string, string) {
		return l.Lemma(lexicon.LemmaID(n)).Strong, l.Lemma(lexicon.LemmaID(n)).Pointed
	})
}

// listLemmas computes the lemmas of each row, so that they are counted without
// looking at words.
func (s *Snapshot) listLemmas() rowLemmas {
	l := s.lexicon
	content := l.ContentLemmas()
	list := rowLemmas{ends: make([]uint32, 1, s.figures.len()+1)}
	for row := range s.figures.len() {
		begin := len(list.lemmas)
		first, _ := l.Verse(int(s.figures.verse[row]))
		for _, r := range s.figures.span(row) {
			for _, lemma := range l.LemmasOf(first+int(r.First)-1, first+int(r.Last)) {
				if content.Has(int(lemma)) && !slices.Contains(list.lemmas[begin:], lemma) {
					list.lemmas = append(list.lemmas, lemma)
				}
			}
		}
		list.ends = append(list.ends, uint32(len(list.lemmas)))
	}
	return list
}
