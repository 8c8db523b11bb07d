package mashal

import "strings"

// A ConfidenceKind says what the confidence of a figure is, so that numbers of different
// annotators are not compared unawares.
type ConfidenceKind string

// The kinds of confidence.
const (
	RulePrecision ConfidenceKind = "precision of the rule"          // measured on annotated books, or stated in a rule file
	Probability   ConfidenceKind = "calibrated probability"         // calibrated on books that the model was not trained on
	HigherOfBoth  ConfidenceKind = "higher of rule and probability" // of a figure that a rule and the learned model claim
	OwnEstimate   ConfidenceKind = "estimate of the annotator"      // the word of a model or a person, not measured
)

// Confidences returns what the confidence of a figure of an annotator of the kind can be: what
// ConfidenceOf returns.
func (k AnnotatorKind) Confidences() []ConfidenceKind {
	switch {
	case !k.Matcher():
		return []ConfidenceKind{OwnEstimate}
	case k == ByLearning:
		return []ConfidenceKind{RulePrecision, Probability, HigherOfBoth}
	}
	return []ConfidenceKind{RulePrecision}
}

// ConfidenceOf returns what the confidence of a figure is, by the kind of its annotator and
// what in it found the figure (Figure.Source).
func (k AnnotatorKind) ConfidenceOf(source string) ConfidenceKind {
	const learned = "learned" // the source of what the learned model finds
	switch {
	case !k.Matcher():
		return OwnEstimate
	case k == ByLearning && source == learned:
		return Probability
	case k == ByLearning && strings.Contains(" "+source+" ", " "+learned+" "):
		return HigherOfBoth
	}
	return RulePrecision
}
