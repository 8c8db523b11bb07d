package llmsim

import "mashal/llm"

// Tokens is how many tokens of a text are charged: as many as llm.CountTokens
// takes it to have.
func Tokens(s string) int64 { return llm.CountTokens(s) }

// firstTokens gives the beginning of s that has at most n tokens.
func firstTokens(s string, n int64) string {
	i := 0
	for ; n > 0 && i < len(s); n-- {
		i += llm.TokenLen(s[i:])
	}
	return s[:i]
}

// A piece is what one event of a stream carries of the answer.
type piece struct {
	text   string
	tokens int64
}

// split cuts a text into pieces of at most n tokens.
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
