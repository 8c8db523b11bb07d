package explore

import (
	"mashal"
	"mashal/evaluate"
)

// An agreement holds the agreement of two annotations A and B of the same verses,
// with A as the reference. Package evaluate computes it.
type agreement struct {
	Verses int // annotated in both A and B
	All    typeAgreement
	Types  []typeAgreement // types that occur in A or B
	SpanF1 float64         // F1 of the words of matched figures
}

// A typeAgreement holds the agreement on the figures of one type, or of all types.
type typeAgreement struct {
	Type       mashal.Type // "" for all
	A, B       int         // figures with a known span
	Matched    int
	OfA, OfB   int // percentage of matched figures
	F1         float64
	Kappa      float64 // Cohen's kappa of the verses that have such a figure
	VersesBoth int
}

// Bar returns F1 as a percentage, for the length of a bar.
func (t typeAgreement) Bar() int { return int(100*t.F1 + .5) }

// Percent converts a share from 0 to 1 to a percentage.
func (agreement) Percent(share float64) float64 { return 100 * share }

// newAgreement converts a report to the agreement on each type and on all types.
func newAgreement(r *evaluate.Report) agreement {
	a := agreement{Verses: r.Verses, All: typeAgreementOf(r, evaluate.Any), SpanF1: r.ByInstance(evaluate.Any).SpanF1()}
	for _, t := range mashal.Types {
		if of := typeAgreementOf(r, t); of.A+of.B > 0 {
			a.Types = append(a.Types, of)
		}
	}
	return a
}

// typeAgreementOf returns the agreement on one type.
func typeAgreementOf(r *evaluate.Report, t mashal.Type) typeAgreement {
	figures, verses := r.ByInstance(t), r.ByVerse(t)
	return typeAgreement{
		Type: t, A: figures.Reference, B: figures.Predicted, Matched: figures.Matched,
		OfA: percent(figures.Matched, figures.Reference), OfB: percent(figures.Matched, figures.Predicted),
		F1: figures.F1(), Kappa: verses.Kappa(), VersesBoth: verses.Both,
	}
}
