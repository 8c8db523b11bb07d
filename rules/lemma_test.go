package rules_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"mashal/corpus/lexicon"
	"mashal/rules"
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

// TestBuiltInLemmas checks the numbers of lemmas in the built-in files, and the Hebrew words
// beside them, as rules --check checks those of any file.
func TestBuiltInLemmas(t *testing.T) {
	if _, err := rules.Load("rules.yaml", ruleFiles(t)); err != nil {
		t.Error(err)
	}
}

// TestWrittenLemmas checks which Hebrew words can stand beside the number of a lemma.
func TestWrittenLemmas(t *testing.T) {
	for _, written := range []string{"2061", "2061 זאב", "2061 זְאֵב", "2061 זאבים", "738 אריה", "738 ארי", "7462 b רועה", "7462 רעה"} {
		if _, err := rules.Load("rules.yaml", []byte(strings.Replace(valid, "2061 זאב", written, 1))); err != nil {
			t.Errorf("%s is refused: %v", written, err)
		}
	}
	for _, r := range defaults(t).Describe() {
		for _, sequence := range r.Sequences {
			for _, w := range sequence {
				for _, strong := range w.Lemmas {
					if _, ok := lexicon.EntryOf(strong); !ok {
						t.Errorf("%s has the lemma %s, which the text has not", r.ID, strong)
					}
				}
			}
		}
	}
}
