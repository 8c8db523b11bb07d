package rules

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// template is an explanation with the placeholders {vehicle}, {target},
// {ground} and {words}. A part in square brackets is omitted if a placeholder in
// it has no value.
type template []piece

// piece is a text, a placeholder or an optional part. One field is set.
type piece struct {
	text     string
	role     role     // {vehicle}, {target} or {ground}
	words    bool     // {words}
	optional template // a part in square brackets
}

// maxExplanation is the largest length of an explanation in bytes. The longest
// of the embedded rules has 300.
const maxExplanation = 2000

// parseTemplate parses an explanation.
func parseTemplate(s string) (template, error) {
	if len(s) > maxExplanation {
		return nil, fmt.Errorf("it is longer than %d bytes", maxExplanation)
	}
	t, rest, err := parsePieces(s, false)
	if err == nil && rest != "" {
		err = fmt.Errorf("unmatched %q", rest[:1])
	}
	return t, err
}

// parsePieces parses s up to a closing bracket that it does not open, and
// returns the rest. inside says that s is in square brackets, which cannot be
// nested.
func parsePieces(s string, inside bool) (t template, rest string, err error) {
	for s != "" {
		i := strings.IndexAny(s, "{}[]")
		if i < 0 {
			i = len(s)
		}
		if i > 0 {
			t = append(t, piece{text: s[:i]})
			s = s[i:]
			continue
		}
		switch {
		case s[0] == '{':
			name, after, ok := strings.Cut(s[1:], "}")
			r := slices.Index(roleNames[:], name)
			if !ok || r <= 0 && name != "words" {
				return nil, "", fmt.Errorf("unknown placeholder {%s}; placeholders are {vehicle}, {target}, {ground} and {words}", name)
			}
			if name == "words" {
				t = append(t, piece{words: true})
			} else {
				t = append(t, piece{role: role(r)})
			}
			s = after
		case s[0] == '[' && !inside:
			var inner template
			if inner, s, err = parsePieces(s[1:], true); err != nil {
				return nil, "", err
			}
			if !strings.HasPrefix(s, "]") {
				return nil, "", errors.New("missing ]")
			}
			t, s = append(t, piece{optional: inner}), s[1:]
		default:
			return t, s, nil
		}
	}
	return t, "", nil
}

// roleNames are the keys and placeholders of the roles.
var roleNames = [numRoles]string{noRole: "", vehicle: "vehicle", target: "target", ground: "ground"}

// fill returns the explanation with the given values. It reports whether every
// placeholder outside optional parts has a value.
func (t template) fill(values *[numRoles]string, words string) (s string, ok bool) {
	var b strings.Builder
	ok = true
	for _, p := range t {
		switch {
		case p.optional != nil:
			if inner, complete := p.optional.fill(values, words); complete {
				b.WriteString(inner)
			}
		case p.role != noRole:
			ok = ok && values[p.role] != ""
			b.WriteString(values[p.role])
		case p.words:
			ok = ok && words != ""
			b.WriteString(words)
		default:
			b.WriteString(p.text)
		}
	}
	return b.String(), ok
}
