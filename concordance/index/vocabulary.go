package index

import (
	"bytes"
	"hash/maphash"
	"slices"
	"strings"
	"sync"

	"mashal"
	"mashal/bitset"
	"mashal/corpus/lexicon"
	"mashal/inflection"
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

// A wordIndex tells which strings of a dictionary contain a word. It is brought
// up to date when it is asked, because most snapshots of a growing file are not
// searched by tags.
type wordIndex struct {
	mu      sync.Mutex
	indexed int               // strings
	ids     map[string]uint32 // of words, in lower case
	words   []string
	strings [][]uint32          // by word, in ascending order
	byBase  map[string][]uint32 // words by what they are forms of
}

// update adds the strings of a vocabulary that are not indexed. The caller holds
// mu.
func (x *wordIndex) update(v *vocabulary) {
	if x.ids == nil {
		x.ids, x.byBase = map[string]uint32{}, map[string][]uint32{}
	}
	for ; x.indexed < v.len(); x.indexed++ {
		for _, w := range textWords(string(v.fold(x.indexed))) {
			id, ok := x.ids[w]
			if !ok {
				id = uint32(len(x.words))
				w = strings.Clone(w)
				x.ids[w] = id
				x.words, x.strings = append(x.words, w), append(x.strings, nil)
				for _, base := range inflection.Bases(lexicon.EnglishName(w)) {
					x.byBase[base] = append(x.byBase[base], id)
				}
			}
			if list := x.strings[id]; len(list) == 0 || list[len(list)-1] != uint32(x.indexed) {
				x.strings[id] = append(list, uint32(x.indexed))
			}
		}
	}
}

// containing returns the strings that contain one of the alternatives: all
// terms of it, with their words in any inflection. Articles count only in
// phrases, and where there is no other word.
func (v *vocabulary) containing(alternatives []terms) bitset.Set {
	set := bitset.New(v.len())
	if len(alternatives) == 0 {
		return set
	}
	v.index.mu.Lock()
	defer v.index.mu.Unlock()
	v.index.update(v)
	for _, all := range alternatives {
		var found bitset.Set
		for _, term := range all {
			with := v.withPhrase(term)
			if found == nil {
				found = with
			} else {
				found.And(with)
			}
		}
		if found != nil {
			set.Or(found)
		}
	}
	return set
}

// withPhrase returns the strings that contain a term.
func (v *vocabulary) withPhrase(term []string) bitset.Set {
	var found bitset.Set
	for _, w := range term {
		with := bitset.New(v.len())
		for _, id := range v.index.meant(w) {
			for _, n := range v.index.strings[id] {
				if int(n) >= v.len() {
					break // of a later snapshot
				}
				with.Add(int(n))
			}
		}
		if found == nil {
			found = with
		} else {
			found.And(with)
		}
	}
	if len(term) > 1 {
		phrase := newEnglishPhrase(term, false)
		for n := range found.All() {
			if !phrase.in(textWords(string(v.fold(n)))) {
				found.Remove(n)
			}
		}
	}
	return found
}

// meant returns the words that are meant by a typed word, as lexicon.Matcher compares them.
func (x *wordIndex) meant(typed string) []uint32 {
	var ids []uint32
	if prefix, ok := strings.CutSuffix(typed, "*"); ok {
		for id, w := range x.words {
			if strings.HasPrefix(w, prefix) {
				ids = append(ids, uint32(id))
			}
		}
		return ids
	}
	for _, base := range inflection.Bases(lexicon.EnglishName(typed)) {
		ids = append(ids, x.byBase[base]...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// alternatives parses a text whose alternatives are separated by ";".
func alternatives(field, typed string) ([]terms, error) {
	var list []terms
	for part := range strings.SplitSeq(typed, ";") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		all, err := parseTerms(field, part, textWords)
		if len(textWords(part)) > 0 && err != nil {
			return nil, err
		}
		list = append(list, withoutArticles(all)) // signs are found nowhere
	}
	if typed != "" && len(list) == 0 {
		return nil, mashal.NewFieldError(field, typed, "", "Give words; a semicolon separates alternatives.", "%.60q contains no search words", typed)
	}
	return list, nil
}

// withoutArticles drops the terms that are an article, unless all are.
func withoutArticles(all terms) terms {
	rest := slices.DeleteFunc(slices.Clone(all), func(term []string) bool { return len(term) == 1 && isArticle(term[0]) })
	if len(rest) == 0 {
		return all
	}
	return rest
}

func isArticle(word string) bool { return word == "a" || word == "an" || word == "the" }
