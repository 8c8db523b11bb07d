// Package bitset provides sets of small integers: figures, verses, words or
// forms by their number.
//
// It is kept by hand because it is measurably faster than the library
// github.com/bits-and-blooms/bitset (v1.29.0, 500,000 members, one core): a
// membership test takes 0.6 ns instead of 0.8, iterating over a set in which
// every 50th bit is set 22 µs instead of 29, in which every third is 343 µs
// instead of 434; and its numbers are int, as the rows of the index are.
package bitset

import (
	"iter"
	"math/bits"
)

// A Set is a set of integers from 0 to a fixed size, which New is given.
type Set []uint64

// New returns an empty set for integers below size.
func New(size int) Set { return make(Set, (size+63)/64) }

// Full returns the set of all integers from 0 to size-1.
func Full(size int) Set {
	s := New(size)
	for i := range s {
		s[i] = ^uint64(0)
	}
	if rest := size % 64; rest > 0 {
		s[len(s)-1] = 1<<rest - 1
	}
	return s
}

// Add adds i.
func (s Set) Add(i int) { s[i>>6] |= 1 << (i & 63) }

// Remove removes i.
func (s Set) Remove(i int) { s[i>>6] &^= 1 << (i & 63) }

// Has reports whether i is in the set. It returns false beyond the size.
func (s Set) Has(i int) bool { return i>>6 < len(s) && s[i>>6]&(1<<(i&63)) != 0 }

// Count returns the number of members.
func (s Set) Count() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// CountRange returns the number of members from first to end-1. The end must not be beyond the
// size.
func (s Set) CountRange(first, end int) int {
	if first >= end {
		return 0
	}
	low, high := first>>6, (end-1)>>6
	begin, rest := ^uint64(0)<<(first&63), ^uint64(0)>>(63-(end-1)&63)
	if low == high {
		return bits.OnesCount64(s[low] & begin & rest)
	}
	n := bits.OnesCount64(s[low]&begin) + bits.OnesCount64(s[high]&rest)
	for _, w := range s[low+1 : high] {
		n += bits.OnesCount64(w)
	}
	return n
}

// CountAnd returns the number of members that are also in other, a set of the same size.
func (s Set) CountAnd(other Set) int {
	n := 0
	for i, w := range s {
		n += bits.OnesCount64(w & other[i])
	}
	return n
}

// Empty reports whether the set has no members.
func (s Set) Empty() bool {
	for _, w := range s {
		if w != 0 {
			return false
		}
	}
	return true
}

// And removes the members that are not in other, a set of the same size.
func (s Set) And(other Set) {
	for i := range s {
		s[i] &= other[i]
	}
}

// Or adds the members of other, a set of the same size.
func (s Set) Or(other Set) {
	for i := range s {
		s[i] |= other[i]
	}
}

// AndNot removes the members of other, a set of the same size.
func (s Set) AndNot(other Set) {
	for i := range s {
		s[i] &^= other[i]
	}
}

// AddRange adds the integers from first to end-1.
func (s Set) AddRange(first, end int) {
	for ; first < end && first&63 != 0; first++ {
		s.Add(first)
	}
	for ; first+64 <= end; first += 64 {
		s[first>>6] = ^uint64(0)
	}
	for ; first < end; first++ {
		s.Add(first)
	}
}

// All returns the members in ascending order. Members that are removed during
// the iteration may still be returned.
func (s Set) All() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i, w := range s {
			for ; w != 0; w &= w - 1 {
				if !yield(i<<6 + bits.TrailingZeros64(w)) {
					return
				}
			}
		}
	}
}
