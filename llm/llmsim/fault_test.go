package llmsim_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"mashal/llm"
	"mashal/llm/llmsim"
)

// faulty starts a simulator in which every answer has the given fault.
func faulty(t *testing.T, fault string, c llmsim.Config) *sim {
	t.Helper()
	faults, err := llmsim.ParseFaults(fault + "=1")
	if err != nil {
		t.Fatal(err)
	}
	c.Faults = faults
	return start(t, c)
}

// TestServiceFaults checks that each vendor's client gets the right kind of error
// for each fault of the service.
func TestServiceFaults(t *testing.T) {
	for fault, want := range map[string]struct {
		kind llm.Kind
		wait time.Duration // simulated
	}{
		"rate-limited@30s":   {llm.RateLimited, 30 * time.Second},
		"rate-limited-quiet": {llm.RateLimited, 0},
		"server-error":       {llm.ServerError, 0},
		"unavailable":        {llm.Overloaded, 0},
		"overloaded":         {llm.Overloaded, 0},
	} {
		for _, p := range protocols {
			t.Run(fmt.Sprint(fault, " ", p), func(t *testing.T) {
				s := faulty(t, fault, llmsim.Config{})
				r := ask(t.Context(), s.client(t, p), question("Ezekiel 21"))
				if got := llm.KindOf(r.err); got != want.kind {
					t.Errorf("got %v (%v), want %v", got, r.err, want.kind)
				}
				var e *llm.Error
				if !errors.As(r.err, &e) || e.RetryAfter != want.wait/60 || e.RequestID == "" || !strings.Contains(e.Error(), "simulated") {
					t.Errorf("got %v, told to wait %s, want %s", e, e.RetryAfter, want.wait/60)
				}
				logged := s.entries(t)[0]
				if string(logged.Fault) != strings.Split(fault, "@")[0] || logged.Status != e.Status || logged.End != llmsim.Refused || logged.Finished || logged.Input+logged.Output != 0 {
					t.Errorf("logged %+v", logged)
				}
			})
		}
	}
}

// TestStreamFaults checks that no fault of the stream looks like a success,
// wherever the stream breaks, and that the log has the text that was sent.
func TestStreamFaults(t *testing.T) {
	for fault, want := range map[llmsim.Fault][]llm.Kind{
		llmsim.Cut:        {llm.Cut},
		llmsim.End:        {llm.Cut},
		llmsim.Stall:      {llm.Timeout},
		llmsim.Malformed:  {llm.Malformed},
		llmsim.ErrorEvent: {llm.ServerError, llm.Overloaded},

		llmsim.FormatError: {llm.Malformed},
	} {
		for _, p := range protocols {
			t.Run(fmt.Sprint(fault, " ", p), func(t *testing.T) {
				s := faulty(t, string(fault), llmsim.Config{TokensPerEvent: 20})
				client := s.client(t, p)
				if fault == llmsim.Stall {
					client = &llm.Client{Provider: client, FirstText: 30 * time.Millisecond, Idle: 10 * time.Millisecond}
				}
				var got []string
				for i := range 12 {
					r := ask(t.Context(), client, question(fmt.Sprint(i)))
					if k := llm.KindOf(r.err); !slices.Contains(want, k) {
						t.Errorf("got %v (%v), want %v", k, r.err, want)
					}
					if !strings.HasPrefix(chapter, r.text) {
						t.Errorf("text is %q", r.text)
					}
					got = append(got, r.text)
				}
				places := map[string]bool{}
				entries := s.entries(t)
				slices.SortFunc(entries, func(a, b llmsim.Entry) int { return int(a.Number - b.Number) }) // a stall is logged when it ends
				for i, e := range entries {
					places[e.Text] = true
					if e.Fault != fault || e.Finished || e.Status != 200 || e.Input == 0 || !strings.HasPrefix(e.Text, got[i]) || len(e.Text) > 0 && e.Output == 0 {
						t.Errorf("logged %+v, the client has %q", e, got[i])
					}
					// A cut may lose sent data, and data may arrive after the timeout of a stall.
					if fault != llmsim.Cut && fault != llmsim.Stall && e.Text != got[i] {
						t.Errorf("logged %q, the client has %q", e.Text, got[i])
					}
				}
				if len(places) < 3 {
					t.Errorf("the stream breaks at %d different places", len(places))
				}
			})
		}
	}
}

// TestCutAtByte checks that cut@N sends exactly N bytes.
func TestCutAtByte(t *testing.T) {
	paths := map[llmsim.Protocol]string{
		llmsim.Chat: "/v1/chat/completions", llmsim.Responses: "/v1/responses", llmsim.Messages: "/v1/messages", llmsim.Gemini: "/v1beta/models/m:streamGenerateContent?alt=sse",
	}
	for p, path := range paths {
		for _, n := range []int{0, 1, 100, 1000, 2500} {
			s := faulty(t, fmt.Sprintf("cut@%d", n), llmsim.Config{})
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.base+path, strings.NewReader(
				`{"model":"m","stream":true,"max_tokens":4000,"input":"x","messages":[{"role":"user","content":"x"}],"contents":[{"parts":[{"text":"x"}]}]}`))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Anthropic-Version", "2023-06-01")
			resp, err := s.transport.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			if cerr := resp.Body.Close(); cerr != nil {
				t.Error(cerr)
			}
			if len(body) != n || !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%s cut at byte %d: %d bytes and %v", p, n, len(body), err)
			}
		}
	}
	// A place beyond the end of the answer has no effect.
	s := faulty(t, "cut@1000000", llmsim.Config{})
	kind(t, ask(t.Context(), s.client(t, llmsim.Chat), question("Ezekiel 21")), llm.KindNone)
	if e := s.entries(t)[0]; e.Fault != "" || !e.Finished {
		t.Errorf("logged %+v", e)
	}
}

// TestModelFaults checks the text and the ending that each fault of the model
// causes.
func TestModelFaults(t *testing.T) {
	type check func(text string) bool
	shorter := func(text string) bool {
		return strings.HasPrefix(chapter, text) && text != "" && len(text) < len(chapter)
	}
	none := func(text string) bool { return text == "" }
	valid := func(text string) bool { return json.Valid([]byte(text)) && text != chapter }
	for fault, want := range map[llmsim.Fault]struct {
		kind llm.Kind
		ok   check
	}{
		llmsim.Length:   {llm.TooLong, shorter},
		llmsim.Filtered: {llm.Refused, shorter},
		llmsim.Refusal:  {llm.Refused, none},
		llmsim.Empty:    {llm.Empty, none},
		llmsim.OtherFormat: {llm.KindNone, func(text string) bool {
			return !json.Valid([]byte(text)) && strings.Contains(text, "**Verse 3**\n- A rock")
		}},
		llmsim.WrongVerse: {llm.KindNone, func(text string) bool {
			return valid(text) && !(strings.Contains(text, `"verse": 1,`) && strings.Contains(text, `"verse": 2,`) && strings.Contains(text, `"verse": 3,`))
		}},
		llmsim.ForeignHebrew: {llm.KindNone, func(text string) bool {
			hebrew := func(s string) string {
				return strings.Map(func(r rune) rune { return map[bool]rune{true: r, false: -1}[r >= 0x590 && r < 0x600] }, s)
			}
			return valid(text) && hebrew(text) != hebrew(chapter) && len(strings.Split(text, `"verse"`)) == 4
		}},
	} {
		for _, p := range protocols {
			t.Run(fmt.Sprint(fault, " ", p), func(t *testing.T) {
				s := faulty(t, string(fault), llmsim.Config{TokensPerEvent: 20})
				client := s.client(t, p)
				for i := range 10 {
					r := ask(t.Context(), client, question(fmt.Sprint(i)))
					kind(t, r, want.kind)
					if !want.ok(r.text) {
						t.Errorf("text is %q", r.text)
					}
					if r.resp.Usage.Input == 0 {
						t.Errorf("the input is not charged: %+v", r.resp.Usage)
					}
				}
				for _, e := range s.entries(t) {
					if e.Fault != fault || !e.Finished || e.End != llmsim.Served {
						t.Errorf("logged %+v", e)
					}
				}
			})
		}
	}
}

// TestDamage checks that every damage changes the text and nothing else, and does
// so in the same way for every vendor.
func TestDamage(t *testing.T) {
	count := func(sub string) func(string) bool {
		return func(text string) bool {
			return strings.Count(text, sub) == strings.Count(chapter, sub)-1 && len(text) == len(chapter)-1
		}
	}
	signs := map[llmsim.Fault]func(text string) bool{
		llmsim.Truncate:      func(text string) bool { return len(text) < len(chapter) },
		llmsim.Drop:          func(text string) bool { return len(text) < len(chapter) },
		llmsim.Dup:           func(text string) bool { return len(text) > len(chapter) },
		llmsim.Replacement:   func(text string) bool { return strings.Contains(text, "\uFFFD") },
		llmsim.RawBytes:      func(text string) bool { return text != chapter }, // random bytes can be valid UTF-8
		llmsim.Quote:         func(text string) bool { return strings.Count(text, `"`) > strings.Count(chapter, `"`) },
		llmsim.Control:       func(text string) bool { return len(text) == len(chapter)+1 },
		llmsim.NoComma:       count(","),
		llmsim.NoBrace:       func(text string) bool { return count("}")(text) || count("]")(text) },
		llmsim.TrailingComma: func(text string) bool { return strings.Count(text, ",") > strings.Count(chapter, ",") },
		llmsim.Fence:         func(text string) bool { return strings.Contains(text, chapter) && len(text) > len(chapter)+10 },
		llmsim.Concat:        func(text string) bool { return len(text) >= len(chapter) },
		llmsim.PythonRepr: func(text string) bool {
			return strings.ContainsAny(text, "'") || strings.Contains(text, "None") || strings.Contains(text, "True")
		},
		llmsim.LeakedSSE: func(text string) bool { return strings.Contains(text, "data: ") },
		llmsim.Reorder:   func(text string) bool { return len(text) == len(chapter) },
		llmsim.Stray:     func(text string) bool { return len(text) == len(chapter)+1 },
		llmsim.Mix:       func(string) bool { return true },
	}
	for _, fault := range llmsim.FaultNames() {
		if !strings.HasPrefix(string(fault), "damage-") {
			continue
		}
		sign, ok := signs[fault]
		if !ok {
			t.Errorf("nothing is known of %s", fault)
			continue
		}
		t.Run(string(fault), func(t *testing.T) {
			s := faulty(t, string(fault), llmsim.Config{Seed: 3, TokensPerEvent: 50})
			const each = 10
			var got [][]string // by protocol
			for _, p := range protocols {
				client := s.client(t, p)
				var texts []string
				for i := range each {
					r := ask(t.Context(), client, llm.Request{Model: string(p), Prompt: fmt.Sprint(i), MaxOutput: 30_000})
					kind(t, r, llm.KindNone)
					texts = append(texts, r.text)
				}
				got = append(got, texts)
			}
			for i, e := range s.entries(t) {
				text := got[i/each][i%each]
				// In the log and in clients, bytes that are not UTF-8 become U+FFFD.
				if e.Fault != fault || !e.Finished || !same(e.Text, text) {
					t.Errorf("logged %q with %s, the client has %q", e.Text, e.Fault, text)
				}
				if text == chapter || !sign(text) {
					t.Errorf("text is %q", text)
				}
			}
		})
	}
}

// same compares texts and treats consecutive U+FFFD as one, because decoders
// differ in the number of them for bytes that are not UTF-8.
func same(a, b string) bool {
	squeeze := func(s string) string {
		return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == utf8.RuneError }), "\uFFFD")
	}
	return squeeze(a) == squeeze(b)
}

// TestNoPlace checks that a fault is neither applied nor logged if the text has
// no place for it.
func TestNoPlace(t *testing.T) {
	for _, fault := range []string{"damage-rawbytes", "wrong-verse", "foreign-hebrew", "damage-nobrace"} {
		s := faulty(t, fault, llmsim.Config{Answer: func(llmsim.Request) (string, error) { return "No figures.", nil }})
		r := ask(t.Context(), s.client(t, llmsim.Chat), question("Ezekiel 21"))
		if e := s.entries(t)[0]; r.err != nil || r.text != "No figures." || e.Fault != "" {
			t.Errorf("%s: %q, %v, logged as %q", fault, r.text, r.err, e.Fault)
		}
	}
}

// TestSeed checks that faults depend on the seed, the request's content and the
// attempt, but not on the order of requests, and that they have the configured
// probability.
func TestSeed(t *testing.T) {
	faults, err := llmsim.ParseFaults("overloaded=0.2,length=0.1,damage=0.1")
	if err != nil {
		t.Fatal(err)
	}
	const questions, attempts = 100, 3
	log := func(seed uint64, order func(i int) int) (map[string]llmsim.Fault, llmsim.Tally) {
		s := start(t, llmsim.Config{Faults: faults, Seed: seed, TokensPerEvent: 50})
		client := s.client(t, llmsim.Chat)
		for i := range questions * attempts {
			ask(t.Context(), client, question(fmt.Sprint("Ezekiel ", order(i)%questions)))
		}
		entries := s.entries(t)
		drawn := map[string]llmsim.Fault{}
		for _, e := range entries {
			drawn[fmt.Sprint(e.Hash, e.Attempt, e.Text)] = e.Fault
		}
		return drawn, llmsim.Count(entries)
	}
	forth, tally := log(1, func(i int) int { return i })
	back, _ := log(1, func(i int) int { return questions*attempts - 1 - i })
	other, _ := log(2, func(i int) int { return i })
	if fmt.Sprint(forth) != fmt.Sprint(back) {
		t.Error("the order of requests matters")
	}
	if fmt.Sprint(forth) == fmt.Sprint(other) {
		t.Error("the seed does not matter")
	}
	struck := 0
	for fault, n := range tally.Faults {
		if fault != llmsim.Overloaded {
			struck += n
		}
	}
	// About 0.2 of 300 are overloaded, minus those for which another fault was
	// chosen. The range is five standard deviations wide on each side.
	if n := tally.Faults[llmsim.Overloaded]; n < 20 || n > 90 || struck < 20 || struck > 90 {
		t.Errorf("%d overloaded and %d others of %d", n, struck, tally.Requests)
	}
}

func TestParseFaults(t *testing.T) {
	for _, s := range []string{"", "cut=0.2", "cut=0.2,overloaded=0.1", "cut@1200=1,stall@0=0.5", "rate-limited@20s=0.1", "all=0.2", "damage=1,stream@9=0"} {
		faults, err := llmsim.ParseFaults(s)
		if err != nil || faults.String() != s {
			t.Errorf("%q: %q, %v", s, faults, err)
		}
	}
	for s, want := range map[string]string{
		"cut":                "has no probability; write for instance cut=0.2",
		"cut=1.5":            "probability must be from 0 to 1",
		"cut=NaN":            "probability must be from 0 to 1",
		"cuts=0.2":           `unknown fault "cuts"`,
		"cut@-1=0.2":         "is not a number of bytes",
		"cut@x=0.2":          "is not a number of bytes",
		"rate-limited@5=0.2": "is not a duration",
		"length@5=0.2":       "takes no value after @",
	} {
		if _, err := llmsim.ParseFaults(s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", s, err, want)
		}
	}
}

// FuzzFaults applies every fault to arbitrary texts. The server must not panic,
// and the log must agree with what was sent.
func FuzzFaults(f *testing.F) {
	for i := range llmsim.FaultNames() {
		for n, text := range []string{chapter, `{"v":1}{"verse":`, "[}{]\"\\", "\xff\x00יה"} {
			f.Add(text, uint64(n), uint8(i))
		}
	}
	f.Fuzz(func(t *testing.T, text string, seed uint64, which uint8) {
		names := llmsim.FaultNames()
		fault := names[int(which)%len(names)]
		faults, err := llmsim.ParseFaults(string(fault) + "=1")
		if err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		s, err := llmsim.New(llmsim.Config{
			Answer: func(llmsim.Request) (string, error) { return text, nil },
			Clock:  newJumper(1), Faults: faults, Seed: seed, Log: &log,
		})
		if err != nil {
			t.Fatal(err)
		}
		direct(t, s, &log, fault)
	})
}

// direct sends a request to a server without a network.
func direct(t *testing.T, s *llmsim.Server, log *bytes.Buffer, fault llmsim.Fault) {
	ctx, cancel := context.WithCancel(t.Context())
	if fault == llmsim.Stall {
		cancel() // a stall would wait for the client to disconnect
	}
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "/v1/chat/completions", strings.NewReader(`{"model":"m","stream":true,"messages":[{"role":"user","content":"x"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	w := &recorder{header: http.Header{}}
	func() {
		defer func() {
			if r := recover(); r != nil && r != http.ErrAbortHandler {
				panic(r)
			}
		}()
		s.ServeHTTP(w, req)
	}()
	entries, err := llmsim.ReadLog(log)
	if err != nil || len(entries) != 1 || s.Err() != nil {
		t.Fatalf("%s: %d entries, %v", fault, len(entries), err)
	}
	otherFraming := slices.Contains([]llmsim.Fault{
		llmsim.Unstreamed, llmsim.Lines, llmsim.BareLines, llmsim.LoginPage, llmsim.AsResponses, llmsim.AsMessages, llmsim.AsGemini, llmsim.AsOllama, llmsim.AsText, llmsim.Wrapped,
		llmsim.List, llmsim.UnknownForm,
	}, fault)
	if e := entries[0]; e.Finished && !otherFraming && !bytes.HasSuffix(w.body.Bytes(), []byte("data: [DONE]\n\n")) {
		t.Errorf("%s: logged as finished: %q", fault, w.body.String())
	}
	for line := range bytes.Lines(w.body.Bytes()) {
		object, ok := bytes.CutPrefix(line, []byte("data: {"))
		if ok && fault != llmsim.Cut && fault != llmsim.Malformed && !json.Valid(append([]byte("{"), object...)) {
			t.Errorf("%s: not an event: %q", fault, line)
		}
	}
}

type recorder struct {
	header http.Header
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) Write(p []byte) (int, error) { return r.body.Write(p) }
func (r *recorder) WriteHeader(int)             {}
func (r *recorder) Flush()                      {}

// TestWordNumbers checks that foreign-hebrew also applies to answers that refer
// to Hebrew by word numbers.
func TestWordNumbers(t *testing.T) {
	const (
		long    = `{"verses":[{"verse":1,"figures":[{"types":["met"],"words":[[3,5],[8,8]]}]},{"verse":2,"figures":[]}]}`
		compact = `{"verses":[{"verse":1,"notes":"So.","found":[{"is":"met,irony 3-5,8 80","how":"So."}]},{"verse":2,"notes":"No.","found":[]}]}`
		oneWord = `{"verses":[{"verse":1,"notes":"So.","found":[{"is":"met 3 80","how":"So."}]},{"verse":2,"notes":"No.","found":[]}]}`
	)
	for _, test := range []struct{ fault, said, want string }{
		{"foreign-hebrew", long, `"verse":1,.*(\[(103,105|3,105|6,3)\],\[8,8\]|\[3,5\],\[(108,108|8,108|9,8)\])`},
		{"foreign-hebrew", compact, `"verse":1,.*"met,irony (103-105|3-105|6-3),8 80"`},
		{"foreign-hebrew", oneWord, `"verse":1,.*"met (103-103|3-103|4-3) 80"`},
		{"wrong-verse", long, `"words":\[\[3,5\],\[8,8\]\]`},
		{"wrong-verse", compact, `"met,irony 3-5,8 80"`},
	} {
		s := faulty(t, test.fault, llmsim.Config{Answer: func(llmsim.Request) (string, error) { return test.said, nil }})
		r := ask(t.Context(), s.client(t, llmsim.Gemini), question("Ezekiel 21"))
		if kind(t, r, llm.KindNone); !regexp.MustCompile(test.want).MatchString(r.text) || r.text == test.said || !json.Valid([]byte(r.text)) {
			t.Errorf("%s: text is %q", test.fault, r.text)
		}
		if e := s.entries(t)[0]; string(e.Fault) != test.fault {
			t.Errorf("logged %+v", e)
		}
	}
}

// TestNothingFalse sends many concurrent requests with every fault except stalls,
// which cannot be told from a slow machine. An answer that a client takes for
// complete must be the right one or have a fault of the model, and the log must
// agree with what the client got.
func TestNothingFalse(t *testing.T) {
	faults, err := llmsim.ParseFaults("service=0.2,model=0.3,damage=0.3,cut=0.1,end=0.1,malformed=0.1,error-event=0.1")
	if err != nil {
		t.Fatal(err)
	}
	const questions = 60
	for _, p := range protocols {
		t.Run(string(p), func(t *testing.T) {
			s := start(t, llmsim.Config{Faults: faults, TokensPerEvent: 20, Jitter: 1, FirstToken: time.Second, TokensPerSecond: 100})
			client := s.client(t, p)
			results := make([]result, questions)
			var group sync.WaitGroup
			for i := range results {
				group.Go(func() { results[i] = ask(t.Context(), client, question(fmt.Sprint(i))) })
			}
			group.Wait()
			spoiled, failed := 0, 0
			for _, e := range s.entries(t) {
				var i int
				if _, err := fmt.Sscan(e.Prompt, &i); err != nil {
					t.Fatal(err)
				}
				r := results[i]
				changes := strings.HasPrefix(string(e.Fault), "damage-") || slices.Contains([]llmsim.Fault{llmsim.OtherFormat, llmsim.WrongVerse, llmsim.ForeignHebrew}, e.Fault)
				switch {
				case r.err != nil:
					failed++
					if e.Fault == "" || changes {
						t.Errorf("%q failed: %v", e.Fault, r.err)
					}
				case !e.Finished, !changes && (e.Fault != "" || r.text != chapter), changes && r.text == chapter:
					t.Errorf("a success with %q, %+v: %q", e.Fault, e.End, r.text)
				case changes:
					spoiled++
				}
				if r.err == nil && (r.resp.Usage.Output != e.Output || r.resp.Usage.Input != e.Input) {
					t.Errorf("the client counts %+v, the log %d and %d", r.resp.Usage, e.Input, e.Output)
				}
			}
			if spoiled == 0 || failed == 0 || spoiled+failed == questions {
				t.Errorf("%d spoiled and %d failed of %d", spoiled, failed, questions)
			}
		})
	}
}

// TestTypeNames checks that type-names changes the types of compact answers, and
// answers without any not at all.
func TestTypeNames(t *testing.T) {
	for said, want := range map[string]string{
		`{"verses":[{"verse":1,"notes":"met: a code.","found":[{"is":"met,irony 3-5,8 80","tags":["rule: a"],"how":"So."}]}]}`: `"is":"metaphor, irony 3-5,8 80%"`,
		`{"verses":[{"verse":1,"is":["met,none: two domains","hyp: too much"]}]}`:                                              `{"verses":[{"verse":1,"is":["metaphor, none: two domains","hyperbole: too much"]}]}`,
		`{"verses":[{"verse":1,"notes":"Literal.","found":[]}]}`:                                                               `{"verses":[{"verse":1,"notes":"Literal.","found":[]}]}`,
	} {
		s := faulty(t, "type-names", llmsim.Config{Answer: func(llmsim.Request) (string, error) { return said, nil }})
		r := ask(t.Context(), s.client(t, llmsim.Gemini), question("Ezekiel 21"))
		if kind(t, r, llm.KindNone); !strings.Contains(r.text, want) {
			t.Errorf("%s becomes %s", said, r.text)
		}
	}
}
