package mashal

import "slices"

// Suggestion is the subtype of figures that an annotator does not claim: leads for a
// reviewer, with a probability.
const Suggestion = "suggestion"

// Uncounted lists the subtypes of figures that are no claims about the text. Counts and
// charts leave them out, and so do lists and exports unless asked for. The view
// figurative_language of the concordance names them too.
var Uncounted = []string{Suggestion}

// Counts reports whether the figure counts.
func (f *Figure) Counts() bool { return !slices.Contains(Uncounted, f.Subtype) }
