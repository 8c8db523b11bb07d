package rules

import "mashal/accents"

// namedReferent returns r with a phrase in place of a person if the verse names
// it without doubt: what "he", "she", "it" or "they" stands for, who is addressed
// by name, or God as the speaker of "I".
func (v *verseView) namedReferent(r referent, first, last int) referent {
	i := -1
	switch r.person.person {
	case '1':
		i = v.divineSpeaker(r.person)
	case '2':
		i = v.addressee(first, last)
	case '3':
		if i = v.onlyAntecedent(r.person, min(r.word, first)); i >= 0 && !v.canStandFor(i, r.person) {
			return r
		}
	}
	if i < 0 {
		return r
	}
	return referent{phrase: v.nounPhrase(i), word: i}
}

// onlyAntecedent returns the only noun or name before word before that agrees with a
// pronoun of the third person. Nouns that belong to somebody do not count. It
// returns -1 if there is none or more than one.
func (v *verseView) onlyAntecedent(a agreement, before int) int {
	found := -1
	for i := 0; i < before; i++ {
		t := &v.tokens[i]
		if !t.isNoun() && !(t.isAdjective() && personal.has(t.lemma)) || t.suffix != "" && t.lemma.base() != adonai || t.prefixes&like != 0 || adverbial.has(t.lemma) || transparent.has(t.lemma) {
			continue
		}
		gender, number := t.genderNumber()
		switch {
		case isDivine(t), t.isName():
			gender, number = 'm', 's'
		case collective.has(t.lemma) && t.isConstruct() && a.number == 'p':
			number = 'p'
		}
		if a.number == 'p' {
			gender = 0
		}
		if !a.agrees(gender, number) {
			continue
		}
		if found >= 0 && v.tokens[found].lemma != t.lemma {
			return -1
		}
		found = i
	}
	return found
}

// canStandFor reports whether a pronoun can stand for the phrase of word i: a definite
// phrase that is no adjunct, and for several a people or persons.
func (v *verseView) canStandFor(i int, a agreement) bool {
	t := &v.tokens[i]
	if i > 0 && v.governsNext(i-1) {
		return false // the leprosy of Naaman, the day of Yahweh
	}
	if collective.has(t.lemma) || personal.has(t.lemma) {
		return !v.isAdjunct(i)
	}
	return a.number == 's' && v.isDefinite(v.nounPhrase(i)) && !v.isAdjunct(i)
}

// isAdjunct reports whether a preposition other than לְ governs word i.
func (v *verseView) isAdjunct(i int) bool {
	t := &v.tokens[i]
	if t.prefixes&(prefixOf("b")|prefixOf("m")|like) != 0 || t.prefixes&prefixOf("l") != 0 && !t.isName() && !collective.has(t.lemma) {
		return true
	}
	return i > 0 && v.tokens[i-1].isPreposition() && v.tokens[i-1].suffix == ""
}

// divineSpeaker returns the divine name of a formula such as נאם יהוה, "says
// Yahweh", which makes God the speaker of "I". It returns -1 if the verse has none.
func (v *verseView) divineSpeaker(a agreement) int {
	if a.number != 's' {
		return -1
	}
	for i := 1; i < len(v.tokens); i++ {
		switch v.tokens[i].lemma.base() {
		case yhwh, yhwhToo, adonai:
		default:
			continue
		}
		if n := v.tokens[i-1].lemma.number(); v.tokens[i].prefixes == 0 && (n == 5002 || n == 559 && v.tokens[i-1].isFinite()) {
			return i
		}
	}
	return -1
}

// addressee returns the name by which the verse addresses somebody: a name, set
// off by accents, which no verb of the third person can have as its subject. It
// returns -1 if there is none.
func (v *verseView) addressee(first, last int) int {
	found := -1
	for i := range v.tokens {
		t := &v.tokens[i]
		if !t.isName() || i >= first && i <= last || t.prefixes != 0 || v.isGoverned(i) {
			continue
		}
		if i > 0 && (v.tokens[i-1].isNoun() || v.accents[i] == accents.Conjunctive) || isDivine(t) {
			continue
		}
		if found >= 0 {
			return -1
		}
		found = i
	}
	if found < 0 {
		return -1
	}
	for i := range v.tokens {
		if t := &v.tokens[i]; t.isFinite() && t.morph[3] == '3' {
			return -1
		}
	}
	return found
}

// isDivine reports whether the word is a name of God.
func isDivine(t *token) bool {
	switch t.lemma.base() {
	case yhwh, yhwhToo, adonai, elohim:
		return true
	}
	return false
}
