package rules

import (
	"strings"

	"mashal"
)

// GlossKey returns the key of a word in the glossary. form is "" for words that
// the glossary does not have. isVerb reports whether the word is a finite verb or
// an infinitive, isParticiple whether it is a participle, indefinite whether it is an absolute noun without an article.
func GlossKey(w *mashal.Word) (lemma, form1 string, isVerb, isParticiple, indefinite bool) {
	t := parseToken(w)
	if t.lemma == 0 {
		return "", "", false, false, false
	}
	if t.isFinite() || t.isInfinitive() {
		return "", "", true, false, false
	}
	if !t.isNoun() && !t.isAdjective() && !t.isParticiple() {
		return "", "", false, false, false
	}
	f := singular
	switch _, number := t.genderNumber(); {
	case t.isAdjective():
		f = attributed
	case number == 'p' || number == 'd':
		f = plural
	}
	return t.lemma.String(), string(f), false, t.isParticiple(), !t.isDefinite() && !t.isConstruct()
}

// IsName reports whether the word is a proper name or the name of a people.
func IsName(w *mashal.Word) bool {
	t := parseToken(w)
	return t.isName() || len(t.morph) > 1 && t.morph[:2] == "Ng"
}

// IsFunctionWord reports whether an English word is a function word.
func IsFunctionWord(word string) bool { return isFunctionWord(word) }

// IsDeterminer reports whether an English word is an article, a possessive or a
// demonstrative.
func IsDeterminer(word string) bool { return determiners[strings.ToLower(word)] }

// IsNounPhrase reports whether an English text has the form of a noun phrase.
func IsNounPhrase(s string) bool { return isNounPhrase(s) }

// SidesOfWord returns the sides of a simile whose vehicle is the word i of a verse,
// from 0, as if a rule had matched it.
func SidesOfWord(verse *mashal.Verse, i int) (target1, vehicle1 string) {
	var v verseView
	v.load(verse)
	o := occurrence{rule: &rule{}, sequence: []element{{role: vehicle}}, words: []int{i}}
	sides := v.sidesOf(&o)
	return sides[target].english, sides[vehicle].english
}
