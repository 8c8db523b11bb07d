package mashal

import "strings"

// EnglishOf is the English of a span: the words that render its Hebrew words,
// with those between them that render no Hebrew word alone. Parts between
// which the English renders other words are joined by " ... ". It is "" where
// nothing in the English corresponds to the span.
func (v *Verse) EnglishOf(s Span) string {
	var parts []string
	first, last := -1, -1 // glosses of the part being gathered
	flush := func() {
		if first >= 0 {
			parts = append(parts, v.English[v.Glosses[first].Start:v.Glosses[last].End])
		}
	}
	for i, g := range v.Glosses {
		if g.Word == 0 || !s.Contains(g.Word) {
			continue
		}
		if first < 0 || !v.bridged(last+1, i) {
			flush()
			first = i
		}
		last = i
	}
	flush()
	return strings.Join(parts, " ... ")
}

// maxBridge is how many English words between two words of a span are taken to
// belong to it. Longer ones are clauses of their own whose alignment failed.
const maxBridge = 4

// bridged reports whether the glosses from up to to, which are not of the
// span, belong between two that are: they render nothing alone, or are words
// such as "of" and "the", which lean on their neighbours.
func (v *Verse) bridged(from, to int) bool {
	if to-from > maxBridge {
		return false
	}
	for _, g := range v.Glosses[from:to] {
		if g.Word != 0 && !leaning[strings.ToLower(v.English[g.Start:g.End])] {
			return false
		}
	}
	return true
}

// leaning are the English words that seldom render a Hebrew word of their own.
var leaning = map[string]bool{
	"a": true, "an": true, "the": true, "of": true, "and": true, "to": true, "in": true,
	"is": true, "are": true, "was": true, "were": true, "be": true, "been": true, "being": true, "am": true,
	"has": true, "have": true, "had": true, "will": true, "shall": true, "would": true, "may": true, "let": true,
	"do": true, "does": true, "did": true, "who": true, "which": true, "that": true,
}
