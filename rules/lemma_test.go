package rules_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// lemmaName is a lemma that a rule file writes with its Hebrew word.
type lemmaName struct{ position, lemma, name string }

var namedLemma = regexp.MustCompile(`\b(\d{1,5}(?: [a-z])?) ([\x{05D0}-\x{05EA}]+)`)

// lemmaNames returns the lemmas that the rule files write with a Hebrew word.
func lemmaNames(t *testing.T) []lemmaName {
	t.Helper()
	files, err := filepath.Glob("*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no rule files here", err)
	}
	var names []lemmaName
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range regexp.MustCompile(`\n`).Split(string(data), -1) {
			for _, m := range namedLemma.FindAllStringSubmatch(line, -1) {
				names = append(names, lemmaName{fmt.Sprintf("%s:%d", file, i+1), m[1], m[2]})
			}
		}
	}
	return names
}
