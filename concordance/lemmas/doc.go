// Package lemmas lists lemmas of what was found in a concordance: the collocates of
// keywords, and the lemmas that stand in figures most often.
//
// Reading order: lemmas.go (what both lists have), collocates.go, figurative.go.
package lemmas
