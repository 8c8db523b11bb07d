package evaluate

import (
	"iter"

	"mashal"
)

// A Pair is one verse with the figures of the reference and of the annotation that is
// compared with it.
type Pair struct {
	Ref       mashal.Ref
	Reference []mashal.Figure
	Predicted []mashal.Figure
}

// Compare returns the report on a sequence of verses. Each verse must occur once, and
// only if both annotations cover it.
func Compare(pairs iter.Seq[Pair]) *Report {
	r := new(Report)
	for p := range pairs {
		r.add(&p)
	}
	return r
}

// Join joins two annotations into pairs. Both must be in canonical order of verses. A
// verse that only one annotation has is dropped, because the other annotator did not
// read it.
func Join(reference, predicted iter.Seq2[mashal.Ref, []mashal.Figure]) iter.Seq[Pair] {
	return func(yield func(Pair) bool) {
		next, stop := iter.Pull2(predicted)
		defer stop()
		ref, figures, ok := next()
		for want, wanted := range reference {
			for ok && ref.Compare(want) < 0 {
				ref, figures, ok = next()
			}
			if !ok {
				return
			}
			if ref == want && !yield(Pair{want, wanted, figures}) {
				return
			}
		}
	}
}

// located reports whether all figures of the type have words, in both annotations.
func (p *Pair) located(t mashal.Type) bool {
	for _, figures := range [][]mashal.Figure{p.Reference, p.Predicted} {
		for i := range figures {
			if f := &figures[i]; (t == Any || f.Is(t)) && len(f.Span.Ranges) == 0 {
				return false
			}
		}
	}
	return true
}

// has reports whether one of the figures has the type. For Any it reports whether there
// is a figure.
func has(figures []mashal.Figure, t mashal.Type) bool {
	for i := range figures {
		if t == Any || figures[i].Is(t) {
			return true
		}
	}
	return false
}

// Any stands for all types together.
const Any mashal.Type = ""
