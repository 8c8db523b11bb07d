package concordance

import "slices"

// matchGenres narrows verses, and what is selected of them, by the genres of
// their chapters.
func (m *Matches) matchGenres() error {
	if len(m.filter.Genres) == 0 {
		return nil
	}
	d := divisions[ByGenres]()
	verses := newBits(len(m.firstRow))
	for verse := 1; verse < len(m.firstRow); verse++ {
		if slices.Contains(m.filter.Genres, Genre(d.parts[d.of[verse]].name)) {
			verses.set(verse)
		}
	}
	m.selected.and(verses)
	m.needVerses(verses)
	return nil
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
			unwanted, err := m.exactly(sides[side].name, sides[side].name+" of the "+string(not.level), not.values, column, vocabulary)
			if err != nil {
				return err
			}
			m.need("", func(row int) bool { return column[row] != 0 && !unwanted.has(int(column[row])) })
		}
	}
	return nil
}
