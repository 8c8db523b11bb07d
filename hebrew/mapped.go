package hebrew

import "slices"

// A Mapped is a changed text that maps its byte offsets to the original.
type Mapped struct {
	Text   string
	source []int32 // the offset in the original of each byte of Text and of its end
}

// Source returns the offset in the original of a byte of Text. For a byte of a
// replacement it is the offset at which the replaced text begins. For len(Text)
// it is the length of the original. It never decreases as offset increases.
func (m Mapped) Source(offset int) int { return int(m.source[offset]) }

// Offset returns the offset in Text of a byte of the original. For a byte that
// was replaced or dropped it is the offset of the text that follows it.
func (m Mapped) Offset(source int) int {
	offset, _ := slices.BinarySearch(m.source, int32(source))
	return min(offset, len(m.Text))
}

// A mappedBuilder builds a Mapped.
type mappedBuilder struct {
	text   []byte
	source []int32
}

// copy appends the bytes from up to to of the original s.
func (b *mappedBuilder) copy(s string, from, to int) {
	b.text = append(b.text, s[from:to]...)
	for i := from; i < to; i++ {
		b.source = append(b.source, int32(i))
	}
}

// replace appends a replacement for the text of the original that begins at the
// offset at.
func (b *mappedBuilder) replace(replacement string, at int) {
	b.text = append(b.text, replacement...)
	b.source = append(b.source, slices.Repeat([]int32{int32(at)}, len(replacement))...)
}

// mapped returns the result. size is the length of the original.
func (b *mappedBuilder) mapped(size int) Mapped {
	return Mapped{string(b.text), append(b.source, int32(size))}
}
