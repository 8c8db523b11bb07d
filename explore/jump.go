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
func goTo(req *web.Request) (*web.Page, error) {
	q := req.Params.Text("q")
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	switch {
	case q == "":
		return &web.Page{Redirect: req.View.URL("/search")}, nil
	case strings.Contains(q, "!") && !strings.ContainsFunc(q, unicode.IsSpace):
		return &web.Page{Redirect: req.View.URL("/figure/" + strings.ReplaceAll(url.PathEscape(q), "%21", "!"))}, nil
	case strong.MatchString(q):
		return &web.Page{Redirect: req.View.URL("/search", "lemma", q)}, nil
	}
	s, err := reference.ParseSelection([]string{q})
	switch {
	case err == nil && len(s.Chapters()) == 1:
		path := req.View.URL(web.ReadPath(s[0].Chapter))
		if !s[0].IsWhole() {
			path += "#" + mashal.Ref{Chapter: s[0].Chapter, Verse: s[0].First}.OSIS()
		}
		return &web.Page{Redirect: path}, nil
	case err == nil:
		return &web.Page{Redirect: req.View.URL("/search", "in", s.String())}, nil
	case strings.ContainsFunc(q, unicode.IsDigit): // a passage, and there is none such
		f, _ := web.NewFault(err)
		if e, ok := web.UsageError(err); ok {
			for _, near := range e.Nearest {
				f.Offers = append(f.Offers, web.Offer{Says: near, Href: req.View.URL("/go", "q", near)})
			}
		}
		return nil, f
	case hebrew.Has(q):
		return &web.Page{Redirect: req.View.URL("/search", "hebrew", q)}, nil
	}
	return &web.Page{Redirect: req.View.URL("/search", "english", q)}, nil
}

// strong is a number of Strong's dictionary: "H7462".
var strong = regexp.MustCompile(`^H[0-9]{1,4}( ?[a-z])?$`)
