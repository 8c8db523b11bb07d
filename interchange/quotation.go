package interchange

import (
	"fmt"
	"strconv"
	"strings"

	"mashal"
	"mashal/annotate"
	"mashal/hebrew"
)

// Occurrences of a quotation that are not numbers from 1.
const (
	everyOccurrence = -1 // each of them is a figure
	noOccurrence    = 0  // the text does not have the quotation, by what its author says
)

// parseOccurrence parses the number of an occurrence, "" for the first.
func parseOccurrence(s string) (int, error) {
	if s == "" {
		return 1, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < everyOccurrence {
		return 0, fmt.Errorf("the occurrence is %q; it is a number from 1, 0 for none, or -1 for every one", s)
	}
	return n, nil
}

// addQuoted adds a figure that is in one of the verses, which are the candidates of a
// number that is not certain: in the one that has the quotation, or in the first if none
// has it. A figure with everyOccurrence is added once for each.
func (a *Annotation) addQuoted(texts Texts, line int, candidates []mashal.Ref, f mashal.Figure, quote string, occurrence int) {
	if len(f.Span.Ranges) > 0 || quote == "" {
		a.add(texts, line, candidates[0], f, "")
		return
	}
	if occurrence == everyOccurrence { // the accents are those of one of them
		parts := strings.Split(quote, "&")
		for i := range parts {
			parts[i] = hebrew.NoAccents(parts[i])
		}
		quote = strings.Join(parts, "&")
	}
	at, found := candidates[0], annotate.Location{}
	for _, ref := range candidates {
		verse, err := texts.Verse(ref)
		if err != nil {
			continue
		}
		location := annotate.NewGrounder(verse).Ground(quote, max(1, occurrence))
		if occurrence == noOccurrence && location.Span.Grounding == mashal.Aligned {
			location.Span = mashal.Span{Grounding: mashal.Unanchored}
		}
		if rank(location.Span.Grounding) > rank(found.Span.Grounding) {
			at, found = ref, location
		}
	}
	if found.Span.Grounding == "" {
		found.Span.Grounding = mashal.Unanchored
	}
	places := 1
	if occurrence == everyOccurrence {
		places = max(1, found.Candidates)
	}
	for n := 1; n <= places; n++ {
		if n > 1 {
			verse, err := texts.Verse(at)
			if err != nil {
				break
			}
			found = annotate.NewGrounder(verse).Ground(quote, n)
		}
		f.Span = found.Span
		if occurrence == noOccurrence && f.Span.Grounding == mashal.Unanchored {
			quote = "" // as its author says
		}
		a.add(texts, line, at, f, quote)
	}
}

// rank orders groundings, the most reliable last.
func rank(g mashal.Grounding) int {
	switch g {
	case mashal.Exact:
		return 3
	case mashal.Normalised:
		return 2
	case mashal.Aligned:
		return 1
	}
	return 0
}
