package web

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"

	"mashal"
)

// messageFiles contains the messages: messages/LANGUAGE/*.json. A file maps English
// formats to translations. A translation is a text, or an object of plural forms
// ("one", "two", "other") selected by the first argument. The English files have
// only formats with plural forms; the form "other" is the format itself.
//
//go:embed messages
var messageFiles embed.FS

// A Language is a language of the interface. Its messages are read on first use,
// because most commands show none of them.
type Language struct {
	Code, dir string
	messages  func() *messages
}

// messages are the translations into one language.
type messages struct {
	plain    map[string]string // of messages without arguments
	printers sync.Pool         // of *message.Printer, which is not safe for concurrent use
	counts   sync.Map          // formatted messages by countMessage
}

// A countMessage is a message whose only argument is a small number, such as "%d
// figures". Language caches these, because the start page has one for each chapter
// and a printer takes longer than all the rest of a cell.
type countMessage struct {
	format string
	n      int
}

// maxCount is the first number whose messages are not cached.
const maxCount = 1000

// The languages of the interface.
var (
	English = newLanguage("en", "ltr")
	Hebrew  = newLanguage("he", "rtl")
)

// languageOf returns the language with a code, or English if the code is unknown.
func languageOf(code string) *Language {
	if code == Hebrew.Code {
		return Hebrew
	}
	return English
}

// A translation is one value in a file of messages: a text or plural forms.
type translation struct {
	text  string
	forms map[string]string
}

// UnmarshalJSON decodes a text or an object of plural forms.
func (t *translation) UnmarshalJSON(data []byte) error {
	if data[0] == '{' {
		return json.Unmarshal(data, &t.forms)
	}
	return json.Unmarshal(data, &t.text)
}

// message converts the translation of a format to a message of x/text.
func (t translation) message(format string) catalog.Message {
	if t.forms == nil {
		return catalog.String(t.text)
	}
	var cases []any
	for _, form := range []string{"zero", "one", "two", "few", "many"} {
		if text, ok := t.forms[form]; ok {
			cases = append(cases, form, text)
		}
	}
	other, ok := t.forms["other"]
	if !ok {
		other = format
	}
	return plural.Selectf(1, "%d", append(cases, "other", other)...)
}

// newLanguage returns a language whose messages have not been read.
func newLanguage(code, dir string) *Language {
	return &Language{Code: code, dir: dir, messages: sync.OnceValue(func() *messages { return newMessages(code) })}
}

// newMessages reads the messages of a language. It panics if they are invalid,
// because they are embedded.
func newMessages(code string) *messages {
	m := &messages{plain: map[string]string{}}
	tag := language.MustParse(code)
	builder := catalog.NewBuilder(catalog.Fallback(tag))
	if err := m.read(code, builder, tag); err != nil {
		panic(fmt.Sprintf("messages in %s: %v", code, err))
	}
	m.printers.New = func() any { return message.NewPrinter(tag, message.Catalog(builder)) }
	return m
}

// read adds the messages of a language to a catalog.
func (m *messages) read(code string, builder *catalog.Builder, tag language.Tag) error {
	names, err := fs.Glob(messageFiles, "messages/"+code+"/*.json")
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := messageFiles.ReadFile(name)
		if err != nil {
			return err
		}
		var translations map[string]translation
		if err := json.Unmarshal(text, &translations); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for format, t := range translations {
			if err := builder.Set(tag, format, t.message(format)); err != nil {
				return fmt.Errorf("%s: %q: %w", name, format, err)
			}
			m.plain[format] = unformatted(t.text)
		}
	}
	return nil
}

// say formats a message in the language. It writes whole numbers with commas
// between thousands, and books, chapters and verses with their names in the
// language.
func (l *Language) say(m Message) string {
	text := l.format(m)
	if m.sentence {
		return asSentence(text)
	}
	return text
}

// format formats a message as it stands, not as a sentence.
func (l *Language) format(m Message) string {
	if len(m.args) == 0 {
		// Most messages have no arguments. A printer would take ten times as
		// long, and would interpret a percent sign in an annotator's text.
		if text, ok := l.messages().plain[m.Format]; ok {
			return text
		}
		return unformatted(m.Format)
	}
	if n, ok := m.args[0].(int); ok && len(m.args) == 1 && n >= 0 && n < maxCount {
		key := countMessage{m.Format, n}
		text, ok := l.messages().counts.Load(key)
		if !ok {
			text = l.print(m)
			l.messages().counts.Store(key, text)
		}
		return text.(string)
	}
	return l.print(m)
}

// print formats a message with a printer.
func (l *Language) print(m Message) string {
	args := make([]any, len(m.args))
	for i, arg := range m.args {
		args[i] = l.argument(arg)
	}
	printers := &l.messages().printers
	p := printers.Get().(*message.Printer)
	defer printers.Put(p)
	return p.Sprintf(m.Format, args...)
}

// argument converts an argument of a message for the printer.
func (l *Language) argument(arg any) any {
	switch arg := arg.(type) {
	case string:
		return Plain(arg)
	case mashal.Notation:
		if l == Hebrew {
			return "\u2066" + Plain(string(arg)) + "\u2069" // an isolate
		}
		return Plain(string(arg))
	case Message:
		return l.say(arg)
	case mashal.Message:
		return l.say(FromMessage(arg))
	case []mashal.Type:
		names := make([]string, len(arg))
		for i, t := range arg {
			names[i] = l.say(Msg(string(t)))
		}
		return strings.Join(names, ", ")
	case mashal.Book:
		return l.Book(arg)
	case mashal.BookRange:
		return l.books(arg)
	case mashal.Chapter:
		return l.Chapter(arg)
	case *mashal.Chapter:
		return l.Chapter(*arg)
	case mashal.Ref:
		return l.Ref(arg)
	case mashal.Selection:
		return l.Selection(arg)
	case mashal.Passage:
		return l.Selection(mashal.Selection{arg})
	}
	return arg
}

// Book returns the name of a book in the language.
func (l *Language) Book(b mashal.Book) string {
	if l == Hebrew {
		return b.Hebrew()
	}
	return b.Name()
}

// books returns the name of a range of books in the language.
func (l *Language) books(r mashal.BookRange) string {
	if r.IsBook() {
		return l.Book(r.First)
	}
	if name := r.String(); name != r.First.Name()+"-"+r.Last.Name() {
		return l.say(Msg(name)) // a group of books
	}
	return l.Book(r.First) + "-" + l.Book(r.Last)
}

// Chapter formats a chapter in the language.
func (l *Language) Chapter(ch mashal.Chapter) string {
	return l.Book(ch.Book) + " " + strconv.Itoa(ch.Number)
}

// Ref formats a verse in the language.
func (l *Language) Ref(ref mashal.Ref) string {
	return l.Chapter(ref.Chapter) + ":" + strconv.Itoa(ref.Verse)
}

// Selection formats a selection in the language.
func (l *Language) Selection(s mashal.Selection) string {
	parts := strings.Split(s.String(), "; ")
	if l == Hebrew {
		for i, part := range parts {
			for b := mashal.Book(1); b <= mashal.Books; b++ {
				if rest, ok := strings.CutPrefix(part, b.Name()); ok && (rest == "" || rest[0] == ' ') {
					part = b.Hebrew() + rest
					break
				}
			}
			parts[i] = l.say(Msg(part))
		}
	}
	return strings.Join(parts, "; ")
}

// Passages formats a selection in the language and prevents line breaks in its
// ranges. The halves of a broken range would be far apart in text that runs from
// right to left.
func (l *Language) Passages(s mashal.Selection) string {
	const wordJoiner = "\u2060"
	return strings.ReplaceAll(l.Selection(s), "-", "-"+wordJoiner)
}

// Digits formats a whole number with commas between thousands. Pages have thousands
// of numbers, and a message.Printer would take ten times as long.
func Digits(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
