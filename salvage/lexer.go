package salvage

import (
	"errors"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// A fault is the first error in an object and the offset of its first invalid byte.
type fault struct {
	at  int
	err error
}

var errUnfinished = errors.New("the object is unfinished")

// scanString scans the string whose opening quotation mark is src[at]. inner is the
// text between the marks, and end the offset after the closing one. has is the union of
// the kinds of the bytes of inner.
func scanString(src []byte, at int) (inner []byte, has byteKind, end int, f *fault) {
	for i := at + 1; i < len(src); i++ {
		kind := byteKinds[src[i]]
		has |= kind
		if kind&ends == 0 {
			continue
		}
		switch c := src[i]; {
		case c == '"':
			return src[at+1 : i], has &^ ends, i + 1, nil
		case c == '\\':
			i++
		default:
			return nil, 0, 0, &fault{i, badControl(c)}
		}
	}
	return nil, 0, 0, &fault{len(src), errUnfinished}
}

// A byteKind says what a byte means to scanString. 0 is printable ASCII.
type byteKind uint8

const (
	ends    byteKind = 1 << iota // it may end the string
	escapes                      // it begins an escape
	special                      // it is not printable ASCII
)

var byteKinds = func() (kinds [256]byteKind) {
	for c := range kinds {
		switch {
		case c < ' ' || c == '"':
			kinds[c] = ends
		case c == '\\':
			kinds[c] = ends | escapes
		case c >= 0x7f:
			kinds[c] = special
		}
	}
	return kinds
}()

// badControl is the error of a control character in a string, and badDigit that of
// another byte in a number. They are formatted only where they are reported.
type (
	badControl byte
	badDigit   byte
)

func (c badControl) Error() string { return fmt.Sprintf("control character %U in a string", byte(c)) }
func (c badDigit) Error() string   { return fmt.Sprintf("%q in a number", byte(c)) }

// unescape decodes the escapes of a string. The offset of a fault is relative to
// inner.
func unescape(inner []byte) (string, *fault) {
	out := make([]byte, 0, len(inner))
	for i := 0; i < len(inner); {
		if inner[i] != '\\' {
			out = append(out, inner[i])
			i++
			continue
		}
		r, size := decodeEscape(inner[i:])
		switch {
		case size > 0:
		case i+1 == len(inner):
			return "", &fault{i, errors.New("a lone backslash in a string")}
		case inner[i+1] == 'u':
			return "", &fault{i, errors.New(`a \u without four hexadecimal digits in a string`)}
		default:
			return "", &fault{i, fmt.Errorf("unknown escape \\%c in a string", rune(inner[i+1]))}
		}
		out = utf8.AppendRune(out, r)
		i += size
	}
	return string(out), nil
}

// decodeEscape decodes the escape at the start of b, such as \n or \u05de. Two surrogates
// are one character, and one alone is U+FFFD. size is 0 if b does not begin with an
// escape of JSON.
func decodeEscape(b []byte) (r rune, size int) {
	if len(b) < 2 {
		return 0, 0
	}
	switch c := b[1]; c {
	case '"', '\\', '/':
		return rune(c), 2
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		r = hex4(b[2:])
		switch {
		case r < 0:
			return 0, 0
		case !utf16.IsSurrogate(r):
			return r, 6
		case len(b) >= 12 && b[6] == '\\' && b[7] == 'u':
			if r := utf16.DecodeRune(r, hex4(b[8:])); r != utf8.RuneError {
				return r, 12
			}
		}
		return utf8.RuneError, 6
	}
	return 0, 0
}

// hex4 returns the value of four hexadecimal digits at the start of b, or -1.
func hex4(b []byte) rune {
	if len(b) < 4 {
		return -1
	}
	var r rune
	for _, c := range b[:4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	return r
}

// scanNumber scans the JSON number at src[at]. integer tells whether it has neither
// fraction nor exponent. scanNumber does not check the byte after the number.
func scanNumber(src []byte, at int) (end int, integer bool, f *fault) {
	i := at
	digits := func() bool {
		from := i
		for i < len(src) && src[i] >= '0' && src[i] <= '9' {
			i++
		}
		return i > from
	}
	bad := func() (int, bool, *fault) {
		if i == len(src) {
			return 0, false, &fault{i, errUnfinished}
		}
		return 0, false, &fault{i, badDigit(src[i])}
	}
	if src[i] == '-' {
		i++
	}
	if i < len(src) && src[i] == '0' {
		i++
	} else if !digits() {
		return bad()
	}
	integer = true
	if i < len(src) && src[i] == '.' {
		integer = false
		i++
		if !digits() {
			return bad()
		}
	}
	if i < len(src) && src[i]|0x20 == 'e' {
		integer = false
		i++
		if i < len(src) && (src[i] == '+' || src[i] == '-') {
			i++
		}
		if !digits() {
			return bad()
		}
	}
	return i, integer, nil
}
