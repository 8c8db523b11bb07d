package openai

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"time"

	"mashal/llm"
)

var _ llm.Batcher = (*Client)(nil)

// batchLimits are those that OpenAI documents, with room for the form around the
// file.
var batchLimits = llm.BatchLimits{Requests: 50_000, Bytes: 190 << 20, Life: 24 * time.Hour}

// BatchLimits implements llm.Batcher.
func (c *Client) BatchLimits() llm.BatchLimits { return batchLimits }

// batchLine is one line of the input file.
type batchLine struct {
	ID     string `json:"custom_id"`
	Method string `json:"method"`
	URL    string `json:"url"`
	Body   any    `json:"body"`
}

// path returns the path of the requests of a batch.
func (c *Client) path() string {
	if c.config.Responses {
		return "/v1/responses"
	}
	return "/v1/chat/completions"
}

// line returns an item as a line of the input file.
func (c *Client) line(item llm.BatchItem) ([]byte, error) {
	if err := item.Request.Validate(); err != nil {
		return nil, &llm.Error{Kind: llm.BadRequest, Provider: c.Name(), Model: item.Request.Model, Err: err}
	}
	line := batchLine{ID: item.ID, Method: http.MethodPost, URL: c.path()}
	item.Request.Omit |= llm.ParamStream
	if c.config.Responses {
		line.Body, _ = c.responsesRequest(item.Request)
	} else {
		line.Body, _ = c.chatRequest(item.Request)
	}
	data, err := llm.Encode(line)
	return append(data, '\n'), err
}

// BatchSize implements llm.Batcher.
func (c *Client) BatchSize(item llm.BatchItem) (int64, error) {
	line, err := c.line(item)
	return int64(len(line)), err
}

// batchObject is a batch as the server describes it.
type batchObject struct {
	ID       string            `json:"id"`
	Status   string            `json:"status"`
	Input    string            `json:"input_file_id"`
	Output   string            `json:"output_file_id"`
	Errors   string            `json:"error_file_id"`
	Created  int64             `json:"created_at"`
	Expires  int64             `json:"expires_at"`
	Metadata map[string]string `json:"metadata"`
	Counts   struct {
		Total     int `json:"total"`
		Completed int `json:"completed"`
		Failed    int `json:"failed"`
	} `json:"request_counts"`
	Failure struct {
		Data []struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		} `json:"data"`
	} `json:"errors"`
}

// status returns what the server says of a batch. A state that is not known is one
// of a batch under way.
func (b *batchObject) status() llm.BatchStatus {
	st := llm.BatchStatus{
		ID: b.ID, State: llm.RedactText(b.Status), Created: unix(b.Created), Expires: unix(b.Expires),
		Total: b.Counts.Total, Succeeded: b.Counts.Completed, Failed: b.Counts.Failed, Input: b.Input,
	}
	switch b.Status {
	case "completed", "failed", "expired", "cancelled":
		st.Ended = true
	}
	for _, file := range []string{b.Output, b.Errors} {
		if file != "" {
			st.Outputs = append(st.Outputs, file)
		}
	}
	if st.Ended && len(b.Failure.Data) > 0 {
		first := b.Failure.Data[0]
		st.Error = llm.RedactText(llm.APIError{Code: first.Code, Message: first.Message}.Error())
	}
	return st
}

func unix(seconds int64) time.Time {
	if seconds <= 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

// keyField is the name of our key in the metadata of a batch.
const keyField = "mashal"

// Submit implements llm.Batcher. It uploads the requests as a file and creates a
// batch that reads it.
func (c *Client) Submit(ctx context.Context, b llm.Batch) (llm.BatchStatus, error) {
	var file string
	if b.Again {
		var err error
		if file, err = c.findFile(ctx, b); err != nil {
			return llm.BatchStatus{}, err
		}
	}
	if file == "" {
		var err error
		if file, err = c.upload(ctx, b); err != nil {
			return llm.BatchStatus{}, noBatches(err)
		}
	}
	body, err := llm.Encode(map[string]any{
		"input_file_id": file, "endpoint": c.path(), "completion_window": "24h", "metadata": map[string]string{keyField: b.Key},
	})
	if err != nil {
		return llm.BatchStatus{}, err
	}
	if err := b.Allow(ctx); err != nil {
		return llm.BatchStatus{}, err
	}
	var created batchObject
	if err := c.object(ctx, c.fetch(http.MethodPost, "batches", b.Model, body), &created); err != nil {
		return llm.BatchStatus{}, noBatches(err)
	}
	return created.status(), nil
}

// noBatches returns the error of a server whose addresses for batches do not exist.
func noBatches(err error) error {
	var e *llm.Error
	if errors.As(err, &e) && (e.Status == http.StatusNotFound || e.Status == http.StatusMethodNotAllowed || e.Status == http.StatusNotImplemented) {
		e.Kind, e.Err = llm.BadRequest, fmt.Errorf("%w: %w", llm.ErrNoBatches, e.Err)
	}
	return err
}

// fileName returns the name of the input file of a batch.
func fileName(key string) string { return key + ".jsonl" }

// upload uploads the input file and returns the server's name of it.
func (c *Client) upload(ctx context.Context, b llm.Batch) (id string, err error) {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	if err := w.WriteField("purpose", "batch"); err != nil {
		return "", err
	}
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {fmt.Sprintf(`form-data; name="file"; filename=%q`, fileName(b.Key))},
		"Content-Type":        {"application/jsonl"},
	})
	if err != nil {
		return "", err
	}
	for _, item := range b.Items {
		line, err := c.line(item)
		if err != nil {
			return "", err
		}
		if _, err := part.Write(line); err != nil {
			return "", err
		}
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	f := c.fetch(http.MethodPost, "files", b.Model, form.Bytes())
	f.Header = http.Header{"Content-Type": {w.FormDataContentType()}}
	var file struct{ ID string }
	if err := c.object(ctx, f, &file); err != nil {
		return "", err
	}
	return file.ID, nil
}

// findFile returns the input file that an earlier Submit has uploaded, and "" if
// there is none.
func (c *Client) findFile(ctx context.Context, b llm.Batch) (id string, err error) {
	err = c.pages(ctx, "files", url.Values{"purpose": {"batch"}, "limit": {"1000"}}, b.Model, func(data []json.RawMessage) (last string, more bool, err error) {
		for _, raw := range data {
			var file struct{ ID, Filename, Status string }
			if err := json.Unmarshal(raw, &file); err != nil {
				return "", false, err
			}
			if last = file.ID; file.Filename == fileName(b.Key) && file.Status != "error" {
				id = file.ID
				return last, false, nil
			}
		}
		return last, true, nil
	})
	return id, err
}

// Find implements llm.Batcher. The metadata of a batch holds our key.
func (c *Client) Find(ctx context.Context, b llm.Batch) (found []llm.BatchStatus, err error) {
	err = c.pages(ctx, "batches", url.Values{"limit": {"100"}}, b.Model, func(data []json.RawMessage) (last string, more bool, err error) {
		for _, raw := range data {
			var o batchObject
			if err := json.Unmarshal(raw, &o); err != nil {
				return "", false, err
			}
			if last = o.ID; o.Metadata[keyField] == b.Key {
				st := o.status()
				st.Sure = true
				found = append(found, st)
			}
		}
		return last, true, nil
	})
	return found, err
}

// maxPages bounds the pages of a list that are read.
const maxPages = 1000

// pages calls page for each page of a list, until that returns false or the list
// ends. page returns the last element's id.
func (c *Client) pages(ctx context.Context, path string, query url.Values, model string, page func([]json.RawMessage) (last string, more bool, err error)) error {
	for range maxPages {
		f := c.fetch(http.MethodGet, path, model, nil)
		f.URL.RawQuery = query.Encode()
		var list struct {
			Data    []json.RawMessage `json:"data"`
			HasMore bool              `json:"has_more"`
			LastID  string            `json:"last_id"`
		}
		if err := c.object(ctx, f, &list); err != nil {
			return noBatches(err)
		}
		last, more, err := page(list.Data)
		if err != nil {
			return c.endpoint.Malformed(f, "a list of "+path, err)
		}
		if list.LastID != "" {
			last = list.LastID
		}
		if !more || !list.HasMore || last == "" || last == query.Get("after") {
			return nil
		}
		query.Set("after", last)
	}
	return nil
}

// Status implements llm.Batcher.
func (c *Client) Status(ctx context.Context, id string) (llm.BatchStatus, error) {
	var o batchObject
	if err := c.object(ctx, c.fetch(http.MethodGet, "batches/"+url.PathEscape(id), "", nil), &o); err != nil {
		return llm.BatchStatus{}, noBatch(err)
	}
	return o.status(), nil
}

// noBatch returns the error of a batch that the server does not have.
func noBatch(err error) error {
	var e *llm.Error
	if errors.As(err, &e) && e.Status == http.StatusNotFound {
		e.Kind = llm.BadRequest
	}
	return err
}

// Cancel implements llm.Batcher.
func (c *Client) Cancel(ctx context.Context, id string) error {
	var o batchObject
	return noBatch(c.object(ctx, c.fetch(http.MethodPost, "batches/"+url.PathEscape(id)+"/cancel", "", nil), &o))
}

// Discard implements llm.Batcher.
func (c *Client) Discard(ctx context.Context, b llm.BatchStatus) error {
	var errs []error
	for _, file := range append([]string{b.Input}, b.Outputs...) {
		if file == "" {
			continue
		}
		_, err := c.endpoint.FetchAll(ctx, c.fetch(http.MethodDelete, "files/"+url.PathEscape(file), "", nil))
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// fetch returns a request for a document.
func (c *Client) fetch(method, path, model string, body []byte) llm.Fetch {
	return llm.Fetch{Method: method, URL: c.endpoint.URL(path), Body: body, Model: model, Classify: func(status int, body []byte) (llm.Kind, error) {
		e := llm.ParseAPIError(body)
		return kindOf(status, e), e
	}}
}

// object fetches a document and decodes it.
func (c *Client) object(ctx context.Context, f llm.Fetch, to any) error {
	data, err := c.endpoint.FetchAll(ctx, f)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, to); err != nil {
		return c.endpoint.Malformed(f, "the answer is not the object that was asked for", err)
	}
	return nil
}
