package annotate_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mashal"
	"mashal/annotate"
	"mashal/llm"
)

// A failing is a provider whose requests and probes fail as its functions say; it
// passes on those that do not.
type failing struct {
	*fake
	request func(n int) error // n counts from 1
	probe   func(n int) error
	asks    int
	probes  int
}

func (f *failing) Stream(ctx context.Context, req llm.Request, text func([]byte) error) (llm.Response, error) {
	if req.Prompt == annotate.ProbePrompt {
		f.probes++
		if err := f.probe(f.probes); err != nil {
			return llm.Response{}, err
		}
		return llm.Response{Model: req.Model, End: "stop"}, text([]byte("OK"))
	}
	f.asks++
	if err := f.request(f.asks); err != nil {
		return llm.Response{}, err
	}
	return f.fake.Stream(ctx, req, text)
}

// upTo returns a function that fails n times with a kind.
func upTo(n int, kind llm.Kind) func(int) error {
	return func(k int) error {
		if k <= n {
			return &llm.Error{Kind: kind, Err: errors.New("as the test says")}
		}
		return nil
	}
}

// TestBrakes: an outage that is longer than all retries of a passage fails no verse;
// a brake that stops turns to the next model, or ends the run.
func TestBrakes(t *testing.T) {
	const long = 1000
	for _, test := range []struct {
		name     string
		requests func(int) error
		probes   func(int) error
		next     bool // there is another model
		code     mashal.Code
		failed   int // verses
		most     int // requests
		says     string
	}{
		{"a long outage", upTo(8, llm.ServerError), upTo(10, llm.ServerError), false, mashal.Internal, 0, 12, ""},
		{"an outage without end", upTo(long, llm.Overloaded), upTo(long, llm.Overloaded), false, mashal.Incomplete, 0, 8, "no recovery within --patience"},
		{"an outage without end, and another model", upTo(long, llm.Overloaded), upTo(long, llm.Overloaded), true, mashal.Internal, 0, 8, ""},
		{"a passage at which the server fails", upTo(long, llm.Overloaded), upTo(0, llm.Overloaded), false, mashal.Internal, 8, 40, ""},
		{"answers without text", upTo(long, llm.Empty), upTo(0, llm.Empty), false, mashal.Incomplete, 8, 12, "could not be used (empty)"},
		{"a key that expired", upTo(long, llm.Auth), upTo(0, llm.Auth), true, mashal.Usage, 0, 1, "auth"},
		{"nothing answers", func(int) error {
			return &llm.Error{Kind: llm.Network, Unreachable: true, Hint: "Is it on?", Err: errors.New("refused")}
		}, nil, true, mashal.Usage, 0, 1, "refused"},
	} {
		t.Run(test.name, func(t *testing.T) {
			ch := chapter(t, bookNamed(t, "Ezek"), 15)
			all := truth(ch)
			model := &failing{fake: knowing(t, "fake", all), request: test.requests, probe: test.probes}
			if test.name == "a passage at which the server fails" || strings.HasPrefix(test.name, "a long outage") {
				once := test.requests
				model.request = func(n int) error { // the first request succeeds
					if n == 1 {
						return nil
					}
					return once(n - 1)
				}
			}
			synctest.Test(t, func(t *testing.T) {
				c := annotate.Config{Models: []annotate.Model{{Provider: model, Name: "m", Brake: llm.NewBrake(llm.DefaultBrake)}}}
				if test.next {
					c.Models = append(c.Models, annotate.Model{Provider: knowing(t, "next", all), Name: "m"})
				}
				a, err := annotate.New(c)
				if err != nil {
					t.Fatal(err)
				}
				run := func() (failed int, err error) {
					verses := make([]int, len(ch.Verses))
					for i := range verses {
						verses[i] = i + 1
					}
					err = a.Annotate(t.Context(), ch, verses, annotate.Session{}, func(r mashal.Result) error {
						if r.Failure != nil {
							failed++
						}
						return nil
					})
					return failed, err
				}
				begun := time.Now()
				failed, err := run()
				if model.asks == 1 && err == nil { // the one that succeeds
					failed, err = run()
				}
				if mashal.CodeOf(err) != test.code || test.code == mashal.Internal && err != nil || !strings.Contains(errorText(err), test.says) {
					t.Errorf("%v", err)
				}
				if want := min(test.failed, len(ch.Verses)); failed != want {
					t.Errorf("%d verses failed, want %d", failed, want)
				}
				if model.asks > test.most+1 {
					t.Errorf("%d requests, want at most %d", model.asks, test.most)
				}
				t.Logf("%d requests, %d probes, %s", model.asks, model.probes, time.Since(begun))
			})
		})
	}
}

// TestFallbackInOutage turns to the next model as soon as the brake pauses the first
// one, and back when that answers again.
func TestFallbackInOutage(t *testing.T) {
	ch := chapter(t, bookNamed(t, "Ezek"), 16)
	all := truth(ch)
	synctest.Test(t, func(t *testing.T) {
		down := func(int) error { return &llm.Error{Kind: llm.Overloaded, Status: 503, Err: errors.New("down")} }
		first := &failing{fake: knowing(t, "first", all), request: down, probe: down}
		config := llm.DefaultBrake
		config.Patience = 1000 * time.Hour
		a, err := annotate.New(annotate.Config{
			Models:  []annotate.Model{{Provider: first, Name: "m", Brake: llm.NewBrake(config)}, {Provider: knowing(t, "next", all), Name: "m", Brake: llm.NewBrake(llm.DefaultBrake)}},
			Passage: 5,
		})
		if err != nil {
			t.Fatal(err)
		}
		var by []string
		verses := func(from, to int) []int {
			var list []int
			for v := from; v <= to; v++ {
				list = append(list, v)
			}
			return list
		}
		annotated := func(verses []int) {
			t.Helper()
			by = nil
			err := a.Annotate(t.Context(), ch, verses, annotate.Session{Answered: func(asked, _, _ string) { by = append(by, asked) }}, func(r mashal.Result) error {
				if r.Failure != nil {
					t.Errorf("verse %d failed: %s", r.Verse, r.Failure.Reason)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		begun := time.Now()
		annotated(verses(1, 40))
		if took := time.Since(begun); took > 2*time.Minute {
			t.Errorf("the passages waited %s for a server that is down", took)
		}
		if len(by) != 8 || slices.Contains(by, "first:m") {
			t.Errorf("answered by %s", by)
		}
		asks := first.asks
		annotated(verses(41, 50))
		if first.asks != asks || slices.Contains(by, "first:m") {
			t.Errorf("%d requests were sent to a server that is down; answered by %s", first.asks-asks, by)
		}
		first.request, first.probe = upTo(0, llm.Overloaded), upTo(0, llm.Overloaded)
		time.Sleep(time.Hour) // longer than any wait between two probes
		annotated(verses(51, 63))
		if slices.Contains(by, "next:m") || len(by) != 3 {
			t.Errorf("after the outage answered by %s", by)
		}
	})
}

// TestReturnFromFallback: a passage that went to the next model only because the first
// one was paused goes back to the first when the next one fails it.
func TestReturnFromFallback(t *testing.T) {
	ch := chapter(t, bookNamed(t, "Ezek"), 16)
	all := truth(ch)
	for name, script := range map[string][]fault{
		"refused": always(fails(llm.Refused)), "the prompt refused": always(promptRefused), "prose": always(says("No.")), "bad requests": always(fails(llm.BadRequest)),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				down := func(int) error {
					if time.Since(begun) < 5*time.Minute {
						return &llm.Error{Kind: llm.Overloaded, Status: 503, Err: errors.New("down")}
					}
					return nil
				}
				first, next := &failing{fake: knowing(t, "first", all), request: down, probe: down}, knowing(t, "next", all, script...)
				a, err := annotate.New(annotate.Config{
					Models: []annotate.Model{{Provider: first, Name: "m", Brake: llm.NewBrake(llm.DefaultBrake)}, {Provider: next, Name: "m"}},
				})
				if err != nil {
					t.Fatal(err)
				}
				verses := mashal.Passage{Chapter: ch.Chapter, First: 1, Last: 20}.Numbers()
				if err := a.Annotate(t.Context(), ch, verses, annotate.Session{}, func(r mashal.Result) error {
					if r.Failure != nil {
						t.Errorf("verse %d failed: %s", r.Verse, r.Failure.Reason)
					}
					return nil
				}); err != nil {
					t.Fatal(err)
				}
				if len(next.asked) == 0 || len(next.asked) > 20 || first.asks > 12 {
					t.Errorf("%d requests to the first model and %s to the next", first.asks, next.requests())
				}
			})
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
