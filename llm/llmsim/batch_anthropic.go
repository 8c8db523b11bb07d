package llmsim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// anthropicBatches handles the endpoints of Anthropic's batches. Their results
// come in any order.
type anthropicBatches struct{ *batches }

// maxAnthropicItems is the largest number of requests in a batch.
const maxAnthropicItems = 100_000

// customID matches the names of requests that Anthropic accepts.
var customID = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)

// create handles the creation of a batch.
func (a anthropicBatches) create(r *http.Request) ([]byte, *failure) {
	body, refused := readBody(r, 256<<20)
	if refused != nil {
		return nil, refused
	}
	var in struct {
		Requests []struct {
			ID     string `json:"custom_id"`
			Params json.RawMessage
		}
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, badRequest("%s", err)
	}
	switch n := len(in.Requests); {
	case r.Header.Get("Anthropic-Version") == "":
		return nil, badRequest("anthropic-version: header is required")
	case n == 0 || n > maxAnthropicItems:
		return nil, badRequest("requests: a batch has 1 to %d requests, not %d", maxAnthropicItems, n)
	}
	b := &batch{vendor: "anthropic", owner: keyOf(r), protocol: Messages, wire: messages{}, expiresAfter: 24 * time.Hour}
	b.via = &http.Request{Header: http.Header{"Anthropic-Version": r.Header["Anthropic-Version"]}}
	names := map[string]bool{}
	for i, q := range in.Requests {
		if !customID.MatchString(q.ID) || names[q.ID] {
			return nil, badRequest("requests.%d.custom_id: %q is a duplicate, or does not match ^[a-zA-Z0-9_-]{1,64}$", i, q.ID)
		}
		names[q.ID] = true
		b.items = append(b.items, item{index: i, customID: q.ID, body: q.Params})
	}
	a.add(b)
	if b.fault == BatchLost {
		return nil, cutAfter(nil)
	}
	return b.describe(a.describe(r)), nil
}

// named returns the batch that the request's path names.
func (a anthropicBatches) named(r *http.Request) (*batch, *failure) {
	return a.find(r, "anthropic", strings.TrimPrefix(r.PathValue("id"), "msgbatch_"))
}

// get handles the request for one batch.
func (a anthropicBatches) get(r *http.Request) ([]byte, *failure) {
	b, refused := a.named(r)
	if refused != nil {
		return nil, refused
	}
	if refused := b.limited(); refused != nil {
		return nil, refused
	}
	return b.describe(a.describe(r)), nil
}

// cancel handles the cancellation of a batch.
func (a anthropicBatches) cancel(r *http.Request) ([]byte, *failure) {
	b, refused := a.named(r)
	if refused != nil {
		return nil, refused
	}
	if !b.cancel() {
		return nil, badRequest("The batch has ended and cannot be canceled")
	}
	return b.describe(a.describe(r)), nil
}

// list handles the request for the batches of the key, the latest first.
func (a anthropicBatches) list(r *http.Request) ([]byte, *failure) {
	all := a.ofKey(r, "anthropic")
	slices.Reverse(all)
	id := func(b *batch) string { return "msgbatch_" + b.name }
	part, last := page(all, query(r, "limit"), 20, query(r, "after_id"), id)
	list := make([]json.RawMessage, len(part))
	for i, b := range part {
		list[i] = b.describe(a.describe(r))
	}
	first, end := firstLast(part, id)
	return marshal(map[string]any{"data": list, "has_more": !last, "first_id": first, "last_id": end}), nil
}

// describe returns a function that formats a batch as Anthropic does. The
// addresses in it have the host of the request r.
func (a anthropicBatches) describe(r *http.Request) func(*batch, batchStatus) []byte {
	return func(b *batch, st batchStatus) []byte {
		at := func(t time.Time) string { return a.server.clientTime(t).Format(time.RFC3339Nano) }
		counts := map[string]int{"processing": len(b.items), "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0}
		out := map[string]any{
			"id": "msgbatch_" + b.name, "type": "message_batch", "processing_status": "in_progress", "request_counts": counts,
			"created_at": at(b.created), "expires_at": at(b.created.Add(b.expiresAfter)), "ended_at": nil, "cancel_initiated_at": nil, "archived_at": nil, "results_url": nil,
		}
		if st.cancelled {
			out["processing_status"], out["cancel_initiated_at"] = "canceling", at(b.cancelled)
		}
		if st.ended { // before, Anthropic reports every request as processing
			counts["processing"], counts["succeeded"], counts["errored"] = 0, st.count[succeeded], st.count[errored]
			counts["canceled"], counts["expired"] = st.count[cancelled], st.count[expired]
			out["processing_status"], out["ended_at"] = "ended", at(b.endTime())
			out["results_url"] = "http://" + r.Host + "/v1/messages/batches/msgbatch_" + b.name + "/results"
		}
		return marshal(out)
	}
}

// results handles the request for a batch's results.
func (a anthropicBatches) results(r *http.Request) ([]byte, *failure) {
	b, refused := a.named(r)
	if refused != nil {
		return nil, refused
	}
	out := b.describe(func(b *batch, st batchStatus) []byte {
		if !st.ended {
			return nil
		}
		var out [][]byte
		for i := range b.items {
			it := &b.items[i]
			result := ""
			switch it.state {
			case succeeded:
				result = `{"type":"succeeded","message":` + string(it.answer) + `}`
			case errored:
				result = `{"type":"errored","error":` + string(it.answer) + `}`
			case cancelled:
				result = `{"type":"canceled"}`
			default:
				result = `{"type":"expired"}`
			}
			out = append(out, fmt.Appendf(nil, `{"custom_id":%s,"result":%s}`, quote(it.customID), result))
		}
		return append([]byte{}, joinLines(b.wrong(out))...)
	})
	if out == nil {
		return nil, badRequest("The results of %s are available when the batch has ended", r.PathValue("id"))
	}
	return b.download(out)
}
