package web

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"mashal"
)

// Messages are written in English where they are used; messages/he/*.json has
// them in Hebrew, one file for each page or so. A test finds those that are
// missing.
//
//go:embed messages
var messageFiles embed.FS

// A Message is a text for people, in English with the verbs of fmt, and what
// they stand for. It is put into the reader's language when it is shown.
type Message struct {
	Format string
	args   []any
}

// Msg returns a message in English with its arguments.
func Msg(format string, args ...any) Message { return Message{format, args} }

// String is the message in English.
func (m Message) String() string { return English.say(m) }

// A Language is one that the explorer speaks.
type Language struct {
	Code, dir string
	messages  map[string]string // by the English; nil for English itself
}

var (
	// English is the language of the interface that messages are written in.
	English = &Language{Code: "en", dir: "ltr"}
	// Hebrew is the other language of the interface.
	Hebrew = mustLanguage("he", "rtl")
)

// languageOf is a language by its code.
func languageOf(code string) *Language {
	if code == Hebrew.Code {
		return Hebrew
	}
	return English
}

func mustLanguage(code, dir string) *Language {
	l := &Language{Code: code, dir: dir, messages: map[string]string{}}
	files := mustSub(messageFiles, "messages/"+code)
	names, err := fs.Glob(files, "*.json")
	for _, name := range names {
		var text []byte
		if text, err = fs.ReadFile(files, name); err != nil {
			break
		}
		if err = json.Unmarshal(text, &l.messages); err != nil {
			err = fmt.Errorf("%s: %w", name, err)
			break
		}
	}
	if err != nil {
		panic(fmt.Sprintf("messages in %s: %v", code, err)) // a mistake in what is embedded
	}
	return l
}

// say puts a message into the language. Whole numbers are written with commas
// between thousands, types by their names.
func (l *Language) say(m Message) string {
	format := m.Format
	if translated, ok := l.messages[format]; ok {
		format = translated
	}
	if len(m.args) == 0 || !strings.Contains(format, "%") { // as one thing is said in words
		return strings.ReplaceAll(format, "%%", "%")
	}
	args := make([]any, len(m.args))
	for i, arg := range m.args {
		switch arg := arg.(type) {
		case int:
			args[i] = Digits(arg)
		case mashal.Book:
			args[i] = l.Book(arg)
		case mashal.Chapter:
			args[i] = l.Book(arg.Book) + " " + strconv.Itoa(arg.Number)
		case *mashal.Chapter:
			args[i] = l.Book(arg.Book) + " " + strconv.Itoa(arg.Number)
		case Message:
			args[i] = l.say(arg)
		case string:
			args[i] = Plain(arg)
		default:
			args[i] = arg
		}
	}
	return fmt.Sprintf(strings.ReplaceAll(format, "%d", "%s"), args...)
}

// Book is a book's name in the language.
func (l *Language) Book(b mashal.Book) string {
	if l.Code == "he" {
		return b.Hebrew()
	}
	return b.Name()
}

// Selection is a selection in the language.
func (l *Language) Selection(s mashal.Selection) string {
	parts := strings.Split(s.String(), "; ")
	if l.Code == "he" {
		for i, part := range parts {
			for b := mashal.Book(1); b <= mashal.Books; b++ {
				if rest, ok := strings.CutPrefix(part, b.Name()); ok && (rest == "" || rest[0] == ' ') {
					part = b.Hebrew() + rest
					break
				}
			}
			parts[i] = l.say(Message{Format: part})
		}
	}
	return strings.Join(parts, "; ")
}

// Passages is a selection as selection gives it. No line ends within a range,
// whose halves would stand apart where the text is read from right to left.
func (l *Language) Passages(s mashal.Selection) string {
	const wordJoiner = "\u2060"
	return strings.ReplaceAll(l.Selection(s), "-", "-"+wordJoiner)
}

// Digits is a whole number with commas between thousands.
func Digits(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// sentence is an error as one: with a capital and a full stop.
func sentence(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	s = string(unicode.ToUpper(r)) + s[size:]
	if last, _ := utf8.DecodeLastRuneInString(s); last != '.' && last != '?' && last != '!' {
		s += "."
	}
	return s
}
