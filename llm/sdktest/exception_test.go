package sdktest_test

import (
	"bytes"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mashal/llm"
	"mashal/llm/llmsim"
	"mashal/llm/llmtest"
)

// An exception is a stream of which our client reads something else than the
// vendor's SDK, on purpose.
type exception struct {
	protocol llmsim.Protocol
	sdk      string // module and version in which the SDK was seen to do so
	what     string // what the SDK does
	insert   string // into the middle of a good answer; or
	stream   func(good []byte) []byte
	kind     llm.Kind // what our client makes of it; KindNone for a whole answer
}

const (
	openaiSDK    = "github.com/openai/openai-go/v3 v3.99.0"
	anthropicSDK = "github.com/anthropics/anthropic-sdk-go v1.84.0"
	geminiSDK    = "google.golang.org/genai v1.77.0"
)

var exceptions = []exception{
	{protocol: llmsim.Chat, sdk: openaiSDK, what: `takes "error":null for an error`, insert: `data: {"error":null,"choices":[]}` + "\n\n"},
	{protocol: llmsim.Responses, sdk: openaiSDK, what: `takes "error":null for an error`, insert: `data: {"type":"response.in_progress","error":null,"response":{"model":"gpt-5.1-2025-11-13"}}` + "\n\n"},
	{protocol: llmsim.Chat, sdk: openaiSDK, what: "parses empty data, which some servers send to keep a connection alive, as JSON", insert: "data:\n\n"},
	{protocol: llmsim.Responses, sdk: openaiSDK, what: "parses empty data as JSON", insert: "data:\n\n"},
	{protocol: llmsim.Chat, sdk: openaiSDK, what: "parses a comment as data, which proxies send to keep a connection alive", insert: "data: : OPENROUTER PROCESSING\n\n"},
	{protocol: llmsim.Responses, sdk: openaiSDK, what: "parses a comment as data", insert: "data: : keepalive\n\n"},
	{protocol: llmsim.Chat, sdk: openaiSDK, what: "drops a last event without an empty line after it", stream: func(good []byte) []byte {
		return bytes.TrimRight(bytes.TrimSuffix(good, []byte("data: [DONE]\n\n")), "\n")
	}},
	{protocol: llmsim.Responses, sdk: openaiSDK, what: "drops a last event without an empty line after it", stream: func(good []byte) []byte { return bytes.TrimRight(good, "\n") }},
	{protocol: llmsim.Messages, sdk: anthropicSDK, what: "drops a last event without an empty line after it", stream: func(good []byte) []byte { return bytes.TrimRight(good, "\n") }},
	{protocol: llmsim.Chat, sdk: openaiSDK, what: "reads a list of parts as its JSON", stream: func(good []byte) []byte {
		return regexp.MustCompile(`"content":("(?:[^"\\]|\\.)+")`).ReplaceAll(good, []byte(`"content":[{"type":"thinking","thinking":"x"},{"type":"text","text":$1}]`))
	}},
	{protocol: llmsim.Chat, sdk: openaiSDK, what: "reads no JSON that is not streamed", stream: jsonLines},
	{protocol: llmsim.Gemini, sdk: geminiSDK, what: "reads no JSON that is not streamed", stream: jsonLines},
	{protocol: llmsim.Chat, sdk: openaiSDK, what: "reads no line that ends with CR alone", stream: endLines("\r")},
	{protocol: llmsim.Responses, sdk: openaiSDK, what: "reads no line that ends with CR alone", stream: endLines("\r")},
	{protocol: llmsim.Messages, sdk: anthropicSDK, what: "reads no line that ends with CR alone", stream: endLines("\r")},
	{protocol: llmsim.Messages, sdk: anthropicSDK, what: "skips events without a name", stream: func(good []byte) []byte {
		return regexp.MustCompile(`(?m)^event: .*\n`).ReplaceAll(good, nil)
	}},
	{protocol: llmsim.Messages, sdk: anthropicSDK, what: "skips errors without a name", kind: llm.Overloaded, insert: `data: {"type":"error","error":{"type":"overloaded_error","message":"a message"}}` + "\n\n"},
	{protocol: llmsim.Messages, sdk: anthropicSDK, what: "loses the first event after a byte order mark", stream: markFirst},

	{protocol: llmsim.Gemini, sdk: geminiSDK, what: "fails at a comment, which keeps a connection alive", insert: ": keep-alive\r\n\r\n"},
	{protocol: llmsim.Gemini, sdk: geminiSDK, what: "fails at a field that is not data", insert: "retry: 3000\r\n\r\n"},
	{protocol: llmsim.Gemini, sdk: geminiSDK, what: "fails at an event with a name", insert: "event: message\r\ndata: {}\r\n\r\n"},
	{protocol: llmsim.Gemini, sdk: geminiSDK, what: "fails at a field of no meaning", insert: "unknown: x\r\n\r\n"},
	{protocol: llmsim.Gemini, sdk: geminiSDK, what: "fails at data of two lines", insert: "data: {\"candidates\":\r\ndata: []}\r\n\r\n"},
	{protocol: llmsim.Gemini, sdk: geminiSDK, what: "fails at empty data", insert: "data:\r\n\r\n"},
	{protocol: llmsim.Gemini, sdk: geminiSDK, what: "fails at a second empty line", insert: "\r\n"},
	{protocol: llmsim.Gemini, sdk: geminiSDK, what: "fails where lines end in different ways", insert: "data: {}\n\n"},
	{protocol: llmsim.Gemini, sdk: geminiSDK, what: "reads no line that ends with CR alone", stream: endLines("\r")},
	{protocol: llmsim.Gemini, sdk: geminiSDK, what: "fails at a byte order mark", stream: markFirst},
	{protocol: llmsim.Gemini, sdk: geminiSDK, what: "checks the types of fields that nobody asked for", insert: "data: {\"candidates\": [{\"citationMetadata\": []}]}\r\n\r\n"},
	{protocol: llmsim.Gemini, sdk: geminiSDK, what: "fails at null in a list", insert: "data: {\"candidates\": [null]}\r\n\r\n"},
	{protocol: llmsim.Gemini, sdk: geminiSDK, what: "ignores an error that is not in Google's form", insert: "data: {\"error\": \"down\"}\r\n\r\n", kind: llm.ServerError},
}

// endLines returns a function that ends every line of a stream with end.
func endLines(end string) func([]byte) []byte {
	return func(good []byte) []byte {
		return bytes.ReplaceAll(bytes.ReplaceAll(good, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte(end))
	}
}

// jsonLines makes a stream of JSON lines of a stream of events.
func jsonLines(good []byte) []byte {
	var b []byte
	for _, e := range events(good) {
		if e.Data[0] == '{' {
			b = append(append(b, e.Data...), '\n')
		}
	}
	return b
}

// markFirst puts a byte order mark before a stream.
func markFirst(good []byte) []byte { return append([]byte("\xef\xbb\xbf"), good...) }

// TestExceptions checks that our clients read what they should of the streams
// that the SDKs read otherwise, and that the SDKs still do.
func TestExceptions(t *testing.T) {
	for _, e := range exceptions {
		t.Run(string(e.protocol)+" "+e.what, func(t *testing.T) {
			p := protocols[e.protocol]
			parts, _ := p.wire.Events(llmtest.Script{Pieces: llmtest.Text, End: llmtest.Stop, Usage: llmtest.Counted})
			body := bytes.Join(parts, nil)
			if e.stream != nil {
				body = e.stream(body)
			} else {
				body = bytes.Join(slices.Insert(parts, len(parts)/2, []byte(e.insert)), nil)
			}
			if p.isPlain(body) {
				t.Error("the fuzz targets take the stream for one that is read alike")
			}
			ours := p.byUs(t, http.StatusOK, body)
			if k := llm.KindOf(ours.err); k != e.kind {
				t.Errorf("our client reads %v, want %v", ours.err, e.kind)
			}
			if whole := strings.Join(llmtest.Text, ""); e.kind == llm.KindNone && (ours.text() != whole || ours.usage != llmtest.Counted || ours.model == "") {
				t.Errorf("our client reads %q, %+v of %q", ours.text(), ours.usage, ours.model)
			}
			if p.difference(p.bySDK(t, http.StatusOK, body), ours) == "" {
				t.Errorf("%s does so no longer: remove the exception", e.sdk)
			}
		})
	}
}

// TestExceptionsAreOfTheseVersions checks that the table is of the versions
// that are tested. After an update its rows are tested again by TestExceptions;
// then the versions above are to be changed.
func TestExceptionsAreOfTheseVersions(t *testing.T) {
	module, err := os.ReadFile("go.mod")
	check(t, err)
	tested := strings.Split(string(module), "\n")
	for _, sdk := range []string{openaiSDK, anthropicSDK, geminiSDK} {
		if !slices.Contains(tested, "\t"+sdk) {
			t.Errorf("%s is not what is tested", sdk)
		}
	}
}
