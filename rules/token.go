package rules

import (
	"strings"

	"mashal"
)

// token is a word of a verse, split into the parts that rules examine.
type token struct {
	lemma    lemma // 0 if the word has only prefixes and a suffix
	prefixes prefixes
	morph    string // of the stem: "Ncmsa"
	suffix   string // person, gender and number of a pronoun suffix: "3ms"; "" for none
	aramaic  bool
	joined   bool // a maqqef joins it to the next word
}

// tokens returns the tokens of a verse. It reuses buf.
func tokens(v *mashal.Verse, buf []token) []token {
	buf = buf[:0]
	for i := range v.Words {
		buf = append(buf, parseToken(&v.Words[i]))
	}
	return buf
}

const maqqef = "־"

// parseToken splits OSHB's codes of a word, whose parts are separated by "/".
func parseToken(w *mashal.Word) token {
	t := token{joined: strings.HasPrefix(w.After, maqqef)}
	rest := w.Lemma
	prefixed := 0
	for {
		part, after, more := strings.Cut(rest, "/")
		if p := prefixOf(part); p != 0 {
			t.prefixes |= p
			prefixed++
		} else if l, ok := parseLemma(part); ok {
			t.lemma = l
		}
		if !more {
			break
		}
		rest = after
	}
	if w.Morph == "" {
		return t
	}
	t.aramaic = w.Morph[0] == 'A'
	rest = w.Morph[1:]
	for n := 0; ; n++ {
		part, after, more := strings.Cut(rest, "/")
		switch {
		case n < prefixed && part == "Rd":
			t.prefixes |= article
		case len(part) > 1 && part[0] == 'S' && part[1] == 'p':
			t.suffix = part[2:]
		case n >= prefixed && t.morph == "":
			t.morph = part
		}
		if !more {
			break
		}
		rest = after
	}
	return t
}

// The methods in this file read OSHB's morphology codes. Codes of nouns are
// "Ncmsa" (common, masculine, singular, absolute), of finite verbs "Vqp3ms"
// (qal, perfect, third person masculine singular), of participles "Vqrmsa".

// isNoun reports whether the word is a noun or a name.
func (t *token) isNoun() bool { return strings.HasPrefix(t.morph, "N") }

// isName reports whether the word is a proper name.
func (t *token) isName() bool { return t.morph == "Np" }

// isAdjective reports whether the word is an adjective, not a numeral.
func (t *token) isAdjective() bool { return strings.HasPrefix(t.morph, "Aa") }

// isNumeral reports whether the word is a cardinal number.
func (t *token) isNumeral() bool { return strings.HasPrefix(t.morph, "Ac") }

// isParticiple reports whether the word is a participle, active or passive.
func (t *token) isParticiple() bool {
	return len(t.morph) == 6 && t.morph[0] == 'V' && (t.morph[2] == 'r' || t.morph[2] == 's')
}

// isFinite reports whether the word is a verb with a person.
func (t *token) isFinite() bool {
	return len(t.morph) == 6 && t.morph[0] == 'V' && strings.IndexByte("pqiwhjv", t.morph[2]) >= 0
}

// isInfinitive reports whether the word is an infinitive.
func (t *token) isInfinitive() bool {
	return len(t.morph) == 3 && t.morph[0] == 'V' && (t.morph[2] == 'a' || t.morph[2] == 'c')
}

// isPronoun reports whether the word is a personal pronoun.
func (t *token) isPronoun() bool { return strings.HasPrefix(t.morph, "Pp") }

// isDemonstrative reports whether the word is a demonstrative.
func (t *token) isDemonstrative() bool { return strings.HasPrefix(t.morph, "Pd") }

// isPreposition reports whether the word is a preposition.
func (t *token) isPreposition() bool { return strings.HasPrefix(t.morph, "R") }

// isDefinite reports whether the word has the article or a suffix, or is a name.
func (t *token) isDefinite() bool {
	return t.prefixes&article != 0 || t.suffix != "" || t.isName()
}

// isConstruct reports whether the word depends on the next one.
func (t *token) isConstruct() bool { return t.governs() }

// agreement is the person, gender and number that a word shows. A zero byte
// stands for what the word does not show.
type agreement struct{ person, gender, number byte }

// suffixAgreement returns the agreement of a code such as "3ms".
func suffixAgreement(s string) agreement {
	if len(s) != 3 {
		return agreement{}
	}
	return agreement{s[0], s[1], s[2]}
}

// verbAgreement returns the agreement of a finite verb.
func (t *token) verbAgreement() agreement {
	return agreement{t.morph[3], t.morph[4], t.morph[5]}
}

// genderNumber returns the gender and the number of a noun, adjective,
// participle or pronoun.
func (t *token) genderNumber() (gender, number byte) {
	switch m := t.morph; {
	case len(m) == 5 && (m[0] == 'N' || m[0] == 'A'):
		return m[2], m[3]
	case t.isParticiple():
		return m[3], m[4]
	case len(m) == 5 && m[0] == 'P': // Pp3ms, Pdxms
		return m[3], m[4]
	}
	return 0, 0
}

// agrees reports whether the genders and numbers are compatible. Common gender
// and the dual are compatible with both genders and with the plural.
func (a agreement) agrees(gender, number byte) bool {
	common := func(c byte) bool { return c == 0 || c == 'b' || c == 'c' || c == 'x' }
	if !common(a.gender) && !common(gender) && a.gender != gender {
		return false
	}
	many := func(c byte) bool { return c == 'p' || c == 'd' }
	return a.number == 0 || number == 0 || many(a.number) == many(number)
}
