package mashal

import "strings"

// EnglishOf is the English of a span: the words that render its Hebrew words,
// with those between them that render no Hebrew word alone. Parts between
// which the English renders other words are joined by " ... ". It is "" where
// nothing in the English corresponds to the span. Words such as "of" and "the",
// which lean on their neighbours, end no part and are none, unless the span has
// nothing else.
func (v *Verse) EnglishOf(s Span) string {
	type part struct{ first, last int } // glosses
	var parts []part
	for i, g := range v.Glosses {
		if g.Word == 0 || !s.Contains(g.Word) {
			continue
		}
		if n := len(parts) - 1; n >= 0 && v.bridged(parts[n].last+1, i) {
			parts[n].last = i
		} else {
			parts = append(parts, part{i, i})
		}
	}
	var text, leans []string
	for _, p := range parts {
		end := p.last
		for end > p.first && leaning[v.word(end)] == forward {
			end--
		}
		if end == p.first && leaning[v.word(end)] != no {
			leans = append(leans, v.English[v.Glosses[p.first].Start:v.Glosses[p.last].End])
			continue
		}
		text = append(text, v.English[v.Glosses[p.first].Start:v.Glosses[end].End])
	}
	if len(text) == 0 {
		text = leans
	}
	return strings.Join(text, " ... ")
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
	for i, g := range v.Glosses[from:to] {
		if g.Word != 0 && leaning[v.word(from+i)] == no {
			return false
		}
	}
	return true
}

func (v *Verse) word(gloss int) string {
	g := v.Glosses[gloss]
	return strings.ToLower(v.English[g.Start:g.End])
}

// A lean says on which neighbours a word leans that seldom renders a Hebrew
// word of its own.
type lean uint8

const (
	no      lean = iota
	either       // it may end a part, as in "went in"
	forward      // it leans on what follows, so no part ends with it
)

var leaning = map[string]lean{
	"a": forward, "an": forward, "the": forward, "of": forward, "and": forward, "to": either, "in": either,
	"is": forward, "are": forward, "was": forward, "were": forward, "am": forward, "be": either, "been": either, "being": either,
	"has": forward, "have": forward, "had": forward, "will": forward, "shall": forward, "would": forward, "may": forward,
	"let": forward, "do": forward, "does": forward, "did": forward, "who": forward, "which": forward, "that": forward,
}
