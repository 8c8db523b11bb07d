package explore_test

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"mashal"
	"mashal/explore"
	"mashal/explore/web"
)

var versions = regexp.MustCompile(`version [0-9a-f]{24}`)

// cited is the citations of a page, with the version of the concordance left
// out.
func citations(t testing.TB, body string) (sbl, bibtex string) {
	t.Helper()
	said := func(from, to string) string {
		_, text, _ := strings.Cut(between(t, body, from, to), ">")
		return versions.ReplaceAllString(html.UnescapeString(text), "version VERSION")
	}
	return said(`<p class="cite"`, "</p>"), said(`<pre class="cite"`, "</pre>")
}

func TestCite(t *testing.T) {
	s := everything(t)
	for _, test := range []struct{ name, target, sbl, bibtex string }{
		{
			"a figure", "/cite/Ps.23.1!3-4",
			"“Ps 23:1: Yahweh is my shepherd (metaphor, personification),” annotated by sim:large, Mashal: A Concordance of Figurative Language in the Hebrew Bible, version VERSION, figure Ps.23.1!3-4, annotator version 2, 1 March 2026, accessed 1 March 2026, /figure/Ps.23.1!3-4.",
			`@misc{mashal-Ps-23-1-3-4,
  author       = {{annotated by sim:large}},
  title        = {{Ps 23:1: Yahweh is my shepherd (metaphor, personification)}},
  howpublished = {Mashal: A Concordance of Figurative Language in the Hebrew Bible},
  note         = {version VERSION, figure Ps.23.1!3-4, annotator version 2},
  date         = {2026-03-01},
  year         = {2026},
  urldate      = {2026-03-01}
}
`,
		},
		{
			"a verse", "/cite/Ps.23.1",
			// as the page at the address shows it: the rules have done most of the chapter
			"“Ps 23:1,” annotated by rules, Mashal: A Concordance of Figurative Language in the Hebrew Bible, version VERSION, annotator version 1, 1 March 2026, accessed 1 March 2026, /read/Ps/23#Ps.23.1.", "",
		},
		{
			"a verse that nobody has read", "/cite/1Sam.2.1",
			"“1 Sam 2:1,” Mashal: A Concordance of Figurative Language in the Hebrew Bible, version VERSION, accessed 1 March 2026, /read/1Sam/2#1Sam.2.1.", "",
		},
		{
			"another reading", "/cite/Ps.23.1!3-4?reading=1",
			"“Ps 23:1 (metaphor),” annotated by rules, Mashal: A Concordance of Figurative Language in the Hebrew Bible, version VERSION, figure Ps.23.1!3-4, annotator version 1, 1 March 2026, accessed 1 March 2026, /figure/Ps.23.1!3-4?reading=1.", "",
		},
		{
			"a list", "/search?type=metaphor&in=Psalms&lang=he&theme=dark&names=traditional",
			"“Search: in Psalms; type metaphor; annotator current,” Mashal: A Concordance of Figurative Language in the Hebrew Bible, version VERSION, accessed 1 March 2026, /search?in=Psalms&names=traditional&type=metaphor.", "",
		},
		{
			"a page of a list", "/search?in=Psalms&size=2&page=2",
			"“Search: in Psalms; annotator current,” Mashal: A Concordance of Figurative Language in the Hebrew Bible, version VERSION, accessed 1 March 2026, /search?in=Psalms&page=2&size=2.", "",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			sbl, bibtex := citations(t, page(t, s, test.target))
			if sbl != test.sbl {
				t.Errorf("SBL\n%s, not\n%s", sbl, test.sbl)
			}
			if test.bibtex != "" && bibtex != test.bibtex {
				t.Errorf("BibTeX\n%s, not\n%s", bibtex, test.bibtex)
			}
			if !strings.HasPrefix(test.target, "/cite/") {
				return
			}
			join := "?"
			if strings.Contains(test.target, "?") {
				join = "&"
			}
			plain := get(t, s, test.target+join+"format=sbl")
			if got := versions.ReplaceAllString(plain.body, "version VERSION"); got != sbl+"\n" || !strings.HasPrefix(plain.Header.Get("Content-Type"), "text/plain") {
				t.Errorf("as plain text it is %q", got)
			}
			file := get(t, s, test.target+join+"format=bibtex")
			if got := versions.ReplaceAllString(file.body, "version VERSION"); got != bibtex || !strings.Contains(file.Header.Get("Content-Disposition"), ".bib") {
				t.Errorf("the file is %q, %v", got, file.Header)
			}
		})
	}
	for target, status := range map[string]int{
		"/cite/Ps.23.1!9": 404, "/cite/Ps.23.99": 404, "/cite/Ps.23": 404, "/cite/nonsense": 404, "/cite/Ps.23.1?format=apa": 400, "/cite/Ps.23.1?reading=1": 400, "/cite/Ps.23.1!3-4?reading=0": 400,
	} {
		if a := get(t, s, target); a.StatusCode != status {
			t.Errorf("%s: %s", target, a.Status)
		}
	}
}

// TestCiteHostile cites what would break out of an entry, or forge another.
func TestCiteHostile(t *testing.T) {
	a := get(t, everything(t), "/cite/Joel.3.1!1-2?format=bibtex")
	if a.StatusCode != http.StatusOK {
		t.Fatal(a.Status)
	}
	has(t, a.body, `\{\{.\}\}`, "''")
	hasNot(t, a.body, "\u202e", `"`)
	if open, closed := strings.Count(a.body, "{"), strings.Count(a.body, "}"); open != closed {
		t.Errorf("%d braces open and %d close in\n%s", open, closed, a.body)
	}
}

// TestCitePublic names the address where others can reach it.
func TestCitePublic(t *testing.T) {
	s := serve(t, bible(t), func(o *web.Options) { o.Public = true })
	sbl, bibtex := citations(t, get(t, s, "/cite/Ps.23.1!3-4", "Host", "mashal.example").body)
	has(t, sbl, ", http://mashal.example/figure/Ps.23.1!3-4.")
	has(t, bibtex, "url          = {http://mashal.example/figure/Ps.23.1!3-4}")
}

// TestBaseURL checks that citations and the description of the API have the
// public address that the server was given, behind a proxy that ends TLS too, and
// that requests for its host are answered and those for others are not.
func TestBaseURL(t *testing.T) {
	s := serve(t, bible(t), func(o *web.Options) { o.BaseURL = "https://Mashal.Example/" })
	for _, host := range []string{"127.0.0.1:8090", "mashal.example", "MASHAL.example"} {
		sbl, bibtex := citations(t, get(t, s, "/cite/Ps.23.1!3-4", "Host", host).body)
		has(t, sbl, ", https://mashal.example/figure/Ps.23.1!3-4.")
		has(t, bibtex, "url          = {https://mashal.example/figure/Ps.23.1!3-4}")
		has(t, get(t, s, "/api/v1/openapi.json", "Host", host).body, `"servers":[{"url":"https://mashal.example"}]`)
	}
	if a := get(t, s, "/", "Host", "evil.example"); a.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("another host is answered: %s", a.Status)
	}
	has(t, page(t, everything(t), "/api/v1/openapi.json"), `"servers":[{"url":"/"}]`)
}

func TestBaseURLIsValidated(t *testing.T) {
	for _, address := range []string{"mashal.example", "ftp://mashal.example", "https://", "https://u:p@mashal.example", "https://mashal.example/concordance", "https://mashal.example?a=b", "https://mashal.example/#a", "https://[::1", "https://mashal.example\n"} {
		s, err := explore.New(t.Context(), web.Options{Concordance: t.TempDir() + "/none.db", BaseURL: address})
		if mashal.CodeOf(err) != mashal.Usage {
			t.Errorf("%q: %v", address, err)
		}
		if err == nil {
			_ = s.Close()
		}
	}
}
