package anthropic

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/tidwall/gjson"

	"mashal/llm"
)

var _ llm.Batcher = (*Client)(nil)

// batchLimits are those that Anthropic documents, with room for what is around the
// requests.
var batchLimits = llm.BatchLimits{Requests: 100_000, Bytes: 250 << 20, Life: 24 * time.Hour}

// BatchLimits implements llm.Batcher.
func (c *Client) BatchLimits() llm.BatchLimits { return batchLimits }

// batchItem is one request of a batch.
type batchItem struct {
	ID     string  `json:"custom_id"`
	Params request `json:"params"`
}

// item returns an item as it is sent.
func (c *Client) item(item llm.BatchItem) ([]byte, error) {
	if err := item.Request.Validate(); err != nil {
		return nil, &llm.Error{Kind: llm.BadRequest, Provider: c.Name(), Model: item.Request.Model, Err: err}
	}
	item.Request.Omit |= llm.ParamStream
	body, _ := c.request(item.Request)
	return llm.Encode(batchItem{item.ID, body})
}

// BatchSize implements llm.Batcher.
func (c *Client) BatchSize(item llm.BatchItem) (int64, error) {
	data, err := c.item(item)
	return int64(len(data)) + 1, err
}

// batchObject is a batch as the server describes it.
type batchObject struct {
	ID      string     `json:"id"`
	Status  string     `json:"processing_status"`
	Created time.Time  `json:"created_at"`
	Expires time.Time  `json:"expires_at"`
	Archive *time.Time `json:"archived_at"`
	Cancel  *time.Time `json:"cancel_initiated_at"`
	Results string     `json:"results_url"`
	Counts  struct {
		Processing int `json:"processing"`
		Succeeded  int `json:"succeeded"`
		Errored    int `json:"errored"`
		Canceled   int `json:"canceled"`
		Expired    int `json:"expired"`
	} `json:"request_counts"`
}

// status returns what the server says of a batch. A state that is not known is one
// of a batch under way.
func (b *batchObject) status() llm.BatchStatus {
	n := b.Counts
	st := llm.BatchStatus{
		ID: b.ID, State: llm.RedactText(b.Status), Ended: b.Status == "ended", Created: b.Created, Expires: b.Expires,
		Total: n.Processing + n.Succeeded + n.Errored + n.Canceled + n.Expired, Succeeded: n.Succeeded, Failed: n.Errored,
	}
	switch {
	case !st.Ended:
	case b.Archive != nil:
		st.Error = "the results were archived and can no longer be read"
	default:
		st.Outputs = []string{b.ID}
		if n.Expired > 0 {
			st.State = "expired"
		} else if n.Canceled > 0 || b.Cancel != nil {
			st.State = "canceled"
		}
	}
	return st
}

// Submit implements llm.Batcher. The protocol has no field for our key: Find
// recognises a batch by its results.
func (c *Client) Submit(ctx context.Context, b llm.Batch) (llm.BatchStatus, error) {
	var body bytes.Buffer
	body.WriteString(`{"requests":[`)
	for i, item := range b.Items {
		data, err := c.item(item)
		if err != nil {
			return llm.BatchStatus{}, err
		}
		if i > 0 {
			body.WriteByte(',')
		}
		body.Write(data)
	}
	body.WriteString(`]}`)
	if err := b.Allow(ctx); err != nil {
		return llm.BatchStatus{}, err
	}
	var created batchObject
	if err := c.object(ctx, c.fetch(http.MethodPost, "", b.Model, body.Bytes()), &created); err != nil {
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

const (
	maxPages = 1000
	skew     = 10 * time.Minute // between the server's clock and ours
)

// Find implements llm.Batcher. It returns the batches of the same size that were
// created since b was sent. Lists have the latest batch first.
func (c *Client) Find(ctx context.Context, b llm.Batch) (found []llm.BatchStatus, err error) {
	query := url.Values{"limit": {"1000"}}
	for range maxPages {
		f := c.fetch(http.MethodGet, "", b.Model, nil)
		f.URL.RawQuery = query.Encode()
		var list struct {
			Data    []batchObject `json:"data"`
			HasMore bool          `json:"has_more"`
			LastID  string        `json:"last_id"`
		}
		if err := c.object(ctx, f, &list); err != nil {
			return nil, noBatches(err)
		}
		for i := range list.Data {
			st := list.Data[i].status()
			if st.Created.Before(b.Created.Add(-skew)) {
				return found, nil
			}
			if st.Total == len(b.Items) {
				found = append(found, st)
			}
		}
		if n := len(list.Data); list.LastID == "" && n > 0 {
			list.LastID = list.Data[n-1].ID
		}
		if !list.HasMore || list.LastID == "" || list.LastID == query.Get("after_id") {
			return found, nil
		}
		query.Set("after_id", list.LastID)
	}
	return found, nil
}

// Status implements llm.Batcher.
func (c *Client) Status(ctx context.Context, id string) (llm.BatchStatus, error) {
	var o batchObject
	if err := c.object(ctx, c.fetch(http.MethodGet, url.PathEscape(id), "", nil), &o); err != nil {
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
	return noBatch(c.object(ctx, c.fetch(http.MethodPost, url.PathEscape(id)+"/cancel", "", nil), &o))
}

// Discard implements llm.Batcher. A batch has no files; the server deletes its
// results after 29 days.
func (c *Client) Discard(context.Context, llm.BatchStatus) error { return nil }

// Results implements llm.Batcher. The order is any.
func (c *Client) Results(ctx context.Context, b llm.BatchStatus, emit func(llm.BatchResult) error) error {
	for _, id := range b.Outputs {
		// Not results_url: the key must not travel to a host that an answer names.
		f := c.fetch(http.MethodGet, url.PathEscape(id)+"/results", "", nil)
		if err := c.endpoint.FetchLines(ctx, f, func(line []byte) error { return emit(c.result(ctx, line)) }); err != nil {
			return noBatch(err)
		}
	}
	return nil
}

// result reads one line of the results.
func (c *Client) result(ctx context.Context, line []byte) llm.BatchResult {
	if !json.Valid(line) {
		return llm.BatchResult{Err: &llm.Error{Kind: llm.Malformed, Provider: c.Name(), Err: errors.New("a line of the results is not JSON")}}
	}
	l := gjson.ParseBytes(line)
	r := llm.BatchResult{ID: l.Get("custom_id").String()}
	result := l.Get("result")
	var body []byte // of an error: its status is not reported, and nothing is charged
	switch kind := result.Get("type").String(); kind {
	case "succeeded":
		body = []byte(result.Get("message").Raw)
	case "errored":
		body = []byte(result.Get("error").Raw)
	case "canceled", "expired":
		r.Unanswered = true
		r.Err = &llm.Error{Kind: llm.Canceled, Provider: c.Name(), Err: fmt.Errorf("the request was not processed (%s)", kind)}
		return r
	default:
		r.Err = &llm.Error{Kind: llm.Malformed, Provider: c.Name(), Err: fmt.Errorf("a result has the type %q", llm.RedactText(kind))}
		return r
	}
	x := c.endpoint.Recorded("", http.StatusOK, result.Get("error.request_id").String(), body)
	a := &answer{text: func(text []byte) error { r.Text = append(r.Text, text...); return nil }}
	a.read(x)
	r.Err = a.result(ctx, x)
	a.resp.Model, a.resp.End = x.Clean(a.resp.Model), x.Clean(a.resp.End)
	a.resp.Status, a.resp.RequestID = http.StatusOK, x.RequestID()
	if id := result.Get("message.id").String(); a.resp.RequestID == "" && id != "" {
		id = x.Clean(id)
		a.resp.RequestID = id[:min(len(id), 128)]
	}
	r.Response = a.resp
	return r
}

// fetch returns a request for a document of batches.
func (c *Client) fetch(method, path, model string, body []byte) llm.Fetch {
	u := c.url.JoinPath("batches")
	if path != "" {
		u = c.url.JoinPath("batches", path)
	}
	return llm.Fetch{Method: method, URL: u, Body: body, Model: model, Classify: func(status int, body []byte) (llm.Kind, error) {
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
