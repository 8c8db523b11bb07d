package query_test

import (
	"os"
	"strings"
	"testing"

	"mashal/query"
)

// TestDocs checks that docs/searching.md has the grammar, the attributes and the examples, and that
// the examples and the names of attributes are valid.
func TestDocs(t *testing.T) {
	page, err := os.ReadFile("../docs/searching.md")
	if err != nil {
		t.Fatal(err)
	}
	has := func(text string) {
		t.Helper()
		if !strings.Contains(string(page), text) {
			t.Errorf("docs/searching.md lacks %s", text)
		}
	}
	has("```ebnf\n" + query.Grammar + "\n```")
	for _, a := range query.Attributes() {
		has("| " + a.About.String() + " | `" + a.Name + `="` + a.Example + "\"` |")
		find(t, "["+a.Name+`="`+a.Example+`"]`, nothing())
		if a.Also != "" {
			has("`" + a.Name + "`, `" + a.Also + "`")
			find(t, "["+a.Also+`="`+a.Example+`"]`, nothing())
		}
	}
	for _, text := range query.Examples {
		has("| `" + strings.ReplaceAll(text, "|", `\|`) + "` |")
		if found := find(t, text, nothing()); len(found.Matches) == 0 && !strings.Contains(text, "figure") {
			t.Errorf("%s finds nothing", text)
		}
	}
}
