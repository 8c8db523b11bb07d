package review

import (
	"mashal"
	"mashal/evaluate"
)

// An Estimate says how good an annotator is by what people have decided.
type Estimate struct {
	Judged    int               `json:"judged"` // figures of the annotator that people have decided on
	Valid     int               `json:"valid"`
	Precision evaluate.Interval `json:"precision_interval"` // 95 %, by Wilson's score
	Found     int               `json:"found"`              // valid figures of verses read completely that the annotator has too
	Missed    int               `json:"missed"`
	Recall    evaluate.Interval `json:"recall_interval"`
	Read      int               `json:"verses_read"` // verses that both have read completely
	// Random reports whether all decisions came from a random sample, so that precision
	// and recall are estimates for the selection that was sampled.
	Random bool `json:"random"`
}

// PrecisionValue returns the share of judged figures that are valid, if any was judged.
func (e *Estimate) PrecisionValue() (float64, bool) { return share(e.Valid, e.Judged) }

// RecallValue returns the share of valid figures that the annotator has, if there are
// any.
func (e *Estimate) RecallValue() (float64, bool) { return share(e.Found, e.Found+e.Missed) }

func share(n, of int) (float64, bool) {
	if of == 0 {
		return 0, false
	}
	return float64(n) / float64(of), true
}

// Estimate measures an annotator's figures of some type, or of evaluate.Any, against the
// decisions of people. figures returns what the annotator has in a verse, with the
// subjects of its figures, and whether it has done the verse. Disputed figures count
// neither as valid nor as invalid.
func (s *State) Estimate(t mashal.Type, figures func(mashal.Ref) (list []mashal.JudgedFigure, done bool)) Estimate {
	e := Estimate{Random: true}
	is := func(types []mashal.Type) bool {
		if t == evaluate.Any {
			return true
		}
		for _, has := range types {
			if has == t {
				return true
			}
		}
		return false
	}
	for _, ref := range s.Verses() {
		list, done := figures(ref)
		if !done {
			continue
		}
		for i := range list {
			if !is(list[i].Types) {
				continue
			}
			final := s.Case(Subject(list[i].ID)).Final()
			if final == nil {
				continue
			}
			e.Judged++
			if j := final.Item.Judgement; j.Validity == Valid && is(j.Types) {
				e.Valid++
			}
			e.Random = e.Random && isRandom(final.Event.Queue)
		}
		if !s.Read(ref) {
			continue
		}
		e.Read++
		for _, subject := range s.Figures(ref) {
			final := s.Case(subject).Final()
			if final == nil || final.Item.Judgement.Validity != Valid || !is(final.Item.Judgement.Types) {
				continue
			}
			if has(list, final.Item.Judgement.Span(), is) {
				e.Found++
			} else {
				e.Missed++
			}
		}
	}
	e.Random = e.Random && e.Judged > 0
	if p, ok := e.PrecisionValue(); ok {
		e.Precision = evaluate.Wilson(p, float64(e.Judged))
	}
	if r, ok := e.RecallValue(); ok {
		e.Recall = evaluate.Wilson(r, float64(e.Found+e.Missed))
	}
	return e
}

// has reports whether one of the figures shares words with a span and is of the type.
func has(list []mashal.JudgedFigure, span mashal.Span, is func([]mashal.Type) bool) bool {
	for i := range list {
		if is(list[i].Types) && list[i].Span.Common(span) > 0 {
			return true
		}
	}
	return false
}
