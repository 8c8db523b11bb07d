package index

import (
	"cmp"
	"hash/fnv"
	"math"
	"slices"
	"strings"

	"mashal"
	"mashal/bitset"
	"mashal/corpus/lexicon"
	"mashal/topn"
)

// A KWICOrder is an order of lines.
type KWICOrder string

// The orders of lines. Words are compared by their letters. Contexts are compared word by
// word, starting at the key. In an order of a single word, lines whose verse has no such word
// come first; in all orders by words, figures whose span is unknown come last.
const (
	KWICByBook      KWICOrder = "book"      // the order of the canon
	KWICByLeft      KWICOrder = "left"      // the text before the key, which is to its right in Hebrew
	KWICByRight     KWICOrder = "right"     // the text after the key
	KWICByDate      KWICOrder = "date"      // the age of the language: Periods in their order
	KWICByLeft1     KWICOrder = "left1"     // the word before the key
	KWICByLeft2     KWICOrder = "left2"     // the second word before the key
	KWICByLeft3     KWICOrder = "left3"     // the third word before the key
	KWICByRight1    KWICOrder = "right1"    // the word after the key
	KWICByRight2    KWICOrder = "right2"    // the second word after the key
	KWICByRight3    KWICOrder = "right3"    // the third word after the key
	KWICByForm      KWICOrder = "form"      // the letters of the key
	KWICByLemma     KWICOrder = "lemma"     // the citation form of the lemma of the key's first word
	KWICByType      KWICOrder = "type"      // the types of the line's first figure, as in mashal.Types; lines without a figure last
	KWICByAnnotator KWICOrder = "annotator" // the annotator of the line's first figure; lines without a figure last
	KWICShuffled    KWICOrder = "shuffle"   // an order that only KWIC.Seed determines
)

// KWICOrders lists all orders of lines.
var KWICOrders = []KWICOrder{
	KWICByBook, KWICByLeft, KWICByRight, KWICByDate, KWICByLeft1, KWICByLeft2, KWICByLeft3, KWICByRight1, KWICByRight2, KWICByRight3,
	KWICByForm, KWICByLemma, KWICByType, KWICByAnnotator, KWICShuffled,
}

// MaxThen is the maximum number of orders after the first.
const MaxThen = 2

// checkOrders returns a *mashal.FieldError if an order is unknown or there are too many.
func (k *KWIC) checkOrders() error {
	for _, order := range append([]KWICOrder{k.Order}, k.Then...) {
		if err := oneOf("order", "order of lines", string(order), texts(KWICOrders)); err != nil {
			return err
		}
	}
	if len(k.Then) > MaxThen {
		return mashal.NewFieldError("order", string(k.Then[MaxThen]), "", "Give at most three orders.", "there are %d orders of lines", 1+len(k.Then))
	}
	return nil
}

// Orders returns the orders by which the lines are sorted, without those after one that
// leaves no lines equal.
func (k *KWIC) Orders() []KWICOrder {
	orders := append([]KWICOrder{cmp.Or(k.Order, KWICByBook)}, k.Then...)
	if i := slices.IndexFunc(orders, func(o KWICOrder) bool { return o == KWICByBook || o == KWICShuffled }); i >= 0 {
		orders = orders[:i+1]
	}
	return orders
}

// Shuffled reports whether Seed is needed to sort the lines.
func (k *KWIC) Shuffled() bool { return slices.Contains(k.Orders(), KWICShuffled) }

// part returns a part of the lines, in order.
func (l *Lines) part(limit, offset int) []occurrence {
	orders := l.kwic.Orders()
	if permutation, ok := l.permutation(orders); ok {
		narrowed := *l.matches
		narrowed.rows, narrowed.total = l.rows, l.total
		rows := narrowed.ordered(permutation, offset, limit)
		lines := make([]occurrence, len(rows))
		for i, row := range rows {
			lines[i] = l.line(row)
		}
		return lines
	}
	if l.kwic.Key == KeyLemma && orders[0] == KWICByBook {
		lines := l.lemmaLines[min(offset, len(l.lemmaLines)):]
		return lines[:min(limit, len(lines))]
	}
	sorted := l.sorted(orders, min(limit, l.total)+min(offset, l.total))
	sorted = sorted[min(offset, len(sorted)):]
	sorted = sorted[:min(limit, len(sorted))]
	lines := make([]occurrence, len(sorted))
	for i := range sorted {
		lines[i] = l.line(sorted[i].id)
	}
	return lines
}

// permutation returns all rows in some orders if the snapshot keeps them; nil is the order of
// the canon.
func (l *Lines) permutation(orders []KWICOrder) (rows []uint32, ok bool) {
	if l.kwic.Key == KeyLemma || len(orders) > 1 && (len(orders) > 2 || orders[1] != KWICByBook) {
		return nil, false
	}
	o, ok := map[KWICOrder]ordering{KWICByBook: "", KWICByLeft: byLeft, KWICByRight: byRight, KWICByDate: ordering(ByDate)}[orders[0]]
	if l.kwic.Key == KeyVehicle {
		o = map[KWICOrder]ordering{KWICByBook: ordering(ByVehicle), KWICByLeft: byVehicleLeft, KWICByRight: byVehicleRight, KWICByDate: byVehicleDate}[orders[0]]
	}
	if !ok || o == "" {
		return nil, ok
	}
	return l.matches.snapshot.orders[o](), true
}

// A sortedLine is the number of a line with its ranks.
type sortedLine struct {
	ranks [2 + MaxThen]uint64
	id    int
}

// maxSelected is the number of first lines up to which selecting them is faster than sorting all.
const maxSelected = 500

// sorted returns the first lines sorted by some orders, with KeyVehicle first by vehicle. Equal
// lines are in the order of the canon. It may return more than most.
func (l *Lines) sorted(orders []KWICOrder, most int) []sortedLine {
	var ranks []func(id int, o *occurrence) uint64
	if l.kwic.Key == KeyVehicle {
		vehicles := l.matches.snapshot.vehicleRanks()
		ranks = append(ranks, func(id int, _ *occurrence) uint64 { return uint64(vehicles[id]) })
	}
	for _, order := range orders {
		if order != KWICByBook {
			ranks = append(ranks, l.rank(order))
		}
	}
	each := func(add func(sortedLine)) {
		var o occurrence // of which the ranks take the address: one for all lines
		for id := range l.ids() {
			s := sortedLine{id: id}
			o = l.line(id)
			for i, rank := range ranks {
				s.ranks[i] = rank(id, &o)
			}
			add(s)
		}
	}
	if most <= maxSelected {
		first := topn.New(most, compareLines)
		each(first.Add)
		return first.Values()
	}
	sorted := make([]sortedLine, 0, l.total)
	each(func(s sortedLine) { sorted = append(sorted, s) })
	if len(ranks) > 0 {
		slices.SortFunc(sorted, compareLines)
	}
	return sorted
}

// compareLines compares lines by their ranks, then in the order of the canon.
func compareLines(a, b sortedLine) int {
	if c := slices.Compare(a.ranks[:], b.ranks[:]); c != 0 {
		return c
	}
	return cmp.Compare(a.id, b.id)
}

// rank returns the function that ranks lines in an order.
func (l *Lines) rank(order KWICOrder) func(id int, o *occurrence) uint64 {
	s := l.matches.snapshot
	words := s.lexicon
	anchored := func(rank func(o *occurrence) uint64) func(int, *occurrence) uint64 {
		return func(_ int, o *occurrence) uint64 {
			if o.word == o.end {
				return math.MaxUint64
			}
			return rank(o)
		}
	}
	switch order {
	case KWICByLeft:
		return anchored(func(o *occurrence) uint64 { return uint64(words.RankBefore(o.verse, o.word)) })
	case KWICByRight:
		return anchored(func(o *occurrence) uint64 { return uint64(words.RankFrom(o.verse, o.end)) })
	case KWICByDate:
		d := divisions[ByPeriods]()
		return func(_ int, o *occurrence) uint64 { return uint64(d.of[o.verse]) }
	case KWICByForm:
		if l.kwic.Key == KeyLemma {
			return anchored(func(o *occurrence) uint64 { return s.lettersRank(o.verse, o.word) })
		}
		ranks := s.formRanks()
		return func(id int, _ *occurrence) uint64 { return uint64(ranks[id]) }
	case KWICByLemma:
		ranks := lemmaRanks(words)
		return anchored(func(o *occurrence) uint64 { return uint64(ranks[words.LemmaOf(o.word)]) })
	case KWICByType:
		ranks, types := typeRanks(), s.figures.final
		if l.matches.filter.Detected {
			types = s.figures.detected
		}
		return func(_ int, o *occurrence) uint64 {
			if len(o.rows) == 0 {
				return math.MaxUint64
			}
			return uint64(ranks[types[o.rows[0]]])
		}
	case KWICByAnnotator:
		names := l.matches.Annotators()
		return func(_ int, o *occurrence) uint64 {
			if len(o.rows) == 0 {
				return math.MaxUint64
			}
			at, _ := slices.BinarySearch(names, s.annotatorOf(o.rows[0]))
			return uint64(at)
		}
	case KWICShuffled:
		return func(_ int, o *occurrence) uint64 { return l.matches.shuffled(o, l.kwic.Seed) }
	}
	away := map[KWICOrder]int{KWICByLeft1: -1, KWICByLeft2: -2, KWICByLeft3: -3, KWICByRight1: 1, KWICByRight2: 2, KWICByRight3: 3}[order]
	return anchored(func(o *occurrence) uint64 {
		if away < 0 {
			return s.lettersRank(o.verse, o.word+away)
		}
		return s.lettersRank(o.verse, o.end-1+away)
	})
}

// lettersRank returns the alphabetical rank of a word of a verse, from 1, or 0 if the verse
// does not have the word.
func (s *Snapshot) lettersRank(verse, word int) uint64 {
	if first, end := s.lexicon.Verse(verse); word < first || word >= end {
		return 0
	}
	return 1 + uint64(s.lexicon.Letters(s.lexicon.FormsOf(word, word+1)[0]))
}

// formRanks returns the alphabetical rank of each row's words. Unanchored figures come last.
func (s *Snapshot) formRanks() []uint32 {
	rows := s.orders[ordering(ByHebrew)]()
	ranks := make([]uint32, len(rows))
	for at, row := range rows {
		ranks[row] = uint32(at)
		if at > 0 && slices.EqualFunc(s.formsOf(int(row)), s.formsOf(int(rows[at-1])), func(a, b lexicon.FormID) bool { return s.lexicon.CompareLetters(a, b) == 0 }) {
			ranks[row] = ranks[rows[at-1]]
		}
	}
	return ranks
}

// lemmaRanks returns the alphabetical rank of the citation form of each lemma. Lemmas of the
// same letters are in the order of Strong's numbers.
func lemmaRanks(l *lexicon.Lexicon) []uint32 {
	order := make([]lexicon.LemmaID, l.NumLemmas())
	for i := range order {
		order[i] = lexicon.LemmaID(i)
	}
	slices.SortFunc(order, func(a, b lexicon.LemmaID) int {
		x, y := l.Lemma(a), l.Lemma(b)
		return cmp.Or(strings.Compare(x.Hebrew, y.Hebrew), strings.Compare(x.Strong, y.Strong))
	})
	ranks := make([]uint32, len(order))
	for at, id := range order {
		ranks[id] = uint32(at)
	}
	return ranks
}

// typeRanks returns the rank of each set of types: sets are compared type by type, in the
// order of mashal.Types. The empty set comes last.
func typeRanks() (ranks [1 << 7]int) {
	var lists [1 << 7][]int
	order := make([]int, len(lists))
	for set := range lists {
		order[set] = set
		for i := range mashal.Types {
			if typeSet(set).has(i) {
				lists[set] = append(lists[set], i)
			}
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(min(len(lists[b]), 1), min(len(lists[a]), 1)), slices.Compare(lists[a], lists[b]))
	})
	for at, set := range order {
		ranks[set] = at
	}
	return ranks
}

// annotatorOf returns the annotator of a row's figure.
func (s *Snapshot) annotatorOf(row int) string {
	return s.readings[s.figures.reading[row]].info.Annotator
}

// shuffled returns a number of a line that a seed determines: a hash of the seed, the verse,
// the words of the key and the annotator. It depends on nothing else, so that the same seed
// draws the same lines from another copy of the concordance, and from more or fewer lines.
func (m *Matches) shuffled(o *occurrence, seed uint64) uint64 {
	first, _ := m.snapshot.lexicon.Verse(o.verse)
	hash := mix(seed)
	hash = mix(hash ^ uint64(o.verse))
	if o.word < o.end {
		hash = mix(hash ^ uint64(o.word-first+1)<<8 ^ uint64(o.end-first))
	}
	if len(o.rows) > 0 {
		name := fnv.New64a()
		_, _ = name.Write([]byte(m.snapshot.annotatorOf(o.rows[0]))) // never fails
		hash = mix(hash ^ name.Sum64())
	}
	return hash
}

// mix is the output function of SplitMix64 (G. L. Steele, D. Lea and C. H. Flood, "Fast
// Splittable Pseudorandom Number Generators", OOPSLA 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Sample returns a random sample of at most n lines, drawn with a seed: those that come first
// in KWICShuffled. So the same seed draws the same lines, and a larger sample has those of a
// smaller one.
func (l *Lines) Sample(n int, seed uint64) *Lines {
	if l.total <= n {
		return l
	}
	shuffled := *l
	shuffled.kwic.Key, shuffled.kwic.Seed = cmp.Or(l.kwic.Key, KeyPhrase), seed
	if shuffled.kwic.Key == KeyVehicle {
		shuffled.kwic.Key = KeyPhrase // not by vehicle first
	}
	drawn := shuffled.sorted([]KWICOrder{KWICShuffled}, n)[:n]
	sample := &Lines{matches: l.matches, kwic: l.kwic, total: n}
	if l.kwic.Key != KeyLemma {
		sample.rows, sample.count.Figurative = bitset.New(l.matches.snapshot.figures.len()), n
		for i := range drawn {
			sample.rows.Add(drawn[i].id)
		}
		return sample
	}
	slices.SortFunc(drawn, func(a, b sortedLine) int { return cmp.Compare(a.id, b.id) })
	for i := range drawn {
		o := l.lemmaLines[drawn[i].id]
		sample.lemmaLines = append(sample.lemmaLines, o)
		sample.count.add(o.use)
	}
	return sample
}
