package evaluate

import (
	"math"

	"mashal"
)

// bands is the number of bands of confidence: 0 to .1, ... .9 to 1.
const bands = 10

// A band sums the figures whose stated confidence is in it.
type band struct {
	figures, right int
	stated         float64
}

func (b *band) add(c *band) {
	b.figures += c.figures
	b.right += c.right
	b.stated += c.stated
}

// A Calibration compares the confidence that figures state with the share of them that
// agree with the reference. Figures that state none are left out.
type Calibration struct {
	Figures  int     `json:"figures"`
	Stated   float64 `json:"stated"`   // mean
	Observed float64 `json:"observed"` // share with a partner of the type
	Bands    []Band  `json:"bands"`    // without empty ones

	// Error is the expected calibration error: the mean difference between stated and
	// observed over the bands, weighted by their figures (Naeini, Cooper and Hauskrecht 2015,
	// "Obtaining Well Calibrated Probabilities Using Bayesian Binning", AAAI 2901-2907).
	Error Value `json:"expected_calibration_error"`
}

// A Band is the figures of a Calibration with a confidence above From, up to To.
type Band struct {
	From     float64  `json:"from"`
	To       float64  `json:"to"`
	Figures  int      `json:"figures"`
	Stated   float64  `json:"stated"` // mean
	Observed float64  `json:"observed"`
	Interval Interval `json:"interval"` // of Observed, by Wilson's score
}

// addConfidence counts the predicted figures of a verse that state a confidence.
func (s *sums) addConfidence(predicted []*mashal.Figure, matches []Match) {
	right := make([]bool, len(predicted))
	for _, m := range matches {
		right[m.Predicted] = true
	}
	for i, f := range predicted {
		if f.Confidence <= 0 {
			continue
		}
		b := &s.bands[min(bands-1, max(0, int(math.Ceil(f.Confidence*bands-1e-9))-1))]
		b.figures++
		b.stated += f.Confidence
		if right[i] {
			b.right++
		}
	}
}

// newCalibration returns the calibration of the sums, or nil if no figure states a
// confidence.
func newCalibration(s *sums) *Calibration {
	c := &Calibration{}
	for i := range s.bands {
		b := &s.bands[i]
		if b.figures == 0 {
			continue
		}
		c.Figures += b.figures
		c.Stated += b.stated
		c.Observed += float64(b.right)
		c.Bands = append(c.Bands, Band{
			From: float64(i) / bands, To: float64(i+1) / bands, Figures: b.figures,
			Stated: b.stated / float64(b.figures), Observed: ratio(b.right, b.figures), Interval: Wilson(ratio(b.right, b.figures), float64(b.figures)),
		})
	}
	if c.Figures == 0 {
		return nil
	}
	c.Stated /= float64(c.Figures)
	c.Observed /= float64(c.Figures)
	return c
}

// calibrationError returns the expected calibration error.
func (s *sums) calibrationError() (float64, bool) {
	var sum float64
	n := 0
	for i := range s.bands {
		sum += math.Abs(s.bands[i].stated - float64(s.bands[i].right))
		n += s.bands[i].figures
	}
	return sum / float64(max(1, n)), n > 0
}

// Wilson returns the 95 % score interval of a share p of n observations (Wilson 1927,
// "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22:209-212).
// n need not be whole: observations can have weights.
func Wilson(p, n float64) Interval {
	const z = 1.959964
	if n == 0 {
		return Interval{0, 1}
	}
	centre := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return Interval{max(0, centre-half), min(1, centre+half)}
}
