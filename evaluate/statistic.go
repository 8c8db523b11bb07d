package evaluate

import (
	"fmt"
	"slices"

	"mashal"
)

// A statistic computes a measure from sums. It reports false if it is not computable.
type statistic func(*sums) (float64, bool)

// statistics are the measures of a row, by the name that a user gives.
var statistics = map[string]statistic{
	"kappa":           func(s *sums) (float64, bool) { return s.verse.kappa() },
	"alpha":           func(s *sums) (float64, bool) { return s.verse.alpha() },
	"verse-precision": func(s *sums) (float64, bool) { return share(s.verse.Both, s.verse.Both+s.verse.Predicted) },
	"verse-recall":    func(s *sums) (float64, bool) { return share(s.verse.Both, s.verse.Both+s.verse.Reference) },
	"verse-f1":        func(s *sums) (float64, bool) { return f1(s.verse) },
	"precision":       func(s *sums) (float64, bool) { return share(s.matched, s.predicted) },
	"recall":          func(s *sums) (float64, bool) { return share(s.matched, s.reference) },
	"f1":              func(s *sums) (float64, bool) { return share(2*s.matched, s.reference+s.predicted) },
	"exact-f1":        func(s *sums) (float64, bool) { return share(2*s.exact, s.reference+s.predicted) },
	"exact":           func(s *sums) (float64, bool) { return share(s.exact, s.matched) },
	"span-f1":         func(s *sums) (float64, bool) { return s.spanF1 / float64(max(1, s.matched)), s.matched > 0 },
	"token-f1":        func(s *sums) (float64, bool) { return f1(s.token) },
	"alpha-u":         func(s *sums) (float64, bool) { return AlphaU(s.units[:], s.words, "") },
}

// verseMeasures are the measures that ask of a verse only whether it has a figure.
var verseMeasures = map[string]bool{"kappa": true, "alpha": true, "verse-precision": true, "verse-recall": true, "verse-f1": true}

// MeasureNames lists the measures that Judge accepts. More is better for each of them.
func MeasureNames() []string {
	return []string{"f1", "kappa", "precision", "recall", "exact-f1", "token-f1", "alpha-u", "span-f1", "exact", "verse-f1", "verse-precision", "verse-recall", "alpha"}
}

// A Judgement compares two annotations by one measure against the same reference, on the
// verses that all three read.
type Judgement struct {
	Measure    string      `json:"measure"`
	Type       mashal.Type `json:"type,omitempty"`
	Verses     int         `json:"verses"`
	LeftOut    LeftOut     `json:"left_out"`
	Before     Value       `json:"before"`
	After      Value       `json:"after"`
	Difference Value       `json:"difference"` // after - before; its interval is of pairs: both are measured on the same drawn chapters
	Worse      bool        `json:"worse"`
}

// LeftOut counts the verses that measures of figures and words leave out because figures
// have no words there. A verse that either annotation lacks the words of is left out for
// both, so that neither gains by losing words. Measures of verses leave out none.
type LeftOut struct {
	Verses int `json:"verses"`
	Before int `json:"before"` // verses that would be left out if before were measured alone
	After  int `json:"after"`  // the same for after
}

// Judge compares two annotations with a reference by a measure. The pairs are of the same
// verses in the same order, with the same reference. After is worse than before if the whole
// interval of the difference is below 0; without an interval, if the difference is. If the
// difference is not computable, after is worse if only before is computable, because after
// has nothing, or if after lacks the words of more verses than before.
func Judge(before, after []Pair, words func(mashal.Ref) int, measure string, t mashal.Type, o Options) (*Judgement, error) {
	of, ok := statistics[measure]
	if !ok || len(before) != len(after) {
		return nil, fmt.Errorf("there is no measure %q, or the verses differ", measure)
	}
	spans := measure == "alpha-u"
	j := &Judgement{Measure: measure, Type: t, Verses: len(before)}
	locatedFirst, locatedSecond := locatedChapters(before), locatedChapters(after)
	var first, second []sums
	for i := range before {
		if i == 0 || before[i].Ref.Chapter != before[i-1].Ref.Chapter {
			first, second = append(first, sums{}), append(second, sums{})
		}
		n := words(before[i].Ref)
		inFirst, inSecond := locatedFirst[before[i].Ref.Chapter] && before[i].located(t), locatedSecond[after[i].Ref.Chapter] && after[i].located(t)
		first[len(first)-1].add(&before[i], t, n, inFirst && inSecond)
		second[len(second)-1].add(&after[i], t, n, inFirst && inSecond)
		if !verseMeasures[measure] {
			j.LeftOut.add(inFirst, inSecond)
		}
	}
	difference := func(drawn []int) (float64, bool) {
		a, b := total(first, drawn, spans), total(second, drawn, spans)
		before, okBefore := of(&a)
		after, okAfter := of(&b)
		return after - before, okBefore && okAfter
	}
	each := slices.Repeat([]int{1}, len(first))
	a, b := total(first, each, spans), total(second, each, spans)
	j.Before.Value, j.Before.Computable = of(&a)
	j.After.Value, j.After.Computable = of(&b)
	j.Difference.Value, j.Difference.Computable = difference(each)
	if i, ok := Bootstrap(len(first), o.Samples, o.Seed, difference); ok && j.Difference.Computable {
		j.Difference.Interval = &i
	}
	switch d := j.Difference; {
	case !d.Computable:
		j.Worse = j.Before.Computable && !j.After.Computable || j.LeftOut.After > j.LeftOut.Before
	case d.Interval != nil:
		j.Worse = d.Interval.High < 0
	default:
		j.Worse = d.Value < 0
	}
	return j, nil
}

// add counts a verse that is located or not for each annotation.
func (l *LeftOut) add(before, after bool) {
	if !before {
		l.Before++
	}
	if !after {
		l.After++
	}
	if !before || !after {
		l.Verses++
	}
}
