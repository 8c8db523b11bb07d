package hebrew

import (
	"fmt"
	"strings"
)

// A Morpheme is the parsing of a prefix, a stem or a suffix in words. A property that a
// part of speech does not have, or that its code leaves out, is "".
type Morpheme struct {
	Part   string `json:"part"`             // "verb", "common noun", "pronominal suffix", ...
	Stem   string `json:"stem,omitempty"`   // of a verb: "qal", "piel", "peal", ...
	Form   string `json:"form,omitempty"`   // of a verb: "perfect (qatal)", "active participle", ...
	Person string `json:"person,omitempty"` // "third person"
	Gender string `json:"gender,omitempty"` // "masculine"
	Number string `json:"number,omitempty"` // "singular"
	State  string `json:"state,omitempty"`  // of a noun, an adjective or a participle: "construct state"
}

// Terms returns the properties of the morpheme in the order of grammars.
func (m *Morpheme) Terms() []string {
	var terms []string
	for _, t := range []string{m.Part, m.Stem, m.Form, m.Person, m.Gender, m.Number, m.State} {
		if t != "" {
			terms = append(terms, t)
		}
	}
	return terms
}

// String returns the terms, separated by commas.
func (m *Morpheme) String() string { return strings.Join(m.Terms(), ", ") }

// ParseMorphology parses a morphology code of the Open Scriptures Hebrew Bible, such as
// "HC/Vqw3ms/Sp3fs". It returns "Hebrew" or "Aramaic" and the morphemes of the word. It
// returns an error if the code has a letter that the scheme does not define.
func ParseMorphology(code string) (language string, morphemes []Morpheme, err error) {
	if code == "" || languages[code[0]] == "" {
		return "", nil, fmt.Errorf("morphology code %q has no language", code)
	}
	language = languages[code[0]]
	for part := range strings.SplitSeq(code[1:], "/") {
		if part == "" { // one word of the text has a slash at its end
			continue
		}
		m, err := parseMorpheme(part, language)
		if err != nil {
			return "", nil, fmt.Errorf("morphology code %q: %w", code, err)
		}
		morphemes = append(morphemes, m)
	}
	return language, morphemes, nil
}

// parseMorpheme parses the code of one morpheme, without the language.
func parseMorpheme(code, language string) (m Morpheme, err error) {
	r := codeReader{code: code, rest: code[1:]}
	switch kinds := parts[code[0]]; {
	case code[0] == 'V':
		m.Part = "verb"
		stems := hebrewStems
		if language == "Aramaic" {
			stems = aramaicStems
		}
		m.Stem = r.next(stems)
		form := r.letter()
		m.Form = r.term(form, forms)
		if form == 'r' || form == 's' {
			r.nominal(&m)
		} else {
			r.finite(&m)
		}
	case kinds == nil:
		return m, fmt.Errorf("unknown part of speech %q", code)
	case r.rest == "":
		m.Part = kinds[0]
	default:
		m.Part = r.next(kinds)
		switch code[0] {
		case 'A', 'N':
			r.nominal(&m)
		case 'P', 'S':
			r.finite(&m)
		}
	}
	if r.rest != "" && r.err == nil {
		r.err = fmt.Errorf("letters %q are left of %q", r.rest, code)
	}
	return m, r.err
}

// A codeReader reads the letters of a code.
type codeReader struct {
	code, rest string
	err        error
}

// letter returns the next letter, or 0 at the end.
func (r *codeReader) letter() byte {
	if r.rest == "" {
		return 0
	}
	c := r.rest[0]
	r.rest = r.rest[1:]
	return c
}

// next returns the term of the next letter, or "" at the end.
func (r *codeReader) next(terms map[byte]string) string { return r.term(r.letter(), terms) }

// term returns the term of a letter. "x" means that the property is not known.
func (r *codeReader) term(c byte, terms map[byte]string) string {
	t, ok := terms[c]
	if !ok && c != 0 && c != 'x' && r.err == nil {
		r.err = fmt.Errorf("unknown letter %q in %q", c, r.code)
	}
	return t
}

// nominal reads gender, number and state.
func (r *codeReader) nominal(m *Morpheme) {
	m.Gender, m.Number, m.State = r.next(genders), r.next(numbers), r.next(states)
}

// finite reads person, gender and number.
func (r *codeReader) finite(m *Morpheme) {
	m.Person, m.Gender, m.Number = r.next(persons), r.next(genders), r.next(numbers)
}

var (
	languages = map[byte]string{'H': "Hebrew", 'A': "Aramaic"}
	persons   = map[byte]string{'1': "first person", '2': "second person", '3': "third person"}
	genders   = map[byte]string{'m': "masculine", 'f': "feminine", 'b': "both genders", 'c': "common gender"}
	numbers   = map[byte]string{'s': "singular", 'p': "plural", 'd': "dual"}
	states    = map[byte]string{'a': "absolute state", 'c': "construct state", 'd': "determined state"}
)

// parts holds the kinds of each part of speech, except verbs. Kind 0 is the part of speech
// without a kind.
var parts = map[byte]map[byte]string{
	'A': {0: "adjective", 'a': "adjective", 'c': "cardinal number", 'g': "gentilic adjective", 'o': "ordinal number"},
	'C': {0: "conjunction"},
	'D': {0: "adverb"},
	'N': {0: "noun", 'c': "common noun", 'g': "gentilic noun", 'p': "proper noun", 'x': "noun"},
	'P': {0: "pronoun", 'd': "demonstrative pronoun", 'f': "indefinite pronoun", 'i': "interrogative pronoun", 'p': "personal pronoun", 'r': "relative pronoun"},
	'R': {0: "preposition", 'd': "preposition with the article"},
	'S': {0: "suffix", 'd': "directional he", 'h': "paragogic he", 'n': "paragogic nun", 'p': "pronominal suffix"},
	'T': {
		0: "particle", 'a': "affirmative particle", 'd': "definite article", 'e': "exhortative particle", 'i': "interrogative particle", 'j': "interjection",
		'm': "demonstrative particle", 'n': "negative particle", 'o': "direct object marker", 'r': "relative particle",
	},
}

// forms holds the conjugations of verbs.
var forms = map[byte]string{
	'p': "perfect (qatal)", 'q': "sequential perfect (weqatal)", 'i': "imperfect (yiqtol)", 'w': "sequential imperfect (wayyiqtol)",
	'h': "cohortative", 'j': "jussive", 'v': "imperative", 'r': "active participle", 's': "passive participle", 'a': "infinitive absolute", 'c': "infinitive construct",
}

var hebrewStems = map[byte]string{
	'q': "qal", 'N': "niphal", 'p': "piel", 'P': "pual", 'h': "hiphil", 'H': "hophal", 't': "hithpael", 'o': "polel", 'O': "polal", 'r': "hithpolel",
	'm': "poel", 'M': "poal", 'k': "palel", 'K': "pulal", 'Q': "qal passive", 'l': "pilpel", 'L': "polpal", 'f': "hithpalpel", 'D': "nithpael", 'j': "pealal",
	'i': "pilel", 'u': "hothpaal", 'c': "tiphil", 'v': "hishtaphel", 'w': "nithpalel", 'y': "nithpoel", 'z': "hithpoel",
}

var aramaicStems = map[byte]string{
	'q': "peal", 'Q': "peil", 'u': "hithpeel", 'p': "pael", 'P': "ithpaal", 'M': "hithpaal", 'a': "aphel", 'h': "haphel", 's': "saphel", 'e': "shaphel",
	'H': "hophal", 'i': "ithpeel", 't': "hishtaphel", 'v': "ishtaphel", 'w': "hithaphel", 'o': "polel", 'z': "ithpoel", 'r': "hithpolel", 'f': "hithpalpel",
	'b': "hephal", 'c': "tiphel", 'm': "poel", 'l': "palpel", 'L': "ithpalpel", 'O': "ithpolel", 'G': "ittaphal",
}

// MorphologyTerms returns every term that ParseMorphology can give, so that translations
// of the terms can be complete.
func MorphologyTerms() []string {
	tables := []map[byte]string{languages, persons, genders, numbers, states, forms, hebrewStems, aramaicStems, {0: "verb"}}
	for _, kinds := range parts {
		tables = append(tables, kinds)
	}
	var terms []string
	seen := map[string]bool{}
	for _, table := range tables {
		for _, term := range table {
			if !seen[term] {
				seen[term] = true
				terms = append(terms, term)
			}
		}
	}
	return terms
}
