package explore

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"mashal"
	"mashal/hebrew"
	"mashal/reference"
)

// goTo leads from what was typed to what is meant: a figure by its citation, a
// lemma by its number, a passage by its reference, else the words, which are
// found.
func goTo(v *visit) (*page, error) {
	q := v.params.text("q")
	if err := v.params.check(); err != nil {
		return nil, err
	}
	switch {
	case q == "":
		return &page{redirect: v.view.URL("/find")}, nil
	case strings.Contains(q, "!") && !strings.ContainsFunc(q, unicode.IsSpace):
		return &page{redirect: v.view.URL("/figure/" + strings.ReplaceAll(url.PathEscape(q), "%21", "!"))}, nil
	case strong.MatchString(q):
		return &page{redirect: v.view.URL("/find", "lemma", q)}, nil
	}
	s, err := reference.ParseSelection([]string{q})
	switch {
	case err == nil && len(s.Chapters()) == 1:
		path := v.view.URL(readPath(s[0].Chapter))
		if !s[0].IsWhole() {
			path += "#" + mashal.Ref{Chapter: s[0].Chapter, Verse: s[0].First}.OSIS()
		}
		return &page{redirect: path}, nil
	case err == nil:
		return &page{redirect: v.view.URL("/find", "in", s.String())}, nil
	case strings.ContainsFunc(q, unicode.IsDigit): // a passage, and there is none such
		f, _ := newFault(err)
		if e, ok := usage(err); ok {
			for _, near := range e.Nearest {
				f.offers = append(f.offers, nearLink{near, v.view.URL("/go", "q", near)})
			}
		}
		return nil, f
	case hebrew.Has(q):
		return &page{redirect: v.view.URL("/find", "hebrew", q)}, nil
	}
	return &page{redirect: v.view.URL("/find", "english", q)}, nil
}

// strong is a number of Strong's dictionary: "H7462".
var strong = regexp.MustCompile(`^H[0-9]{1,4}( ?[a-z])?$`)
