package rules

import (
	"mashal"
	"mashal/accents"
)

// spanRule says which words belong to the figure besides those that match. A
// segment is the stretch of words between two accents of the given strength.
type spanRule struct {
	from, to accents.Accent // strength of the accents before and at the end of the segment; conjunctive: do not extend
	whole    bool           // include the words between the first match and the last
	stop     *pattern       // a word with which another figure begins
	over     *pattern       // a word with which the second half of this figure begins
	widen    bool           // add the next segment if the figure would be the vehicle alone
}

// span returns the words of the figure.
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
	if s.widen && s.to != accents.Conjunctive && from == o.outermost(0, 1, false) && to == o.phraseEnd(v) {
		from, to = s.addNeighbour(v, from, to)
	}
	if s.over != nil {
		for to+1 < len(v.tokens) && s.over.matches(v, to+1) {
			to = s.extendForward(v, to+1)
		}
	}
	if to > last && v.tokens[to].lemma.number() == selah {
		to--
	}
	return mashal.ExactSpan(mashal.WordRange{First: from + 1, Last: to + 1})
}

// selah is the Strong's number of the musical note סלה, which belongs to no figure.
const selah = 5542

// longestReach is the number of words that a span adds on one side of its match at most.
// A segment of accents can hold several clauses.
const longestReach = 7

// extendBack returns the first word of the segment of word i. It stops after the words of
// another figure.
func (s *spanRule) extendBack(v *verseView, i int) int {
	last := i
	for i > last-longestReach && s.from != accents.Conjunctive && i > 0 && v.accents[i-1] < s.from {
		if s.startsOther(v, i-1) {
			return s.endBefore(v, i-1, last) + 1
		}
		i--
	}
	return i
}

// extendForward returns the last word of the segment of word i. It stops before
// a word with which another figure begins.
func (s *spanRule) extendForward(v *verseView, i int) int {
	first := i
	for i < first+longestReach && s.to != accents.Conjunctive && i < len(v.tokens)-1 && v.accents[i] < s.to {
		if i++; s.startsOther(v, i) {
			return max(first, s.endBefore(v, first, i))
		}
		if s.opensClause(v, i) {
			return i - 1
		}
	}
	return i
}

// opensClause reports whether word i, after a disjunctive accent, begins another clause: a
// finite verb or an infinitive with "and", a noun with "and" that has a verb after it, or a
// verb that an infinitive emphasises.
func (s *spanRule) opensClause(v *verseView, i int) bool {
	if s.stop == nil || v.accents[i-1] < accents.Tipha {
		return false
	}
	t := &v.tokens[i]
	switch {
	case t.isInfinitive() && t.morph[2] == 'a' && i+1 < len(v.tokens) && v.tokens[i+1].isFinite() && v.tokens[i+1].lemma == t.lemma:
		return true
	case t.prefixes&and == 0:
		return false
	case t.isFinite(), t.isInfinitive():
		return true
	}
	return v.accents[i-1] >= accents.Revia && (t.isNoun() || t.morph == "To") && v.verbFollows(i) && v.deedPrecedes(i)
}

// deedPrecedes reports whether a finite verb or an infinitive stands before word i in its
// half verse.
func (v *verseView) deedPrecedes(i int) bool {
	for k := i - 1; k >= 0 && v.accents[k] < accents.Atnah; k-- {
		if v.tokens[k].isFinite() || v.tokens[k].isInfinitive() {
			return true
		}
	}
	return false
}

// startsOther reports whether another figure begins with word i.
func (s *spanRule) startsOther(v *verseView, i int) bool {
	return s.stop != nil && s.stop.matches(v, i)
}

// endBefore returns the word from first to before word i that has the strongest accent.
// Another figure begins at word i, and the words between belong to it.
func (s *spanRule) endBefore(v *verseView, first, i int) int {
	end := i - 1
	for k := i - 2; k >= first; k-- {
		if v.accents[k] > v.accents[end] || v.accents[end] == accents.Conjunctive {
			end = k
		}
	}
	return end
}

// phraseEnd returns the last word of the vehicle's phrase, or the last required
// word if that comes later.
func (o *occurrence) phraseEnd(v *verseView) int {
	end := o.outermost(len(o.words)-1, -1, false)
	if words, head := o.phrase(v, vehicle); head >= 0 {
		end = max(end, words.Last-1)
	}
	return end
}

var and = prefixOf("c")

// addNeighbour extends the words from..to by the next segment, or by the previous one at
// the end of a half verse. It does not extend into another figure or the other half.
func (s *spanRule) addNeighbour(v *verseView, from, to int) (int, int) {
	// A word with "and" begins another clause.
	if to+1 < len(v.tokens) && v.accents[to] < clauseEnd && v.tokens[to+1].prefixes&and == 0 {
		if !s.startsOther(v, to+1) {
			return from, s.extendForward(v, to+1)
		}
		return from, to
	}
	if from > 0 && v.accents[from-1] < clauseEnd && !s.startsOther(v, from-1) {
		return s.extendBack(v, from-1), to
	}
	return from, to
}
