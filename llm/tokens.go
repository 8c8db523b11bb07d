package llm

import (
	"strings"
	"unicode/utf8"
)

// CountTokens estimates how many tokens a text has, without a vocabulary: words
// of up to eight letters and bare Hebrew of up to three, with the space before
// them, runs of white space, up to three digits or signs, what follows an
// apostrophe, and each other character (as pointed Hebrew comes to in current
// vocabularies). Of the chapters of the Bible as models are shown them it gives
// 3.5 % less than o200k_base, of no book more or over 7 % less; of what they
// are told and answer it differs by 3 % at most. EstimateTokens is a bound.
func CountTokens(s string) int64 {
	var n int64
	for len(s) > 0 {
		s = s[TokenLen(s):]
		n++
	}
	return n
}

// TokenLen is the length in bytes of what CountTokens takes for the first token
// of s, which is not empty.
func TokenLen(s string) int {
	switch c := s[0]; {
	case c >= utf8.RuneSelf:
		if n := hebrewLen(s, 2); n > 0 {
			return n
		}
		if strings.HasPrefix(s, apostrophe) {
			return run(s, len(apostrophe), 2, isLetter)
		}
		_, n := utf8.DecodeRuneInString(s)
		return n
	case isSpace(c):
		if n := run(s, 0, 64, isSpace); n > 1 || len(s) == 1 || c != ' ' {
			return n
		}
		switch {
		case isLetter(s[1]):
			return run(s, 1, 8, isLetter)
		case isSign(s[1]):
			return run(s, 1, 2, isSign)
		}
		return 1 + hebrewLen(s[1:], 3)
	case isLetter(c):
		return run(s, 0, 8, isLetter)
	case isDigit(c):
		return run(s, 0, 3, isDigit)
	}
	return run(s, 0, 3, isSign)
}

const apostrophe = "’"

// run is the first byte of s from the given one on that is not in a class, or
// that after the most there may be.
func run(s string, from, most int, in func(byte) bool) int {
	i := from
	for i < len(s) && i-from < most && in(s[i]) {
		i++
	}
	return i
}

// hebrewLen is the length of the Hebrew letters that s begins with, in bytes,
// as far as they are at most so many. The second byte tells letters (in UTF-8
// D7 90 to D7 AA) from points and accents.
func hebrewLen(s string, most int) int {
	i := 0
	for i < 2*most && i+1 < len(s) && s[i] == 0xd7 && s[i+1] >= 0x90 && s[i+1] <= 0xaa {
		i += 2
	}
	return i
}

func isSpace(c byte) bool  { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }
func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isSign(c byte) bool {
	return c < utf8.RuneSelf && !isSpace(c) && !isLetter(c) && !isDigit(c)
}
