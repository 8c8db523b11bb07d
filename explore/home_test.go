package explore_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"mashal"
	"mashal/explore"
	"mashal/explore/web"
)

func TestHome(t *testing.T) {
	body := page(t, everything(t), "/")
	if n := len(regexp.MustCompile(`href="/read/[1-9A-Za-z]+/[0-9]+" title=`).FindAllString(body, -1)); n != 929 {
		t.Errorf("the map has %d chapters, not 929", n)
	}
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		has(t, body, b.Name(), b.Hebrew())
	}
	has(t, strip(body), "6 figures", "4 verses with figures", "2 failed")
	has(t, body, `title="Psalms 23: 5 figures, 4 of 6 verses read, 1 verse failed"`, `title="Psalms 24: not run"`)
	has(t, body, "sim:large", "5 figures")
}

// TestHomeBeforeAnything wants the explorer to work on a machine where nothing
// was annotated, and to show what is once it is.
func TestHomeBeforeAnything(t *testing.T) {
	path := filepath.Join(t.TempDir(), "concordance.db")
	s := serve(t, path)
	has(t, page(t, s, "/"), "Nothing has been annotated yet", "mashal annotate all")
	has(t, page(t, s, "/read/Ps/23"), "not run", "יְהוָ֥ה")
	has(t, page(t, s, "/search"), "Nothing matches")
	if a := get(t, s, "/figure/Ps.23.1!3-4"); a.StatusCode != http.StatusNotFound {
		t.Errorf("a figure of nothing: %s", a.Status)
	}
	has(t, get(t, s, "/search?type=smile").body, "simile")

	write(t, path, byRules())
	has(t, strip(page(t, s, "/")), "1 figure")
	hasNot(t, page(t, s, "/read/Ps/23"), "not run")
}

func TestBrokenConcordanceIsSaidAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "concordance.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := explore.New(t.Context(), web.Options{Concordance: path})
	if err == nil {
		t.Fatalf("it is served, and closed with %v", s.Close())
	}
	if !strings.Contains(err.Error(), path) {
		t.Errorf("the error does not name the file: %v", err)
	}
}

func TestHelpListsKeys(t *testing.T) {
	s := everything(t)
	has(t, page(t, s, "/help"), "<kbd>?</kbd>", "Next chapter", "personification")
	has(t, page(t, s, "/help?lang=he"), "מקשים")
}
