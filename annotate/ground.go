package annotate

import (
	"slices"
	"strings"

	"mashal"
	"mashal/hebrew"
)

// A Place is where in a verse a quotation stands.
type Place struct {
	Span mashal.Span

	// Places is in how many places of the verse the quotation could stand, at
	// the exactness at which it was found: more than 1 is ambiguous unless an
	// occurrence was asked for. It is 1 for an aligned span.
	Places int
}

// least is the score below which an alignment says nothing. Quotations that a
// model made from another edition of the text all score higher.
const least = .6

// Ground finds quoted Hebrew in the words of a verse. Parts of the quotation
// that are joined by "&", "..." or "…" may stand apart, in their order.
// Occurrence counts from 1 the places where the quotation begins; 0 takes the
// one there is, or the first.
//
// Words are compared as they are printed; then without accents, meteg and the
// distinction of qamats qatan; then as bare letters. Punctuation and maqqef
// only part words, and what is written may stand for what is read. What is
// found in none of these ways is aligned word by word, tolerating other
// spellings, and scored. Nothing is ever placed outside the verse or across its
// words: the result is valid, or unanchored, as is an occurrence too many.
func Ground(v *mashal.Verse, quote string, occurrence int) Place {
	return (&wording{verse: v}).ground(quote, occurrence)
}

// A wording is a verse in the forms in which quotations are sought in it, each
// made once when it is needed.
type wording struct {
	verse *mashal.Verse
	forms [len(forms)][]string // of its words, as they are read
}

func (w *wording) form(level int) []string {
	if w.forms[level] == nil {
		words := make([]string, len(w.verse.Words))
		for i := range words {
			words[i] = forms[level](w.verse.Words[i].Text)
		}
		w.forms[level] = words
	}
	return w.forms[level]
}

func (w *wording) ground(quote string, occurrence int) Place {
	parts := quoteParts(quote)
	if len(parts) == 0 {
		return Place{Span: mashal.Span{Grounding: mashal.Unanchored}}
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
		ranges, places := arrange(w.form(level), wanted, occurrence)
		written := false
		if ranges == nil {
			var words []string
			if words, written = writeKetiv(w.verse, w.form(level), form); written {
				ranges, places = arrange(words, wanted, occurrence)
			}
		}
		if most = max(most, places); ranges == nil {
			continue
		}
		span := mashal.ExactSpan(ranges...)
		if level > 0 || written {
			span.Grounding = mashal.Normalised
		}
		return Place{span, places}
	}
	if most > 0 {
		return Place{mashal.Span{Grounding: mashal.Unanchored}, most}
	}
	span := align(w.form(len(forms)-1), parts)
	if span.Grounding == mashal.Unanchored {
		return Place{Span: span}
	}
	return Place{span, 1}
}

// writeKetiv gives the words with what is written in the place of what is read,
// wherever one word stands for one, and says whether there is such a place.
func writeKetiv(v *mashal.Verse, words []string, form func(string) string) (as []string, written bool) {
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

// forms are what words are compared in, from the strictest.
var forms = [...]func(string) string{hebrew.Canonical, hebrew.NoAccents, hebrew.Letters}

// quoteParts cuts a quotation into its parts and these into words. What is not
// Hebrew only parts words. Something in parentheses beside other words is a
// remark or the written form of a word read otherwise, and goes.
func quoteParts(quote string) [][]string {
	if outside := withoutRemarks(quote); strings.ContainsFunc(outside, isHebrewLetter) {
		quote = outside
	}
	quote = joints.Replace(quote)
	var parts [][]string
	for part := range strings.SplitSeq(quote, "&") {
		words := strings.FieldsFunc(part, func(r rune) bool { return !isHebrewLetter(r) && !isInWord(r) })
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

// joints makes one of the signs that join parts. The letters that end a
// paragraph are no words.
var joints = strings.NewReplacer("...", "&", "…", "&", "׃פ", " ", "׃ס", " ", "׃ פ", " ", "׃ ס", " ")

func withoutRemarks(s string) string {
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

func isHebrewLetter(r rune) bool {
	return r >= 'א' && r <= 'ת' || r >= 0xFB1D && r <= 0xFB4F && r != 0xFB1E && r != 0xFB29
}

// isInWord reports what belongs to the letter or the word it stands in: points,
// accents, geresh and gershayim, and invisible joiners.
func isInWord(r rune) bool {
	switch r {
	case '\u05BE', '\u05C0', '\u05C3', '\u05C6':
		return false
	case '\u034F', '\u200C', '\u200D', '\u2060', '\uFB1E', '\u05F3', '\u05F4':
		return true
	}
	return r >= 0x0591 && r <= 0x05C7
}

// arrange finds where the parts stand in the verse, each whole, in order and
// apart: of the ways to do so from one beginning the one that ends soonest.
// It says from how many words one can begin.
func arrange(verse []string, parts [][]string, occurrence int) (ranges []mashal.WordRange, places int) {
	for start := range verse {
		if !standsAt(verse, parts[0], start) {
			continue
		}
		found := arrangeFrom(verse, parts, start)
		if found == nil {
			continue
		}
		if places++; places == max(1, occurrence) {
			ranges = found
		}
	}
	return ranges, places
}

// arrangeFrom arranges the parts, of which the first stands at start.
func arrangeFrom(verse []string, parts [][]string, start int) []mashal.WordRange {
	ranges := make([]mashal.WordRange, 0, len(parts))
	at := start
	for _, part := range parts {
		for at < len(verse) && !standsAt(verse, part, at) {
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

func standsAt(verse, part []string, at int) bool {
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
