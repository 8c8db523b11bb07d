package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// random returns an objective on random examples.
func random(rows, columns, width int) *objective {
	r := rand.New(rand.NewPCG(3, 3))
	x := &matrix{starts: []int{0}, width: width, base: columns}
	o := &objective{x: x, penalty: make([]float64, columns+width)}
	for i := range rows {
		for c := range columns {
			if r.IntN(4) == 0 {
				x.columns = append(x.columns, int32(c))
			}
		}
		x.starts = append(x.starts, len(x.columns))
		for range width {
			x.dense = append(x.dense, r.NormFloat64())
		}
		o.y, o.weight = append(o.y, float64(r.IntN(2))), append(o.weight, .2+r.Float64())
		if i%5 != 0 {
			o.use = append(o.use, i)
		}
	}
	for c := range o.penalty {
		o.penalty[c] = .1 + r.Float64()
	}
	return o
}

// TestGradient compares the gradient with differences of the objective.
func TestGradient(t *testing.T) {
	o := random(60, 9, 4)
	r := rand.New(rand.NewPCG(4, 4))
	w, grad := make([]float64, len(o.penalty)), make([]float64, len(o.penalty))
	for j := range w {
		w[j] = r.NormFloat64()
	}
	o.value(w, grad)
	const step = 1e-5
	for j := range w {
		up, down := slices.Clone(w), slices.Clone(w)
		up[j] += step
		down[j] -= step
		none := make([]float64, len(w))
		if want := (o.value(up, none) - o.value(down, none)) / (2 * step); math.Abs(grad[j]-want) > 1e-5*max(1, math.Abs(want)) {
			t.Errorf("the gradient of column %d is %v, differences give %v", j, grad[j], want)
		}
	}
}

// TestMinimise: at the minimum the gradient is 0, and the same input gives the same bits.
func TestMinimise(t *testing.T) {
	o := random(200, 12, 5)
	w := minimise(len(o.penalty), 200, o.value)
	grad := make([]float64, len(w))
	o.value(w, grad)
	for j, g := range grad {
		if math.Abs(g) > .05 {
			t.Errorf("the gradient of column %d is %v at the minimum", j, g)
		}
	}
	if again := minimise(len(o.penalty), 200, o.value); !slices.Equal(w, again) {
		t.Error("the second run has another minimum")
	}
	quadratic := func(w, grad []float64) float64 { // the minimum is at (3, -1)
		grad[0], grad[1] = 2*(w[0]-3), 20*(w[1]+1)
		return (w[0]-3)*(w[0]-3) + 10*(w[1]+1)*(w[1]+1)
	}
	if w := minimise(2, 100, quadratic); math.Abs(w[0]-3) > .01 || math.Abs(w[1]+1) > .01 {
		t.Errorf("the minimum is at %v, want 3 and -1", w)
	}
}

func TestAreaUnderCurve(t *testing.T) {
	for _, test := range []struct {
		scores []float64
		yes    []bool
		want   float64
	}{
		{[]float64{1, 2, 3, 4}, []bool{false, false, true, true}, 1},
		{[]float64{1, 2, 3, 4}, []bool{true, true, false, false}, 0},
		{[]float64{1, 2, 3, 4}, []bool{false, true, false, true}, .75},
	} {
		if got := areaUnderCurve(test.scores, test.yes); math.Abs(got-test.want) > 1e-9 {
			t.Errorf("%v %v: %v, want %v", test.scores, test.yes, got, test.want)
		}
	}
}
