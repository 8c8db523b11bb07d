package annotate

import (
	"slices"

	"mashal/salvage"
)

// Categories returns the entries of a list in the order of the vocabulary, in which
// the entries of a domain are together.
func Categories(l List) []Category { return slices.Clone(vocabulary()[l]) }

// Forms returns the forms of answers, by name.
func Forms() map[string]*salvage.Schema {
	return map[string]*salvage.Schema{"figures": &figureForm, "figures with notes": &deliberatedForm, "verdicts": &verdictForm}
}
