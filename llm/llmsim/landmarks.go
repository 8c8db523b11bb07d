package llmsim

import (
	"strconv"
	"strings"
	"unicode"
)

// A span is a half-open range of bytes.
type span struct{ lo, hi int }

// A verse is an object of the answer that speaks of one verse.
type verse struct {
	span
	number int
	digits span // of the number
}

// Landmarks are the places of a JSON text at which damage is done. The text
// need not be whole or valid: what cannot be read has no landmarks.
type landmarks struct {
	text    string
	verses  []verse
	strings []span // with their quotes
	values  []span // contents of strings that are values and not empty
	hebrew  []span // those of values that hold Hebrew
	numbers []span
	closers []int // of objects and lists
	commas  []int // between two objects
}

// findLandmarks finds the landmarks of a text. A verse is an object whose first
// property is "verse", "v" or "n" with a number.
func findLandmarks(text string) *landmarks {
	m := &landmarks{text: text}
	type open struct {
		at       int
		verse    int // index in verses, -1 for none
		keys     int // read so far
		isObject bool
	}
	var stack []open
	key := "" // the key whose value comes next, if it is its object's first
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			end := closingQuote(text, i)
			if end < 0 {
				return m
			}
			m.strings = append(m.strings, span{i, end + 1})
			if rest := strings.TrimLeft(text[end+1:], " \t\r\n"); strings.HasPrefix(rest, ":") {
				key = ""
				if n := len(stack); n > 0 && stack[n-1].isObject {
					if stack[n-1].keys == 0 {
						key = text[i+1 : end]
					}
					stack[n-1].keys++
				}
			} else if end > i+1 {
				s := span{i + 1, end}
				key = ""
				m.values = append(m.values, s)
				if strings.ContainsFunc(text[s.lo:s.hi], isHebrew) {
					m.hebrew = append(m.hebrew, s)
				}
			}
			i = end
		case c == '{' || c == '[':
			stack = append(stack, open{at: i, verse: -1, isObject: c == '{'})
			key = ""
		case c == '}' || c == ']':
			m.closers = append(m.closers, i)
			key = ""
			if n := len(stack); n > 0 {
				if v := stack[n-1].verse; v >= 0 {
					m.verses[v].hi = i + 1
				}
				stack = stack[:n-1]
			}
		case c == ',':
			if strings.HasSuffix(strings.TrimRight(text[:i], " \t\r\n"), "}") {
				m.commas = append(m.commas, i)
			}
		case '0' <= c && c <= '9' || c == '-':
			j := i + 1
			for j < len(text) && strings.IndexByte("+-.eE0123456789", text[j]) >= 0 {
				j++
			}
			m.numbers = append(m.numbers, span{i, j})
			if n, err := strconv.Atoi(text[i:j]); err == nil && (key == "verse" || key == "v" || key == "n") {
				top := &stack[len(stack)-1] // it gave the key
				top.verse = len(m.verses)
				m.verses = append(m.verses, verse{span{top.at, -1}, n, span{i, j}})
			}
			key, i = "", j-1
		}
	}
	return m
}

// completeVerses gives the verses whose objects are closed.
func (m *landmarks) completeVerses() []verse {
	var all []verse
	for _, v := range m.verses {
		if v.hi > 0 {
			all = append(all, v)
		}
	}
	return all
}

// closingQuote is the quote that ends the string begun at i, or -1.
func closingQuote(text string, i int) int {
	for i++; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

func isHebrew(r rune) bool { return unicode.Is(unicode.Hebrew, r) }
