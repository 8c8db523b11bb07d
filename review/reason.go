package review

// A Reason is a reason of the manual why words are not a figure.
type Reason struct {
	ID     string // stable: events name it
	Text   string
	Manual string // the part of the manual that gives it
}

// Reasons lists all reasons, in the order in which they are offered.
var Reasons = []Reason{
	{"literal", "The words mean what they say.", "types"},
	{"conventional", "There is no other word for it, or nothing is felt any more: a dead metaphor.", "metaphor"},
	{"same-kind", "What is compared is of the same kind.", "simile"},
	{"measure", "A measure, a manner or a norm, not a likeness.", "simile"},
	{"natural", "The predicate does not need a person.", "personification"},
	{"formula", "A formula that means what it says, or grammar.", "idiom"},
	{"possible", "It may be so: no overstatement.", "hyperbole"},
	{"second-sense", "An ordinary second sense of the word.", "metonymy"},
	{"vision", "What was seen in a vision, reported as seen.", "conventions"},
	{"misread", "The annotator misunderstood the Hebrew.", "procedure"},
	{"double", "Another figure says the same of these words.", "borders"},
	{"other", "Another reason, given in the note.", "procedure"},
}

// FindReason returns the reason with an id, or nil.
func FindReason(id string) *Reason {
	for i := range Reasons {
		if Reasons[i].ID == id {
			return &Reasons[i]
		}
	}
	return nil
}
