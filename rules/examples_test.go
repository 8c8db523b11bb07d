package rules_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"mashal"
)

// TestExamples holds every rule against the verses it names.
func TestExamples(t *testing.T) {
	finds := func(id string, ref mashal.Ref) bool {
		return slices.ContainsFunc(wholeBible()[ref], func(f mashal.Figure) bool {
			return slices.Contains(strings.Split(f.Source, " + "), id)
		})
	}
	for _, r := range defaults(t).Rules() {
		for _, example := range r.Matches {
			if !finds(r.ID, example.Ref) {
				t.Errorf("line %d: %s finds nothing in %s", example.Line, r.ID, example.Ref)
			}
		}
		for _, example := range r.Misses {
			if finds(r.ID, example.Ref) {
				t.Errorf("line %d: %s finds something in %s", example.Line, r.ID, example.Ref)
			}
		}
		if len(r.Misses) == 0 {
			t.Errorf("%s names no verse that it must not match", r.ID)
		}
	}
}

// TestFigures holds what every figure must be.
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
				t.Errorf("%s: %s: a place was left in %q", ref, f.Source, f.Explanation)
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

// TestLemmaNames holds the Hebrew that rules write beside a lemma's number
// against the forms that the lemma has in the text: the name's letters,
// without the weak ones that forms drop, are in one of them in their order.
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
					forms[key][strong(w.Text)] = true
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
			t.Errorf("%s: the text has no lemma %s %s", n.place, n.lemma, n.name)
			continue
		}
		found := false
		for form := range forms[n.lemma] {
			found = found || inOrder(strong(n.name), form)
		}
		if !found {
			t.Errorf("%s: lemma %s is not %s", n.place, n.lemma, n.name)
		}
	}
}

// strong is a word's letters without those that come and go in its forms.
func strong(s string) string {
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

func inOrder(part, whole string) bool {
	rest := []rune(part)
	for _, r := range whole {
		if len(rest) > 0 && rest[0] == r {
			rest = rest[1:]
		}
	}
	return len(rest) == 0
}
