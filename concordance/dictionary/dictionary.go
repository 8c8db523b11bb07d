// Package dictionary numbers the strings that figures have, such as tags and speakers, and
// finds those with given words.
package dictionary

import (
	"bytes"
	"hash/maphash"
	"slices"
	"strings"

	"mashal/bitset"
)

// A Dictionary numbers strings, so that rows hold numbers. Number 0 is the
// empty string. Strings are never removed, so an earlier vocabulary stays
// valid.
//
// The tags of 25,000 figures are about 100,000 strings. Joined in one text they
// take half of the memory of as many strings, and the garbage collector does
// not scan them.
type Dictionary struct {
	text     strings.Builder
	textEnds []uint32
	folded   []byte
	ends     []uint32
	seed     maphash.Seed
	numbers  map[uint64]uint32 // by hash, or the next free one
	index    *wordIndex
}

// A Vocabulary is the strings that a dictionary had at one time.
type Vocabulary struct {
	text     string   // all of them
	textEnds []uint32 // by string, its end in text
	folded   []byte   // all of them in lower case, each followed by a NUL, to be searched at once
	ends     []uint32 // by string, its end in folded, after its NUL
	index    *wordIndex
}

// New returns a dictionary that has the empty string only.
func New() *Dictionary {
	d := &Dictionary{seed: maphash.MakeSeed(), numbers: map[uint64]uint32{}, index: &wordIndex{}}
	d.Number("")
	return d
}

// Number returns the number of a string, which it adds if it is new.
func (d *Dictionary) Number(s string) uint32 {
	hash := maphash.String(d.seed, s)
	for ; ; hash++ { // linear probing
		n, taken := d.numbers[hash]
		if !taken {
			break
		}
		if known := d.Vocabulary(); known.String(int(n)) == s {
			return n
		}
	}
	n := uint32(len(d.ends))
	d.text.WriteString(s)
	d.textEnds = append(d.textEnds, uint32(d.text.Len()))
	d.folded = append(append(d.folded, strings.ReplaceAll(strings.ToLower(s), "\x00", " ")...), 0)
	d.ends = append(d.ends, uint32(len(d.folded)))
	d.numbers[hash] = n
	return n
}

// Vocabulary returns the present strings. It may be read while the dictionary
// grows, because only text before its ends is read.
func (d *Dictionary) Vocabulary() Vocabulary {
	return Vocabulary{d.text.String(), d.textEnds, d.folded, d.ends, d.index}
}

// Len returns the number of strings, with the empty one.
func (v *Vocabulary) Len() int { return len(v.ends) }

// String returns a string by its number.
func (v *Vocabulary) String(n int) string {
	if n == 0 {
		return ""
	}
	return v.text[v.textEnds[n-1]:v.textEnds[n]]
}

// Fold returns a string in lower case.
func (v *Vocabulary) Fold(n int) []byte {
	start := uint32(0)
	if n > 0 {
		start = v.ends[n-1]
	}
	return v.folded[start : v.ends[n]-1]
}

// WithText returns the strings that contain one of the parts, which must be
// in lower case and not empty, anywhere.
func (v *Vocabulary) WithText(parts []string) bitset.Set {
	set := bitset.New(v.Len())
	for _, part := range parts {
		v.find([]byte(part), 0, set)
	}
	return set
}

// Beginning returns the strings that begin with a text in lower case.
func (v *Vocabulary) Beginning(with string) bitset.Set {
	set := bitset.New(v.Len())
	v.find(append([]byte{0}, with...), 1, set) // the first follows the NUL of the empty string
	return set
}

// find adds the strings that contain a pattern, without its first bytes up to
// after, which match the end of the string before.
func (v *Vocabulary) find(pattern []byte, after int, set bitset.Set) {
	for at, n := 0, 0; ; {
		found := bytes.Index(v.folded[at:], pattern)
		if found < 0 {
			return
		}
		for int(v.ends[n]) <= at+found+after {
			n++
		}
		set.Add(n)
		at = int(v.ends[n]) - after
	}
}

// Ranks returns the alphabetical rank of each string, regardless of case.
func (v *Vocabulary) Ranks() []uint32 {
	order := make([]uint32, v.Len())
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return bytes.Compare(v.Fold(int(a)), v.Fold(int(b))) })
	rank := make([]uint32, len(order))
	for place, n := range order {
		if rank[n] = uint32(place); place > 0 && bytes.Equal(v.Fold(int(n)), v.Fold(int(order[place-1]))) {
			rank[n] = rank[order[place-1]]
		}
	}
	return rank
}
