package index_test

import (
	"math/rand/v2"
	"testing"

	"mashal/concordance/index"
)

// TestCrosstabAgreesWithFilters holds every row, column and cell to what the
// filter finds that it stands for.
func TestCrosstabAgreesWithFilters(t *testing.T) {
	c := mixed(t, 7)
	r := rand.New(rand.NewPCG(7, 7))
	others, unknown, compared := 0, 0, 0
	view(t, openReader(t, dbPath(t, c)), func(s *index.Snapshot) {
		for range 50 {
			f := anyFilter(r)
			f.Target, f.Vehicle, f.Outcomes = index.TagFilter{}, index.TagFilter{}, nil
			level := pick(r, []index.Level{index.Category, index.Domain})
			m := match(t, s, f)
			table := m.Crosstab(level, 1+r.IntN(3), 1+r.IntN(6))
			all := 0
			for i, row := range table.Targets {
				f.Target = only(level, table.Targets, i)
				f.Vehicle = index.TagFilter{}
				compare(t, s, f, row.Count)
				for j, column := range table.Vehicles {
					f.Vehicle = only(level, table.Vehicles, j)
					compare(t, s, f, table.Cells[i][j])
					all += table.Cells[i][j].Figures
					compared++
					if column.Others > 0 {
						others++
					}
					if column.Unknown() {
						unknown++
					}
				}
			}
			if all != m.Total() {
				t.Errorf("%+v: the cells have %d figures of %d", f, all, m.Total())
			}
		}
	})
	if others == 0 || unknown == 0 || compared < 200 {
		t.Errorf("compared %d cells, %d of others, %d of unknown", compared, others, unknown)
	}
}

// only is what a filter says to have one margin.
func only(level index.Level, margins []index.Margin, i int) index.TagFilter {
	var names []string
	for _, m := range margins {
		if m.Named() {
			names = append(names, m.Name)
		}
	}
	var f index.TagFilter
	exactly, not := &f.Categories, &f.NotCategories
	if level == index.Domain {
		exactly, not = &f.Domains, &f.NotDomains
	}
	switch m := &margins[i]; {
	case m.Named():
		*exactly = []string{m.Name}
	case m.Unknown():
		f.Unknown = []index.Level{level}
	default:
		*not = names
	}
	return f
}

func compare(t *testing.T, s *index.Snapshot, f index.Filter, got index.Count) {
	t.Helper()
	m := match(t, s, f)
	if got.Figures != m.Total() || got.Verses != m.VerseTotal() {
		t.Errorf("%+v\n%d figures in %d verses, want %d in %d", f, got.Figures, got.Verses, m.Total(), m.VerseTotal())
	}
}
