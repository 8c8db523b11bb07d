package rules_test

import (
	"regexp"
	"strings"
	"testing"

	"mashal/corpus/lexicon"
	"mashal/rules"
)

// namedLemma matches a lemma that a rule file writes with its Hebrew word.
var namedLemma = regexp.MustCompile(`\b(\d{1,5}(?: [a-z])?) ([\x{05D0}-\x{05EA}]+)`)

// TestBuiltInLemmas checks the numbers of lemmas in the built-in files, and the Hebrew words
// beside them, as rules --check checks those of any file.
func TestBuiltInLemmas(t *testing.T) {
	if n := len(namedLemma.FindAll(ruleFiles(t), -1)); n < 300 {
		t.Fatalf("only %d lemmas have a name", n)
	}
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
