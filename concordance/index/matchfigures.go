package index

import (
	"slices"

	"mashal"
	"mashal/bitset"
	"mashal/concordance"
	"mashal/concordance/dictionary"
)

// matchTypes narrows by type, subtype, standing, verdict, confidence and grounding.
func (m *Matches) matchTypes() error {
	f := &m.filter
	of := m.snapshot.figures.final
	if f.Detected {
		of = m.snapshot.figures.detected
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
		wanted, err := m.exactValues("subtypes", "subtype", f.Subtypes, m.snapshot.figures.subtype, &m.snapshot.vocab.subtypes)
		if err != nil {
			return err
		}
		m.need(FacetSubtype, func(row int) bool { return wanted.Has(int(m.snapshot.figures.subtype[row])) })
	}
	switch standing := m.snapshot.figures.standing; {
	case len(f.Standings) > 0:
		m.need(FacetStanding, func(row int) bool { return slices.Contains(f.Standings, standing[row]) })
	case m.snapshot.uncounted:
		m.need(FacetStanding, func(row int) bool { return standing[row] == mashal.Claimed })
	}
	if len(f.Verdicts) > 0 {
		statuses := newStatusSet(f.Verdicts...)
		m.need(FacetStatus, func(row int) bool { return m.snapshot.figures.status[row]&statuses != 0 })
	}
	if low, high := f.MinConfidence, f.maxConfidence(); low > 0 || high < 1 {
		m.need("", func(row int) bool {
			return m.snapshot.figures.confidence[row] >= low && m.snapshot.figures.confidence[row] <= high
		})
	}
	if len(f.Bands) > 0 {
		m.need(FacetConfidence, func(row int) bool { return slices.Contains(f.Bands, Bands[band(m.snapshot.figures.confidence[row])]) })
	}
	if len(f.Groundings) > 0 {
		m.need(FacetGrounding, func(row int) bool {
			return slices.Contains(f.Groundings, groundings[m.snapshot.figures.grounding[row]])
		})
	}
	return nil
}

// exactValues returns the numbers of strings in a vocabulary. It fails if one
// of them is not in the column.
func (m *Matches) exactValues(field, what string, values []string, column []uint32, v *dictionary.Vocabulary) (bitset.Set, error) {
	used := bitset.New(v.Len())
	for _, n := range column {
		used.Add(int(n))
	}
	used.Remove(0)
	wanted := bitset.New(v.Len())
	found := map[string]bool{}
	for n := range used.All() {
		if slices.Contains(values, v.String(n)) {
			wanted.Add(n)
			found[v.String(n)] = true
		}
	}
	for _, value := range values {
		if found[value] {
			continue
		}
		var known []string
		for n := range used.All() {
			known = append(known, v.String(n))
		}
		return nil, oneOf(field, what, value, known)
	}
	return wanted, nil
}

// matchTags narrows by tags.
func (m *Matches) matchTags() error {
	var rows bitset.Set // of one side; with AnySide, of all sides
	for side, t := range m.filter.tagFilters() {
		if t.Any != "" {
			wanted, err := dictionary.Alternatives(concordance.Sides[side].Name, t.Any)
			if err != nil {
				return err
			}
			if rows == nil || !m.filter.AnySide {
				rows = bitset.New(m.snapshot.figures.len())
				m.conditions = append(m.conditions, fulfilled{rows: rows})
			}
			m.snapshot.orTags(rows, side, m.snapshot.vocab.specific.Containing(wanted), m.snapshot.vocab.general.Containing(wanted))
		}
		for _, exact := range []struct {
			level  Level
			facet  FacetName
			values []string
		}{{Category, tagFacets[side].category, t.Categories}, {Domain, tagFacets[side].domain, t.Domains}} {
			if len(exact.values) == 0 {
				continue
			}
			column, vocabulary := m.snapshot.level(side, exact.level)
			wanted, err := m.exactValues(concordance.Sides[side].Name, concordance.Sides[side].Name+" of the "+string(exact.level), exact.values, column, vocabulary)
			if err != nil {
				return err
			}
			m.need(exact.facet, func(row int) bool { return wanted.Has(int(column[row])) })
		}
	}
	return nil
}

// orTags adds the rows whose tag on a side has one of the strings.
func (s *Snapshot) orTags(rows bitset.Set, side int, specific, general bitset.Set) {
	t := &s.figures.tags[side]
	addMatching(rows, t.specific, specific)
	addMatching(rows, t.category, general)
	addMatching(rows, t.domain, general)
}

// matchSpeech narrows by speaker and purpose.
func (m *Matches) matchSpeech() error {
	f := &m.filter
	if f.Speaker != "" {
		wanted, err := dictionary.Alternatives("speaker", f.Speaker)
		if err != nil {
			return err
		}
		in := m.snapshot.vocab.speakers.Containing(wanted)
		m.need("", func(row int) bool { return in.Has(int(m.snapshot.figures.speaker[row])) })
	}
	if len(f.Speakers) > 0 {
		wanted, err := m.exactValues("speakers", "speaker", f.Speakers, m.snapshot.figures.speaker, &m.snapshot.vocab.speakers)
		if err != nil {
			return err
		}
		m.need(FacetSpeaker, func(row int) bool { return wanted.Has(int(m.snapshot.figures.speaker[row])) })
	}
	if f.Purpose != "" {
		wanted, err := dictionary.Alternatives("purpose", f.Purpose)
		if err != nil {
			return err
		}
		in := m.snapshot.vocab.purposes.Containing(wanted)
		m.need("", func(row int) bool { return in.Has(int(m.snapshot.figures.purpose[row])) })
	}
	return nil
}

// matchExceptions narrows by values that tags must not have, and by levels that
// must be unknown. All facets count with these conditions.
func (m *Matches) matchExceptions() error {
	for side, t := range m.filter.tagFilters() {
		for _, level := range t.Unknown {
			column, _ := m.snapshot.level(side, level)
			m.need("", func(row int) bool { return column[row] == 0 })
		}
		for _, not := range []struct {
			level  Level
			values []string
		}{{Category, t.NotCategories}, {Domain, t.NotDomains}} {
			if len(not.values) == 0 {
				continue
			}
			column, vocabulary := m.snapshot.level(side, not.level)
			unwanted, err := m.exactValues(concordance.Sides[side].Name, concordance.Sides[side].Name+" of the "+string(not.level), not.values, column, vocabulary)
			if err != nil {
				return err
			}
			m.need("", func(row int) bool { return column[row] != 0 && !unwanted.Has(int(column[row])) })
		}
	}
	return nil
}
