package rules

import "mashal"

// Rules returns the rules in the order of the file.
func (s *Set) Rules() []*rule { return s.rules }

// Matches returns the figures that each rule finds in a verse, before figures of
// several rules are merged.
func (s *Set) Matches(verse *mashal.Verse) []mashal.Figure {
	var v verseView
	v.load(verse)
	return joinRepeated(s.matches(&v), &v)
}
