package llmsim_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mashal"
	"mashal/llm"
	"mashal/llm/llmsim"
)

// TestGood checks that each vendor's client gets the whole text and the right
// usage.
func TestGood(t *testing.T) {
	for _, p := range protocols {
		t.Run(string(p), func(t *testing.T) {
			s := start(t, llmsim.Config{Reasoning: 100, TokensPerEvent: 3})
			req := question("Ezekiel 21")
			req.System = strings.Repeat("The manual speaks. ", 1000)
			req.Schema = &llm.Schema{Name: "verses", JSON: json.RawMessage(`{"type":"array"}`)}
			input := llmsim.Tokens(req.System) + llmsim.Tokens(req.Prompt) + llmsim.Tokens(string(req.Schema.JSON))
			want := mashal.Tokens{Input: input, Output: llmsim.Tokens(chapter) + 100, Reasoning: 100, Reported: true}
			client := s.client(t, p)
			for attempt := range 2 {
				r := ask(t.Context(), client, req)
				kind(t, r, llm.KindNone)
				if r.text != chapter {
					t.Errorf("text is %q", r.text)
				}
				if want := int(llmsim.Tokens(chapter)+2) / 3; r.pieces != want {
					t.Errorf("%d pieces, want %d", r.pieces, want)
				}
				got := r.resp.Usage
				cached, wrote := got.CachedInput, got.CacheWrite
				got.CachedInput, got.CacheWrite = 0, 0
				if got != want {
					t.Errorf("usage is %+v, want %+v", got, want)
				}
				// The second request finds the instructions in the cache.
				if full := input - 200; (attempt == 1) != (cached > full) || wrote > 0 != (p == llmsim.Messages && attempt == 0) {
					t.Errorf("attempt %d: %d of %d tokens of input read from the cache, %d written", attempt+1, cached, input, wrote)
				}
				if r.resp.Model != llmsim.Mark+"model-1" || r.resp.RequestID == "" || r.resp.Status != 200 || r.resp.End == "" {
					t.Errorf("response lacks something: %+v", r.resp)
				}
			}
			for i, e := range s.entries(t) {
				if !e.Finished || e.End != llmsim.Served || e.Number != int64(i+1) || e.Attempt != i+1 || e.Text != chapter || e.Prompt != req.Prompt ||
					e.Input != input || e.Output != want.Output || e.Reasoning != 100 || fmt.Sprint(e.Verses) != "[1 2 3]" || e.Protocol != p {
					t.Errorf("logged %+v", e)
				}
			}
		})
	}
}

// TestOutputLimit checks that the limit on the output includes reasoning and is
// exact.
func TestOutputLimit(t *testing.T) {
	for _, p := range protocols {
		s := start(t, llmsim.Config{Reasoning: 40})
		client := s.client(t, p)
		for most, written := range map[int]int64{60: 20, 40: 0, 30: 0} {
			req := question("Ezekiel 21")
			req.MaxOutput = most
			r := ask(t.Context(), client, req)
			want := llm.TooLong
			if written == 0 {
				want = llm.OnlyReasoning
			}
			kind(t, r, want)
			if llmsim.Tokens(r.text) != written || !strings.HasPrefix(chapter, r.text) || r.resp.Usage.Output != int64(most) {
				t.Errorf("%s, at most %d: %d tokens of text, usage %+v", p, most, llmsim.Tokens(r.text), r.resp.Usage)
			}
		}
	}
}

// TestPace checks the time that an answer takes, at every scale.
func TestPace(t *testing.T) {
	tokens := float64(llmsim.Tokens(chapter))
	for _, p := range protocols {
		for _, scale := range []float64{1, 60, 100_000} {
			s := start(t, llmsim.Config{Clock: newJumper(scale), FirstToken: time.Minute, TokensPerSecond: 62})
			client := s.client(t, p)
			for range 3 {
				kind(t, ask(t.Context(), client, question("Ezekiel 21")), llm.KindNone)
			}
			for _, e := range s.entries(t) {
				if want := 60 + tokens/62; math.Abs(e.Seconds-want) > 1e-4 {
					t.Errorf("%s at scale %g: took %g s, want %g", p, scale, e.Seconds, want)
				}
			}
		}
		s := start(t, llmsim.Config{FirstToken: time.Minute, TokensPerSecond: 62, Jitter: 0.5, Seed: 7})
		client := s.client(t, p)
		took := map[float64]bool{}
		for i := range 10 {
			kind(t, ask(t.Context(), client, question(fmt.Sprint(i))), llm.KindNone)
		}
		for _, e := range s.entries(t) {
			took[e.Seconds] = true
			if full := 60 + tokens/62; e.Seconds < full*0.5 || e.Seconds > full*1.5 {
				t.Errorf("%s with jitter: took %g s", p, e.Seconds)
			}
		}
		if len(took) < 10 {
			t.Errorf("%s: 10 answers took %d different times", p, len(took))
		}
	}
}

// stamper records the time at which each event is flushed.
type stamper struct {
	recorder
	clock   *jumper
	pending int         // events since the last flush
	sent    []time.Time // of each event
	flushes int
}

func (s *stamper) Write(p []byte) (int, error) {
	s.pending += bytes.Count(p, []byte("\ndata: {\"type\":\"content_block_delta\""))
	return s.recorder.Write(p)
}

func (s *stamper) Flush() {
	s.flushes++
	for range s.pending {
		s.sent = append(s.sent, s.clock.Now())
	}
	s.pending = 0
}

// TestTicks checks that on a fast clock events are sent together. No event may be
// late or more than 20 ms of the client's time early, and the first and the last
// may not be early.
func TestTicks(t *testing.T) {
	for _, scale := range []float64{1, 60, 1000} {
		clock := newJumper(scale)
		began := clock.Now()
		s, err := llmsim.New(llmsim.Config{Answer: answer, Clock: clock, FirstToken: time.Minute, TokensPerSecond: 62, TokensPerEvent: 1})
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/messages", strings.NewReader(`{"model":"m","stream":true,"max_tokens":9999,"messages":[{"content":"x"}]}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Anthropic-Version", "2023-06-01")
		w := &stamper{recorder: recorder{header: http.Header{}}, clock: clock}
		s.ServeHTTP(w, req)
		w.Flush() // net/http flushes when the handler returns
		n := int(llmsim.Tokens(chapter))
		if len(w.sent) != n {
			t.Fatalf("%d events, want %d", len(w.sent), n)
		}
		due := func(i int) time.Time {
			return began.Add(time.Minute + time.Duration(float64(i+1)/62*float64(time.Second)))
		}
		for i, at := range w.sent {
			early := clock.Client(due(i).Sub(at))
			if early < -time.Millisecond || early > 20*time.Millisecond || at.Before(began.Add(time.Minute)) {
				t.Errorf("at scale %g event %d is %s too early", scale, i, early)
			}
		}
		if end := clock.Now(); end.Before(due(n - 1).Add(-time.Millisecond)) {
			t.Errorf("at scale %g the answer ends %s too early", scale, due(n-1).Sub(end))
		}
		if ticks := int(clock.Client(due(n-1).Sub(due(0))) / (20 * time.Millisecond)); w.flushes > ticks+5 {
			t.Errorf("at scale %g %d events are sent at %d times in %d ticks", scale, n, w.flushes, ticks)
		}
	}
}

// TestLimits checks that headers report the state of the limits, that a request
// beyond them is refused with the time to wait, and that a request after that
// time is accepted.
func TestLimits(t *testing.T) {
	for _, p := range protocols {
		t.Run(string(p), func(t *testing.T) {
			clock := newJumper(60)
			one := llmsim.Tokens(chapter) + llmsim.Tokens("The manual.") + llmsim.Tokens("Ezekiel 21")
			s := start(t, llmsim.Config{Clock: clock, Limits: llmsim.Limits{Requests: 3, Tokens: 10 * one}})
			client := s.client(t, p)
			for i := range 3 {
				r := ask(t.Context(), client, question("Ezekiel 21"))
				kind(t, r, llm.KindNone)
				if p == llmsim.Gemini {
					continue // has no such headers
				}
				reset := func(got time.Duration, want float64) bool { return math.Abs(got.Seconds()*60-want) < 3 }
				l := r.resp.Limits
				if l.Requests.Limit != 3 || l.Requests.Remaining != int64(2-i) || !reset(l.Requests.Reset, float64(i+1)*20) {
					t.Errorf("after %d: requests %+v", i+1, l.Requests)
				}
				if l.Tokens.Limit != 10*one || l.Tokens.Remaining != int64(9-i)*one || !reset(l.Tokens.Reset, float64(i+1)*6) {
					t.Errorf("after %d: tokens %+v", i+1, l.Tokens)
				}
			}
			r := ask(t.Context(), client, question("Ezekiel 21"))
			kind(t, r, llm.RateLimited)
			var e *llm.Error
			if !errors.As(r.err, &e) || math.Abs(e.RetryAfter.Seconds()*60-20) > 0.1 {
				t.Fatalf("told to wait %s, want 20 s by a clock that runs 60 times as fast", e.RetryAfter)
			}
			// Another key has its own limits.
			other, err := newOpenAI(s, "another")
			if err != nil {
				t.Fatal(err)
			}
			kind(t, ask(t.Context(), other, question("Ezekiel 21")), llm.KindNone)
			if err := clock.Sleep(t.Context(), 60*e.RetryAfter+time.Second); err != nil {
				t.Fatal(err)
			}
			kind(t, ask(t.Context(), client, question("Ezekiel 21")), llm.KindNone)
			entries := s.entries(t)
			if refused := entries[3]; refused.Status != 429 || refused.End != llmsim.Refused || refused.Input+refused.Output != 0 {
				t.Errorf("the refused request is logged as %+v", refused)
			}
		})
	}
	s := start(t, llmsim.Config{Limits: llmsim.Limits{Tokens: 300}})
	client := s.client(t, llmsim.Chat)
	kind(t, ask(t.Context(), client, question("Ezekiel 21")), llm.KindNone) // a full bucket allows a request above the limit
	r := ask(t.Context(), client, question("Ezekiel 21"))
	kind(t, r, llm.RateLimited)
	if !strings.Contains(r.err.Error(), "tokens") {
		t.Errorf("the error does not name the exhausted limit: %v", r.err)
	}
}

// TestTokens compares the estimate with the count of o200k_base in recorded
// answers, which is 411 tokens per verse in the 291 verses of Ezekiel 21-30.
func TestTokens(t *testing.T) {
	folder := shared(t, "recorded")
	var got int64
	for ch := 21; ch <= 30; ch++ {
		files, err := filepath.Glob(filepath.Join(folder, fmt.Sprintf("Ezekiel_%d_*.json", ch)))
		if err != nil || len(files) == 0 {
			t.Fatalf("chapter %d: %d files, %v", ch, len(files), err)
		}
		data, err := os.ReadFile(files[len(files)-1])
		if err != nil {
			t.Fatal(err)
		}
		got += llmsim.Tokens(string(data))
	}
	if want := 411 * 291.0; math.Abs(float64(got)-want) > 0.05*want {
		t.Errorf("%d tokens, o200k_base counts about %g", got, want)
	}
	for text, want := range map[string]int64{"": 0, "a": 1, " word": 1, "  \n": 1, "12345": 2, "מָ": 2, "\xff\xfe": 2, "internationalise": 2} {
		if got := llmsim.Tokens(text); got != want {
			t.Errorf("%q: %d tokens, want %d", text, got, want)
		}
	}
}
