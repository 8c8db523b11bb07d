package lemmas_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"mashal"
	"mashal/collocation"
	"mashal/concordance"
	"mashal/concordance/index"
	"mashal/concordance/lemmas"
	"mashal/concordance/synthetic"
	"mashal/corpus"
	"mashal/corpus/lexicon"
)

var text = sync.OnceValue(func() *corpus.Corpus {
	c, err := corpus.Open()
	if err != nil {
		panic(err)
	}
	return c
})

var (
	reader  = mashal.Annotator{Name: "sim:large", Kind: mashal.ByModel, Version: "1", Fingerprint: "model"}
	matcher = mashal.Annotator{Name: "rules", Kind: mashal.ByRules, Version: "1", Fingerprint: "rules"}
)

// source holds readings in memory.
type source map[int64]*mashal.Reading

func (s source) Identity(context.Context) (string, error) { return "", nil }

func (s source) Revisions(context.Context) (map[int64]int64, error) {
	all := map[int64]int64{}
	for id, r := range s {
		all[id] = r.Revision
	}
	return all, nil
}

func (s source) Reading(_ context.Context, id int64) (*mashal.Reading, error) {
	r := *s[id]
	return &r, nil
}

// snapshot calls fn with a concordance of some books: invented figures of a reader or of a
// matcher, and a verse that failed in each chapter.
func snapshot(t testing.TB, fn func(*index.Snapshot), by mashal.Annotator, books ...mashal.Book) {
	t.Helper()
	snapshotOf(t, fn, by, synthetic.Figures(), books...)
}

// snapshotOf is snapshot with other figures.
func snapshotOf(t testing.TB, fn func(*index.Snapshot), by mashal.Annotator, find func(*mashal.Verse) []mashal.JudgedFigure, books ...mashal.Book) {
	t.Helper()
	s := source{}
	for _, b := range books {
		for n := 1; n <= b.Chapters(); n++ {
			ch := mashal.Chapter{Book: b, Number: n}
			chapter, err := text().Chapter(ch)
			if err != nil {
				t.Fatal(err)
			}
			r := &mashal.Reading{ID: int64(len(s) + 1), Revision: 1, Annotator: by, Chapter: ch, Number: 1, Run: "run"}
			for i := range chapter.Verses {
				v := mashal.VerseReading{Verse: i + 1, State: mashal.Done, At: time.Unix(0, 0), Figures: find(&chapter.Verses[i])}
				if i == 5 {
					v = mashal.VerseReading{Verse: i + 1, State: mashal.Failed, Failure: &mashal.Failure{Kind: "internal", Reason: "It failed."}}
				}
				figures := make([]mashal.Figure, len(v.Figures))
				for n := range v.Figures {
					v.Figures[n].Verdicts, figures[n] = nil, v.Figures[n].Figure
				}
				for n, id := range mashal.FigureIDs(chapter.Verses[i].Ref, figures) {
					v.Figures[n].ID = id
				}
				r.Verses = append(r.Verses, v)
			}
			s[r.ID] = r
		}
	}
	path := filepath.Join(t.TempDir(), "concordance.db")
	if _, err := concordance.Build(context.Background(), path, s, text(), concordance.BuildOptions{}); err != nil {
		t.Fatal(err)
	}
	view(t, path, fn)
}

// words is shared, because the lexicon of the whole Bible takes a moment.
var words = sync.OnceValue(func() *lexicon.Lexicon {
	l, err := lexicon.New(text())
	if err != nil {
		panic(err)
	}
	return l
})

func view(t testing.TB, path string, fn func(*index.Snapshot)) {
	t.Helper()
	r, err := index.OpenReader(context.Background(), path, words())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := r.View(context.Background(), func(s *index.Snapshot) error { fn(s); return nil }); err != nil {
		t.Fatal(err)
	}
}

func match(t testing.TB, s *index.Snapshot, f index.Filter) *index.Matches {
	t.Helper()
	m, err := s.Match(context.Background(), f)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func selection(chapters ...mashal.Chapter) (s mashal.Selection) {
	for _, ch := range chapters {
		s = append(s, mashal.Passage{Chapter: ch, First: 1, Last: ch.Verses()})
	}
	return s
}

// collocates counts the collocates of lines from the pages of the concordance and the text
// alone: word by word, keyword by keyword.
func collocates(t *testing.T, m *index.Matches, k index.KWIC, v lemmas.Vicinity) (c lemmas.Collocates, observed, linesOf, frequency map[lexicon.LemmaID]int) {
	t.Helper()
	k.Limit = 1_000_000
	page, err := m.Occurrences(t.Context(), k)
	if err != nil {
		t.Fatal(err)
	}
	keys, near := map[int]bool{}, map[int]bool{}
	linesOf = map[lexicon.LemmaID]int{}
	for _, o := range page.Lines {
		if len(o.Words) == 0 {
			c.Unplaced++
			continue
		}
		c.Keywords++
		first, _ := words().Verse(o.Ref.Ordinal())
		verse, err := text().Verse(o.Ref)
		if err != nil {
			t.Fatal(err)
		}
		key := mashal.Span{Ranges: o.Words}
		low, high := o.Words[0].First, o.Words[len(o.Words)-1].Last
		lines := map[lexicon.LemmaID]bool{}
		for n := 1; n <= len(verse.Words); n++ {
			word := first + n - 1
			if key.Contains(n) {
				keys[word] = true
				continue
			}
			if n < low-v.Left || n > high+v.Right {
				continue
			}
			if from, _ := words().Colon(o.Ref.Ordinal(), first+low-1); v.InColon && word < from {
				continue
			}
			if _, to := words().Colon(o.Ref.Ordinal(), first+high-1); v.InColon && word >= to {
				continue
			}
			near[word] = true
			lines[words().LemmaOf(word)] = true
		}
		for id := range lines {
			linesOf[id]++
		}
	}
	observed, frequency = map[lexicon.LemmaID]int{}, map[lexicon.LemmaID]int{}
	done, _ := m.Done()
	for verse := range done.All() {
		c.Verses++
		first, end := words().Verse(verse)
		for word := first; word < end; word++ {
			if keys[word] {
				continue
			}
			c.Words++
			frequency[words().LemmaOf(word)]++
			if near[word] {
				c.Near++
				observed[words().LemmaOf(word)]++
			}
		}
	}
	return c, observed, linesOf, frequency
}

// TestCollocates compares collocates with a count over pages and text, in random windows, and
// checks what the measures are of.
func TestCollocates(t *testing.T) {
	random := rand.New(rand.NewPCG(2008, 6))
	snapshot(t, func(s *index.Snapshot) {
		for range 40 {
			f := index.Filter{}
			if random.IntN(2) == 0 {
				f.Types = []mashal.Type{mashal.Metaphor, mashal.Simile}
			}
			if random.IntN(3) == 0 {
				f.Selection = selection(mashal.Chapter{Book: 15, Number: 2}, mashal.Chapter{Book: 15, Number: 4}, mashal.Chapter{Book: 15, Number: 14})
			}
			k := index.KWIC{}
			if random.IntN(3) > 0 {
				k = index.KWIC{Key: index.KeyLemma, Lemma: []string{"3068", "5971 a", "853"}[random.IntN(3)], Outside: true}
			}
			v := lemmas.Vicinity{Window: collocation.Window{Left: random.IntN(7), Right: random.IntN(7)}, InColon: random.IntN(2) == 0}
			o := lemmas.Options{Least: 1 + random.IntN(3), Function: random.IntN(2) == 0, Sort: lemmas.CollocateSorts[random.IntN(len(lemmas.CollocateSorts))]}
			m := match(t, s, f)
			lines, err := m.Lines(k)
			if err != nil {
				t.Fatal(err)
			}
			got, err := lemmas.NewCollocates(lines, v, o)
			if err != nil {
				t.Fatal(err)
			}
			want, observed, linesOf, frequency := collocates(t, m, k, v)
			list := got.List
			got.List = nil
			if got.Keywords != want.Keywords || got.Near != want.Near || got.Words != want.Words || got.Verses != want.Verses || got.Unplaced != want.Unplaced {
				t.Fatalf("%+v, not %+v", got, want)
			}
			n, last := 0, math.Inf(1)
			for id, count := range observed {
				if count >= o.Least && (o.Function || words().ContentLemmas().Has(int(id))) {
					n++
				}
			}
			if len(list) != n {
				t.Fatalf("%d collocates, not %d", len(list), n)
			}
			for _, c := range list {
				ids, err := words().LemmaIDs(c.Strong)
				id := ids[slices.IndexFunc(ids, func(id lexicon.LemmaID) bool { return words().Lemma(id).Strong == c.Strong })]
				if err != nil || c.Observed != observed[id] || c.Lines != linesOf[id] || c.Frequency != frequency[id] {
					t.Fatalf("%+v: observed %d, in %d lines, of %d (%v)", c, observed[id], linesOf[id], frequency[id], err)
				}
				expected := float64(want.Near) * float64(c.Frequency) / float64(want.Words)
				if math.Abs(c.Expected-expected) > 1e-9 || math.Abs(c.MI-math.Log2(float64(c.Observed)/expected)) > 1e-9 || c.LogDice > 14 || (c.LogLikelihood < 0) != (float64(c.Observed) < expected) && c.LogLikelihood != 0 {
					t.Errorf("%+v: measures of another table", c)
				}
				value := map[lemmas.Sort]float64{
					lemmas.ByLogDice: c.LogDice, lemmas.ByLogLikelihood: c.LogLikelihood, lemmas.ByMI: c.MI, lemmas.ByMI3: c.MI3,
					lemmas.ByObserved: float64(c.Observed), lemmas.ByFrequency: float64(c.Frequency),
				}[o.Sort]
				if value > last {
					t.Errorf("%s: %+v is not in its place", o.Sort, c)
				}
				last = value
				if k.Key == index.KeyLemma && c.Strong == k.Lemma {
					t.Errorf("%s is its own collocate", k.Lemma)
				}
				// The lines with the collocate are what a search for it near the key finds.
				near := k
				near.Near, near.Window, near.InColon = c.Strong, v.Window, v.InColon
				if random.IntN(40) == 0 {
					if with, err := m.Lines(near); err != nil || with.Total() != c.Lines {
						t.Errorf("%s: %d lines are near %s, not %d (%v)", k.Lemma, with.Total(), c.Strong, c.Lines, err)
					}
				}
			}
		}
	}, reader, 15, 18)
}

// TestFigurative compares the lemmas of figures with a count over the figures and the text.
func TestFigurative(t *testing.T) {
	for _, by := range []mashal.Annotator{reader, matcher} {
		snapshot(t, func(s *index.Snapshot) {
			for _, f := range []index.Filter{{}, {Types: []mashal.Type{mashal.Metaphor}}, {Selection: selection(mashal.Chapter{Book: 15, Number: 4})}, {Hebrew: "ישראל"}} {
				m := match(t, s, f)
				hits, err := m.Figures(t.Context(), index.Page{Limit: 100_000})
				if err != nil {
					t.Fatal(err)
				}
				marked, figures := map[int]bool{}, map[lexicon.LemmaID]int{}
				for _, h := range hits.Hits {
					ranges, err := mashal.ParseRanges(h.Figure.Words)
					if err != nil {
						t.Fatal(err)
					}
					first, _ := words().Verse(h.Ref.Ordinal())
					seen := map[lexicon.LemmaID]bool{}
					for _, r := range ranges {
						for n := r.First; n <= r.Last; n++ {
							marked[first+n-1], seen[words().LemmaOf(first+n-1)] = true, true
						}
					}
					for id := range seen {
						figures[id]++
					}
				}
				inFigures, of, total := map[lexicon.LemmaID]int{}, map[lexicon.LemmaID]int{}, 0
				done, read := m.Done()
				verses := 0
				for verse := range done.All() {
					if !m.WithWords().Has(verse) {
						continue
					}
					verses++
					first, end := words().Verse(verse)
					for word := first; word < end; word++ {
						total++
						of[words().LemmaOf(word)]++
						if marked[word] {
							inFigures[words().LemmaOf(word)]++
						}
					}
				}
				got, err := lemmas.NewFigurative(m, lemmas.Options{Least: 2})
				if err != nil {
					t.Fatal(err)
				}
				if got.Words != total || got.Verses != verses || got.Marked != len(marked) || got.Readers != (by.Kind == mashal.ByModel) || got.Readers == read.Empty() {
					t.Fatalf("%+v: %d verses, %d words, %d marked, not %d, %d, %d", f, got.Verses, got.Words, got.Marked, verses, total, len(marked))
				}
				for i, l := range got.List {
					ids, err := words().LemmaIDs(l.Strong)
					id := ids[slices.IndexFunc(ids, func(id lexicon.LemmaID) bool { return words().Lemma(id).Strong == l.Strong })]
					if err != nil || l.Marked != inFigures[id] || l.Figures != figures[id] || l.Marked < 2 || (l.Share != nil) != got.Readers {
						t.Fatalf("%+v: %d words in %d figures (%v)", l, inFigures[id], figures[id], err)
					}
					if l.Share != nil && (l.Share.Of != of[id] || l.Share.Low > l.Share.Share || l.Share.High < l.Share.Share || i > 0 && got.List[i-1].Share.Low < l.Share.Low) {
						t.Errorf("%+v: %+v of %d", l, l.Share, of[id])
					}
				}
			}
		}, by, 15)
	}
}

// TestSmallCountsDoNotLead marks all words of Hosea whose lemma occurs twice there, and all
// but two of the name of God: the name comes first by bound and by log-likelihood.
func TestSmallCountsDoNotLead(t *testing.T) {
	const name, hosea = "3068", mashal.Book(15)
	names := 0
	find := func(v *mashal.Verse) (list []mashal.JudgedFigure) {
		first, _ := words().Verse(v.Ref.Ordinal())
		for n := 1; n <= len(v.Words); n++ {
			id := words().LemmaOf(first + n - 1)
			isName := words().Lemma(id).Strong == name
			if isName {
				names++
			}
			if isName && names > 2 || words().CountIn(id, hosea) == 2 {
				list = append(list, mashal.JudgedFigure{Figure: mashal.Figure{
					Types: []mashal.Type{mashal.Metaphor}, Span: mashal.ExactSpan(mashal.WordRange{First: n, Last: n}), Confidence: 1, Source: "test",
				}})
			}
		}
		return list
	}
	snapshotOf(t, func(s *index.Snapshot) {
		for _, sort := range []lemmas.Sort{lemmas.ByBound, lemmas.ByLogLikelihood} {
			got, err := lemmas.NewFigurative(match(t, s, index.Filter{}), lemmas.Options{Least: 1, Sort: sort})
			if err != nil {
				t.Fatal(err)
			}
			if first := got.List[0]; first.Strong != name || first.Share.Of-first.Marked != 2 {
				t.Errorf("by %s, %s leads with %d of %d", sort, first.Strong, first.Marked, first.Share.Of)
			}
		}
	}, reader, find, hosea)
}

// TestRefused checks the options that are refused.
func TestRefused(t *testing.T) {
	refused := func(err error) bool {
		_, ok := errors.AsType[*mashal.FieldError](err)
		return ok
	}
	snapshot(t, func(s *index.Snapshot) {
		m := match(t, s, index.Filter{})
		lines, err := m.Lines(index.KWIC{})
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range []lemmas.Options{{}, {Least: 1, Sort: "size"}, {Least: 1, Sort: lemmas.ByShare}} {
			if _, err := lemmas.NewCollocates(lines, lemmas.Vicinity{}, o); !refused(err) {
				t.Errorf("collocates by %+v are not refused: %v", o, err)
			}
		}
		for _, o := range []lemmas.Options{{}, {Least: 1, Sort: lemmas.ByLogDice}, {Least: 1, Sort: lemmas.ByShare}, {Least: 1, Sort: lemmas.ByBound}} {
			if _, err := lemmas.NewFigurative(m, o); !refused(err) {
				t.Errorf("a matcher's lemmas by %+v are not refused: %v", o, err)
			}
		}
	}, matcher, 18)
}

// BenchmarkLists measures both lists of a whole Bible.
func BenchmarkLists(b *testing.B) {
	var books []mashal.Book
	for book := mashal.Book(1); book.Valid(); book++ {
		books = append(books, book)
	}
	snapshot(b, func(s *index.Snapshot) {
		m := match(b, s, index.Filter{})
		for name, k := range map[string]index.KWIC{"figures": {}, "lemma": {Key: index.KeyLemma, Lemma: "3068", Outside: true}} {
			lines, err := m.Lines(k)
			if err != nil {
				b.Fatal(err)
			}
			for _, inColon := range []bool{false, true} {
				if inColon {
					name += " in cola"
				}
				b.Run("collocates of "+name, func(b *testing.B) {
					for b.Loop() {
						if _, err := lemmas.NewCollocates(lines, lemmas.Vicinity{Window: collocation.Default, InColon: inColon}, lemmas.Options{Least: 3}); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
		b.Run("figurative", func(b *testing.B) {
			for b.Loop() {
				if _, err := lemmas.NewFigurative(m, lemmas.Options{Least: 3}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}, reader, books...)
}
