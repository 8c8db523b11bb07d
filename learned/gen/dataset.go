package main

import (
	"cmp"
	"math"
	"slices"

	"mashal"
	"mashal/learned"
)

// A dataset has one row for each verse, or for each word, of the examples.
type dataset struct {
	matrix
	keys     []uint32 // of the shared columns
	count    []int    // of rows that have them
	examples []example
	example  []int // of each row
	word     []int // of each row, from 0; -1 for a verse
}

// least is the number of rows in which a feature must occur to have a weight.
const least = 3

// build extracts the features of the examples. The columns are a shared one for each
// feature, then a copy for each school, so that what the schools share is told apart from
// what they do not (Daumé 2007, "Frustratingly Easy Domain Adaptation", ACL), then those
// of the vectors of words.
func build(examples []example, vectors map[uint32][]float64, words bool) *dataset {
	d := &dataset{examples: examples}
	count := map[uint32]int{}
	var rows [][]uint32
	var buf []learned.Feature
	for i := range examples {
		e := &examples[i]
		n := e.ref.Verse - 1
		add := func(word int, vector []float64) {
			keys := make([]uint32, len(buf))
			for k := range buf {
				keys[k] = buf[k].Key
				count[buf[k].Key]++
			}
			rows = append(rows, keys)
			d.example, d.word = append(d.example, i), append(d.word, word)
			d.dense = append(d.dense, vector...)
			d.width = len(vector)
		}
		if !words {
			buf = e.chapter.VerseFeatures(buf[:0], n)
			add(-1, e.chapter.VerseVectors(vectors, dimensions, n))
			continue
		}
		if !e.quoted || e.school == notes && len(e.figures) == 0 {
			continue
		}
		for w := range e.verse().Lemmas() {
			buf = e.chapter.WordFeatures(buf[:0], n, w)
			add(w, e.chapter.WordVectors(vectors, dimensions, n, w))
		}
	}
	for k, n := range count {
		if n >= least {
			d.keys = append(d.keys, k)
		}
	}
	slices.Sort(d.keys)
	column := make(map[uint32]int32, len(d.keys))
	for i, k := range d.keys {
		column[k] = int32(i)
		d.count = append(d.count, count[k])
	}
	d.base = 3 * len(d.keys)
	d.starts = []int{0}
	for r, keys := range rows {
		own := int32(len(d.keys)) * int32(1+examples[d.example[r]].school)
		first := len(d.columns)
		for _, k := range keys {
			if c, ok := column[k]; ok {
				d.columns = append(d.columns, c)
			}
		}
		for _, c := range d.columns[first:] {
			d.columns = append(d.columns, own+c)
		}
		d.starts = append(d.starts, len(d.columns))
	}
	return d
}

// labels returns 1 for each row that has a figure of a type, and 0 for the others.
func (d *dataset) labels(t mashal.Type) []float64 {
	y := make([]float64, d.rows())
	for r := range y {
		for i := range d.examples[d.example[r]].figures {
			f := &d.examples[d.example[r]].figures[i]
			if f.Is(t) && (d.word[r] < 0 || f.Span.Contains(d.word[r]+1)) {
				y[r] = 1
			}
		}
	}
	return y
}

// settings are what a regression is trained with.
type settings struct {
	penalty float64 // of the weights of features
	dense   float64 // of the weights of vectors
	ofNotes float64 // weight of the rows of notes
	steps   int
	keep    int // number of features that have a weight in the end
}

// train returns the weights for the school of the silver, from the examples that use
// accepts, rounded and cut to those that are kept.
func (d *dataset) train(t mashal.Type, use func(*example) bool, s settings) learned.Regression {
	n := len(d.keys)
	o := objective{x: &d.matrix, y: d.labels(t), weight: make([]float64, d.rows()), penalty: make([]float64, 3*n+d.width)}
	for r := range o.weight {
		e := &d.examples[d.example[r]]
		if !use(e) {
			continue
		}
		o.use = append(o.use, r)
		if o.weight[r] = 1; e.school == notes {
			o.weight[r] = s.ofNotes
		}
	}
	for c := range o.penalty {
		if o.penalty[c] = s.penalty; c >= 3*n {
			o.penalty[c] = s.dense
		}
	}
	w := minimise(len(o.penalty), s.steps, o.value)
	type weight struct {
		key   uint32
		value float64
		size  float64 // how much it says about all rows
	}
	weights := make([]weight, n)
	for c, key := range d.keys {
		v := w[c] + w[n+c]
		weights[c] = weight{key, v, math.Abs(v) * math.Sqrt(float64(d.count[c]))}
	}
	slices.SortStableFunc(weights, func(a, b weight) int { return cmp.Compare(b.size, a.size) })
	weights = weights[:min(len(weights), s.keep)]
	values := make([]float64, len(weights))
	largest := 0.0
	for i := range weights {
		values[i] = weights[i].value
		largest = max(largest, math.Abs(values[i]))
	}
	trained := learned.Regression{Weights: map[uint32]float64{}, Dense: w[3*n:]}
	for i, v := range learned.Round(values, largest) {
		trained.Weights[weights[i].key] = v
	}
	return trained
}
