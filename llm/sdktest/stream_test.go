package sdktest_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mashal/llm/llmsim"
	"mashal/llm/llmtest"
)

// TestStreams holds what our clients read of streams to what the SDKs read of
// them: the suite's streams, oddities, and the simulator's streams with all
// that can go wrong with a model, an answer and an event.
func TestStreams(t *testing.T) {
	for name, p := range protocols {
		t.Run(string(name), func(t *testing.T) {
			for _, body := range llmtest.Bodies(p.wire, p.oddEvents()...) {
				p.compare(t, http.StatusOK, body)
			}
			p.simulate(t)
		})
	}
}

// compare compares what both read of an answer.
func (p protocol) compare(t *testing.T, status int, body []byte) {
	t.Helper()
	if what := p.difference(p.bySDK(t, status, body), p.byUs(t, status, body)); what != "" {
		t.Errorf("of %d %.3000q\n%s", status, body, what)
	}
}

// oddEvents returns the unusual events of a protocol.
func (p protocol) oddEvents() []string {
	odd := slices.Clone(p.odd)
	for i, event := range odd {
		if !strings.HasSuffix(event, "\n\n") {
			odd[i] = "data: " + event + "\n\n"
			if p.path == geminiProtocol.path {
				odd[i] = "data: " + event + "\r\n\r\n"
			}
		}
	}
	return odd
}

// TestStatuses holds what our clients make of answers with an error status to
// what the SDKs make of them.
func TestStatuses(t *testing.T) {
	for _, p := range protocols {
		for _, status := range []int{400, 401, 402, 403, 404, 408, 413, 422, 429, 500, 502, 503, 504, 529} {
			for _, body := range [][]byte{p.wire.Error(status, "a message from the server"), []byte("<html>down</html>"), nil} {
				p.compare(t, status, body)
			}
		}
	}
}

// simulate compares what both read of answers of the simulator: one for each
// fault that leaves the connection whole, and good ones with the texts of
// recorded responses where these stand beside the checkout.
func (p protocol) simulate(t *testing.T) {
	t.Helper()
	for _, fault := range llmsim.FaultNames() {
		if fault == llmsim.Stall || fault == llmsim.Cut || slices.Contains(ofOurClient, fault) {
			continue
		}
		faults, err := llmsim.ParseFaults(string(fault) + "=1")
		check(t, err)
		p.ask(t, chapter, faults)
	}
	recorded, err := filepath.Glob("../../../shared/recorded/Ezekiel_2*.json")
	check(t, err)
	for _, file := range recorded[:min(3, len(recorded))] {
		text, err := os.ReadFile(file)
		check(t, err)
		p.ask(t, string(text), nil)
	}
}

// ask compares what both read of an answer with a text, sent by a simulator
// with faults.
func (p protocol) ask(t *testing.T, text string, faults llmsim.Faults) {
	t.Helper()
	s, err := llmsim.New(llmsim.Config{Answer: func(llmsim.Request) (string, error) { return text, nil }, Faults: faults})
	check(t, err)
	body := `{"model":"m","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"x"}],"input":"x"}`
	switch p.path {
	case messagesProtocol.path:
		body = `{"model":"m","stream":true,"max_tokens":99999,"messages":[{"role":"user","content":"x"}]}`
	case geminiProtocol.path:
		body = `{"contents":[{"role":"user","parts":[{"text":"x"}]}]}`
	}
	r := httptest.NewRequest(http.MethodPost, p.path, strings.NewReader(body))
	r.Header.Set("Anthropic-Version", "2023-06-01")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if len(faults) > 0 && slices.Contains(otherFramings, string(faults.String())) && !p.isPlain(w.Body.Bytes()) {
		return // an exception applies
	}
	p.compare(t, w.Code, w.Body.Bytes())
}

// ofOurClient are the faults of the simulator of which the SDKs read nothing: answers in
// another protocol than that of the request, and errors with the status of a success.
// The tests of llm/llmsim have them.
var ofOurClient = []llmsim.Fault{
	llmsim.AsChat, llmsim.AsResponses, llmsim.AsMessages, llmsim.AsGemini, llmsim.AsOllama, llmsim.AsCompletion, llmsim.AsText, llmsim.Wrapped, llmsim.List, llmsim.ToolCall,
	llmsim.FunctionCall, llmsim.MessageDeltas, llmsim.MessageSoFar, llmsim.ContentParts, llmsim.UnknownForm, llmsim.Elsewhere, llmsim.ContentCode,
}

// otherFramings are the faults of the simulator whose framing is not that of the
// vendor.
var otherFramings = []string{"unstreamed=1", "json-lines=1", "data-comments=1", "bare-lines=1"}

// isPlain reports whether no exception applies to a stream.
func (p protocol) isPlain(body []byte) bool { return p.plain(body) && !tolerated(body) }

// fuzz compares the readings of streams to which no exception applies.
func (p protocol) fuzz(f *testing.F) {
	for _, body := range llmtest.Bodies(p.wire, p.oddEvents()...) {
		if len(body) < 10_000 {
			f.Add(body)
			f.Add(body[:len(body)/2])
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if body = p.normal(body); !p.isPlain(body) {
			return // an exception applies
		}
		p.compare(t, http.StatusOK, body)
	})
}

func FuzzChat(f *testing.F)      { chatProtocol.fuzz(f) }
func FuzzResponses(f *testing.F) { responsesProtocol.fuzz(f) }
func FuzzMessages(f *testing.F)  { messagesProtocol.fuzz(f) }
func FuzzGemini(f *testing.F)    { geminiProtocol.fuzz(f) }
