package llmsim

import (
	"strconv"
	"strings"
	"unicode"
)

// span is a half-open range of bytes.
type span struct{ lo, hi int }

// verse is the object of one verse in an answer.
type verse struct {
	span   // hi is -1 if the object is not closed
	number int
	digits span // of the number
}

// landmarks are the places of a JSON text at which damages are applied. The text
// may be incomplete or invalid. Parts that cannot be parsed have no landmarks.
type landmarks struct {
	text    string
	verses  []verse
	strings []span // with their quotes
	values  []span // contents of strings that are values and not empty
	hebrew  []span // the values that contain Hebrew
	numbers []span
	closers []int // closing braces and brackets
	commas  []int // between two objects
}

// findLandmarks returns the landmarks of a text. A verse is an object whose first
// key is "verse", "v" or "n", with a number.
func findLandmarks(text string) *landmarks {
	m := &landmarks{text: text}
	type open struct {
		at       int
		verse    int // index in verses, -1 for none
		keys     int // read so far
		isObject bool
	}
	var stack []open
	key := "" // the key of the next value, if it is the first key of its object
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
				top := &stack[len(stack)-1] // the object with that key
				top.verse = len(m.verses)
				m.verses = append(m.verses, verse{span{top.at, -1}, n, span{i, j}})
			}
			key, i = "", j-1
		}
	}
	return m
}

// completeVerses returns the verses whose objects are closed.
func (m *landmarks) completeVerses() []verse {
	var all []verse
	for _, v := range m.verses {
		if v.hi > 0 {
			all = append(all, v)
		}
	}
	return all
}

// closingQuote returns the index of the quote that ends the string beginning at
// i, or -1.
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
