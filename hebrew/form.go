package hebrew

// A form is a way to normalise a text. All forms decompose the presentation
// forms U+FB1D to U+FB4F, sort the marks of a letter in Unicode's canonical
// order, drop invisible characters (joiners, direction marks, BOM, U+034F),
// replace white space by single spaces, and replace bytes that are not UTF-8 by
// U+FFFD. Final letters stay distinct. All forms are idempotent.
type form uint8

const (
	canonical form = iota
	noAccents
	noPoints
	letters
)

// Canonical returns a text with all its marks, in a unique order and encoding:
// texts that look the same are the same bytes.
func Canonical(s string) string { return canonical.text(s) }

// NoAccents returns a text with vowels, but without accents, meteg, paseq and
// puncta. It replaces qamats qatan by qamats and holam haser by holam, because
// manuscripts do not distinguish them and quotations do so inconsistently.
func NoAccents(s string) string { return noAccents.text(s) }

// NoPoints returns a text without points and accents. Maqqef and punctuation
// stay.
func NoPoints(s string) string { return noPoints.text(s) }

// Letters returns the words of a text as bare letters, separated by single
// spaces. Words are searched and compared in this form. A maqqef separates
// words, geresh and gershayim do not. Letters and digits of other scripts stay,
// in compatibility decomposition and without diacritics.
func Letters(s string) string { return letters.text(s) }

// text normalises s and returns the result.
func (f form) text(s string) string {
	n := normaliser{form: f, out: make([]byte, 0, len(s))}
	n.run(s)
	return string(n.out)
}
