package salvage

// A gap is what stands between two objects.
type gap uint8

const (
	clean  gap = iota // white space and commas, an opening bracket or a brace
	ended             // as clean, then the end of the array; whatever follows
	strewn            // remains of something
)

func (g gap) feed(c byte) gap {
	switch {
	case g != clean || isBlank(c) || c == ',' || c == '[':
		return g
	case c == ']':
		return ended
	}
	return strewn
}
