package rules

import (
	"maps"
	"slices"
	"strings"

	"mashal"
	"mashal/accents"
	"mashal/hebrew"
)

// A WordPattern is what a rule says of one word, for readers: lemmas, any of which it may be of, and
// conditions, all of which it must meet.
type WordPattern struct {
	Lemmas     []string // as rule files write them, without the Hebrew: "7462 b"
	Conditions []mashal.Message
	Not        []WordPattern // none of these may hold
}

// prefixNames has the prefixes in Hebrew, in the order of prefixLetters.
var prefixNames = []string{"בְּ", "וְ", "הַ", "הֲ", "כְּ", "לְ", "מִן", "שֶׁ"}

// describe returns the description of the conditions of a pattern.
func (p *pattern) describe() WordPattern {
	var w WordPattern
	for _, l := range slices.Sorted(maps.Keys(p.lemmas)) {
		w.Lemmas = append(w.Lemmas, l.String())
	}
	if p.prefix != 0 {
		w.add(withPrefix, p.prefix.names())
	}
	if p.without != 0 {
		w.add(withoutPrefix, p.without.names())
	}
	if len(p.morphs) > 0 {
		w.add(ofForm, alternativesOf(p.morphs, morphWording))
	}
	switch {
	case p.suffix == noSuffix:
		w.add(withoutSuffix)
	case p.suffix == someSuffix:
		w.add(withSuffix)
	case len(p.suffixes) > 0:
		w.add(withTheSuffix, strings.Join(p.suffixes, ", "))
	}
	if p.minAccent > accents.Conjunctive {
		w.add(accentAtLeast, p.minAccent.Name())
	}
	if p.maxAccent < accents.Silluq {
		w.add(accentAtMost, p.maxAccent.Name())
	}
	w.either(p.joined, isJoined, isNotJoined)
	w.either(p.aramaic, isAramaic, isHebrew)
	w.either(p.first, isFirst, isNotFirst)
	for i := range p.not {
		w.Not = append(w.Not, p.not[i].describe())
	}
	return w
}

// add adds a condition.
func (w *WordPattern) add(what wording, args ...any) {
	w.Conditions = append(w.Conditions, mashal.Messagef(wordings[what], args...))
}

// either adds one of two conditions, or none if value is nil.
func (w *WordPattern) either(value *bool, yes, no wording) {
	switch {
	case value == nil:
	case *value:
		w.add(yes)
	default:
		w.add(no)
	}
}

// describe returns the description of an element, which may follow others.
func (e *element) describe(follows bool) WordPattern {
	w := e.pattern.describe()
	switch {
	case !follows:
	case e.gap == 0:
		w.add(directlyAfterLast)
	case e.gap == 1:
		w.add(afterOneOther)
	default:
		w.add(afterOthers, e.gap)
	}
	if e.optional {
		w.add(mayBeMissing)
	}
	if e.role != noRole {
		w.add(roleWordings[e.role])
	}
	return w
}

// describe returns the description of a condition on the words around a match.
func (c *condition) describe() WordPattern {
	w := c.pattern.describe()
	if c.echo != noRole {
		w.add(echoWordings[c.echo])
	}
	switch {
	case c.verse:
		w.add(elsewhere)
	case c.before > 0 && c.after > 0:
		w.add(around, c.before, c.after)
	case c.before == 1:
		w.add(directlyBefore)
	case c.before > 0:
		w.add(inWordsBefore, c.before)
	case c.after == 1:
		w.add(directlyAfter)
	case c.after > 0:
		w.add(inWordsAfter, c.after)
	}
	return w
}

// roleWordings says of a word which role it has, echoWordings that it repeats the word of a role.
var (
	roleWordings = [numRoles]wording{vehicle: isVehicle, target: isTarget, ground: isGround}
	echoWordings = [numRoles]wording{vehicle: repeatsVehicle, target: repeatsTarget, ground: repeatsGround}
)

// A wording is the index of a text that describes a word.
type wording uint8

// The indexes of wordings.
const (
	withPrefix wording = iota
	withoutPrefix
	ofForm
	eitherForm
	withoutSuffix
	withSuffix
	withTheSuffix
	accentAtLeast
	accentAtMost
	isJoined
	isNotJoined
	isAramaic
	isHebrew
	isFirst
	isNotFirst
	directlyAfterLast
	afterOneOther
	afterOthers
	mayBeMissing
	isVehicle
	isTarget
	isGround
	repeatsVehicle
	repeatsTarget
	repeatsGround
	elsewhere
	around
	directlyBefore
	inWordsBefore
	directlyAfter
	inWordsAfter
)

// wordings has the texts in which words are described.
var wordings = [...]string{
	withPrefix:        "with the prefix %s",
	withoutPrefix:     "without the prefix %s",
	ofForm:            "form: %s",
	eitherForm:        "%s or %s",
	withoutSuffix:     "without a pronoun suffix",
	withSuffix:        "with a pronoun suffix",
	withTheSuffix:     "with the pronoun suffix %s",
	accentAtLeast:     "its accent is at least as strong as %s",
	accentAtMost:      "its accent is at most as strong as %s",
	isJoined:          "joined to the next word by a maqqef",
	isNotJoined:       "not joined to the next word",
	isAramaic:         "in Aramaic",
	isHebrew:          "in Hebrew",
	isFirst:           "the first word of the verse",
	isNotFirst:        "not the first word of the verse",
	directlyAfterLast: "directly after the word before",
	afterOneOther:     "after at most one other word",
	afterOthers:       "after at most %d other words",
	mayBeMissing:      "may be missing",
	isVehicle:         "is the vehicle",
	isTarget:          "is the target",
	isGround:          "is the ground",
	repeatsVehicle:    "has the lemma of the vehicle",
	repeatsTarget:     "has the lemma of the target",
	repeatsGround:     "has the lemma of the ground",
	elsewhere:         "anywhere else in the verse",
	around:            "in the %d words before or the %d words after",
	directlyBefore:    "directly before",
	inWordsBefore:     "in the %d words before",
	directlyAfter:     "directly after",
	inWordsAfter:      "in the %d words after",
}

// Wordings lists the texts in which words are described, for translators.
func Wordings() []string { return wordings[:] }

// names returns the prefixes of a set in Hebrew.
func (p prefixes) names() string {
	var names []string
	for i, name := range prefixNames {
		if p&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// alternativesOf returns the wordings of values, joined by "or".
func alternativesOf(values []string, wording func(string) mashal.Message) mashal.Message {
	m := wording(values[0])
	for _, v := range values[1:] {
		m = mashal.Messagef(wordings[eitherForm], m, wording(v))
	}
	return m
}

// morphWording returns the beginning of a morphology code in words, or the code itself if it
// has no words.
func morphWording(code string) mashal.Message {
	_, parsed, err := hebrew.ParseMorphology("H" + closedCode(code))
	if err != nil || len(parsed) != 1 {
		return mashal.Messagef("%s", code)
	}
	m := &parsed[0]
	fields := openFields(m, code)
	for i := range code[1:] {
		if code[i+1] == '.' && i < len(fields) {
			*fields[i] = ""
		}
	}
	if m.Part == "" {
		_, part, err := hebrew.ParseMorphology("H" + code[:1])
		if err != nil || len(part) != 1 {
			return mashal.Messagef("%s", code)
		}
		m.Part = part[0].Part
	}
	terms := m.Terms()
	joined := mashal.Messagef(terms[0])
	for _, t := range terms[1:] {
		joined = mashal.Messagef("%s, %s", joined, mashal.Messagef(t))
	}
	return joined
}

// closedCode returns a code with a valid letter in the place of each '.'.
func closedCode(code string) string {
	letters := map[byte]string{'N': "cmsa", 'A': "amsa", 'V': "qp3ms"}[code[0]]
	if code[0] == 'V' && len(code) > 2 && (code[2] == 'r' || code[2] == 's') {
		letters = "qrmsa"
	}
	closed := []byte(code)
	for i := 1; i < len(closed) && i <= len(letters); i++ {
		if closed[i] == '.' {
			closed[i] = letters[i-1]
		}
	}
	return string(closed)
}

// openFields returns the properties of a morpheme in the order of the letters of its code
// after the first.
func openFields(m *hebrew.Morpheme, code string) []*string {
	switch {
	case code[0] != 'V':
		return []*string{&m.Part, &m.Gender, &m.Number, &m.State}
	case len(code) > 2 && (code[2] == 'r' || code[2] == 's'):
		return []*string{&m.Stem, &m.Form, &m.Gender, &m.Number, &m.State}
	}
	return []*string{&m.Stem, &m.Form, &m.Person, &m.Gender, &m.Number}
}
