package definitions_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mashal"
	"mashal/annotate/manual"
	"mashal/definitions"
)

// TestGlossary checks that docs/glossary.md has each name with its definition.
func TestGlossary(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "docs", "glossary.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range definitions.All {
		row := "\n| " + d.Name + " | " + strings.NewReplacer("“", `"`, "”", `"`).Replace(d.Text)
		if !strings.Contains(string(text), row) {
			t.Errorf("docs/glossary.md has no row that begins%s", row)
		}
	}
}

// TestDefinitions checks that the types are defined in their order, that keys are unique, and
// that the manual has the parts that definitions name.
func TestDefinitions(t *testing.T) {
	keys := map[string]bool{}
	for i, d := range definitions.All {
		if i < len(mashal.Types) && (d.Key != string(mashal.Types[i]) || definitions.Of(string(mashal.Types[i])) == nil) {
			t.Errorf("definition %d is %s, not %s", i, d.Key, mashal.Types[i])
		}
		if keys[d.Key] || definitions.Of(d.Key).Text != d.Text || !strings.HasSuffix(strings.TrimSuffix(d.Text, "”"), ".") {
			t.Errorf("the definition %+v is not unique or no sentence", d)
		}
		keys[d.Key] = true
		if d.Part == "" {
			continue
		}
		if _, err := manual.In("en").Part(d.Part); err != nil {
			t.Error(d.Key, err)
		}
	}
}
