package evaluate

import (
	"iter"

	"mashal"
)

// A Pair is one verse with the figures of the reference and those to be
// judged by it.
type Pair struct {
	Ref       mashal.Ref
	Reference []mashal.Figure
	Predicted []mashal.Figure
}

// Compare evaluates the verses of a sequence. Each verse should come once;
// only verses that both annotations cover should come at all.
func Compare(pairs iter.Seq[Pair]) *Report {
	r := new(Report)
	for p := range pairs {
		r.add(&p)
	}
	return r
}

// Join pairs two annotations that are ordered by verse. A verse that only one
// of them has is left out: who did not read it cannot agree or disagree.
func Join(reference, predicted iter.Seq2[mashal.Ref, []mashal.Figure]) iter.Seq[Pair] {
	return func(yield func(Pair) bool) {
		next, stop := iter.Pull2(predicted)
		defer stop()
		ref, figures, ok := next()
		for want, silver := range reference {
			for ok && ref.Compare(want) < 0 {
				ref, figures, ok = next()
			}
			if !ok {
				return
			}
			if ref == want && !yield(Pair{want, silver, figures}) {
				return
			}
		}
	}
}

// has reports whether one of the figures is of the type; Any asks for a
// figure of whatever type.
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
