// Package inflection tells which English words are forms of the same word: lion
// and lions, wolf and wolves, fall and fell. It knows inflection only, so that
// heart is no form of ear and wicked none of wick.
//
// Reading order: inflection.go (endings), irregular.go (the forms that no
// ending explains).
package inflection

import "strings"

// Bases returns the words of which a word can be a form, itself included. The
// word must be in lower case. Some of them may be no English words: "wolve" of
// wolves.
func Bases(word string) []string {
	if bases, ok := irregular[word]; ok {
		return bases
	}
	bases := []string{word}
	if len(word) < 4 || uninflected[word] {
		return bases
	}
	add := func(base string) {
		if len(base) > 1 && hasVowel(base) {
			bases = append(bases, base)
		}
	}
	switch {
	case strings.HasSuffix(word, "ss"), strings.HasSuffix(word, "us"), strings.HasSuffix(word, "is"):
	case strings.HasSuffix(word, "ies"):
		if stem := word[:len(word)-3]; len(stem) > 1 {
			add(stem + "y")
		}
		add(word[:len(word)-1])
	case strings.HasSuffix(word, "es"):
		if stem := word[:len(word)-2]; sibilant(stem) || strings.HasSuffix(stem, "o") {
			add(stem)
		}
		add(word[:len(word)-1])
	case strings.HasSuffix(word, "s"):
		add(word[:len(word)-1])
	case strings.HasSuffix(word, "ied"):
		add(word[:len(word)-3] + "y")
		add(word[:len(word)-1])
	case strings.HasSuffix(word, "eed"):
	case strings.HasSuffix(word, "ed"):
		addStems(word[:len(word)-2], add)
	case strings.HasSuffix(word, "ying") && len(word) == 5: // dying, lying, tying
		add(word[:1] + "ie")
	case strings.HasSuffix(word, "ing"):
		addStems(word[:len(word)-3], add)
	}
	return bases
}

// Same reports whether two words, in lower case, can be forms of one word.
func Same(a, b string) bool {
	if a == b {
		return true
	}
	for _, x := range Bases(a) {
		for _, y := range Bases(b) {
			if x == y {
				return true
			}
		}
	}
	return false
}

// addStems adds the bases of a verb of which a form is the stem with -ed or
// -ing: walk, hope of "hop", stop of "stopp".
func addStems(stem string, add func(string)) {
	if !hasVowel(stem) {
		return
	}
	n := len(stem)
	if n > 2 && stem[n-1] == stem[n-2] && strings.IndexByte("bdgmnprt", stem[n-1]) >= 0 {
		add(stem[:n-1])
		add(stem)
		return
	}
	if !doubles(stem) {
		add(stem)
	}
	if stem[n-1] == 'l' && n > 2 && stem[n-2] == 'l' {
		add(stem[:n-1]) // travelled
	}
	if stem[n-1] != 'e' || strings.HasSuffix(stem, "ee") || strings.HasSuffix(stem, "ye") {
		add(stem + "e")
	}
}

// doubles reports whether a verb doubles its last letter before -ed and -ing,
// so that "hop" is not the stem of hoping: one syllable with a single vowel
// before a single consonant.
func doubles(stem string) bool {
	n := len(stem)
	if n < 2 || isVowel(stem[n-1]) || strings.IndexByte("wxy", stem[n-1]) >= 0 || !isVowel(stem[n-2]) {
		return false
	}
	return n == 2 || !hasVowel(stem[:n-2])
}

// sibilant reports whether a stem takes -es.
func sibilant(stem string) bool {
	for _, ending := range [...]string{"s", "x", "z", "ch", "sh"} {
		if strings.HasSuffix(stem, ending) {
			return true
		}
	}
	return false
}

func isVowel(c byte) bool { return strings.IndexByte("aeiou", c) >= 0 }

func hasVowel(s string) bool { return strings.ContainsAny(s, "aeiouy") }
