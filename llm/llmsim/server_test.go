package llmsim_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	sdkanthropic "github.com/anthropics/anthropic-sdk-go"
	anthropicoption "github.com/anthropics/anthropic-sdk-go/option"
	sdkopenai "github.com/openai/openai-go/v3"
	openaioption "github.com/openai/openai-go/v3/option"
	sdkresponses "github.com/openai/openai-go/v3/responses"
	"google.golang.org/genai"

	"mashal/llm"
	"mashal/llm/llmsim"
)

// sdks are the vendors' own clients, which also ask for answers in one piece.
type sdks struct {
	openai    sdkopenai.Client
	anthropic sdkanthropic.Client
	gemini    *genai.Client
}

func (s *sim) sdks(t *testing.T) sdks {
	t.Helper()
	client := &http.Client{Transport: s.transport}
	g, err := genai.NewClient(t.Context(), &genai.ClientConfig{
		APIKey: key, Backend: genai.BackendGeminiAPI, HTTPClient: client, HTTPOptions: genai.HTTPOptions{BaseURL: s.base},
	})
	if err != nil {
		t.Fatal(err)
	}
	return sdks{
		sdkopenai.NewClient(openaioption.WithAPIKey(key), openaioption.WithBaseURL(s.base+"/v1"), openaioption.WithHTTPClient(client), openaioption.WithMaxRetries(0)),
		sdkanthropic.NewClient(anthropicoption.WithAPIKey(key), anthropicoption.WithBaseURL(s.base), anthropicoption.WithHTTPClient(client), anthropicoption.WithMaxRetries(0)),
		g,
	}
}

// A whole is what an answer in one piece came to.
type whole struct {
	text, end        string
	input, output    int64
	reasoning        int64
	refusalOrBlocked string
}

// wholes asks by each protocol for an answer in one piece.
func (c sdks) wholes(ctx context.Context) map[llmsim.Protocol]func(prompt string, most int64) (whole, error) {
	return map[llmsim.Protocol]func(string, int64) (whole, error){
		llmsim.Chat: func(prompt string, most int64) (whole, error) {
			r, err := c.openai.Chat.Completions.New(ctx, sdkopenai.ChatCompletionNewParams{
				Model: "m", MaxCompletionTokens: sdkopenai.Int(most), Messages: []sdkopenai.ChatCompletionMessageParamUnion{sdkopenai.UserMessage(prompt)},
			})
			if err != nil {
				return whole{}, err
			}
			m := r.Choices[0]
			return whole{m.Message.Content, m.FinishReason, r.Usage.PromptTokens, r.Usage.CompletionTokens, r.Usage.CompletionTokensDetails.ReasoningTokens, m.Message.Refusal}, nil
		},
		llmsim.Responses: func(prompt string, most int64) (whole, error) {
			r, err := c.openai.Responses.New(ctx, sdkresponses.ResponseNewParams{
				Model: "m", MaxOutputTokens: sdkopenai.Int(most), Input: sdkresponses.ResponseNewParamsInputUnion{OfString: sdkopenai.String(prompt)},
			})
			if err != nil {
				return whole{}, err
			}
			refusal := ""
			if len(r.Output) > 0 && len(r.Output[0].Content) > 0 {
				refusal = r.Output[0].Content[0].Refusal
			}
			return whole{r.OutputText(), string(r.Status) + r.IncompleteDetails.Reason, r.Usage.InputTokens, r.Usage.OutputTokens, r.Usage.OutputTokensDetails.ReasoningTokens, refusal}, nil
		},
		llmsim.Messages: func(prompt string, most int64) (whole, error) {
			r, err := c.anthropic.Messages.New(ctx, sdkanthropic.MessageNewParams{
				Model: "m", MaxTokens: most, Messages: []sdkanthropic.MessageParam{sdkanthropic.NewUserMessage(sdkanthropic.NewTextBlock(prompt))},
			})
			if err != nil {
				return whole{}, err
			}
			text := ""
			for _, b := range r.Content {
				text += b.Text
			}
			return whole{text, string(r.StopReason), r.Usage.InputTokens, r.Usage.OutputTokens, r.Usage.OutputTokensDetails.ThinkingTokens, r.StopDetails.Explanation}, nil
		},
		llmsim.Gemini: func(prompt string, most int64) (whole, error) {
			r, err := c.gemini.Models.GenerateContent(ctx, "m", genai.Text(prompt), &genai.GenerateContentConfig{MaxOutputTokens: int32(most)})
			if err != nil {
				return whole{}, err
			}
			if r.PromptFeedback != nil {
				return whole{refusalOrBlocked: string(r.PromptFeedback.BlockReason)}, nil
			}
			if len(r.Candidates) == 0 {
				return whole{}, fmt.Errorf("no candidates in %+v", r)
			}
			u := r.UsageMetadata
			return whole{r.Text(), string(r.Candidates[0].FinishReason), int64(u.PromptTokenCount), int64(u.CandidatesTokenCount + u.ThoughtsTokenCount), int64(u.ThoughtsTokenCount), ""}, nil
		},
	}
}

// TestInOnePiece shows that the vendors' clients take answers that are not
// streamed, good ones and others.
func TestInOnePiece(t *testing.T) {
	s := start(t, llmsim.Config{Reasoning: 5})
	tokens := llmsim.Tokens(chapter) + 5
	for p, ask := range s.sdks(t).wholes(t.Context()) {
		good := map[llmsim.Protocol]string{llmsim.Chat: "stop", llmsim.Responses: "completed", llmsim.Messages: "end_turn", llmsim.Gemini: "STOP"}[p]
		if got, err := ask("Ezekiel 21", 9000); err != nil || got != (whole{chapter, good, llmsim.Tokens("Ezekiel 21"), tokens, 5, ""}) {
			t.Errorf("%s: %+v, %v", p, got, err)
		}
		short := map[llmsim.Protocol]string{llmsim.Chat: "length", llmsim.Responses: "incompletemax_output_tokens", llmsim.Messages: "max_tokens", llmsim.Gemini: "MAX_TOKENS"}[p]
		if got, err := ask("Ezekiel 21", 20); err != nil || got.end != short || llmsim.Tokens(got.text) != 15 || got.output != 20 {
			t.Errorf("%s, at most 20 tokens: %+v, %v", p, got, err)
		}
	}
	for _, e := range s.entries(t) {
		if e.Stream || !e.Finished {
			t.Errorf("logged %+v", e)
		}
	}
	for fault, wantErr := range map[string]bool{"refusal": false, "cut": true, "end": true, "malformed": true, "error-event": true, "overloaded": true} {
		s := faulty(t, fault, llmsim.Config{})
		for p, ask := range s.sdks(t).wholes(t.Context()) {
			got, err := ask("Ezekiel 21", 9000)
			if (err != nil) != wantErr || !wantErr && (got.text != "" || got.refusalOrBlocked == "") {
				t.Errorf("%s, %s: %+v, %v", p, fault, got, err)
			}
		}
	}
}

// TestModels shows that the vendors' clients find models to choose from.
func TestModels(t *testing.T) {
	s := start(t, llmsim.Config{})
	c := s.sdks(t)
	if page, err := c.openai.Models.List(t.Context()); err != nil || len(page.Data) == 0 || !strings.HasPrefix(page.Data[0].ID, "gpt-") {
		t.Errorf("openai: %+v, %v", page, err)
	}
	if page, err := c.anthropic.Models.List(t.Context(), sdkanthropic.ModelListParams{}); err != nil || len(page.Data) == 0 || !strings.HasPrefix(page.Data[0].ID, "claude-") {
		t.Errorf("anthropic: %+v, %v", page, err)
	}
	if page, err := c.gemini.Models.List(t.Context(), nil); err != nil || len(page.Items) == 0 || !strings.HasPrefix(page.Items[0].Name, "models/gemini-") {
		t.Errorf("gemini: %+v, %v", page, err)
	}
}

// TestBadRequests checks that invalid requests get an error in the vendor's
// format and are logged.
func TestBadRequests(t *testing.T) {
	s := start(t, llmsim.Config{Answer: func(r llmsim.Request) (string, error) {
		return "", fmt.Errorf("nothing is known of %q", r.Prompt)
	}})
	for _, p := range protocols {
		r := ask(t.Context(), s.client(t, p), question("Ezekiel 49"))
		kind(t, r, llm.BadRequest)
		if !strings.Contains(r.err.Error(), `nothing is known of "Ezekiel 49"`) {
			t.Errorf("%s: %v", p, r.err)
		}
	}
	for path, body := range map[string]string{
		"/v1/chat/completions":                        `{"model":"m","messages":[]}`,
		"/v1/responses":                               `{"model":5}`,
		"/v1/messages":                                `{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"}]}`, // without a version
		"/v1beta/models/m:streamGenerateContent":      `{"contents":[{"parts":[{"text":"x"}]}]}`,
		"/v1beta/models/m:countTokens":                `{}`,
		"/v1beta/models/m:generateContent?alt=sse":    `{"contents":`,
		"/v1beta/models/:generateContent":             `{"contents":[{"parts":[{"text":"x"}]}]}`,
		"/v1/chat/completions?but=with-a-broken-body": "\xff",
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.base+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := s.transport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		said, err := io.ReadAll(resp.Body)
		if cerr := resp.Body.Close(); err != nil || cerr != nil || resp.StatusCode != 400 || !strings.Contains(string(said), "message") {
			t.Errorf("%s: status %d, %s, %v", path, resp.StatusCode, said, err)
		}
	}
	entries := s.entries(t)
	if len(entries) != 12 {
		t.Errorf("%d requests are logged", len(entries))
	}
	for _, e := range entries {
		if e.Status != 400 || e.Error == "" || e.End != llmsim.Refused || e.Protocol == "" || e.Input+e.Output != 0 {
			t.Errorf("logged %+v", e)
		}
	}
}

// TestClientLeaves checks that an answer ends when its client disconnects, and
// when the server stops.
func TestClientLeaves(t *testing.T) {
	for _, p := range protocols {
		asked := make(chan struct{})
		s := start(t, llmsim.Config{
			Clock: llmsim.Scaled(1), TokensPerSecond: 1e-3, // the first token never comes
			Answer: func(llmsim.Request) (string, error) {
				close(asked)
				return chapter, nil
			},
		})
		ctx, cancel := context.WithCancel(t.Context())
		client := s.client(t, p)
		sent := make(chan result)
		go func() { sent <- ask(ctx, client, question("Ezekiel 21")) }()
		<-asked
		cancel()
		kind(t, <-sent, llm.Canceled)
		entries := s.entries(t)
		if len(entries) != 1 || entries[0].Finished || entries[0].End != llmsim.Left || entries[0].Text != "" {
			t.Errorf("%s: logged %+v", p, entries)
		}
	}
	s := faulty(t, "stall", llmsim.Config{})
	client := s.client(t, llmsim.Messages)
	sent := make(chan result)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	go func() { sent <- ask(ctx, client, question("Ezekiel 21")) }()
	go s.stop()
	r := <-sent
	if k := llm.KindOf(r.err); k != llm.Cut && k != llm.Network {
		t.Errorf("the server stopped: %v", r.err)
	}
	s.stop()
}

// TestScaled checks the speed of a scaled clock, and that Sleep returns when its
// context ends.
func TestScaled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		clock := llmsim.Scaled(60)
		first := clock.Now()
		if err := clock.Sleep(t.Context(), time.Minute); err != nil {
			t.Fatal(err)
		}
		if real, simulated := time.Since(began), clock.Now().Sub(first); real != time.Second || simulated != time.Minute {
			t.Errorf("slept %s, simulated %s", real, simulated)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := clock.Sleep(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 2*time.Second {
			t.Errorf("woken after %s with %v", time.Since(began), err)
		}
	})
}

func TestCount(t *testing.T) {
	entries := []llmsim.Entry{
		{Hash: "a", Fault: llmsim.Overloaded},
		{Hash: "a", Input: 100, Cached: 60, Output: 5, Fault: llmsim.Cut},
		{Hash: "a", Input: 100, Output: 20, Finished: true, Fault: llmsim.Drop}, // complete but damaged
		{Hash: "a", Input: 100, Output: 20, Finished: true},
		{Hash: "b", Input: 10, Output: 1, Finished: true},
		{Hash: "a", Input: 100, Output: 20, Finished: true},
	}
	got := llmsim.Count(entries)
	want := llmsim.Tally{
		Requests: 6, Finished: 4, Input: 410, Cached: 60, Output: 66, Unfinished: 105, Again: 120,
		Faults: map[llmsim.Fault]int{llmsim.Overloaded: 1, llmsim.Cut: 1, llmsim.Drop: 1},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if entries, err := llmsim.ReadLog(strings.NewReader("{\"number\":1}\n{\"number\"")); len(entries) != 1 || err == nil || !strings.Contains(err.Error(), "entry 2") {
		t.Errorf("a log that is cut: %d entries, %v", len(entries), err)
	}
}

func TestConfig(t *testing.T) {
	for name, c := range map[string]llmsim.Config{
		"no Answer function": {},
		"not be negative":    {Answer: answer, TokensPerSecond: -1},
		"jitter":             {Answer: answer, Jitter: 2},
		"limit":              {Answer: answer, Limits: llmsim.Limits{Tokens: -1}},
	} {
		if _, err := llmsim.New(c); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestLogFails checks that Err returns the error of writing the log.
func TestLogFails(t *testing.T) {
	full := errors.New("disk full")
	server, err := llmsim.New(llmsim.Config{Answer: answer, Clock: newJumper(1), Log: writer(func([]byte) (int, error) { return 0, full })})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/chat/completions", strings.NewReader(`{"model":"m","messages":[{"role":"user","content":"x"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	server.ServeHTTP(&recorder{header: http.Header{}}, req)
	if err := server.Err(); !errors.Is(err, full) || !strings.Contains(err.Error(), "log request 1") {
		t.Errorf("got %v", err)
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }
