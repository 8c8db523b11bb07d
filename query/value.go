package query

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"

	"mashal/corpus/lexicon"
	"mashal/hebrew"
	"mashal/inflection"
)

// A Value is what a condition compares an attribute with: a regular expression that must
// match the whole of it, or plain text if the value has none of the signs of regular
// expressions.
type Value struct {
	text    string
	pattern *regexp.Regexp // nil for plain text
	pointed bool           // has vowel points
	words   []string       // plain text as English words, without articles
}

// signs are the characters that have a meaning in regular expressions.
const signs = `\.+*?()|[]{}^$`

// newValue returns a value as it was written. The expression must be valid.
func newValue(written string) *Value {
	v := &Value{text: hebrew.NoAccents(written)}
	v.pointed = v.text != hebrew.NoPoints(v.text)
	if strings.ContainsAny(v.text, signs) {
		v.pattern = regexp.MustCompile(expression(v.text))
		return v
	}
	v.text = strings.TrimSpace(v.text)
	if !v.pointed {
		v.text = lexicon.TypedHebrew(v.text)
	}
	v.words = slices.DeleteFunc(lexicon.EnglishWords(v.text), func(w string) bool { return w == "a" || w == "an" || w == "the" })
	return v
}

// expression returns the expression that matches a whole text, ignoring case.
func expression(text string) string { return "^(?i:" + text + ")$" }

// expressionSize returns the number of instructions of a value as a regular expression, 0 for
// plain text. Matching takes at most that many steps for each letter.
func expressionSize(written string) (int, error) {
	text := hebrew.NoAccents(written)
	if !strings.ContainsAny(text, signs) {
		return 0, nil
	}
	// The expression must be valid by itself, so that it cannot close the group around it.
	if _, err := syntax.Parse(text, syntax.Perl); err != nil {
		return 0, err
	}
	tree, err := syntax.Parse(expression(text), syntax.Perl)
	if err != nil {
		return 0, err
	}
	program, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return 0, err
	}
	return len(program.Inst), nil
}

// Plain returns the text of a value that is no regular expression, and whether it is none.
func (v *Value) Plain() (string, bool) { return v.text, v.pattern == nil }

// Is reports whether a term is the value, ignoring case.
func (v *Value) Is(term string) bool {
	if v.pattern != nil {
		return v.pattern.MatchString(term)
	}
	return strings.EqualFold(v.text, term)
}

// isHebrew reports whether a Hebrew word is the value: with its vowels if the value has some,
// else by its letters.
func (v *Value) isHebrew(pointed, letters string) bool {
	if v.pointed {
		return v.Is(pointed)
	}
	return v.Is(letters)
}

// In reports whether an English text has the words of the value one after another, in any
// inflection. A regular expression must match the text or one of its words.
func (v *Value) In(text string) bool {
	words := lexicon.EnglishWords(text)
	if v.pattern != nil {
		return v.pattern.MatchString(text) || slices.ContainsFunc(words, v.pattern.MatchString)
	}
	if len(v.words) == 0 {
		return strings.EqualFold(text, v.text)
	}
	for i := range len(words) - len(v.words) + 1 {
		if slices.EqualFunc(words[i:i+len(v.words)], v.words, inflection.Same) {
			return true
		}
	}
	return false
}
