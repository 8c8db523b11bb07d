package rules

import (
	"mashal"
	"mashal/accents"
)

// nounPhrase is a noun with the words that depend on it: genitives after a noun
// in the construct state, adjectives and demonstratives that agree. Words count
// from 0.
type nounPhrase struct{ head, last int }

// span returns the words of the phrase, numbered from 1.
func (p nounPhrase) span() mashal.Span {
	return mashal.ExactSpan(mashal.WordRange{First: p.head + 1, Last: p.last + 1})
}

// nounPhrase returns the phrase whose head is word i.
func (v *verseView) nounPhrase(i int) nounPhrase {
	p := nounPhrase{head: i, last: i}
	for p.last+1 < len(v.tokens) && v.governsNext(p.last) {
		p.last++
	}
	for p.last+1 < len(v.tokens) && (v.describes(p, p.last+1) || v.continuesName(p.last)) {
		p.last++
	}
	return p
}

// governsNext reports whether word i is in the construct state and the next word
// is its genitive.
func (v *verseView) governsNext(i int) bool {
	if !v.tokens[i].isConstruct() || i+1 >= len(v.tokens) {
		return false
	}
	next := &v.tokens[i+1]
	return !next.isFinite() && !next.isPreposition() && next.prefixes&^article == 0
}

// describes reports whether word i is an adjective, a participle or a
// demonstrative that describes the head of p or its last genitive. A predicate
// does not describe: it lacks the article of its noun.
func (v *verseView) describes(p nounPhrase, i int) bool {
	t := &v.tokens[i]
	if t.lemma.base() == one && t.prefixes == 0 && !v.isDefinite(p) && v.accents[i-1] < accents.Zaqef {
		return true
	}
	if !t.isAdjective() && !t.isParticiple() && !(t.isDemonstrative() && t.prefixes&article != 0) || t.prefixes&^article != 0 || t.suffix != "" || t.isConstruct() {
		return false
	}
	if v.accents[i-1] >= accents.Zaqef || t.isParticiple() && v.accents[i-1] != accents.Conjunctive {
		return false
	}
	if (t.prefixes&article != 0) != v.isDefinite(p) {
		return false
	}
	gender, number := t.genderNumber()
	for _, k := range []int{p.head, p.last} {
		g, n := v.tokens[k].genderNumber()
		if (agreement{gender: g, number: n}).agrees(gender, number) {
			return true
		}
	}
	return false
}

// isDefinite reports whether the phrase is definite: by the article, a suffix or
// a name at its end, or by a suffix of its head.
func (v *verseView) isDefinite(p nounPhrase) bool {
	for i := p.head; i <= p.last; i++ {
		if t := &v.tokens[i]; t.isDefinite() && (i == p.head || t.isNoun()) {
			return true
		}
	}
	return false
}

// Lemmas that nounPhrase knows.
const (
	yhwh    = lemma(3068 << 8)
	yhwhToo = lemma(3069 << 8) // pointed as אֱלֹהִים
	adonai  = lemma(136 << 8)
	elohim  = lemma(430 << 8)
	hosts   = lemma(6635 << 8)
	all     = lemma(3605 << 8)
	one     = lemma(259 << 8)
)

// continuesName reports whether the word after word i belongs to a divine name:
// אדני יהוה, יהוה אלהים, יהוה צבאות.
func (v *verseView) continuesName(i int) bool {
	next := &v.tokens[i+1]
	if v.accents[i] != accents.Conjunctive || next.prefixes != 0 {
		return false
	}
	if t := &v.tokens[i]; t.isName() && t.prefixes&like != 0 && next.isName() { // כיאור מצרים
		return true
	}
	switch v.tokens[i].lemma.base() {
	case adonai:
		return next.lemma.base() == yhwhToo || next.lemma.base() == yhwh
	case yhwh, yhwhToo, elohim:
		return next.lemma.base() == hosts || next.lemma.base() == elohim && next.suffix == ""
	}
	return false
}

// isNominative reports whether word i can be the head of a subject: a noun that
// neither a preposition nor a construct nor the sign of the object governs. A
// participle counts if it is in the construct state or has the article.
func (v *verseView) isNominative(i int) bool {
	t := &v.tokens[i]
	switch {
	case t.isNoun(), t.isNumeral() && t.isConstruct():
	case t.isAdjective() && (t.suffix != "" || personal.has(t.lemma) && !v.describesBefore(i)):
	case t.isParticiple() && (t.isConstruct() || t.suffix != "" || t.prefixes&article != 0) && !v.describesBefore(i):
	default:
		return false
	}
	if t.lemma.base() == all && i+1 < len(v.tokens) && adverbial.has(v.tokens[i+1].lemma) && v.tokens[i+1].suffix == "" { // all day long
		return false
	}
	return t.prefixes&^(article|conjunction) == 0 && t.lemma.number() != 5002 && (t.suffix != "" || t.isConstruct() || !adverbial.has(t.lemma)) && !v.isGoverned(i)
}

var conjunction = prefixOf("c")

// describesBefore reports whether word i, with the article, follows a noun that
// it agrees with, so that it describes the noun.
func (v *verseView) describesBefore(i int) bool {
	if v.tokens[i].prefixes&conjunction != 0 {
		return false
	}
	gender, number := v.tokens[i].genderNumber()
	for i--; i > 0 && (v.tokens[i].isAdjective() || v.tokens[i].isDemonstrative()); i-- {
	}
	if i < 0 || !v.tokens[i].isNoun() {
		return false
	}
	g, n := v.tokens[i].genderNumber()
	return (agreement{gender: g, number: n}).agrees(gender, number)
}

// personal are adjectives that stand for a person: the wicked, the righteous.
var personal = lemmas(7563, 6662, 2450, 34, 6041, 6035, 191, 5036, 2623, 3477, 1800, 6184, 1343, 2205, 6918, 1368, 7423, 7916, 6102, 6175, 6612)

// isGoverned reports whether the word before word i is a preposition, the sign
// of the object, an infinitive or a noun in the construct state.
func (v *verseView) isGoverned(i int) bool {
	if i == 0 || v.tokens[i].prefixes&conjunction != 0 {
		return false
	}
	before := &v.tokens[i-1]
	return before.suffix == "" && (before.isPreposition() || before.morph == "To" || before.isInfinitive() && before.morph[2] == 'c' || v.governsNext(i-1))
}

// adverbial are nouns that mostly say when, where or how.
var adverbial = lemmas(3117, 3915, 5769, 5703, 6256, 5331, 5439, 3162, 259, 2351, 7227, 7230, 1755, 1767, 5750, 369, 657, 3588, 1115, 5704, 3254, 5002)

// lemmas returns a set of lemmas by their Strong's numbers.
func lemmas(numbers ...int) lemmaSet {
	set := lemmaSet{}
	for _, n := range numbers {
		set[lemma(n<<8)] = struct{}{}
	}
	return set
}
