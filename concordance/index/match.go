package index

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"mashal"
	"mashal/concordance"
	"mashal/corpus/lexicon"
	"mashal/hebrew"
)

// Matches is what a filter finds in a snapshot. Finding is the dear part;
// pages, facets and statistics are asked of it afterwards.
type Matches struct {
	*Snapshot
	filter Filter

	readings   lexicon.Bits // that are wanted
	conditions []fulfilled
	rows       lexicon.Bits // that were found: what fulfils all conditions
	total      int

	// Verses, by ordinal.
	selected lexicon.Bits        // of the selection
	verses   lexicon.Bits        // of them, those that fulfil the conditions verses can meet
	verseSet func() lexicon.Bits // that Verses gives
	coverage func() coverage     // of the selection
}

// fulfilled is the rows that fulfil one condition of a filter.
type fulfilled struct {
	facet FacetName // which counts without the condition; "" if none does
	rows  lexicon.Bits
}

// Match finds what a filter wants. What cannot be meant in the filter is a
// *mashal.FieldError: an annotator, run, reading, subtype, speaker, category or
// domain that is not in the concordance, a type that there is not, a
// confidence out of range, words that are none.
func (s *Snapshot) Match(ctx context.Context, f Filter) (*Matches, error) {
	m := &Matches{Snapshot: s, filter: f}
	if err := f.check(); err != nil {
		return nil, err
	}
	for _, step := range []func() error{
		m.chooseReadings, m.matchSelection, m.matchGenres, m.matchKinds, m.matchTags, m.matchOthers, m.matchSpeech, m.matchLemma,
		func() error { return m.matchWords(ctx) },
		func() error { return m.matchText(ctx) },
	} {
		if err := step(); err != nil {
			return nil, concordance.Explain("search the concordance", err)
		}
	}
	m.rows = m.without("")
	m.total = m.rows.Count()
	m.verseSet, m.coverage = sync.OnceValue(m.findVerses), sync.OnceValue(m.cover)
	return m, nil
}

// without is the rows that fulfil all conditions but those of a facet.
func (m *Matches) without(facet FacetName) lexicon.Bits {
	all := lexicon.FullBits(m.columns.len())
	for _, c := range m.conditions {
		if facet == "" || c.facet != facet {
			all.And(c.rows)
		}
	}
	return all
}

// need narrows the figures by a condition.
func (m *Matches) need(facet FacetName, is func(row int) bool) {
	m.conditions = append(m.conditions, fulfilled{facet, m.where(is)})
}

// needVerses narrows verses, and figures to those in them.
func (m *Matches) needVerses(verses lexicon.Bits) {
	m.verses.And(verses)
	m.conditions = append(m.conditions, fulfilled{rows: m.rowsIn(verses)})
}

// rowsIn is the rows of some verses.
func (s *Snapshot) rowsIn(verses lexicon.Bits) lexicon.Bits {
	rows := lexicon.NewBits(s.columns.len())
	for verse := range verses.Each() {
		rows.SetRange(s.rowsOf(verse))
	}
	return rows
}

// chooseReadings finds the readings that are wanted.
func (m *Matches) chooseReadings() error {
	f := &m.filter
	m.readings = lexicon.NewBits(len(m.Snapshot.readings))
	f.Annotators = m.labels(f.Annotators)
	switch {
	case len(f.Readings) > 0:
		for _, id := range f.Readings {
			n, ok := m.byID[id]
			if !ok {
				return mashal.NewFieldError("readings", fmt.Sprint(id), "", "A reading may have been dropped by a new build.", "there is no reading %d", id)
			}
			m.readings.Set(n)
		}
	case f.Run != "":
		if err := oneOf("run", "run", f.Run, names(m.Runs())); err != nil {
			return err
		}
		for i, r := range m.Snapshot.readings {
			if r.Run == f.Run && (len(f.Annotators) == 0 || slices.Contains(f.Annotators, r.Annotator)) {
				m.readings.Set(i)
			}
		}
	case len(f.Annotators) > 0:
		for i, r := range m.Snapshot.readings {
			if r.Latest && slices.Contains(f.Annotators, r.Annotator) {
				m.readings.Set(i)
			}
		}
	default:
		m.readings = m.current
	}
	for _, a := range f.Annotators {
		if err := oneOf("annotators", "reading by", a, names(m.Annotators())); err != nil {
			return err
		}
	}
	m.need(FacetAnnotator, func(row int) bool { return m.readings.Has(int(m.reading[row])) })
	return nil
}

// labels returns names of annotators as the concordance has them: those of
// simulated ones may be given without the mark.
func (m *Matches) labels(given []string) []string {
	known := names(m.Annotators())
	list := slices.Clone(given)
	for i, name := range list {
		marked := mashal.Annotator{Name: name, Kind: mashal.BySimulation}.Label()
		if !slices.Contains(known, name) && slices.Contains(known, marked) {
			list[i] = marked
		}
	}
	return list
}

func names(tallies []Tally) []string {
	list := make([]string, len(tallies))
	for i, t := range tallies {
		list[i] = t.Name
	}
	return list
}

func (m *Matches) matchSelection() error {
	m.selected, m.verses = lexicon.NewBits(len(m.firstRow)), lexicon.NewBits(len(m.firstRow))
	if m.filter.Selection == nil {
		m.selected.SetRange(1, len(m.firstRow))
		m.verses.Or(m.selected)
		return nil
	}
	for _, p := range m.filter.Selection {
		if !p.Valid() || p.First < 1 || p.Last > p.Verses() {
			return mashal.NewFieldError("selection", p.String(), "", "Chapters and verses are numbered as in the Hebrew Bible.", "there is no %s", p)
		}
		first := p.Chapter.FirstOrdinal() + p.First - 1
		m.selected.SetRange(first, first+p.Len())
	}
	m.verses.Or(m.selected)
	m.conditions = append(m.conditions, fulfilled{FacetBook, m.rowsIn(m.selected)})
	return nil
}

// matchKinds narrows by type, subtype, verdicts, confidence and grounding.
func (m *Matches) matchKinds() error {
	f := &m.filter
	of := m.final
	if f.Detected {
		of = m.detected
	}
	if len(f.Types) > 0 {
		types := newTypeSet(f.Types...)
		m.need(FacetType, func(row int) bool { return of[row]&types != 0 })
	}
	if len(f.AlsoTypes) > 0 {
		types := newTypeSet(f.AlsoTypes...)
		m.need("", func(row int) bool { return of[row]&types == types })
	}
	if len(f.Subtypes) > 0 {
		wanted, err := m.exactly("subtypes", "subtype", f.Subtypes, m.subtype, &m.subtypes)
		if err != nil {
			return err
		}
		m.need(FacetSubtype, func(row int) bool { return wanted.Has(int(m.subtype[row])) })
	}
	if len(f.Verdicts) > 0 {
		statuses := newStatusSet(f.Verdicts...)
		m.need(FacetStatus, func(row int) bool { return m.status[row]&statuses != 0 })
	}
	if low, high := f.MinConfidence, f.maxConfidence(); low > 0 || high < 1 {
		m.need("", func(row int) bool { return m.confidence[row] >= low && m.confidence[row] <= high })
	}
	if len(f.Bands) > 0 {
		m.need(FacetConfidence, func(row int) bool { return slices.Contains(f.Bands, Bands[band(m.confidence[row])]) })
	}
	if len(f.Groundings) > 0 {
		m.need(FacetGrounding, func(row int) bool { return slices.Contains(f.Groundings, groundings[m.grounding[row]]) })
	}
	return nil
}

// exactly is the numbers of strings, each of which must be in a column.
func (m *Matches) exactly(field, what string, values []string, column []uint32, v *vocabulary) (lexicon.Bits, error) {
	used := lexicon.NewBits(v.len())
	for _, n := range column {
		used.Set(int(n))
	}
	used.Clear(0)
	wanted := lexicon.NewBits(v.len())
	found := map[string]bool{}
	for n := range used.Each() {
		if slices.Contains(values, v.string(n)) {
			wanted.Set(n)
			found[v.string(n)] = true
		}
	}
	for _, value := range values {
		if found[value] {
			continue
		}
		var known []string
		for n := range used.Each() {
			known = append(known, v.string(n))
		}
		return nil, oneOf(field, what, value, known)
	}
	return wanted, nil
}

func (m *Matches) matchTags() error {
	var rows lexicon.Bits // that have what the side asks for; with AnySide, what any does
	for side, t := range m.filter.tagFilters() {
		if t.Any != "" {
			parts := alternatives(t.Any)
			if rows == nil || !m.filter.AnySide {
				rows = lexicon.NewBits(m.columns.len())
				m.conditions = append(m.conditions, fulfilled{rows: rows})
			}
			m.orTags(rows, side, m.specific.containing(parts), m.general.containing(parts))
		}
		for _, exact := range []struct {
			level  Level
			facet  FacetName
			values []string
		}{{Category, tagFacets[side].category, t.Categories}, {Domain, tagFacets[side].domain, t.Domains}} {
			if len(exact.values) == 0 {
				continue
			}
			column, vocabulary := m.level(side, exact.level)
			wanted, err := m.exactly(concordance.Sides[side].Name, concordance.Sides[side].Name+" of the "+string(exact.level), exact.values, column, vocabulary)
			if err != nil {
				return err
			}
			m.need(exact.facet, func(row int) bool { return wanted.Has(int(column[row])) })
		}
	}
	return nil
}

// orTags adds the rows whose tag on a side has one of the strings.
func (s *Snapshot) orTags(rows lexicon.Bits, side int, specific, general lexicon.Bits) {
	t := &s.tags[side]
	rows.OrWhere(t.specific, specific)
	rows.OrWhere(t.category, general)
	rows.OrWhere(t.domain, general)
}

// matchSpeech narrows by speaker and purpose.
func (m *Matches) matchSpeech() error {
	f := &m.filter
	if f.Speaker != "" {
		in := m.speakers.containing(alternatives(f.Speaker))
		m.need("", func(row int) bool { return in.Has(int(m.speaker[row])) })
	}
	if len(f.Speakers) > 0 {
		wanted, err := m.exactly("speakers", "speaker", f.Speakers, m.speaker, &m.speakers)
		if err != nil {
			return err
		}
		m.need(FacetSpeaker, func(row int) bool { return wanted.Has(int(m.speaker[row])) })
	}
	if f.Purpose != "" {
		in := m.purposes.containing(alternatives(f.Purpose))
		m.need("", func(row int) bool { return in.Has(int(m.purpose[row])) })
	}
	return nil
}

func (m *Matches) matchLemma() error {
	if m.filter.Lemma == "" {
		return nil
	}
	ids, err := m.words.Lexicon().LemmaIDs(m.filter.Lemma)
	if err != nil {
		return err
	}
	words := m.words.Lexicon().WithLemmas(ids)
	verses, rows := m.words.Lexicon().VersesWith(words, 1), lexicon.NewBits(m.columns.len())
	for verse := range verses.Each() {
		for row, end := m.rowsOf(verse); row < end; row++ {
			if m.words.Lexicon().HasWord(verse, m.span(row), words) {
				rows.Set(row)
			}
		}
	}
	m.conditions = append(m.conditions, fulfilled{FacetLemma, rows})
	m.verses.And(verses)
	return nil
}

// matchWords narrows by Hebrew and English words.
func (m *Matches) matchWords(ctx context.Context) error {
	f := &m.filter
	inHebrew, err := parseTerms(f.Hebrew, lexicon.HebrewWords)
	if err != nil {
		return badWords("hebrew", f.Hebrew, err)
	}
	inEnglish, err := parseTerms(f.English, lexicon.EnglishWords)
	if err != nil {
		return badWords("english", f.English, err)
	}
	for _, term := range inHebrew {
		starts := m.words.Lexicon().Starts(term, f.Exact)
		verses := m.words.Lexicon().VersesWith(starts, len(term))
		if !f.InFigure {
			m.needVerses(verses)
			continue
		}
		m.verses.And(verses)
		m.need("", func(row int) bool {
			verse := int(m.verse[row])
			return verses.Has(verse) && m.words.Lexicon().HasPhrase(verse, m.span(row), starts, len(term))
		})
	}
	if len(inEnglish) == 0 {
		return nil
	}
	if f.InFigure {
		in, err := m.englishIn(ctx, "figure", inEnglish)
		if err != nil {
			return err
		}
		m.conditions = append(m.conditions, fulfilled{rows: m.rowsWithIDs(in)})
		if len(f.Outcomes) == 0 {
			return nil // verses count as their figures do
		}
	}
	in, err := m.englishIn(ctx, "verse", inEnglish)
	if err != nil {
		return err
	}
	verses := lexicon.NewBits(len(m.firstRow))
	for _, id := range in {
		if id > 0 && id < int64(len(m.firstRow)) {
			verses.Set(int(id))
		}
	}
	if f.InFigure {
		m.verses.And(verses)
	} else {
		m.needVerses(verses)
	}
	return nil
}

// badWords makes an error of parseTerms one about a field.
func badWords(field, typed string, err error) error {
	var e *mashal.Error
	if !errors.As(err, &e) {
		return err
	}
	return &mashal.FieldError{Field: field, Value: typed, Err: e}
}

// englishIn is the ids of the verses or figures that have English words.
func (m *Matches) englishIn(ctx context.Context, table string, wanted terms) ([]int64, error) {
	return findWords(ctx, m.file.Read(), table, nil, wanted, m.filter.Exact)
}

func (s *Snapshot) rowsWithIDs(ids []int64) lexicon.Bits {
	rows := lexicon.NewBits(s.columns.len())
	for _, id := range ids {
		if row, ok := s.row(id); ok {
			rows.Set(row)
		}
	}
	return rows
}

// matchText narrows by words that are anywhere in what is said of a figure.
func (m *Matches) matchText(ctx context.Context) error {
	wanted, err := parseTerms(m.filter.Text, textWords)
	if err != nil {
		return badWords("text", m.filter.Text, err)
	}
	for _, term := range wanted {
		ids, err := rowIDs(ctx, m.file.Read(), "figure", quoted(strings.Join(term, " ")))
		if err != nil {
			return fmt.Errorf("look for the text: %w", err)
		}
		rows := m.rowsWithIDs(ids)
		part := []string{strings.Join(term, " ")}
		rows.OrWhere(m.subtype, m.subtypes.containing(part))
		rows.OrWhere(m.speaker, m.speakers.containing(part))
		rows.OrWhere(m.purpose, m.purposes.containing(part))
		specific, general := m.specific.containing(part), m.general.containing(part)
		for side := range m.tags {
			m.orTags(rows, side, specific, general)
		}
		m.conditions = append(m.conditions, fulfilled{rows: rows})
	}
	return nil
}

// textWords are words of either language.
func textWords(s string) []string {
	return strings.FieldsFunc(strings.ToLower(hebrew.NoPoints(s)), lexicon.NotWord)
}

// Total is the number of figures.
func (m *Matches) Total() int { return m.total }
