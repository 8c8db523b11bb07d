package llmsim

import (
	"unicode/utf8"
)

// Tokens estimates how many tokens a text has, without a vocabulary: words of
// up to eight letters with the space before them, runs of white space, up to
// three digits or signs, and each other character (as pointed Hebrew comes to
// in current vocabularies).
func Tokens(s string) int64 {
	var n int64
	for len(s) > 0 {
		s = s[tokenLen(s):]
		n++
	}
	return n
}

// tokenLen is the length of the first token of s, in bytes.
func tokenLen(s string) int {
	run := func(from, most int, in func(byte) bool) int {
		i := from
		for i < len(s) && i-from < most && in(s[i]) {
			i++
		}
		return i
	}
	switch c := s[0]; {
	case c >= utf8.RuneSelf:
		_, n := utf8.DecodeRuneInString(s)
		return n
	case isSpace(c):
		if n := run(0, 64, isSpace); n > 1 || len(s) == 1 {
			return n
		}
		if c == ' ' && isLetter(s[1]) {
			return run(1, 8, isLetter)
		}
		if c == ' ' && isSign(s[1]) {
			return run(1, 2, isSign)
		}
		return 1
	case isLetter(c):
		return run(0, 8, isLetter)
	case isDigit(c):
		return run(0, 3, isDigit)
	}
	return run(0, 3, isSign)
}

func isSpace(c byte) bool  { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }
func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isSign(c byte) bool {
	return c < utf8.RuneSelf && !isSpace(c) && !isLetter(c) && !isDigit(c)
}

// firstTokens gives the beginning of s that has at most n tokens.
func firstTokens(s string, n int64) string {
	i := 0
	for ; n > 0 && i < len(s); n-- {
		i += tokenLen(s[i:])
	}
	return s[:i]
}

// A piece is what one event of a stream carries of the answer.
type piece struct {
	text   string
	tokens int64
}

// pieces cuts a text into pieces of at most n tokens.
func pieces(s string, n int64) []piece {
	var all []piece
	for len(s) > 0 {
		p := piece{text: firstTokens(s, n)}
		p.tokens = Tokens(p.text)
		all = append(all, p)
		s = s[len(p.text):]
	}
	return all
}
