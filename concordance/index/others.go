package index

import (
	"slices"

	"mashal/concordance"
	"mashal/corpus/lexicon"
)

// matchGenres narrows verses, and what is selected of them, by the genres of
// their chapters and the periods of their language.
func (m *Matches) matchGenres() error {
	m.matchParts(FacetGenre, ByGenres, texts(m.filter.Genres))
	m.matchParts(FacetPeriod, ByPeriods, texts(m.filter.Periods))
	return nil
}

// matchParts narrows verses, and what is selected of them, to those in some
// parts of the text; no parts narrow nothing.
func (m *Matches) matchParts(facet FacetName, by Division, names []string) {
	if len(names) == 0 {
		return
	}
	d := divisions[by]()
	verses := lexicon.NewBits(len(m.firstRow))
	for verse := 1; verse < len(m.firstRow); verse++ {
		if slices.Contains(names, d.parts[d.of[verse]].name) {
			verses.Set(verse)
		}
	}
	m.selected.And(verses)
	m.verses.And(verses)
	m.need(facet, func(row int) bool { return verses.Has(int(m.verse[row])) })
}

// matchOthers narrows by what tags must not be: some values of a level that
// has others, or anything on it. No facet is without these conditions.
func (m *Matches) matchOthers() error {
	for side, t := range m.filter.tagFilters() {
		for _, level := range t.Unknown {
			column, _ := m.level(side, level)
			m.need("", func(row int) bool { return column[row] == 0 })
		}
		for _, not := range []struct {
			level  Level
			values []string
		}{{Category, t.NotCategories}, {Domain, t.NotDomains}} {
			if len(not.values) == 0 {
				continue
			}
			column, vocabulary := m.level(side, not.level)
			unwanted, err := m.exactly(concordance.Sides[side].Name, concordance.Sides[side].Name+" of the "+string(not.level), not.values, column, vocabulary)
			if err != nil {
				return err
			}
			m.need("", func(row int) bool { return column[row] != 0 && !unwanted.Has(int(column[row])) })
		}
	}
	return nil
}
