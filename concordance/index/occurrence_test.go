package index_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"mashal"
	"mashal/concordance"
	"mashal/concordance/index"
	"mashal/corpus/lexicon"
	"mashal/hebrew"
)

// A use is a word of a lemma as TestLemmaLines finds it in the text and in
// the file.
type use struct {
	ref         mashal.Ref
	word        int
	figures     []int64
	use         mashal.Use
	left, right []string // contexts, away from the word
}

func (u use) String() string {
	return fmt.Sprintf("%s word %d %s %v", u.ref.OSIS(), u.word, u.use, u.figures)
}

// uses goes through the whole text for the words of lemmas: those in figures
// of the question, and those that no figure of the chosen readings has which
// is of a type still, in verses that were read.
func uses(t *testing.T, c *concordance.Concordance, f *index.Filter, lemmas []lexicon.Lemma) (found []use) {
	t.Helper()
	reading := ask(&index.Filter{Annotators: f.Annotators, Run: f.Run})
	spans := func(q question, more string) map[int64]map[int64][]mashal.WordRange {
		all := map[int64]map[int64][]mashal.WordRange{}
		for _, id := range ids(t, c, `SELECT f.id`+fromFigures+strings.Join(q.where, " AND ")+more, q.args...) {
			var verse int64
			var words string
			if err := c.Read().QueryRow(`SELECT verse, words FROM figure WHERE id = $1`, id).Scan(&verse, &words); err != nil {
				t.Fatal(err)
			}
			ranges, err := mashal.ParseRanges(words)
			if err != nil {
				t.Fatal(err)
			}
			if all[verse] == nil {
				all[verse] = map[int64][]mashal.WordRange{}
			}
			all[verse][id] = ranges
		}
		return all
	}
	wanted := spans(ask(f), ``)
	figurative := spans(reading, ` AND EXISTS (SELECT 1 FROM figure_type t WHERE t.figure = f.id AND t.final)`)
	done, read := map[int64]bool{}, map[int64]bool{}
	var q question
	verseQuestion(&q, f)
	q.add("1")
	for _, id := range ids(t, c, `SELECT s.verse FROM verse_reading s JOIN reading r ON r.id = s.reading JOIN verse v ON v.id = s.verse
		WHERE s.state = 'done' AND `+strings.Join(append(reading.where, q.where...), " AND "), append(reading.args, q.args...)...) {
		done[id] = true
	}
	for _, id := range ids(t, c, `SELECT s.verse FROM verse_reading s JOIN reading r ON r.id = s.reading WHERE s.state = 'done' AND `+byReader+` AND `+strings.Join(reading.where, " AND "), reading.args...) {
		read[id] = true
	}
	for _, ch := range everyChapter() {
		for _, v := range ch.Verses {
			id := ordinalOf(v.Ref)
			for i, w := range v.Words {
				if !slices.ContainsFunc(lemmas, func(l lexicon.Lemma) bool { return l.Strong == w.Lemma[strings.LastIndexByte(w.Lemma, '/')+1:] }) {
					continue
				}
				u := use{ref: v.Ref, word: i + 1}
				in := func(spans map[int64][]mashal.WordRange) (list []int64) {
					for id, ranges := range spans {
						if (mashal.Span{Ranges: ranges}).Contains(i + 1) {
							list = append(list, id)
						}
					}
					slices.Sort(list)
					return list
				}
				u.figures = in(wanted[id])
				if len(u.figures) == 0 && (!done[id] || len(in(figurative[id])) > 0) {
					continue
				}
				switch {
				case len(u.figures) > 0:
					u.use = mashal.Figurative
				case read[id]:
					u.use = mashal.Literal
				default:
					u.use = mashal.UnmarkedWord
				}
				for _, before := range slices.Backward(v.Words[:i]) {
					u.left = append(u.left, hebrew.Letters(before.Text))
				}
				for _, after := range v.Words[i+1:] {
					u.right = append(u.right, hebrew.Letters(after.Text))
				}
				found = append(found, u)
			}
		}
	}
	return found
}

// TestLemmaLines compares lines of a lemma with the text and the file.
func TestLemmaLines(t *testing.T) {
	c := mixed(t, 5)
	r := rand.New(rand.NewPCG(5, 5))
	var counted index.UseCount
	view(t, openReader(t, dbPath(t, c)), func(s *index.Snapshot) {
		for range 60 {
			f := index.Filter{Annotators: maybe(r, annotators), Types: maybe(r, mashal.Types)}
			if r.IntN(3) == 0 {
				f.Selection = selection(t, "Psalms", "Ezekiel 1:5-20")
			}
			lemma := pick(r, []string{"3068", "אלהים", "l", "853", "כי", "3588 a", "יוסף"})
			lemmas, err := textLexicon().Lemmas(lemma)
			if err != nil {
				t.Fatal(err)
			}
			want := uses(t, c, &f, lemmas)
			order := pick(r, wholeOrders)
			slices.SortStableFunc(want, func(a, b use) int {
				switch order {
				case index.KWICByLeft:
					return slices.Compare(a.left, b.left)
				case index.KWICByRight:
					return slices.Compare(a.right, b.right)
				case index.KWICByDate:
					return comparePeriods(a.ref, b.ref)
				}
				return 0
			})
			m := match(t, s, f)
			got, err := m.Occurrences(t.Context(), index.KWIC{Key: index.KeyLemma, Lemma: lemma, Outside: true, Order: order, Limit: 1000})
			if err != nil {
				t.Fatal(err)
			}
			var lines []string
			for _, l := range got.Lines {
				u := use{ref: l.Ref, word: l.Words[0].First, use: l.Use}
				for _, figure := range l.Figures {
					if figure.English == "" && figure.Hebrew == "" {
						t.Errorf("%v: figure %d was not fetched", u, figure.ID)
					}
					u.figures = append(u.figures, figure.ID)
				}
				slices.Sort(u.figures)
				lines = append(lines, u.String())
			}
			if wanted := texts(want); !slices.Equal(lines, wanted) || got.Total != len(want) {
				t.Fatalf("%+v, %s by %s:\ngot  %s\nwant %s", f, lemma, order, strings.Join(lines, "; "), strings.Join(wanted, "; "))
			}
			perBook := map[string]index.UseCount{}
			for _, u := range want {
				for _, n := range []string{"", u.ref.Book.OSIS()} {
					c := perBook[n]
					switch u.use {
					case mashal.Figurative:
						c.Figurative++
					case mashal.Literal:
						c.Literal++
					default:
						c.NotMarked++
					}
					perBook[n] = c
				}
			}
			if got.UseCount != perBook[""] {
				t.Errorf("%+v, %s: %+v, want %+v", f, lemma, got.UseCount, perBook[""])
			}
			counted.Figurative += got.Figurative
			counted.Literal += got.Literal
			counted.NotMarked += got.NotMarked
			all, err := m.Lines(index.KWIC{Key: index.KeyLemma, Lemma: lemma, Outside: true})
			if err != nil {
				t.Fatal(err)
			}
			dispersion, err := all.Dispersion(0)
			if err != nil || len(dispersion) != 39 {
				t.Fatal(len(dispersion), err)
			}
			for _, d := range dispersion {
				if d.UseCount != perBook[d.Name] {
					t.Errorf("%+v, %s in %s: %v, want %v", f, lemma, d.Name, d.UseCount, perBook[d.Name])
				}
			}
		}
	})
	if counted.Figurative < 40 || counted.Literal < 100 || counted.NotMarked < 15 {
		t.Errorf("too few uses: %+v", counted)
	}
}

func texts[T fmt.Stringer](list []T) []string {
	var all []string
	for _, v := range list {
		all = append(all, v.String())
	}
	return all
}

// TestFigureLines holds the orders of figures in context to their texts.
func TestFigureLines(t *testing.T) {
	c := mixed(t, 6)
	view(t, openReader(t, dbPath(t, c)), func(s *index.Snapshot) {
		m := match(t, s, index.Filter{})
		for _, key := range []index.KWICKey{index.KeyPhrase, index.KeyVehicle} {
			for _, order := range wholeOrders {
				got, err := m.Occurrences(t.Context(), index.KWIC{Key: key, Order: order, Limit: 10_000})
				if err != nil || got.Total != m.Total() || len(got.Lines) != m.Total() || got.Literal+got.NotMarked != 0 {
					t.Fatalf("%d lines of %d: %v", len(got.Lines), got.Total, err)
				}
				if !slices.IsSortedFunc(got.Lines, func(a, b index.Occurrence) int {
					unanchored, other := len(a.Words) == 0, len(b.Words) == 0
					switch c := compareVehicles(a, b); {
					case c != 0 && key == index.KeyVehicle:
						return c
					case order == index.KWICByBook:
						return a.Ref.Compare(b.Ref)
					case order == index.KWICByDate:
						return cmp.Or(comparePeriods(a.Ref, b.Ref), a.Ref.Compare(b.Ref))
					case unanchored && other:
						return 0
					case unanchored:
						return 1
					case other:
						return -1
					}
					return slices.Compare(contextOf(t, a, order), contextOf(t, b, order))
				}) {
					t.Errorf("lines by %s are not in the order %s", key, order)
				}
			}
		}
		for _, bad := range []index.KWIC{
			{Key: "word"}, {Order: "age"}, {Limit: -1}, {Offset: -1}, {Lemma: "430"}, {Outside: true}, {Key: index.KeyLemma}, {Key: index.KeyLemma, Lemma: "rock"},
		} {
			if _, err := m.Occurrences(t.Context(), bad); err == nil {
				t.Errorf("%+v is no mistake", bad)
			}
		}
	})
}

func comparePeriods(a, b mashal.Ref) int {
	return cmp.Compare(slices.Index(index.Periods, index.PeriodOf(a)), slices.Index(index.Periods, index.PeriodOf(b)))
}

func compareVehicles(a, b index.Occurrence) int {
	x, y := strings.ToLower(a.Figures[0].Vehicle.Specific), strings.ToLower(b.Figures[0].Vehicle.Specific)
	if x == "" || y == "" {
		return cmp.Compare(min(len(y), 1), min(len(x), 1))
	}
	return strings.Compare(x, y)
}

// contextOf is the letters of the words beside a figure, away from it.
func contextOf(t *testing.T, o index.Occurrence, order index.KWICOrder) (list []string) {
	t.Helper()
	v, err := text().Verse(o.Ref)
	if err != nil {
		t.Fatal(err)
	}
	if order == index.KWICByLeft {
		for _, w := range slices.Backward(v.Words[:o.Words[0].First-1]) {
			list = append(list, hebrew.Letters(w.Text))
		}
		return list
	}
	for _, w := range v.Words[o.Words[len(o.Words)-1].Last:] {
		list = append(list, hebrew.Letters(w.Text))
	}
	return list
}
