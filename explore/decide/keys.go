package decide

import "mashal/explore/web"

// A Key is a key of the pages on which figures are decided. Code is its place on the
// keyboard, so that it works with a Hebrew layout; the templates name it in data-code.
type Key struct {
	Code, Key string
	Does      web.Message
}

// Keys lists the keys. They differ from those of other pages.
var Keys = []Key{
	{"KeyV", "v", web.Msg("Decide that it is a figure")},
	{"KeyI", "i", web.Msg("Choose why it is no figure: the arrows move, Enter decides")},
	{"KeyM", "m", web.Msg("Choose the words: the arrows move, the space bar chooses")},
	{"KeyT", "t", web.Msg("Choose the types: the arrows move, the space bar chooses")},
	{"KeyO", "o", web.Msg("Write a note")},
	{"KeyS", "s", web.Msg("Next figure of the queue")},
	{"KeyR", "r", web.Msg("Mark the verse as read completely")},
	{"KeyU", "u", web.Msg("Undo")},
	{"KeyY", "y", web.Msg("Redo")},
}
