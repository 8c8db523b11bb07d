package concordance

import (
	"bytes"
	"slices"
	"strings"
)

// A dictionary numbers strings, so that a row has numbers. Number 0 is the
// empty string. It only grows: a vocabulary is what was in it at one time.
type dictionary struct {
	vocabulary
	numbers map[string]uint32
}

// A vocabulary is numbered strings.
type vocabulary struct {
	strings []string
	folded  []byte   // all of them in lower case, each with a NUL after it, to be searched at once
	ends    []uint32 // of each in folded, after its NUL
}

func newDictionary() *dictionary {
	d := &dictionary{numbers: map[string]uint32{}}
	d.number("")
	return d
}

func (d *dictionary) number(s string) uint32 {
	n, ok := d.numbers[s]
	if !ok {
		n = uint32(len(d.strings))
		d.strings = append(d.strings, s)
		d.folded = append(append(d.folded, strings.ReplaceAll(strings.ToLower(s), "\x00", " ")...), 0)
		d.ends = append(d.ends, uint32(len(d.folded)))
		d.numbers[s] = n
	}
	return n
}

// now is what is in the dictionary, to be read while it grows.
func (d *dictionary) now() vocabulary {
	return vocabulary{slices.Clip(d.strings), slices.Clip(d.folded), slices.Clip(d.ends)}
}

func (v *vocabulary) len() int { return len(v.strings) }

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
func (v *vocabulary) containing(parts []string) bits {
	set := newBits(v.len())
	for _, part := range parts {
		v.find([]byte(part), 0, set)
	}
	return set
}

// beginning is the strings that begin so, in lower case.
func (v *vocabulary) beginning(with string) bits {
	set := newBits(v.len())
	v.find(append([]byte{0}, with...), 1, set) // before the first is the end of the empty one
	return set
}

// find adds the strings that have what stands so many bytes after the start
// of a pattern.
func (v *vocabulary) find(pattern []byte, after int, set bits) {
	for at, n := 0, 0; ; {
		found := bytes.Index(v.folded[at:], pattern)
		if found < 0 {
			return
		}
		for int(v.ends[n]) <= at+found+after {
			n++
		}
		set.set(n)
		at = int(v.ends[n]) - after
	}
}
