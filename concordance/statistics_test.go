package concordance_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"mashal"
	"mashal/concordance"
)

// sum is a number by SQL.
func sum(t testing.TB, c *concordance.Concordance, query string, args ...any) int {
	t.Helper()
	n := ids(t, c, query, args...)
	if len(n) != 1 {
		t.Fatalf("%s gives %d rows", query, len(n))
	}
	return int(n[0])
}

// TestStatisticsAgreeWithSQL asks for every number of the file too.
func TestStatisticsAgreeWithSQL(t *testing.T) {
	c := mixed(t, 8)
	r := rand.New(rand.NewPCG(8, 8))
	view(t, openReader(t, dbPath(t, c)), func(s *concordance.Snapshot) {
		for range 40 {
			f := concordance.Filter{Annotators: maybe(r, annotators), Types: maybe(r, mashal.Types), Verdicts: maybe(r, concordance.Statuses)}
			if r.IntN(3) == 0 {
				f.Selection = selection(t, "Psalms 23:2-5", "Ezekiel 1")
			}
			m := match(t, s, f)
			q := ask(&f)
			where := strings.Join(q.where, " AND ")
			figures := func(also string, args ...any) int {
				return sum(t, c, `SELECT count(*)`+fromFigures+where+` AND `+also, append(slices.Clone(q.args), args...)...)
			}
			verses := func(also string) int {
				return sum(t, c, `SELECT count(DISTINCT v.id)`+fromFigures+where+` AND `+also, q.args...)
			}
			reading := ask(&concordance.Filter{Annotators: f.Annotators, Selection: f.Selection})
			read := func(what, also string) int {
				return sum(t, c, `SELECT coalesce(`+what+`, 0) FROM verse v WHERE `+also+` AND EXISTS (SELECT 1 FROM verse_reading s JOIN reading r ON r.id = s.reading
					WHERE s.verse = v.id AND s.state = 'done' AND `+strings.Join(reading.where, " AND ")+`)`, reading.args...)
			}

			for _, p := range m.Pairs() {
				want := figures(`EXISTS (SELECT 1 FROM figure_type t WHERE t.figure = f.id AND t.final AND t.type = ?) AND
					EXISTS (SELECT 1 FROM figure_type t WHERE t.figure = f.id AND t.final AND t.type = ?)`, string(p.A), string(p.B))
				if p.Figures != want {
					t.Errorf("%+v: %s with %s %d, want %d", f, p.A, p.B, p.Figures, want)
				}
			}
			checkCount := func(got concordance.TypeCount, part string) {
				t.Helper()
				want := fmt.Sprint(figures(part), verses(part), read(`count(*)`, part), read(`sum(v.words)`, part))
				if have := fmt.Sprint(got.Figures, got.Verses, got.Read, got.Words); have != want {
					t.Errorf("%+v, %s: %s, want %s", f, part, have, want)
				}
				for _, ty := range mashal.Types {
					n := figures(part+` AND EXISTS (SELECT 1 FROM figure_type t WHERE t.figure = f.id AND t.final AND t.type = ?)`, string(ty))
					if got.Types[ty] != n {
						t.Errorf("%+v, %s: %d %s, want %d", f, part, got.Types[ty], ty, n)
					}
				}
			}
			for _, got := range m.Types(concordance.ByBooks) {
				checkCount(got, `v.book = (SELECT id FROM book WHERE osis = '`+got.Name+`')`)
			}
			for _, got := range m.Types(concordance.BySections) {
				checkCount(got, `v.book IN (SELECT id FROM book WHERE section = '`+strings.ReplaceAll(got.Name, "'", "''")+`')`)
			}
			for _, got := range m.Along(14)[:3] {
				checkCount(got, `v.book = 14 AND v.chapter = `+got.Name)
			}
			totals := m.Totals()
			checkCount(totals.TypeCount, `1`)
			selected := 23_213
			if f.Selection != nil {
				selected = f.Selection.Verses()
			}
			if totals.Selected != selected || totals.Read+totals.Failed+totals.NotRun != selected {
				t.Errorf("%+v: %+v of %d verses", f, totals, selected)
			}
			flows := 0
			for _, flow := range m.Flows(concordance.Domain, 1000) {
				want := figures(`coalesce((SELECT domain FROM figure_tag t WHERE t.figure = f.id AND side = 'target'), '') = ? AND
					coalesce((SELECT domain FROM figure_tag t WHERE t.figure = f.id AND side = 'vehicle'), '') = ?`, flow.Target, flow.Vehicle)
				if flow.Figures != want || flow.Verses > flow.Figures || flow.Verses < 1 {
					t.Errorf("%+v: %+v, want %d", f, flow, want)
				}
				flows += flow.Figures
			}
			if want := figures(`EXISTS (SELECT 1 FROM figure_tag t WHERE t.figure = f.id AND side IN ('target', 'vehicle') AND domain <> '')`); flows != want {
				t.Errorf("%+v: %d figures flow, want %d", f, flows, want)
			}
			atlas := m.Atlas(concordance.Category, 3, 2)
			for i, target := range atlas.Targets {
				for j, vehicle := range atlas.Vehicles {
					want := figures(`EXISTS (SELECT 1 FROM figure_tag t WHERE t.figure = f.id AND side = 'target' AND category = ?) AND
						EXISTS (SELECT 1 FROM figure_tag t WHERE t.figure = f.id AND side = 'vehicle' AND category = ?)`, target.Name, vehicle.Name)
					if got := atlas.Cells[i][j]; got.Figures != want || got.PerThousand != 1000*float64(want)/float64(atlas.Words) {
						t.Errorf("%+v: %s as %s %+v, want %d of %d words", f, target.Name, vehicle.Name, got, want, atlas.Words)
					}
				}
			}
		}
	})
}

// TestGenres has every chapter in a genre, and those that stand out.
func TestGenres(t *testing.T) {
	for typed, want := range map[string]concordance.Genre{
		"Genesis 1": concordance.Narrative, "Genesis 49": concordance.Poetry, "Exodus 15": concordance.Poetry, "Exodus 21": concordance.Law,
		"Leviticus 1": concordance.Law, "Deuteronomy 32": concordance.Poetry, "Judges 5": concordance.Poetry, "2 Samuel 22": concordance.Poetry,
		"Isaiah 37": concordance.Narrative, "Isaiah 40": concordance.Prophecy, "Jeremiah 31": concordance.Prophecy, "Jonah 1": concordance.Narrative,
		"Psalms 23": concordance.Poetry, "Proverbs 8": concordance.Wisdom, "Lamentations 3": concordance.Poetry, "Ecclesiastes 3": concordance.Wisdom,
		"Daniel 2": concordance.Narrative, "Daniel 7": concordance.Apocalyptic, "Malachi 3": concordance.Prophecy, "Ruth 1": concordance.Narrative,
	} {
		if got := concordance.GenreOf(selection(t, typed)[0].Chapter); got != want {
			t.Errorf("%s is %s, want %s", typed, got, want)
		}
	}
	counts := map[concordance.Genre]int{}
	for _, ch := range everyChapter() {
		counts[concordance.GenreOf(ch.Chapter)]++
	}
	for _, g := range concordance.Genres {
		if counts[g] == 0 {
			t.Errorf("no chapter is %s", g)
		}
		delete(counts, g)
	}
	if len(counts) > 0 {
		t.Errorf("unknown genres: %v", counts)
	}
}
