package evaluate

import "mashal"

// Instances counts the matched figures of one type. A figure is matched with at most
// one figure of the other annotation, with which it shares words.
type Instances struct {
	Matched   int // matched pairs of figures
	Reference int // figures of the reference that have words
	Predicted int // predicted figures that have words

	Words struct { // the numbers of words of the matched figures
		Common, Reference, Predicted int
	}
	spanF1 float64 // the sum of Match.F1 over all matched pairs
}

// Precision returns the share of predicted figures that were matched.
func (i Instances) Precision() float64 { return ratio(i.Matched, i.Predicted) }

// Recall returns the share of the reference's figures that were matched.
func (i Instances) Recall() float64 { return ratio(i.Matched, i.Reference) }

// F1 returns the harmonic mean of precision and recall.
func (i Instances) F1() float64 { return ratio(2*i.Matched, i.Predicted+i.Reference) }

// SpanF1 returns the mean agreement on the words of matched figures: the mean of the F1
// of their words. SQuAD measures answers to questions in the same way (Rajpurkar et al.
// 2016, EMNLP), but ignores the positions of words, which count here.
func (i Instances) SpanF1() float64 {
	if i.Matched == 0 {
		return 0
	}
	return i.spanF1 / float64(i.Matched)
}

// WordF1 returns the F1 of all words of matched figures together, so long figures have
// more weight than in SpanF1.
func (i Instances) WordF1() float64 {
	return ratio(2*i.Words.Common, i.Words.Reference+i.Words.Predicted)
}

// add matches the figures of one type in a verse and counts them.
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

// anchored returns the figures of the type whose span has words.
func anchored(figures []mashal.Figure, t mashal.Type) []*mashal.Figure {
	var list []*mashal.Figure
	for i := range figures {
		if f := &figures[i]; (t == Any || f.Is(t)) && len(f.Span.Ranges) > 0 {
			list = append(list, f)
		}
	}
	return list
}
