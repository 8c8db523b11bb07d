package rules

// A pattern says which words match. Its conditions are joined by "and"; the
// values of one condition by "or".
type pattern struct {
	lemmas    lemmaSet // nil: any
	prefix    prefixes // all of these
	without   prefixes // none of these
	morphs    []string // any of these; nil: any
	suffix    suffixes
	suffixes  []string // any of these; nil: as suffix says
	minAccent accent   // at least so strong; conjunctive: any
	maxAccent accent   // at most so strong
	joined    *bool
	aramaic   *bool
	first     *bool     // the verse begins with it
	not       []pattern // none of these
}

type suffixes uint8

const (
	anySuffix suffixes = iota
	noSuffix
	someSuffix
)

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

// anyCode reports whether one of the codes matches the beginning of s, '?'
// standing for any letter.
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
