package rules

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"mashal"
)

// A Check is what a rule file does in the text: what each rule finds, and what its author
// should look at.
type Check struct {
	Name    string         `json:"file"`
	Version string         `json:"version"`
	Rules   []CheckedRule  `json:"rules"` // in the order of the file
	Issues  []CheckedIssue `json:"issues"`
}

// A CheckedRule counts what a rule finds in the whole text.
type CheckedRule struct {
	ID         string        `json:"id"`
	Line       int           `json:"line"`
	Types      []mashal.Type `json:"types"`
	Places     int           `json:"places"` // figures, alone or with other rules
	Verses     int           `json:"verses"`
	Confidence float64       `json:"confidence"`
	First      []string      `json:"first"` // the first verses, at most maxFirst
}

// maxFirst is the number of verses that a CheckedRule names.
const maxFirst = 3

// A CheckedIssue is something that is wrong with a rule, or only unusual.
type CheckedIssue struct {
	Line    int    `json:"line"`
	Rule    string `json:"rule"`
	Problem string `json:"problem"`
	Advice  string `json:"advice"` // what to do
	Wrong   bool   `json:"wrong"`  // the rule contradicts its own examples, or finds nothing
}

// Wrong returns the number of issues that are wrong.
func (c *Check) Wrong() (n int) {
	for _, i := range c.Issues {
		if i.Wrong {
			n++
		}
	}
	return n
}

// Check applies the rules of a file to a text: it counts what each finds, compares that with
// the examples, and looks for rules that find nothing or are not bounded by a counterexample.
func (s *Set) Check(name string, text iter.Seq[*mashal.ChapterText]) *Check {
	found := make(map[string]map[mashal.Ref]int, len(s.rules))
	order := map[string][]mashal.Ref{}
	var v verseView
	for ch := range text {
		for i := range ch.Verses {
			v.load(&ch.Verses[i])
			ref := v.verse.Ref
			for _, f := range s.figures(&v) {
				for rule := range strings.SplitSeq(f.Source, " + ") {
					if found[rule] == nil {
						found[rule] = map[mashal.Ref]int{}
					}
					if found[rule][ref] == 0 {
						order[rule] = append(order[rule], ref)
					}
					found[rule][ref]++
				}
			}
		}
	}
	c := &Check{Name: name, Version: s.Version(), Rules: []CheckedRule{}, Issues: []CheckedIssue{}}
	for _, r := range s.rules {
		row := CheckedRule{ID: r.ID, Line: r.line, Types: r.Types, Verses: len(order[r.ID]), Confidence: r.Precision, First: []string{}}
		for _, ref := range order[r.ID] {
			row.Places += found[r.ID][ref]
			if len(row.First) < maxFirst {
				row.First = append(row.First, ref.String())
			}
		}
		c.Rules = append(c.Rules, row)
		c.Issues = append(c.Issues, r.issues(found[r.ID])...)
	}
	slices.SortStableFunc(c.Issues, func(a, b CheckedIssue) int { return a.Line - b.Line })
	return c
}

// issues compares what a rule finds with its examples.
func (r *rule) issues(found map[mashal.Ref]int) (issues []CheckedIssue) {
	add := func(line int, wrong bool, advice, problem string) {
		issues = append(issues, CheckedIssue{Line: line, Rule: r.ID, Problem: problem, Advice: advice, Wrong: wrong})
	}
	for _, e := range r.MustMatch {
		switch {
		case found[e.Ref] > 0:
		case !r.appliesTo(e.Ref):
			add(e.Line, true, "Add the book to \"in\", or give another example.", fmt.Sprintf("%s is an example of match, but outside the verses of \"in\"", e.Ref))
		default:
			add(e.Line, true, fmt.Sprintf("Compare the rule with the words of the verse: mashal words %q", e.Ref), fmt.Sprintf("finds nothing in %s, an example of match", e.Ref))
		}
	}
	for _, e := range r.MustNotMatch {
		if found[e.Ref] > 0 {
			add(e.Line, true, fmt.Sprintf("Exclude it under \"unless\", or narrow \"in\"; its words: mashal words %q", e.Ref), fmt.Sprintf("finds a figure in %s, an example of not", e.Ref))
		}
	}
	if len(found) == 0 && !slices.ContainsFunc(issues, func(i CheckedIssue) bool { return i.Wrong }) {
		add(r.line, true, "Loosen its conditions, or remove the rule.", "finds nothing in the whole text")
	}
	if len(r.MustNotMatch) == 0 {
		add(r.line, false, "Add a verse under \"not\" that has the words but not the figure, so that a later change cannot find it by mistake.", "has no counterexample")
	}
	return issues
}
