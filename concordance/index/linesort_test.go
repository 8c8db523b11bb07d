package index_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"mashal"
	"mashal/collocation"
	"mashal/concordance/index"
	"mashal/corpus/lexicon"
	"mashal/hebrew"
)

// wholeOrders are the orders by a place or a whole context. TestSortKeys tests the others.
var wholeOrders = []index.KWICOrder{index.KWICByBook, index.KWICByLeft, index.KWICByRight, index.KWICByDate}

// A lineKeys compares lines in every order, from the text and the figures of the lines alone.
type lineKeys struct {
	t *testing.T
	s *index.Snapshot
}

// words returns the letters of the words of a line's verse, and the numbers of the first and
// the last word of its key, from 0.
func (k lineKeys) words(o *index.Occurrence) (letters []string, first, last int) {
	v, err := text().Verse(o.Ref)
	if err != nil {
		k.t.Fatal(err)
	}
	for _, w := range v.Words {
		letters = append(letters, hebrew.Letters(w.Text))
	}
	return letters, o.Words[0].First - 1, o.Words[len(o.Words)-1].Last - 1
}

// compare compares two lines in an order.
func (k lineKeys) compare(order index.KWICOrder, a, b *index.Occurrence) int {
	last := func(missingA, missingB bool) (int, bool) {
		switch {
		case missingA && missingB:
			return 0, true
		case missingA:
			return 1, true
		case missingB:
			return -1, true
		}
		return 0, false
	}
	switch order {
	case index.KWICByDate:
		return comparePeriods(a.Ref, b.Ref)
	case index.KWICByType, index.KWICByAnnotator:
		if c, ok := last(len(a.Figures) == 0, len(b.Figures) == 0); ok {
			return c
		}
		if order == index.KWICByAnnotator {
			x, _ := k.s.Reading(a.Figures[0].Reading)
			y, _ := k.s.Reading(b.Figures[0].Reading)
			return strings.Compare(x.Annotator, y.Annotator)
		}
		types := func(o *index.Occurrence) (list []int) {
			for _, t := range o.Figures[0].Types {
				list = append(list, slices.Index(mashal.Types, t))
			}
			slices.Sort(list)
			return list
		}
		return cmp.Or(cmp.Compare(min(len(types(b)), 1), min(len(types(a)), 1)), slices.Compare(types(a), types(b)))
	}
	if c, ok := last(len(a.Words) == 0, len(b.Words) == 0); ok {
		return c
	}
	x, firstX, lastX := k.words(a)
	y, firstY, lastY := k.words(b)
	at := func(letters []string, i int) string {
		if i < 0 || i >= len(letters) {
			return "" // before all words
		}
		return letters[i]
	}
	switch order {
	case index.KWICByForm:
		form := func(o *index.Occurrence, letters []string) (words []string) {
			for _, r := range o.Words {
				words = append(words, letters[r.First-1:r.Last]...)
			}
			return words
		}
		return slices.Compare(form(a, x), form(b, y))
	case index.KWICByLemma:
		lemma := func(o *index.Occurrence) *lexicon.Lemma {
			first, _ := k.s.Lexicon().Verse(o.Ref.Ordinal())
			return k.s.Lexicon().Lemma(k.s.Lexicon().LemmaOf(first + o.Words[0].First - 1))
		}
		return cmp.Or(strings.Compare(lemma(a).Hebrew, lemma(b).Hebrew), strings.Compare(lemma(a).Strong, lemma(b).Strong))
	case index.KWICByLeft:
		slices.Reverse(x[:firstX])
		slices.Reverse(y[:firstY])
		return slices.Compare(x[:firstX], y[:firstY])
	case index.KWICByRight:
		return slices.Compare(x[lastX+1:], y[lastY+1:])
	}
	n := int(order[len(order)-1] - '0')
	if strings.HasPrefix(string(order), "left") {
		return strings.Compare(at(x, firstX-n), at(y, firstY-n))
	}
	return strings.Compare(at(x, lastX+n), at(y, lastY+n))
}

// TestSortKeys compares the order of lines by one, two and three keys with the text: every
// order as each key, lines of a lemma, of figures and of vehicles.
func TestSortKeys(t *testing.T) {
	r := rand.New(rand.NewPCG(12, 3))
	view(t, openReader(t, dbPath(t, mixed(t, 12))), func(s *index.Snapshot) {
		keys := lineKeys{t, s}
		orders := slices.DeleteFunc(slices.Clone(index.KWICOrders), func(o index.KWICOrder) bool { return o == index.KWICShuffled })
		for _, k := range []index.KWIC{{}, {Key: index.KeyVehicle}, {Key: index.KeyLemma, Lemma: "853", Outside: true}, {Key: index.KeyLemma, Lemma: "l", Outside: true}} {
			m := match(t, s, index.Filter{Annotators: []string{index.Mixture}})
			canon, err := m.Occurrences(t.Context(), index.KWIC{Key: k.Key, Lemma: k.Lemma, Outside: k.Outside, Limit: 10_000})
			if err != nil || canon.Total < 8 {
				t.Fatalf("%+v: %d lines, %v", k, canon.Total, err)
			}
			for _, first := range orders {
				k.Order, k.Then, k.Limit = first, []index.KWICOrder{pick(r, orders), pick(r, orders)}[:r.IntN(3)], 10_000
				got, err := m.Occurrences(t.Context(), k)
				if err != nil || got.Total != canon.Total {
					t.Fatalf("%+v: %d lines, not %d (%v)", k, got.Total, canon.Total, err)
				}
				for i := range got.Lines[1:] {
					a, b, c := &got.Lines[i], &got.Lines[i+1], 0
					if k.Key == index.KeyVehicle {
						c = compareVehicles(*a, *b)
					}
					for _, order := range append([]index.KWICOrder{k.Order}, k.Then...) {
						if order == index.KWICByBook {
							break // the place in the text, which no lines share
						}
						c = cmp.Or(c, keys.compare(order, a, b))
					}
					if cmp.Or(c, a.Ref.Compare(b.Ref)) > 0 {
						t.Fatalf("%s by %v then %v: %v stands before %v", k.Key, k.Order, k.Then, a.Ref, b.Ref)
					}
				}
				// Pages are parts of the whole.
				k.Limit, k.Offset = 4, 3
				part, err := m.Occurrences(t.Context(), k)
				if err != nil || places(part.Lines) != places(got.Lines[3:7]) {
					t.Fatalf("%+v: %s is not a part of the lines (%v)", k, places(part.Lines), err)
				}
				k.Offset = 0
			}
		}
	})
}

// places returns the places of lines as text.
func places(lines []index.Occurrence) string {
	var list []string
	for i := range lines {
		list = append(list, lines[i].Ref.OSIS()+"!"+mashal.Span{Ranges: lines[i].Words}.String())
	}
	return strings.Join(list, " ")
}

// TestShuffle checks that a seed determines the order and the sample, that seeds differ, that a
// larger sample has the lines of a smaller one, and that conditions do not change what is drawn.
func TestShuffle(t *testing.T) {
	view(t, openReader(t, dbPath(t, mixed(t, 12))), func(s *index.Snapshot) {
		lemma := index.KWIC{Key: index.KeyLemma, Lemma: "853", Outside: true}
		for _, k := range []index.KWIC{{}, {Key: index.KeyVehicle}, lemma} {
			draw := func(n int, seed uint64, f index.Filter) []string {
				lines, err := match(t, s, f).Lines(k)
				if err != nil {
					t.Fatal(err)
				}
				sample := lines.Sample(n, seed)
				page, err := sample.Page(t.Context(), index.Page{Limit: 1000})
				if err != nil || sample.Total() != min(n, lines.Total()) || len(page.Lines) != sample.Total() || page.UseCount.Lines() != sample.Total() {
					t.Fatalf("%+v: a sample of %d of %d has %d lines (%v)", k, n, lines.Total(), sample.Total(), err)
				}
				if k.Key != index.KeyVehicle && !slices.IsSortedFunc(page.Lines, func(a, b index.Occurrence) int { return a.Ref.Compare(b.Ref) }) {
					t.Errorf("%+v: the sample is not in the order of the canon", k)
				}
				return strings.Fields(places(page.Lines))
			}
			all := index.Filter{Annotators: []string{index.Mixture}}
			five, twelve := draw(5, 1, all), draw(12, 1, all)
			if !slices.Equal(five, draw(5, 1, all)) {
				t.Errorf("%+v: the same seed draws other lines", k)
			}
			if slices.Equal(twelve, draw(12, 2, all)) {
				t.Errorf("%+v: another seed draws the same lines", k)
			}
			for _, place := range five {
				if !slices.Contains(twelve, place) {
					t.Errorf("%+v: %s is in the smaller sample only", k, place)
				}
			}
			narrow := all
			narrow.Selection = selection(t, "Psalms")
			inPsalms := slices.DeleteFunc(slices.Clone(twelve), func(place string) bool { return !strings.HasPrefix(place, "Ps.") })
			if some := draw(12, 1, narrow); len(inPsalms) > 0 && !containsAll(some, inPsalms) {
				t.Errorf("%+v: %v, of which %v are drawn from the whole", k, some, inPsalms)
			}
			k.Order, k.Seed, k.Limit = index.KWICShuffled, 1, 1000
			shuffled, err := match(t, s, all).Occurrences(t.Context(), k)
			if err != nil {
				t.Fatal(err)
			}
			if k.Key != index.KeyVehicle && !containsAll(strings.Fields(places(shuffled.Lines[:5])), five) {
				t.Errorf("%+v: the sample is not the first of the shuffled lines", k)
			}
		}
		// The same on every machine: the words of a lemma depend on the text alone.
		k := lemma
		k.Order, k.Seed, k.Limit = index.KWICShuffled, 7, 5
		m := match(t, s, index.Filter{Annotators: []string{index.Mixture}, Selection: selection(t, "Genesis 49")})
		got, err := m.Occurrences(t.Context(), k)
		if err != nil {
			t.Fatal(err)
		}
		if want := "Gen.49.31!10 Gen.49.30!14 Gen.49.31!3 Gen.49.33!4 Gen.49.29!2"; places(got.Lines) != want {
			t.Errorf("seed 7 puts first %s, not %s", places(got.Lines), want)
		}
	})
}

func containsAll(list, of []string) bool {
	return !slices.ContainsFunc(of, func(s string) bool { return !slices.Contains(list, s) })
}

// TestNear compares the lines with a lemma near their key with the text, in windows within
// verses and cola.
func TestNear(t *testing.T) {
	r := rand.New(rand.NewPCG(12, 4))
	view(t, openReader(t, dbPath(t, mixed(t, 12))), func(s *index.Snapshot) {
		m, words, some := match(t, s, index.Filter{Annotators: []string{index.Mixture}}), s.Lexicon(), 0
		for range 60 {
			k := index.KWIC{Limit: 10_000}
			if r.IntN(2) == 0 {
				k.Key, k.Lemma, k.Outside = index.KeyLemma, pick(r, []string{"3068", "אל", "430"}), true
			}
			all, err := m.Occurrences(t.Context(), k)
			if err != nil {
				t.Fatal(err)
			}
			k.Near, k.Window, k.InColon = pick(r, []string{"3068", "776", "3605"}), collocation.Window{Left: r.IntN(6), Right: r.IntN(6)}, r.IntN(2) == 0
			ids, err := words.LemmaIDs(k.Near)
			if err != nil {
				t.Fatal(err)
			}
			want := slices.DeleteFunc(slices.Clone(all.Lines), func(o index.Occurrence) bool {
				if len(o.Words) == 0 {
					return true
				}
				ordinal := o.Ref.Ordinal()
				first, end := words.Verse(ordinal)
				low, high := first+o.Words[0].First-1, first+o.Words[len(o.Words)-1].Last-1
				for w := max(low-k.Window.Left, first); w <= min(high+k.Window.Right, end-1); w++ {
					if (mashal.Span{Ranges: o.Words}).Contains(w-first+1) || !slices.Contains(ids, words.LemmaOf(w)) {
						continue
					}
					fromLow, _ := words.Colon(ordinal, low)
					_, toHigh := words.Colon(ordinal, high)
					if !k.InColon || fromLow <= w && w < toHigh {
						return false
					}
				}
				return true
			})
			got, err := m.Occurrences(t.Context(), k)
			if err != nil || places(got.Lines) != places(want) || got.Total != len(want) {
				t.Fatalf("%+v:\n%s, not\n%s (%v)", k, places(got.Lines), places(want), err)
			}
			some += len(want)
		}
		if some < 50 {
			t.Errorf("only %d lines were near anything", some)
		}
		if _, err := m.Lines(index.KWIC{Near: "rock"}); !isFilterError(err) {
			t.Errorf("a lemma that is none is not refused: %v", err)
		}
	})
}
