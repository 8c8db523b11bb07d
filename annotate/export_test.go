package annotate

import "slices"

// Manual returns the manual.
func Manual() string { return manual }

// Categories returns the entries of a list in the order of the vocabulary, in which
// the entries of a domain are together.
func Categories(l List) []Category { return slices.Clone(vocabulary()[l]) }
