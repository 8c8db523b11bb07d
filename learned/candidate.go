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
	return []float64{1, c.Verse, c.Peak, c.Mean, length, second, second * c.Verse, second * c.Peak, logistic(c.Verse), logistic(c.Peak)}
}

func logistic(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// proseThreshold is the probability from which the model alone claims metaphors in
// narrative, law and visions. The readings on which probabilities are calibrated are of
// prophets; the shift of a genre rests on notes of translators alone, so more is asked.
const proseThreshold = .5

// SureFrom is the probability from which a metaphor is claimed together with the rules.
// Below it one in two is right, which raises the F1 of the model alone but makes counts of
// what is found too high.
const SureFrom = .70

// clearPeak is the log-odds that the best word of a metaphor needs, so that the model alone
// claims it beside the rules. Below it the verse as a whole and its neighbours speak for a
// figure, but no word does: most of these are literal scenes and formulae of prophets.
const clearPeak = 1

// plain are categories of words that are no images: the model alone claims no metaphor
// beside the rules unless a word of it has another category.
var plain = []string{"", "deity", "person", "people", "office", "speech", "kin", "place", "measure", "justice", "rule"}

// claims reports whether an annotator claims what a detector finds with probability p in a
// chapter of a genre.
func (o *Options) claims(d *Detector, v *Verse, c *Candidate, p float64, genre mashal.Genre) bool {
	switch {
	case d.Type != mashal.Metaphor:
		return false
	case o.Rules:
		return p >= d.Threshold && v.ClaimedBesideRules(c, p, genre)
	case isProse(genre):
		return p >= max(d.Threshold, proseThreshold)
	}
	return p >= d.Threshold
}

// ClaimedBesideRules reports whether a metaphor with probability p is claimed together with
// the rules. If a rule finds a metaphor on some of its words, the model confirms it. What
// the rules find to be a figure of another type, or a dead metaphor, is no metaphor. Where
// they find nothing, a word must speak for a figure by itself, a word must name an image,
// and none may have the particle of comparison. The model alone claims nothing outside
// prophecy: ranked by the notes, verses with a metaphor are less far above the others
// there, and its readings are of prophets.
func (v *Verse) ClaimedBesideRules(c *Candidate, p float64, genre mashal.Genre) bool {
	if p < SureFrom || isProse(genre) {
		return false
	}
	image, compared := false, false
	for w := c.Words.First; w <= c.Words.Last; w++ {
		for _, k := range v.at[w-1] {
			if v.Hits[k].Is(mashal.Metaphor) && v.Hits[k].Counts() {
				return true
			}
		}
		image = image || !slices.Contains(plain, v.words[w-1].Category)
		compared = compared || v.words[w-1].Compares()
	}
	for w := c.Words.First; w <= c.Words.Last; w++ {
		if len(v.at[w-1]) > 0 {
			return false
		}
	}
	return genre == mashal.Prophecy && image && !compared && c.Peak >= clearPeak
}

func isProse(genre mashal.Genre) bool {
	return slices.Contains([]mashal.Genre{mashal.Narrative, mashal.Law, mashal.Apocalyptic}, genre)
}

// Probability returns the calibrated probability of a candidate in a chapter of a genre.
// The readings on which it is calibrated are of prophets. Genres shifts its log odds.
func (d *Detector) Probability(c *Candidate, genre mashal.Genre) float64 {
	z := 0.0
	if i := slices.Index(mashal.Genres, genre); i >= 0 && i < len(d.Genres) {
		z = d.Genres[i]
	}
	for i, x := range c.Inputs() {
		z += d.Calibration[i] * x
	}
	return logistic(z)
}
