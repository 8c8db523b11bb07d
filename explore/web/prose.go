package web

import "mashal/hebrew"

// MaxShown is how many characters of one text that an annotator wrote are
// shown. Explanations have a few hundred; a model that repeats itself writes
// a million.
const MaxShown = 5000

// Prose is what an annotator wrote, at most so much of it as anybody reads, as
// Said says it.
func (v *View) Prose(s string) Excerpt {
	short := Shorten(s, MaxShown)
	short.Text = v.Said(short.Text)
	return short
}

// Said is a short text that an annotator wrote: without what controls the text
// around it, and with the divine names as the view has them.
func (v *View) Said(s string) string {
	s = Plain(s)
	if v.Traditional {
		s = hebrew.TraditionalProse(s)
	}
	return s
}
