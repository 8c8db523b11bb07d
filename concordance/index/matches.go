package index

import (
	"cmp"
	"context"
	"database/sql"
	"iter"
	"maps"
	"math"
	"slices"
	"sync"

	"mashal"
	"mashal/bitset"
	"mashal/concordance"
	"mashal/concordance/dictionary"
	"mashal/corpus/lexicon"
)

// A Matches is the result of a filter on a snapshot. Matching is expensive, so
// pages, facets and statistics reuse its result.
type Matches struct {
	snapshot *Snapshot
	filter   Filter

	chosen     *choice    // by the filter
	readings   bitset.Set // of chosen
	byDefault  string     // the annotator that was chosen because the filter names none
	hebrew     dictionary.Terms
	english    dictionary.Terms
	found      []foundHebrew // for marks
	answers    answers       // to the query
	conditions []fulfilled
	rows       bitset.Set // found: they meet all conditions
	total      int

	// Verses, by ordinal.
	selected bitset.Set        // in the selection, genres and periods
	verses   bitset.Set        // of them, those that meet the conditions on words and lemma
	verseSet func() bitset.Set // returned by Verses
	coverage func() coverage   // of the selection
	shares   func() []Share    // of the annotators
}

// A fulfilled condition is the rows that meet one condition of a filter.
type fulfilled struct {
	facet FacetName // counted without the condition; "" for none
	rows  bitset.Set
}

// without returns the rows that meet all conditions except those of a facet.
func (m *Matches) without(facet FacetName) bitset.Set {
	all := bitset.Full(m.snapshot.figures.len())
	for _, c := range m.conditions {
		if facet == "" || c.facet != facet {
			all.And(c.rows)
		}
	}
	return all
}

// need adds a condition on figures.
func (m *Matches) need(facet FacetName, is func(row int) bool) {
	m.conditions = append(m.conditions, fulfilled{facet, m.snapshot.figures.where(is)})
}

// needVerses adds a condition on verses and on the figures in them.
func (m *Matches) needVerses(verses bitset.Set) {
	m.verses.And(verses)
	m.conditions = append(m.conditions, fulfilled{rows: m.snapshot.rowsIn(verses)})
}

// rowsIn returns the rows of some verses.
func (s *Snapshot) rowsIn(verses bitset.Set) bitset.Set {
	rows := bitset.New(s.figures.len())
	for verse := range verses.All() {
		rows.AddRange(s.rowsOf(verse))
	}
	return rows
}

// Snapshot returns the snapshot that was searched.
func (m *Matches) Snapshot() *Snapshot { return m.snapshot }

// Total returns the number of figures found.
func (m *Matches) Total() int { return m.total }

// A coverage is the states of the selected verses in the chosen readings. A
// verse that failed in one and was done in another is done. Those in read were
// done by a reader, the others of done only by matchers.
type coverage struct{ done, read, withFigures, failed bitset.Set }

// Default returns the annotator that was chosen for its coverage, because the filter names
// no annotator, run or reading. It returns "" if the filter names one, the concordance has
// no other, or no verse was done.
func (m *Matches) Default() string { return m.byDefault }

// Simulated reports whether some of the chosen readings are simulated.
func (m *Matches) Simulated() bool {
	for n := range m.readings.All() {
		if m.snapshot.readings[n].info.Kind == mashal.BySimulation {
			return true
		}
	}
	return false
}

// Done returns the selected verses that a chosen reading has done, by ordinal, and of them
// those that a reader has read. The caller must not change the sets.
func (m *Matches) Done() (done, read bitset.Set) {
	c := m.coverage()
	return c.done, c.read
}

// WithWords returns the selected verses that meet the conditions on words and lemma, by
// ordinal. The caller must not change the set.
func (m *Matches) WithWords() bitset.Set { return m.verses }

// Spans returns the verse and the words of each figure found, in the order of the canon. The
// words of a figure whose span is unknown are missing.
func (m *Matches) Spans() iter.Seq2[int, []lexicon.WordRange] {
	return func(yield func(int, []lexicon.WordRange) bool) {
		for row := range m.rows.All() {
			if !yield(int(m.snapshot.figures.verse[row]), m.snapshot.figures.span(row)) {
				return
			}
		}
	}
}

// A Share is the part of an annotator in what is counted.
type Share struct {
	Annotator string               `json:"annotator"`
	Kind      mashal.AnnotatorKind `json:"kind"`
	Claim     mashal.Claim         `json:"claim"`
	Verses    int                  `json:"verses"`  // selected ones that it has done
	Figures   int                  `json:"figures"` // found
	Percent   float64              `json:"percent"` // of the verses of all
}

// Shares returns the share of each annotator of the chosen readings, in the order of rank.
// More than one share means that counts mix annotators.
func (m *Matches) Shares() []Share { return m.shares() }

func (m *Matches) countShares() []Share {
	of := m.snapshot.annotatorNumbers()
	list := make([]Share, len(m.snapshot.annotatorTallies()))
	total, whole := 0, m.selected.Count() == mashal.Verses
	for n := range m.readings.All() {
		r := m.snapshot.readings[n]
		share := &list[of[n]]
		share.Annotator, share.Kind, share.Claim = r.info.Annotator, r.info.Kind, r.info.Kind.Claim()
		done := r.doneIn(m.selected, whole)
		share.Verses += done
		total += done
	}
	if chosen := m.chosen.annotators(); len(chosen) == 1 {
		list[chosen[0]].Figures = m.total
	} else {
		for row := range m.rows.All() {
			list[of[m.snapshot.figures.reading[row]]].Figures++
		}
	}
	for i := range list {
		list[i].Percent = math.Round(1000*float64(list[i].Verses)/float64(max(total, 1))) / 10
	}
	list = slices.DeleteFunc(list, func(s Share) bool { return s.Verses+s.Figures == 0 })
	slices.SortFunc(list, func(a, b Share) int {
		return cmp.Or(cmp.Compare(b.Kind.Rank(), a.Kind.Rank()), cmp.Compare(a.Annotator, b.Annotator))
	})
	return list
}

// Mixed reports whether the figures and verses are of more than one annotator.
func (m *Matches) Mixed() bool { return len(m.shares()) > 1 }

// Readers reports whether all that is counted is of readers. Only then a share of verses or
// words means anything: the silence of a matcher is no statement. If nothing is counted, it
// reports so of the chosen readings, or of all annotators if none was chosen.
func (m *Matches) Readers() bool { return m.all(mashal.ByReader) }

// all reports whether all that is counted is of annotators with a claim.
func (m *Matches) all(claim mashal.Claim) bool {
	if shares := m.shares(); len(shares) > 0 {
		return !slices.ContainsFunc(shares, func(s Share) bool { return s.Claim != claim })
	}
	chosen := false
	for n := range m.readings.All() {
		if chosen = true; m.snapshot.readings[n].info.Kind.Claim() != claim {
			return false
		}
	}
	return chosen || !slices.ContainsFunc(m.snapshot.annotatorTallies(), func(t Tally) bool { return t.Kind.Claim() != claim })
}

// Searched reports whether all that is counted is of matchers.
func (m *Matches) Searched() bool { return m.all(mashal.ByMatcher) }

// Lacking returns the selected verses in which the chosen readings have nothing: neither
// done nor failed. They are all selected verses if the annotators that were asked for have
// done none.
func (m *Matches) Lacking() mashal.Selection {
	c := m.coverage()
	var passages []mashal.Passage
	for verse := range m.selected.All() {
		if !c.done.Has(verse) && !c.failed.Has(verse) {
			ref := refOf(verse)
			passages = append(passages, mashal.Passage{Chapter: ref.Chapter, First: ref.Verse, Last: ref.Verse})
		}
	}
	return mashal.Select(passages...)
}

// Covered returns the number of selected verses that a chosen reading has done or failed.
func (m *Matches) Covered() int { return m.coverage().done.Count() + m.coverage().failed.Count() }

// versesFound returns the verses of the figures found. The caller must not change the set.
func (m *Matches) versesFound() bitset.Set {
	if m.total == m.chosen.rows().Count() {
		return m.chosen.verses()
	}
	return m.snapshot.versesOf(m.rows)
}

// versesOf returns the verses of some rows.
func (s *Snapshot) versesOf(rows bitset.Set) bitset.Set {
	verses := bitset.New(len(s.firstRow))
	for row := range rows.All() {
		verses.Add(int(s.figures.verse[row]))
	}
	return verses
}

// figuresIn returns the number of figures found in the verses from first to end-1.
func (m *Matches) figuresIn(first, end int) int {
	return m.rows.CountRange(int(m.snapshot.firstRow[first-1]), int(m.snapshot.firstRow[end-1]))
}

// Work is what the chosen readings of an annotator are, for citing them.
type Work struct {
	Share
	Versions    []string // of the annotator
	First, Last string   // when the first and the last of their verses were done or failed: UTC, "2006-01-02 15:04:05"
}

// Work returns the work of each annotator that Shares lists, in the same order. Versions and
// times are those of its chosen readings of chapters with selected verses.
func (m *Matches) Work(ctx context.Context) ([]Work, error) {
	of := map[int64]*ReadingInfo{}
	versions := map[string]map[string]bool{}
	for n := range m.readings.All() {
		r := m.snapshot.readings[n]
		if r.doneIn(m.selected, false) == 0 {
			continue
		}
		of[r.info.ID] = &r.info
		if versions[r.info.Annotator] == nil {
			versions[r.info.Annotator] = map[string]bool{}
		}
		versions[r.info.Annotator][r.info.Version] = true
	}
	list := make([]Work, len(m.shares()))
	at := map[string]*Work{}
	for i, share := range m.shares() {
		list[i] = Work{Share: share, Versions: slices.Sorted(maps.Keys(versions[share.Annotator]))}
		at[share.Annotator] = &list[i]
	}
	err := concordance.Each(ctx, m.snapshot.file.db.Read(), func(scan func(...any) error) error {
		var id int64
		var first, last sql.NullString
		if err := scan(&id, &first, &last); err != nil {
			return err
		}
		w := at[of[id].Annotator]
		if w == nil || !first.Valid {
			return nil
		}
		if w.First = cmp.Or(w.First, first.String); first.String < w.First {
			w.First = first.String
		}
		w.Last = max(w.Last, last.String)
		return nil
	}, `SELECT j.value, min(s.at), max(s.at) FROM json_each(?) j CROSS JOIN verse_reading s ON s.reading = j.value GROUP BY j.value`,
		jsonOf(slices.Collect(maps.Keys(of))))
	if err != nil {
		return nil, concordance.Explain("read when the verses were annotated", err)
	}
	return list, nil
}

// Match applies a filter. An invalid value is a *mashal.FieldError: an
// annotator, run, reading, subtype, speaker, category or domain that the
// concordance does not have, an unknown type, a confidence out of range, a text
// without words.
func (s *Snapshot) Match(ctx context.Context, f Filter) (*Matches, error) {
	return s.match(ctx, f, answers{})
}

// match is Match with the known answers to queries, to which it adds.
func (s *Snapshot) match(ctx context.Context, f Filter, known answers) (*Matches, error) {
	m := &Matches{snapshot: s, filter: f, answers: known}
	if err := f.Check(); err != nil {
		return nil, err
	}
	m.coverage = sync.OnceValue(m.cover)
	for _, step := range []func() error{
		m.matchSelection, m.matchReadings, m.matchTypes, m.matchTags, m.matchExceptions, m.matchSpeech, m.matchLemma,
		func() error { return m.matchWords(ctx) },
		func() error { return m.matchText(ctx) },
		func() error { return m.matchRules(ctx) },
		func() error { return m.matchQuery(ctx) },
	} {
		if err := step(); err != nil {
			return nil, concordance.Explain("search the concordance", err)
		}
	}
	m.rows = m.without("")
	m.total = m.rows.Count()
	m.verseSet, m.shares = sync.OnceValue(m.findVerses), sync.OnceValue(m.countShares)
	return m, nil
}

// matchReadings narrows by reading.
func (m *Matches) matchReadings() (err error) {
	if m.chosen, m.byDefault, err = m.snapshot.choose(&m.filter, m.selected); err != nil {
		return err
	}
	m.readings = m.chosen.readings
	m.conditions = append(m.conditions, fulfilled{FacetAnnotator, m.chosen.rows()})
	return nil
}

// matchSelection narrows to the selection, the genres of chapters and the periods of
// verses.
func (m *Matches) matchSelection() error {
	var err error
	if m.selected, err = m.filter.selected(); err != nil {
		return err
	}
	m.verses = bitset.New(ordinals)
	m.verses.Or(m.selected)
	if m.filter.Selection != nil {
		verses, err := selectedVerses(m.filter.Selection)
		if err != nil {
			return err
		}
		m.conditions = append(m.conditions, fulfilled{FacetBook, m.snapshot.rowsIn(verses)})
	}
	for _, p := range m.filter.parts() {
		verses := p.verses()
		m.need(p.facet, func(row int) bool { return verses.Has(int(m.snapshot.figures.verse[row])) })
	}
	return nil
}

// selected returns the verses of the filter's selection, genres and periods.
func (f *Filter) selected() (bitset.Set, error) {
	selected := bitset.New(ordinals)
	selected.AddRange(1, ordinals)
	if f.Selection != nil {
		verses, err := selectedVerses(f.Selection)
		if err != nil {
			return nil, err
		}
		selected.And(verses)
	}
	for _, p := range f.parts() {
		selected.And(p.verses())
	}
	return selected, nil
}

// A namedParts is the parts of a division that a filter names.
type namedParts struct {
	facet FacetName
	by    Division
	names []string
}

// parts returns the named genres and periods, without a division of which no part is named.
func (f *Filter) parts() []namedParts {
	return slices.DeleteFunc([]namedParts{
		{FacetGenre, ByGenres, texts(f.Genres)}, {FacetPeriod, ByPeriods, texts(f.Periods)},
	}, func(p namedParts) bool { return len(p.names) == 0 })
}

// verses returns the verses of the parts.
func (p namedParts) verses() bitset.Set {
	d := divisions[p.by]()
	verses := bitset.New(ordinals)
	for verse := 1; verse < ordinals; verse++ {
		if slices.Contains(p.names, d.parts[d.of[verse]].name) {
			verses.Add(verse)
		}
	}
	return verses
}
