package rules_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mashal"
	"mashal/rules"
)

// TestCheck checks that the built-in rules pass, and what is reported of rules that
// contradict their examples, find nothing, or have no counterexample.
func TestCheck(t *testing.T) {
	builtIn, err := rules.Default()
	if err != nil {
		t.Fatal(err)
	}
	if c := builtIn.Check("built-in", text().Chapters()); c.Wrong() > 0 || len(c.Rules) != len(builtIn.Describe()) {
		t.Errorf("the built-in rules have the issues %+v", c.Issues)
	}
	file := strings.Replace(valid, "Hos 5:14", "Hos 11:10", 1)
	for _, test := range []struct{ name, old, new, want string }{
		{"nothing", "", "", ""},
		{"a match that it does not find", "match: Hos 11:10", "match: [Hos 11:10, Gen 1:1]", "15: true: finds nothing in Genesis 1:1, an example of match"},
		{"a counterexample that it finds", "not: [Gen 1:1]", "not: [Hos 11:10]", "15: true: finds a figure in Hosea 11:10, an example of not"},
		{"an example outside its verses", "    source:", "    in: Genesis\n    source:", "16: true: Hosea 11:10 is an example of match, but outside the verses of \"in\""},
		{"no counterexample", ", not: [Gen 1:1]", "", "8: false: has no counterexample"},
	} {
		set, err := rules.Load("rules.yaml", []byte(strings.Replace(file, test.old, test.new, 1)))
		if err != nil {
			t.Fatal(test.name, err)
		}
		c := set.Check("rules.yaml", text().Chapters())
		var issues []string
		for _, i := range c.Issues {
			issues = append(issues, fmt.Sprintf("%d: %t: %s", i.Line, i.Wrong, i.Problem))
			if i.Advice == "" || i.Rule != "like-a-beast" {
				t.Errorf("%s: %+v", test.name, i)
			}
		}
		if got := strings.Join(issues, "; "); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// TestDescribe checks that every built-in rule is described in full: its words as they are
// written, its places in them, and its measures with the counts of confidence.yaml.
func TestDescribe(t *testing.T) {
	set := defaults(t)
	for _, r := range set.Describe() {
		file, err := os.ReadFile(filepath.Join("..", r.File))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(file), "\n")
		if !strings.HasPrefix(r.Text, "id: "+r.ID+"\n") || lines[r.Line-1] != "  - id: "+r.ID {
			t.Errorf("%s is not at line %d of %s, or begins %.40q", r.ID, r.Line, r.File, r.Text)
		}
		if !strings.Contains(r.Text, "\nexamples:") || strings.Contains(r.Text, "- id: ") {
			t.Errorf("%s is written\n%s", r.ID, r.Text)
		}
		if len(r.Measures) != len(r.Types) || len(r.Match) == 0 || len(r.Sequences) == 0 || r.Source == "" || r.Explanation == "" {
			t.Errorf("%s is described as %+v", r.ID, r)
		}
		for i, m := range r.Measures {
			if m.Type != r.Types[i] || m.Confidence == 0 || m.Lower > m.Confidence || m.Silver.All+m.Notes.All == 0 && m.Follows != "its type" {
				t.Errorf("%s has the measure %+v", r.ID, m)
			}
			if in := m.Notes.Interval(); m.Notes.All > 0 && (in.Low > m.Notes.Share()+1e-9 || in.High < m.Notes.Share()-1e-9) {
				t.Errorf("%s: the share %v is not in its interval %v", r.ID, m.Notes.Share(), in)
			}
		}
		for _, sequence := range r.Sequences {
			for _, w := range sequence {
				if len(w.Lemmas)+len(w.Conditions) == 0 {
					t.Errorf("%s has a word of which nothing is said", r.ID)
				}
			}
		}
	}
	rule, err := set.Find("shepherd")
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(rule.Sequences[0][0]); got != "{[7462 b] [without the prefix כְּ, מִן form: verb, qal, active participle] []}" {
		t.Errorf("the word of the shepherd is %s", got)
	}
	if _, err := set.Find("shephard"); mashal.CodeOf(err) != mashal.Usage {
		t.Errorf("an unknown rule has the error %v", err)
	}
}
