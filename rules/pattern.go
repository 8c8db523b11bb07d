package rules

import "mashal/accents"

// pattern describes the words that match. All its conditions must hold. Of the
// values of one condition any may hold.
type pattern struct {
	lemmas    lemmaSet // any of these; nil: every lemma
	prefix    prefixes // all of these
	without   prefixes // none of these
	morphs    []string // the code begins with any of these; nil: every code
	suffix    suffixes
	suffixes  []string // any of these; nil: only suffix counts
	minAccent accents.Accent
	maxAccent accents.Accent
	joined    *bool     // nil: either
	aramaic   *bool     // nil: either
	first     *bool     // whether the word is the first of the verse; nil: either
	genitive  *bool     // whether a noun in the construct state governs it, other than כל; nil: either
	not       []pattern // none of these may match
}

// suffixes says whether a word must have a pronoun suffix.
type suffixes uint8

const (
	anySuffix suffixes = iota
	noSuffix
	someSuffix
)

// matches reports whether word i, counted from 0, meets all conditions.
func (p *pattern) matches(v *verseView, i int) bool {
	t := &v.tokens[i]
	if p.lemmas != nil && !p.lemmas.has(t.lemma) {
		return false
	}
	if t.prefixes&p.prefix != p.prefix || t.prefixes&p.without != 0 {
		return false
	}
	if p.suffix == noSuffix && t.suffix != "" || p.suffix == someSuffix && t.suffix == "" {
		return false
	}
	if p.suffixes != nil && !anyCode(p.suffixes, t.suffix) {
		return false
	}
	if p.morphs != nil && !anyCode(p.morphs, t.morph) {
		return false
	}
	if p.joined != nil && *p.joined != t.joined || p.aramaic != nil && *p.aramaic != t.aramaic {
		return false
	}
	if p.first != nil && *p.first != (i == 0) {
		return false
	}
	if p.genitive != nil && *p.genitive != (i > 0 && v.governsNext(i-1) && v.tokens[i-1].lemma.base() != all) {
		return false
	}
	if a := v.accents[i]; a < p.minAccent || a > p.maxAccent {
		return false
	}
	for k := range p.not {
		if p.not[k].matches(v, i) {
			return false
		}
	}
	return true
}

// anyCode reports whether s begins with one of the codes. A '.' in a code
// matches any letter.
func anyCode(codes []string, s string) bool {
	for _, code := range codes {
		if len(code) > len(s) {
			continue
		}
		ok := true
		for k := range len(code) {
			if code[k] != '.' && code[k] != s[k] {
				ok = false
				break
			}
		}
		if ok && (code != "" || s == "") {
			return true
		}
	}
	return false
}
