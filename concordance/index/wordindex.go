package index

import (
	"slices"
	"strings"
	"sync"

	"mashal"
	"mashal/bitset"
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
				for _, base := range inflection.Bases(w) {
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

// meant returns the words that are meant by a typed word.
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
	for _, base := range inflection.Bases(typed) {
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
