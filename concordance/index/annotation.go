package index

import (
	"iter"

	"mashal"
)

// Annotation gives the verses that a reading has done, in their order, each
// with its figures as far as it takes to compare them with those of another
// reading: types, words and confidence. The types are those after all
// verdicts, and a figure of which none is left is no figure; or as the
// annotator decided if detected. A reading that is not there has no verses.
func (s *Snapshot) Annotation(reading int64, detected bool) iter.Seq2[mashal.Ref, []mashal.Figure] {
	types := s.final
	if detected {
		types = s.detected
	}
	return func(yield func(mashal.Ref, []mashal.Figure) bool) {
		n, ok := s.byID[reading]
		if !ok {
			return
		}
		r := s.readings[n]
		first := r.Chapter.FirstOrdinal()
		for i, state := range r.states {
			if state != verseNone && state != verseFigures {
				continue
			}
			var figures []mashal.Figure
			for row, end := s.rowsOf(first + i); row < end; row++ {
				if int(s.reading[row]) == n && types[row] != 0 {
					figures = append(figures, mashal.Figure{Types: types[row].list(), Span: s.spanOf(row), Confidence: s.confidence[row]})
				}
			}
			if !yield(mashal.Ref{Chapter: r.Chapter, Verse: i + 1}, figures) {
				return
			}
		}
	}
}

// spanOf is the words of a row.
func (s *Snapshot) spanOf(row int) mashal.Span {
	span := mashal.Span{Grounding: groundings[s.grounding[row]]}
	for _, r := range s.span(row) {
		span.Ranges = append(span.Ranges, mashal.WordRange{First: int(r.First), Last: int(r.Last)})
	}
	return span
}
