package learned_test

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"mashal"
	"mashal/corpus"
	"mashal/learned"
	"mashal/rules"
)

var text = sync.OnceValue(func() *corpus.Corpus {
	c, err := corpus.Open()
	if err != nil {
		panic(err)
	}
	return c
})

// BenchmarkBible annotates the whole Bible on one processor.
func BenchmarkBible(b *testing.B) {
	set, err := rules.Default()
	if err != nil {
		b.Fatal(err)
	}
	offline, err := learned.New(set, text().Version(), learned.Options{Rules: true})
	if err != nil {
		b.Fatal(err)
	}
	for _, a := range []interface {
		Identity() mashal.Annotator
		Annotate(context.Context, *mashal.ChapterText, []int, func(mashal.Result) error) error
	}{set.Annotator(text().Version()), offline} {
		b.Run(a.Identity().Name, func(b *testing.B) {
			for b.Loop() {
				figures := 0
				for ch := range text().Chapters() {
					if err := a.Annotate(context.Background(), ch, mashal.Whole(ch.Chapter).Numbers(), func(r mashal.Result) error {
						figures += len(r.Figures)
						return nil
					}); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(figures), "figures")
			}
		})
	}
}

func open(t testing.TB, o learned.Options) *learned.Annotator {
	t.Helper()
	set, err := rules.Default()
	if err != nil {
		t.Fatal(err)
	}
	a, err := learned.New(set, text().Version(), o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// annotate returns the results of some verses of a chapter.
func annotate(t testing.TB, a *learned.Annotator, ch mashal.Chapter, verses ...int) []mashal.Result {
	t.Helper()
	chapter, err := text().Chapter(ch)
	if err != nil {
		t.Fatal(err)
	}
	if len(verses) == 0 {
		verses = mashal.Whole(ch).Numbers()
	}
	var results []mashal.Result
	if err := a.Annotate(t.Context(), chapter, verses, func(r mashal.Result) error {
		for i := range r.Figures {
			if err := r.Figures[i].Validate(len(chapter.Verses[r.Verse-1].Words)); err != nil {
				t.Errorf("%s:%d: %v", ch, r.Verse, err)
			}
		}
		results = append(results, r)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return results
}

var chapters = []mashal.Chapter{{Book: 1, Number: 1}, {Book: 12, Number: 5}, {Book: 14, Number: 17}, {Book: 27, Number: 23}, {Book: 28, Number: 10}}

// TestClaims: only metaphors are claimed, with a probability and reasons; figures of other
// types and less sure metaphors are suggestions, and only on request.
func TestClaims(t *testing.T) {
	claims, suggestions := 0, 0
	for _, o := range []learned.Options{{}, {Suggestions: true}} {
		a := open(t, o)
		for _, ch := range chapters {
			for _, r := range annotate(t, a, ch) {
				for _, f := range r.Figures {
					switch {
					case f.Source != "learned" || f.Confidence <= 0 || !strings.Contains(f.Explanation, "probability of") || f.Span.Words() == 0:
						t.Errorf("%s:%d: %+v", ch, r.Verse, f)
					case f.Counts() && !f.Is(mashal.Metaphor):
						t.Errorf("%s:%d: a %v is %s", ch, r.Verse, f.Types, f.Standing)
					case f.Counts():
						claims++
					case !o.Suggestions:
						t.Errorf("%s:%d: a suggestion that was not asked for", ch, r.Verse)
					default:
						suggestions++
					}
				}
			}
		}
	}
	if claims < 20 || suggestions < 20 {
		t.Errorf("%d claims and %d suggestions", claims, suggestions)
	}
}

// TestVersesOfChapter: what is found in a verse does not depend on which other verses are
// asked for, and repeated calls find the same.
func TestVersesOfChapter(t *testing.T) {
	a := open(t, learned.Options{Rules: true, Suggestions: true})
	for _, ch := range chapters {
		whole := annotate(t, a, ch)
		for _, n := range []int{1, 3, len(whole)} {
			if alone := annotate(t, a, ch, n); !reflect.DeepEqual(alone[0], whole[n-1]) {
				t.Errorf("%s:%d differs if it is asked for alone", ch, n)
			}
		}
	}
	chapter, err := text().Chapter(chapters[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Annotate(t.Context(), chapter, []int{99}, func(mashal.Result) error { return nil }); err == nil {
		t.Error("a verse that the chapter lacks is annotated")
	}
}

// TestOfflineHasAllOfTheRules: offline keeps each figure of the rules, and adds claims.
func TestOfflineHasAllOfTheRules(t *testing.T) {
	set, err := rules.Default()
	if err != nil {
		t.Fatal(err)
	}
	byRules, offline := set.Annotator(text().Version()), open(t, learned.Options{Rules: true})
	both, added := 0, 0
	for _, ch := range chapters {
		chapter, err := text().Chapter(ch)
		if err != nil {
			t.Fatal(err)
		}
		found := annotate(t, offline, ch)
		if err := byRules.Annotate(t.Context(), chapter, mashal.Whole(ch).Numbers(), func(r mashal.Result) error {
			for _, f := range r.Figures {
				if !slices.ContainsFunc(found[r.Verse-1].Figures, func(g mashal.Figure) bool {
					return reflect.DeepEqual(g.Types, f.Types) && reflect.DeepEqual(g.Span, f.Span) && strings.HasPrefix(g.Source, f.Source)
				}) {
					t.Errorf("%s:%d: %s is missing", ch, r.Verse, f.Source)
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for _, r := range found {
			for _, f := range r.Figures {
				switch {
				case f.Source == "learned":
					added++
				case strings.HasSuffix(f.Source, " + learned"):
					both++
				}
			}
		}
	}
	if both == 0 || added == 0 {
		t.Errorf("%d figures have both sources and %d only the model", both, added)
	}
}

// TestOfflineClaimsWhatIsSure: beside the rules a metaphor is claimed from SureFrom, and in
// prose none. A less sure one is a suggestion.
func TestOfflineClaimsWhatIsSure(t *testing.T) {
	offline, suggesting := open(t, learned.Options{Rules: true}), open(t, learned.Options{Rules: true, Suggestions: true})
	suggested := 0
	own := func(a *learned.Annotator, ch mashal.Chapter, counts bool) (found []mashal.Figure) {
		for _, r := range annotate(t, a, ch) {
			for _, f := range r.Figures {
				if f.Source == learned.Source && f.Is(mashal.Metaphor) && f.Counts() == counts {
					found = append(found, f)
				}
			}
		}
		return found
	}
	for _, ch := range chapters {
		genre := mashal.GenreOf(ch)
		for _, f := range own(offline, ch, true) {
			if f.Confidence < learned.SureFrom-.005 || genre == mashal.Narrative || genre == mashal.Law {
				t.Errorf("%s: claimed with %.2f", ch, f.Confidence)
			}
		}
		if n, m := len(own(offline, ch, true)), len(own(suggesting, ch, true)); n != m {
			t.Errorf("%s: %d claims, and %d with suggestions", ch, n, m)
		}
		suggested += len(own(suggesting, ch, false))
	}
	if suggested == 0 {
		t.Error("no less sure metaphor is suggested")
	}
}

func TestIdentity(t *testing.T) {
	seen := map[string]bool{}
	for _, o := range []learned.Options{{}, {Rules: true}, {Suggestions: true}, {Rules: true, Suggestions: true}} {
		i := open(t, o).Identity()
		if want := map[bool]string{false: "learned", true: "offline"}[o.Rules]; i.Name != want || !i.Kind.Matcher() || seen[i.Fingerprint] {
			t.Errorf("%+v: %+v", o, i)
		}
		seen[i.Fingerprint] = true
	}
}
