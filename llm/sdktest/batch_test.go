package sdktest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	sdkanthropic "github.com/anthropics/anthropic-sdk-go"
	sdkopenai "github.com/openai/openai-go/v3"

	"mashal/llm/llmsim"
)

var batchNames = func() []string {
	names := make([]string, 40)
	for i := range names {
		names[i] = fmt.Sprint("q-", i)
	}
	return names
}()

// TestBatches sends batches to the simulator with the SDKs, and follows them to
// their end.
func TestBatches(t *testing.T) {
	const hour = time.Hour
	for _, test := range []struct {
		name   string
		faults string
		cancel time.Duration // how long after its creation it is cancelled; 0 for never
		wait   time.Duration
		states map[llmsim.Protocol]string // after wait, by protocol; "" for both of OpenAI's
		least  int                        // the fewest answers; -1 if the batch has not ended
		most   int
		other  map[llmsim.Protocol]string // how questions without an answer end; "" if they are not listed
	}{
		{
			name: "under way", wait: 30 * time.Minute,
			states: map[llmsim.Protocol]string{"": "in_progress", llmsim.Messages: "in_progress", llmsim.Gemini: "running"}, least: -1,
		},
		{
			name: "whole", wait: hour,
			states: map[llmsim.Protocol]string{"": "completed", llmsim.Messages: "ended", llmsim.Gemini: "succeeded"}, least: 40, most: 40,
		},
		{
			name: "cancelled", cancel: 30 * time.Minute, wait: hour,
			states: map[llmsim.Protocol]string{"": "cancelled", llmsim.Messages: "ended", llmsim.Gemini: "cancelled"}, least: 20, most: 20,
			other: map[llmsim.Protocol]string{"": "batch_cancelled", llmsim.Messages: "canceled"},
		},
		{
			name: "partial", faults: "batch-partial=1", wait: hour,
			states: map[llmsim.Protocol]string{"": "completed", llmsim.Messages: "ended", llmsim.Gemini: "succeeded"}, least: 20, most: 36,
			other: map[llmsim.Protocol]string{"": "500", llmsim.Messages: "errored", llmsim.Gemini: "500"},
		},
		{
			name: "in part by faults of the service", faults: "unavailable=0.5", wait: hour,
			states: map[llmsim.Protocol]string{"": "completed", llmsim.Messages: "ended", llmsim.Gemini: "succeeded"}, least: 10, most: 30,
			other: map[llmsim.Protocol]string{"": "503", llmsim.Messages: "errored", llmsim.Gemini: "503"},
		},
		{
			name: "not by faults of the stream", faults: "stream=1", wait: hour,
			states: map[llmsim.Protocol]string{"": "completed", llmsim.Messages: "ended", llmsim.Gemini: "succeeded"}, least: 40, most: 40,
		},
		{
			name: "not yet expired", faults: "batch-expired=1", wait: 23 * hour,
			states: map[llmsim.Protocol]string{"": "in_progress", llmsim.Messages: "in_progress", llmsim.Gemini: "running"}, least: -1,
		},
		{
			name: "expired", faults: "batch-expired=1", wait: 48 * hour,
			states: map[llmsim.Protocol]string{"": "expired", llmsim.Messages: "ended", llmsim.Gemini: "expired"}, least: 3, most: 36,
			other: map[llmsim.Protocol]string{"": "batch_expired", llmsim.Messages: "expired"},
		},
		{
			name: "failed", faults: "batch-failed=1", wait: hour,
			states: map[llmsim.Protocol]string{"": "failed", llmsim.Messages: "ended", llmsim.Gemini: "failed"},
			other:  map[llmsim.Protocol]string{llmsim.Messages: "errored"},
		},
	} {
		for p, send := range senders {
			t.Run(test.name+" "+string(p), func(t *testing.T) {
				faults, err := llmsim.ParseFaults(test.faults)
				check(t, err)
				clock := newJumper(60)
				s := start(t, llmsim.Config{Answer: echo, Clock: clock, BatchTime: hour, Faults: faults})
				j := send(t, s.sdks(t), batchNames, func(name string) string { return "Say " + name })
				of := func(m map[llmsim.Protocol]string) string {
					if p == llmsim.Chat || p == llmsim.Responses {
						return m[""]
					}
					return m[p]
				}
				if test.cancel > 0 {
					check(t, clock.Sleep(context.Background(), test.cancel))
					check(t, j.cancel())
				}
				check(t, clock.Sleep(context.Background(), test.wait-test.cancel))
				if state := j.state(); state != of(test.states) {
					t.Fatalf("the batch is %s, want %s", state, of(test.states))
				}
				if test.least < 0 {
					return
				}
				all, order := j.results()
				least, most := test.least, test.most
				if p == llmsim.Gemini && (test.name == "cancelled" || test.name == "expired") {
					least, most = 0, 0
				}
				answers := 0
				for name, g := range all {
					switch {
					case g.end != "ok" && g.end != of(test.other):
						t.Errorf("%s ends as %s, want %s", name, g.end, of(test.other))
					case g.end == "ok" && g.text != "You said: Say "+name:
						t.Errorf("%s is answered %q", name, g.text)
					case g.end == "ok":
						answers++
					}
				}
				if answers < least || answers > most || of(test.other) != "" && len(all) != 40 || len(order) != len(all) {
					t.Errorf("%d answers and %d others, want from %d to %d", answers, len(all)-answers, least, most)
				}
				if p == llmsim.Messages && slices.Equal(order, batchNames) {
					t.Error("the results are in order")
				}
				if again, _ := j.results(); fmt.Sprint(again) != fmt.Sprint(all) {
					t.Error("asked again, the results are others")
				}
				if err := j.cancel(); err == nil {
					t.Error("what has ended can be cancelled")
				}
				charged := 0
				entries := s.entries(t)
				for _, e := range entries {
					if e.Batch == "" || e.Stream || e.Protocol != p || e.Finished != (e.Output > 0) {
						t.Errorf("logged %+v", e)
					}
					if e.Output > 0 {
						charged++
					}
				}
				if charged != answers || len(entries) != 40 {
					t.Errorf("%d of %d are charged, and %d answered", charged, len(entries), answers)
				}
			})
		}
	}
}

// TestBatchQuestions checks that an error in one question is reported for that
// question alone.
func TestBatchQuestions(t *testing.T) {
	for p, send := range senders {
		s := start(t, llmsim.Config{Answer: echo})
		j := send(t, s.sdks(t), []string{"a", "b"}, func(name string) string { return map[string]string{"a": "Say so", "b": "Say what"}[name] })
		all, _ := j.results()
		if all["a"] != (got{"You said: Say so", "ok"}) || all["b"].text != "" || all["b"].end != map[llmsim.Protocol]string{llmsim.Messages: "errored"}[p] && all["b"].end != "400" {
			t.Errorf("%s: %+v", p, all)
		}
	}
}

// TestBatchDamage checks answers that are not UTF-8.
func TestBatchDamage(t *testing.T) {
	for p, send := range senders {
		faults, err := llmsim.ParseFaults("damage-rawbytes=1")
		check(t, err)
		s := start(t, llmsim.Config{Faults: faults})
		all, _ := send(t, s.sdks(t), batchNames, func(name string) string { return name }).results()
		for name, g := range all {
			if g.end != "ok" || g.text == chapter || len(g.text) < len(chapter)/2 {
				t.Errorf("%s: %s ends as %s: %q", p, name, g.end, g.text)
			}
		}
		if len(all) != len(batchNames) {
			t.Errorf("%s: %d answers", p, len(all))
		}
	}
}

// TestBatchCalendar checks that times in batches are in the clients' time, in
// which days pass faster by the simulator's scale.
func TestBatchCalendar(t *testing.T) {
	s := start(t, llmsim.Config{Answer: echo, Clock: newJumper(60), BatchTime: time.Hour})
	c := s.sdks(t)
	b, err := c.anthropic.Messages.Batches.New(t.Context(), sdkanthropic.MessageBatchNewParams{Requests: []sdkanthropic.MessageBatchNewParamsRequest{
		{CustomID: "a", Params: sdkanthropic.MessageBatchNewParamsRequestParams{Model: "m", MaxTokens: 9, Messages: []sdkanthropic.MessageParam{sdkanthropic.NewUserMessage(sdkanthropic.NewTextBlock("x"))}}},
	}})
	check(t, err)
	if life := b.ExpiresAt.Sub(b.CreatedAt).Round(time.Second); life != 24*time.Minute {
		t.Errorf("24 hours at scale 60 are told as %s", life)
	}
}

// TestBatchRefused checks that an invalid batch is refused with the vendor's
// error, and that batches of other keys are not visible.
func TestBatchRefused(t *testing.T) {
	s := start(t, llmsim.Config{Answer: echo, BatchTime: time.Hour})
	c := s.sdks(t)
	for p, send := range senders {
		send(t, c, []string{"a"}, func(string) string { return string(p) })
	}
	upload := func(lines string) string {
		file, err := c.openai.Files.New(t.Context(), sdkopenai.FileNewParams{Purpose: sdkopenai.FilePurposeBatch, File: sdkopenai.File(strings.NewReader(lines), "q.jsonl", "application/jsonl")})
		check(t, err)
		return file.ID
	}
	good := `{"custom_id":"a","method":"POST","url":"/v1/responses","body":{"model":"m","input":"x"}}` + "\n"
	for lines, code := range map[string]string{
		good + "{\n": "invalid_json_line",
		good + good:  "duplicate_custom_id",
		"\n":         "empty_file",
		strings.ReplaceAll(good, "responses", "embeddings"): "invalid_url",
		`{"custom_id":"a"}`: "missing_required_parameter",
	} {
		b, err := c.openai.Batches.New(t.Context(), sdkopenai.BatchNewParams{InputFileID: upload(lines), Endpoint: "/v1/responses", CompletionWindow: "24h"})
		check(t, err)
		if b.Status != "failed" || len(b.Errors.Data) != 1 || b.Errors.Data[0].Code != code {
			t.Errorf("%q: %s, want %s", lines, b.RawJSON(), code)
		}
	}
	id := upload(good)
	if _, err := c.openai.Files.Delete(t.Context(), id); err != nil {
		t.Error(err)
	}
	id2 := upload(good)
	for _, test := range []struct {
		method, path, body, key string
		status                  int
	}{
		{"POST", "/v1/batches", `{"input_file_id":"` + id + `","endpoint":"/v1/responses","completion_window":"24h"}`, key, 400},
		{"POST", "/v1/batches", `{"input_file_id":"` + id2 + `","endpoint":"/v1/embeddings","completion_window":"24h"}`, key, 400},
		{"POST", "/v1/batches", `{"input_file_id":"` + id2 + `","endpoint":"/v1/responses","completion_window":"1h"}`, key, 400},
		{"POST", "/v1/batches", `{"input_file_id":"` + id2 + `","endpoint":"/v1/responses","completion_window":"24h"}`, "another", 400},
		{"POST", "/v1/batches", `{`, key, 400},
		{"GET", "/v1/batches/batch_0", ``, key, 404},
		{"POST", "/v1/batches/batch_0/cancel", ``, key, 404},
		{"GET", "/v1/files/" + id, ``, key, 404},
		{"GET", "/v1/files/" + id2, ``, key, 200},
		{"GET", "/v1/files/" + id2 + "/content", ``, "another", 404},
		{"DELETE", "/v1/files/" + id2, ``, "another", 404},
		{"POST", "/v1/files", `purpose=batch`, key, 400},
		{"POST", "/v1/messages/batches", `{"requests":[]}`, key, 400},
		{"POST", "/v1/messages/batches", `{"requests":[{"custom_id":"a"},{"custom_id":"a"}]}`, key, 400},
		{"POST", "/v1/messages/batches", `{"requests":[{}]}`, key, 400},
		{"GET", "/v1/messages/batches/msgbatch_0", ``, key, 404},
		{"GET", "/v1/messages/batches/msgbatch_0/results", ``, key, 404},
		{"POST", "/v1beta/models/m:batchGenerateContent", `{}`, key, 400},
		{"POST", "/v1beta/models/m:batchGenerateContent", `[`, key, 400},
		{"GET", "/v1beta/batches/0", ``, key, 404},
		{"POST", "/v1beta/batches/0:cancel", ``, key, 404},
		{"POST", "/v1beta/batches/0:destroy", ``, key, 400},
	} {
		if status, said := s.call(t, test.method, test.path, test.body, test.key); status != test.status || status != 200 && !strings.Contains(said, `"message"`) {
			t.Errorf("%s %s %s: status %d, want %d: %s", test.method, test.path, test.body, status, test.status, said)
		}
	}
	for path, want := range map[string][2]int{"/v1/batches": {7, 0}, "/v1/messages/batches": {1, 0}, "/v1beta/batches": {1, 0}} {
		for i, k := range []string{key, "another"} {
			status, said := s.call(t, "GET", path, "", k)
			var list struct{ Data, Operations []any }
			if err := json.Unmarshal([]byte(said), &list); err != nil || status != 200 || len(list.Data)+len(list.Operations) != want[i] {
				t.Errorf("%s lists %s, want %d", path, said, want[i])
			}
		}
	}
	// A batch has no results before its end.
	_, said := s.call(t, "GET", "/v1/messages/batches", "", key)
	var list struct{ Data []struct{ ID string } }
	check(t, json.Unmarshal([]byte(said), &list))
	if status, said := s.call(t, "GET", "/v1/messages/batches/"+list.Data[0].ID+"/results", "", key); status != 400 {
		t.Errorf("results before the end: %d, %s", status, said)
	}
}

// call sends a request with a key, without an SDK.
func (s *sim) call(t *testing.T, method, path, body, key string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.base+path, strings.NewReader(body))
	check(t, err)
	switch {
	case strings.HasPrefix(path, "/v1/messages"):
		req.Header.Set("X-Api-Key", key)
		req.Header.Set("Anthropic-Version", "2023-06-01")
	case strings.HasPrefix(path, "/v1beta"):
		req.Header.Set("X-Goog-Api-Key", key)
	default:
		req.Header.Set("Authorization", "Bearer "+key)
	}
	resp, err := s.transport.RoundTrip(req)
	check(t, err)
	said, err := io.ReadAll(resp.Body)
	check(t, err)
	check(t, resp.Body.Close())
	return resp.StatusCode, string(said)
}
