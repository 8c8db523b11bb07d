package hebrew

import "slices"

// form says what is left of a text. All forms decompose the presentation forms
// U+FB1D to U+FB4F, put the marks of a letter in Unicode's canonical order,
// drop invisible characters (joiners, direction marks, BOM, U+034F), make one
// space of white space, and U+FFFD of bytes that are not UTF-8. Final letters
// stay distinct. A form of itself is itself.
type form uint8

const (
	canonical form = iota
	noAccents
	noPoints
	letters
)

// Canonical is a text with all its marks, in the one order and encoding by
// which equal texts are equal bytes.
func Canonical(s string) string { return canonical.text(s) }

// NoAccents is a text with vowels but without accents, meteg, paseq and
// puncta. A qamats qatan becomes a qamats and a holam haser a holam, as the
// manuscripts do not tell them apart and quotations do so by chance.
func NoAccents(s string) string { return noAccents.text(s) }

// NoPoints is a text of letters, with maqqef and punctuation as they are.
func NoPoints(s string) string { return noPoints.text(s) }

// Letters is a text reduced to words of bare letters with single spaces
// between them: the form in which words are searched and compared. A maqqef
// parts words, geresh and gershayim do not. Letters and digits of other
// scripts stay, in compatibility decomposition and without diacritics.
func Letters(s string) string { return letters.text(s) }

// A Mapped is a form of a text with the way back to the text it was made of.
type Mapped struct {
	Text   string
	source []int32 // for each byte of Text and its end
}

// Source is the byte offset in the original of what stands at a byte offset of
// Text: where the letter begins, with all its marks, of which the byte is
// part. It never decreases; at len(Text) it is where the last letter ended.
func (m Mapped) Source(offset int) int { return int(m.source[offset]) }

// Span is the bytes of the original that the bytes start to end of Text came
// from. Marks that the form dropped belong to their letter; what stood between
// words belongs to neither.
func (m Mapped) Span(start, end int) (from, to int) {
	return int(m.source[start]), int(m.source[end])
}

// Offset is the way from the original: the byte offset of Text at which begins
// what stands at a byte offset of the original, or what comes next if that was
// dropped.
func (m Mapped) Offset(source int) int {
	offset, _ := slices.BinarySearch(m.source, int32(source))
	return min(offset, len(m.Text))
}

// MapCanonical is Canonical with the way back.
func MapCanonical(s string) Mapped { return canonical.mapped(s) }

// MapNoAccents is NoAccents with the way back.
func MapNoAccents(s string) Mapped { return noAccents.mapped(s) }

// MapNoPoints is NoPoints with the way back.
func MapNoPoints(s string) Mapped { return noPoints.mapped(s) }

// MapLetters is Letters with the way back.
func MapLetters(s string) Mapped { return letters.mapped(s) }

func (f form) text(s string) string {
	e := engine{form: f, out: make([]byte, 0, len(s))}
	e.run(s)
	return string(e.out)
}

func (f form) mapped(s string) Mapped {
	e := engine{form: f, out: make([]byte, 0, len(s)), mapping: true, source: make([]int32, 0, len(s)+1)}
	e.run(s)
	return Mapped{string(e.out), append(e.source, int32(e.end))}
}
