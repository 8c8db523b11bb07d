package index

import (
	"bytes"
	"hash/maphash"
	"strings"

	"mashal/bitset"
)

// A dictionary numbers strings, so that rows hold numbers. Number 0 is the
// empty string. Strings are never removed, so an earlier vocabulary stays
// valid.
//
// The tags of 25,000 figures are about 100,000 strings. Joined in one text they
// take half of the memory of as many strings, and the garbage collector does
// not scan them.
type dictionary struct {
	text     strings.Builder
	textEnds []uint32
	folded   []byte
	ends     []uint32
	seed     maphash.Seed
	numbers  map[uint64]uint32 // by hash, or the next free one
	index    *wordIndex
}

// A vocabulary is the strings that a dictionary had at one time.
type vocabulary struct {
	text     string   // all of them
	textEnds []uint32 // by string, its end in text
	folded   []byte   // all of them in lower case, each followed by a NUL, to be searched at once
	ends     []uint32 // by string, its end in folded, after its NUL
	index    *wordIndex
}

func newDictionary() *dictionary {
	d := &dictionary{seed: maphash.MakeSeed(), numbers: map[uint64]uint32{}, index: &wordIndex{}}
	d.number("")
	return d
}

// number returns the number of a string, which it adds if it is new.
func (d *dictionary) number(s string) uint32 {
	hash := maphash.String(d.seed, s)
	for ; ; hash++ { // linear probing
		n, taken := d.numbers[hash]
		if !taken {
			break
		}
		if known := d.vocabulary(); known.string(int(n)) == s {
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

// vocabulary returns the present strings. It may be read while the dictionary
// grows, because only text before its ends is read.
func (d *dictionary) vocabulary() vocabulary {
	return vocabulary{d.text.String(), d.textEnds, d.folded, d.ends, d.index}
}

func (v *vocabulary) len() int { return len(v.ends) }

// string returns a string by its number.
func (v *vocabulary) string(n int) string {
	if n == 0 {
		return ""
	}
	return v.text[v.textEnds[n-1]:v.textEnds[n]]
}

// fold returns a string in lower case.
func (v *vocabulary) fold(n int) []byte {
	start := uint32(0)
	if n > 0 {
		start = v.ends[n-1]
	}
	return v.folded[start : v.ends[n]-1]
}

// withText returns the strings that contain one of the parts, which must be
// in lower case and not empty, anywhere.
func (v *vocabulary) withText(parts []string) bitset.Set {
	set := bitset.New(v.len())
	for _, part := range parts {
		v.find([]byte(part), 0, set)
	}
	return set
}

// beginning returns the strings that begin with a text in lower case.
func (v *vocabulary) beginning(with string) bitset.Set {
	set := bitset.New(v.len())
	v.find(append([]byte{0}, with...), 1, set) // the first follows the NUL of the empty string
	return set
}

// find adds the strings that contain a pattern, without its first bytes up to
// after, which match the end of the string before.
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

// vocabularies hold the strings of the columns.
type vocabularies struct {
	specific vocabulary // the first level of tags
	general  vocabulary // categories and domains
	subtypes vocabulary
	speakers vocabulary
	purposes vocabulary
}

// dictionaries number the strings of each vocabulary.
type dictionaries struct{ specific, general, subtypes, speakers, purposes *dictionary }

func newDictionaries() dictionaries {
	return dictionaries{newDictionary(), newDictionary(), newDictionary(), newDictionary(), newDictionary()}
}

// vocabularies returns the present strings.
func (d *dictionaries) vocabularies() vocabularies {
	return vocabularies{d.specific.vocabulary(), d.general.vocabulary(), d.subtypes.vocabulary(), d.speakers.vocabulary(), d.purposes.vocabulary()}
}
