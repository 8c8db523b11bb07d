package web

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"mashal"
)

// A Message is a text of the interface: an English format with the verbs of fmt,
// and its arguments. A Language translates the format when a page is rendered.
type Message struct {
	Format   string
	args     []any
	sentence bool // starts with a capital and ends with a full stop
}

// Msg returns a message. The files in messages have the translations of its format,
// with plural forms that depend on the first argument.
func Msg(format string, args ...any) Message { return Message{Format: format, args: args} }

// String returns the message in English.
func (m Message) String() string { return English.say(m) }

// FromMessage converts a message of another package.
func FromMessage(m mashal.Message) Message { return Msg(m.Format, m.Args...) }

// sentenceOf returns a message that is formatted as a sentence.
func sentenceOf(m Message) Message {
	m.sentence = true
	return m
}

// ErrorMessage returns the message of an error and its hint as sentences.
func ErrorMessage(err error) Message {
	detail, hint := errorMessages(err)
	if hint.Format == "" {
		return detail
	}
	return Msg("%s %s", detail, hint)
}

// errorMessages returns the message of an error as a sentence, and its hint. The
// message of an error without a translation is English.
func errorMessages(err error) (detail, hint Message) {
	e, ok := errors.AsType[*mashal.Error](err)
	switch {
	case !ok:
		return sentenceOf(Msg("%s", err.Error())), Message{}
	case e.Detail.Format == "":
		return sentenceOf(Msg("%s", err.Error())), Msg("%s", e.Hint)
	}
	return sentenceOf(FromMessage(e.Detail)), FromMessage(e.Advice)
}

// asSentence returns s with an initial capital and a full stop.
func asSentence(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	s = string(unicode.ToUpper(r)) + s[size:]
	if last, _ := utf8.DecodeLastRuneInString(s); !strings.ContainsRune(".?!", last) {
		s += "."
	}
	return s
}

// unformatted returns a format without arguments as plain text.
func unformatted(format string) string { return strings.ReplaceAll(format, "%%", "%") }
