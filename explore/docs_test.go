package explore_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"mashal/concordance/index"
)

// TestDocsNameEveryParameter asks each page for a parameter that it does not
// have, is told those that it has, and looks for them in docs/explorer.md.
func TestDocsNameEveryParameter(t *testing.T) {
	doc, err := os.ReadFile("../docs/explorer.md")
	if err != nil {
		t.Fatal(err)
	}
	s := everything(t)
	for _, target := range []string{
		"/search", "/read/Ps/23", "/figure/Ps.23.1!3-4", "/suggest", "/", "/concordance", "/compare/Ps/23", "/compare/Ps", "/compare", "/concordance.csv", "/concordance.svg", "/export",
		"/cite/Ps.23.1", "/go", "/help", "/about", "/manual", "/rules", "/rules/shepherd", "/charts", "/charts/flows", "/charts/along", "/charts/types.csv", "/runs",
	} {
		refusal := get(t, s, target+"?nonsense=1").body
		for _, name := range strings.Split(strings.TrimSuffix(between(t, refusal, "It has: ", "</bdi>"), "."), ", ") {
			name = regexp.MustCompile(`(ground|posture|vehicle)-(category|domain)`).ReplaceAllString(name, "target-$2") // the first of four
			if !regexp.MustCompile("[`?&]" + regexp.QuoteMeta(name) + "[`=]").Match(doc) {
				t.Errorf("docs/explorer.md says nothing of %s of %s", name, target)
			}
		}
	}
}

// TestDocsNameEveryAddress looks in docs/explorer.md for all that is answered;
// what is below /api/v1/ is described in openapi.json.
func TestDocsNameEveryAddress(t *testing.T) {
	doc, err := os.ReadFile("../docs/explorer.md")
	if err != nil {
		t.Fatal(err)
	}
	var routes []byte
	for _, file := range routeFiles(t) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		routes = append(routes, text...)
	}
	for _, m := range regexp.MustCompile(`"GET (/[^"{]*)([^"]*)"`).FindAllSubmatch(routes, -1) {
		path, rest := string(m[1]), regexp.MustCompile(`\{[^}]*\}`).ReplaceAllString(string(m[2]), "[^/`?]+")
		if strings.HasPrefix(path, "/api/v1/") || path == "/static/" {
			continue
		}
		if path == "/" {
			rest = ""
		}
		if !regexp.MustCompile("`" + regexp.QuoteMeta(path) + rest + "[`?]").Match(doc) {
			t.Errorf("docs/explorer.md does not name %s%s", m[1], m[2])
		}
	}
}

// TestDocsHaveThePeriods holds the table of docs/explorer.md to that which is
// counted by, and the help to it.
func TestDocsHaveThePeriods(t *testing.T) {
	doc, err := os.ReadFile("../docs/explorer.md")
	if err != nil {
		t.Fatal(err)
	}
	help := strings.ReplaceAll(page(t, everything(t), "/help"), "\u2060", "")
	for _, p := range index.Periods {
		has(t, string(doc), fmt.Sprintf("| `%s` | %s |\n", p, p.Passages()))
		has(t, help, p.Passages().String())
	}
}
