package salvage

import "bytes"

// maxBlank is the largest amount of white space in a head. It bounds the number
// of bytes that the decoder buffers while it waits for the end of a head.
const maxBlank = 256

// A headMatcher recognises heads in a stream of bytes. A head is the beginning of
// a verse object, such as `{"verse":7`, with optional white space between the
// tokens. The matcher ignores whether a head is inside a string.
type headMatcher struct {
	key   string // the quoted key: `"verse"`
	at    int    // the number of bytes of key matched so far; -1 if no brace is open
	colon bool   // whether the colon was matched
	blank int    // the number of white space bytes in the head so far
	start int64  // the offset of the brace
}

func newHeadMatcher(key string) headMatcher { return headMatcher{key: `"` + key + `"`, at: -1} }

// feed adds the byte at offset off. It reports whether the byte is the first
// digit of a verse number, or the quotation mark before it. If so, h.start is the offset of the head.
func (h *headMatcher) feed(c byte, off int64) bool {
	if c == '{' {
		h.at, h.colon, h.blank, h.start = 0, false, 0, off
		return false
	}
	if h.at < 0 {
		return false
	}
	switch {
	case isBlank(c) && (h.at == 0 || h.at == len(h.key)):
		if h.blank++; h.blank <= maxBlank {
			return false
		}
	case h.at < len(h.key):
		if c == h.key[h.at] {
			h.at++
			return false
		}
	case !h.colon:
		if c == ':' {
			h.colon = true
			return false
		}
	case c >= '0' && c <= '9', c == '"':
		h.at = -1
		return true
	}
	h.at = -1
	return false
}

// maxVerseText is the length of the longest verse that is written as a text.
const maxVerseText = 64

// headVerse returns the verse number in the head of an object, or 0 if the number
// is incomplete or too high.
func (d *Decoder) headVerse(whole []byte) int {
	_, rest, _ := bytes.Cut(whole, []byte(":"))
	rest = bytes.TrimLeft(rest, " \t\r\n")
	if len(rest) > 0 && rest[0] == '"' {
		text, _, ok := bytes.Cut(rest[1:min(len(rest), maxVerseText)], []byte{'"'})
		if !ok {
			return 0
		}
		n, _ := d.schema.verseOf(string(text))
		return n
	}
	n := 0
	for _, c := range rest {
		switch {
		case c < '0' || c > '9':
			return n
		case n > maxVerse:
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return 0
}

// isBlank reports whether c is white space in JSON.
func isBlank(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }
