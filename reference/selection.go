package reference

import (
	"strings"

	"mashal"
)

const howToSelect = "Select as in Ezekiel 1-10, Psalms 23:1-6,9, Genesis 1:1-2:4, Hosea 1-3 Joel, the Twelve or all."

// ParseSelection parses a selection as users type it: one or more books,
// chapters and verses in Hebrew numbering. The arguments are joined by spaces,
// and an argument of several words that is a selection stands alone.
//
//	Ezekiel    Ezekiel 1-10    Ezekiel 1,3,5-7    Ezek.1-Ezek.10    יחזקאל א־י
//	Psalms 23:1-6,9; 24:1    Genesis 1:1-2:4    Gen 50-Exod 2    Hosea 1-3 Joel
//	Torah    the Twelve    1–2 Kings    all
//
// Books have all names that ParseBook accepts, and groups of books have several
// names too. Numbers are digits, Hebrew letters or Roman numerals. A number after a
// comma is of the same kind as the number before it, chapter or verse. A number after
// a semicolon is a chapter. Any dash, including a maqqef, forms a range.
//
// A comma after a single chapter can also separate a verse, as in Hebrew, German and
// French usage: commaVerse says when, and ParseAmbiguous tells how it was read.
//
// The words of a citation, as in "Isa.40.6!2-3", are ignored: it selects its verse.
//
// In a book of one chapter, numbers are verses, as in SBL style: "Obadiah 3" is
// the third verse. A single 1, as in "Obadiah 1", is the chapter, because the
// program prints chapters that way.
//
// The error is a *mashal.Error with the code Usage. It describes the fault, the
// part that was understood, and the nearest valid input. Its Nearest are
// selections that ParseSelection accepts.
func ParseSelection(args []string) (mashal.Selection, error) {
	s, _, err := ParseAmbiguous(args)
	return s, err
}

// ParseAmbiguous parses a selection like ParseSelection. The notes say how each part was
// read that can be read in two ways.
func ParseAmbiguous(args []string) (s mashal.Selection, notes []mashal.Message, _ error) {
	text := join(args)
	p := parser{}
	err := p.parse(text)
	if err == nil {
		return mashal.Select(passagesOf(p.ranges)...), p.notes, nil
	}
	err.Op = "read the selection " + quote(text)
	if understood := mashal.Select(passagesOf(p.ranges)...).String(); understood != "" {
		err.Advice = mashal.Messagef("%s Understood so far: %s.", err.Advice, clip(understood))
		err.Hint = err.Advice.String()
	}
	err.Nearest = parseable(err.Nearest)
	return nil, nil, err
}

// join joins arguments by spaces. An argument of several words that is a selection
// stands alone, as in "First Samuel 1" "2 Samuel 2".
func join(args []string) string {
	isSelection := func(text string) bool { return (&parser{}).parse(text) == nil }
	var b strings.Builder
	last := "" // what follows the last semicolon
	for i, arg := range args {
		switch {
		case i == 0:
			last = arg
		case strings.Contains(strings.TrimSpace(arg), " ") && isSelection(arg) && isSelection(last):
			b.WriteString("; ")
			last = arg
		default:
			b.WriteByte(' ')
			last += " " + arg
		}
		b.WriteString(arg)
	}
	return b.String()
}

// parseable returns those of the suggested texts that can be parsed as selections.
// It corrects further faults of a text in the most likely way. It drops a text that
// still has a fault after maxCorrections.
func parseable(texts []string) []string {
	const maxCorrections = 5
	var list []string
	for _, text := range texts {
		for range maxCorrections {
			err := (&parser{}).parse(text)
			if err == nil {
				list = append(list, text)
				break
			}
			if len(err.Nearest) == 0 {
				break
			}
			text = err.Nearest[0]
		}
	}
	return list
}

// clip shortens a selection for a hint. It cuts at a space.
func clip(s string) string {
	const limit = 200
	if len(s) <= limit {
		return s
	}
	return s[:strings.LastIndexByte(s[:limit], ' ')] + " ..."
}
