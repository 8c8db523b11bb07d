package llm

import (
	"strings"
	"unicode/utf8"
)

// CountTokens estimates the number of tokens of a text, without a vocabulary. It
// counts as one token: up to eight letters or three Hebrew letters without
// points, with the space before them (two Hebrew letters if the first is one of
// shortStarts); white space; up to three digits or signs (four signs if the first
// is a full stop, after which a string often ends); an apostrophe with up to two
// letters; any other character, which is what pointed Hebrew comes to in current
// vocabularies. Compared with o200k_base it counts 1.2 % less for the chapters of
// the Bible in prompts, for no book over 5 % less or 2 % more, and differs by at
// most 3 % for instructions and answers. EstimateTokens is an upper bound.
func CountTokens(s string) int64 {
	var n int64
	for len(s) > 0 {
		s = s[TokenLen(s):]
		n++
	}
	return n
}

// A TokenCounter counts the tokens of a text that comes in pieces, as CountTokens
// counts them in the whole.
type TokenCounter struct {
	n    int64
	tail string // its last token may be incomplete
}

// Add adds a piece.
func (c *TokenCounter) Add(piece string) {
	const longest = 64 // bytes of a token
	for c.tail += piece; len(c.tail) > 2*longest; c.n++ {
		c.tail = c.tail[TokenLen(c.tail):]
	}
}

// Count returns the number of tokens so far.
func (c *TokenCounter) Count() int64 { return c.n + CountTokens(c.tail) }

// TokenLen returns the length in bytes of the first token of s, as CountTokens
// counts. s must not be empty.
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
		if len(s) > 2 && s[1] == 0xd7 && strings.IndexByte(shortStarts, s[2]) >= 0 {
			return 1 + hebrewLen(s[1:], 2)
		}
		return 1 + hebrewLen(s[1:], 3)
	case isLetter(c):
		return run(s, 0, 8, isLetter)
	case isDigit(c):
		return run(s, 0, 3, isDigit)
	}
	if s[0] == '.' {
		return run(s, 0, 4, isSign) // a sentence ends in a string: .","
	}
	return run(s, 0, 3, isSign)
}

const apostrophe = "’"

// shortStarts has the second bytes in UTF-8 of the letters gimel, vav, zayin, het,
// nun, ayin, tsadi, qof, resh and tav. Words of three letters that begin with them
// are mostly two tokens; with the others they are mostly one.
const shortStarts = "\x92\x95\x96\x97\xa0\xa2\xa6\xa7\xa8\xaa"

// run returns the end of the bytes of s in a class, from the index from on and
// at most most bytes.
func run(s string, from, most int, in func(byte) bool) int {
	i := from
	for i < len(s) && i-from < most && in(s[i]) {
		i++
	}
	return i
}

// hebrewLen returns the length in bytes of the Hebrew letters at the beginning of
// s, at most most letters. In UTF-8 they are D7 90 to D7 AA; points and accents
// have other second bytes.
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
