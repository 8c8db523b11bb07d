package review

import (
	"iter"
	"slices"

	"mashal"
)

// View yields the verses that a reviewer has marked as read, in canonical order, with
// the figures that the reviewer found valid there. If blind is set, it yields what the
// reviewer said while blind, of verses that were marked as read blind. It is one side of
// a comparison by package evaluate.
func (s *State) View(reviewer string, blind bool) iter.Seq2[mashal.Ref, []mashal.Figure] {
	opinions := func(subject Subject) []Opinion {
		if blind {
			return s.BlindOpinions(reviewer, subject)
		}
		return s.Case(subject).Opinions[reviewer]
	}
	return func(yield func(mashal.Ref, []mashal.Figure) bool) {
		for _, ref := range s.Verses() {
			if !isRead(opinions(OfVerse(ref))) {
				continue
			}
			var figures []mashal.Figure
			for _, subject := range s.Figures(ref) {
				// A reviewer who says two things of one subject has said neither.
				if o := opinions(subject); len(o) > 0 && o[0].Item.Judgement.Validity == Valid && same(o) {
					figures = append(figures, o[0].Item.Judgement.Figure())
				}
			}
			sortFigures(figures)
			if !yield(ref, figures) {
				return
			}
		}
	}
}

// Decided yields the verses that at least one reviewer has marked as read, with the
// figures on which the reviewers agree or that an adjudicator settled. What is
// disputed is left out; Contested returns it.
func (s *State) Decided() iter.Seq2[mashal.Ref, []mashal.Figure] {
	return func(yield func(mashal.Ref, []mashal.Figure) bool) {
		for _, ref := range s.Verses() {
			if !s.Read(ref) {
				continue
			}
			var figures []mashal.Figure
			for _, subject := range s.Figures(ref) {
				if o := s.Case(subject).Final(); o != nil && o.Item.Judgement.Validity == Valid {
					figures = append(figures, o.Item.Judgement.Figure())
				}
			}
			sortFigures(figures)
			if !yield(ref, figures) {
				return
			}
		}
	}
}

// Read reports whether any reviewer has marked a verse as read completely.
func (s *State) Read(ref mashal.Ref) bool {
	c := s.Case(OfVerse(ref))
	return slices.ContainsFunc(c.Reviewers(), c.Read)
}

// Contested returns the subjects of a verse on which people differ.
func (s *State) Contested(ref mashal.Ref) (list []Subject) {
	for _, subject := range s.Figures(ref) {
		if o := s.Case(subject).Outcome; o == Disputed || o == Unresolved {
			list = append(list, subject)
		}
	}
	return list
}

// isRead reports whether all opinions on a verse say that it was read.
func isRead(opinions []Opinion) bool {
	return len(opinions) > 0 && !slices.ContainsFunc(opinions, func(o Opinion) bool { return o.Item.Read == nil || !*o.Item.Read })
}

// same reports whether opinions on a figure agree in all that is compared.
func same(opinions []Opinion) bool {
	for _, o := range opinions[1:] {
		if len(Compare(opinions[0].Item.Judgement, o.Item.Judgement)) > 0 {
			return false
		}
	}
	return true
}

// sortFigures sorts figures by their words.
func sortFigures(figures []mashal.Figure) {
	slices.SortStableFunc(figures, func(a, b mashal.Figure) int {
		return slices.CompareFunc(a.Span.Ranges, b.Span.Ranges, func(x, y mashal.WordRange) int {
			if x.First != y.First {
				return x.First - y.First
			}
			return x.Last - y.Last
		})
	})
}
