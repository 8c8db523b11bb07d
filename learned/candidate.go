package learned

import (
	"cmp"
	"math"
	"slices"

	"mashal"
)

// A Candidate is a run of words that may be a figure, within a half of a verse.
type Candidate struct {
	Words mashal.WordRange
	Verse float64 // log-odds of the verse
	Peak  float64 // of the word that speaks most for a figure
	Mean  float64 // of the words of the run
	Rank  int     // 0 for the best of the verse
}

// below is how far the log-odds of a word may be below those of the best one for the
// word to belong to the run. Of the values tried, 2 gives the best F1 of words in books
// held out.
const below = 2

// Candidates returns the candidates of a verse for the scores of one detector, the best
// first: in each half of the verse the run of words around the one that speaks most for a
// figure.
func (v *Verse) Candidates(verse float64, words []float64) []Candidate {
	var list []Candidate
	for first := 0; first < len(words); {
		end := first + 1
		for end < len(words) && v.half[end] == v.half[first] {
			end++
		}
		peak := first
		for i := first; i < end; i++ {
			if words[i] > words[peak] {
				peak = i
			}
		}
		from, to := peak, peak+1
		in := func(i int) bool { return i >= first && i < end && words[i] >= words[peak]-below }
		for in(from-1) || in(from-2) {
			from--
		}
		for in(to) || in(to+1) {
			to++
		}
		sum := 0.0
		for i := from; i < to; i++ {
			sum += words[i]
		}
		list = append(list, Candidate{mashal.WordRange{First: from + 1, Last: to}, verse, words[peak], sum / float64(to-from), 0})
		first = end
	}
	slices.SortStableFunc(list, func(a, b Candidate) int { return cmp.Compare(b.Mean+b.Peak, a.Mean+a.Peak) })
	for i := range list {
		list[i].Rank = i
	}
	return list
}

// Inputs returns the values that Detector.Calibration weighs.
func (c *Candidate) Inputs() []float64 {
	second := 0.0
	if c.Rank > 0 {
		second = 1
	}
	length := math.Log(float64(c.Words.Last - c.Words.First + 1))
	return []float64{1, c.Verse, c.Peak, c.Mean, length, second, second * c.Verse, second * c.Peak}
}

// proseThreshold is the probability from which metaphors are claimed in narrative, law and
// visions. They are rarer there than in the prophets, on which the probabilities were
// calibrated, and no reading of such books says how much rarer: so more is asked of them.
const proseThreshold = .5

// threshold returns the probability from which a figure is reported in a genre.
func (d *Detector) threshold(genre mashal.Genre) float64 {
	if d.Type == mashal.Metaphor && slices.Contains([]mashal.Genre{mashal.Narrative, mashal.Law, mashal.Apocalyptic}, genre) {
		return max(d.Threshold, proseThreshold)
	}
	return d.Threshold
}

// Probability returns the calibrated probability of a candidate.
func (d *Detector) Probability(c *Candidate) float64 {
	z := 0.0
	for i, x := range c.Inputs() {
		z += d.Calibration[i] * x
	}
	return 1 / (1 + math.Exp(-z))
}
