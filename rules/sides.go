package rules

import (
	"strings"

	"mashal"
)

// named returns the English and the Hebrew of the noun phrase whose head is word i,
// and the word that the English names. If the translation passes over the head,
// as over the eye in כְּעֵין הַחַשְׁמַל, or has a verb for it, as in "as a shepherd
// seeks", the English is that of the genitive.
func (v *verseView) named(i int) (english, hebrew string, head int) {
	p := v.nounPhrase(i)
	hebrew = hebrewOf(v.verse, p.span())
	genitive := v.governsNext(i)
	if deeds.has(v.tokens[i].lemma) {
		return "", hebrew, i
	}
	if english = v.whoClause(p); english != "" {
		return english, hebrew, i
	}
	if english = v.translated(p); english != "" {
		return english, hebrew, i
	}
	of := ""
	if genitive && !adverbial.has(v.tokens[i+1].lemma) {
		of, _, _ = v.named(i + 1)
	}
	word := v.translated(nounPhrase{i, i})
	switch {
	case word != "" && of != "" && isNounPhrase(word+" of "+of):
		return word + " of " + of, hebrew, i
	case of != "" && transparent.has(v.tokens[i].lemma):
		return of, hebrew, i + 1
	case word != "":
		return word, hebrew, i
	}
	if genitive && adverbial.has(v.tokens[i+1].lemma) {
		p.last = i
	}
	if english = v.composed(p); english != "" {
		return english, hebrew, i
	}
	if of != "" && !v.tokens[i].isAdjective() {
		return of, hebrew, i + 1
	}
	return v.composed(nounPhrase{i, i}), hebrew, i
}

// deeds are nouns for which the translation has a verb: "as when God overthrew Sodom".
var deeds = lemmas(4114)

// transparent are nouns that mean little without their genitive: the look, the
// voice, the smell of a thing.
var transparent = lemmas(4758, 4639, 8389, 6963, 5869, 7381, 2940, 1823, 8544, 8403)

// sidesOf returns the vehicle and the target of a simile: their English and Hebrew
// and the words that name them. A side that the verse does not show is empty.
func (v *verseView) sidesOf(o *occurrence) (sides [numRoles]sideWords) {
	sides[vehicle].head, sides[target].head = -1, -1
	c, ok := o.comparison(v)
	if !ok {
		return sides
	}
	if !v.tokens[c.head].isFinite() {
		sides[vehicle].english, sides[vehicle].hebrew, sides[vehicle].head = v.named(c.head)
		c.head = sides[vehicle].head
	}
	if r, ok := v.referentOf(c); ok && (!v.tokens[c.head].aramaic || r.person != (agreement{}) && r.person.number != 'p') {
		if r = v.namedReferent(r, c.first, c.last); r.person == (agreement{}) && v.isPartOfAgent(r.phrase.head, c.head) {
			return sides
		}
		sides[target] = v.sideOf(r)
		if strings.Contains(" "+sides[vehicle].english+" ", " "+sides[target].english+" ") {
			sides[target] = sideWords{head: -1} // like with like, or a word that the alignment gives to both
		}
	}
	return sides
}

// isPartOfAgent reports whether word i is a part of somebody's body, or what somebody does,
// while the vehicle is a person: not the hands are like a swimmer, but who spreads them.
func (v *verseView) isPartOfAgent(i, head int) bool {
	t, h := &v.tokens[i], &v.tokens[head]
	doer := h.isParticiple() && !h.isConstruct()
	if doer && v.isBare(i) && !v.isPersonal(i) && v.nounPhrase(i).last == i && h.prefixes&like != 0 {
		return true // a shout like those who tread grapes
	}
	return t.suffix != "" && limbs.has(t.lemma) && (human.has(h.lemma) || doer)
}

// limbs are parts of the body with which somebody acts.
var limbs = lemmas(3027, 3709, 5869, 3820, 3824, 6310, 3956, 8193, 7272, 6440, 7218, 639, 2220)

// sideWords is one side of a figure as the verse names it.
type sideWords struct {
	english, hebrew string
	head            int // the word whose lemma gives the category; -1 for a pronoun or none
}

// sideOfRole returns a side that the words of a match with that role name. A ground
// is often a verb; the other sides are noun phrases.
func (v *verseView) sideOfRole(r role, words mashal.WordRange, head int) sideWords {
	if r == ground {
		return sideWords{v.deed(head), hebrewOf(v.verse, mashal.ExactSpan(words)), head}
	}
	english, hebrew, head := v.named(head)
	return sideWords{english, hebrew, head}
}

// sideOf returns the words that name a referent.
func (v *verseView) sideOf(r referent) sideWords {
	if r.person != (agreement{}) {
		english := v.pronoun(r.person, r.word)
		if english == "" {
			return sideWords{head: -1}
		}
		return sideWords{english, hebrewOf(v.verse, nounPhrase{r.word, r.word}.span()), -1}
	}
	english, hebrew, _ := v.named(r.phrase.head)
	if english == "" {
		return sideWords{head: -1}
	}
	english = v.withOwner(english, r.phrase)
	if r.second != nil {
		if s, h, _ := v.named(r.second.head); s != "" {
			english, hebrew = english+" and "+s, hebrew+" "+h
		}
	}
	return sideWords{english, hebrew, r.phrase.head}
}

// withOwner returns the English of a phrase with its owner in place of "his", "her",
// "its" or "their", if the verse names the owner without doubt: "the appearance of
// the wheels" for "their appearance".
func (v *verseView) withOwner(english string, p nounPhrase) string {
	t := &v.tokens[p.head]
	word, rest, ok := strings.Cut(english, " ")
	rest = strings.TrimPrefix(rest, "own ")
	if p.head != p.last || len(t.suffix) != 3 || t.suffix[0] != '3' || !ok {
		return english
	}
	switch word {
	case "his", "her", "its", "their":
	default:
		return english
	}
	i := v.onlyAntecedent(suffixAgreement(t.suffix), p.head)
	if i < 0 || v.tokens[i].lemma.base() == all || i > 0 && v.speaks(i-1) || !v.isNominative(i) && !v.tokens[i].isDefinite() {
		return english
	}
	if o := &v.tokens[i]; !o.isName() && !personal.has(o.lemma) && !collective.has(o.lemma) && !isDivine(o) && (!transparent.has(t.lemma) || t.lemma.number() == 5869) {
		return english // it may not be an owner
	}
	owner, _, _ := v.named(i)
	if s := "the " + rest + " of " + owner; owner != "" && v.tokens[i].suffix == "" && isNounPhrase(s) {
		return s
	}
	return english
}
