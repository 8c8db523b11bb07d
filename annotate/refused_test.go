package annotate_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"mashal"
	"mashal/annotate"
	"mashal/llm"
)

// A filter refuses prompts that show one of some verses, in its words.
type filter struct {
	*fake
	verses []int
	words  func(verse int) string
}

func (f *filter) Stream(ctx context.Context, req llm.Request, text func([]byte) error) (llm.Response, error) {
	for _, v := range f.verses {
		if strings.Contains(req.Shared, fmt.Sprintf("\nv%d ", v)) {
			f.asked = append(f.asked, versesIn(req.Prompt))
			return llm.Response{}, &llm.Error{Kind: llm.Refused, Status: 400, OfPrompt: true, Err: errors.New(f.words(v))}
		}
	}
	return f.fake.Stream(ctx, req, text)
}

// TestRefusedPrompts: where a filter refuses prompts that show a verse, only that verse
// fails, also if it is shown and not asked for.
func TestRefusedPrompts(t *testing.T) {
	ch := chapter(t, bookNamed(t, "Ezek"), 17)
	all := truth(ch)
	for _, test := range []struct {
		name     string
		refused  []int
		words    string // %d is the verse
		asked    []int
		requests string
	}{
		{"named", []int{3}, "Blocked: verse %d", mashal.Passage{Chapter: ch.Chapter, First: 1, Last: 24}.Numbers(), "1-24 1-2,4-24 3"},
		{"named as a place", []int{3}, "The text of Ezekiel 17:%d is not allowed", mashal.Passage{Chapter: ch.Chapter, First: 1, Last: 24}.Numbers(), "1-24 1-2,4-24 3"},
		{"two named one after the other", []int{3, 20}, `{"verse": %d}`, mashal.Passage{Chapter: ch.Chapter, First: 1, Last: 24}.Numbers(), "1-24 1-2,4-24 3 1-2,4-19,21-24 20"},
		{"a named verse that is not asked for", []int{3}, "Blocked: verse %d", mashal.Passage{Chapter: ch.Chapter, First: 10, Last: 24}.Numbers(), "10-24 10-24"},
		{"two that are not asked for, one of which is not named", []int{3, 20}, "Blocked: verses 20 and %d", mashal.Passage{Chapter: ch.Chapter, First: 10, Last: 15}.Numbers(), "10-15 10-15"},
		{"not named", []int{3}, "Blocked", mashal.Passage{Chapter: ch.Chapter, First: 1, Last: 8}.Numbers(), "1-8 1-8 1-4 5-8 1-2 3-4 3 4"},
		{"not named and not asked for", []int{3}, "Blocked", mashal.Passage{Chapter: ch.Chapter, First: 10, Last: 24}.Numbers(), "10-24 10-24"},
		{"a verse alone, and another one refused", []int{3}, "Blocked", []int{10}, "10 10"},
		{"a verse alone, refused", []int{3}, "Blocked", []int{3}, "3 3"},
		{"all verses named: an echo of the prompt", []int{3}, "Blocked (%d): Annotate verses 1-24 of Ezekiel 17.", mashal.Passage{Chapter: ch.Chapter, First: 1, Last: 24}.Numbers(), "1-24 1-12 13-24 1-6 7-12 1-3 4-6 1-2 3"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := &filter{knowing(t, "fake", all), test.refused, func(v int) string { return strings.ReplaceAll(test.words, "%d", fmt.Sprint(v)) }}
			a, err := annotate.New(annotate.Config{Models: []annotate.Model{{Provider: f, Name: "m"}}})
			if err != nil {
				t.Fatal(err)
			}
			s := annotate.Session{Wait: countWaits(new([]time.Duration))}
			if err := a.Annotate(t.Context(), ch, test.asked, s, func(r mashal.Result) error {
				if failed := r.Failure != nil; failed != slices.Contains(test.refused, r.Verse) {
					t.Errorf("verse %d: %+v", r.Verse, r.Failure)
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if got := f.requests(); got != test.requests {
				t.Errorf("asked for %q, want %q", got, test.requests)
			}
		})
	}
	t.Run("verdicts", func(t *testing.T) {
		f := &filter{validationManual(t, "fake"), []int{4}, func(int) string { return "Blocked: verse 4" }}
		v, err := annotate.NewValidator(annotate.Config{Models: []annotate.Model{{Provider: f, Name: "m"}}})
		if err != nil {
			t.Fatal(err)
		}
		var failed []int
		if err := v.Validate(t.Context(), ch, all, annotate.Session{Wait: countWaits(new([]time.Duration))}, func(j mashal.Judgement) error {
			if j.Failure != nil {
				failed = append(failed, j.Verse)
			}
			return nil
		}); err != nil || !slices.Equal(failed, []int{4}) {
			t.Errorf("verses %v failed, %v", failed, err)
		}
	})
}
