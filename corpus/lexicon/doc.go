// Package lexicon lists the words of the text: their forms, lemmas and
// frequencies, and the verses that have them.
//
// Words are numbered through the whole text, from 0. Forms are numbered in
// alphabetical order, so contexts are compared without looking at letters.
//
// Reading order: tokens.go (how a text is split into words), lexicon.go (the
// type and what is known without its tables), tables.go and build.go (the
// tables of all words), fullness.go and spelling.go (by which letters a word can
// be found), english.go (the words of the translation), lemma.go, phrase.go,
// span.go, context.go (what they answer), complete.go (suggestions for what was
// typed).
package lexicon
