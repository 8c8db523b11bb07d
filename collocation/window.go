package collocation

// A Window is how many words on each side of a keyword are near it. It ends earlier at the
// bounds of the keyword's verse or colon.
type Window struct {
	Left  int `json:"left"`  // words before the keyword
	Right int `json:"right"` // words after the keyword
}

// MaxWindow is the maximum number of words on a side of a window. Few verses are longer.
const MaxWindow = 50

// Default is the window of the keyword in the examples of Church and Hanks: five words.
var Default = Window{5, 5}

// Around returns the words near a keyword, given by its first word and its end, within
// bounds. The ends are exclusive. The range includes the keyword itself.
func (w Window) Around(first, end, from, to int) (start, stop int) {
	return max(first-w.Left, from), min(end+w.Right, to)
}
