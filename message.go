package mashal

import "fmt"

// A Message is a text for users in English. Its arguments are kept apart from
// its format, so that an interface can translate the format. An argument can be
// a Message itself.
type Message struct {
	Format string // a format of package fmt; plain text if there are no arguments
	Args   []any
}

// Messagef returns a message.
func Messagef(format string, args ...any) Message { return Message{format, args} }

// String returns the message in English.
func (m Message) String() string {
	if len(m.Args) == 0 {
		return m.Format
	}
	return fmt.Sprintf(m.Format, m.Args...)
}

// A Notation is a part of a formal notation, such as a query, as an argument of a Message. It is
// written from left to right in every language.
type Notation string
