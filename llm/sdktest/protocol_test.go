package sdktest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"mashal"

	"mashal/llm"
	"mashal/llm/llmsim"
	"mashal/llm/llmtest"
)

// A protocol is one protocol, as our client and as the vendor's SDK speak it.
type protocol struct {
	wire llmtest.Wire
	path string // on the simulator

	ours func(c config) (llm.Provider, error)
	sdk  func(ctx context.Context, c config, req llm.Request) reading
	// decode reads the body of a request into the SDK's types.
	decode func(body []byte) (any, error)

	ends       map[string]llm.Kind      // what an end that the SDK reads stands for
	odd        []string                 // events that are unusual
	plain      func(body []byte) bool   // no exception of this protocol applies to the stream
	normalized func(body []byte) []byte // to which fewer exceptions apply; nil for body
}

// protocols are all that the program speaks.
var protocols = map[llmsim.Protocol]protocol{
	llmsim.Chat: chatProtocol, llmsim.Responses: responsesProtocol, llmsim.Messages: messagesProtocol, llmsim.Gemini: geminiProtocol,
}

// A config configures both clients.
type config struct {
	base         string
	key, token   string
	organization string
	project      string
	noSchema     bool
	transport    http.RoundTripper
}

// A reading is what a client makes of an answer.
type reading struct {
	deltas     []string
	model, end string
	ended      bool   // the terminal event came
	refusal    string // the model's words
	blocked    string // why the prompt was refused
	usage      mashal.Tokens
	told       bool   // the server reports an error
	words      string // of the server about it
	err        error
}

// normal returns a stream that says the same to our client, and to which fewer
// exceptions apply.
func (p protocol) normal(body []byte) []byte {
	if p.normalized == nil {
		return body
	}
	return p.normalized(body)
}

func (r reading) text() string { return strings.Join(r.deltas, "") }

// take adds a piece of text.
func (r *reading) take(delta string) {
	if delta != "" {
		r.deltas = append(r.deltas, delta)
	}
}

// An answering is a transport that answers every request in the same way and
// keeps the last one.
type answering struct {
	status   int
	body     []byte
	sent     *http.Request
	sentBody []byte
}

func (a *answering) RoundTrip(r *http.Request) (*http.Response, error) {
	a.sent = r
	var err error
	if a.sentBody, err = io.ReadAll(r.Body); err != nil {
		return nil, err
	}
	header := http.Header{"Content-Type": {"text/event-stream"}}
	if a.status >= 300 {
		header.Set("Content-Type", "application/json")
	}
	return &http.Response{
		StatusCode: a.status, Status: fmt.Sprintf("%d %s", a.status, http.StatusText(a.status)), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Request: r, Header: header, Body: io.NopCloser(bytes.NewReader(a.body)),
	}, nil
}

// server is the address of a server that answers by a transport.
const server = "http://127.0.0.1:1"

// plainQuestion is a request of which only the answer matters.
var plainQuestion = llm.Request{Model: "model-1", Prompt: "p"}

// bySDK returns what the SDK reads of an answer.
func (p protocol) bySDK(t testing.TB, status int, body []byte) reading {
	t.Helper()
	return p.sdk(t.Context(), config{base: server, key: llmtest.Key, transport: &answering{status: status, body: body}}, plainQuestion)
}

// byUs returns what our client reads of an answer.
func (p protocol) byUs(t testing.TB, status int, body []byte) reading {
	t.Helper()
	client, err := p.ours(config{base: server, key: llmtest.Key, transport: &answering{status: status, body: body}})
	if err != nil {
		t.Fatal(err)
	}
	var r reading
	resp, err := client.Stream(t.Context(), plainQuestion, func(delta []byte) error {
		r.deltas = append(r.deltas, string(delta))
		return nil
	})
	r.model, r.end, r.usage, r.err = resp.Model, resp.End, resp.Usage, err
	return r
}

// kind returns the kind of failure that a reading of the SDK's stands for. told
// is any kind that a server reports.
func (p protocol) kind(r reading) (kind llm.Kind, told bool) {
	switch {
	case r.blocked != "":
		return llm.Refused, false
	case r.ended:
		kind, ok := p.ends[r.end]
		switch {
		case strings.HasPrefix(r.end, "incomplete: ") && !ok:
			return llm.Cut, false
		case !ok:
			return llm.Malformed, false
		case kind == llm.KindNone && len(r.deltas) == 0 && r.refusal != "":
			return llm.Refused, false
		case kind == llm.KindNone && len(r.deltas) == 0:
			return llm.Empty, false
		}
		return kind, kind == reported
	case r.told:
		return llm.KindNone, true
	case r.err != nil:
		return llm.Malformed, false
	}
	return llm.Cut, false
}

// reported in a table of ends stands for the kind of an error that the server reports.
const reported llm.Kind = 255

// toldKind reports whether a kind can be that of an error that a server
// reports. Malformed can: llama.cpp reports an answer that it cannot parse.
func toldKind(k llm.Kind) bool {
	return !slices.Contains([]llm.Kind{llm.KindNone, llm.Cut, llm.Network, llm.Empty, llm.TooLong, llm.Canceled, llm.OverBudget}, k)
}

// difference returns what differs between two readings of one answer, and ""
// if nothing does.
func (p protocol) difference(want, got reading) string {
	clean := func(s string) string { return llm.RedactText(s, llmtest.Key) }
	want.usage.Reported = got.usage.Reported // the SDKs do not say
	switch {
	case !slices.Equal(got.deltas, want.deltas):
		return fmt.Sprintf("text %.500q (%v), and the SDK reads %.500q (%v)", got.deltas, got.err, want.deltas, want.err)
	case got.model != clean(want.model):
		return fmt.Sprintf("model %q, and the SDK reads %q", got.model, want.model)
	case got.end != clean(want.end):
		return fmt.Sprintf("end %q, and the SDK reads %q", got.end, want.end)
	case got.usage != want.usage:
		return fmt.Sprintf("usage %+v, and the SDK reads %+v", got.usage, want.usage)
	}
	kind, told := p.kind(want)
	k := llm.KindOf(got.err)
	switch { // what the SDKs do not tell apart
	case k == llm.NotAnAPI && (kind == llm.Cut || kind == llm.Malformed), k == llm.OnlyReasoning && (kind == llm.Empty || kind == llm.TooLong) && len(want.deltas) == 0:
		k = kind
	}
	switch {
	case told && !toldKind(k), !told && k != kind:
		return fmt.Sprintf("error %v, want %v; the SDK reads end %q, error %v", got.err, kind, want.end, want.err)
	case told && len(want.words) < 300 && !strings.Contains(fmt.Sprint(got.err), clean(want.words)):
		return fmt.Sprintf("error %v, and the server says %q", got.err, want.words)
	case kind == llm.Refused && p.ends[want.end] == llm.KindNone && len(want.refusal) < 300 && !strings.Contains(fmt.Sprint(got.err), clean(want.refusal)):
		return fmt.Sprintf("error %v, and the model says %q", got.err, want.refusal)
	case got.err != nil && !errors.As(got.err, new(*llm.Error)):
		return fmt.Sprintf("error %v is not an *llm.Error", got.err)
	}
	return ""
}
