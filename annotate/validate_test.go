package annotate_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mashal"
	"mashal/annotate"
	"mashal/llm"
)

// judging is a fake that judges the figures of truth: of each a metaphor holds
// and a hyperbole does not, but in verse 4 is an idiom.
func validationManual(t testing.TB, name string, script ...fault) *fake {
	return &fake{name: name, script: script, answer: func(verses []int) []byte {
		var out []mashal.Judgement
		for _, v := range verses {
			second := mashal.Verdict{Type: mashal.Hyperbole, Decision: mashal.Invalid}
			if v == 4 {
				second.Decision, second.To = mashal.Reclassified, mashal.Idiom
			}
			first := mashal.Verdict{Type: mashal.Metaphor, Decision: mashal.Valid, Reason: "Another domain."}
			out = append(out, mashal.Judgement{Verse: v, Verdicts: [][]mashal.Verdict{{first, second}}})
		}
		b, err := annotate.EncodeVerdicts(out)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}}
}

func TestValidate(t *testing.T) {
	ch := chapter(t, bookNamed(t, "Ezek"), 15)
	few := replaced(5, `"met,none: `, `"met: `)
	more := replaced(5, `"is":[`, `"is":["met,none: Of another.",`)
	for _, test := range []struct {
		name            string
		script, second  []fault
		chain           bool
		passage         int
		requests        string
		judged, failed  int // verses
		failure, reason string
		waits           int
	}{
		{name: "well", requests: "1-2,4-5,7-8", judged: 6},
		{name: "in passages", passage: 3, requests: "1-2,4 5,7-8", judged: 6},
		{name: "cut", script: []fault{cutAfter(llm.Cut, 2)}, requests: "1-2,4-5,7-8 4-5,7-8", judged: 6, waits: 1},
		{name: "a type not judged", script: []fault{few}, requests: "1-2,4-5,7-8 5", judged: 6},
		{name: "a figure too many", script: []fault{more}, requests: "1-2,4-5,7-8 5", judged: 6},
		{name: "never judged", script: always(few), requests: "1-2,4-5,7-8 5 5", judged: 5, failed: 1, failure: "wrong", reason: "verdicts on 1 of 2 types"},
		{name: "judged by the next", script: always(few), chain: true, requests: "1-2,4-5,7-8 5 5", judged: 6},
		{name: "server errors", script: always(fails(llm.ServerError)), requests: "1-2,4-5,7-8 1-2,4-5,7-8 1-2,4-5,7-8 1-2,4-5,7-8 1-2,4 1-2 1 2 4 5,7-8 5,7 5 7 8", chain: true, judged: 6, waits: 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			one, two := validationManual(t, "fake", test.script...), validationManual(t, "next", test.second...)
			var waits []time.Duration
			config := annotate.Config{Models: []annotate.Model{{Provider: one, Name: "model"}}, Passage: test.passage}
			if test.chain {
				config.Models = append(config.Models, annotate.Model{Provider: two, Name: "other"})
			}
			v, err := annotate.NewValidator(config)
			if err != nil {
				t.Fatal(err)
			}
			got := map[int]mashal.Judgement{}
			err = v.Validate(t.Context(), ch, truth(ch), annotate.Session{Wait: countWaits(&waits)}, func(j mashal.Judgement) error {
				if _, twice := got[j.Verse]; twice {
					t.Errorf("verse %d is judged twice", j.Verse)
				}
				got[j.Verse] = j
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			judged, failed := 0, 0
			for verse, j := range got {
				switch {
				case j.Failure == nil:
					judged++
					second := mashal.Verdict{Type: mashal.Hyperbole, Decision: mashal.Invalid}
					if verse == 4 {
						second.Decision, second.To = mashal.Reclassified, mashal.Idiom
					}
					want := [][]mashal.Verdict{{{Type: mashal.Metaphor, Decision: mashal.Valid}, second}}
					for i := range want[0] {
						want[0][i].Reason, want[0][i].By = "Another domain.", j.Verdicts[0][i].By
					}
					if diff := cmp.Diff(want, j.Verdicts); diff != "" {
						t.Errorf("verse %d (-want +got):\n%s", verse, diff)
					}
				default:
					failed++
					if j.Verdicts != nil || j.Failure.Kind != test.failure || !strings.Contains(j.Failure.Reason, test.reason) {
						t.Errorf("verse %d: %+v", verse, j)
					}
				}
			}
			if judged != test.judged || failed != test.failed {
				t.Errorf("%d verses judged, %d failed; want %d and %d", judged, failed, test.judged, test.failed)
			}
			if one.requests() != test.requests {
				t.Errorf("asked for %q, want %q", one.requests(), test.requests)
			}
			if len(waits) != test.waits {
				t.Errorf("waited %v, want %d waits", waits, test.waits)
			}
		})
	}
}

// TestValidateNothing: without figures nothing is asked.
func TestValidateNothing(t *testing.T) {
	ch := chapter(t, bookNamed(t, "Ezek"), 15)
	model := validationManual(t, "fake")
	v, err := annotate.NewValidator(annotate.Config{Models: []annotate.Model{{Provider: model, Name: "model"}}})
	if err != nil {
		t.Fatal(err)
	}
	emit := func(mashal.Judgement) error { return errors.New("there is nothing to judge") }
	err = v.Validate(t.Context(), ch, []mashal.Result{{Verse: 1}, {Verse: 2, Failure: &mashal.Failure{Kind: "cut"}}}, annotate.Session{}, emit)
	if err != nil || model.requests() != "" {
		t.Errorf("%v, asked for %q", err, model.requests())
	}
	twice := slices.Repeat(truth(ch)[:1], 2)
	if err := v.Validate(t.Context(), ch, twice, annotate.Session{}, emit); err == nil {
		t.Error("a verse given twice is accepted")
	}
	if err := v.Validate(t.Context(), ch, []mashal.Result{{Verse: 99, Figures: twice[0].Figures}}, annotate.Session{}, emit); err == nil {
		t.Error("a verse that the chapter does not have is accepted")
	}
}

// TestInitialAndFinal: verdicts leave what was claimed as it was.
func TestInitialAndFinal(t *testing.T) {
	ch := chapter(t, bookNamed(t, "Ezek"), 15)
	results := truth(ch)
	v, err := annotate.NewValidator(annotate.Config{Models: []annotate.Model{{Provider: validationManual(t, "fake"), Name: "model"}}})
	if err != nil {
		t.Fatal(err)
	}
	final := map[int]string{}
	if err := v.Validate(t.Context(), ch, results, annotate.Session{}, func(j mashal.Judgement) error {
		final[j.Verse] = fmt.Sprint(mashal.FinalTypes(results[j.Verse-1].Figures[0].Types, j.Verdicts[0]))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if final[1] != "[metaphor]" || final[4] != "[metaphor idiom]" {
		t.Errorf("the final types are %v", final)
	}
	if diff := cmp.Diff(truth(ch), results); diff != "" {
		t.Errorf("validation changed what was found:\n%s", diff)
	}
}
