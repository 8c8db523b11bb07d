package rules

import (
	"slices"
	"strings"

	"mashal/accents"
)

// referent is what a comparison is about: a phrase of the verse, or the person of
// a verb, a suffix or a pronoun.
type referent struct {
	phrase nounPhrase
	second *nounPhrase // joined to phrase by "and"
	person agreement   // set if no phrase names the referent
	word   int         // the word that shows the person
}

// referentOf returns what a comparison is about. It returns false if the verse does
// not show it.
func (v *verseView) referentOf(c comparison) (referent, bool) {
	switch {
	case c.verb >= 0 && v.tokens[c.verb].isParticiple(): // my beloved is like a gazelle
		for i := c.verb + 1; i < c.head; i++ {
			if v.isNominative(i) || v.tokens[i].isPronoun() {
				return v.referentOfWord(i), true
			}
		}
		i := v.subjectBefore(0, c.verb)
		return v.referentOfWord(max(i, 0)), i >= 0
	case c.verb >= 0:
		return v.referentOfVerb(clause{c.first, c.last, c.verb}, c.verb, c.first, c.last, c.head)
	case !c.marked:
		return v.caseOf(c.last)
	}
	return v.compared(c.first, c.last, c.head)
}

// caseOf returns the referent of an emblem without a particle that includes word
// i: the case that follows, after the atnah.
func (v *verseView) caseOf(i int) (referent, bool) {
	for i < len(v.tokens)-1 && v.accents[i] < accents.Atnah {
		i++
	}
	for i++; i < len(v.tokens); i++ {
		if v.isNominative(i) || v.tokens[i].isParticiple() && v.tokens[i].prefixes == 0 {
			return v.referentOfWord(i), true
		}
	}
	return referent{}, false
}

// compared returns what a comparison with a particle is about. The words first..last hold the
// particle and the vehicle, head is the head of the vehicle. It returns false if
// the verse does not show it.
func (v *verseView) compared(first, last, head int) (referent, bool) {
	if so := v.apodosis(last); so >= 0 {
		if r, ok := v.apodosisReferent(so, head); ok {
			return r, true
		}
	}
	if v.tokens[first].lemma.base() == relative { // the clause before כאשר
		for p := first - 1; p >= 0 && v.tokens[p].morph != "C"; p-- {
			if v.isPredicate(p) && !v.isRelative(0, p) && !v.speaks(p) {
				return v.referentOfVerb(clause{0, first - 1, p}, p, first, last, head)
			}
		}
		if first == 0 {
			return referent{}, false // the main clause is in another verse
		}
	}
	if i := v.markedBefore(first); i >= 0 && !acting.has(v.tokens[head].lemma) {
		return v.referentOfWord(i), true
	}
	if i := v.echoBefore(first, head); i >= 0 {
		return v.referentOfWord(i), true
	}
	if i := v.adjectiveBefore(first); i >= 0 {
		return v.referentOfWord(i), true
	}
	p := last + 1
	if p < len(v.tokens) && v.tokens[p].morph == "Tn" {
		p++
	}
	if v.describesVehicle(p, head) {
		if i := v.subjectBefore(0, first); i >= 0 && v.tokens[first].prefixes&conjunction == 0 && v.nounPhrase(i).last == first-1 && v.accents[first-1] < accents.Atnah {
			if consuming.has(v.tokens[p].lemma) && v.isBare(i) && !v.isPersonal(i) && !acting.has(v.tokens[i].lemma) {
				return referent{}, false // grass, as an ox eats it
			}
			return v.referentOfWord(i), true
		}
		return v.otherClause(first, p, head)
	}
	c, ok := v.clauseOf(first, last)
	if !ok {
		return referent{}, false
	}
	if c.verb >= 0 && (!v.poetic && v.standsAlone(first, c.verb) || v.isImpersonal(c.verb, first) || v.fills(c.verb, head)) {
		return referent{}, false
	}
	if c.verb >= 0 {
		return v.referentOfVerb(c, c.verb, first, last, head)
	}
	if v.tokens[first].isInfinitive() {
		return referent{}, false // the nouns are its own: as a tongue of fire devours stubble
	}
	before, after := v.subjectBefore(c.first, first), v.subjectAfter(last, c.last, v.followsPredicate(first))
	if before < 0 || after >= 0 && (slices.Max(v.accents[before:first]) > slices.Max(v.accents[last:after]) || v.isBare(before)) {
		before = after
	}
	if i := v.objectOfParticiple(before, first, last, c.last); i >= 0 && !v.acts(head) {
		return v.referentOfWord(i), true
	}
	if before >= 0 && before < first && v.isBare(before) && !v.poetic && v.nounPhrase(before).last == first-1 {
		return referent{}, false // צִיָּה כַּמִּדְבָּר: rather what is said of the referent
	}
	return v.referentOfWord(before), true
}

// isImpersonal reports whether the predicate p says only that something happens: והיה
// before a comparison and a verb that does not agree with it, or the Aramaic "I was seeing".
func (v *verseView) isImpersonal(p, first int) bool {
	t := &v.tokens[p]
	if t.aramaic && p > 0 && v.tokens[p-1].isParticiple() && perceiving.has(v.tokens[p-1].lemma) {
		return true
	}
	if t.lemma.base() != toBe || t.prefixes&conjunction == 0 || t.morph != "Vqq3ms" || p != first-1 {
		return false
	}
	return slices.ContainsFunc(v.tokens[first:], func(t token) bool {
		return t.isFinite() && t.morph[3] == '3' && t.morph[len(t.morph)-1] == 'p'
	})
}

// fills reports whether the predicate p says that something is full and the vehicle is
// water: what fills it is likened to the water.
func (v *verseView) fills(p, head int) bool {
	return v.tokens[p].lemma.number() == 4390 && v.tokens[head].lemma.number() == 4325
}

// standsAlone reports whether the verb p is in the other half of the verse than the
// comparison that begins with word first, so that it may tell of something else. A
// comparison that continues one of the other half, or that a participle introduces, belongs
// to that half.
func (v *verseView) standsAlone(first, p int) bool {
	return v.tokens[first].isNoun() && v.atnahBetween(p, first) && !(first > 0 && v.tokens[first-1].isParticiple()) &&
		!slices.ContainsFunc(v.tokens[min(p, first):first], func(t token) bool { return t.prefixes&like != 0 })
}

// markedBefore returns the head of the object with את that directly precedes word
// first, or -1.
func (v *verseView) markedBefore(first int) int {
	for i := first - 1; i > 0 && v.accents[i] < accents.Zaqef; i-- {
		if v.tokens[i-1].morph == "To" && v.tokens[i-1].suffix == "" && v.tokens[i].isNoun() && v.nounPhrase(i).last == first-1 {
			return i
		}
	}
	return -1
}

// echoBefore returns the head of a phrase before word first that has the noun of the
// vehicle: a feast like the feast of a king. It returns -1 if there is none in its half verse.
func (v *verseView) echoBefore(first, head int) int {
	for i := first - 1; i >= 0 && v.accents[i] < accents.Atnah; i-- {
		if v.tokens[i].lemma == v.tokens[head].lemma && v.isNominative(i) {
			return i
		}
	}
	return -1
}

// adjectiveBefore returns the head of a phrase whose adjective directly precedes
// word first, so that the comparison belongs to the adjective: עם רב כעפר, "a people
// like the dust in number". It returns -1 if there is none.
func (v *verseView) adjectiveBefore(first int) int {
	if first < 2 || !v.tokens[first-1].isAdjective() || v.accents[first-1] >= accents.Atnah {
		return -1
	}
	for i := first - 2; i >= 0 && v.accents[i] < accents.Zaqef; i-- {
		if t := &v.tokens[i]; t.isNoun() && v.nounPhrase(i).last == first-1 {
			if t.prefixes&like != 0 || i > 0 && v.governsNext(i-1) {
				return -1
			}
			return i
		}
	}
	return -1
}

// describesVehicle reports whether the verb p, directly after the vehicle, can be a
// relative clause of it: כמים יכסו על ים, "as waters that cover the sea".
func (v *verseView) describesVehicle(p, head int) bool {
	if p >= len(v.tokens) || v.accents[p-1] >= accents.Zaqef {
		return false
	}
	t := &v.tokens[p]
	if !t.isFinite() || t.prefixes != 0 || t.suffix != "" || t.morph[3] != '3' {
		return false
	}
	i := v.subjectOf(clause{p, p, p}, p, head, head)
	if i == p+1 && isDivine(&v.tokens[i]) && t.morph[2] == 'p' && !intransitive.has(t.lemma) {
		return true // aloes that Yahweh has planted
	}
	gender, number := v.tokens[head].genderNumber()
	if !t.verbAgreement().agrees(gender, number) {
		return false
	}
	// Otherwise the verb has a subject of its own. In "it stirs up its nest" it has not.
	if i > p && strings.HasPrefix(v.tokens[i].suffix, "3") {
		return suffixAgreement(v.tokens[i].suffix).agrees(gender, number)
	}
	return i <= p || !v.isDefinite(v.nounPhrase(i))
}

// otherClause returns the referent of a comparison whose vehicle has the verb p of
// its own: in the clause before it, or in the one after the atnah if the comparison
// opens the verse.
func (v *verseView) otherClause(first, p, head int) (referent, bool) {
	if first > 0 {
		for q := first - 1; q >= 0; q-- {
			if v.isPredicate(q) && !v.isRelative(0, q) && !v.speaks(q) {
				r, ok := v.referentOfVerb(clause{0, first - 1, q}, q, first, p, head)
				return r, ok && r.word < first && !v.roarsAlone(r, head) // what follows belongs to the vehicle
			}
		}
		for i := first - 1; i >= 0 && v.tokens[first].prefixes&conjunction != 0 && v.accents[first-1] >= accents.Atnah; i-- { // and like a hammer
			if v.isNominative(i) && v.isDefinite(v.nounPhrase(i)) {
				return v.referentOfWord(i), true
			}
		}
		return referent{}, false
	}
	for p < len(v.tokens)-1 && v.accents[p] < accents.Atnah {
		p++
	}
	for p++; p < len(v.tokens) && !v.isComparative(p); p++ {
		if v.isPredicate(p) {
			return v.referentOfVerb(clause{p, p, p}, p, first, first, head)
		}
		if v.isNominative(p) && v.tokens[p].prefixes == 0 {
			return v.referentOfWord(p), true
		}
	}
	return referent{}, false
}

// roarsAlone reports whether the vehicle is one beast and the referent is several persons
// whom no word names: they walk after Yahweh, like a lion he roars.
func (v *verseView) roarsAlone(r referent, head int) bool {
	_, number := v.tokens[head].genderNumber()
	return r.person.number == 'p' && number == 's' && acting.has(v.tokens[head].lemma)
}

// objectOfParticiple returns the object after the vehicle, not after to, of a
// participle before it whose subject is word i: הנני נטה אליה כנהר שלום. It returns
// -1 if there is none.
func (v *verseView) objectOfParticiple(i, first, last, to int) int {
	for p := i + 1; p < first; p++ {
		if t := &v.tokens[p]; t.isParticiple() && t.prefixes == 0 && !t.isConstruct() {
			if k := last + 1; k <= to && v.isNominative(k) && v.tokens[k].prefixes == 0 {
				return k
			}
		}
	}
	return -1
}

// isBare reports whether word i is a noun in the absolute state without an article,
// which is rather a predicate than a subject.
func (v *verseView) isBare(i int) bool {
	t := &v.tokens[i]
	return t.isNoun() && !t.isDefinite() && !t.isConstruct()
}

const so = lemma(3651 << 8) // כֵּן

// apodosis returns the word כֵּן, "so", that takes up a comparison which ends
// with word last. It returns -1 if there is none, or if it takes up another
// comparison. על כן, "therefore", is another word.
func (v *verseView) apodosis(last int) int {
	for i := last + 1; i < len(v.tokens)-1; i++ {
		t := &v.tokens[i]
		if t.prefixes&like != 0 && t.prefixes&conjunction != 0 && v.subjectAfter(last, i-1, false) >= 0 {
			return -1
		}
		if t.lemma.base() == so && t.prefixes&^conjunction == 0 && t.morph != "" && !t.isAdjective() &&
			!(v.tokens[i-1].isPreposition() && v.tokens[i-1].suffix == "") {
			return i
		}
	}
	return -1
}

// apodosisReferent returns the referent in the clause after כֵּן.
func (v *verseView) apodosisReferent(so, head int) (referent, bool) {
	end := v.endOfHalf(so + 1)
	if v.tokens[so+1].isPronoun() || v.isNominative(so+1) && v.isDefinite(v.nounPhrase(so+1)) {
		return v.referentOfWord(so + 1), true
	}
	for i := so + 1; i <= end; i++ {
		if v.isPredicate(i) && !v.isRelative(so+1, i) {
			return v.referentOfVerb(clause{so + 1, end, i}, i, so, so, head)
		}
	}
	for _, isSubject := range []func(i int) bool{
		func(i int) bool { return v.tokens[i].isPronoun() || v.isNominative(i) && v.isDefinite(v.nounPhrase(i)) },
		func(i int) bool { return v.tokens[i].isParticiple() && v.tokens[i].prefixes == 0 },
		v.isNominative,
		func(i int) bool { return v.tokens[i].isAdjective() && v.tokens[i].prefixes&^article == 0 },
	} {
		for i := so + 1; i <= end; i++ {
			if isSubject(i) {
				return v.referentOfWord(i), true
			}
		}
	}
	return referent{}, false
}

// referentOfWord returns the referent that word i names: a phrase, or the person
// of a pronoun or of a suffix of הִנֵּה and כֹּל.
func (v *verseView) referentOfWord(i int) referent {
	t := &v.tokens[i]
	switch {
	case t.isPronoun() && len(t.morph) == 5:
		return referent{person: agreement{t.morph[2], t.morph[3], t.morph[4]}, word: i}
	case t.suffix != "" && (t.lemma.base() == all || isParticle(t)):
		return referent{person: suffixAgreement(t.suffix), word: i}
	}
	r := referent{phrase: v.nounPhrase(i), word: i}
	if t.prefixes&conjunction != 0 {
		for k := i - 1; k >= 0 && v.accents[k] < accents.Zaqef; k-- {
			if v.isNominative(k) && v.nounPhrase(k).last == i-1 {
				second := r.phrase
				return referent{phrase: v.nounPhrase(k), second: &second, word: i}
			}
		}
	}
	return r
}

// referentOfVerb returns the subject or the object of the verb p, whichever the
// vehicle describes.
func (v *verseView) referentOfVerb(c clause, p, first, last, head int) (referent, bool) {
	object, ok := v.objectOf(c, p, first, last)
	if ok && v.describesObject(p, head) && (!perceiving.has(v.tokens[p].lemma) || !v.atnahBetween(object.word, first)) {
		return object, true
	}
	if perceiving.has(v.tokens[p].lemma) && !v.isPassive(p) {
		return referent{}, false
	}
	i := v.subjectOf(c, p, first, last)
	if i < 0 || v.isDistributive(i, p) || i > last && v.devours(p, head) && !v.isPersonal(i) {
		return v.antecedent(p), true
	}
	if ok && human.has(v.tokens[head].lemma) && object.person != (agreement{}) && !v.isPersonal(i) {
		return object, true // righteousness clothes me as a bridegroom, pangs seize her as a woman in labour
	}
	// A second bare noun after the subject is the object: ויצבר יוסף בר.
	if k := v.nounPhrase(i).last + 1; i > p && k < first && v.isBare(k) && v.isNominative(k) && v.tokens[k].prefixes == 0 &&
		!intransitive.has(v.tokens[p].lemma) && v.describesObject(p, head) {
		return v.referentOfWord(k), true
	}
	return v.referentOfWord(i), true
}

// isDistributive reports whether word i is "each" and the verb p is in the plural: they
// stumble, each over his brother.
func (v *verseView) isDistributive(i, p int) bool {
	t := &v.tokens[i]
	return t.lemma.number() == 376 && t.prefixes&article == 0 && t.suffix == "" && !t.isConstruct() && v.predicateAgreement(p).number == 'p'
}

// antecedent returns what the person of the verb p refers to: the subject of the
// previous verb of the verse with the same agreement, if it is a person or a people, or
// that of the next one after "and", or else the person.
func (v *verseView) antecedent(p int) referent {
	verb := v.predicateAgreement(p)
	r := referent{person: verb, word: p}
	if verb.person != '3' {
		return r
	}
	for q := p - 1; q >= 0 && v.accents[q] < accents.Atnah; q-- {
		if !v.isPredicate(q) || v.isRelative(0, q) {
			continue
		}
		if before := v.predicateAgreement(q); before.person != '3' || !before.agrees(verb.gender, verb.number) {
			return r
		}
		if i := v.subjectOf(clause{0, p, q}, q, p, p); i >= 0 && v.isPersonal(i) && !v.pronounBetween(q, p) {
			return v.referentOfWord(i)
		}
		break // another noun may be meant: the person is certain, its name is not
	}
	for q := p + 1; q < len(v.tokens) && v.accents[q-1] < accents.Atnah; q++ {
		if !v.isPredicate(q) {
			continue
		}
		if i := v.subjectOf(clause{q, q, q}, q, q, q); i > q && v.tokens[q].prefixes == conjunction && v.predicateAgreement(q) == verb {
			return v.referentOfWord(i)
		}
		break
	}
	return r
}

// isPersonal reports whether word i names a person or a people.
func (v *verseView) isPersonal(i int) bool {
	t := &v.tokens[i]
	return t.isName() || t.isParticiple() || isDivine(t) || collective.has(t.lemma) || personal.has(t.lemma)
}

// pronounBetween reports whether a personal pronoun stands between two words: והוא היה.
func (v *verseView) pronounBetween(i, k int) bool {
	return slices.ContainsFunc(v.tokens[i+1:k], func(t token) bool { return t.isPronoun() })
}

// human are vehicles that are persons and not what a thing is likened to.
var human = lemmas(376, 582, 120, 1397, 1368, 2860, 3618, 802, 5650, 4428, 5057, 8269, 3205, 1121, 1323)
