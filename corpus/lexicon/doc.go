// Package lexicon lists the words of the text: their forms, lemmas and
// frequencies, and the verses that have them. It is built once from the whole
// text and is safe for concurrent use afterwards.
package lexicon
