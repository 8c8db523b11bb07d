package web

import "mashal/hebrew"

// MaxShown is the maximum number of characters of an annotator's text that a page
// shows. Explanations have a few hundred; a model that repeats itself writes a
// million.
const MaxShown = 5000

// Prose returns a text of an annotator as Said does, shortened to MaxShown
// characters.
func (v *View) Prose(s string) Excerpt {
	short := Shorten(s, MaxShown)
	short.Text = v.Said(short.Text)
	return short
}

// Said returns a text of an annotator for a page: without control characters, and
// with divine names replaced if the view says so.
func (v *View) Said(s string) string {
	s = Plain(s)
	if v.Traditional {
		s = hebrew.TraditionalProse(s)
	}
	return s
}
