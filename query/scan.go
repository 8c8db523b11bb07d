package query

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"mashal"
)

// A kind is the kind of a symbol: a punctuation mark itself, or one of these.
type kind string

const (
	ending kind = ""       // the end of the query
	name   kind = "name"   // an attribute, "within" or a unit
	number kind = "number" // of repetitions
	value  kind = "value"  // in quotation marks
	other  kind = "other"  // not part of the language
)

// A symbol is the smallest part of a query.
type symbol struct {
	kind  kind
	text  string // of a value, what is in its quotation marks
	place mashal.Place
}

// A scanner splits a query into symbols.
type scanner struct {
	text string
	at   int
}

// Quotation marks that begin a value, and those that end it.
const (
	doubleQuotes = "\"“”„‟״«»"
	singleQuotes = "'‘’‚‛׳‹›"
)

// next returns the next symbol. It returns an error for a value that does not end.
func (s *scanner) next() (symbol, error) {
	for s.at < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[s.at:])
		if !unicode.IsSpace(r) && !isInvisible(r) {
			break
		}
		s.at += size
	}
	first := s.at
	if first == len(s.text) {
		return symbol{place: mashal.Place{Offset: first}}, nil
	}
	r, size := utf8.DecodeRuneInString(s.text[first:])
	symbolTo := func(k kind) symbol {
		return symbol{k, s.text[first:s.at], mashal.Place{Offset: first, Length: s.at - first}}
	}
	switch {
	case strings.ContainsRune(doubleQuotes, r):
		return s.value(size, doubleQuotes)
	case strings.ContainsRune(singleQuotes, r):
		return s.value(size, singleQuotes)
	case strings.HasPrefix(s.text[first:], "!="):
		s.at += 2
		return symbolTo("!="), nil
	case strings.ContainsRune("[](){}&|!=,?*+", r):
		s.at += size
		return symbolTo(kind(r)), nil
	case '0' <= r && r <= '9':
		s.skip(func(r rune) bool { return '0' <= r && r <= '9' })
		return symbolTo(number), nil
	case unicode.IsLetter(r):
		s.skip(func(r rune) bool {
			return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || r == '-' || r == '_'
		})
		return symbolTo(name), nil
	}
	s.at += size
	return symbolTo(other), nil
}

// skip moves to the first character for which in reports false.
func (s *scanner) skip(in func(rune) bool) {
	for s.at < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[s.at:])
		if !in(r) {
			return
		}
		s.at += size
	}
}

// value reads a value to its closing quotation mark. A backslash before a quotation
// mark makes it a part of the value; before other characters it stays, for the
// regular expression.
func (s *scanner) value(size int, quotes string) (symbol, error) {
	first := s.at
	s.at += size
	var b strings.Builder
	for s.at < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[s.at:])
		s.at += size
		switch {
		case strings.ContainsRune(quotes, r):
			return symbol{value, b.String(), mashal.Place{Offset: first, Length: s.at - first}}, nil
		case r == '\\' && s.at < len(s.text):
			next, size := utf8.DecodeRuneInString(s.text[s.at:])
			if !strings.ContainsRune(doubleQuotes+singleQuotes, next) {
				b.WriteByte('\\')
			}
			b.WriteRune(next)
			s.at += size
		case !isInvisible(r):
			b.WriteRune(r)
		}
	}
	place := mashal.Place{Offset: first, Length: size}
	return symbol{}, fail(s.text, place, mashal.Messagef("Close it with another one."), "this quotation mark is not closed")
}

// isInvisible reports whether a character only directs how a text is displayed, as those that
// come with text copied from a page.
func isInvisible(r rune) bool {
	return r >= '\u200b' && r <= '\u200f' || r >= '\u202a' && r <= '\u202e' || r >= '\u2060' && r <= '\u2069' || r == '\ufeff'
}
