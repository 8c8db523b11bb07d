package llmsim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// googleBatches handles the endpoints of the Gemini API's batches, with inlined
// requests and responses. A batch that is cancelled or expires has no answers.
type googleBatches struct{ *batches }

// create handles the creation of a batch.
func (g googleBatches) create(r *http.Request) ([]byte, *failure) {
	body, refused := readBody(r, 20<<20)
	if refused != nil {
		return nil, refused
	}
	var in struct {
		Batch struct {
			DisplayName string
			InputConfig struct {
				Requests struct {
					Requests []struct{ Request, Metadata json.RawMessage }
				}
			}
		}
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, badRequest("%s", err)
	}
	requests := in.Batch.InputConfig.Requests.Requests
	if len(requests) == 0 {
		return nil, badRequest("batch.input_config: no inlined requests; the simulator does not support files")
	}
	model, _, _ := strings.Cut(r.PathValue("call"), ":")
	via := &http.Request{URL: &url.URL{}}
	via.SetPathValue("call", model+":generateContent")
	b := &batch{
		vendor: "google", owner: keyOf(r), protocol: Gemini, wire: google{}, via: via, endpoint: model,
		label: json.RawMessage(quote(in.Batch.DisplayName)), expiresAfter: 48 * time.Hour, allOrNone: true,
	}
	for i, q := range requests {
		b.items = append(b.items, item{index: i, metadata: q.Metadata, body: q.Request})
	}
	g.add(b)
	return b.describe(g.describe), nil
}

// get handles the request for one batch.
func (g googleBatches) get(r *http.Request) ([]byte, *failure) {
	b, refused := g.find(r, "google", r.PathValue("id"))
	if refused != nil {
		return nil, refused
	}
	return b.describe(g.describe), nil
}

// cancel handles the cancellation of a batch.
func (g googleBatches) cancel(r *http.Request) ([]byte, *failure) {
	name, method, _ := strings.Cut(r.PathValue("call"), ":")
	if method != "cancel" {
		return nil, badRequest("unknown method %q", method)
	}
	b, refused := g.find(r, "google", name)
	if refused != nil {
		return nil, refused
	}
	if !b.cancel() {
		return nil, badRequest("The batch has ended and cannot be cancelled")
	}
	return []byte("{}"), nil
}

// list handles the request for all batches of the key, the latest first.
func (g googleBatches) list(r *http.Request) ([]byte, *failure) {
	all := g.ofKey(r, "google")
	list := make([]json.RawMessage, len(all))
	for i, b := range all {
		list[len(all)-1-i] = b.describe(g.describe)
	}
	return marshal(map[string]any{"operations": list}), nil
}

// describe formats a batch as a long-running operation.
func (g googleBatches) describe(b *batch, st batchStatus) []byte {
	at := func(t time.Time) string { return g.server.clientTime(t).Format(time.RFC3339Nano) }
	count := func(n int) string { return fmt.Sprint(n) } // Google writes them as strings
	meta := map[string]any{
		"@type": "type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatch", "name": "batches/" + b.name, "model": "models/" + b.endpoint,
		"displayName": b.label, "createTime": at(b.created), "updateTime": at(st.now), "state": "BATCH_STATE_RUNNING",
		"batchStats": map[string]string{
			"requestCount": count(len(b.items)), "pendingRequestCount": count(st.count[waiting]),
			"successfulRequestCount": count(st.count[succeeded]), "failedRequestCount": count(st.count[errored]),
		},
	}
	out := map[string]any{"name": "batches/" + b.name, "metadata": meta}
	if !st.ended {
		return marshal(out)
	}
	meta["endTime"], out["done"] = at(b.endTime()), true
	wrong := func(state string, code int, message string) {
		meta["state"], out["error"] = state, map[string]any{"code": code, "message": message}
	}
	switch {
	case st.cancelled:
		wrong("BATCH_STATE_CANCELLED", 1, "The batch was cancelled")
	case st.expired:
		wrong("BATCH_STATE_EXPIRED", 4, "The batch expired")
	case b.fault == BatchFailed:
		wrong("BATCH_STATE_FAILED", 13, "The batch failed (simulated)")
	default:
		answers := map[string]any{"inlinedResponses": map[string]any{"inlinedResponses": b.inline()}}
		meta["state"], meta["output"], out["response"] = "BATCH_STATE_SUCCEEDED", answers, answers
	}
	return marshal(out)
}

// inline returns the answers in the order of the requests.
func (b *batch) inline() []json.RawMessage {
	all := make([]json.RawMessage, len(b.items))
	for i := range b.items {
		it := &b.items[i]
		fields := ""
		if it.state == succeeded {
			fields = `"response":` + string(it.answer)
		} else {
			// The inlined error lacks the object around it.
			var body struct{ Error json.RawMessage }
			_ = json.Unmarshal(it.answer, &body) // valid: made by google.failure
			fields = `"error":` + string(body.Error)
		}
		if len(it.metadata) > 0 {
			fields += `,"metadata":` + string(it.metadata)
		}
		all[it.index] = json.RawMessage("{" + fields + "}")
	}
	return all
}
