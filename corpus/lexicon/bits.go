package lexicon

import (
	"iter"
	mathbits "math/bits"
)

// A Bits is a set of numbers below a size: of figures, verses, words or forms.
type Bits []uint64

// NewBits returns an empty set of numbers below size.
func NewBits(size int) Bits { return make(Bits, (size+63)/64) }

// FullBits is the set of all numbers below a size.
func FullBits(size int) Bits {
	b := NewBits(size)
	for i := range b {
		b[i] = ^uint64(0)
	}
	if rest := size % 64; rest > 0 {
		b[len(b)-1] = 1<<rest - 1
	}
	return b
}

// Set adds a number to the set.
func (b Bits) Set(i int) { b[i>>6] |= 1 << (i & 63) }

// Clear removes a number from the set.
func (b Bits) Clear(i int) { b[i>>6] &^= 1 << (i & 63) }

// Has reports whether a number is in the set; none from its size on is.
func (b Bits) Has(i int) bool { return i>>6 < len(b) && b[i>>6]&(1<<(i&63)) != 0 }

// Count returns how many numbers the set has.
func (b Bits) Count() int {
	n := 0
	for _, w := range b {
		n += mathbits.OnesCount64(w)
	}
	return n
}

// Empty reports whether the set has no number.
func (b Bits) Empty() bool {
	for _, w := range b {
		if w != 0 {
			return false
		}
	}
	return true
}

// And keeps what is also in another set of the same size.
func (b Bits) And(c Bits) Bits {
	for i := range b {
		b[i] &= c[i]
	}
	return b
}

// Or adds what is in another set of the same size.
func (b Bits) Or(c Bits) Bits {
	for i := range b {
		b[i] |= c[i]
	}
	return b
}

// OrWhere adds the rows of a column whose number is one of those wanted.
func (b Bits) OrWhere(column []uint32, wanted Bits) {
	if wanted.Empty() {
		return
	}
	for row, n := range column {
		if wanted.Has(int(n)) {
			b.Set(row)
		}
	}
}

// SetRange adds the numbers from first up to but not including end.
func (b Bits) SetRange(first, end int) {
	for ; first < end && first&63 != 0; first++ {
		b.Set(first)
	}
	for ; first+64 <= end; first += 64 {
		b[first>>6] = ^uint64(0)
	}
	for ; first < end; first++ {
		b.Set(first)
	}
}

// Each gives the numbers in the set, ascending. Those that are taken out
// meanwhile may still be given.
func (b Bits) Each() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i, w := range b {
			for ; w != 0; w &= w - 1 {
				if !yield(i<<6 + mathbits.TrailingZeros64(w)) {
					return
				}
			}
		}
	}
}
