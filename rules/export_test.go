package rules

import "mashal"

// Rules returns the rules in the order of the file.
func (s *Set) Rules() []*rule { return s.rules }

// Matches returns a figure for every match of a rule in a verse, before figures of
// the same words are merged.
func (s *Set) Matches(verse *mashal.Verse) []mashal.Figure {
	var v verseView
	v.load(verse)
	return s.matches(&v)
}
