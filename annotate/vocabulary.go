package annotate

import (
	_ "embed" // the vocabulary
	"fmt"
	"slices"
	"strings"

	"mashal"
)

// A Category is an entry of the controlled vocabulary: the code a model
// answers, the domain it lies in and what it covers. Of a subtype the domain
// is the type it mostly belongs to.
type Category struct{ Code, Domain, Covers string }

// A List names one of the vocabulary's lists.
type List string

// The lists.
const (
	Kinds    List = "kind"    // of targets and vehicles
	Grounds  List = "ground"  // what the two may share
	Postures List = "posture" // attitudes a figure may take
	Subtypes List = "subtype"
)

// Categories are the entries of a list, in the order of the vocabulary, in
// which a domain's entries stand together.
func Categories(l List) []Category { return slices.Clone(vocabulary[l]) }

// none is the code where no category applies.
const none = "none"

//go:embed vocabulary.tsv
var vocabularyFile string

var vocabulary = func() map[List][]Category {
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
}()

// codes are what may be answered for a list.
func codes(l List) []string {
	all := make([]string, 0, len(vocabulary[l])+1)
	for _, c := range vocabulary[l] {
		all = append(all, c.Code)
	}
	return append(all, none)
}

// tag is a specific level with the upper levels that a code stands for.
func tag(l List, specific, code string) mashal.Tag {
	t := mashal.Tag{Specific: specific}
	for _, c := range vocabulary[l] {
		if c.Code == code {
			t.Category, t.Domain = c.Code, c.Domain
		}
	}
	return t
}

// typeCodes are the short names of the types, in their order.
var typeCodes = map[mashal.Type]string{
	mashal.Metaphor: "met", mashal.Simile: "sim", mashal.Personification: "per", mashal.Idiom: "idi",
	mashal.Hyperbole: "hyp", mashal.Metonymy: "mty", mashal.Other: "oth",
}

// allTypeCodes are the short names in the order of mashal.Types.
func allTypeCodes() []string {
	all := make([]string, len(mashal.Types))
	for i, t := range mashal.Types {
		all[i] = typeCodes[t]
	}
	return all
}

// typeOf is the type a short name stands for.
func typeOf(code string) (mashal.Type, error) {
	for t, c := range typeCodes {
		if c == code {
			return t, nil
		}
	}
	return "", fmt.Errorf("%q is no type of figure", code)
}

// byDomain writes a list as it is shown to a model: a line for each domain.
func byDomain(l List) string {
	var b strings.Builder
	domain := ""
	for _, c := range vocabulary[l] {
		switch {
		case c.Domain == domain:
			b.WriteString(", ")
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
