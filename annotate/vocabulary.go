package annotate

import (
	_ "embed" // the vocabulary
	"fmt"
	"strings"
	"sync"

	"mashal"
)

// A Category is an entry of the controlled vocabulary: the code in answers, the
// domain that contains it, and what it covers. The domain of a subtype is the type to
// which it mostly belongs.
type Category struct{ Code, Domain, Covers string }

// A List is the name of a list of the vocabulary.
type List string

// The lists.
const (
	Kinds    List = "kind"    // of targets and vehicles
	Grounds  List = "ground"  // what the two may share
	Postures List = "posture" // attitudes a figure may take
	Subtypes List = "subtype"
)

// none is the code for no category.
const none = "none"

//go:embed vocabulary.tsv
var vocabularyFile string

var vocabulary = sync.OnceValue(func() map[List][]Category {
	lists := map[List][]Category{}
	for line := range strings.Lines(vocabularyFile) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		field := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		l := List(field[0])
		lists[l] = append(lists[l], Category{field[1], field[2], field[3]})
	}
	return lists
})

// codes returns the codes that an answer may have for a list, none included.
func codes(l List) []string {
	all := make([]string, 0, len(vocabulary()[l])+1)
	for _, c := range vocabulary()[l] {
		all = append(all, c.Code)
	}
	return append(all, none)
}

// tag returns a tag with a specific level and the upper levels of a code.
func tag(l List, specific, code string) mashal.Tag {
	t := mashal.Tag{Specific: specific}
	for _, c := range vocabulary()[l] {
		if c.Code == code {
			t.Category, t.Domain = c.Code, c.Domain
		}
	}
	return t
}

// typeCodes has the code of each type.
var typeCodes = map[mashal.Type]string{
	mashal.Metaphor: "met", mashal.Simile: "sim", mashal.Personification: "per", mashal.Idiom: "idi",
	mashal.Hyperbole: "hyp", mashal.Metonymy: "mty", mashal.Other: "oth",
}

// allTypeCodes returns the codes in the order of mashal.Types.
func allTypeCodes() []string {
	all := make([]string, len(mashal.Types))
	for i, t := range mashal.Types {
		all[i] = typeCodes[t]
	}
	return all
}

// typeOf returns the type with the given code or name.
func typeOf(code string) (mashal.Type, error) {
	for t, c := range typeCodes {
		if c == code || string(t) == code {
			return t, nil
		}
	}
	return "", fmt.Errorf("unknown type code %q", code)
}

// byDomain returns a list as models are shown it: a line for each domain, with the
// codes separated by spaces, because a comma costs as much as a code.
func byDomain(l List) string {
	var b strings.Builder
	domain := ""
	for _, c := range vocabulary()[l] {
		switch {
		case c.Domain == domain:
			b.WriteByte(' ')
		case domain != "":
			b.WriteByte('\n')
			fallthrough
		default:
			b.WriteString(c.Domain + ": ")
		}
		domain = c.Domain
		b.WriteString(c.Code)
	}
	return b.String()
}
