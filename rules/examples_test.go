package rules_test

import (
	"slices"
	"strings"
	"testing"

	"mashal"
)

// TestExamples checks that every rule matches the verses that it lists as
// examples, and does not match its counterexamples.
func TestExamples(t *testing.T) {
	finds := func(id string, ref mashal.Ref) bool {
		return slices.ContainsFunc(wholeBible()[ref], func(f mashal.Figure) bool {
			return slices.Contains(strings.Split(f.Source, " + "), id)
		})
	}
	for _, r := range defaults(t).Rules() {
		for _, example := range r.MustMatch {
			if !finds(r.ID, example.Ref) {
				t.Errorf("line %d: %s finds nothing in %s", example.Line, r.ID, example.Ref)
			}
		}
		for _, example := range r.MustNotMatch {
			if finds(r.ID, example.Ref) {
				t.Errorf("line %d: %s finds something in %s", example.Line, r.ID, example.Ref)
			}
		}
		if len(r.MustNotMatch) == 0 {
			t.Errorf("%s has no counterexample", r.ID)
		}
	}
}

// TestFigures checks the figures of the whole Bible for completeness and order.
func TestFigures(t *testing.T) {
	verses, withEnglish := 0, 0
	for ref, figures := range wholeBible() {
		verses++
		verse, err := text().Verse(ref)
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range figures {
			if err := f.Validate(len(verse.Words)); err != nil {
				t.Errorf("%s: %v", ref, err)
			}
			if f.Span.Grounding != mashal.Exact || f.Explanation == "" || f.Source == "" || f.Confidence < .6 {
				t.Errorf("%s: incomplete: %+v", ref, f)
			}
			if strings.ContainsAny(f.Explanation, "{}[]") {
				t.Errorf("%s: %s: a placeholder was left in %q", ref, f.Source, f.Explanation)
			}
			if f.English != "" {
				withEnglish++
			}
			if i > 0 && f.Span.Ranges[0].First < figures[i-1].Span.Ranges[0].First {
				t.Errorf("%s: figures are not in the order of their words", ref)
			}
		}
	}
	if verses != 23_213 {
		t.Errorf("%d verses were annotated, want 23213", verses)
	}
	if withEnglish < 1000 {
		t.Errorf("only %d figures have English", withEnglish)
	}
}
