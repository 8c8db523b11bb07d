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
func (o *occurrence) span(v *verseView) mashal.Span {
	s := &o.rule.span
	if !s.whole {
		ranges := make([]mashal.WordRange, 0, len(o.words))
		for _, i := range o.words {
			if i >= 0 {
				ranges = append(ranges, mashal.WordRange{First: i + 1, Last: i + 1})
			}
		}
		return mashal.ExactSpan(ranges...)
	}
	first, last := o.first(), o.last()
	from, to := s.extendBack(v, first), s.extendForward(v, last)
	if s.widen && s.to != conjunctive && from == o.outermost(0, 1, false) && to == o.phraseEnd(v) {
		from, to = s.addNeighbour(v, from, to)
	}
	if s.over != nil {
		for to+1 < len(v.tokens) && s.over.matches(v, to+1) {
			to = s.extendForward(v, to+1)
		}
	}
	return mashal.ExactSpan(mashal.WordRange{First: from + 1, Last: to + 1})
}

// extendBack is the first word of the stretch in which word i stands.
func (s *spanRule) extendBack(v *verseView, i int) int {
	for s.from != conjunctive && i > 0 && v.accents[i-1] < s.from && !s.startsOther(v, i-1) {
		i--
	}
	return i
}

// extendForward is the last word of the stretch in which word i stands.
func (s *spanRule) extendForward(v *verseView, i int) int {
	first := i
	for s.to != conjunctive && i < len(v.tokens)-1 && v.accents[i] < s.to {
		if i++; s.startsOther(v, i) {
			return max(first, s.endBefore(v, i))
		}
	}
	return i
}

// startsOther reports whether another figure begins with word i.
func (s *spanRule) startsOther(v *verseView, i int) bool {
	return s.stop != nil && s.stop.matches(v, i)
}

// endBefore is the last word before word i, at which another figure begins, that
// has a disjunctive accent: what stands between belongs to the other.
func (s *spanRule) endBefore(v *verseView, i int) int {
	for k := i - 1; k > 0; k-- {
		if v.accents[k] != conjunctive {
			return k
		}
	}
	return i - 1
}

// phraseEnd is the last word of the vehicle with what it governs, or the last
// that must be there.
func (o *occurrence) phraseEnd(v *verseView) int {
	end := o.outermost(len(o.words)-1, -1, false)
	if words, head := o.phrase(v, vehicle); head >= 0 {
		end = max(end, words.Last-1)
	}
	return end
}

// addNeighbour takes the stretch after the words, or where the verse ends with them
// or another figure begins the one before.
func (s *spanRule) addNeighbour(v *verseView, from, to int) (int, int) {
	if to+1 < len(v.tokens) {
		if !s.startsOther(v, to+1) {
			return from, s.extendForward(v, to+1)
		}
		return from, to
	}
	if from > 0 && !s.startsOther(v, from-1) {
		return s.extendBack(v, from-1), to
	}
	return from, to
}
