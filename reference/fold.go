package reference

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxInput bounds what is read as a name or selection; the longest selection
// there is, every second verse of the Bible, takes half of it.
const maxInput = 1 << 17

// checkInput refuses what no person means to type.
func checkInput(s string) error {
	if len(s) > maxInput {
		return fmt.Errorf("it is %d bytes long, which is more than %d", len(s), maxInput)
	}
	if !utf8.ValidString(s) {
		return errors.New("it is not valid UTF-8")
	}
	for _, r := range s {
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return fmt.Errorf("it contains the control character %U", r)
		}
	}
	return nil
}

// quote shows input in an error, at most its beginning.
func quote(s string) string {
	const most = 60
	n := 0
	for i := range s {
		if n++; n > most {
			return fmt.Sprintf("%q...", s[:i])
		}
	}
	return fmt.Sprintf("%q", s)
}

// ordinals are what stands before the name of a book in two parts.
var ordinals = map[string]string{
	"1": "1", "i": "1", "1st": "1", "first": "1", "one": "1",
	"2": "2", "ii": "2", "2nd": "2", "second": "2", "two": "2",
}

// foldName reduces a name to what distinguishes it: letters and digits, in
// lower case, without spaces, diacritics, points, or the difference of final
// letters; an ordinal before it becomes "1 " or "2 ". A leading "the" and
// "book of" go. It also says of how many words the rest is made.
func foldName(name string) (key string, n int) {
	words := strings.FieldsFunc(foldLetters(name), func(r rune) bool { return r == ' ' })
	if len(words) > 1 && words[0] == "the" {
		words = words[1:]
	}
	ordinal := ""
	if len(words) > 1 && ordinals[words[0]] != "" {
		ordinal, words = ordinals[words[0]]+" ", words[1:]
	} else if len(words) > 0 && len(words[0]) > 1 && (words[0][0] == '1' || words[0][0] == '2') {
		ordinal, words[0] = words[0][:1]+" ", words[0][1:]
	}
	if len(words) > 2 && words[0] == "book" && words[1] == "of" {
		words = words[2:]
		if len(words) > 1 && words[0] == "the" {
			words = words[1:]
		}
	}
	if len(words) > 1 && words[0] == "ספר" {
		words = words[1:]
	}
	return ordinal + strings.Join(words, ""), len(words)
}

// foldLetters folds each letter and turns what is neither letter nor digit
// into a space, except what belongs to a word (points, apostrophes, geresh and
// gershayim) and goes.
func foldLetters(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		switch {
		case r == maqqef:
			b.WriteByte(' ')
		case isIgnored(r):
		case r >= 0xFB1D && r <= 0xFB4F:
			b.WriteString(presentationForms[r-0xFB1D])
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			r = unicode.ToLower(r)
			if plain, ok := plainLetters[r]; ok {
				b.WriteString(plain)
			} else {
				b.WriteRune(r)
			}
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

const maqqef = '\u05BE'

// isIgnored reports what neither makes nor parts a word: marks on letters,
// invisible format characters, apostrophes and the like.
func isIgnored(r rune) bool {
	return unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune("'\"`’‘‛”“„′″׳״ʹʺʼʾʿ", r)
}

// plainLetters has the letters of a scholar's transliteration, and final
// Hebrew letters, without what sets them apart.
var plainLetters = map[rune]string{
	'ā': "a", 'â': "a", 'á': "a", 'ă': "a", 'ē': "e", 'ê': "e", 'é': "e", 'ĕ': "e", 'ī': "i", 'î': "i", 'í': "i",
	'ō': "o", 'ô': "o", 'ó': "o", 'ŏ': "o", 'ū': "u", 'û': "u", 'ú': "u", 'ḥ': "h", 'ṣ': "ts", 'ṭ': "t", 'š': "sh", 'ś': "s",
	'ḇ': "v", 'ḵ': "kh", 'ḏ': "d", 'ḡ': "g", 'ṯ': "t", 'ך': "כ", 'ם': "מ", 'ן': "נ", 'ף': "פ", 'ץ': "צ",
}

// presentationForms are the letters of U+FB1D to U+FB4F, folded.
var presentationForms = strings.Split("י  יי ע א ד ה כ ל מ ר ת  ש ש ש ש א א א ב ג ד ה ו ז  ט י כ כ ל  מ  נ ס  פ פ  צ ק ר ש ת ו ב כ פ אל", " ")
