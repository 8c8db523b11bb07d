package rules

import (
	"slices"
	"strings"

	"mashal/accents"
)

// objectOf returns the object of the verb p: its suffix, a phrase after the sign
// of the object, or a phrase after a verb of the first or second person, or of
// making.
func (v *verseView) objectOf(c clause, p, first, last int) (referent, bool) {
	t := &v.tokens[p]
	if len(t.suffix) == 3 && t.isFinite() {
		return referent{person: suffixAgreement(t.suffix), word: p}, true
	}
	if intransitive.has(t.lemma) && t.isFinite() && t.morph[1] == 'q' {
		return referent{}, false
	}
	bare := v.predicateAgreement(p).person != '3' || making.has(t.lemma)
	from, to := min(c.first, p), max(c.last, p)
	for to+1 < len(v.tokens) && v.accents[to] < accents.Atnah && (v.accents[to] < accents.Zaqef || v.tokens[to+1].prefixes&conjunction == 0) {
		to++
	}
	for from > 0 && v.accents[from-1] < accents.Atnah && v.tokens[from-1].lemma.base() != so {
		from--
	}
	var object referent
	found := false
	consider := func(i int) {
		if r, ok := v.objectAt(i, first, last, bare, p); ok && (!found || abs(i-first) < abs(object.word-first)) {
			object, found = r, true
		}
	}
	for i := p + 1; i <= to && !v.isPredicate(i) && !v.tokens[i].isInfinitive(); i++ {
		if !v.poetic && i-1 >= max(p, last) && v.accents[i-1] >= accents.Zaqef && v.tokens[i].morph != "To" {
			break
		}
		consider(i)
	}
	negated := p > 0 && v.tokens[p-1].morph == "Tn"
	for i := p - 1; !found && !negated && t.prefixes&conjunction == 0 && i >= from && !v.isPredicate(i) && !(i > 0 && v.tokens[i-1].isInfinitive()); i-- {
		consider(i)
	}
	return object, found
}

// abs returns the absolute value of n.
func abs(n int) int { return max(n, -n) }

// objectAt returns the object of the verb p that word i is or introduces.
func (v *verseView) objectAt(i, first, last int, bare bool, p int) (referent, bool) {
	t := &v.tokens[i]
	switch {
	case i >= first && i <= last:
	case t.morph == "To" && len(t.suffix) == 3:
		return referent{person: suffixAgreement(t.suffix), word: i}, true
	case t.morph == "To" && i+1 < len(v.tokens) && (v.tokens[i+1].isNoun() || v.tokens[i+1].isParticiple()):
		return v.referentOfWord(i + 1), true
	case !bare && v.isNominative(i) && ((i == p+1 && v.accents[p] == accents.Conjunctive || i == last+1) && v.isDefinite(v.nounPhrase(i)) || v.tokens[p].isFinite() && v.tokens[p].morph[1] == 'h') && v.fit(v.predicateAgreement(p), i) == 0:
		return v.referentOfWord(i), true
	case bare && v.isNominative(i) && (!t.isName() || i == p+1 && v.accents[p] < accents.Zaqef):
		return v.referentOfWord(i), true
	}
	return referent{}, false
}

// describesObject reports whether the vehicle describes the object of the verb p
// rather than its subject. Verbs of making liken their object. Of other verbs the
// vehicle tells: a lion, a fire or a warrior acts; chaff, sheep and clay suffer.
func (v *verseView) describesObject(p, head int) bool {
	t := &v.tokens[p]
	if v.isPassive(p) {
		return false
	}
	if v.devours(p, head) {
		return false
	}
	return making.has(t.lemma) || pouring.has(t.lemma) ||
		v.setsInMotion(p) && (flowing.has(v.tokens[head].lemma) || v.tokens[head].isAdjective() && !v.acts(head)) ||
		!v.acts(head) && !v.tokens[head].isAdjective()
}

// setsInMotion reports whether the verb p is the causative of a verb without an object:
// to bring down, to lead out. Its object moves as the vehicle does.
func (v *verseView) setsInMotion(p int) bool {
	t := &v.tokens[p]
	return intransitive.has(t.lemma) && len(t.morph) > 1 && t.morph[1] == 'h'
}

// flowing are vehicles that act and move, but send nothing: water, fire, wind.
var flowing = lemmas(4325, 784, 3852, 3851, 5492, 7307, 7722, 2230, 2229, 5158, 7585)

// atnahBetween reports whether an atnah separates two words.
func (v *verseView) atnahBetween(i, k int) bool {
	return i != k && slices.Max(v.accents[min(i, k):max(i, k)]) >= accents.Atnah
}

// acts reports whether the vehicle with the given head does something: a lion, a
// person with a name, or an animal as the subject of an infinitive or of a clause with
// כאשר.
func (v *verseView) acts(head int) bool {
	t := &v.tokens[head]
	if head+1 < len(v.tokens) && v.tokens[head+1].lemma.base() == one { // as one man
		return false
	}
	if v.isSubjectOfRelative(head) {
		return true
	}
	if head > 0 && cattle.has(t.lemma) {
		before := &v.tokens[head-1]
		return before.isInfinitive() && before.prefixes&like != 0 || before.isFinite() && head > 1 && v.tokens[head-2].lemma.base() == relative
	}
	return acting.has(t.lemma) || t.isName()
}

// isSubjectOfRelative reports whether word i is a person or an animal that acts in a clause with כאשר, so that the subject of the main clause is likened to it.
func (v *verseView) isSubjectOfRelative(i int) bool {
	if t := &v.tokens[i]; !human.has(t.lemma) && !acting.has(t.lemma) && !cattle.has(t.lemma) && !t.isParticiple() && t.lemma.number() != 1682 {
		return false // a reed is shaken
	}
	for k := i - 1; k >= max(0, i-4) && v.tokens[k].morph != "To"; k-- {
		if t := &v.tokens[k]; t.lemma.base() == relative {
			return t.prefixes&like != 0 && slices.ContainsFunc(v.tokens[k+1:i], func(t token) bool { return t.isFinite() && !v.hasPassiveStem(&t) })
		}
	}
	return false
}

// devours reports whether the predicate p is what beasts do, and the vehicle is one. What
// follows is its prey.
func (v *verseView) devours(p, head int) bool {
	beast := v.tokens[head].lemma
	return devouring.has(v.tokens[p].lemma) && (acting.has(beast) || cattle.has(beast) || vermin.has(beast))
}

// devouring are verbs of what beasts do to others: to eat, swallow, tear, bite, surround.
var devouring = lemmas(398, 1104, 2963, 5391, 6567, 5437, 7665)

// vermin are animals that act as beasts of prey do, if they eat or surround.
var vermin = lemmas(8577, 1682, 3218, 697, 2284, 5580, 1462)

// cattle are animals and people that act only if the verse says so.
var cattle = lemmas(7794, 1241, 6629, 5695, 5697, 6510, 7716, 5483, 2543, 354, 1121, 802, 5971)

// isPassive reports whether the verb p is passive or reflexive.
func (v *verseView) isPassive(p int) bool {
	return v.hasPassiveStem(&v.tokens[p])
}

// hasPassiveStem reports whether the stem of a verb is passive or reflexive.
func (*verseView) hasPassiveStem(t *token) bool {
	return strings.IndexByte("NPHtOQru", t.morph[1]) >= 0
}

// pouring are verbs whose object the vehicle describes even if it can act: to pour
// out like water.
var pouring = lemmas(8210, 5413, 3332, 5064)

// perceiving are verbs whose subject is not what the vehicle describes: to see,
// hear, find.
var perceiving = lemmas(7200, 8085, 4672, 2372, 2370)

// making are verbs that give their object a likeness: to put, give, make, set.
var making = lemmas(7760, 5414, 7896, 6213, 3322, 7737, 4911)

// intransitive are verbs that have no object in the qal: to be, come, go, stand,
// fall, flee, die.
var intransitive = lemmas(1961, 935, 1980, 3212, 3318, 5927, 3381, 5307, 6965, 5975, 7725, 5127, 1272, 4191, 6, 3615, 1431, 7235, 5774, 7323, 3001, 8552, 8582)

// acting are vehicles that do something to what they meet: beasts of prey, fire,
// storm, flood, people with a trade or a weapon, parents.
var acting = lemmas(738, 3715, 3833, 3918, 1677, 5246, 2061, 5404, 5175, 6620, 6211, 7538,
	4325, 784, 3852, 3851, 8574, 5492, 7307, 7722, 2230, 2229, 5158, 7585, 2719, 2671,
	376, 582, 120, 1397, 1368, 7462, 3335, 7114, 1, 517, 341, 6862, 2181, 1590, 5650, 4428, 5057, 8269, 2860, 3205)
