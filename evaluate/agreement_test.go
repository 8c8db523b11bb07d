package evaluate_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"mashal/evaluate"
)

// ratings returns the values of each unit. A dot is a missing value.
func ratings(raters ...string) [][]byte {
	units := make([][]byte, len(raters[0]))
	for _, values := range raters {
		for i := range values {
			if values[i] != '.' {
				units[i] = append(units[i], values[i])
			}
		}
	}
	return units
}

func TestAlpha(t *testing.T) {
	tests := []struct {
		name  string
		units [][]byte
		want  float64
		ok    bool
	}{
		// Krippendorff 2011, sections A to C.
		{"binary data, two observers", ratings("0100000010", "1110010000"), .095, true},
		{"nominal data, two observers", ratings("aabbdcccedda", "babbbccceddd"), .692, true},
		{"four observers, missing values", ratings("123321412...", "1233224125.3", ".3332342251.", "12332441251."), .743, true},
		// Krippendorff 1995, p. 57, the continua A as decisions on each of 24 places.
		{"words of Bertha and Bill", ratings("001111111100001111110000", "000011110000000110000000"), .329, true},
		{"one value only", ratings("111", "111"), 0, false},
		{"nobody shares a unit", ratings("1..", ".1."), 0, false},
		{"perfect", ratings("01", "01"), 1, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, ok := evaluate.Alpha(test.units)
			if ok != test.ok || math.Abs(got-test.want) > .0006 {
				t.Errorf("alpha is %.4f, %v, want %.3f, %v", got, ok, test.want, test.ok)
			}
		})
	}
}

// units returns units of one category with the given begins and lengths.
func units(category string, beginLength ...int) []evaluate.Unit {
	var list []evaluate.Unit
	for i := 0; i < len(beginLength); i += 2 {
		list = append(list, evaluate.Unit{Begin: beginLength[i], End: beginLength[i] + beginLength[i+1], Category: category})
	}
	return list
}

func TestAlphaU(t *testing.T) {
	both := append(units("k", 30, 60, 150, 50), units("c", 75, 70, 220, 30)...)
	other := append(units("k", 30, 60, 150, 50), units("c", 70, 80, 205, 20, 250, 20)...)
	tests := []struct {
		name     string
		raters   [][]evaluate.Unit
		length   int
		category string
		want     float64
		ok       bool
	}{
		// Krippendorff 2004, figure 4. The paper rounds each term to four places.
		{"category c", [][]evaluate.Unit{both, other}, 300, "c", .7285, true},
		{"category k", [][]evaluate.Unit{both, other}, 300, "k", 1, true},
		{"all categories", [][]evaluate.Unit{both, other}, 300, "", .8587, true},
		// Krippendorff 1995, p. 57, continua A to D, at a resolution of 1,200,000 places. The
		// expected disagreement had a slip there, mended in 2004, which moves alpha by up to .015.
		{"Bertha and Bill", stretch(50_000, units("x", 2, 8, 14, 6), units("x", 4, 4, 15, 2)), 1_200_000, "", .553, true},
		{"John and Jill", stretch(50_000, units("x", 0, 18), units("x", 0, 2, 2, 1, 3, 1, 4, 1, 5, 1, 6, 3, 9, 1)), 1_200_000, "", -.926, true},
		{"Gerret and Gill", stretch(50_000, units("x", 2, 6, 10, 2, 14, 4, 20, 2), units("x", 0, 2, 4, 4, 10, 4, 16, 2, 20, 2)), 1_200_000, "", .679, true},
		{"Heather and Hill", stretch(50_000, units("x", 0, 2, 2, 8, 10, 4, 14, 6, 20, 4), units("x", 0, 4, 4, 4, 8, 7, 15, 2, 17, 7)), 1_200_000, "", .066, true},
		// Computed by DKPro Agreement 2.1.
		{"one long, three short", [][]evaluate.Unit{units("A", 1, 8), units("A", 2, 1, 4, 1, 6, 1)}, 10, "A", -.7003, true},
		{"overlaps of one rater are merged", [][]evaluate.Unit{units("A", 1, 5, 3, 6), units("A", 2, 1, 4, 1, 6, 1)}, 10, "A", -.7003, true},
		{"no units", [][]evaluate.Unit{nil, nil}, 10, "", 0, false},
		{"one rater", [][]evaluate.Unit{both}, 300, "", 0, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, ok := evaluate.AlphaU(test.raters, test.length, test.category)
			tolerance := .0001
			if test.length > 1_000_000 {
				tolerance = .015
			}
			if ok != test.ok || math.Abs(got-test.want) > tolerance {
				t.Errorf("αu is %.4f, %v, want %.4f, %v", got, ok, test.want, test.ok)
			}
		})
	}
}

// stretch returns the raters' units with places that are n times as many.
func stretch(n int, raters ...[]evaluate.Unit) [][]evaluate.Unit {
	for _, list := range raters {
		for i := range list {
			list[i].Begin, list[i].End = n*list[i].Begin, n*list[i].End
		}
	}
	return raters
}

// alexPaulSuzan are the continua of figure 1 of Mathet et al. 2015.
func alexPaulSuzan() [][]evaluate.Unit {
	unit := func(category string, begin, end int) evaluate.Unit {
		return evaluate.Unit{Begin: begin, End: end, Category: category}
	}
	return [][]evaluate.Unit{
		{unit("1", 2, 9), unit("2", 11, 17), unit("5", 24, 30), unit("6", 32, 36), unit("6", 36, 44), unit("7", 44, 60)},
		{unit("1", 2, 9), unit("3", 11, 17), unit("5", 19, 25), unit("6", 32, 44)},
		{unit("1", 2, 9), unit("4", 11, 17), unit("5", 21, 27), unit("6", 32, 36), unit("6", 36, 40), unit("6", 40, 44)},
	}
}

func TestGamma(t *testing.T) {
	three := alexPaulSuzan()
	d := evaluate.Dissimilarity{Position: 3, Category: 1, Empty: 1}
	g, ok := evaluate.MeasureGamma(three, 60, d, 1)
	// pygamma-agreement 0.5: disorder .96, gamma .44 to .47.
	if !ok || math.Abs(g.Observed-.96) > .01 {
		t.Errorf("observed disorder %.4f, want .96", g.Observed)
	}
	if math.Abs(g.Value-.455) > .06 {
		t.Errorf("gamma %.3f, want about .455", g.Value)
	}
	again, _ := evaluate.MeasureGamma(three, 60, d, 1)
	if again != g {
		t.Errorf("the same seed gives %+v and %+v", g, again)
	}
	same, ok := evaluate.MeasureGamma([][]evaluate.Unit{three[0], three[0]}, 60, d, 1)
	if !ok || same.Value != 1 {
		t.Errorf("gamma of equal annotations is %v, want 1", same.Value)
	}
	if _, ok := evaluate.MeasureGamma([][]evaluate.Unit{three[0], nil}, 60, d, 1); ok {
		t.Error("gamma is computable for a rater without units")
	}
}

// TestGammaOfTwoIsThatOfMany compares the alignment of two raters with the one for more
// raters: a third rater, whose units are far away from all others, adds only constants.
func TestGammaOfTwoIsThatOfMany(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	for range 200 {
		raters := make([][]evaluate.Unit, 2)
		for i := range raters {
			for range 1 + random.IntN(7) {
				begin := random.IntN(40)
				raters[i] = append(raters[i], evaluate.Unit{Begin: begin, End: begin + 1 + random.IntN(8), Category: string("ab"[random.IntN(2)])})
			}
		}
		two := evaluate.Disorder(raters)
		if brute := bruteForce(raters[0], raters[1], nil); math.Abs(two-brute) > 1e-9 {
			t.Fatalf("%v: the alignment costs %v, want %v", raters, two, brute)
		}
		if many := evaluate.DisorderOfMany(raters); math.Abs(two-many) > 1e-9 {
			t.Fatalf("%v: the alignment of many costs %v, want %v", raters, many, two)
		}
	}
}

// bruteForce returns the least cost of all alignments of two raters' units.
func bruteForce(a, b []evaluate.Unit, used map[int]bool) float64 {
	if used == nil {
		used = map[int]bool{}
	}
	if len(a) == 0 {
		return float64(len(b) - len(used))
	}
	best := 1 + bruteForce(a[1:], b, used)
	for j, v := range b {
		if used[j] {
			continue
		}
		u := a[0]
		apart := (math.Abs(float64(u.Begin-v.Begin)) + math.Abs(float64(u.End-v.End))) / float64(u.End-u.Begin+v.End-v.Begin)
		cost := apart * apart
		if u.Category != v.Category {
			cost++
		}
		used[j] = true
		best = min(best, cost+bruteForce(a[1:], b, used))
		delete(used, j)
	}
	return best
}

// BenchmarkGamma measures gamma of two raters with 25,000 units each in 305,000 words,
// as many as a whole Bible has.
func BenchmarkGamma(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 1))
	const words = 305_000
	raters := make([][]evaluate.Unit, 2)
	for i := range raters {
		for range 25_000 {
			begin := random.IntN(words - 10)
			raters[i] = append(raters[i], evaluate.Unit{Begin: begin, End: begin + 1 + random.IntN(8), Category: string("abc"[random.IntN(3)])})
		}
	}
	for b.Loop() {
		if _, ok := evaluate.MeasureGamma(raters, words, evaluate.DefaultDissimilarity, 1); !ok {
			b.Fatal("not computable")
		}
	}
}
