package explore

import (
	"mashal"
	"mashal/evaluate"
)

// An agreement is how far two annotations agree, as package evaluate measures
// it, A being the reference.
type agreement struct {
	Verses int // that both have read
	All    typeAgreement
	Types  []typeAgreement // that either has
	SpanF1 float64         // how far the words of matched figures agree
}

// A typeAgreement is that on one type, or on all.
type typeAgreement struct {
	Type       mashal.Type // "" for all
	A, B       int         // figures that have words
	Matched    int
	OfA, OfB   int // of 100: matched figures
	F1         float64
	Kappa      float64 // Cohen's, on which verses have such a figure
	VersesBoth int
}

// Bar is F1 of 100.
func (t typeAgreement) Bar() int { return int(100*t.F1 + .5) }

// Percent is a share of 1 in hundredths.
func (agreement) Percent(share float64) float64 { return 100 * share }

func newAgreement(r *evaluate.Report) agreement {
	a := agreement{Verses: r.Verses, All: typeAgreementOf(r, evaluate.Any), SpanF1: r.ByInstance(evaluate.Any).SpanF1()}
	for _, t := range mashal.Types {
		if of := typeAgreementOf(r, t); of.A+of.B > 0 {
			a.Types = append(a.Types, of)
		}
	}
	return a
}

func typeAgreementOf(r *evaluate.Report, t mashal.Type) typeAgreement {
	figures, verses := r.ByInstance(t), r.ByVerse(t)
	return typeAgreement{
		Type: t, A: figures.Reference, B: figures.Predicted, Matched: figures.Matched,
		OfA: percent(figures.Matched, figures.Reference), OfB: percent(figures.Matched, figures.Predicted),
		F1: figures.F1(), Kappa: verses.Kappa(), VersesBoth: verses.Both,
	}
}
