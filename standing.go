package mashal

import "slices"

// The subtypes of figures that do not count.
const (
	// Suggestion is the subtype of figures that an annotator does not claim: leads for a
	// reviewer, with a probability.
	Suggestion = "suggestion"
	// Conventional is the subtype of figures that were once images and are now ordinary
	// words or formulae, such as "heart" for the mind. The manual does not count them.
	Conventional = "conventional"
)

// Uncounted lists the subtypes of figures that do not count. Counts and charts leave them
// out, and so do lists and exports unless asked for. The view figurative_language of the
// concordance names them too.
var Uncounted = []string{Suggestion, Conventional}

// Counts reports whether the figure counts.
func (f *Figure) Counts() bool { return !slices.Contains(Uncounted, f.Subtype) }
