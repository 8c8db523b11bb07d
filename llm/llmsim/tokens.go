package llmsim

import "mashal/llm"

// Tokens returns the number of tokens charged for a text, by llm.CountTokens.
func Tokens(s string) int64 { return llm.CountTokens(s) }

// firstTokens returns the longest beginning of s with at most n tokens.
func firstTokens(s string, n int64) string {
	i := 0
	for ; n > 0 && i < len(s); n-- {
		i += llm.TokenLen(s[i:])
	}
	return s[:i]
}

// piece is the part of an answer that one event of a stream carries.
type piece struct {
	text   string
	tokens int64
}

// split splits a text into pieces of at most n tokens.
func split(s string, n int64) []piece {
	var all []piece
	for len(s) > 0 {
		p := piece{text: firstTokens(s, n)}
		p.tokens = Tokens(p.text)
		all = append(all, p)
		s = s[len(p.text):]
	}
	return all
}
