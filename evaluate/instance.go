package evaluate

import "mashal"

// Instances compares single figures. A figure of one annotation is matched
// with at most one of the other, of the same type, with which it shares words.
type Instances struct {
	Matched   int // figures of the reference that were matched
	Reference int // all figures of the reference that have words
	Predicted int // all predicted figures that have words

	Words struct { // of the matched figures
		Common, Reference, Predicted int
	}
	spanF1 float64 // sum over the matched figures
}

// Precision is the share of predicted figures that match one of the reference.
func (i Instances) Precision() float64 { return ratio(i.Matched, i.Predicted) }

// Recall is the share of the reference's figures that were matched.
func (i Instances) Recall() float64 { return ratio(i.Matched, i.Reference) }

// F1 is the harmonic mean of the two.
func (i Instances) F1() float64 { return ratio(2*i.Matched, i.Predicted+i.Reference) }

// SpanF1 is how well the words of matched figures agree: the mean over them of
// F1 counted in words (as Rajpurkar et al. 2016 count it for answers to
// questions, SQuAD, EMNLP, there over tokens in a bag, here over words by
// place).
func (i Instances) SpanF1() float64 {
	if i.Matched == 0 {
		return 0
	}
	return i.spanF1 / float64(i.Matched)
}

// WordF1 is the same counted over all words of matched figures together, so
// that long figures weigh more.
func (i Instances) WordF1() float64 {
	return ratio(2*i.Words.Common, i.Words.Reference+i.Words.Predicted)
}

// add matches the figures of a verse that are of the type.
func (i *Instances) add(reference, predicted []mashal.Figure, t mashal.Type) {
	a, b := anchored(reference, t), anchored(predicted, t)
	i.Reference += len(a)
	i.Predicted += len(b)
	for _, m := range match(a, b) {
		i.Matched++
		i.spanF1 += m.F1
		i.Words.Common += m.Common
		i.Words.Reference += a[m.Reference].Span.Words()
		i.Words.Predicted += b[m.Predicted].Span.Words()
	}
}

// anchored are the figures of the type that have a place in the verse.
func anchored(figures []mashal.Figure, t mashal.Type) []*mashal.Figure {
	var list []*mashal.Figure
	for i := range figures {
		if f := &figures[i]; (t == Any || f.Is(t)) && len(f.Span.Ranges) > 0 {
			list = append(list, f)
		}
	}
	return list
}
