package rules

import (
	"slices"
	"strings"

	"mashal/accents"
)

// clause is a stretch of words with the predicate that the words around a
// comparison depend on.
type clause struct {
	first, last int // the words
	verb        int // the finite verb; -1 for a clause without one
}

// clauseOf returns the clause of the words first..last. It widens the stretch
// from accent to accent, and stops where the stretch has a finite verb, or a
// subject without a verb. It returns false if the verse has neither, or if it asks
// who is like somebody.
func (v *verseView) clauseOf(first, last int) (c clause, ok bool) {
	from, to := -1, -1
	for strength := accents.Geresh; strength <= accents.Silluq+1; strength++ {
		l, r := first, last
		for l > 0 && v.accents[l-1] < strength {
			l--
		}
		for r < len(v.tokens)-1 && v.accents[r] < strength {
			r++
		}
		if l == from && r == to {
			continue
		}
		from, to = l, r
		for i := from; i < first; i++ {
			if v.tokens[i].lemma.base() == who {
				return clause{}, false
			}
		}
		if p := v.nearestVerb(from, first, last, to); p >= 0 {
			if v.opensClause(p, first) {
				p = -1
			}
			return clause{from, to, p}, true
		}
		before, after := v.subjectBefore(from, first), v.subjectAfter(last, to, v.followsPredicate(first))
		if after < 0 && before >= 0 && v.isBare(before) && (v.verbFollows(last) || v.subjectAfter(last, v.endOfHalf(last), true) >= 0) {
			continue // פחז כמים אל תותר, נהם ככפיר אימת מלך: the noun is no subject
		}
		if before >= 0 || after >= 0 {
			return clause{from, to, -1}, true
		}
	}
	return clause{}, false
}

// opensClause reports whether a definite phrase with "and" stands directly before word
// first, further from the verb p before it: ועץ חניתו כמנור. It begins a clause of its
// own.
func (v *verseView) opensClause(p, first int) bool {
	i := v.subjectBefore(p+1, first)
	return i > p && i < first && v.tokens[i].prefixes&conjunction != 0 && v.nounPhrase(i).last == first-1 && v.isDefinite(v.nounPhrase(i)) &&
		slices.Max(v.accents[p:i]) >= slices.Max(v.accents[i:first])
}

// standsApart reports whether an accent sets the indefinite noun i, after the vehicle
// that ends with word last, apart as a subject. afterPredicate says that a predicate
// precedes the vehicle.
func (v *verseView) standsApart(i, last int, afterPredicate bool) bool {
	switch a := v.accents[i-1]; {
	case afterPredicate:
		return a >= accents.Pashta
	case v.tokens[i].isConstruct():
		return a >= accents.Revia
	case v.poetic:
		return a >= accents.Revia && i > last+1
	default:
		return a >= accents.Atnah
	}
}

// followsPredicate reports whether the word before word first is an adjective, a
// participle or a bare noun, which the subject can follow: עזה כמות אהבה.
func (v *verseView) followsPredicate(first int) bool {
	if first == 0 {
		return false
	}
	t := &v.tokens[first-1]
	return t.isAdjective() || t.isParticiple() || v.isBare(first-1)
}

// endOfHalf returns the last word of the half verse of word i.
func (v *verseView) endOfHalf(i int) int {
	for i < len(v.tokens)-1 && v.accents[i] < accents.Atnah {
		i++
	}
	return i
}

// verbFollows reports whether a predicate follows word last before the next atnah.
func (v *verseView) verbFollows(last int) bool {
	for p := last + 1; p < len(v.tokens) && v.accents[p-1] < accents.Atnah; p++ {
		if v.isPredicate(p) {
			return true
		}
	}
	return false
}

// nearestVerb returns the finite verb in from..to, outside first..last, that the
// weakest accents separate from these words. Verbs of relative clauses and of
// comparisons do not count. It returns -1 if there is none.
func (v *verseView) nearestVerb(from, first, last, to int) int {
	best, bestBarrier := -1, accents.Accent(0)
	consider := func(p, l, r int) {
		barrier := slices.Max(v.accents[l:r])
		if v.tokens[p].prefixes&conjunction != 0 && p > last {
			barrier++ // a verb with "and" mostly opens the next clause
		}
		if best < 0 || barrier < bestBarrier || barrier == bestBarrier && (barrier >= accents.Atnah || v.accents[first-1] == barrier) && v.tokens[p].morph[2] != 'v' {
			best, bestBarrier = p, barrier
		}
	}
	for p := first - 1; p >= from; p-- {
		if v.isPredicate(p) && !v.isRelative(from, p) && !v.speaks(p) {
			consider(p, p, first)
			break
		}
	}
	for p := last + 1; p <= to && !v.subordinates(p); p++ {
		if t := &v.tokens[p]; first > 0 && v.tokens[first-1].isParticiple() && v.tokens[first-1].prefixes == 0 && t.isFinite() && t.prefixes&conjunction != 0 {
			break // the comparison belongs to the participle: burning like a furnace, and all the proud will be
		}
		if v.isPredicate(p) && !v.isRelative(last+1, p) && !v.speaks(p) && !v.tokens[p].isInfinitive() &&
			!(v.tokens[p].morph[2] == 'v' && v.verbPrecedes(first)) {
			consider(p, last, p)
			break
		}
	}
	return best
}

// subordinates reports whether word i is a conjunction that begins a clause of its own:
// כִּי, אִם, פֶּן.
func (v *verseView) subordinates(i int) bool {
	return v.tokens[i].morph == "C" && v.tokens[i].prefixes == 0
}

// verbPrecedes reports whether a predicate stands before word first in its half verse.
func (v *verseView) verbPrecedes(first int) bool {
	for p := first - 1; p >= 0 && v.accents[p] < accents.Atnah; p-- {
		if v.isPredicate(p) {
			return true
		}
	}
	return false
}

// isPredicate reports whether word p is a finite verb of a main clause, or an
// infinitive that says when, with its subject in a suffix.
func (v *verseView) isPredicate(p int) bool {
	t := &v.tokens[p]
	if t.isInfinitive() {
		return t.prefixes&(prefixOf("b")|like) != 0 && len(t.suffix) == 3
	}
	return t.isFinite() && t.prefixes&^(conjunction|article|prefixOf("i")) == 0 // OSHB has the interrogative as an article at times
}

// speaks reports whether the predicate p introduces speech.
func (v *verseView) speaks(p int) bool { return v.tokens[p].lemma.number() == 559 }

// predicateAgreement returns the person, gender and number of the predicate p.
func (v *verseView) predicateAgreement(p int) agreement {
	if t := &v.tokens[p]; t.isInfinitive() {
		return suffixAgreement(t.suffix)
	}
	return v.tokens[p].verbAgreement()
}

const (
	relative = lemma(834 << 8)  // אֲשֶׁר
	toBe     = lemma(1961 << 8) // הָיָה
	who      = lemma(4310 << 8) // מִי
)

// isRelative reports whether the verb p is the first after a relative particle
// among the words from from on.
func (v *verseView) isRelative(from, p int) bool {
	for i := p - 1; i >= from; i-- {
		t := &v.tokens[i]
		if t.isFinite() || v.accents[i] >= accents.Atnah {
			return false
		}
		if t.lemma.base() == relative {
			return true
		}
	}
	return false
}

// subjectBefore returns the head of the nearest phrase before word first, not
// before from, that can be a subject. It returns -1 if there is none. Personal
// pronouns count. An atnah ends the search, unless the word first follows it.
func (v *verseView) subjectBefore(from, first int) int {
	for i := first - 1; i >= from; i-- {
		t := &v.tokens[i]
		if v.accents[i] >= accents.Atnah && !v.continuesOver(i, first) {
			break
		}
		if t.isPronoun() && t.prefixes&^conjunction == 0 || v.isNominative(i) && !v.isAddressed(i) {
			return i
		}
		if isParticle(t) {
			if t.suffix != "" {
				return i
			}
			break // and behold, another clause
		}
	}
	return -1
}

// isAddressed reports whether word i is the daughter or daughters of a place, whom the
// verse addresses or who hear somebody say "I": עָלַיִךְ בַּת צִיּוֹן.
func (v *verseView) isAddressed(i int) bool {
	if !v.tokens[i].isConstruct() || !daughters.has(v.tokens[i].lemma) {
		return false
	}
	return slices.ContainsFunc(v.tokens[max(0, i-4):i], func(t token) bool {
		return strings.HasPrefix(t.suffix, "2") || t.isPronoun() && len(t.morph) == 5 && t.morph[2] != '3'
	})
}

// daughters are nouns with which a city is addressed.
var daughters = lemmas(1323, 1330)

// continuesOver reports whether the comparison that begins with word first belongs
// to the clause that the atnah of word i ends: it has no "and", and only
// conjunctions stand between them, as in כי אם, "but".
func (v *verseView) continuesOver(i, first int) bool {
	for k := i + 1; k < first; k++ {
		if m := v.tokens[k].morph; m != "C" && m != "Tm" {
			return false
		}
	}
	return v.tokens[first].prefixes&conjunction == 0
}

// isParticle reports whether the word is הִנֵּה or אֵין, whose suffix is a subject.
func isParticle(t *token) bool { return particles[t.lemma.number()] }

var particles = map[uint32]bool{2005: true, 2009: true, 369: true}

// subjectAfter returns the head of the first phrase after word last, not after
// to, that can be a subject. It must be definite or stand apart. It returns -1 if
// there is none.
func (v *verseView) subjectAfter(last, to int, indefinite bool) int {
	for i := last + 1; i <= to; i++ {
		t := &v.tokens[i]
		if t.lemma.base() == relative || t.prefixes&prefixOf("s") != 0 || t.isFinite() || t.isInfinitive() {
			return -1
		}
		if i == last+1 && t.prefixes&conjunction != 0 && (t.isNoun() || t.isParticiple() || t.isAdjective()) {
			return -1 // a second vehicle
		}
		if t.isPronoun() {
			return i
		}
		if i == last+1 && (t.isParticiple() && t.prefixes&article != 0 && v.accents[last] < accents.Zaqef || t.isName() && v.accents[last] == accents.Conjunctive) {
			continue // it describes the vehicle, or is its object
		}
		if v.isNominative(i) && !v.isAddressed(i) && (v.isDefinite(v.nounPhrase(i)) || v.standsApart(i, last, indefinite)) {
			return i
		}
	}
	return -1
}

// subjectOf returns the head of the subject of the verb p in c, without the
// words first..last. It must agree with the verb. It returns -1 if the subject is
// in the verb alone.
func (v *verseView) subjectOf(c clause, p, first, last int) int {
	verb := v.predicateAgreement(p)
	if verb.person != '3' {
		return -1
	}
	best, bestFit := -1, 0
	consider := func(i int) {
		fit := v.fit(verb, i)
		if consuming.has(v.tokens[p].lemma) && !v.tokens[i].isDefinite() {
			fit = 0 // what is eaten
		}
		if i == last+1 && i > p && v.tokens[p].lemma.base() == toBe && v.isBare(i) {
			return // it is in apposition to the vehicle
		}
		if i < p && fit == 1 {
			fit = 0
		}
		if i > p {
			fit *= 2 // a subject mostly follows its verb
		}
		if fit == 0 && i > p && v.tokens[p].lemma.base() == toBe && verb.number == 's' && verb.gender == 'm' && v.isNominative(i) {
			fit = 1 // היה can stand in the singular before any subject
		}
		if fit > bestFit {
			best, bestFit = i, fit
		}
	}
	end := accents.Zaqef // in prose a zaqef ends the clause
	if v.poetic {
		end = accents.Atnah
	}
	for i := p + 1; i < len(v.tokens) && !v.isPredicate(i); i++ {
		if a := v.accents[i-1]; a >= accents.Atnah && i > p+1 || a >= end && i-1 >= c.last {
			break
		}
		if i < first || i > last {
			consider(i)
		}
	}
	for i := p - 1; i >= 0 && !v.isPredicate(i) && v.accents[i] < min(end+1, accents.Atnah); i-- {
		if (i < first || i > last) && !v.belongsToVerb(i) {
			consider(i)
		}
	}
	if best < 0 && p > last && first > 0 {
		// A subject in front can differ in number: עורנו כתנור נכמרו.
		for i := first - 1; i >= 0 && v.accents[i] < accents.Zaqef; i-- {
			if v.isNominative(i) && v.tokens[i].suffix != "" && v.nounPhrase(i).last == first-1 {
				return i
			}
		}
	}
	return best
}

// belongsToVerb reports whether a predicate precedes word i in its clause, so that
// the word is a subject or object of that predicate.
func (v *verseView) belongsToVerb(i int) bool {
	for q := i - 1; q >= 0 && v.accents[q] < accents.Zaqef && v.tokens[q].morph != "C"; q-- {
		if v.isPredicate(q) {
			return true
		}
	}
	return false
}

// fit returns how well word i agrees with a verb of the third person as its
// subject: 0 if it does not.
func (v *verseView) fit(verb agreement, i int) int {
	t := &v.tokens[i]
	if !v.isNominative(i) {
		return 0
	}
	gender, number := t.genderNumber()
	switch {
	case t.isName():
		if verb.number == 'p' {
			return 2
		}
		return 3
	case collective.has(t.lemma) && verb.number == 'p':
		return 3
	case (t.lemma.base() == elohim || t.lemma.base() == adonai) && verb.number == 's' && verb.gender != 'f':
		return 4
	case t.lemma.base() == all && t.isConstruct() && i+1 < len(v.tokens):
		gender, number = v.tokens[i+1].genderNumber()
		if number == 0 || verb.number == 'p' {
			number = verb.number
		}
	case t.isNumeral():
		gender, number = verb.gender, 'p'
	}
	if !verb.agrees(gender, number) {
		if verb.number == 'p' && (agreement{number: 'p'}).agrees(gender, number) && t.suffix != "" {
			return 1 // a masculine verb before a feminine subject
		}
		return 0
	}
	if v.isDefinite(v.nounPhrase(i)) {
		return 4
	}
	return 3
}

// consuming are verbs of eating and drinking.
var consuming = lemmas(398, 399, 8354, 8355, 2938, 2939)

// collective are nouns in the singular whose verb can be in the plural.
var collective = lemmas(5971, 1471, 1004, 3605, 6951, 5712, 2428, 376, 120, 1320, 6629, 1241, 7611)
