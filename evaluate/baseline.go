package evaluate

import "mashal"

// Baselines has, for each F1, that of an annotation made without reading: one that marks
// everything, and one that marks nothing. An F1 says something only where it is above both.
type Baselines struct {
	Verses  Baseline `json:"verses"`
	Figures Baseline `json:"figures"` // each verse wholly marked, as one figure
	Exact   Baseline `json:"exact"`   // the same, matched only with a figure that is the whole verse
	Words   Baseline `json:"words"`
}

// A Baseline is the F1 of marking everything, and of marking nothing. Neither is computable
// if the reference has no figure.
type Baseline struct {
	AlwaysYes Value `json:"always_yes"`
	AlwaysNo  Value `json:"always_no"`
}

// newBaseline returns the baseline for a number of marks of which some are right, against a
// number that the reference has.
func newBaseline(right, marks, reference int) Baseline {
	if reference == 0 {
		return Baseline{}
	}
	return Baseline{AlwaysYes: Value{Value: ratio(2*right, marks+reference), Computable: true}, AlwaysNo: Value{Computable: true}}
}

// addBaselines counts what marking a whole verse would match.
func (s *sums) addBaselines(reference []*mashal.Figure, words int) {
	s.anchoredVerses++
	if len(reference) > 0 {
		s.marked++
	}
	for _, f := range reference {
		if f.Span.Words() == words {
			s.wholly++
			break
		}
	}
}

// baselines returns the baselines of the sums.
func (s *sums) baselines() Baselines {
	verses, words := s.verse.Both+s.verse.Reference, s.token.Both+s.token.Reference
	return Baselines{
		Verses:  newBaseline(verses, s.verse.N(), verses),
		Figures: newBaseline(s.marked, s.anchoredVerses, s.reference),
		Exact:   newBaseline(s.wholly, s.anchoredVerses, s.reference),
		Words:   newBaseline(words, s.token.N(), words),
	}
}
