package salvage

// maxBlank bounds the white space within a head, so that what is held back
// while one may be forming is bounded too.
const maxBlank = 256

// head recognises the beginning of a verse object, `{"verse":7` with white
// space allowed between the tokens, in bytes fed one at a time. It looks at the
// raw bytes only: whether they are inside a string makes no difference.
type head struct {
	key   string // what follows the brace: `"verse"`
	at    int    // bytes of key matched; -1 while no brace is open
	colon bool
	blank int
	start int64 // offset of the brace
}

func newHead(key string) head { return head{key: `"` + key + `"`, at: -1} }

// feed takes the byte at offset off and reports whether it is the first digit
// of a verse's number; start is then the offset of the head.
func (h *head) feed(c byte, off int64) bool {
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
	case c >= '0' && c <= '9':
		h.at = -1
		return true
	}
	h.at = -1
	return false
}

func isBlank(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }
