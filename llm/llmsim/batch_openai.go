package llmsim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// openaiBatches handles the endpoints of OpenAI's batches and files. A batch
// reads its requests from a file and writes answers and errors to two others.
type openaiBatches struct{ *batches }

// maxOpenAIItems is the largest number of requests in a batch.
const maxOpenAIItems = 50_000

// create handles the creation of a batch.
func (o openaiBatches) create(r *http.Request) ([]byte, *failure) {
	body, refused := readBody(r, 1<<20)
	if refused != nil {
		return nil, refused
	}
	var in struct {
		Window   string `json:"completion_window"`
		Endpoint string
		File     string `json:"input_file_id"`
		Metadata json.RawMessage
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, badRequest("%s", err)
	}
	f, refused := o.findFile(r, in.File)
	if refused != nil {
		return nil, badRequest("%s", refused.message)
	}
	b := &batch{
		vendor: "openai", owner: keyOf(r), via: &http.Request{}, label: in.Metadata, input: f.id, endpoint: in.Endpoint, expiresAfter: 24 * time.Hour,
	}
	switch {
	case in.Window != "24h":
		return nil, badRequest("completion_window must be 24h")
	case in.Endpoint == "/v1/chat/completions":
		b.protocol, b.wire = Chat, chat{}
	case in.Endpoint == "/v1/responses":
		b.protocol, b.wire = Responses, responses{}
	default:
		return nil, badRequest("unknown endpoint %q for batches", in.Endpoint)
	}
	if b.items, b.invalid = readLines(f.data, in.Endpoint); len(b.invalid) > 0 {
		b.items = nil
	}
	o.add(b)
	if b.fault == BatchLost {
		return nil, cutAfter(nil)
	}
	return b.describe(o.describe), nil
}

// invalidLine is an error in a batch's input file.
type invalidLine struct {
	Code    string `json:"code"`
	Line    int    `json:"line"`
	Message string `json:"message"`
	Param   any    `json:"param"`
}

// readLines parses an input file, which has one request per line. It returns the
// requests and the errors.
func readLines(data []byte, endpoint string) (items []item, invalid []invalidLine) {
	names := map[string]bool{}
	number := 0
	for line := range bytes.Lines(data) {
		number++
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var in struct {
			ID          string `json:"custom_id"`
			Method, URL string
			Body        json.RawMessage
		}
		err := json.Unmarshal(line, &in)
		wrong := func(code, message string) {
			invalid = append(invalid, invalidLine{Code: code, Line: number, Message: message})
		}
		switch {
		case err != nil:
			wrong("invalid_json_line", "This line is not parseable as valid JSON.")
		case in.ID == "" || len(in.Body) == 0:
			wrong("missing_required_parameter", "custom_id and body are required.")
		case names[in.ID]:
			wrong("duplicate_custom_id", "The custom_id for this request is a duplicate of another request.")
		case in.Method != http.MethodPost || in.URL != endpoint:
			wrong("invalid_url", "The URL provided for this request does not match the batch endpoint.")
		case len(items) == maxOpenAIItems:
			wrong("too_many_tasks", "The input file has more than 50,000 requests.")
			return items, invalid
		default:
			items = append(items, item{index: len(items), customID: in.ID, body: in.Body})
		}
		names[in.ID] = true
	}
	if number == 0 || len(items)+len(invalid) == 0 {
		invalid = append(invalid, invalidLine{Code: "empty_file", Message: "The input file is empty."})
	}
	return items, invalid
}

// get handles the request for one batch.
func (o openaiBatches) get(r *http.Request) ([]byte, *failure) {
	b, refused := o.find(r, "openai", strings.TrimPrefix(r.PathValue("id"), "batch_"))
	if refused != nil {
		return nil, refused
	}
	if refused := b.limited(); refused != nil {
		return nil, refused
	}
	return b.describe(o.describe), nil
}

// cancel handles the cancellation of a batch.
func (o openaiBatches) cancel(r *http.Request) ([]byte, *failure) {
	b, refused := o.find(r, "openai", strings.TrimPrefix(r.PathValue("id"), "batch_"))
	if refused != nil {
		return nil, refused
	}
	if !b.cancel() {
		return nil, &failure{status: http.StatusConflict, message: "The batch has ended and cannot be cancelled"}
	}
	return b.describe(o.describe), nil
}

// listBatches handles the request for the batches of the key, the latest first.
func (o openaiBatches) listBatches(r *http.Request) ([]byte, *failure) {
	all := o.ofKey(r, "openai")
	slices.Reverse(all)
	id := func(b *batch) string { return "batch_" + b.name }
	part, last := page(all, query(r, "limit"), 20, query(r, "after"), id)
	list := make([]json.RawMessage, len(part))
	for i, b := range part {
		list[i] = b.describe(o.describe)
	}
	first, end := firstLast(part, id)
	return marshal(map[string]any{"object": "list", "data": list, "has_more": !last, "first_id": first, "last_id": end}), nil
}

// describe formats a batch as OpenAI does. It stores the output files of a batch
// that has ended.
func (o openaiBatches) describe(b *batch, st batchStatus) []byte {
	at := func(t time.Time) int64 { return o.server.clientTime(t).Unix() }
	out := map[string]any{
		"id": "batch_" + b.name, "object": "batch", "endpoint": b.endpoint, "input_file_id": b.input, "completion_window": "24h",
		"created_at": at(b.created), "expires_at": at(b.created.Add(b.expiresAfter)), "metadata": b.label, "errors": nil, "output_file_id": nil, "error_file_id": nil,
		"request_counts": map[string]int{"total": len(b.items), "completed": st.count[succeeded], "failed": st.count[errored]},
	}
	end := at(b.endTime())
	switch {
	case len(b.invalid) > 0:
		out["status"], out["failed_at"] = "failed", at(b.created)
		out["errors"] = map[string]any{"object": "list", "data": b.invalid}
		return marshal(out)
	case !st.ended && st.cancelled:
		out["status"], out["cancelling_at"] = "cancelling", at(b.cancelled)
	case !st.ended:
		out["status"], out["in_progress_at"] = "in_progress", at(b.created)
	case b.fault == BatchFailed && !st.cancelled:
		out["status"], out["failed_at"] = "failed", end
		out["errors"] = map[string]any{"object": "list", "data": []invalidLine{{Code: "server_error", Message: "The batch failed (simulated)"}}}
		return marshal(out)
	case st.cancelled:
		out["status"], out["cancelling_at"], out["cancelled_at"] = "cancelled", at(b.cancelled), end
	case st.expired:
		out["status"], out["expired_at"] = "expired", end
	default:
		out["status"], out["completed_at"] = "completed", end
	}
	if !st.ended {
		return marshal(out)
	}
	for kind, states := range map[string][]itemState{"output": {succeeded}, "error": {errored, cancelled, expired}} {
		if b.files[kind] == "" { // stored only once, because a client may delete it
			if data := b.lines(states); len(data) > 0 {
				b.files[kind] = o.storeFile(&file{batch: b, owner: b.owner, name: "batch_" + b.name + "_" + kind + ".jsonl", purpose: "batch_output", data: data}).id
			}
		}
		if b.files[kind] != "" {
			out[kind+"_file_id"] = b.files[kind]
		}
	}
	return marshal(out)
}

// lines formats the items in these states, one per line, in the order of their
// answers.
func (b *batch) lines(states []itemState) []byte {
	var out [][]byte
	for i := range b.items {
		it := &b.items[i]
		if !slices.Contains(states, it.state) {
			continue
		}
		response, wrong := "null", "null"
		switch it.state {
		case expired:
			wrong = `{"code":"batch_expired","message":"This request could not be executed before the completion window expired."}`
		case cancelled:
			wrong = `{"code":"batch_cancelled","message":"This request was not executed because the batch was cancelled."}`
		default:
			response = fmt.Sprintf(`{"status_code":%d,"request_id":"req_%s","body":%s}`, it.status, it.id, it.answer)
		}
		out = append(out, fmt.Appendf(nil, `{"id":"batch_req_%s","custom_id":%s,"response":%s,"error":%s}`, it.id, quote(it.customID), response, wrong))
	}
	return joinLines(b.wrong(out))
}

// joinLines returns lines as a file.
func joinLines(lines [][]byte) []byte {
	var out []byte
	for _, line := range lines {
		out = append(append(out, line...), '\n')
	}
	return out
}

// marshal encodes fields, whose values JSON can represent.
func marshal(fields map[string]any) []byte {
	b, _ := json.Marshal(fields)
	return b
}
