package mashal

import "slices"

// Suggestion is the subtype of figures that an annotator does not claim: leads for a
// reviewer, with a probability.
const Suggestion = "suggestion"

// Uncounted lists the subtypes of figures that are no claims about the text. Counts,
// charts, lists and exports leave them out unless asked for.
var Uncounted = []string{Suggestion}

// Counts reports whether the figure counts.
func (f *Figure) Counts() bool { return !slices.Contains(Uncounted, f.Subtype) }
