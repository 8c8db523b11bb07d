package rules

import "strings"

// headPhrase is what the English of a phrase names: of its parts the first that
// follows "like" or "as", else the longest, up to where the English begins
// another sentence, without the particles before and after it and the
// punctuation around it.
func headPhrase(english string) string {
	longest := ""
	for part := range strings.SplitSeq(english, " ... ") {
		part = strings.Trim(part, punctuation)
		if end := strings.IndexAny(part, ".;:?!"); end >= 0 {
			part = part[:end]
		}
		part, likened := withoutParticles(part)
		if likened && part != "" {
			return part
		}
		if len(part) > len(longest) {
			longest = part
		}
	}
	return longest
}

const punctuation = " ,;:.!?()—’‘“”"

// withoutParticles is a phrase without the particles that stand before and
// after what it names, and whether it is likened by one before.
func withoutParticles(part string) (rest string, likened bool) {
	words := strings.Fields(part)
	is := func(word string, all map[string]bool) bool {
		return all[strings.ToLower(strings.Trim(word, punctuation))]
	}
	for len(words) > 0 && is(words[0], particles) {
		likened = likened || is(words[0], comparisonWords)
		words = words[1:]
	}
	if likened && len(words) > 2 && words[0] == "it" && (words[1] == "were" || words[1] == "was") { // as it were a wheel
		words = words[2:]
	}
	for len(words) > 0 && is(words[len(words)-1], particles) {
		words = words[:len(words)-1]
	}
	return strings.Trim(strings.Join(words, " "), punctuation), likened
}

var comparisonWords = map[string]bool{"like": true, "as": true}

// particles are the English words that lead up to what a word names.
var particles = map[string]bool{
	"like": true, "as": true, "and": true, "but": true, "or": true, "for": true, "so": true, "than": true, "that": true,
	"yes": true, "even": true, "therefore": true, "then": true, "if": true, "when": true, "with": true, "to": true,
}
