package rules

import (
	"mashal"
)

// A verseView is a verse as rules see it.
type verseView struct {
	verse   *mashal.Verse
	tokens  []token
	accents []accent
}

func (v *verseView) load(verse *mashal.Verse) {
	v.verse = verse
	v.tokens = tokens(verse, v.tokens)
	v.accents = accents(verse, v.accents)
}

// An occurrence is where a rule matches: for each element of the sequence its
// word, from 0, or -1 for an optional one that is not there.
type occurrence struct {
	rule     *Rule
	sequence []element
	words    []int
}

// first and last are the outermost words that match.
func (o *occurrence) first() int { return o.outermost(0, 1, true) }
func (o *occurrence) last() int  { return o.outermost(len(o.words)-1, -1, true) }

// outermost is the first word that matches, looking from element k by steps; words
// of optional elements count if asked for.
func (o *occurrence) outermost(k, step int, optional bool) int {
	for ; k >= 0 && k < len(o.words); k += step {
		if o.words[k] >= 0 && (optional || !o.sequence[k].optional) {
			return o.words[k]
		}
	}
	return -1
}

func (o *occurrence) has(word int) bool {
	for _, i := range o.words {
		if i == word {
			return true
		}
	}
	return false
}

// find reports whether the sequence matches with its element k at word i, and
// fills o.at.
func (o *occurrence) find(v *verseView, k, i int) bool {
	if !o.sequence[k].matches(v, i) {
		return false
	}
	o.words[k] = i
	return o.backward(v, k-1, k, i) && o.forward(v, k+1, i) && o.meetsConditions(v)
}

// forward places the elements from k on, after word before. Nearer words come
// first, and an optional element is there if it can be.
func (o *occurrence) forward(v *verseView, k, before int) bool {
	if k == len(o.sequence) {
		return true
	}
	e := &o.sequence[k]
	for i := before + 1; i < len(v.tokens) && i <= before+1+e.gap; i++ {
		if e.bound != conjunctive && v.accents[i-1] >= e.bound {
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

// backward places the elements from k down, before word after, where element
// next stands, whose gap and bound lie between.
func (o *occurrence) backward(v *verseView, k, next, after int) bool {
	if k < 0 {
		return true
	}
	e, n := &o.sequence[k], &o.sequence[next]
	for i := after - 1; i >= 0 && i >= after-1-n.gap; i-- {
		if n.bound != conjunctive && v.accents[i] >= n.bound {
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

// meetsConditions reports whether the rule's conditions on the words around hold.
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

func (o *occurrence) meets(v *verseView, c *condition) bool {
	// What may be there or not does not move where a condition looks.
	from, to := o.outermost(0, 1, false), o.outermost(len(o.words)-1, -1, false)
	var echoed lemma
	if c.echo {
		for k := range o.sequence {
			if o.words[k] >= 0 && o.sequence[k].role == vehicle {
				echoed = v.tokens[o.words[k]].lemma
			}
		}
	}
	holds := func(i int) bool {
		return c.matches(v, i) && (!c.echo || echoed != 0 && v.tokens[i].lemma.base() == echoed.base())
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

// phrase is the words that name a side of the figure: the first word with the
// role, which is its head, and what it governs.
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
// one depends on it.
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
