package annotate

import (
	"slices"
	"strings"

	"mashal"
	"mashal/hebrew"
)

// A Location is where a quotation is in a verse.
type Location struct {
	Span mashal.Span

	// Candidates is the number of locations of the quotation in the verse, compared
	// in the form in which it was found. With more than 1, the location is ambiguous
	// unless an occurrence was asked for. It is 1 for an aligned span.
	Candidates int
}

// minScore is the lowest score of an alignment that is used. Quotations that a model
// made from another edition of the text all score higher.
const minScore = .6

// A Grounder finds quotations in a verse. It caches the words of the verse in the
// forms in which quotations are compared with them.
type Grounder struct {
	verse *mashal.Verse
	forms [len(forms)][]string // of the qere
}

// NewGrounder returns a Grounder for a verse.
func NewGrounder(v *mashal.Verse) *Grounder { return &Grounder{verse: v} }

// form returns the words in a form.
func (w *Grounder) form(level int) []string {
	if w.forms[level] == nil {
		words := make([]string, len(w.verse.Words))
		for i := range words {
			words[i] = forms[level](w.verse.Words[i].Text)
		}
		w.forms[level] = words
	}
	return w.forms[level]
}

// Ground finds a Hebrew quotation in the words of the verse. Parts of the quotation
// that are separated by "&", "..." or "…" may have other words between them. The
// occurrence counts from 1 the words at which the quotation can begin; 0 selects
// the first.
//
// Words are compared as they are printed, then without accents, meteg and qamats
// qatan, then as letters only. Punctuation and maqqef only separate words. The
// ketiv matches too. A quotation that is not found in any of these forms is aligned
// word by word, which tolerates other spellings, and has a score. The span is
// always within the words of the verse, or unanchored. It is unanchored too if
// there are fewer occurrences.
func (w *Grounder) Ground(quote string, occurrence int) Location {
	parts := splitQuote(quote)
	if len(parts) == 0 {
		return Location{Span: mashal.Span{Grounding: mashal.Unanchored}}
	}
	most := 0
	for level, form := range forms {
		wanted := make([][]string, len(parts))
		for i, part := range parts {
			wanted[i] = make([]string, len(part))
			for k, word := range part {
				wanted[i][k] = form(word)
			}
		}
		ranges, places := placeParts(w.form(level), wanted, occurrence)
		written := false
		if ranges == nil {
			var words []string
			if words, written = withKetiv(w.verse, w.form(level), form); written {
				ranges, places = placeParts(words, wanted, occurrence)
			}
		}
		if most = max(most, places); ranges == nil {
			continue
		}
		span := mashal.ExactSpan(ranges...)
		if level > 0 || written {
			span.Grounding = mashal.Normalised
		}
		return Location{span, places}
	}
	if most > 0 {
		return Location{mashal.Span{Grounding: mashal.Unanchored}, most}
	}
	span := align(w.form(len(forms)-1), parts)
	if span.Grounding == mashal.Unanchored {
		return Location{Span: span}
	}
	return Location{span, 1}
}

// withKetiv returns the words with each qere replaced by its ketiv, if both are
// single words, and whether there is any.
func withKetiv(v *mashal.Verse, words []string, form func(string) string) (as []string, written bool) {
	for _, k := range v.Ketiv {
		if k.Text == "" || k.Qere.First != k.Qere.Last || strings.ContainsAny(k.Text, " ־") {
			continue
		}
		if !written {
			words, written = slices.Clone(words), true
		}
		words[k.Qere.First-1] = form(k.Text)
	}
	return words, written
}

// forms has the forms in which words are compared, the strictest first.
var forms = [...]func(string) string{hebrew.Canonical, hebrew.NoAccents, hebrew.Letters}

// splitQuote divides a quotation into its parts, and these into words. Characters
// that are not Hebrew only separate words. Text in parentheses is left out, unless
// there is no other Hebrew: it is a remark or a ketiv.
func splitQuote(quote string) [][]string {
	if outside := withoutParentheses(quote); strings.ContainsFunc(outside, isHebrewLetter) {
		quote = outside
	}
	quote = partMarks.Replace(quote)
	var parts [][]string
	for part := range strings.SplitSeq(quote, "&") {
		words := strings.FieldsFunc(part, func(r rune) bool { return !isHebrewLetter(r) && !isHebrewMark(r) })
		kept := words[:0]
		for _, w := range words {
			if strings.ContainsFunc(w, isHebrewLetter) {
				kept = append(kept, w)
			}
		}
		if len(kept) > 0 {
			parts = append(parts, kept)
		}
	}
	return parts
}

// partMarks replaces the separators of parts by one of them, and removes the letters
// that mark the end of a paragraph.
var partMarks = strings.NewReplacer("...", "&", "…", "&", "׃פ", " ", "׃ס", " ", "׃ פ", " ", "׃ ס", " ")

// withoutParentheses removes text in parentheses.
func withoutParentheses(s string) string {
	var b strings.Builder
	depth := 0
	for _, r := range s {
		switch {
		case r == '(':
			depth++
			b.WriteByte(' ')
		case r == ')':
			depth = max(0, depth-1)
		case depth == 0:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isHebrewLetter reports whether r is a Hebrew letter, also of the presentation forms.
func isHebrewLetter(r rune) bool {
	return r >= 'א' && r <= 'ת' || r >= 0xFB1D && r <= 0xFB4F && r != 0xFB1E && r != 0xFB29
}

// isHebrewMark reports whether r belongs to the word that contains it: points,
// accents, geresh, gershayim and invisible joiners.
func isHebrewMark(r rune) bool {
	switch r {
	case '\u05BE', '\u05C0', '\u05C3', '\u05C6':
		return false
	case '\u034F', '\u200C', '\u200D', '\u2060', '\uFB1E', '\u05F3', '\u05F4':
		return true
	}
	return r >= 0x0591 && r <= 0x05C7
}

// placeParts finds the parts in the verse, in their order and without overlap. From
// each first word it takes the placement that ends first. It returns the ranges of
// the given occurrence, and the number of possible first words.
func placeParts(verse []string, parts [][]string, occurrence int) (ranges []mashal.WordRange, places int) {
	for start := range verse {
		if !matchesAt(verse, parts[0], start) {
			continue
		}
		found := placeFrom(verse, parts, start)
		if found == nil {
			continue
		}
		if places++; places == max(1, occurrence) {
			ranges = found
		}
	}
	return ranges, places
}

// placeFrom returns the ranges of the parts if the first one begins at start, and nil
// if the others do not follow.
func placeFrom(verse []string, parts [][]string, start int) []mashal.WordRange {
	ranges := make([]mashal.WordRange, 0, len(parts))
	at := start
	for _, part := range parts {
		for at < len(verse) && !matchesAt(verse, part, at) {
			at++
		}
		if at == len(verse) {
			return nil
		}
		ranges = append(ranges, mashal.WordRange{First: at + 1, Last: at + len(part)})
		at += len(part)
	}
	return ranges
}

// matchesAt reports whether the words of part are in the verse from index at on.
func matchesAt(verse, part []string, at int) bool {
	if at+len(part) > len(verse) {
		return false
	}
	for i, w := range part {
		if verse[at+i] != w {
			return false
		}
	}
	return true
}
