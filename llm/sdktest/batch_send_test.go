package sdktest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	sdkanthropic "github.com/anthropics/anthropic-sdk-go"
	sdkopenai "github.com/openai/openai-go/v3"
	"google.golang.org/genai"

	"mashal/llm/llmsim"
)

// A got is the result of one question of a batch.
type got struct {
	text string // of the answer
	end  string // "ok", or the vendor's word for why there is no answer
}

// A job is a batch, as a vendor's SDK has it.
type job struct {
	state   func() string // returns the vendor's word
	cancel  func() error
	results func() (map[string]got, []string) // returns results by name, and the names in their order
}

// A sender sends a batch with a prompt for each name.
type sender func(t *testing.T, c sdks, names []string, prompt func(name string) string) job

func sendOpenAI(t *testing.T, c sdks, names []string, prompt func(string) string, endpoint, field string) job {
	ctx := t.Context()
	var lines bytes.Buffer
	for _, name := range names {
		var content any = prompt(name)
		if field == "messages" {
			content = []any{map[string]any{"role": "user", "content": prompt(name)}}
		}
		check(t, json.NewEncoder(&lines).Encode(map[string]any{
			"custom_id": name, "method": "POST", "url": endpoint, "body": map[string]any{"model": "m", field: content},
		}))
	}
	file, err := c.openai.Files.New(ctx, sdkopenai.FileNewParams{Purpose: sdkopenai.FilePurposeBatch, File: sdkopenai.File(&lines, "questions.jsonl", "application/jsonl")})
	check(t, err)
	b, err := c.openai.Batches.New(ctx, sdkopenai.BatchNewParams{
		InputFileID: file.ID, Endpoint: sdkopenai.BatchNewParamsEndpoint(endpoint), CompletionWindow: sdkopenai.BatchNewParamsCompletionWindow24h,
		Metadata: map[string]string{"run": "1"},
	})
	check(t, err)
	if b.Metadata["run"] != "1" || b.RequestCounts.Total != int64(len(names)) || b.ExpiresAt <= b.CreatedAt {
		t.Errorf("created as %s", b.RawJSON())
	}
	return followOpenAI(t, c, b.ID, field)
}

// followOpenAI returns the batch with this id. field is that of the prompt.
func followOpenAI(t *testing.T, c sdks, id, field string) job {
	ctx := t.Context()
	get := func() *sdkopenai.Batch {
		t.Helper()
		now, err := c.openai.Batches.Get(ctx, id)
		check(t, err)
		return now
	}
	return job{
		state:  func() string { return string(get().Status) },
		cancel: func() error { _, err := c.openai.Batches.Cancel(ctx, id); return err },
		results: func() (map[string]got, []string) {
			all, order := map[string]got{}, []string(nil)
			now := get()
			for _, id := range []string{now.OutputFileID, now.ErrorFileID} {
				if id == "" {
					continue
				}
				resp, err := c.openai.Files.Content(ctx, id)
				check(t, err)
				data, err := io.ReadAll(resp.Body)
				check(t, err)
				check(t, resp.Body.Close())
				for line := range bytes.Lines(data) {
					var l struct {
						ID       string `json:"custom_id"`
						Response *struct {
							Status int `json:"status_code"`
							Body   json.RawMessage
						}
						Error *struct{ Code string }
					}
					check(t, json.Unmarshal(line, &l))
					g := got{end: "ok"}
					switch {
					case l.Error != nil:
						g.end = l.Error.Code
					case l.Response.Status != 200:
						g.end = fmt.Sprint(l.Response.Status)
					case field == "input":
						var r struct {
							Output []struct{ Content []struct{ Text string } }
						}
						check(t, json.Unmarshal(l.Response.Body, &r))
						g.text = r.Output[0].Content[0].Text
					default:
						var r sdkopenai.ChatCompletion
						check(t, json.Unmarshal(l.Response.Body, &r))
						g.text = r.Choices[0].Message.Content
					}
					all[l.ID] = g
					order = append(order, l.ID)
				}
			}
			return all, order
		},
	}
}

func sendAnthropic(t *testing.T, c sdks, names []string, prompt func(string) string) job {
	ctx := t.Context()
	var p sdkanthropic.MessageBatchNewParams
	for _, name := range names {
		p.Requests = append(p.Requests, sdkanthropic.MessageBatchNewParamsRequest{CustomID: name, Params: sdkanthropic.MessageBatchNewParamsRequestParams{
			Model: "m", MaxTokens: 9000, Messages: []sdkanthropic.MessageParam{sdkanthropic.NewUserMessage(sdkanthropic.NewTextBlock(prompt(name)))},
		}})
	}
	b, err := c.anthropic.Messages.Batches.New(ctx, p)
	check(t, err)
	return followAnthropic(t, c, b.ID, len(names))
}

// followAnthropic returns the batch with this id, which has a number of requests.
func followAnthropic(t *testing.T, c sdks, id string, requests int) job {
	ctx := t.Context()
	return job{
		state: func() string {
			now, err := c.anthropic.Messages.Batches.Get(ctx, id, sdkanthropic.MessageBatchGetParams{})
			check(t, err)
			n := now.RequestCounts
			if n.Processing+n.Succeeded+n.Errored+n.Canceled+n.Expired != int64(requests) || (now.ResultsURL != "") != (now.ProcessingStatus == "ended") {
				t.Errorf("the batch is %s", now.RawJSON())
			}
			return string(now.ProcessingStatus)
		},
		cancel: func() error {
			_, err := c.anthropic.Messages.Batches.Cancel(ctx, id, sdkanthropic.MessageBatchCancelParams{})
			return err
		},
		results: func() (map[string]got, []string) {
			all, order := map[string]got{}, []string(nil)
			stream := c.anthropic.Messages.Batches.ResultsStreaming(ctx, id, sdkanthropic.MessageBatchResultsParams{})
			for stream.Next() {
				r := stream.Current()
				g := got{end: r.Result.Type}
				if g.end == "succeeded" {
					g = got{r.Result.Message.Content[0].Text, "ok"}
				}
				all[r.CustomID] = g
				order = append(order, r.CustomID)
			}
			check(t, stream.Err())
			return all, order
		},
	}
}

func sendGemini(t *testing.T, c sdks, names []string, prompt func(string) string) job {
	ctx := t.Context()
	src := &genai.BatchJobSource{}
	for _, name := range names {
		src.InlinedRequests = append(src.InlinedRequests, &genai.InlinedRequest{
			Contents: genai.Text(prompt(name)), Metadata: map[string]string{"key": name},
			Config: &genai.GenerateContentConfig{MaxOutputTokens: 9000, SystemInstruction: genai.NewContentFromText("The manual.", "")},
		})
	}
	b, err := c.gemini.Batches.Create(ctx, "m", src, &genai.CreateBatchJobConfig{DisplayName: "run 1"})
	check(t, err)
	if b.DisplayName != "run 1" {
		t.Errorf("created as %+v", b)
	}
	return followGemini(t, c, b.Name)
}

// followGemini returns the batch with this name.
func followGemini(t *testing.T, c sdks, name string) job {
	ctx := t.Context()
	get := func() *genai.BatchJob {
		now, err := c.gemini.Batches.Get(ctx, name, nil)
		check(t, err)
		return now
	}
	return job{
		state:  func() string { return strings.ToLower(strings.TrimPrefix(string(get().State), "JOB_STATE_")) },
		cancel: func() error { return c.gemini.Batches.Cancel(ctx, name, nil) },
		results: func() (map[string]got, []string) {
			all, order := map[string]got{}, []string(nil)
			now := get()
			if now.Dest == nil {
				return all, nil
			}
			for _, r := range now.Dest.InlinedResponses {
				g := got{end: "ok"}
				if r.Error != nil {
					g.end = fmt.Sprint(*r.Error.Code)
				} else {
					g.text = r.Response.Text()
				}
				all[r.Metadata["key"]] = g
				order = append(order, r.Metadata["key"])
			}
			return all, order
		},
	}
}

var senders = map[llmsim.Protocol]sender{
	llmsim.Chat: func(t *testing.T, c sdks, names []string, prompt func(string) string) job {
		return sendOpenAI(t, c, names, prompt, "/v1/chat/completions", "messages")
	},
	llmsim.Responses: func(t *testing.T, c sdks, names []string, prompt func(string) string) job {
		return sendOpenAI(t, c, names, prompt, "/v1/responses", "input")
	},
	llmsim.Messages: sendAnthropic,
	llmsim.Gemini:   sendGemini,
}
