package openai

import (
	"context"
	"encoding/json"
	"errors"
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
	if c.config.Responses {
		a.readResponses(x)
	} else {
		a.readChat(x)
	}
	r.Err = a.result(ctx, x)
	a.resp.Model, a.resp.End = x.Clean(a.resp.Model), x.Clean(a.resp.End)
	a.resp.Status, a.resp.RequestID = status, x.RequestID()
	r.Response = a.resp
	return r
}
