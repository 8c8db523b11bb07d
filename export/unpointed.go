package export

import (
	"slices"
	"strings"

	"mashal/hebrew"
)

// betweenWords replaces the maqqef by a space and removes the marks after words: sof pasuq and
// paseq.
var betweenWords = strings.NewReplacer("־", " ", "׃", "", "׀", " ")

// paragraphMarks are the open and the closed paragraph and the inverted nun. No Hebrew word has
// one of these letters only.
var paragraphMarks = []string{"פ", "ס", "׆"}

// unpointed returns a Hebrew text for a search of words in other programs: its words without
// points and accents, separated by single spaces.
func unpointed(text string) string {
	words := strings.Fields(betweenWords.Replace(hebrew.NoPoints(text)))
	return strings.Join(slices.DeleteFunc(words, func(word string) bool { return slices.Contains(paragraphMarks, word) }), " ")
}
