package bitset_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"mashal/bitset"
)

// TestSet compares a set with a map after random operations, for sizes around
// the length of a word.
func TestSet(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, size := range []int{0, 1, 63, 64, 65, 127, 128, 200} {
		s, want := bitset.New(size), map[int]bool{}
		fill := func(s bitset.Set, want map[int]bool) {
			for range min(size, 1+r.IntN(20)) {
				i := r.IntN(size)
				s.Add(i)
				want[i] = true
			}
		}
		for range 100 {
			other, members := bitset.New(size), map[int]bool{}
			fill(other, members)
			both := 0
			for i := range want {
				if members[i] {
					both++
				}
			}
			if got := s.CountAnd(other); got != both {
				t.Fatalf("size %d: %d members in both sets, want %d", size, got, both)
			}
			switch op := r.IntN(5); {
			case op == 0 && size > 0:
				i := r.IntN(size)
				s.Remove(i)
				delete(want, i)
			case op == 1:
				s.And(other)
				maps.DeleteFunc(want, func(i int, _ bool) bool { return !members[i] })
			case op == 2:
				s.AndNot(other)
				maps.DeleteFunc(want, func(i int, _ bool) bool { return members[i] })
			case op == 3:
				first := r.IntN(size + 1)
				end := first + r.IntN(size-first+1)
				s.AddRange(first, end)
				for i := first; i < end; i++ {
					want[i] = true
				}
			default:
				s.Or(other)
				maps.Copy(want, members)
			}
			if got := slices.Collect(s.All()); !slices.Equal(got, slices.Sorted(maps.Keys(want))) {
				t.Fatalf("size %d: %v, want %v", size, got, slices.Sorted(maps.Keys(want)))
			}
			if s.Count() != len(want) || s.Empty() != (len(want) == 0) {
				t.Fatalf("size %d: %d members, want %d", size, s.Count(), len(want))
			}
			first := r.IntN(size + 1)
			end, within := first+r.IntN(size-first+1), 0
			for i := first; i < end; i++ {
				if want[i] {
					within++
				}
			}
			if got := s.CountRange(first, end); got != within {
				t.Fatalf("size %d: %d members from %d to %d, want %d", size, got, first, end, within)
			}
			for i := range size + 130 {
				if s.Has(i) != want[i] {
					t.Fatalf("size %d: Has(%d) is %t", size, i, s.Has(i))
				}
			}
		}
		if full := bitset.Full(size); full.Count() != size || full.Has(size) {
			t.Errorf("size %d: the full set has %d members", size, full.Count())
		}
	}
}
