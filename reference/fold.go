package reference

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"mashal"
)

// maxInput is the largest length in bytes of a name or selection. The longest
// useful selection, every second verse of the Bible, has half of it.
const maxInput = 1 << 17

// checkInput returns an error if s is too long, is not valid UTF-8, or contains
// control characters.
func checkInput(s string) mashal.Message {
	if len(s) > maxInput {
		return mashal.Messagef("it is %d bytes long, more than %d", len(s), maxInput)
	}
	if !utf8.ValidString(s) {
		return mashal.Messagef("it is not valid UTF-8")
	}
	for _, r := range s {
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return mashal.Messagef("it contains the control character %s", fmt.Sprintf("%U", r))
		}
	}
	return mashal.Message{}
}

// quote returns s in quotation marks for an error. It shortens long input.
func quote(s string) string {
	const limit = 60
	n := 0
	for i := range s {
		if n++; n > limit {
			return fmt.Sprintf("%q...", s[:i])
		}
	}
	return fmt.Sprintf("%q", s)
}

// ordinals maps the ordinals before the name of a book in two parts to "1" or
// "2".
var ordinals = map[string]string{
	"1": "1", "i": "1", "1st": "1", "first": "1", "one": "1",
	"2": "2", "ii": "2", "2nd": "2", "second": "2", "two": "2",
}

// foldName normalises a name for comparison. The key has only letters and
// digits, in lower case, without spaces, diacritics and points, and with final
// Hebrew letters as ordinary ones. An ordinal becomes the prefix "1 " or "2 ". A
// leading "the" and "book of" are dropped. n is the number of words in the rest.
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

// foldLetters normalises each letter, drops the characters of isIgnored, and
// replaces all other characters except digits by spaces.
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

// isIgnored reports whether r neither changes nor separates words: marks on
// letters, invisible format characters, apostrophes, geresh and gershayim.
func isIgnored(r rune) bool {
	return unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune("'\"`’‘‛”“„′″׳״ʹʺʼʾʿ", r)
}

// plainLetters maps letters of scholarly transliterations to plain Latin
// letters, and final Hebrew letters to ordinary ones.
var plainLetters = map[rune]string{
	'ā': "a", 'â': "a", 'á': "a", 'ă': "a", 'ē': "e", 'ê': "e", 'é': "e", 'ĕ': "e", 'ī': "i", 'î': "i", 'í': "i",
	'ä': "a", 'ç': "c", 'è': "e", 'ï': "i", 'ö': "o", 'ü': "u", 'ō': "o", 'ô': "o", 'ó': "o", 'ŏ': "o", 'ū': "u", 'û': "u", 'ú': "u", 'ḥ': "h", 'ṣ': "ts", 'ṭ': "t", 'š': "sh", 'ś': "s",
	'ḇ': "v", 'ḵ': "kh", 'ḏ': "d", 'ḡ': "g", 'ṯ': "t", 'ך': "כ", 'ם': "מ", 'ן': "נ", 'ף': "פ", 'ץ': "צ",
}

// presentationForms lists the plain letters of U+FB1D to U+FB4F, in order.
var presentationForms = strings.Split("י  יי ע א ד ה כ ל מ ר ת  ש ש ש ש א א א ב ג ד ה ו ז  ט י כ כ ל  מ  נ ס  פ פ  צ ק ר ש ת ו ב כ פ אל", " ")
