package index_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mashal"
	"mashal/concordance"
	"mashal/concordance/index"
)

// counted are numbers by SQL: for each line of a query its last columns, by the
// first ones.
func counted(t testing.TB, c *concordance.Concordance, keys int, query string, args ...any) map[string][]int {
	t.Helper()
	rows, err := c.Read().QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string][]int{}
	for rows.Next() {
		key, numbers := make([]string, keys), make([]int, len(columns)-keys)
		cells := make([]any, len(columns))
		for i := range cells {
			if cells[i] = &numbers[max(0, i-keys)]; i < keys {
				cells[i] = &key[i]
			}
		}
		if err := rows.Scan(cells...); err != nil {
			t.Fatal(err)
		}
		lines[strings.Join(key, "|")] = numbers
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}

// TestStatisticsAgreeWithSQL asks the file for every number too, in few
// questions, because each of them reads all figures.
func TestStatisticsAgreeWithSQL(t *testing.T) {
	c := mixed(t, 8)
	r := rand.New(rand.NewPCG(8, 8))
	view(t, openReader(t, dbPath(t, c)), func(s *index.Snapshot) {
		for range 40 {
			f := index.Filter{Annotators: maybe(r, annotators), Types: maybe(r, mashal.Types), Verdicts: maybe(r, index.Statuses)}
			if r.IntN(3) == 0 {
				f.Selection = selection(t, "Psalms 23:2-5", "Ezekiel 1")
			}
			m := match(t, s, f)
			q := ask(&f)
			where := strings.Join(q.where, " AND ")
			ofType := strings.Replace(fromFigures, ` WHERE `, ` JOIN figure_type ft ON ft.figure = f.id AND ft.final WHERE `, 1) + where
			reading := ask(&index.Filter{Annotators: f.Annotators, Selection: f.Selection})
			done := `EXISTS (SELECT 1 FROM verse_reading s JOIN reading r ON r.id = s.reading
				WHERE s.verse = v.id AND s.state = 'done' AND ` + strings.Join(reading.where, " AND ")

			pairs := counted(t, c, 2, `SELECT ft.type, other.type, count(*)`+
				strings.Replace(ofType, ` WHERE `, ` JOIN figure_type other ON other.figure = f.id AND other.final WHERE `, 1)+` GROUP BY 1, 2`, q.args...)
			for _, p := range m.Pairs() {
				if want := number(pairs[string(p.A+"|"+p.B)], 0); p.Figures != want {
					t.Errorf("%+v: %s with %s %d, want %d", f, p.A, p.B, p.Figures, want)
				}
			}

			// All parts are whole chapters, which no verse is in two of, so what is
			// in a part is the sum of those.
			const chapter = `SELECT v.book, v.chapter, `
			figures := counted(t, c, 2, chapter+`count(*), count(DISTINCT v.id)`+fromFigures+where+` GROUP BY 1, 2`, q.args...)
			types := counted(t, c, 3, chapter+`ft.type, count(*)`+ofType+` GROUP BY 1, 2, 3`, q.args...)
			read := counted(t, c, 2, chapter+`sum(`+done+` AND `+byReader+`)), count(*), sum(v.words) FROM verse v WHERE `+done+`) GROUP BY 1, 2`, append(slices.Clone(reading.args), reading.args...)...)
			check := func(got []index.TypeCount, part func(book mashal.Book, chapter string) string) {
				t.Helper()
				parts := map[string]index.TypeCount{}
				add := func(lines map[string][]int, to func(p *index.TypeCount, kind string, n []int)) {
					for key, n := range lines {
						of := append(strings.Split(key, "|"), "")
						book, err := strconv.Atoi(of[0])
						if err != nil {
							t.Fatal(err)
						}
						if name := part(mashal.Book(book), of[1]); name != "none" {
							p := parts[name]
							if p.Types == nil {
								p.Types = map[mashal.Type]int{}
							}
							to(&p, of[2], n)
							parts[name] = p
						}
					}
				}
				add(figures, func(p *index.TypeCount, _ string, n []int) { p.Figures += n[0]; p.Verses += n[1] })
				add(types, func(p *index.TypeCount, kind string, n []int) { p.Types[mashal.Type(kind)] += n[0] })
				add(read, func(p *index.TypeCount, _ string, n []int) {
					p.Read += n[0]
					p.Searched += n[1] - n[0]
					p.Words += n[2]
				})
				for _, p := range got {
					want := parts[p.Name]
					delete(parts, p.Name)
					for _, ty := range mashal.Types {
						if p.Types[ty] != want.Types[ty] {
							t.Errorf("%+v, %q: %d %s, want %d", f, p.Name, p.Types[ty], ty, want.Types[ty])
						}
					}
					if p.Figures != want.Figures || p.Verses != want.Verses || p.Done() != want.Done() || p.Read != want.Read || p.Words != want.Words {
						t.Errorf("%+v, %q: %+v, want %+v", f, p.Name, p, want)
					}
				}
				if len(parts) > 0 {
					t.Errorf("%+v: parts are missing: %v", f, parts)
				}
			}
			check(m.Types(index.ByBooks), func(book mashal.Book, _ string) string { return book.OSIS() })
			check(m.Types(index.BySections), func(book mashal.Book, _ string) string { return book.Section().String() })
			check(m.TypesByChapter(ezekiel1.Book), func(book mashal.Book, chapter string) string {
				if book != ezekiel1.Book {
					return "none"
				}
				return chapter
			})
			totals := m.Totals()
			check([]index.TypeCount{totals.TypeCount}, func(mashal.Book, string) string { return "" })
			selected := 23_213
			if f.Selection != nil {
				selected = f.Selection.Verses()
			}
			if totals.Selected != selected || totals.Done()+totals.Failed+totals.NotRun != selected {
				t.Errorf("%+v: %+v of %d verses", f, totals, selected)
			}

			for _, level := range []index.Level{index.Category, index.Domain} {
				side := func(name string) string {
					return `coalesce((SELECT ` + string(level) + ` FROM figure_tag t WHERE t.figure = f.id AND side = '` + name + `'), '')`
				}
				cells := counted(t, c, 2, `SELECT `+side("target")+`, `+side("vehicle")+`, count(*), count(DISTINCT v.id)`+fromFigures+where+` GROUP BY 1, 2`, q.args...)
				table := m.Crosstab(level, 3, 2)
				all := 0
				for i, target := range table.Targets {
					for j, vehicle := range table.Vehicles {
						got := table.Cells[i][j]
						all += got.Figures
						if target.Others+vehicle.Others > 0 {
							continue // TestCrosstabAgreesWithFilters has them
						}
						if want := cells[target.Name+"|"+vehicle.Name]; got.Figures != number(want, 0) || got.Verses != number(want, 1) {
							t.Errorf("%+v: %q as %q %+v, want %v", f, target.Name, vehicle.Name, got, want)
						}
					}
				}
				for _, n := range cells {
					all -= n[0]
				}
				if all != 0 || table.Words != totals.Words {
					t.Errorf("%+v: the cells have %d figures too many, of %d words, want %d", f, all, table.Words, totals.Words)
				}
			}
		}
	})
}

// number is one of the numbers of a line, 0 if there is no such line.
func number(line []int, i int) int {
	if line == nil {
		return 0
	}
	return line[i]
}

// TestGenres has every chapter in a genre, and those that stand out.
func TestGenres(t *testing.T) {
	for typed, want := range map[string]mashal.Genre{
		"Genesis 1": mashal.Narrative, "Genesis 49": mashal.Poetry, "Exodus 15": mashal.Poetry, "Exodus 21": mashal.Law,
		"Leviticus 1": mashal.Law, "Deuteronomy 32": mashal.Poetry, "Judges 5": mashal.Poetry, "2 Samuel 22": mashal.Poetry,
		"Isaiah 37": mashal.Narrative, "Isaiah 40": mashal.Prophecy, "Jeremiah 31": mashal.Prophecy, "Jonah 1": mashal.Narrative,
		"Psalms 23": mashal.Poetry, "Proverbs 8": mashal.Wisdom, "Lamentations 3": mashal.Poetry, "Ecclesiastes 3": mashal.Wisdom,
		"Daniel 2": mashal.Narrative, "Daniel 7": mashal.Apocalyptic, "Malachi 3": mashal.Prophecy, "Ruth 1": mashal.Narrative,
	} {
		if got := mashal.GenreOf(selection(t, typed)[0].Chapter); got != want {
			t.Errorf("%s is %s, want %s", typed, got, want)
		}
	}
	counts := map[mashal.Genre]int{}
	for _, ch := range everyChapter() {
		counts[mashal.GenreOf(ch.Chapter)]++
	}
	for _, g := range mashal.Genres {
		if counts[g] == 0 {
			t.Errorf("no chapter is %s", g)
		}
		delete(counts, g)
	}
	if len(counts) > 0 {
		t.Errorf("unknown genres: %v", counts)
	}
}
