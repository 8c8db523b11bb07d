package llmsim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// googleBatches handles the endpoints of the Gemini API's batches, with inlined
// requests and responses or with files. A batch that is cancelled or expires has no
// answers.
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
				FileName string
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
	if name := in.Batch.InputConfig.FileName; name != "" {
		f, refused := g.findFile(r, name)
		if refused != nil {
			return nil, refused
		}
		for line := range bytes.Lines(f.data) {
			var q struct {
				Key     string
				Request json.RawMessage
			}
			if err := json.Unmarshal(line, &q); err != nil || q.Key == "" || len(q.Request) == 0 {
				return nil, badRequest("the input file has a line without key or request")
			}
			requests = append(requests, struct{ Request, Metadata json.RawMessage }{q.Request, json.RawMessage(quote(q.Key))})
		}
	}
	if len(requests) == 0 {
		return nil, badRequest("batch.input_config: no requests")
	}
	model, _, _ := strings.Cut(r.PathValue("call"), ":")
	via := &http.Request{URL: &url.URL{}}
	via.SetPathValue("call", model+":generateContent")
	b := &batch{
		vendor: "google", owner: keyOf(r), protocol: Gemini, wire: google{}, via: via, endpoint: model,
		label: json.RawMessage(quote(in.Batch.DisplayName)), expiresAfter: 48 * time.Hour, allOrNone: true, fromFile: in.Batch.InputConfig.FileName,
	}
	for i, q := range requests {
		b.items = append(b.items, item{index: i, metadata: q.Metadata, body: q.Request})
	}
	g.add(b)
	if b.fault == BatchLost {
		return nil, cutAfter(nil)
	}
	return b.describe(g.describe), nil
}

// get handles the request for one batch.
func (g googleBatches) get(r *http.Request) ([]byte, *failure) {
	b, refused := g.find(r, "google", r.PathValue("id"))
	if refused != nil {
		return nil, refused
	}
	if refused := b.limited(); refused != nil {
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

// list handles the request for the batches of the key, the latest first. The token
// of a page is the name of the last batch before it.
func (g googleBatches) list(r *http.Request) ([]byte, *failure) {
	all := g.ofKey(r, "google")
	slices.Reverse(all)
	id := func(b *batch) string { return b.name }
	part, last := page(all, query(r, "pageSize"), 20, query(r, "pageToken"), id)
	list := make([]json.RawMessage, len(part))
	for i, b := range part {
		list[i] = b.describe(g.describe)
	}
	out := map[string]any{"operations": list}
	if !last {
		_, out["nextPageToken"] = firstLast(part, id)
	}
	return marshal(out), nil
}

// describe formats a batch as a long-running operation.
func (g googleBatches) describe(b *batch, st batchStatus) []byte {
	at := func(t time.Time) string { return g.server.clientTime(t).Format(time.RFC3339Nano) }
	count := func(n int) string { return fmt.Sprint(n) } // Google writes them as strings
	input := map[string]any{}
	if b.fromFile != "" {
		input["fileName"] = b.fromFile
	}
	meta := map[string]any{
		"inputConfig": input,
		"@type":       "type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatch", "name": "batches/" + b.name, "model": "models/" + b.endpoint,
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
		if b.fromFile != "" {
			if b.files["output"] == "" {
				f := &file{batch: b, owner: b.owner, name: "batch-" + b.name, purpose: "google", data: append([]byte{}, b.outputLines()...)}
				f.id = "files/batch-" + b.name
				b.files["output"] = g.storeFile(f).id
			}
			answers = map[string]any{"responsesFile": b.files["output"]}
		}
		meta["state"], meta["output"], out["response"] = "BATCH_STATE_SUCCEEDED", answers, answers
	}
	return marshal(out)
}

// results returns the answers in the order of the requests. An answer has its key
// if the requests were in a file, and otherwise the metadata of its request.
func (b *batch) results() [][]byte {
	all := make([][]byte, len(b.items))
	for i := range b.items {
		it := &b.items[i]
		fields := ""
		if it.state == succeeded {
			fields = `"response":` + string(it.answer)
		} else {
			// The error lacks the object around it.
			var body struct{ Error json.RawMessage }
			_ = json.Unmarshal(it.answer, &body) // valid: made by google.failure
			fields = `"error":` + string(body.Error)
		}
		if b.fromFile != "" {
			fields += `,"key":` + string(it.metadata)
		} else if len(it.metadata) > 0 {
			fields += `,"metadata":` + string(it.metadata)
		}
		all[it.index] = []byte("{" + fields + "}")
	}
	return all
}

// inline returns the answers for the operation. A corrupt one is replaced by null,
// because the operation is one JSON document.
func (b *batch) inline() []json.RawMessage {
	list := []json.RawMessage{}
	for _, line := range b.wrong(b.results()) {
		if !json.Valid(line) {
			line = []byte("null")
		}
		list = append(list, line)
	}
	return list
}

// outputLines returns the answers as a file, one per line.
func (b *batch) outputLines() []byte {
	lines := b.results()
	for i := range lines { // in a file, a record must be on one line
		var line bytes.Buffer
		_ = json.Compact(&line, lines[i]) // valid: made by results
		lines[i] = line.Bytes()
	}
	return joinLines(b.wrong(lines))
}

// startUpload handles the first request of an upload: it returns the address for the
// second one.
func (g googleBatches) startUpload(r *http.Request) ([]byte, *failure) {
	body, refused := readBody(r, 1<<20)
	if refused != nil {
		return nil, refused
	}
	var in struct {
		File struct{ DisplayName string }
	}
	if err := json.Unmarshal(body, &in); err != nil || r.Header.Get("X-Goog-Upload-Command") != "start" {
		return nil, badRequest("an upload starts with a JSON object and the command start")
	}
	f := g.storeFile(&file{owner: keyOf(r), name: in.File.DisplayName, purpose: "google"})
	return []byte("http://" + r.Host + "/upload/v1beta/files/" + f.id), nil
}

// upload handles the second request of an upload, which has the content.
func (g googleBatches) upload(r *http.Request) ([]byte, *failure) {
	body, refused := readBody(r, 2<<30)
	if refused != nil {
		return nil, refused
	}
	g.mu.Lock()
	begun := g.files[r.PathValue("id")]
	g.mu.Unlock()
	if begun == nil || begun.owner != keyOf(r) || r.Header.Get("X-Goog-Upload-Command") != "upload, finalize" || len(body) == 0 {
		return nil, badRequest("no upload of this key has begun, or the command is not upload, finalize, or the file is empty")
	}
	f := g.storeFile(&file{id: "files/" + begun.id, owner: begun.owner, name: begun.name, purpose: begun.purpose, data: body})
	return marshal(map[string]any{"file": f.googleObject()}), nil
}

// googleObject returns the file as Google describes it.
func (f *file) googleObject() map[string]any {
	return map[string]any{
		"name": f.id, "displayName": f.name, "mimeType": "application/jsonl", "sizeBytes": fmt.Sprint(len(f.data)),
		"createTime": f.created.Format(time.RFC3339Nano), "state": "ACTIVE", "source": "UPLOADED",
	}
}

// listFiles handles the request for the files of the key, the latest first.
func (g googleBatches) listFiles(r *http.Request) ([]byte, *failure) {
	id := func(f *file) string { return f.id }
	files := slices.DeleteFunc(g.filesOf(r), func(f *file) bool { return f.purpose != "google" })
	part, last := page(files, query(r, "pageSize"), 10, query(r, "pageToken"), id)
	list := make([]any, len(part))
	for i, f := range part {
		list[i] = f.googleObject()
	}
	out := map[string]any{"files": list}
	if !last {
		_, out["nextPageToken"] = firstLast(part, id)
	}
	return marshal(out), nil
}

// file handles the request for a file's description or, with the method download,
// for its content.
func (g googleBatches) file(r *http.Request) ([]byte, *failure) {
	name, method, _ := strings.Cut(r.PathValue("id"), ":")
	f, refused := g.findFile(r, "files/"+name)
	switch {
	case refused != nil:
		return nil, refused
	case method == "download":
		return f.content()
	}
	return marshal(f.googleObject()), nil
}

// remove handles the deletion of a file.
func (g googleBatches) remove(r *http.Request) ([]byte, *failure) {
	f, refused := g.findFile(r, "files/"+r.PathValue("id"))
	if refused != nil {
		return nil, refused
	}
	g.delete(f)
	return []byte("{}"), nil
}
