package concordance

import (
	"iter"
	mathbits "math/bits"
)

// A bits is a set of numbers below a size: of figures, verses, words or forms.
type bits []uint64

func newBits(size int) bits { return make(bits, (size+63)/64) }

// fullBits is the set of all numbers below a size.
func fullBits(size int) bits {
	b := newBits(size)
	for i := range b {
		b[i] = ^uint64(0)
	}
	if rest := size % 64; rest > 0 {
		b[len(b)-1] = 1<<rest - 1
	}
	return b
}

func (b bits) set(i int)   { b[i>>6] |= 1 << (i & 63) }
func (b bits) clear(i int) { b[i>>6] &^= 1 << (i & 63) }

// has reports whether a number is in the set; none from its size on is.
func (b bits) has(i int) bool { return i>>6 < len(b) && b[i>>6]&(1<<(i&63)) != 0 }

func (b bits) count() int {
	n := 0
	for _, w := range b {
		n += mathbits.OnesCount64(w)
	}
	return n
}

func (b bits) empty() bool {
	for _, w := range b {
		if w != 0 {
			return false
		}
	}
	return true
}

// and keeps what is also in another set of the same size.
func (b bits) and(c bits) bits {
	for i := range b {
		b[i] &= c[i]
	}
	return b
}

// or adds what is in another set of the same size.
func (b bits) or(c bits) bits {
	for i := range b {
		b[i] |= c[i]
	}
	return b
}

// orWhere adds the rows of a column whose number is one of those wanted.
func (b bits) orWhere(column []uint32, wanted bits) {
	if wanted.empty() {
		return
	}
	for row, n := range column {
		if wanted.has(int(n)) {
			b.set(row)
		}
	}
}

// setRange adds the numbers from first up to but not including end.
func (b bits) setRange(first, end int) {
	for ; first < end && first&63 != 0; first++ {
		b.set(first)
	}
	for ; first+64 <= end; first += 64 {
		b[first>>6] = ^uint64(0)
	}
	for ; first < end; first++ {
		b.set(first)
	}
}

// each gives the numbers in the set, ascending. Those that are taken out
// meanwhile may still be given.
func (b bits) each() iter.Seq[int] {
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
