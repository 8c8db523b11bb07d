package rules_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

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

// TestLemmaNames compares the Hebrew word that a rule file writes beside a lemma
// with the forms of that lemma in the text. The word's strong letters must occur
// in one of the forms, in their order.
func TestLemmaNames(t *testing.T) {
	forms := map[string]map[string]bool{}
	for ch := range text().Chapters() {
		for _, verse := range ch.Verses {
			for _, w := range verse.Words {
				lemma := w.Lemma[strings.LastIndexByte(w.Lemma, '/')+1:]
				number, letter, _ := strings.Cut(strings.TrimSuffix(lemma, "+"), " ")
				for _, key := range []string{number, number + " " + letter} {
					if forms[key] == nil {
						forms[key] = map[string]bool{}
					}
					forms[key][strongLetters(w.Text)] = true
				}
			}
		}
	}
	names := lemmaNames(t)
	if len(names) < 300 {
		t.Fatalf("only %d lemmas have a name", len(names))
	}
	for _, n := range names {
		if len(forms[n.lemma]) == 0 {
			t.Errorf("%s: the text has no lemma %s %s", n.position, n.lemma, n.name)
			continue
		}
		found := false
		for form := range forms[n.lemma] {
			found = found || isSubsequence(strongLetters(n.name), form)
		}
		if !found {
			t.Errorf("%s: lemma %s is not %s", n.position, n.lemma, n.name)
		}
	}
}

// strongLetters returns a word's letters without points and without the letters
// that some forms of a word lack. Final forms become ordinary ones.
func strongLetters(s string) string {
	var b strings.Builder
	for _, r := range s {
		if unicode.Is(unicode.Mn, r) || !unicode.Is(unicode.Hebrew, r) || strings.ContainsRune("אהוינ", r) {
			continue
		}
		if i := slices.Index([]rune("ךםןףץ"), r); i >= 0 {
			r = []rune("כמנפצ")[i]
		}
		b.WriteRune(r)
	}
	return b.String()
}

// isSubsequence reports whether the letters of part occur in whole, in order.
func isSubsequence(part, whole string) bool {
	rest := []rune(part)
	for _, r := range whole {
		if len(rest) > 0 && rest[0] == r {
			rest = rest[1:]
		}
	}
	return len(rest) == 0
}
