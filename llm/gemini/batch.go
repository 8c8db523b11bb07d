package gemini

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"mashal/llm"
)

var _ llm.Batcher = (*Client)(nil)

// batchLimits are those that Google documents for input files. The vendor states no
// number of requests; that of the other vendors is taken.
var batchLimits = llm.BatchLimits{Requests: 50_000, Bytes: 1900 << 20, Life: 48 * time.Hour}

// maxInline is the size up to which the requests of a batch are sent with its
// creation. Google allows 20 MB; larger batches are uploaded as a file.
const maxInline = 18 << 20

// BatchLimits implements llm.Batcher.
func (c *Client) BatchLimits() llm.BatchLimits { return batchLimits }

// An inlineItem is one request of a batch that is sent with its creation. A fileItem
// is a line of an input file.
type (
	inlineItem struct {
		Request  request  `json:"request"`
		Metadata metadata `json:"metadata"`
	}
	metadata struct {
		Key string `json:"key"`
	}
	fileItem struct {
		Key     string  `json:"key"`
		Request request `json:"request"`
	}
)

// item returns an item as it is sent.
func (c *Client) item(item llm.BatchItem, inline bool) ([]byte, error) {
	if err := item.Request.Validate(); err != nil {
		return nil, &llm.Error{Kind: llm.BadRequest, Provider: c.Name(), Model: item.Request.Model, Err: err}
	}
	body, _ := c.request(item.Request)
	if inline {
		return llm.Encode(inlineItem{body, metadata{item.ID}})
	}
	return llm.Encode(fileItem{item.ID, body})
}

// BatchSize implements llm.Batcher.
func (c *Client) BatchSize(item llm.BatchItem) (int64, error) {
	data, err := c.item(item, true)
	return int64(len(data)) + 1, err
}

// operation is a batch as the server describes it: a long-running operation.
type operation struct {
	Name     string `json:"name"`
	Done     bool   `json:"done"`
	Metadata struct {
		DisplayName string    `json:"displayName"`
		State       string    `json:"state"`
		Created     time.Time `json:"createTime"`
		Input       struct {
			File string `json:"fileName"`
		} `json:"inputConfig"`
		Output output `json:"output"`
		Stats  struct {
			Total     number `json:"requestCount"`
			Succeeded number `json:"successfulRequestCount"`
			Failed    number `json:"failedRequestCount"`
		} `json:"batchStats"`
	} `json:"metadata"`
	Response output `json:"response"`
	Error    *struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
}

// output is where the results are: in the operation, or in a file.
type output struct {
	File   string `json:"responsesFile"`
	Inline *struct {
		List []json.RawMessage `json:"inlinedResponses"`
	} `json:"inlinedResponses"`
}

// A number is an integer that may be written as a string, as Google writes those of
// 64 bits.
type number int

// UnmarshalJSON implements json.Unmarshaler.
func (n *number) UnmarshalJSON(data []byte) error {
	if i, err := strconv.Atoi(strings.Trim(string(data), `"`)); err == nil {
		*n = number(i) // what is no number is not counted
	}
	return nil
}

// status returns what the server says of a batch. A state that is not known is one
// of a batch under way, unless the operation is done.
func (o *operation) status() llm.BatchStatus {
	m := &o.Metadata
	state := strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(m.State, "BATCH_STATE_"), "JOB_STATE_"))
	st := llm.BatchStatus{
		ID: o.Name, State: llm.RedactText(state), Ended: o.Done, Created: m.Created,
		Total: int(m.Stats.Total), Succeeded: int(m.Stats.Succeeded), Failed: int(m.Stats.Failed), Input: m.Input.File,
	}
	switch state {
	case "succeeded", "partially_succeeded", "failed", "cancelled", "expired":
		st.Ended = true
	}
	if !m.Created.IsZero() {
		st.Expires = m.Created.Add(batchLimits.Life)
	}
	if st.Ended && o.Error != nil {
		st.Error = llm.RedactText(o.Error.Message)
	}
	if !st.Ended {
		return st
	}
	for _, out := range []output{o.Response, m.Output} {
		switch {
		case out.File != "":
			st.Outputs = []string{out.File}
			return st
		case out.Inline != nil:
			st.Outputs = []string{o.Name}
			return st
		}
	}
	return st
}

// Submit implements llm.Batcher. Large batches are uploaded as a file first.
func (c *Client) Submit(ctx context.Context, b llm.Batch) (llm.BatchStatus, error) {
	var size int64
	for _, item := range b.Items {
		n, err := c.BatchSize(item)
		if err != nil {
			return llm.BatchStatus{}, err
		}
		size += n
	}
	var input []byte
	var err error
	if size <= maxInline {
		input, err = c.inline(b)
	} else {
		input, err = c.inputFile(ctx, b)
	}
	if err != nil {
		return llm.BatchStatus{}, err
	}
	name, err := llm.Encode(b.Key)
	if err != nil {
		return llm.BatchStatus{}, err
	}
	if err := b.Allow(ctx); err != nil {
		return llm.BatchStatus{}, err
	}
	f := c.fetch(http.MethodPost, c.modelPath(b.Model)+":batchGenerateContent", b.Model,
		fmt.Appendf(nil, `{"batch":{"displayName":%s,"inputConfig":%s}}`, name, input))
	var o operation
	if err := c.object(ctx, f, &o); err != nil {
		return llm.BatchStatus{}, c.noBatches(err)
	}
	return o.status(), nil
}

// noBatches returns the error of a server whose addresses for batches do not exist.
// Google's answer for an unknown model names it.
func (c *Client) noBatches(err error) error {
	var e *llm.Error
	if errors.As(err, &e) && (e.Status == http.StatusNotFound && !strings.Contains(e.Err.Error(), "models/") || e.Status == http.StatusMethodNotAllowed || e.Status == http.StatusNotImplemented) {
		e.Kind, e.Err = llm.BadRequest, fmt.Errorf("%w: %w", llm.ErrNoBatches, e.Err)
	}
	return err
}

// inline returns the input of a batch whose requests are sent with its creation.
func (c *Client) inline(b llm.Batch) ([]byte, error) {
	var input bytes.Buffer
	input.WriteString(`{"requests":{"requests":[`)
	for i, item := range b.Items {
		data, err := c.item(item, true)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			input.WriteByte(',')
		}
		input.Write(data)
	}
	input.WriteString(`]}}`)
	return input.Bytes(), nil
}

// inputFile returns the input of a batch whose requests are in a file. It uploads
// the file unless an earlier Submit has.
func (c *Client) inputFile(ctx context.Context, b llm.Batch) ([]byte, error) {
	var file string
	var err error
	if b.Again {
		if file, err = c.findFile(ctx, b); err != nil {
			return nil, err
		}
	}
	if file == "" {
		if file, err = c.upload(ctx, b); err != nil {
			return nil, c.noBatches(err)
		}
	}
	return llm.Encode(map[string]string{"fileName": file})
}

// uploadedFile is a file as the server describes it.
type uploadedFile struct {
	Name        string `json:"name"`
	DisplayName string `json:"displayName"`
	State       string `json:"state"`
}

// upload uploads the input file and returns the server's name of it. The protocol
// takes two requests: the first one returns the address for the second.
func (c *Client) upload(ctx context.Context, b llm.Batch) (name string, err error) {
	var lines bytes.Buffer
	for _, item := range b.Items {
		data, err := c.item(item, false)
		if err != nil {
			return "", err
		}
		lines.Write(data)
		lines.WriteByte('\n')
	}
	start, err := llm.Encode(map[string]any{"file": map[string]string{"displayName": b.Key, "mimeType": "application/jsonl"}})
	if err != nil {
		return "", err
	}
	f := c.fetch(http.MethodPost, "upload/v1beta/files", b.Model, start)
	f.Header = http.Header{
		"X-Goog-Upload-Protocol":              {"resumable"},
		"X-Goog-Upload-Command":               {"start"},
		"X-Goog-Upload-Header-Content-Type":   {"application/jsonl"},
		"X-Goog-Upload-Header-Content-Length": {strconv.Itoa(lines.Len())},
	}
	begun, err := c.endpoint.Fetch(ctx, f)
	if err != nil {
		return "", err
	}
	_ = begun.Body.Close() // nothing of it is used
	at, err := url.Parse(begun.Header.Get("X-Goog-Upload-Url"))
	if base := c.endpoint.URL(""); err != nil || at.Host != base.Host || at.Scheme != base.Scheme {
		// The key must not travel to a host that an answer names.
		return "", c.endpoint.Malformed(f, "upload a file", errors.New("the server names no address of its own for the upload"))
	}
	f = c.fetch(http.MethodPost, "", b.Model, lines.Bytes())
	f.URL = at
	f.Header = http.Header{"X-Goog-Upload-Command": {"upload, finalize"}, "X-Goog-Upload-Offset": {"0"}, "Content-Type": {"application/jsonl"}}
	var done struct{ File uploadedFile }
	if err := c.object(ctx, f, &done); err != nil {
		return "", err
	}
	if done.File.Name == "" {
		return "", c.endpoint.Malformed(f, "upload a file", errors.New("the server gives the file no name"))
	}
	return done.File.Name, nil
}

const maxPages = 1000

// pages calls page for each page of a list, until that returns false or the list
// ends.
func (c *Client) pages(ctx context.Context, path, size, model string, page func(data []byte) (more bool, err error)) error {
	query := url.Values{"pageSize": {size}}
	for range maxPages {
		f := c.fetch(http.MethodGet, path, model, nil)
		f.URL.RawQuery = query.Encode()
		data, err := c.endpoint.FetchAll(ctx, f)
		if err != nil {
			return c.noBatches(err)
		}
		var list struct {
			Next string `json:"nextPageToken"`
		}
		more, err := page(data)
		if err = errors.Join(err, json.Unmarshal(data, &list)); err != nil {
			return c.endpoint.Malformed(f, "a list", err)
		}
		if !more || list.Next == "" || list.Next == query.Get("pageToken") {
			return nil
		}
		query.Set("pageToken", list.Next)
	}
	return nil
}

// findFile returns the input file that an earlier Submit has uploaded, and "" if
// there is none.
func (c *Client) findFile(ctx context.Context, b llm.Batch) (name string, err error) {
	err = c.pages(ctx, "v1beta/files", "100", b.Model, func(data []byte) (bool, error) {
		var list struct{ Files []uploadedFile }
		if err := json.Unmarshal(data, &list); err != nil {
			return false, err
		}
		for _, file := range list.Files {
			if file.DisplayName == b.Key && file.State != "FAILED" {
				name = file.Name
				return false, nil
			}
		}
		return true, nil
	})
	return name, err
}

// Find implements llm.Batcher. The display name of a batch is our key.
func (c *Client) Find(ctx context.Context, b llm.Batch) (found []llm.BatchStatus, err error) {
	err = c.pages(ctx, "v1beta/batches", "100", b.Model, func(data []byte) (bool, error) {
		var list struct{ Operations []operation }
		if err := json.Unmarshal(data, &list); err != nil {
			return false, err
		}
		for i := range list.Operations {
			if o := &list.Operations[i]; o.Metadata.DisplayName == b.Key {
				st := o.status()
				st.Sure = true
				found = append(found, st)
			}
		}
		return true, nil
	})
	return found, err
}

// Status implements llm.Batcher.
func (c *Client) Status(ctx context.Context, id string) (llm.BatchStatus, error) {
	o, err := c.operation(ctx, id)
	if err != nil {
		return llm.BatchStatus{}, err
	}
	return o.status(), nil
}

func (c *Client) operation(ctx context.Context, id string) (*operation, error) {
	var o operation
	if err := c.object(ctx, c.fetch(http.MethodGet, "v1beta/"+escape(id), "", nil), &o); err != nil {
		return nil, noBatch(err)
	}
	return &o, nil
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
	_, err := c.endpoint.FetchAll(ctx, c.fetch(http.MethodPost, "v1beta/"+escape(id)+":cancel", "", nil))
	return noBatch(err)
}

// Discard implements llm.Batcher. It deletes the input file; the server deletes both
// files after two days.
func (c *Client) Discard(ctx context.Context, b llm.BatchStatus) error {
	if b.Input == "" {
		return nil
	}
	_, err := c.endpoint.FetchAll(ctx, c.fetch(http.MethodDelete, "v1beta/"+escape(b.Input), "", nil))
	return err
}

// fetch returns a request for a document.
func (c *Client) fetch(method, path, model string, body []byte) llm.Fetch {
	return llm.Fetch{Method: method, URL: c.endpoint.URL(path), Body: body, Model: model, Classify: func(status int, body []byte) (llm.Kind, error) {
		e := llm.ParseAPIError(body)
		kind, _ := e.Classify(status)
		return kind, e
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

// escape returns the name of a resource as a path.
func escape(name string) string {
	parts := strings.Split(name, "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	return strings.Join(parts, "/")
}
