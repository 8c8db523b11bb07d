package explore_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"mashal/explore/web"
)

// FuzzQuery gives queries of foreign bytes to every page that reads any.
// Whatever they are, the page is there, or what is wrong with them is said:
// nothing of ours fails, nothing of theirs is obeyed.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{
		"", "type=metaphor&in=Ps+23", "in=Ezek+1-10%3B5-3", "hebrew=%D7%A8%D7%A2%D7%94&exact=1&within=figure", "lemma=7462", "lemma=%D7%A6%D7%95%D7%A8",
		"vehicle=shepherd%3B+lion&target-domain=God", "min=0.5&max=NaN", "confidence=0.9", "page=-1&size=99999999999999999999", "state=none+found&order=vehicle",
		"text=%22a+b%22+OR+NEAR(x)", "english=%2A%22", "verdict=valid&detected=1", "a=1;b=2", "%zz", "=&=&=", "in=%00", "hebrew=%ff%fe", "q=Isa+40%3A6",
		"annotator=%3Cscript%3E", "reading=9223372036854775808", "limit=-1&offset=1e9", "key=vehicle&group=after&order=left", "figure=Ps.23.1!3-4&figure-reading=9", "period=late&by=period&order=date", "in=Ezekial+3%2C+Zechaniah+5-3", "kind=vehicle&kind=&q=sh",
	} {
		f.Add(seed)
	}
	s := everything(f)
	paths := []string{"/search", "/read/Ps/23", "/concordance", "/concordance.svg", "/compare/Ps/23", "/charts/types", "/go", "/suggest", "/api/v1/figures", "/api/v1/verses", "/api/verses"}
	f.Fuzz(func(t *testing.T, query string) {
		for _, path := range paths {
			a := ask(t, s, path, query)
			body := a.Body.String()
			switch a.Code {
			case http.StatusOK, http.StatusSeeOther, http.StatusFound, http.StatusMovedPermanently, http.StatusPermanentRedirect, http.StatusBadRequest, http.StatusNotFound, http.StatusRequestURITooLong:
			default:
				t.Errorf("%s?%q: %d\n%s", path, query, a.Code, shorten(body))
			}
			if strings.Contains(body, "<script>") {
				t.Errorf("%s?%q writes a script of its own", path, query)
			}
			// An address that a page leads to must be one of ours.
			if to := a.Header().Get("Location"); to != "" {
				if u, err := url.Parse(to); err != nil || u.Host != "" || !strings.HasPrefix(to, "/") {
					t.Errorf("%s?%q leads to %q", path, query, to)
				}
			}
		}
	})
}

// ask gives a server a query as it is, well formed or not.
func ask(t *testing.T, s *web.Server, path, query string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:8090"+path, nil)
	r.URL.RawQuery = query
	r.Header.Set("Accept", "text/html")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}
