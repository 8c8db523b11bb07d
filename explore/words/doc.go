// Package words has the pages of words: a word of the text with its parsing, the words of
// a verse, and a lemma with its uses. Package explore/api answers programs with the same
// data.
package words
