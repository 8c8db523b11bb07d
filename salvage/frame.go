package salvage

// frame finds where an object that began outside any string closes. It follows
// strings and matches brackets by kind, nothing more: whether the object is any
// good is for the checker to say, which sees it whole.
type frame struct {
	open    []byte // the brackets open now
	text    bool   // inside a string
	escaped bool   // after a backslash
}

// What a byte did to a frame.
type framing uint8

const (
	within framing = iota // the object goes on
	closed                // it closed with this byte
	broken                // a bracket closed another kind, or nesting is too deep
)

func (f *frame) reset() { *f = frame{open: f.open[:0]} }

func (f *frame) feed(c byte, depth int) framing {
	if f.text {
		switch {
		case f.escaped:
			f.escaped = false
		case c == '\\':
			f.escaped = true
		case c == '"':
			f.text = false
		}
		return within
	}
	switch c {
	case '"':
		f.text = true
	case '{', '[':
		if len(f.open) == depth {
			return broken
		}
		f.open = append(f.open, c)
	case '}', ']':
		n := len(f.open) - 1
		if n < 0 || f.open[n] != c-2 { // in ASCII each pair is two apart
			return broken
		}
		if f.open = f.open[:n]; n == 0 {
			return closed
		}
	}
	return within
}
