package openai

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/tidwall/gjson"

	"mashal/llm"
)

// Results implements llm.Batcher. Answers and errors are in two files, in any
// order.
func (c *Client) Results(ctx context.Context, b llm.BatchStatus, emit func(llm.BatchResult) error) error {
	for _, file := range b.Outputs {
		f := c.fetch(http.MethodGet, "files/"+url.PathEscape(file)+"/content", "", nil)
		if err := c.endpoint.FetchLines(ctx, f, func(line []byte) error { return emit(c.result(ctx, line)) }); err != nil {
			return err
		}
	}
	return nil
}

// result reads one line of a file of results.
func (c *Client) result(ctx context.Context, line []byte) llm.BatchResult {
	if !json.Valid(line) {
		return llm.BatchResult{Err: &llm.Error{Kind: llm.Malformed, Provider: c.Name(), Err: errors.New("a line of the results is not JSON")}}
	}
	l := gjson.ParseBytes(line)
	r := llm.BatchResult{ID: l.Get("custom_id").String()}
	response, failed := l.Get("response"), l.Get("error")
	body := response.Get("body")
	status := int(response.Get("status_code").Int())
	switch code := failed.Get("code").String(); {
	case code == "batch_expired" || code == "batch_cancelled":
		r.Unanswered = true
		r.Err = &llm.Error{Kind: llm.Canceled, Provider: c.Name(), Err: errors.New(llm.RedactText(failed.Get("message").String()))}
		return r
	case response.IsObject():
	case failed.IsObject():
		e := llm.APIError{Code: code, Message: failed.Get("message").String()}
		x := c.endpoint.Recorded("", http.StatusOK, "", nil)
		r.Err = x.Failure(ctx, kindOf(http.StatusOK, e), e)
		return r
	default:
		r.Err = &llm.Error{Kind: llm.Malformed, Provider: c.Name(), Err: errors.New("a result has neither a response nor an error")}
		return r
	}
	if status == 0 {
		status = http.StatusOK
	}
	x := c.endpoint.Recorded("", status, response.Get("request_id").String(), []byte(body.Raw))
	a := &answer{text: func(text []byte) error { r.Text = append(r.Text, text...); return nil }}
	switch told := body.Get("error"); {
	case status >= 300:
	case told.IsObject():
		e := llm.ParseAPIError([]byte(body.Raw))
		a.kind, a.reason = kindOf(status, e), e
	case !body.IsObject():
		a.bad = errors.New("the body of a response is not an object")
	case c.config.Responses:
		a.wholeResponse(body)
	default:
		a.wholeChat(body)
	}
	r.Err = a.result(ctx, x)
	a.resp.Model, a.resp.End = x.Clean(a.resp.Model), x.Clean(a.resp.End)
	a.resp.Status, a.resp.RequestID = status, x.RequestID()
	r.Response = a.resp
	return r
}

// wholeChat takes an answer of Chat Completions that came as one object.
func (a *answer) wholeChat(body gjson.Result) {
	a.resp.Model = body.Get("model").String()
	if u := body.Get("usage"); u.IsObject() {
		a.resp.Usage = chatUsage(u)
	}
	body.Get("choices").ForEach(func(_, choice gjson.Result) bool {
		if choice.Get("index").Int() != 0 {
			return true
		}
		message := choice.Get("message")
		a.refuse(message.Get("refusal").String())
		if a.take(message.Get("content").String()) {
			if reason := choice.Get("finish_reason").String(); reason != "" {
				a.finish(reason)
			}
		}
		return false
	})
	if a.resp.End == "" {
		a.bad = errors.New("the answer has no finish_reason")
	}
	a.resp.Usage.Reported = a.resp.End != "" && a.resp.Usage.Total() > 0
}

// wholeResponse takes an answer of Responses that came as one object.
func (a *answer) wholeResponse(body gjson.Result) {
	body.Get("output").ForEach(func(_, item gjson.Result) bool {
		if item.Get("type").String() != "message" {
			return true
		}
		item.Get("content").ForEach(func(_, part gjson.Result) bool {
			switch part.Get("type").String() {
			case "output_text":
				return a.take(part.Get("text").String())
			case "refusal":
				a.refuse(part.Get("refusal").String())
			}
			return true
		})
		return a.textErr == nil
	})
	switch status := body.Get("status").String(); status {
	case "completed", "incomplete", "failed", "cancelled":
		event, err := json.Marshal(map[string]any{"type": "response." + status, "response": json.RawMessage(body.Raw)})
		if err != nil {
			a.bad = err
			return
		}
		a.respond(gjson.ParseBytes(event))
	default:
		a.bad = fmt.Errorf("the response has the status %q", llm.RedactText(status))
	}
}
