package salvage

// nesting finds the end of an object. It tracks strings and matches brackets by
// kind. The checker validates everything else, once the object is complete.
type nesting struct {
	open    []byte // the open brackets
	text    bool   // inside a string
	escaped bool   // after a backslash in a string
}

// A nestingState is the state of an object after a byte.
type nestingState uint8

const (
	unclosed nestingState = iota // the object continues
	closed                       // the byte closed the object
	broken                       // the byte does not match the open bracket, or opens too many
)

func (n *nesting) reset() { *n = nesting{open: n.open[:0]} }

// feed adds the next byte of an object and returns the object's state. depth is
// the largest number of open brackets.
func (n *nesting) feed(c byte, depth int) nestingState {
	if n.text {
		switch {
		case n.escaped:
			n.escaped = false
		case c == '\\':
			n.escaped = true
		case c == '"':
			n.text = false
		}
		return unclosed
	}
	switch c {
	case '"':
		n.text = true
	case '{', '[':
		if len(n.open) == depth {
			return broken
		}
		n.open = append(n.open, c)
	case '}', ']':
		last := len(n.open) - 1
		if last < 0 || n.open[last] != c-2 { // in ASCII, the brackets of a pair differ by two
			return broken
		}
		if n.open = n.open[:last]; last == 0 {
			return closed
		}
	}
	return unclosed
}
