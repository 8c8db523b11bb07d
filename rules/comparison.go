package rules

import "mashal/accents"

// comparison is a vehicle with what marks it. Words count from 0.
type comparison struct {
	first, last int // from the particle of comparison to the end of the vehicle
	head        int // the noun that the vehicle's English names
	verb        int // the verb "to be like", -1 for a particle or none
	marked      bool
}

// comparison returns the comparison that the match of a simile is. It returns
// false if the match has neither a particle nor a vehicle.
func (o *occurrence) comparison(v *verseView) (c comparison, ok bool) {
	c = comparison{first: -1, head: -1, verb: -1}
	for k, i := range o.words {
		if i < 0 {
			continue
		}
		switch t := &v.tokens[i]; {
		case c.first < 0 && v.isComparative(i):
			c.first, c.marked = i, true
		case c.verb < 0 && likeness.has(t.lemma) && t.isFinite():
			c.verb = i
		}
		if c.head < 0 && o.sequence[k].role == vehicle {
			c.head = i
		}
	}
	if c.first < 0 && c.verb < 0 && c.head >= 0 {
		if p := o.words[0]; p >= 0 && likeness.has(v.tokens[p].lemma) && v.tokens[p].isParticiple() && p < c.head {
			c.first, c.last, c.verb = p, v.nounPhrase(c.head).last, p
			return c, true
		}
	}
	if c.first < 0 && c.verb >= 0 {
		if c.head < 0 {
			c.head = v.likened(c.verb)
		}
		if c.head < 0 {
			return comparison{}, false
		}
		c.first, c.last = min(c.head, c.verb), max(v.nounPhrase(c.head).last, c.verb)
		return c, true
	}
	c.verb = -1
	if c.head >= 0 && c.head+1 < len(v.tokens) && v.tokens[c.head].morph == "To" { // כצרף את הכסף
		c.head++
	}
	switch {
	case c.first < 0 && c.head < 0:
		return comparison{}, false
	case c.first < 0:
		c.first = c.head
	case c.head < 0:
		c.head = c.first
	}
	c.last = v.endOfVehicle(c.first, c.head)
	if v.tokens[c.first].lemma.base() == relative { // כאשר
		c.head = v.themeOfClause(c.first, c.last, c.head)
	}
	return c, true
}

// isComparative reports whether word i has the particle of comparison, or מִן of
// comparison.
func (v *verseView) isComparative(i int) bool {
	t := &v.tokens[i]
	return t.prefixes&(like|than) != 0 || t.lemma.number() == 3644 // כמו
}

var (
	like = prefixOf("k")
	than = prefixOf("m")
)

// endOfVehicle returns the last word of the vehicle: of its phrase with the nouns
// that "and" joins, the objects of a participle, a relative clause with a resumptive
// suffix, or of the clause after כאשר.
func (v *verseView) endOfVehicle(first, head int) int {
	last := max(v.nounPhrase(head).last, first)
	end := len(v.tokens) - 1
	for last < end && v.accents[last] < accents.Tipha && v.tokens[last+1].isNoun() && v.tokens[last+1].prefixes == conjunction { // dust and ashes
		last = v.nounPhrase(last + 1).last
	}
	for last < end && v.tokens[last].isName() && v.tokens[last+1].isName() && v.tokens[last+1].prefixes&^conjunction == 0 && v.accents[last] < accents.Atnah { // Sodom and Gomorrah, Admah and Zeboiim
		last++
	}
	if t := &v.tokens[head]; t.isParticiple() && !t.isConstruct() {
		for last < end && v.accents[last] < accents.Revia && !v.isPredicate(last+1) && !v.tokens[last+1].isPronoun() && v.tokens[last+1].suffix == "" {
			last++
		}
	}
	if v.hasOwnObject(first, last, head) {
		last++
	}
	if v.tokens[first].lemma.base() == relative || v.resumes(last+1, head) {
		for last < end && v.accents[last] < accents.Zaqef {
			last++
		}
	}
	return last
}

// hasOwnObject reports whether the word after the vehicle is the object of its image, with
// a suffix that stands for the vehicle: "as a lion leaves its covert". The verb precedes
// the vehicle, and has an object.
func (v *verseView) hasOwnObject(first, last, head int) bool {
	if first == 0 || last+1 >= len(v.tokens) || v.accents[last] >= accents.Revia || v.tokens[head].isName() {
		return false
	}
	verb, t := &v.tokens[first-1], &v.tokens[last+1]
	if !verb.isFinite() || verb.morph[3] != '3' || v.hasPassiveStem(verb) || verb.morph[1] == 'q' && (intransitive.has(verb.lemma) || verb.lemma.base() == toBe) {
		return false
	}
	if pouring.has(verb.lemma) || collective.has(t.lemma) || personal.has(t.lemma) {
		return false
	}
	if !t.isNoun() || t.prefixes != 0 || len(t.suffix) != 3 || t.suffix[0] != '3' || t.suffix[2] != 's' {
		return false
	}
	gender, number := v.tokens[head].genderNumber()
	return suffixAgreement(t.suffix).agrees(gender, number)
}

// resumes reports whether word p is a verb whose suffix stands for the head of the
// vehicle before it: כגבר עברו יין, "like a man whom wine has overcome".
func (v *verseView) resumes(p, head int) bool {
	if p >= len(v.tokens) || v.accents[p-1] >= accents.Zaqef {
		return false
	}
	t := &v.tokens[p]
	if !t.isFinite() || t.prefixes != 0 || t.morph[2] != 'p' || t.morph[3] != '3' || len(t.suffix) != 3 {
		return false
	}
	gender, number := v.tokens[head].genderNumber()
	return suffixAgreement(t.suffix).agrees(gender, number)
}

// themeOfClause returns the noun that a clause first..last with כאשר is about: its
// subject or else its object. It returns head if the clause has neither.
func (v *verseView) themeOfClause(first, last, head int) int {
	verb := -1
	for i := first + 1; i <= last && verb < 0; i++ {
		if v.tokens[i].isFinite() {
			verb = i
		}
	}
	for i := first + 1; i <= last; i++ {
		if v.isNominative(i) && (verb < 0 || v.fit(v.predicateAgreement(verb), i) > 0) {
			return i
		}
	}
	for i := first + 1; i < last; i++ {
		if v.tokens[i].morph == "To" {
			return i + 1
		}
	}
	return head
}

// likeness are the verbs "to be like".
var likeness = lemmas(1819, 4911)

// likened returns the noun that the verb i of likeness likens to: a noun after לְ,
// אֶל, עִם or כְּ, or else a noun before the verb. It returns -1 if there is none.
func (v *verseView) likened(i int) int {
	for k := i + 1; k < len(v.tokens) && v.accents[k-1] < accents.Atnah; k++ {
		t := &v.tokens[k]
		if !t.isNoun() && !(t.isParticiple() && t.isConstruct()) {
			continue
		}
		if before := v.tokens[k-1].lemma.number(); t.prefixes&(like|prefixOf("l")) != 0 || before == 413 || before == 5973 {
			return k
		}
	}
	for k := i - 1; k >= 0 && v.accents[k] < accents.Zaqef; k-- {
		if v.isNominative(k) || v.tokens[k].prefixes&like != 0 {
			return k
		}
	}
	return -1
}
