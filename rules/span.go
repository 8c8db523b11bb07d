package rules

import "mashal"

// A spanRule says which words around those that match belong to the figure.
type spanRule struct {
	from, to accent   // back to the word after such an accent, on to the word with one; conjunctive: not at all
	whole    bool     // all words from the first to the last, gaps included
	stop     *pattern // a word that begins another figure
	over     *pattern // a word that begins the other half of this one
	widen    bool     // a stretch that is the vehicle alone needs its neighbour
}

// span is the words that the figure takes.
func (o *occurrence) span(v *view) mashal.Span {
	s := &o.rule.span
	if !s.whole {
		ranges := make([]mashal.WordRange, 0, len(o.at))
		for _, i := range o.at {
			if i >= 0 {
				ranges = append(ranges, mashal.WordRange{First: i + 1, Last: i + 1})
			}
		}
		return mashal.ExactSpan(ranges...)
	}
	first, last := o.first(), o.last()
	from, to := s.back(v, first), s.on(v, last)
	if s.widen && s.to != conjunctive && from == o.edge(0, 1, false) && to == o.phraseEnd(v) {
		from, to = s.widened(v, from, to)
	}
	if s.over != nil {
		for to+1 < len(v.tokens) && s.over.matches(v, to+1) {
			to = s.on(v, to+1)
		}
	}
	return mashal.ExactSpan(mashal.WordRange{First: from + 1, Last: to + 1})
}

// back is the first word of the stretch in which word i stands.
func (s *spanRule) back(v *view, i int) int {
	for s.from != conjunctive && i > 0 && v.accents[i-1] < s.from && !s.begins(v, i-1) {
		i--
	}
	return i
}

// on is the last word of the stretch in which word i stands.
func (s *spanRule) on(v *view, i int) int {
	first := i
	for s.to != conjunctive && i < len(v.tokens)-1 && v.accents[i] < s.to {
		if i++; s.begins(v, i) {
			return max(first, s.retreat(v, i))
		}
	}
	return i
}

// begins reports whether another figure begins with word i.
func (s *spanRule) begins(v *view, i int) bool { return s.stop != nil && s.stop.matches(v, i) }

// retreat is the last word before word i, at which another figure begins, that
// has a disjunctive accent: what stands between belongs to the other.
func (s *spanRule) retreat(v *view, i int) int {
	for k := i - 1; k > 0; k-- {
		if v.accents[k] != conjunctive {
			return k
		}
	}
	return i - 1
}

// phraseEnd is the last word of the vehicle with what it governs, or the last
// that must be there.
func (o *occurrence) phraseEnd(v *view) int {
	end := o.edge(len(o.at)-1, -1, false)
	if words, head := o.phrase(v, vehicle); head >= 0 {
		end = max(end, words.Last-1)
	}
	return end
}

// widened takes the stretch after the words, or where the verse ends with them
// or another figure begins the one before.
func (s *spanRule) widened(v *view, from, to int) (int, int) {
	if to+1 < len(v.tokens) {
		if !s.begins(v, to+1) {
			return from, s.on(v, to+1)
		}
		return from, to
	}
	if from > 0 && !s.begins(v, from-1) {
		return s.back(v, from-1), to
	}
	return from, to
}
