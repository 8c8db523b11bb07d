// Package collocation measures how strongly words are associated: which stand near a
// keyword more often than chance has it, and which stand in figures more often than other
// words do. It counts nothing; callers give frequencies.
//
// Reading order: table.go (frequencies of two events in a sample), measures.go (the measures
// with their sources), window.go (the words near a keyword).
package collocation
