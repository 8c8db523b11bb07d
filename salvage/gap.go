package salvage

// A gap classifies the bytes between two objects.
type gap uint8

const (
	clean  gap = iota // only white space, commas and opening brackets
	ended             // the same, then the end of the array and any bytes
	debris            // other bytes: remains of an object, or prose
)

// feed returns the state of the text between two verse objects after one more byte:
// clean until a byte other than white space, a comma or a bracket.
func (g gap) feed(c byte) gap {
	switch {
	case g != clean || isBlank(c) || c == ',' || c == '[':
		return g
	case c == ']':
		return ended
	}
	return debris
}
