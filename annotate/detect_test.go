package annotate_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mashal"
	"mashal/annotate"
	"mashal/llm"
	"mashal/salvage"
)

// A detecting is one call of Annotate on Ezekiel 15, which has 8 verses.
type detecting struct {
	script   []fault
	second   []fault // of the next model of the chain
	chain    bool    // there is a next model
	passage  int
	piece    int
	recorder annotate.Recorder
}

type detected struct {
	results  []mashal.Result
	err      error
	waits    []time.Duration
	one, two *fake
	chapter  *mashal.ChapterText
	truth    []mashal.Result
}

func (d detecting) run(t testing.TB) *detected {
	t.Helper()
	ch := chapter(t, bookNamed(t, "Ezek"), 15)
	all := truth(ch)
	out := &detected{chapter: ch, truth: all, one: knowing(t, "fake", all, d.script...), two: knowing(t, "next", all, d.second...)}
	out.one.piece = d.piece
	config := annotate.Config{
		Models:  []annotate.Model{{Provider: out.one, Name: "model"}},
		Passage: d.passage, TextVersion: "text",
	}
	if d.chain {
		config.Models = append(config.Models, annotate.Model{Provider: out.two, Name: "other"})
	}
	a, err := annotate.New(config)
	if err != nil {
		t.Fatal(err)
	}
	session := annotate.Session{Recorder: d.recorder, Wait: countWaits(&out.waits), Withdraw: func(verses []int) error {
		out.results = slices.DeleteFunc(out.results, func(r mashal.Result) bool { return slices.Contains(verses, r.Verse) })
		return nil
	}}
	out.err = a.Annotate(t.Context(), ch, mashal.Whole(ch.Chapter).Numbers(), session, func(r mashal.Result) error {
		if slices.ContainsFunc(out.results, func(o mashal.Result) bool { return o.Verse == r.Verse }) {
			t.Errorf("verse %d is emitted twice", r.Verse)
		}
		out.results = append(out.results, r)
		return nil
	})
	return out
}

// states is what became of the verses: ".": as it is, "s": by the second
// model, "u": with an unanchored figure, "x": failed, "-": not emitted, "?":
// something else.
func (d *detected) states() string {
	b := []byte(strings.Repeat("-", len(d.chapter.Verses)))
	for _, r := range d.results {
		want := d.truth[r.Verse-1]
		state := byte('?')
		switch {
		case r.Failure != nil:
			state = 'x'
		case cmp.Equal(r, want):
			state = '.'
		case len(r.Figures) > 0 && r.Figures[0].Span.Grounding == mashal.Unanchored:
			state = 'u'
		case len(r.Figures) > 0 && r.Figures[0].Source == "next:other":
			state = 's'
		}
		b[r.Verse-1] = state
	}
	return string(b)
}

func TestAnnotate(t *testing.T) {
	far := replaced(2, "met,hyp 1-2 ", "met,hyp 1-99 ")
	damaged := replaced(2, "met,hyp 1-2", "bogus 1-2")
	for _, test := range []struct {
		name string
		detecting
		states   string
		requests string // of the first model
		second   string // of the second
		waits    int
		failure  string // kind of the failures
	}{
		{name: "well", states: "........", requests: "1-8"},
		{name: "byte by byte", detecting: detecting{piece: 1}, states: "........", requests: "1-8"},
		{name: "in passages", detecting: detecting{passage: 3}, states: "........", requests: "1-2 3-5 6-8"},
		{name: "a passage longer than the chapter", detecting: detecting{passage: 30}, states: "........", requests: "1-8"},
		// What stands before a gap may have swallowed the missing verse's
		// beginning, and is withdrawn before it is emitted.
		{name: "a verse left out", detecting: detecting{script: []fault{without(4)}}, states: "........", requests: "1-8 3 4"},
		{name: "the last verse left out", detecting: detecting{script: []fault{without(8)}}, states: "........", requests: "1-8 7 8"},
		{name: "a verse damaged", detecting: detecting{script: []fault{damaged}}, states: "........", requests: "1-8 2"},
		{name: "damaged whenever asked", detecting: detecting{script: always(damaged)}, states: ".x......", requests: "1-8 2 2", failure: "damaged"},
		{name: "damaged, and another model", detecting: detecting{script: always(damaged), chain: true}, states: ".s......", requests: "1-8 2 2", second: "2"},
		{name: "beyond the verse, once", detecting: detecting{script: []fault{far}}, states: "........", requests: "1-8 2"},
		{name: "beyond the verse, always", detecting: detecting{script: always(far)}, states: ".u......", requests: "1-8 2 2"},
		{name: "beyond the verse, and another model", detecting: detecting{script: always(far), chain: true}, states: ".s......", requests: "1-8 2 2", second: "2"},
		{name: "beyond the verse, then damaged", detecting: detecting{script: []fault{far, damaged, damaged}}, states: ".u......", requests: "1-8 2 2"},
		// A draft in the model's reasoning is not its answer, even if it was emitted before
		// a mark showed what it is.
		{name: "a draft in tags", detecting: detecting{script: []fault{drafted("<think>", "</think>")}, piece: 7}, states: "........", requests: "1-8"},
		{name: "a draft without an opening tag", detecting: detecting{script: []fault{drafted("", "</think>")}, piece: 7}, states: "........", requests: "1-8"},
		{name: "a draft after prose", detecting: detecting{script: []fault{drafted("Let me think. ", "</think>")}, piece: 7}, states: "........", requests: "1-8"},
		{name: "a draft in channels", detecting: detecting{script: []fault{drafted("analysisSo: ", "assistantfinal")}}, states: "........", requests: "1-8"},
		{name: "nothing but a draft", detecting: detecting{script: always(onlyDraft)}, states: "xxxxxxxx", requests: "1-8", failure: "only-reasoning"},
		{name: "nothing but a draft, and another model", detecting: detecting{script: always(onlyDraft), chain: true}, states: "ss.ss.ss", requests: "1-8", second: "1-8"},
		{name: "a cut prompt", detecting: detecting{script: always(cutPrompt), piece: 7}, states: "xxxxxxxx", requests: "1-8", failure: "prompt-cut"},
		{name: "prose", detecting: detecting{script: []fault{says("I would rather not.")}}, states: "........", requests: "1-8 1-4 5-8"},
		{name: "prose always", detecting: detecting{script: always(says("No."))}, states: "xxxxxxxx", requests: "1-8 1-4 1-2 3-4 5-8 5-6 7-8", failure: "missing"},
		{name: "cut", detecting: detecting{script: []fault{cutAfter(llm.Cut, 3)}}, states: "........", requests: "1-8 4-8", waits: 1},
		{name: "cut in the last verse", detecting: detecting{script: []fault{cutAfter(llm.Cut, 7)}}, states: "........", requests: "1-8 8", waits: 1},
		{name: "an end without the terminal event", detecting: detecting{script: []fault{func(_ []int, a []byte) ([]byte, error) { return a, &llm.Error{Kind: llm.Cut} }}}, states: "........", requests: "1-8"},
		{name: "too long", detecting: detecting{script: []fault{cutAfter(llm.TooLong, 3)}}, states: "........", requests: "1-8 4-6 7-8"},
		{name: "rate limited", detecting: detecting{script: []fault{fails(llm.RateLimited), fails(llm.RateLimited)}}, states: "........", requests: "1-8 1-8 1-8", waits: 2},
		{name: "overloaded for long", detecting: detecting{script: always(fails(llm.Overloaded))}, states: "xxxxxxxx", requests: strings.TrimSpace(strings.Repeat("1-8 ", 9)), waits: 8, failure: "overloaded"},
		{name: "overloaded for long, and another model", detecting: detecting{script: always(fails(llm.Overloaded)), chain: true}, states: "ss.ss.ss", requests: strings.TrimSpace(strings.Repeat("1-8 ", 9)), second: "1-8", waits: 8},
		// A refusal may be of one verse, which is found by halving. A passage that is refused
		// as a whole costs few requests, and the next model is asked for all of it.
		{name: "refused once", detecting: detecting{script: []fault{fails(llm.Refused)}}, states: "........", requests: "1-8 1-4 5-8"},
		{name: "one verse refused", detecting: detecting{script: always(refuses(3))}, states: "..x.....", requests: "1-8 1-4 5-8 1-2 3-4 3 4", failure: "refused"},
		{name: "two verses refused", detecting: detecting{script: always(refuses(3, 8))}, states: "..x....x", requests: "1-8 1-4 5-8 1-2 3-4 5-6 7-8 3 4 7 8", failure: "refused"},
		{name: "refused as a whole", detecting: detecting{script: always(fails(llm.Refused))}, states: "xxxxxxxx", requests: "1-8 1-4 5-8 1-2 3-4", failure: "refused"},
		{name: "three verses refused", detecting: detecting{script: always(refuses(1, 2, 5))}, states: "xx..x...", requests: "1-8 1-4 5-8 1-2 3-4 5-6 7-8 1 2 5 6", failure: "refused"},
		{name: "one verse refused by name", detecting: detecting{script: always(names("the answer to verse 3 was withheld", 3))}, states: "..x.....", requests: "1-8 1-2,4-8 3", failure: "refused"},
		{name: "the prompt refused", detecting: detecting{script: always(promptRefused)}, states: "xxxxxxxx", requests: "1-8 1-4 5-8 1-2 3-4", failure: "refused"},
		{name: "one passage refused", detecting: detecting{script: always(refuses(3)), passage: 4}, states: "..x.....", requests: "1-4 5-8 1-2 3-4 3 4", failure: "refused"},
		{name: "refused, and another model", detecting: detecting{script: always(refuses(3)), chain: true}, states: "ss.ss.ss", requests: "1-8 1-8", second: "1-8", waits: 1},
		{name: "refused by both models", detecting: detecting{script: always(refuses(3)), chain: true, second: always(refuses(3))}, states: "ssxss.ss", requests: "1-8 1-8", second: "1-8 1-4 5-8 1-2 3-4 3 4", waits: 1, failure: "refused"},
		// An answer that ends without a reason to stop is complete if all of it is there.
		{name: "an end without a reason", detecting: detecting{script: []fault{func(_ []int, a []byte) ([]byte, error) { return a, &llm.Error{Kind: llm.Cut, Ended: true} }}}, states: "........", requests: "1-8"},
		{name: "in a text", detecting: detecting{script: []fault{quoted}, piece: 7}, states: "........", requests: "1-8"},
		{name: "without an end", detecting: detecting{script: []fault{says(strings.Repeat("blah ", 200_000))}}, states: "........", requests: "1-8 1-4 5-8"},
		{name: "a verse twice, differently, when the first is out", detecting: detecting{script: []fault{again(2)}}, states: "........", requests: "1-8"},
		{name: "other verses", detecting: detecting{script: []fault{replaced(3, `{"verse":3`, `{"verse":33`)}}, states: "........", requests: "1-8 2 3"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := test.run(t)
			if got.err != nil {
				t.Fatal(got.err)
			}
			if s := got.states(); s != test.states {
				t.Errorf("the verses are %s, want %s", s, test.states)
			}
			if s := got.one.requests(); s != test.requests {
				t.Errorf("asked for %q, want %q", s, test.requests)
			}
			if s := got.two.requests(); s != test.second {
				t.Errorf("asked the second model for %q, want %q", s, test.second)
			}
			if len(got.waits) != test.waits {
				t.Errorf("waited %v, want %d waits", got.waits, test.waits)
			}
			for _, r := range got.results {
				if r.Failure != nil && (r.Failure.Kind != test.failure || r.Failure.Reason == "") {
					t.Errorf("verse %d failed as %+v, want %s", r.Verse, *r.Failure, test.failure)
				}
			}
		})
	}
}

// TestPieces: how an answer was cut into pieces on its way cannot matter.
func TestPieces(t *testing.T) {
	d := detecting{script: []fault{replaced(2, "met,hyp 1-2 ", "met,hyp 1-99 "), cutAfter(llm.Cut, 0), without(3)}, passage: 5}
	whole := d.run(t)
	for d.piece = 1; d.piece < 70; d.piece += 3 {
		got := d.run(t)
		if diff := cmp.Diff(whole.results, got.results); diff != "" || got.one.requests() != whole.one.requests() || got.err != nil {
			t.Errorf("in pieces of %d bytes it asks %q (%v) and reads otherwise:\n%s", d.piece, got.one.requests(), got.err, diff)
		}
	}
}

// TestTogether: one annotator serves many workers.
func TestTogether(t *testing.T) {
	ch := chapter(t, bookNamed(t, "Ezek"), 15)
	all := truth(ch)
	a, err := annotate.New(annotate.Config{Models: []annotate.Model{{Provider: knowing(t, "fake", all), Name: "model"}}, Passage: 3})
	if err != nil {
		t.Fatal(err)
	}
	var workers sync.WaitGroup
	for first := 1; first <= 8; first++ {
		workers.Go(func() {
			p := mashal.Passage{Chapter: ch.Chapter, First: first, Last: 8}
			next := first
			if err := a.Annotate(t.Context(), ch, p.Numbers(), annotate.Session{Recorder: &memory{}}, func(r mashal.Result) error {
				if diff := cmp.Diff(all[next-1], r); diff != "" {
					t.Errorf("verse %d:\n%s", next, diff)
				}
				next++
				return nil
			}); err != nil || next != 9 {
				t.Errorf("from verse %d: up to %d, %v", first, next-1, err)
			}
		})
	}
	workers.Wait()
}

// TestPassage: verses that the text given does not have are refused before
// anything is paid for.
func TestPassage(t *testing.T) {
	ch := chapter(t, bookNamed(t, "Ezek"), 15)
	model := knowing(t, "fake", truth(ch))
	a, err := annotate.New(annotate.Config{Models: []annotate.Model{{Provider: model, Name: "model"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, verses := range [][]int{{0, 1, 2}, {7, 8, 9}} {
		if err := a.Annotate(t.Context(), ch, verses, annotate.Session{}, func(mashal.Result) error { return nil }); err == nil {
			t.Errorf("%v is accepted", verses)
		}
	}
	if len(model.asked) > 0 {
		t.Errorf("asked for %s", model.requests())
	}
}

// FuzzAnnotate: whatever a model says first, every verse comes to one end.
func FuzzAnnotate(f *testing.F) {
	f.Add([]byte(literal))
	f.Add([]byte(figureWith("words", "[[9,900]]")))
	f.Add([]byte(compactWith("is", `"met 9-900 70"`)))
	f.Add([]byte(`{"verse":1,"deliberation":"No.","figures":[]}{"verse":2,`))
	f.Fuzz(func(t *testing.T, first []byte) {
		got := detecting{script: []fault{says(string(first))}, piece: 7}.run(t)
		if got.err != nil || len(got.results) != 8 {
			t.Errorf("%d verses, %v", len(got.results), got.err)
		}
	})
}

// BenchmarkAnnotate is what reading a chapter's answer costs beside waiting
// for it.
func BenchmarkAnnotate(b *testing.B) {
	var all []recording
	for n := 21; n <= 30; n++ {
		of := recordings(b, fmt.Sprintf("Ezekiel_%d_*.json", n))
		all = append(all, of[len(of)-1])
	}
	chapters := 0
	for b.Loop() {
		for _, r := range all {
			model := knowing(b, "fake", r.results)
			model.piece = 16
			a, err := annotate.New(annotate.Config{Models: []annotate.Model{{Provider: model, Name: "model"}}})
			if err != nil {
				b.Fatal(err)
			}
			if err := a.Annotate(b.Context(), r.chapter, mashal.Whole(r.chapter.Chapter).Numbers(), annotate.Session{}, func(mashal.Result) error { return nil }); err != nil {
				b.Fatal(err)
			}
			chapters++
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()*1000/float64(chapters), "ms/chapter")
}

// TestStop: what no request can get over ends the run, with what to do.
func TestStop(t *testing.T) {
	for kind, want := range map[llm.Kind]mashal.Code{llm.Auth: mashal.Usage, llm.UnknownModel: mashal.Usage, llm.Quota: mashal.Usage, llm.WrongAddress: mashal.Usage, llm.OverBudget: mashal.OverBudget} {
		got := detecting{passage: 4, chain: true, script: []fault{nil, fails(kind)}}.run(t)
		var e *mashal.Error
		if !errors.As(got.err, &e) || e.Code != want || e.Hint == "" {
			t.Errorf("%s: %v", kind, got.err)
		}
		if s := got.states(); s != "....----" {
			t.Errorf("%s: the verses are %s", kind, s)
		}
	}
}

// TestEmitsWhileStreaming: verses are out before the answer is.
func TestEmitsWhileStreaming(t *testing.T) {
	ch := chapter(t, bookNamed(t, "Ezek"), 15)
	model := knowing(t, "fake", truth(ch))
	model.piece = 1
	m := &memory{}
	a, err := annotate.New(annotate.Config{Models: []annotate.Model{{Provider: model, Name: "model"}}})
	if err != nil {
		t.Fatal(err)
	}
	var recorded []string
	err = a.Annotate(t.Context(), ch, mashal.Whole(ch.Chapter).Numbers(), annotate.Session{Recorder: m}, func(r mashal.Result) error {
		text := string(m.calls[0].Text)
		if !strings.Contains(text, fmt.Sprintf(`{"verse":%d,`, r.Verse)) {
			t.Errorf("verse %d is emitted before it is recorded", r.Verse)
		}
		recorded = append(recorded, fmt.Sprint(strings.Count(text, `{"verse":`)))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(recorded, " "), "2 3 4 5 6 7 8 8"; got != want {
		t.Errorf("when a verse was emitted so many had begun: %s, want %s", got, want)
	}
}

// TestInterrupted: the context's end is an error, and what closed before it is
// emitted.
func TestInterrupted(t *testing.T) {
	ch := chapter(t, bookNamed(t, "Ezek"), 15)
	model := knowing(t, "fake", truth(ch))
	model.piece = 1
	m := &memory{}
	a, err := annotate.New(annotate.Config{Models: []annotate.Model{{Provider: model, Name: "model"}}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	emitted := 0
	err = a.Annotate(ctx, ch, mashal.Whole(ch.Chapter).Numbers(), annotate.Session{Recorder: m}, func(mashal.Result) error {
		if emitted++; emitted == 3 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || emitted != 4 {
		t.Errorf("%d verses and %v, want 4 (the last had closed) and context canceled", emitted, err)
	}
	if len(m.calls) != 1 || !m.calls[0].ended {
		t.Error("the end of the call is not recorded")
	}
	want := errors.New("disk full")
	emitted = 0
	err = a.Annotate(t.Context(), ch, mashal.Whole(ch.Chapter).Numbers(), annotate.Session{Recorder: m}, func(mashal.Result) error { emitted++; return want })
	if !errors.Is(err, want) || emitted != 1 {
		t.Errorf("emit failed, and then: %d verses, %v", emitted, err)
	}
}

// TestAsksOnce: with a record of the first run the second asks nothing and
// finds the same, failures included.
func TestAsksOnce(t *testing.T) {
	m := &memory{}
	d := detecting{script: []fault{cutAfter(llm.Cut, 3), without(5), nil, fails(llm.RateLimited)}, passage: 5, recorder: m}
	first := d.run(t)
	if first.err != nil || first.states() != "........" {
		t.Fatal(first.err, first.states())
	}
	for _, c := range m.calls {
		if !c.ended || c.report == nil || c.Model != "fake:model" || c.Purpose != mashal.Detection {
			t.Errorf("the record is %+v", c)
		}
	}
	if got := m.calls[0].report.Count(salvage.Recovered); got != 3 {
		t.Errorf("the report of the first call has %d verses recovered", got)
	}
	d.script = nil
	second := d.run(t)
	if second.err != nil || second.one.requests() != "" || len(second.waits) != 0 {
		t.Errorf("asked again for %q after %v: %v", second.one.requests(), second.waits, second.err)
	}
	if diff := cmp.Diff(first.results, second.results); diff != "" {
		t.Errorf("from the record it reads otherwise:\n%s", diff)
	}
}

func TestIdentity(t *testing.T) {
	identity := func(change func(*annotate.Config)) mashal.Annotator {
		c := annotate.Config{Models: []annotate.Model{{Provider: &fake{name: "fake"}, Name: "model"}}, TextVersion: "text"}
		change(&c)
		a, err := annotate.New(c)
		if err != nil {
			t.Fatal(err)
		}
		return a.Identity()
	}
	warm := .5
	base := identity(func(*annotate.Config) {})
	if base.Name != "fake:model" || base.Kind != mashal.ByModel || base.Version == "" {
		t.Errorf("the annotator is %+v", base)
	}
	for name, change := range map[string]func(*annotate.Config){
		"model":       func(c *annotate.Config) { c.Models[0].Name = "other" },
		"passage":     func(c *annotate.Config) { c.Passage = 5 },
		"effort":      func(c *annotate.Config) { c.Effort = llm.EffortHigh },
		"temperature": func(c *annotate.Config) { c.Temperature = &warm },
		"text":        func(c *annotate.Config) { c.TextVersion = "other" },
	} {
		if identity(change).Fingerprint == base.Fingerprint {
			t.Errorf("another %s has the same fingerprint", name)
		}
	}
	same := identity(func(c *annotate.Config) { c.Models = append(c.Models, c.Models[0]) })
	if same.Fingerprint != base.Fingerprint {
		t.Error("a model for what fails makes all be read anew")
	}
	for _, c := range []annotate.Config{{}, {Models: []annotate.Model{{Name: "model"}}}, {Models: []annotate.Model{{Provider: &fake{}, Name: "m"}}, Passage: -1}} {
		if _, err := annotate.New(c); err == nil {
			t.Errorf("%+v is accepted", c)
		}
	}
}
