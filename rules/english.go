package rules

import "strings"

// headPhrase returns the words of an English phrase that name its object. It
// cuts each part at the end of a sentence and removes particles and punctuation
// around it. It returns the first part that followed "like" or "as", or else
// the longest part. Parts are separated by " ... ".
func headPhrase(english string) string {
	longest := ""
	for part := range strings.SplitSeq(english, " ... ") {
		part = strings.Trim(part, punctuation)
		if end := strings.IndexAny(part, ".;:?!"); end >= 0 {
			part = part[:end]
		}
		part, compared := withoutParticles(part)
		if compared && part != "" {
			return part
		}
		if len(part) > len(longest) {
			longest = part
		}
	}
	return longest
}

const punctuation = " ,;:.!?()—’‘“”"

// withoutParticles removes the particles at the beginning and the end of a
// phrase. It reports whether one at the beginning was "like" or "as".
func withoutParticles(part string) (rest string, compared bool) {
	words := strings.Fields(part)
	is := func(word string, set map[string]bool) bool {
		return set[strings.ToLower(strings.Trim(word, punctuation))]
	}
	for len(words) > 0 && is(words[0], particles) {
		compared = compared || is(words[0], comparisonWords)
		words = words[1:]
	}
	if compared && len(words) > 2 && words[0] == "it" && (words[1] == "were" || words[1] == "was") { // as it were a wheel
		words = words[2:]
	}
	for len(words) > 0 && is(words[len(words)-1], particles) {
		words = words[:len(words)-1]
	}
	return strings.Trim(strings.Join(words, " "), punctuation), compared
}

// comparisonWords are the particles that introduce a comparison.
var comparisonWords = map[string]bool{"like": true, "as": true}

// particles are the English words that are not part of a name when they begin
// or end a phrase.
var particles = map[string]bool{
	"like": true, "as": true, "and": true, "but": true, "or": true, "for": true, "so": true, "than": true, "that": true,
	"yes": true, "even": true, "therefore": true, "then": true, "if": true, "when": true, "with": true, "to": true,
}
