package explore_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestTemplateLines checks that the lines of templates can be read and compared:
// none has more than 160 characters. Trim markers keep line breaks out of pages.
func TestTemplateLines(t *testing.T) {
	const most = 160
	pages, err := filepath.Glob("web/templates/*.html")
	if err != nil || len(pages) == 0 {
		t.Fatal(pages, err)
	}
	parts, err := filepath.Glob("web/templates/part/*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range slices.Concat(pages, parts) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			if n := utf8.RuneCountInString(line); n > most {
				t.Errorf("%s:%d has %d characters, more than %d", file, i+1, n, most)
			}
		}
	}
}
