package rules

import (
	"slices"

	"mashal/accents"

	"mashal"
)

// verseView holds what patterns examine in one verse.
type verseView struct {
	verse   *mashal.Verse
	tokens  []token
	accents []accents.Accent
	poetic  bool // the accents are those of the three poetic books
}

// load fills the view for a verse. It reuses the slices of the previous one.
func (v *verseView) load(verse *mashal.Verse) {
	v.verse = verse
	v.tokens = tokens(verse, v.tokens)
	v.accents = accents.Of(verse, v.accents)
	v.poetic = accents.Poetic(verse.Ref)
}

// occurrence is a place in a verse where a sequence of a rule matches.
type occurrence struct {
	rule     *rule
	sequence []element
	words    []int // the word of each element, from 0; -1 for a missing optional one
}

// first returns the first word that matches.
func (o *occurrence) first() int { return o.outermost(0, 1, true) }

// last returns the last word that matches.
func (o *occurrence) last() int { return o.outermost(len(o.words)-1, -1, true) }

// outermost returns the word of the first element that has one, from element k
// in the direction of step. Optional elements count only if optional is set.
func (o *occurrence) outermost(k, step int, optional bool) int {
	for ; k >= 0 && k < len(o.words); k += step {
		if o.words[k] >= 0 && (optional || !o.sequence[k].optional) {
			return o.words[k]
		}
	}
	return -1
}

// has reports whether a word is part of the match.
func (o *occurrence) has(word int) bool { return slices.Contains(o.words, word) }

// find reports whether the sequence matches with element k at word i and all
// conditions of the rule hold. It fills o.words.
func (o *occurrence) find(v *verseView, k, i int) bool {
	if !o.sequence[k].matches(v, i) {
		return false
	}
	o.words[k] = i
	return o.backward(v, k-1, k, i) && o.forward(v, k+1, i) && o.meetsConditions(v)
}

// clauseEnd is the accent at which a gap ends unless a rule bounds it otherwise: atnah
// divides a verse into two halves, and a figure seldom runs over both.
const clauseEnd = accents.Atnah

// forward matches the elements from k on with words after the word before. It
// prefers near words, and prefers a match of an optional element to none.
func (o *occurrence) forward(v *verseView, k, before int) bool {
	if k == len(o.sequence) {
		return true
	}
	e := &o.sequence[k]
	for i := before + 1; i < len(v.tokens) && i <= before+1+e.gap; i++ {
		if v.accents[i-1] >= e.limit() {
			break
		}
		if e.matches(v, i) {
			o.words[k] = i
			if o.forward(v, k+1, i) {
				return true
			}
		}
	}
	if !e.optional {
		return false
	}
	o.words[k] = -1
	return o.forward(v, k+1, before)
}

// backward matches the elements from k down with words before the word after.
// Element next is at that word. Its gap and bound limit the distance.
func (o *occurrence) backward(v *verseView, k, next, after int) bool {
	if k < 0 {
		return true
	}
	e, n := &o.sequence[k], &o.sequence[next]
	for i := after - 1; i >= 0 && i >= after-1-n.gap; i-- {
		if v.accents[i] >= n.limit() {
			break
		}
		if e.matches(v, i) {
			o.words[k] = i
			if o.backward(v, k-1, k, i) {
				return true
			}
		}
	}
	if !e.optional {
		return false
	}
	o.words[k] = -1
	return o.backward(v, k-1, next, after)
}

// limit returns the accent at which the gap before the element ends.
func (e *element) limit() accents.Accent {
	if e.bound == accents.Conjunctive {
		return clauseEnd
	}
	return e.bound
}

// meetsConditions reports whether the rule's conditions on other words hold.
func (o *occurrence) meetsConditions(v *verseView) bool {
	for i := range o.rule.needs {
		if !o.meets(v, &o.rule.needs[i]) {
			return false
		}
	}
	for i := range o.rule.unless {
		if o.meets(v, &o.rule.unless[i]) {
			return false
		}
	}
	return true
}

// meets reports whether a word in the range of condition c matches it.
func (o *occurrence) meets(v *verseView, c *condition) bool {
	// Distances count from required words, so that an optional word does not
	// change the range.
	from, to := o.outermost(0, 1, false), o.outermost(len(o.words)-1, -1, false)
	var echoed lemma
	if c.echo != noRole {
		for k := range o.sequence {
			if o.words[k] >= 0 && o.sequence[k].role == c.echo {
				echoed = v.tokens[o.words[k]].lemma
			}
		}
	}
	holds := func(i int) bool {
		return c.matches(v, i) && (c.echo == noRole || echoed != 0 && v.tokens[i].lemma.base() == echoed.base())
	}
	for i := max(0, from-c.before); i < from; i++ {
		if holds(i) {
			return true
		}
	}
	for i := to + 1; i < len(v.tokens) && i <= to+c.after; i++ {
		if holds(i) {
			return true
		}
	}
	if c.verse {
		for i := range v.tokens {
			if !o.has(i) && holds(i) {
				return true
			}
		}
	}
	return false
}

// phrase returns the words that name a side of the figure: its head, which is
// the first word with the role, and the words that depend on it in the construct
// state. head counts from 0 and is -1 if no word has the role.
func (o *occurrence) phrase(v *verseView, r role) (words mashal.WordRange, head int) {
	for k, e := range o.sequence {
		i := o.words[k]
		if e.role != r || i < 0 {
			continue
		}
		last := i
		for last+1 < len(v.tokens) && v.tokens[last].governs() {
			last++
		}
		return mashal.WordRange{First: i + 1, Last: last + 1}, i
	}
	return mashal.WordRange{}, -1
}

// governs reports whether the word is in the construct state, so that the next
// word depends on it.
func (t *token) governs() bool {
	if t.suffix != "" || t.morph == "" || t.morph == "Np" {
		return false
	}
	switch t.morph[0] {
	case 'N', 'A':
		return t.morph[len(t.morph)-1] == 'c'
	case 'V':
		return len(t.morph) == 6 && t.morph[5] == 'c' // a participle
	}
	return false
}
