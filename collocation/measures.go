package collocation

import "math"

// MI returns the mutual information of the events, log2(O/E): the association ratio of K. W.
// Church and P. Hanks, "Word Association Norms, Mutual Information, and Lexicography",
// Computational Linguistics 16 (1990), 22-29. It overrates rare words. It returns 0 if the
// events never coincide.
func (t Table) MI() float64 {
	if t.Both == 0 {
		return 0
	}
	return math.Log2(float64(t.Both) / t.Expected())
}

// MI3 returns log2(O³/E), in which rare words count less than in MI: B. Daille, Approche
// mixte pour l'extraction automatique de terminologie, thesis, Paris 7 (1994). It returns 0 if
// the events never coincide.
func (t Table) MI3() float64 {
	if t.Both == 0 {
		return 0
	}
	return math.Log2(math.Pow(float64(t.Both), 3) / t.Expected())
}

// LogLikelihood returns the log-likelihood ratio G² = 2 Σ O ln(O/E) over the four
// combinations of the events: T. Dunning, "Accurate Methods for the Statistics of Surprise
// and Coincidence", Computational Linguistics 19 (1993), 61-74. The value is negative if the
// events coincide less often than expected. Values beyond ±3.84 have p < 0.05, beyond ±10.83
// p < 0.001, for a single lemma that was chosen beforehand; a list of many lemmas has some by
// chance.
func (t Table) LogLikelihood() float64 {
	observed, expected := t.cells()
	sum := 0.0
	for i, o := range observed {
		if o > 0 {
			sum += o * math.Log(o/expected[i])
		}
	}
	sum = max(0, 2*sum) // not -0 or less by rounding
	if observed[0] < expected[0] {
		return -sum
	}
	return sum
}

// LogDice returns 14 + log2(2·f(xy) / (f(x) + f(y))) for the frequencies of two words and of
// both together: P. Rychlý, "A Lexicographer-Friendly Association Score", Proceedings of
// RASLAN 2008, 6-9. It is 14 if the words are always together, 0 for one time in 16,000, and
// does not depend on the size of the sample. It returns negative infinity if the words are
// never together.
func LogDice(x, y, xy int) float64 {
	return 14 + math.Log2(2*float64(xy)/float64(x+y))
}
