package reference

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"mashal"
)

// A tokenKind is the kind of a token.
type tokenKind uint8

const (
	endToken tokenKind = iota
	wordToken
	numberToken
	dashToken
	colonToken
	commaToken
	semicolonToken
	citedToken // the words of a citation, with the exclamation mark: "!2-3"
)

// A token is a word, a number or a punctuation mark of a selection.
type token struct {
	kind   tokenKind
	text   string // as typed
	number int    // the value of a number, at most maxNumber
	glued  bool   // whether the token follows the one before it without a space
}

// folded returns the text as normalised by foldLetters.
func (t token) folded() string { return strings.TrimSpace(foldLetters(t.text)) }

// maxNumber replaces all larger numbers, to avoid overflow. No book has as many
// chapters or verses.
const maxNumber = 999_999_999

// linkWords maps words that replace punctuation to the kind of that punctuation.
var linkWords = map[string]tokenKind{
	"to": dashToken, "through": dashToken, "thru": dashToken, "until": dashToken, "עד": dashToken,
	"and": commaToken,
	"v":   colonToken, "vv": colonToken, "verse": colonToken, "verses": colonToken, "פסוק": colonToken, "פסוקים": colonToken,
}

// chapterWords lists the words for "chapter", which are ignored.
var chapterWords = map[string]bool{"chapter": true, "chapters": true, "ch": true, "chap": true, "פרק": true, "פרקים": true}

// citedWords matches the words of a citation: "!2-3,5", the second figure on the same words
// "!7~2", or "!u" for a figure without words.
var citedWords = regexp.MustCompile(`^!(?:u|[0-9]+(?:[-,][0-9]+)*)(?:~[0-9]+)?`)

// tokenize splits a selection into tokens. It returns an error for unexpected
// characters, digits that are not ASCII, and a full stop between numbers.
func tokenize(s string) ([]token, *mashal.Error) {
	var tokens []token
	end := 0         // the end of the last token in s
	stopped := false // whether a full stop follows the last number
	add := func(kind tokenKind, from, to int) {
		tokens = append(tokens, token{kind: kind, text: s[from:to], glued: len(tokens) > 0 && from == end})
		end = to
	}
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		next := i + size
		switch kind := punctuation(r); {
		case kind == colonToken && r == '.':
			// A full stop between numbers, as in "Ezek.1.2", separates chapter
			// and verse. Elsewhere it ends an abbreviation or a sentence.
			after, _ := utf8.DecodeRuneInString(s[next:])
			switch afterNumber := len(tokens) > 0 && tokens[len(tokens)-1].kind == numberToken; {
			case afterNumber && end == i && isASCIIDigit(after):
				add(kind, i, next)
			case afterNumber:
				stopped = true
			}
		case kind != endToken:
			add(kind, i, next)
		case citedWords.MatchString(s[i:]):
			add(citedToken, i, i+len(citedWords.FindString(s[i:])))
			next = end
		case isASCIIDigit(r):
			if last := len(tokens) - 1; stopped && tokens[last].kind == numberToken {
				// "5. 1" and "1..3" can be a verse, a range or a list.
				return nil, usage("Write a colon before a verse, a dash in a range, a comma in a list.", "full stop between numbers, after %s", quote(tokens[last].text))
			}
			stopped = false
			n := 0
			for next = i; next < len(s) && isASCIIDigit(rune(s[next])); next++ {
				n = min(n*10+int(s[next]-'0'), maxNumber)
			}
			add(numberToken, i, next)
			tokens[len(tokens)-1].number = n
		case unicode.IsNumber(r):
			return nil, foreignDigits(s[i:])
		case unicode.IsLetter(r):
			for next < len(s) {
				r, size := utf8.DecodeRuneInString(s[next:])
				if !unicode.IsLetter(r) && (!isIgnored(r) || r == maqqef) {
					break
				}
				next += size
			}
			add(wordToken, i, next)
			last := &tokens[len(tokens)-1]
			word := last.folded()
			switch kind, ok := linkWords[word]; {
			case word == "v" && !followsNumber(tokens): // "Psalm V"
			case ok:
				last.kind = kind
			case word == "ch" && beginsChronicles(tokens): // "1CH"
			case chapterWords[word]:
				tokens = tokens[:len(tokens)-1]
			}
		case unicode.IsSpace(r) || isIgnored(r):
		default:
			return nil, usage(howToSelect, "unexpected character %q", r)
		}
		i = next
	}
	return tokens, nil
}

func isASCIIDigit(r rune) bool { return '0' <= r && r <= '9' }

// punctuation returns the kind of a punctuation mark, or endToken for other
// characters.
func punctuation(r rune) tokenKind {
	switch r {
	case '-', maqqef, '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2015', '\u2212', '\uFE58', '\uFE63', '\uFF0D':
		return dashToken
	case ',', '&', '\u060C', '\u3001', '\uFF0C':
		return commaToken
	case ';', '\u061B', '\uFF1B':
		return semicolonToken
	case ':', '.', '\u05C3', '\u2236', '\uFF1A':
		return colonToken
	}
	return endToken
}

// foreignDigits returns the error for digits that are not ASCII, at the start of
// s. The hint gives the same number in ASCII. Such digits are not accepted
// because a superscript can be a footnote, and because some digits look like
// others (٦ is 6 and looks like 7).
func foreignDigits(s string) *mashal.Error {
	var typed, ascii strings.Builder
	for _, r := range s {
		d, ok := digitValue(r)
		if !unicode.IsNumber(r) || typed.Len() > 40 {
			break
		}
		typed.WriteRune(r)
		if !ok {
			ascii.Reset()
			break
		}
		ascii.WriteByte('0' + d)
	}
	hint := mashal.Message{Format: howToSelect}
	if ascii.Len() > 0 {
		hint = mashal.Messagef("Write %s.", ascii.String())
	}
	return usageWith(hint, "%q is not a number in the digits 0 to 9", typed.String())
}

// digitValue returns the value of a digit of any script, a superscript or a
// subscript.
func digitValue(r rune) (byte, bool) {
	switch {
	case isASCIIDigit(r):
		return byte(r - '0'), true
	case r == '¹':
		return 1, true
	case r == '²' || r == '³':
		return byte(r-'²') + 2, true
	case r == '⁰' || r >= '⁴' && r <= '⁹':
		return byte(r - '⁰'), true
	case r >= '₀' && r <= '₉':
		return byte(r - '₀'), true
	case unicode.IsDigit(r):
		// Unicode encodes decimal digits in sequences of ten that begin with zero.
		for zero := r; ; zero-- {
			if !unicode.IsDigit(zero - 1) {
				return byte((r - zero) % 10), true
			}
		}
	}
	return 0, false
}

// followsNumber reports whether the last of the tokens follows a number.
func followsNumber(tokens []token) bool {
	if len(tokens) < 2 {
		return false
	}
	before := tokens[len(tokens)-2]
	_, hebrew := parseNumeral(before.folded())
	_, roman := parseRoman(before.text)
	return before.kind == numberToken || hebrew || roman
}

// beginsChronicles reports whether the last of the tokens, the word "ch", is the name of
// a book and not the word "chapter": it follows 1 or 2, which is not a chapter itself.
func beginsChronicles(tokens []token) bool {
	n := len(tokens)
	if n < 2 || tokens[n-2].kind != numberToken || tokens[n-2].number < 1 || tokens[n-2].number > 2 {
		return false
	}
	return n == 2 || tokens[n-3].kind != wordToken
}
