package evaluate

// Counts are the four outcomes of yes-or-no decisions by two annotators, the
// first of which is taken to be right.
type Counts struct {
	Both      int // true positives: both say yes
	Predicted int // false positives: only the second
	Reference int // false negatives: only the first
	Neither   int // true negatives
}

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

// N is the number of decisions.
func (c Counts) N() int { return c.Both + c.Predicted + c.Reference + c.Neither }

// Precision is the share of what was predicted that is right; 0 where nothing
// was predicted.
func (c Counts) Precision() float64 { return ratio(c.Both, c.Both+c.Predicted) }

// Recall is the share of what there is that was predicted; 0 where there is
// nothing.
func (c Counts) Recall() float64 { return ratio(c.Both, c.Both+c.Reference) }

// F1 is the harmonic mean of precision and recall (van Rijsbergen 1979,
// Information Retrieval, ch. 7): 2·TP / (2·TP + FP + FN).
func (c Counts) F1() float64 { return ratio(2*c.Both, 2*c.Both+c.Predicted+c.Reference) }

// Kappa is agreement beyond chance (Cohen 1960, "A Coefficient of Agreement
// for Nominal Scales", Educational and Psychological Measurement 20:37-46):
// (observed - expected) / (1 - expected). Where chance alone would always
// agree (both always say the same one thing) it is 1: they do agree.
func (c Counts) Kappa() float64 {
	n := float64(c.N())
	if n == 0 {
		return 0
	}
	observed := float64(c.Both+c.Neither) / n
	reference := float64(c.Both+c.Reference) / n
	predicted := float64(c.Both+c.Predicted) / n
	expected := reference*predicted + (1-reference)*(1-predicted)
	if expected == 1 {
		return 1
	}
	return (observed - expected) / (1 - expected)
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}
