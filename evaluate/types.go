package evaluate

import (
	"math/bits"
	"slices"

	"mashal"
)

// A TypeAgreement says which types matched figures have: the agreement on the type, given
// that both annotations marked the words. Figures match whatever their types.
type TypeAgreement struct {
	Pairs  int   `json:"pairs"`
	Same   Value `json:"same"`   // share of pairs with the same types
	Common Value `json:"common"` // share of pairs with a type in common

	// Kappa is Cohen's kappa over the types. A pair with a common type counts as that type on
	// both sides, any other as the first type of each.
	Kappa Value `json:"kappa"`

	Confusion []Confused `json:"confusion"`
}

// A Confused cell counts pairs of which the reference has one type and the prediction
// another. Types in common are counted as themselves; of the others, each of the reference
// with each of the prediction, or with none ("") if one side has no more types.
type Confused struct {
	Reference mashal.Type `json:"reference"`
	Predicted mashal.Type `json:"predicted"`
	Pairs     int         `json:"pairs"`
}

// typeSums are what one chapter adds to a TypeAgreement.
type typeSums struct {
	pairs, same, common int
	confusion           [8][8]int // index 7 for none
	single              [7][7]int // for kappa
}

// measureTypes returns the agreement on types, or nil if no figures match.
func measureTypes(pairs []Pair, o Options) *TypeAgreement {
	var chapters []typeSums
	located := locatedChapters(pairs)
	for i := range pairs {
		p := &pairs[i]
		if i == 0 || p.Ref.Chapter != pairs[i-1].Ref.Chapter {
			chapters = append(chapters, typeSums{})
		}
		if !located[p.Ref.Chapter] || !p.located(Any) {
			continue // as in the measures of figures
		}
		a, b := anchored(p.Reference, Any), anchored(p.Predicted, Any)
		for _, m := range match(a, b) {
			chapters[len(chapters)-1].add(a[m.Reference], b[m.Predicted])
		}
	}
	all := totalTypes(chapters, slices.Repeat([]int{1}, len(chapters)))
	if all.pairs == 0 {
		return nil
	}
	t := &TypeAgreement{Pairs: all.pairs}
	statistics := []struct {
		value *Value
		of    func(*typeSums) (float64, bool)
	}{
		{&t.Same, func(s *typeSums) (float64, bool) { return share(s.same, s.pairs) }},
		{&t.Common, func(s *typeSums) (float64, bool) { return share(s.common, s.pairs) }},
		{&t.Kappa, (*typeSums).kappa},
	}
	for _, s := range statistics {
		s.value.Value, s.value.Computable = s.of(&all)
		i, ok := Bootstrap(len(chapters), o.Samples, o.Seed, func(drawn []int) (float64, bool) {
			sample := totalTypes(chapters, drawn)
			return s.of(&sample)
		})
		if ok && s.value.Computable {
			s.value.Interval = &i
		}
	}
	for r := range all.confusion {
		for p, n := range all.confusion[r] {
			if n > 0 {
				t.Confusion = append(t.Confusion, Confused{typeOrNone(r), typeOrNone(p), n})
			}
		}
	}
	return t
}

func typeOrNone(i int) mashal.Type {
	if i == len(mashal.Types) {
		return ""
	}
	return mashal.Types[i]
}

// add counts a pair.
func (s *typeSums) add(reference, predicted *mashal.Figure) {
	r, p := typeSet(reference), typeSet(predicted)
	common := r & p
	s.pairs++
	if r == p {
		s.same++
	}
	if common != 0 {
		s.common++
		first := bits.TrailingZeros8(common)
		s.single[first][first]++
	} else {
		s.single[bits.TrailingZeros8(r)][bits.TrailingZeros8(p)]++
	}
	const none = 1 << 7
	for i := range mashal.Types {
		if common&(1<<i) != 0 {
			s.confusion[i][i]++
		}
	}
	r, p = r&^common, p&^common
	switch {
	case r == 0 && p == 0:
		return
	case r == 0:
		r = none
	case p == 0:
		p = none
	}
	for i := range s.confusion {
		for j := range s.confusion[i] {
			if r&(1<<i) != 0 && p&(1<<j) != 0 {
				s.confusion[i][j]++
			}
		}
	}
}

// typeSet returns the types of a figure as a set: bit i for mashal.Types[i].
func typeSet(f *mashal.Figure) (set uint8) {
	for _, t := range f.Types {
		set |= 1 << slices.Index(mashal.Types, t)
	}
	return set
}

// totalTypes returns the sums of chapters, each drawn the given number of times.
func totalTypes(chapters []typeSums, drawn []int) (all typeSums) {
	for c, times := range drawn {
		if times == 0 {
			continue
		}
		chapter := &chapters[c]
		all.pairs += times * chapter.pairs
		all.same += times * chapter.same
		all.common += times * chapter.common
		for i := range all.confusion {
			for j := range all.confusion[i] {
				all.confusion[i][j] += times * chapter.confusion[i][j]
			}
		}
		for i := range all.single {
			for j := range all.single[i] {
				all.single[i][j] += times * chapter.single[i][j]
			}
		}
	}
	return all
}

// kappa returns Cohen's kappa of the single types.
func (s *typeSums) kappa() (float64, bool) {
	table := make([][]int, len(s.single))
	for i := range table {
		table[i] = s.single[i][:]
	}
	return Kappa(table)
}

// Kappa returns Cohen's kappa for a table of decisions: table[i][j] is the number of units
// that the one rater put into category i and the other into category j (Cohen 1960). It is
// not computable, and ok is false, if there are no units or all are in one category.
func Kappa(table [][]int) (kappa float64, ok bool) {
	n, agreed := 0, 0
	rows, columns := make([]int, len(table)), make([]int, len(table))
	for i := range table {
		for j, count := range table[i] {
			n += count
			rows[i] += count
			columns[j] += count
			if i == j {
				agreed += count
			}
		}
	}
	chance := 0
	for i := range rows {
		chance += rows[i] * columns[i]
	}
	if n == 0 || chance == n*n {
		return 0, false
	}
	observed, expected := float64(agreed)/float64(n), float64(chance)/float64(n)/float64(n)
	return (observed - expected) / (1 - expected), true
}
