package gemini

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"mashal/llm"
)

// batchResult is the result of one item, in the operation or in a line of a file.
type batchResult struct {
	Key      string          `json:"key"`
	Metadata metadata        `json:"metadata"`
	Response json.RawMessage `json:"response"`
	Error    json.RawMessage `json:"error"`
	Status   json.RawMessage `json:"status"` // some files have the error here
}

// Results implements llm.Batcher. The results are in a file if the requests were,
// and otherwise in the operation.
func (c *Client) Results(ctx context.Context, b llm.BatchStatus, emit func(llm.BatchResult) error) error {
	for _, name := range b.Outputs {
		if strings.HasPrefix(name, "files/") {
			f := c.fetch(http.MethodGet, "v1beta/"+escape(name)+":download", "", nil)
			f.URL.RawQuery = "alt=media"
			if err := c.endpoint.FetchLines(ctx, f, func(line []byte) error { return emit(c.result(ctx, line)) }); err != nil {
				return err
			}
			continue
		}
		o, err := c.operation(ctx, name)
		if err != nil {
			return err
		}
		for _, out := range []output{o.Response, o.Metadata.Output} {
			if out.Inline == nil {
				continue
			}
			for _, raw := range out.Inline.List {
				if err := emit(c.result(ctx, raw)); err != nil {
					return err
				}
			}
			break
		}
	}
	return nil
}

// result reads one result.
func (c *Client) result(ctx context.Context, line []byte) llm.BatchResult {
	var l batchResult
	if err := json.Unmarshal(line, &l); err != nil {
		return llm.BatchResult{Err: &llm.Error{Kind: llm.Malformed, Provider: c.Name(), Err: errors.New("a result is not a JSON object")}}
	}
	r := llm.BatchResult{ID: l.Key}
	if r.ID == "" {
		r.ID = l.Metadata.Key
	}
	if isNull(l.Error) {
		l.Error = l.Status
	}
	body := []byte(l.Response)
	switch {
	case !isNull(l.Error):
		body = append(append([]byte(`{"error":`), l.Error...), '}')
	case isNull(l.Response):
		r.Err = &llm.Error{Kind: llm.Malformed, Provider: c.Name(), Err: errors.New("a result has neither a response nor an error")}
		return r
	}
	x := c.endpoint.Recorded("", http.StatusOK, "", body)
	a := &answer{text: func(text []byte) error { r.Text = append(r.Text, text...); return nil }}
	a.read(x)
	r.Err = a.result(ctx, x)
	a.resp.Model, a.resp.End = x.Clean(a.resp.Model), x.Clean(a.resp.End)
	a.resp.Status, a.resp.RequestID = http.StatusOK, x.Clean(a.resp.RequestID)
	r.Response = a.resp
	return r
}

// isNull reports whether a field is missing or null.
func isNull(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }
