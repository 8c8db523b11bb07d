package explore

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"mashal"
	"mashal/explore/web"
	"mashal/hebrew"
	"mashal/reference"
)

// goTo leads from what was typed to what is meant: a figure by its citation, a
// lemma by its number, a passage by its reference, else the words, which are
// found.
func goTo(v *web.Request) (*web.Page, error) {
	q := v.Params.Text("q")
	if err := v.Params.Check(); err != nil {
		return nil, err
	}
	switch {
	case q == "":
		return &web.Page{Redirect: v.View.URL("/find")}, nil
	case strings.Contains(q, "!") && !strings.ContainsFunc(q, unicode.IsSpace):
		return &web.Page{Redirect: v.View.URL("/figure/" + strings.ReplaceAll(url.PathEscape(q), "%21", "!"))}, nil
	case strong.MatchString(q):
		return &web.Page{Redirect: v.View.URL("/find", "lemma", q)}, nil
	}
	s, err := reference.ParseSelection([]string{q})
	switch {
	case err == nil && len(s.Chapters()) == 1:
		path := v.View.URL(web.ReadPath(s[0].Chapter))
		if !s[0].IsWhole() {
			path += "#" + mashal.Ref{Chapter: s[0].Chapter, Verse: s[0].First}.OSIS()
		}
		return &web.Page{Redirect: path}, nil
	case err == nil:
		return &web.Page{Redirect: v.View.URL("/find", "in", s.String())}, nil
	case strings.ContainsFunc(q, unicode.IsDigit): // a passage, and there is none such
		f, _ := web.NewFault(err)
		if e, ok := web.Usage(err); ok {
			for _, near := range e.Nearest {
				f.Offers = append(f.Offers, web.NearLink{Says: near, Href: v.View.URL("/go", "q", near)})
			}
		}
		return nil, f
	case hebrew.Has(q):
		return &web.Page{Redirect: v.View.URL("/find", "hebrew", q)}, nil
	}
	return &web.Page{Redirect: v.View.URL("/find", "english", q)}, nil
}

// strong is a number of Strong's dictionary: "H7462".
var strong = regexp.MustCompile(`^H[0-9]{1,4}( ?[a-z])?$`)
