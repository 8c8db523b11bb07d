package learned

import (
	"math"

	"mashal"
)

// A Regression is the weights of a logistic regression.
type Regression struct {
	Weights map[uint32]float64 // of features, by key
	Dense   []float64          // of the vectors of words; groups times the length of a vector
}

// groups is the number of groups of words whose vectors are features. For a word: itself,
// its colon, its verse. For a verse: itself, the verses next to it, those around it.
const groups = 3

// A Detector finds figures of one type.
type Detector struct {
	Type        mashal.Type
	Verse, Word Regression
	Calibration []float64 // weights of Candidate.inputs, for a probability
	Genres      []float64 // what each of mashal.Genres adds to the log odds
	Threshold   float64   // probability from which a figure is reported
}

// A Model is what was trained. A Model does not change after Prepare and is safe for
// concurrent use.
type Model struct {
	Vectors   map[uint32][]float64 // of lemmas
	Detectors []Detector

	verse, word *table // weights of all detectors
	lemma       map[uint32][]float32
}

// Prepare makes the tables that Score needs.
func (m *Model) Prepare() {
	n := len(m.Detectors)
	verse, word := make([]map[uint32]float64, n), make([]map[uint32]float64, n)
	for i := range m.Detectors {
		verse[i], word[i] = m.Detectors[i].Verse.Weights, m.Detectors[i].Word.Weights
	}
	m.verse, m.word = newTable(verse), newTable(word)
	m.lemma = make(map[uint32][]float32, len(m.Vectors))
	for lemma, vector := range m.Vectors {
		values := make([]float32, 2*groups*n)
		for i := range m.Detectors {
			for k, r := range [2]*Regression{&m.Detectors[i].Verse, &m.Detectors[i].Word} {
				for g := range groups {
					sum := 0.0
					for j, x := range vector {
						sum += x * r.Dense[g*len(vector)+j]
					}
					values[(i*2+k)*groups+g] = float32(sum)
				}
			}
		}
		m.lemma[lemma] = values
	}
}

// A table holds the weights of features for several detectors.
type table struct {
	detectors int
	mask      uint32
	keys      []uint32
	weights   []float32 // detectors for each slot
}

// newTable returns a table of the weights of each detector.
func newTable(of []map[uint32]float64) *table {
	all := map[uint32]bool{}
	for _, weights := range of {
		for key := range weights {
			all[key] = true
		}
	}
	size := 16
	for size < 3*len(all) {
		size *= 2
	}
	t := &table{detectors: len(of), mask: uint32(size - 1), keys: make([]uint32, size), weights: make([]float32, size*len(of))}
	for key := range all {
		slot := key & t.mask
		for t.keys[slot] != 0 {
			slot = (slot + 1) & t.mask
		}
		t.keys[slot] = key
		for i, weights := range of {
			t.weights[int(slot)*len(of)+i] = float32(weights[key])
		}
	}
	return t
}

// of returns the weights of a feature, nil if all are 0.
func (t *table) of(key uint32) []float32 {
	for slot := key & t.mask; t.keys[slot] != 0; slot = (slot + 1) & t.mask {
		if t.keys[slot] == key {
			return t.weights[int(slot)*t.detectors : (int(slot)+1)*t.detectors]
		}
	}
	return nil
}

// Scores are the log-odds of a verse and its words, for each detector.
type Scores struct {
	Verse []float64
	Words [][]float64 // by detector, then by word
}

// Score returns the scores of each verse of a chapter.
func (m *Model) Score(c *Chapter) []Scores {
	n := len(m.Detectors)
	stride := 2 * groups * n
	sums := make([]float64, len(c.Verses)*stride) // of each verse, the values of its lemmas
	for v := range c.Verses {
		known := 0
		sum := sums[v*stride : (v+1)*stride]
		for i := range c.Verses[v].words {
			if values := m.lemma[c.Verses[v].words[i].Lemma]; values != nil {
				known++
				for k, x := range values {
					sum[k] += float64(x)
				}
			}
		}
		scale(sum, known)
	}
	scores := make([]Scores, len(c.Verses))
	var buf []Feature
	colon := make([]float64, stride)
	for v := range c.Verses {
		verse := &c.Verses[v]
		s := Scores{Verse: make([]float64, n), Words: make([][]float64, n)}
		buf = c.VerseFeatures(buf[:0], v)
		m.verse.addTo(s.Verse, buf)
		for d := range n {
			own := d * 2 * groups
			s.Verse[d] += sums[v*stride+own]
			for near := max(0, v-around); near <= min(len(c.Verses)-1, v+around); near++ {
				if near == v-1 || near == v+1 {
					s.Verse[d] += sums[near*stride+own+1]
				}
				s.Verse[d] += sums[near*stride+own+2]
			}
			s.Words[d] = make([]float64, len(verse.words))
		}
		word := make([]float64, n)
		for i := range verse.words {
			clear(word)
			buf = c.WordFeatures(buf[:0], v, i)
			m.word.addTo(word, buf)
			if i == 0 || verse.colon[i] != verse.colon[i-1] {
				clear(colon)
				known := 0
				for j := i; j < len(verse.words) && verse.colon[j] == verse.colon[i]; j++ {
					if values := m.lemma[verse.words[j].Lemma]; values != nil {
						known++
						for k, x := range values {
							colon[k] += float64(x)
						}
					}
				}
				scale(colon, known)
			}
			values := m.lemma[verse.words[i].Lemma]
			for d := range n {
				own := (d*2 + 1) * groups
				if values != nil {
					word[d] += float64(values[own])
				}
				s.Words[d][i] = word[d] + colon[own+1] + sums[v*stride+own+2]
			}
		}
		scores[v] = s
	}
	return scores
}

// addTo adds the weights of features to the sum of each detector.
func (t *table) addTo(sums []float64, features []Feature) {
	for i := range features {
		for d, w := range t.of(features[i].Key) {
			sums[d] += float64(w)
		}
	}
}

// scale divides the sum of n values by the root of n, so that a long verse does not count
// more than its words agree.
func scale(sum []float64, n int) {
	if n == 0 {
		return
	}
	f := 1 / math.Sqrt(float64(n))
	for k := range sum {
		sum[k] *= f
	}
}

// VerseVectors returns the values that Regression.Dense weighs for a verse.
func (c *Chapter) VerseVectors(vectors map[uint32][]float64, n, verse int) []float64 {
	row := make([]float64, groups*n)
	for near := max(0, verse-around); near <= min(len(c.Verses)-1, verse+around); near++ {
		sum := c.sum(vectors, n, near, func(int) bool { return true })
		for k, x := range sum {
			switch near {
			case verse:
				row[k] = x
			case verse - 1, verse + 1:
				row[n+k] += x
			}
			row[2*n+k] += x
		}
	}
	return row
}

// WordVectors returns the values that Regression.Dense weighs for a word.
func (c *Chapter) WordVectors(vectors map[uint32][]float64, n, verse, word int) []float64 {
	v := &c.Verses[verse]
	row := make([]float64, groups*n)
	copy(row, vectors[v.words[word].Lemma])
	copy(row[n:], c.sum(vectors, n, verse, func(i int) bool { return v.colon[i] == v.colon[word] }))
	copy(row[2*n:], c.sum(vectors, n, verse, func(int) bool { return true }))
	return row
}

// sum returns the scaled sum of the vectors of words of a verse.
func (c *Chapter) sum(vectors map[uint32][]float64, n, verse int, of func(int) bool) []float64 {
	sum, known := make([]float64, n), 0
	for i := range c.Verses[verse].words {
		if vector := vectors[c.Verses[verse].words[i].Lemma]; vector != nil && of(i) {
			known++
			for k, x := range vector {
				sum[k] += x
			}
		}
	}
	scale(sum, known)
	return sum
}

// Lemmas returns the lemmas of a verse, 0 for a word without one.
func (v *Verse) Lemmas() []uint32 {
	lemmas := make([]uint32, len(v.words))
	for i := range v.words {
		lemmas[i] = v.words[i].Lemma
	}
	return lemmas
}
