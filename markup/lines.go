package markup

import (
	"slices"
	"strings"

	"mashal"
)

// lineBreak stands for a line break in the pieces of a text. MarkUp writes it as
// <br>.
const lineBreak = "\u2028"

// InLines adds line breaks between cola, as ranges of word numbers, to pieces like
// those of HebrewPieces.
func InLines(pieces []string, cola []mashal.WordRange) {
	for i := range len(cola) - 1 {
		if after := 2*cola[i].Last - 1; after < len(pieces) {
			pieces[after] += lineBreak
		}
	}
}

// mostStray is how many words of a translation may be on the other side of a line
// break than the Hebrew words that they translate.
const mostStray = 2

// BreakLines adds line breaks to the English where its punctuation and the
// alignment of its words agree with the end of a colon. Other cola share a line.
func (t *englishText) BreakLines(cola []mashal.WordRange) {
	for i := range len(cola) - 1 {
		best, fewest := 0, mostStray+1
		for at := range t.verse.English {
			if at == 0 || t.verse.English[at-1] != ' ' || !endsClause(t.verse.English[:at-1]) {
				continue
			}
			if n := t.stray(at, cola[i].Last); n < fewest {
				best, fewest = at, n
			}
		}
		if best == 0 {
			continue
		}
		if t.mapped != nil {
			best = t.mapped.Offset(best)
		}
		if !slices.Contains(t.lines, best) {
			t.lines = append(t.lines, best)
		}
	}
}

// stray returns the number of English words that are on the other side of an
// offset than the Hebrew words that they translate are of the end of a colon.
func (t *englishText) stray(at, last int) (n int) {
	for _, w := range t.verse.EnglishWords {
		if w.Hebrew > 0 && (w.Start < at) != (w.Hebrew <= last) {
			n++
		}
	}
	return n
}

// endsClause reports whether a text ends with punctuation, with or without closing
// quotation marks.
func endsClause(text string) bool {
	text = strings.TrimRight(text, "”’\"')")
	return text != "" && strings.ContainsRune(",;:.!?—", rune(text[len(text)-1])) || strings.HasSuffix(text, "—")
}
