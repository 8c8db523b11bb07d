package learned

import "strings"

// stemHash returns a hash of an English word in lower case without a common ending, or 0
// for a function word.
func stemHash(word string) uint32 {
	s := strings.ToLower(word)
	if i := strings.IndexAny(s, "’'"); i >= 0 {
		s = s[:i]
	}
	if len(s) < 3 || stopWords[s] {
		return 0
	}
	for _, ending := range [...]string{"ing", "ed", "eth", "es", "s"} {
		if t := strings.TrimSuffix(s, ending); t != s && len(t) >= 3 {
			return hashText(t)
		}
	}
	return hashText(s)
}

// stopWords are English words that say nothing about the subject of a verse.
var stopWords = func() map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(`the and for with his her him she who which that this these those they them their there
		shall will you your yours our ours has have had was were are been being not but from unto into upon out all let may
		than then when what whom also its one may because said says`) {
		set[word] = true
	}
	return set
}()

// hashText returns the FNV-1a hash of a text.
func hashText(s string) uint32 {
	h := uint32(2166136261)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}
