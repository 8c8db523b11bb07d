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

// goTo redirects the text of the search box to a page: a citation to its figure, a
// Strong number to the search for its lemma, a reference to its chapter or to the
// page of its selection, and other text to the full-text search.
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
		return &web.Page{Redirect: req.View.URL("/read", "in", typedSelection(s))}, nil
	case strings.ContainsFunc(q, unicode.IsDigit): // a reference that does not exist
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

// strong matches a number of Strong's dictionary, such as "H7462".
var strong = regexp.MustCompile(`^H[0-9]{1,4}( ?[a-z])?$`)
