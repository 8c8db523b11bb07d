package llm_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"mashal"
	"mashal/llm"
)

// A picky server refuses parameters.
type picky struct {
	mu       sync.Mutex
	requests int
	answer   func(n int, sent llm.Parameters, maxOutput int) error // nil for an answer
	refused  []llm.Parameters                                      // what each refused request had
}

// everything has all parameters that a request can have at once.
var everything = llm.Request{
	Model: "m", System: "instructions", Prompt: "p", CacheKey: "k", Effort: llm.EffortLow, MaxOutput: 20_000, Temperature: new(float64),
	Schema: &llm.Schema{Name: "s", JSON: json.RawMessage(`{}`)},
}

// ask sends a request as capabilities have it, and returns whether it is to be sent
// again, and its error.
func (s *picky) ask(c *llm.Capabilities) (again bool, err error) {
	req := c.Prepare(everything)
	sent := req.Sends(llm.AllParameters)
	if sent.Has(llm.ParamLimit) {
		sent &^= llm.ParamOtherLimit
	}
	s.mu.Lock()
	s.requests++
	n := s.requests
	if err = s.answer(n, sent, req.MaxOutput); err != nil {
		s.refused = append(s.refused, sent)
	}
	s.mu.Unlock()
	resp := llm.Response{Status: 200, Sent: sent, Streamed: true, Usage: mashal.Tokens{Input: 1, Reported: true}}
	return c.Learn(req, resp, err), err
}

// settle asks until nothing more is to be found out. Failures that may pass are
// retried as the policy does, a few times.
func (s *picky) settle(t *testing.T, c *llm.Capabilities) error {
	t.Helper()
	for range 60 {
		again, err := s.ask(c)
		if !again && !c.Unsettled() && (err == nil || llm.KindOf(err) != llm.ServerError || s.requests > 10) {
			return err
		}
	}
	t.Fatal("it is never settled")
	return nil
}

// refusesWith returns a server that refuses parameters with an error.
func refusesWith(refused llm.Parameters, kind llm.Kind, say func(llm.Parameters) string) *picky {
	return &picky{answer: func(_ int, sent llm.Parameters, _ int) error {
		if bad := sent & refused; bad != 0 {
			return &llm.Error{Kind: kind, Status: 400, Err: errors.New(say(bad))}
		}
		return nil
	}}
}

func wordless(llm.Parameters) string { return "Bad Request" }

// TestCapabilitiesFindAll refuses each parameter, and each two of them, in silence
// and by name. In the end exactly these are left out.
func TestCapabilitiesFindAll(t *testing.T) {
	names := map[llm.Parameters]string{
		llm.ParamSchema: "This response_format type is unavailable now", llm.ParamEffort: "Unrecognized request argument supplied: reasoning_effort",
		llm.ParamUsage: "stream_options: Extra inputs are not permitted", llm.ParamTemperature: "Unsupported value: 'temperature' does not support 0",
		llm.ParamCache: "prompt_cache_key is not permitted", llm.ParamStore: "Unknown parameter: 'store'", llm.ParamLimit: "Use the other name of max_tokens",
		llm.ParamOtherLimit: "Use the other name of max_completion_tokens", llm.ParamSystem: "System role not supported", llm.ParamStream: "You must be verified to stream this model",
	}
	named := func(bad llm.Parameters) string { return names[bad.List()[0]] }
	all := llm.AllParameters.List()
	for i, one := range all {
		for _, other := range all[i:] {
			refused := one | other
			if refused.Has(llm.ParamOtherLimit) && !refused.Has(llm.ParamLimit) {
				continue // it is sent only in place of the usual name
			}
			for name, say := range map[string]func(llm.Parameters) string{"by name": named, "in silence": wordless} {
				s := refusesWith(refused, llm.BadRequest, say)
				c := llm.NewCapabilities(llm.Abilities{}, 0)
				err := s.settle(t, c)
				if got := c.Known().Refused; err != nil || got != refused {
					t.Errorf("%s refused %s: %s is left out, %v", refused, name, got, err)
				}
				most := len(refused.List()) + 2
				if name == "in silence" {
					most = 2*len(all) + 2
				}
				if s.requests > most {
					t.Errorf("%s refused %s: %d requests", refused, name, s.requests)
				}
				_, _, tell := c.Changed()
				if before := s.requests; s.settle(t, c) != nil || s.requests != before+1 || !tell {
					t.Errorf("%s refused %s: it is found out again", refused, name)
				}
				// The next run knows it.
				stored, err := json.Marshal(c.Known())
				if err != nil {
					t.Fatal(err)
				}
				next := refusesWith(refused, llm.BadRequest, say)
				if err := next.settle(t, llm.NewCapabilities(llm.ParseAbilities(stored), 0)); err != nil || next.requests != 1 {
					t.Errorf("%s refused %s: the next run makes %d requests, %v", refused, name, next.requests, err)
				}
			}
		}
	}
}

// TestCapabilitiesOfServerErrors refuses a schema with an error of the server that
// does not say why. It is left out only after a request was answered without it and
// failed with it again.
func TestCapabilitiesOfServerErrors(t *testing.T) {
	s := refusesWith(llm.ParamSchema, llm.ServerError, wordless)
	c := llm.NewCapabilities(llm.Abilities{}, 0)
	if err := s.settle(t, c); err != nil || c.Known().Refused != llm.ParamSchema || s.requests > 4 {
		t.Errorf("%s is left out after %d requests, %v", c.Known().Refused, s.requests, err)
	}
	// A message that names it is enough.
	s = refusesWith(llm.ParamSchema, llm.ServerError, func(llm.Parameters) string { return "json_schema is not supported by this backend" })
	c = llm.NewCapabilities(llm.Abilities{}, 0)
	if err := s.settle(t, c); err != nil || c.Known().Refused != llm.ParamSchema || s.requests != 2 {
		t.Errorf("by name: %s is left out after %d requests, %v", c.Known().Refused, s.requests, err)
	}
	// An outage at the start of a run says nothing about parameters.
	s = &picky{answer: func(n int, _ llm.Parameters, _ int) error {
		if n <= 3 {
			return &llm.Error{Kind: llm.ServerError, Status: 500, Err: errors.New("The server had an error")}
		}
		return nil
	}}
	c = llm.NewCapabilities(llm.Abilities{}, 0)
	if err := s.settle(t, c); err != nil || c.Known().Refused != 0 {
		t.Errorf("after an outage %s is left out, %v", c.Known().Refused, err)
	}
}

// TestCapabilitiesAcrossProcesses keeps in the ledger that a parameter is doubted: each
// request is sent by another process, as in batches.
func TestCapabilitiesAcrossProcesses(t *testing.T) {
	next := func(c *llm.Capabilities) *llm.Capabilities {
		t.Helper()
		data, err := json.Marshal(c.Known())
		if err != nil {
			t.Fatal(err)
		}
		return llm.NewCapabilities(llm.ParseAbilities(data), 0)
	}
	s := refusesWith(llm.ParamSchema, llm.ServerError, wordless)
	c := llm.NewCapabilities(llm.Abilities{}, 0)
	for range 3 {
		for range 2 {
			_, _ = s.ask(c)
		}
		c = next(c)
	}
	if known := c.Known(); known.Refused != llm.ParamSchema || known.Doubted != 0 || len(s.refused) != 2 {
		t.Errorf("%s is left out and %s doubted after %d refusals", known.Refused, known.Doubted, len(s.refused))
	}
	// A failure that passed by itself leaves nothing out.
	s = &picky{answer: func(n int, _ llm.Parameters, _ int) error {
		if n == 1 {
			return &llm.Error{Kind: llm.ServerError, Status: 500, Err: errors.New("The server had an error")}
		}
		return nil
	}}
	c = llm.NewCapabilities(llm.Abilities{}, 0)
	for range 3 {
		for range 2 {
			_, _ = s.ask(c)
		}
		c = next(c)
	}
	if known := c.Known(); known.Refused != 0 || known.Doubted != 0 || !known.Accepted.Has(llm.ParamSchema) {
		t.Errorf("%s is left out and %s doubted after an outage", known.Refused, known.Doubted)
	}
	// An outage at the start of a process does not decide about a doubted parameter.
	c = llm.NewCapabilities(llm.Abilities{Doubted: llm.ParamSchema}, 0)
	s = &picky{answer: func(int, llm.Parameters, int) error {
		return &llm.Error{Kind: llm.ServerError, Status: 500, Err: errors.New("The server had an error")}
	}}
	for range 8 {
		_, _ = s.ask(c)
	}
	if known := c.Known(); known.Refused != 0 {
		t.Errorf("%s is left out because of an outage", known.Refused)
	}
}

// TestCapabilitiesOfOtherFailures checks that failures with another cause leave
// nothing out, before and after the first answer.
func TestCapabilitiesOfOtherFailures(t *testing.T) {
	for _, kind := range llm.Kinds() {
		for _, sure := range []bool{true, false} {
			if !sure && (kind == llm.BadRequest || kind == llm.ServerError || kind == llm.UnknownModel) {
				continue
			}
			fails := true
			s := &picky{answer: func(int, llm.Parameters, int) error {
				if fails {
					return &llm.Error{Kind: kind, Status: 400, Sure: sure, Err: errors.New("response_format, temperature and max_tokens are unsupported")}
				}
				return nil
			}}
			c := llm.NewCapabilities(llm.Abilities{}, 0)
			for range 3 {
				for range 3 {
					if again, _ := s.ask(c); again && kind != llm.TooLong && kind != llm.Empty {
						t.Errorf("%s: asked again", kind)
					}
				}
				if refused := c.Known().Refused; refused != 0 || c.Unsettled() {
					t.Errorf("%s: %s is left out", kind, refused)
				}
				fails = !fails
			}
		}
	}
	// A request that is refused for its prompt, in silence, after an answer.
	n := 0
	s := &picky{answer: func(int, llm.Parameters, int) error {
		if n++; n > 1 {
			return &llm.Error{Kind: llm.BadRequest, Status: 400, Err: errors.New("no")}
		}
		return nil
	}}
	c := llm.NewCapabilities(llm.Abilities{}, 0)
	for range 5 {
		if again, _ := s.ask(c); again {
			t.Error("asked again though the parameters had been accepted")
		}
	}
	if c.Known().Refused != 0 {
		t.Errorf("%s is left out", c.Known().Refused)
	}
}

// TestCapabilitiesGiveUp checks that a server which refuses everything is not asked
// for ever, and that later requests are whole again.
func TestCapabilitiesGiveUp(t *testing.T) {
	s := &picky{answer: func(int, llm.Parameters, int) error {
		return &llm.Error{Kind: llm.BadRequest, Status: 400, Err: errors.New("no")}
	}}
	c := llm.NewCapabilities(llm.Abilities{}, 0)
	if err := s.settle(t, c); err == nil || s.requests > len(llm.AllParameters.List())+1 {
		t.Errorf("%d requests, %v", s.requests, err)
	}
	before := s.requests
	if again, _ := s.ask(c); again || s.requests != before+1 || s.refused[before] != s.refused[0] || c.Known() != (llm.Abilities{}) {
		t.Errorf("after that: again %v, %s sent, knows %+v", again, s.refused[before], c.Known())
	}
}

// TestCapabilitiesLearnLimit takes the output limit from the error that states it.
func TestCapabilitiesLearnLimit(t *testing.T) {
	for _, message := range []string{
		"max_tokens: 20000 > 8192, which is the maximum allowed number of output tokens for this model",
		"max_tokens is too large: 20000. This model supports at most 8192 completion tokens, whereas you provided 20000.",
		"Invalid max_tokens value, the valid range of max_tokens is [1, 8192]",
		"`max_tokens` must be less than or equal to `8,192`",
	} {
		s := &picky{answer: func(_ int, sent llm.Parameters, maxOutput int) error {
			if sent.Has(llm.ParamLimit) && maxOutput > 8192 {
				return &llm.Error{Kind: llm.BadRequest, Status: 400, Err: errors.New(message)}
			}
			return nil
		}}
		c := llm.NewCapabilities(llm.Abilities{}, 0)
		if err := s.settle(t, c); err != nil || s.requests != 2 || c.Known().MaxOutput != 8192 || c.Known().Refused != 0 {
			t.Errorf("%s: %d requests, %+v, %v", message, s.requests, c.Known(), err)
		}
	}
}

// TestCapabilitiesOmit leaves out what the user says, and does not remember it.
func TestCapabilitiesOmit(t *testing.T) {
	c := llm.NewCapabilities(llm.Abilities{}, llm.ParamSchema|llm.ParamTemperature)
	req := c.Prepare(everything)
	if req.Schema != nil || req.Temperature != nil || req.Effort == "" || c.Known().Refused != 0 {
		t.Errorf("prepared %+v, knows %+v", req, c.Known())
	}
	c = llm.NewCapabilities(llm.Abilities{}, llm.ParamSystem)
	if req := c.Prepare(llm.Request{System: "a", Shared: "b", Prompt: "c"}); req.System != "" || req.User() != "a\n\nb\n\nc" {
		t.Errorf("without a system prompt: %+v", req)
	}
	var none *llm.Capabilities
	if req := none.Prepare(everything); req.Schema == nil || none.Learn(req, llm.Response{}, nil) || none.Fits(req) != nil {
		t.Error("nil capabilities change something")
	}
}

// TestCapabilitiesTogether has many workers find out the same at once.
func TestCapabilitiesTogether(t *testing.T) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 1))
		refused := llm.Parameters(rng.Uint32()) & llm.AllParameters &^ llm.ParamOtherLimit
		s := refusesWith(refused, llm.BadRequest, wordless)
		c := llm.NewCapabilities(llm.Abilities{}, 0)
		var wait sync.WaitGroup
		for range 8 {
			wait.Go(func() {
				for range 60 {
					_, _ = s.ask(c)
				}
			})
		}
		wait.Wait()
		if got := c.Known().Refused; got != refused {
			t.Errorf("seed %d: %s is left out, want %s", seed, got, refused)
		}
		if len(s.refused) > 8*2*len(llm.AllParameters.List()) {
			t.Errorf("seed %d: %d refused requests", seed, len(s.refused))
		}
	}
}

// TestTooLargeIsRemembered does not send what was refused for its size.
func TestTooLargeIsRemembered(t *testing.T) {
	c := llm.NewCapabilities(llm.Abilities{}, 0)
	small, large := llm.Request{Model: "m", Prompt: "short"}, llm.Request{Model: "m", Prompt: fmt.Sprintf("%2000d", 1)}
	refused := &llm.Error{Kind: llm.TooLarge, Err: errors.New("too many tokens")}
	if c.TooLarge(large, refused, false) || c.Fits(large) != nil {
		t.Error("a request that can be split is given up")
	}
	if !c.TooLarge(large, refused, true) {
		t.Error("a request that cannot be split is not given up")
	}
	if err := c.Fits(large); llm.KindOf(err) != llm.TooLarge {
		t.Errorf("a large request: %v", err)
	}
	if err := c.Fits(small); err != nil {
		t.Errorf("a small request: %v", err)
	}
	smaller := large
	smaller.Prompt = smaller.Prompt[:1500]
	if c.Fits(smaller) != nil || !c.TooLarge(smaller, refused, false) || c.Fits(smaller) == nil {
		t.Error("a smaller request is split, though splits do not make requests smaller")
	}
	c.Learn(large, llm.Response{Status: 200}, nil)
	if err := c.Fits(large); err != nil {
		t.Errorf("after an answer to a large request: %v", err)
	}
}

// FuzzParseAbilities reads what another program may have left in the ledger.
func FuzzParseAbilities(f *testing.F) {
	for _, seed := range []string{
		`{"refused":"schema,limit","accepted":"usage","max_output":8192,"usage":"yes","streams":"no"}`, `{}`, ``, `null`, `[]`, `{"refused":7}`,
		`{"refused":"schema,of tomorrow","accepted":"schema","max_output":-1}`, `{"max_output":1e99}`, `{"usage":"perhaps"}`, "{\"refused\":\"\xff\"}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		a := llm.ParseAbilities(data)
		if a.Refused&^llm.AllParameters != 0 || a.Accepted&^llm.AllParameters != 0 || a.Refused.Has(a.Accepted) || a.MaxOutput < 0 || a.Usage > llm.No || a.Streams > llm.No {
			t.Errorf("%q: %+v", data, a)
		}
		stored, err := json.Marshal(a)
		if err != nil || llm.ParseAbilities(stored) != a {
			t.Errorf("%q: %+v is stored as %s, %v", data, a, stored, err)
		}
		if a.String() == "" {
			t.Errorf("%q: says nothing", data)
		}
		// Whatever was stored, requests can be sent.
		req := llm.NewCapabilities(a, 0).Prepare(everything)
		if err := req.Validate(); err != nil {
			t.Errorf("%q: %v", data, err)
		}
	})
}
