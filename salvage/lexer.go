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
// text between the marks, and end the offset after the closing one. escaped tells
// whether inner has a backslash.
func scanString(src []byte, at int) (inner []byte, escaped bool, end int, f *fault) {
	for i := at + 1; i < len(src); i++ {
		if !special[src[i]] {
			continue
		}
		switch c := src[i]; {
		case c == '"':
			return src[at+1 : i], escaped, i + 1, nil
		case c == '\\':
			escaped = true
			i++
		case c < ' ':
			return nil, false, 0, &fault{i, badControl(c)}
		}
	}
	return nil, false, 0, &fault{len(src), errUnfinished}
}

// special are the bytes that end the plain part of a string.
var special = func() (set [256]bool) {
	for c := range ' ' {
		set[c] = true
	}
	set['"'], set['\\'] = true, true
	return set
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
		c := inner[i]
		if c != '\\' {
			out = append(out, c)
			i++
			continue
		}
		if i+1 == len(inner) {
			return "", &fault{i, errors.New("a lone backslash in a string")}
		}
		switch c := inner[i+1]; c {
		case '"', '\\', '/':
			out = append(out, c)
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'u':
			r := hex4(inner[i+2:])
			size := 6
			if utf16.IsSurrogate(r) {
				low := rune(-1)
				if len(inner) >= i+12 && inner[i+6] == '\\' && inner[i+7] == 'u' {
					low = hex4(inner[i+8:])
				}
				if r, size = utf16.DecodeRune(r, low), 12; r == utf8.RuneError {
					return "", &fault{i, errors.New("an unpaired surrogate in a string")}
				}
			}
			if r < 0 {
				return "", &fault{i, errors.New(`a \u without four hexadecimal digits in a string`)}
			}
			out = utf8.AppendRune(out, r)
			i += size
			continue
		default:
			return "", &fault{i, fmt.Errorf("unknown escape \\%c in a string", rune(c))}
		}
		i += 2
	}
	return string(out), nil
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
