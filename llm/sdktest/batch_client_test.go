package sdktest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	sdkanthropic "github.com/anthropics/anthropic-sdk-go"
	anthropicoption "github.com/anthropics/anthropic-sdk-go/option"
	sdkopenai "github.com/openai/openai-go/v3"
	openaioption "github.com/openai/openai-go/v3/option"
	"google.golang.org/genai"

	"mashal/llm"
	"mashal/llm/llmsim"
	"mashal/llm/llmtest"
)

// batcher returns our client of a protocol.
func batcher(t *testing.T, name llmsim.Protocol, c config) llm.Batcher {
	t.Helper()
	p, err := protocols[name].ours(c)
	check(t, err)
	return p.(llm.Batcher)
}

// A recorder is a transport that keeps the requests that create something, and
// answers as the vendors do.
type recorder struct {
	sent   []*http.Request
	bodies [][]byte
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	r.sent, r.bodies = append(r.sent, req), append(r.bodies, body)
	header := http.Header{"Content-Type": {"application/json"}}
	answer := `{"id":"batch_1","name":"batches/1","processing_status":"in_progress","status":"in_progress","metadata":{"name":"batches/1"}}`
	switch {
	case strings.HasSuffix(req.URL.Path, "/upload/v1beta/files"):
		header.Set("X-Goog-Upload-Url", server+"/upload/v1beta/files?upload_id=1")
	case req.URL.RawQuery == "upload_id=1":
		header.Set("X-Goog-Upload-Status", "final")
		answer = `{"file":{"name":"files/1"}}`
	case strings.HasSuffix(req.URL.Path, "/files"):
		answer = `{"id":"file-1"}`
	}
	return &http.Response{
		StatusCode: 200, Status: "200 OK", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: req, Header: header, Body: io.NopCloser(strings.NewReader(answer)),
	}, nil
}

// unstreamed returns a request's body as JSON without the fields of streaming.
func unstreamed(t *testing.T, body []byte) any {
	t.Helper()
	v := anyJSON(t, body)
	if fields, ok := v.(map[string]any); ok {
		delete(fields, "stream")
		delete(fields, "stream_options")
	}
	return v
}

// itemsOf returns the requests of the batch that was sent, by name.
func (r *recorder) itemsOf(t *testing.T, name llmsim.Protocol) map[string]json.RawMessage {
	t.Helper()
	items := map[string]json.RawMessage{}
	switch name {
	case llmsim.Chat, llmsim.Responses:
		req := r.sent[0]
		req.Body = io.NopCloser(bytes.NewReader(r.bodies[0]))
		form, err := req.MultipartReader()
		check(t, err)
		for {
			part, err := form.NextPart()
			if errors.Is(err, io.EOF) {
				return items
			}
			check(t, err)
			data, err := io.ReadAll(part)
			check(t, err)
			if part.FormName() != "file" {
				continue
			}
			for line := range bytes.Lines(data) {
				var l struct {
					ID     string `json:"custom_id"`
					Method string
					URL    string
					Body   json.RawMessage
				}
				check(t, json.Unmarshal(line, &l))
				if l.Method != "POST" || l.URL != map[llmsim.Protocol]string{llmsim.Chat: "/v1/chat/completions", llmsim.Responses: "/v1/responses"}[name] {
					t.Errorf("a line has %s %s", l.Method, l.URL)
				}
				items[l.ID] = l.Body
			}
		}
	case llmsim.Messages:
		var read sdkanthropic.MessageBatchNewParams // as the SDK has it
		check(t, json.Unmarshal(r.bodies[0], &read))
		var plain struct {
			Requests []struct {
				ID     string `json:"custom_id"`
				Params json.RawMessage
			}
		}
		check(t, json.Unmarshal(r.bodies[0], &plain))
		for i, q := range plain.Requests {
			if read.Requests[i].CustomID != q.ID {
				t.Errorf("the SDK reads the name %q of %q", read.Requests[i].CustomID, q.ID)
			}
			items[q.ID] = q.Params
		}
	case llmsim.Gemini:
		var plain struct {
			Batch struct {
				InputConfig struct {
					Requests struct {
						Requests []struct {
							Request  json.RawMessage
							Metadata struct{ Key string }
						}
					}
				}
			}
		}
		check(t, json.Unmarshal(r.bodies[0], &plain))
		for _, q := range plain.Batch.InputConfig.Requests.Requests {
			items[q.Metadata.Key] = q.Request
		}
	}
	return items
}

// TestBatchRequests holds the requests of a batch to what the SDK sends for the same
// requests one by one.
func TestBatchRequests(t *testing.T) {
	for name, p := range protocols {
		for asked, req := range requests() {
			if name == llmsim.Chat || name == llmsim.Responses {
				req.Model = strings.TrimPrefix(req.Model, "models/")
			}
			c := config{base: server, key: key}
			parts, _ := p.wire.Events(llmtest.Script{Pieces: llmtest.Text, End: llmtest.Stop})
			want := &answering{status: http.StatusOK, body: bytes.Join(parts, nil)}
			c.transport = want
			if r := p.sdk(t.Context(), c, req); r.err != nil {
				t.Fatal(r.err)
			}
			got := &recorder{}
			c.transport = got
			b := batcher(t, name, c)
			st, err := b.Submit(t.Context(), llm.Batch{Key: "mashal-1", Model: req.Model, Items: []llm.BatchItem{{ID: "Ezek-1-1-28_0a", Request: req}, {ID: "Ezek-2-1-10_0b", Request: req}}})
			if err != nil || st.ID == "" {
				t.Fatalf("%s/%s: %v, %+v", name, asked, err, st)
			}
			items := got.itemsOf(t, name)
			if len(items) != 2 {
				t.Errorf("%s/%s: %d requests were sent", name, asked, len(items))
			}
			for id, body := range items {
				if a, b := unstreamed(t, body), unstreamed(t, want.sentBody); !reflect.DeepEqual(a, b) {
					t.Errorf("%s/%s: sent as %s\n%s, and the SDK sends\n%s", name, asked, id, body, want.sentBody)
				}
			}
		}
	}
}

// TestBatchCreation holds the request that creates a batch to the one that the SDK
// sends: address, headers, and what stands around the requests.
func TestBatchCreation(t *testing.T) {
	const ours = "mashal-0a1b2c-0"
	question := llm.Request{Model: "model-1", Prompt: "p"}
	for name := range protocols {
		got, want := &recorder{}, &recorder{}
		_, err := batcher(t, name, config{base: server, key: key, transport: got}).Submit(t.Context(), llm.Batch{Key: ours, Model: "model-1", Items: []llm.BatchItem{{ID: "a", Request: question}}})
		check(t, err)
		client := &http.Client{Transport: want}
		ctx := t.Context()
		switch name {
		case llmsim.Chat, llmsim.Responses:
			c := sdkopenai.NewClient(openaioption.WithAPIKey(key), openaioption.WithBaseURL(server+"/v1"), openaioption.WithHTTPClient(client), openaioption.WithMaxRetries(0))
			_, err := c.Files.New(ctx, sdkopenai.FileNewParams{Purpose: sdkopenai.FilePurposeBatch, File: sdkopenai.File(strings.NewReader("x"), ours+".jsonl", "application/jsonl")})
			check(t, err)
			endpoint := sdkopenai.BatchNewParamsEndpointV1ChatCompletions
			if name == llmsim.Responses {
				endpoint = sdkopenai.BatchNewParamsEndpointV1Responses
			}
			_, err = c.Batches.New(ctx, sdkopenai.BatchNewParams{
				InputFileID: "file-1", Endpoint: endpoint, CompletionWindow: sdkopenai.BatchNewParamsCompletionWindow24h, Metadata: map[string]string{"mashal": ours},
			})
			check(t, err)
		case llmsim.Messages:
			c := sdkanthropic.NewClient(anthropicoption.WithAPIKey(key), anthropicoption.WithBaseURL(server), anthropicoption.WithHTTPClient(client), anthropicoption.WithMaxRetries(0))
			_, err := c.Messages.Batches.New(ctx, sdkanthropic.MessageBatchNewParams{Requests: []sdkanthropic.MessageBatchNewParamsRequest{{
				CustomID: "a", Params: sdkanthropic.MessageBatchNewParamsRequestParams{
					Model: "model-1", MaxTokens: llm.DefaultOutput, Messages: []sdkanthropic.MessageParam{sdkanthropic.NewUserMessage(sdkanthropic.NewTextBlock("p"))},
				},
			}}})
			check(t, err)
		case llmsim.Gemini:
			c, err := genai.NewClient(ctx, &genai.ClientConfig{APIKey: key, Backend: genai.BackendGeminiAPI, HTTPClient: client, HTTPOptions: genai.HTTPOptions{BaseURL: server}})
			check(t, err)
			_, err = c.Batches.Create(ctx, "model-1", &genai.BatchJobSource{InlinedRequests: []*genai.InlinedRequest{{
				Contents: genai.Text("p"), Metadata: map[string]string{"key": "a"}, Config: &genai.GenerateContentConfig{},
			}}}, &genai.CreateBatchJobConfig{DisplayName: ours})
			check(t, err)
		}
		if len(got.sent) != len(want.sent) {
			t.Fatalf("%s: %d requests, and the SDK makes %d", name, len(got.sent), len(want.sent))
		}
		for i := range got.sent {
			a, b := got.sent[i], want.sent[i]
			if a.Method != b.Method || a.URL.String() != b.URL.String() {
				t.Errorf("%s: sent %s %s, and the SDK sends %s %s", name, a.Method, a.URL, b.Method, b.URL)
			}
			for _, header := range []string{"Authorization", "X-Api-Key", "X-Goog-Api-Key", "Anthropic-Version"} {
				if a.Header.Get(header) != b.Header.Get(header) {
					t.Errorf("%s: %s is %q, and the SDK's %q", name, header, a.Header.Get(header), b.Header.Get(header))
				}
			}
			if strings.HasPrefix(b.Header.Get("Content-Type"), "multipart/") {
				continue
			}
			x, y := withoutEmpty(anyJSON(t, got.bodies[i])), withoutEmpty(anyJSON(t, want.bodies[i]))
			if !reflect.DeepEqual(x, y) {
				t.Errorf("%s: sent\n%s, and the SDK sends\n%s", name, got.bodies[i], want.bodies[i])
			}
		}
	}
}

// withoutEmpty returns a value without the fields that say nothing, and without the
// model and the stream of a single request.
func withoutEmpty(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			value = withoutEmpty(value)
			if fields, ok := value.(map[string]any); value == nil || value == false || ok && len(fields) == 0 || name == "model" && v["contents"] != nil {
				delete(v, name)
				continue
			}
			v[name] = value
		}
	case []any:
		for i := range v {
			v[i] = withoutEmpty(v[i])
		}
	}
	return v
}

// TestBatchResults sends batches with our client, also large ones by file, and reads
// their results with it and with the SDK.
func TestBatchResults(t *testing.T) {
	for _, faults := range []string{"", "batch-partial=1", "batch-expired=1", "refusal=0.3,length=0.3", "filtered=0.5", "empty=0.3", "damage-rawbytes=1", "unavailable=0.5", "batch-repeated=1"} {
		for name := range protocols {
			for _, large := range []bool{false, true} {
				if large && (name != llmsim.Gemini || faults != "" && faults != "batch-partial=1") {
					continue // the others send every batch in one way
				}
				t.Run(fmt.Sprintf("%s/%s/large %v", faults, name, large), func(t *testing.T) {
					list, err := llmsim.ParseFaults(faults)
					check(t, err)
					clock := newJumper(60)
					s := start(t, llmsim.Config{Answer: echo, Clock: clock, BatchTime: time.Hour, Faults: list})
					b := batcher(t, name, config{base: s.base, key: key, transport: s.transport})
					batch := llm.Batch{Key: "mashal-1-0", Model: "m", Created: time.Now()}
					for _, item := range batchNames {
						req := llm.Request{Model: "m", Prompt: "Say " + item, MaxOutput: 9000}
						if large {
							req.System = strings.Repeat("manual ", 80_000)
						}
						batch.Items = append(batch.Items, llm.BatchItem{ID: item, Request: req})
					}
					st, err := b.Submit(t.Context(), batch)
					check(t, err)
					if st.Ended || st.Total != len(batchNames) {
						t.Errorf("created as %+v", st)
					}
					check(t, clock.Sleep(t.Context(), 49*time.Hour))
					st, err = b.Status(t.Context(), st.ID)
					check(t, err)
					if !st.Ended {
						t.Fatalf("the batch is %+v", st)
					}
					got := map[string]got{}
					check(t, b.Results(t.Context(), st, func(r llm.BatchResult) error {
						g := resultOf(r)
						if earlier, ok := got[r.ID]; ok && earlier != g {
							t.Errorf("%s is %+v and %+v", r.ID, earlier, g)
						}
						got[r.ID] = g
						if r.Err == nil && (!r.Response.Usage.Reported || r.Response.Usage.Output == 0 || r.Response.Model == "" || r.Response.RequestID == "") {
							t.Errorf("%s has the response %+v", r.ID, r.Response)
						}
						return nil
					}))
					var j job
					switch c := s.sdks(t); name {
					case llmsim.Chat:
						j = followOpenAI(t, c, st.ID, "messages")
					case llmsim.Responses:
						j = followOpenAI(t, c, st.ID, "input")
					case llmsim.Messages:
						j = followAnthropic(t, c, st.ID, len(batchNames))
					case llmsim.Gemini:
						if large { // the SDK reads no results of files
							if len(got) != len(batchNames) {
								t.Errorf("%d results", len(got))
							}
							return
						}
						j = followGemini(t, c, st.ID)
					}
					if strings.ContainsAny(faults, ".") || strings.HasPrefix(faults, "damage") {
						if len(got) != len(batchNames) {
							t.Errorf("%d results", len(got))
						}
						return // the helper for the SDK expects answers with text
					}
					want, _ := j.results()
					if len(want) != len(got) {
						t.Errorf("%d results, and the SDK reads %d", len(got), len(want))
					}
					for id, w := range want {
						if g := got[id]; g.text != w.text || (g.end == "ok") != (w.end == "ok") {
							t.Errorf("%s is %+v, and the SDK reads %+v", id, g, w)
						}
					}
				})
			}
		}
	}
}

// resultOf returns a result as the helpers for the SDKs do.
func resultOf(r llm.BatchResult) got {
	if r.Err != nil {
		return got{string(r.Text), llm.KindOf(r.Err).String()}
	}
	return got{string(r.Text), "ok"}
}

// TestBatchIsFound finds a batch by its key, or by its size and time, among others on
// several pages.
func TestBatchIsFound(t *testing.T) {
	for name := range protocols {
		s := start(t, llmsim.Config{Answer: echo, Clock: newJumper(1), BatchTime: time.Hour})
		b := batcher(t, name, config{base: s.base, key: key, transport: smallPages{s.transport}})
		items := func(n int) (list []llm.BatchItem) {
			for i := range n {
				list = append(list, llm.BatchItem{ID: fmt.Sprint("q-", i), Request: llm.Request{Model: "m", Prompt: fmt.Sprint(n, " ", i)}})
			}
			return list
		}
		ids := map[string]string{}
		for i := 1; i <= 9; i++ {
			st, err := b.Submit(t.Context(), llm.Batch{Key: fmt.Sprintf("mashal-%d-0", i), Model: "m", Items: items(i)})
			check(t, err)
			ids[fmt.Sprint(i)] = st.ID
		}
		for _, n := range []int{1, 5, 9} {
			found, err := b.Find(t.Context(), llm.Batch{Key: fmt.Sprintf("mashal-%d-0", n), Model: "m", Created: time.Now(), Items: items(n)})
			check(t, err)
			if len(found) != 1 || found[0].ID != ids[fmt.Sprint(n)] || found[0].Sure != (name != llmsim.Messages) {
				t.Errorf("%s: found %+v, want %s of %v", name, found, ids[fmt.Sprint(n)], slices.Sorted(maps.Values(ids)))
			}
		}
		if found, err := b.Find(t.Context(), llm.Batch{Key: "mashal-other-0", Model: "m", Created: time.Now(), Items: items(12)}); err != nil || len(found) != 0 {
			t.Errorf("%s: %v, found %+v", name, err, found)
		}
		if found, err := b.Find(t.Context(), llm.Batch{Key: "mashal-other-0", Model: "m", Created: time.Now().Add(24 * time.Hour), Items: items(5)}); err != nil || len(found) != 0 {
			t.Errorf("%s: of tomorrow: %v, found %+v", name, err, found)
		}
		// An upload whose batch was not created is used again.
		again := llm.Batch{Key: "mashal-5-0", Model: "m", Again: true, Items: items(5)}
		if _, err := b.Submit(t.Context(), again); err != nil {
			t.Errorf("%s: again: %v", name, err)
		}
		if _, err := b.Status(t.Context(), ids["1"]); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := b.Status(t.Context(), "batches/none"); llm.KindOf(err) != llm.BadRequest {
			t.Errorf("%s: of no batch: %v", name, err)
		}
		check(t, b.Cancel(t.Context(), ids["9"]))
	}
}

// smallPages is a transport that asks for pages of two elements.
type smallPages struct{ http.RoundTripper }

func (s smallPages) RoundTrip(r *http.Request) (*http.Response, error) {
	q := r.URL.Query()
	for _, name := range []string{"limit", "pageSize"} {
		if q.Has(name) {
			q.Set(name, "2")
		}
	}
	r = r.Clone(r.Context())
	r.URL.RawQuery = q.Encode()
	return s.RoundTripper.RoundTrip(r)
}

// FuzzBatchResults reads lines of results that are damaged in any way: no panic, and
// no text without a line that has it.
func FuzzBatchResults(f *testing.F) {
	for _, line := range []string{
		`{"id":"b","custom_id":"q-1","response":{"status_code":200,"request_id":"r","body":{"model":"m","choices":[{"index":0,"message":{"content":"text"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":4}}},"error":null}`,
		`{"custom_id":"q-1","response":{"status_code":500,"body":{"error":{"message":"m"}}},"error":null}`,
		`{"custom_id":"q-1","response":null,"error":{"code":"batch_expired","message":"m"}}`,
		`{"custom_id":"q-1","result":{"type":"succeeded","message":{"id":"m","model":"m","type":"message","content":[{"type":"text","text":"text"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":2}}}}`,
		`{"custom_id":"q-1","result":{"type":"errored","error":{"type":"error","error":{"type":"api_error","message":"m"}}}}`,
		`{"custom_id":"q-1","result":{"type":"expired"}}`,
		`{"key":"q-1","response":{"candidates":[{"content":{"parts":[{"text":"text"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":2},"modelVersion":"m"}}`,
		`{"metadata":{"key":"q-1"},"error":{"code":500,"message":"m"}}`,
		`{"custom_id":"q-1","response":{"status_code":200,"body":{"object":"response","status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"text"}]}]}}}`,
		"\n\n{\"custom_id\":1}\nnull\n[]\n\"x\"\n{", "",
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		for name := range protocols {
			p, err := protocols[name].ours(config{base: server, key: key, transport: &answering{status: 200, body: file}})
			check(t, err)
			b := p.(llm.Batcher)
			st := llm.BatchStatus{ID: "batch_1", Ended: true, Outputs: []string{"files/1"}}
			n := 0
			err = b.Results(t.Context(), st, func(r llm.BatchResult) error {
				n++
				if r.Err == nil && len(r.Text) == 0 {
					t.Errorf("%s: a complete answer has no text: %+v", name, r)
				}
				if r.Err != nil && llm.KindOf(r.Err) == llm.KindNone {
					t.Errorf("%s: %v is of no kind", name, r.Err)
				}
				if r.Unanswered && len(r.Text) > 0 {
					t.Errorf("%s: not processed, with text", name)
				}
				return nil
			})
			lines := 0
			for line := range bytes.Lines(file) {
				if len(bytes.TrimSpace(line)) > 0 {
					lines++
				}
			}
			if n > lines || err == nil && n != lines {
				t.Errorf("%s: %d results of %d lines: %v", name, n, lines, err)
			}
		}
	})
}
