package index

import (
	"bytes"
	"hash/maphash"
	"strings"

	"mashal/bitset"
)

// A dictionary numbers strings, so that a row has numbers. Number 0 is the
// empty string. It only grows: a vocabulary is what was in it at one time.
//
// The tags of 25,000 figures are some 100,000 strings. One after the other in
// one text they take half of what as many strings would, and nothing of it is
// looked at by the garbage collector.
type dictionary struct {
	text     strings.Builder
	textEnds []uint32
	folded   []byte
	ends     []uint32
	seed     maphash.Seed
	numbers  map[uint64]uint32 // by the hash, or the next that was free
}

// A vocabulary is numbered strings.
type vocabulary struct {
	text     string   // all of them
	textEnds []uint32 // of each in text
	folded   []byte   // all of them in lower case, each with a NUL after it, to be searched at once
	ends     []uint32 // of each in folded, after its NUL
}

func newDictionary() *dictionary {
	d := &dictionary{seed: maphash.MakeSeed(), numbers: map[uint64]uint32{}}
	d.number("")
	return d
}

func (d *dictionary) number(s string) uint32 {
	hash := maphash.String(d.seed, s)
	for ; ; hash++ { // strings with the same hash stand behind each other
		n, taken := d.numbers[hash]
		if !taken {
			break
		}
		if known := d.now(); known.string(int(n)) == s {
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

// now is what is in the dictionary, to be read while it grows: what is behind
// the ends is not looked at.
func (d *dictionary) now() vocabulary {
	return vocabulary{d.text.String(), d.textEnds, d.folded, d.ends}
}

func (v *vocabulary) len() int { return len(v.ends) }

// string is a string by its number.
func (v *vocabulary) string(n int) string {
	if n == 0 {
		return ""
	}
	return v.text[v.textEnds[n-1]:v.textEnds[n]]
}

// fold is a string in lower case.
func (v *vocabulary) fold(n int) []byte {
	start := uint32(0)
	if n > 0 {
		start = v.ends[n-1]
	}
	return v.folded[start : v.ends[n]-1]
}

// containing is the strings that have one of the parts in them, which are in
// lower case and not empty.
func (v *vocabulary) containing(parts []string) bitset.Set {
	set := bitset.New(v.len())
	for _, part := range parts {
		v.find([]byte(part), 0, set)
	}
	return set
}

// beginning is the strings that begin so, in lower case.
func (v *vocabulary) beginning(with string) bitset.Set {
	set := bitset.New(v.len())
	v.find(append([]byte{0}, with...), 1, set) // before the first is the end of the empty one
	return set
}

// find adds the strings that have what stands so many bytes after the start
// of a pattern.
func (v *vocabulary) find(pattern []byte, after int, set bitset.Set) {
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
