package evaluate

// Counts is the table of yes-or-no decisions by two annotators. The first one is the
// reference, whose decisions count as correct.
type Counts struct {
	Both      int `json:"both"`      // true positives: both decided yes
	Predicted int `json:"predicted"` // false positives: only the second decided yes
	Reference int `json:"reference"` // false negatives: only the reference decided yes
	Neither   int `json:"neither"`   // true negatives: both decided no
}

// add counts one decision, which is yes or no for each annotator.
func (c *Counts) add(reference, predicted bool) {
	switch {
	case reference && predicted:
		c.Both++
	case predicted:
		c.Predicted++
	case reference:
		c.Reference++
	default:
		c.Neither++
	}
}

// N returns the number of decisions.
func (c Counts) N() int { return c.Both + c.Predicted + c.Reference + c.Neither }

// Precision returns the share of predictions that are correct, or 0 if there are no
// predictions.
func (c Counts) Precision() float64 { return ratio(c.Both, c.Both+c.Predicted) }

// Recall returns the share of the reference's positives that were predicted, or 0 if
// the reference has none.
func (c Counts) Recall() float64 { return ratio(c.Both, c.Both+c.Reference) }

// F1 returns the harmonic mean of precision and recall (van Rijsbergen 1979,
// Information Retrieval, ch. 7): 2·TP / (2·TP + FP + FN).
func (c Counts) F1() float64 { return ratio(2*c.Both, 2*c.Both+c.Predicted+c.Reference) }

// Kappa returns the agreement beyond chance (Cohen 1960, "A Coefficient of Agreement
// for Nominal Scales", Educational and Psychological Measurement 20:37-46): (observed
// - expected) / (1 - expected). If the expected agreement is 1, because both
// annotators always decide the same, it returns 1. If there are no decisions, it
// returns 0.
func (c Counts) Kappa() float64 {
	kappa, ok := c.kappa()
	if !ok && c.N() > 0 {
		return 1
	}
	return kappa
}

// kappa returns Cohen's kappa. It is not computable if there are no decisions, or if
// the expected agreement is 1.
func (c Counts) kappa() (float64, bool) {
	n := float64(c.N())
	if n == 0 {
		return 0, false
	}
	observed := float64(c.Both+c.Neither) / n
	reference := float64(c.Both+c.Reference) / n
	predicted := float64(c.Both+c.Predicted) / n
	expected := reference*predicted + (1-reference)*(1-predicted)
	if expected == 1 {
		return 0, false
	}
	return (observed - expected) / (1 - expected), true
}

// alpha returns Krippendorff's alpha, as Alpha does.
func (c Counts) alpha() (float64, bool) {
	differing := c.Predicted + c.Reference
	yes, no := 2*c.Both+differing, 2*c.Neither+differing
	if yes == 0 || no == 0 {
		return 0, false
	}
	return 1 - float64(yes+no-1)*float64(differing)/(float64(yes)*float64(no)), true
}

// plus returns the sum of two tables.
func (c Counts) plus(d Counts) Counts {
	return Counts{c.Both + d.Both, c.Predicted + d.Predicted, c.Reference + d.Reference, c.Neither + d.Neither}
}

// ratio returns a/b, or 0 if b is 0.
func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}
