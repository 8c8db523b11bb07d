package main

import (
	"math"
	"math/rand/v2"
	"slices"

	"mashal/learned"
)

// embed returns a vector of n numbers for each lemma of the text, such that lemmas which
// occur with the same lemmas in verses have similar vectors: the first singular vectors
// of the matrix of positive pointwise mutual information (Levy, Goldberg and Dagan 2015,
// TACL 3:211-225).
func embed(chapters []*learned.Chapter, n, window int) map[uint32][]float64 {
	var verses [][]uint32
	count := map[uint32]int{}
	for _, ch := range chapters {
		for i := range ch.Verses {
			verses = append(verses, ch.Verses[i].Lemmas())
			for _, l := range verses[len(verses)-1] {
				count[l]++
			}
		}
	}
	var lemmas []uint32
	for l, c := range count {
		if c >= 3 && l != 0 {
			lemmas = append(lemmas, l)
		}
	}
	slices.Sort(lemmas)
	row := map[uint32]int{}
	for i, l := range lemmas {
		row[l] = i
	}
	together := make([]map[int]float64, len(lemmas))
	for i := range together {
		together[i] = map[int]float64{}
	}
	sum := make([]float64, len(lemmas))
	total := 0.0
	for _, ls := range verses {
		for i, a := range ls {
			ra, ok := row[a]
			if !ok {
				continue
			}
			for j := max(0, i-window); j < min(len(ls), i+window+1); j++ {
				rb, ok := row[ls[j]]
				if !ok || i == j || ra == rb {
					continue
				}
				together[ra][rb]++
				sum[ra]++
				total++
			}
		}
	}
	type entry struct {
		column int
		value  float64
	}
	matrix := make([][]entry, len(lemmas))
	context := make([]float64, len(lemmas))
	smoothTotal := 0.0
	for i := range lemmas {
		context[i] = math.Pow(sum[i], .75)
		smoothTotal += context[i]
	}
	for i, cells := range together {
		for j, c := range cells { // in any order: the entries are sorted below
			if v := math.Log(c / total / (sum[i] / total * context[j] / smoothTotal)); v > 0 {
				matrix[i] = append(matrix[i], entry{j, v})
			}
		}
		slices.SortFunc(matrix[i], func(a, b entry) int { return a.column - b.column })
	}
	times := func(q [][]float64) [][]float64 {
		out := make([][]float64, len(q))
		for i := range matrix {
			v := make([]float64, n)
			for _, e := range matrix[i] {
				for k, x := range q[e.column] {
					v[k] += e.value * x
				}
			}
			out[i] = v
		}
		return out
	}
	random := rand.New(rand.NewPCG(1, 1))
	q := make([][]float64, len(lemmas))
	for i := range q {
		q[i] = make([]float64, n)
		for k := range q[i] {
			q[i][k] = random.NormFloat64()
		}
	}
	norms := make([]float64, n)
	for range 8 {
		q = times(q)
		orthonormalise(q, n, norms)
	}
	vectors := make(map[uint32][]float64, len(lemmas))
	for i, l := range lemmas {
		v := make([]float64, n)
		for k := range v {
			v[k] = q[i][k] * math.Sqrt(norms[k])
		}
		size := math.Sqrt(dot(v, v))
		if size > 0 {
			for k := range v {
				v[k] /= size
			}
		}
		vectors[l] = learned.Round(v, 1)
	}
	return vectors
}

// orthonormalise makes the columns of q orthonormal, one after the other, and sets norms
// to what their norms were.
func orthonormalise(q [][]float64, n int, norms []float64) {
	for k := range n {
		for j := range k {
			d := 0.0
			for i := range q {
				d += q[i][k] * q[i][j]
			}
			for i := range q {
				q[i][k] -= d * q[i][j]
			}
		}
		d := 0.0
		for i := range q {
			d += q[i][k] * q[i][k]
		}
		norms[k] = math.Sqrt(d)
		for i := range q {
			q[i][k] /= norms[k]
		}
	}
}
