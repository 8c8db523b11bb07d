package dictionary

import (
	"slices"
	"strings"
	"sync"

	"mashal/bitset"
	"mashal/corpus/lexicon"
	"mashal/inflection"
)

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
func (x *wordIndex) update(v *Vocabulary) {
	if x.ids == nil {
		x.ids, x.byBase = map[string]uint32{}, map[string][]uint32{}
	}
	for ; x.indexed < v.Len(); x.indexed++ {
		for _, w := range TextWords(string(v.Fold(x.indexed))) {
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

// Words returns the words of the strings, in lower case, and of strings that were added later.
func (v *Vocabulary) Words() []string {
	v.index.mu.Lock()
	defer v.index.mu.Unlock()
	v.index.update(v)
	return v.index.words
}

// Containing returns the strings that contain one of the alternatives: all
// terms of it, with their words in any inflection. Articles count only in
// phrases, and where there is no other word.
func (v *Vocabulary) Containing(alternatives []Terms) bitset.Set {
	set := bitset.New(v.Len())
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
func (v *Vocabulary) withPhrase(term []string) bitset.Set {
	var found bitset.Set
	for _, w := range term {
		with := bitset.New(v.Len())
		for _, id := range v.index.meant(w) {
			for _, n := range v.index.strings[id] {
				if int(n) >= v.Len() {
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
		phrase := NewPhrase(term, false)
		for n := range found.All() {
			if !phrase.In(TextWords(string(v.Fold(n)))) {
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
