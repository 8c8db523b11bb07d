package rules

import (
	"fmt"
	"slices"
	"strings"
)

// A template is an explanation with places: {vehicle}, {target}, {ground} and
// {words}. What stands in square brackets is left out when a place in it has
// nothing to show.
type template []piece

type piece struct {
	text     string
	role     role // text is ignored if it is set
	words    bool // the place {words}
	optional template
}

// maxExplanation bounds an explanation; the longest of ours has 300 bytes.
const maxExplanation = 2000

func parseTemplate(s string) (template, error) {
	if len(s) > maxExplanation {
		return nil, fmt.Errorf("it is longer than %d bytes", maxExplanation)
	}
	t, rest, err := parsePieces(s, false)
	if err == nil && rest != "" {
		err = fmt.Errorf("%q closes nothing", rest[:1])
	}
	return t, err
}

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
				return nil, "", fmt.Errorf("{%s} is no place; places are {vehicle}, {target}, {ground} and {words}", name)
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
				return nil, "", fmt.Errorf("a [ is never closed")
			}
			t, s = append(t, piece{optional: inner}), s[1:]
		default:
			return t, s, nil
		}
	}
	return t, "", nil
}

var roleNames = [numRoles]string{noRole: "", vehicle: "vehicle", target: "target", ground: "ground"}

// fill is the explanation for what the places have; ok is whether each has
// something.
func (t template) fill(places *[numRoles]string, words string) (s string, ok bool) {
	var b strings.Builder
	ok = true
	for _, p := range t {
		switch {
		case p.optional != nil:
			if inner, complete := p.optional.fill(places, words); complete {
				b.WriteString(inner)
			}
		case p.role != noRole:
			ok = ok && places[p.role] != ""
			b.WriteString(places[p.role])
		case p.words:
			ok = ok && words != ""
			b.WriteString(words)
		default:
			b.WriteString(p.text)
		}
	}
	return b.String(), ok
}
