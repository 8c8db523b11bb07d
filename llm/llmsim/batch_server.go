package llmsim

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"
)

// batches holds the batches of all keys and OpenAI's files. Batches are kept
// until the server ends. Clients can delete files.
type batches struct {
	server *Server

	mu    sync.Mutex
	order []*batch // in the order of their creation
	files map[string]*file
}

// route adds the vendors' endpoints for batches to mux.
func (bs *batches) route(mux *http.ServeMux) {
	o, a, g := openaiBatches{bs}, anthropicBatches{bs}, googleBatches{bs}
	for _, endpoint := range []struct {
		pattern string
		vendor  interface{ failure(f failure) []byte }
		handle  func(*http.Request) ([]byte, *failure)
	}{
		{"POST /v1/files", openai{}, o.upload},
		{"GET /v1/files", openai{}, o.list},
		{"GET /v1/files/{id}", openai{}, o.file},
		{"GET /v1/files/{id}/content", openai{}, o.content},
		{"DELETE /v1/files/{id}", openai{}, o.remove},
		{"POST /v1/batches", openai{}, o.create},
		{"GET /v1/batches", openai{}, o.listBatches},
		{"GET /v1/batches/{id}", openai{}, o.get},
		{"POST /v1/batches/{id}/cancel", openai{}, o.cancel},
		{"POST /v1/messages/batches", messages{}, a.create},
		{"GET /v1/messages/batches", messages{}, a.list},
		{"GET /v1/messages/batches/{id}", messages{}, a.get},
		{"GET /v1/messages/batches/{id}/results", messages{}, a.results},
		{"POST /v1/messages/batches/{id}/cancel", messages{}, a.cancel},
		{"GET /v1beta/batches", google{}, g.list},
		{"GET /v1beta/batches/{id}", google{}, g.get},
		{"POST /v1beta/batches/{call}", google{}, g.cancel},
		{"POST /upload/v1beta/files", google{}, g.startUpload},
		{"POST /upload/v1beta/files/{id}", google{}, g.upload},
		{"GET /v1beta/files", google{}, g.listFiles},
		{"GET /v1beta/files/{id}", google{}, g.file},
		{"DELETE /v1beta/files/{id}", google{}, g.remove},
	} {
		mux.HandleFunc(endpoint.pattern, func(w http.ResponseWriter, r *http.Request) {
			reply(w, r, endpoint.vendor, endpoint.handle)
		})
	}
}

// reply writes the body that handle returns, or its failure in the vendor's
// format.
func reply(w http.ResponseWriter, r *http.Request, vendor interface{ failure(f failure) []byte }, handle func(*http.Request) ([]byte, *failure)) {
	body, f := handle(r)
	w.Header().Set("Content-Type", "application/json")
	if cut, ok := errors.AsType[*cutReply](f.cause()); ok {
		_, _ = w.Write(cut.body)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler) // makes net/http close the connection
	}
	if f == nil && r.Header.Get("X-Goog-Upload-Command") != "" {
		at := string(body)
		if r.PathValue("id") != "" {
			w.Header().Set("X-Goog-Upload-Status", "final")
		} else {
			w.Header().Set("X-Goog-Upload-Status", "active")
			w.Header().Set("X-Goog-Upload-Url", at)
			body = nil
		}
	}
	if f != nil {
		if _, google := vendor.(google); f.wait > 0 && !google { // which states it in the body
			w.Header().Set("Retry-After", strconv.FormatFloat(f.wait.Seconds(), 'f', -1, 64))
		}
		w.WriteHeader(f.status)
		body = vendor.failure(*f)
	}
	_, _ = w.Write(body) // an error means that the client has disconnected
}

// add starts a batch and stores it.
func (bs *batches) add(b *batch) {
	b.start(bs.server, bs.server.config.Clock.Now())
	bs.mu.Lock()
	defer bs.mu.Unlock()
	bs.order = append(bs.order, b)
}

// find returns the batch with this name, if it belongs to the vendor and to the
// request's key.
func (bs *batches) find(r *http.Request, vendor string, name string) (*batch, *failure) {
	for _, b := range bs.ofKey(r, vendor) {
		if b.name == name {
			return b, nil
		}
	}
	return nil, &failure{status: http.StatusNotFound, of: "batch", message: fmt.Sprintf("No such batch of this key: %q", name)}
}

// ofKey returns the batches of the request's key in the order of their creation.
func (bs *batches) ofKey(r *http.Request, vendor string) []*batch {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	var all []*batch
	for _, b := range bs.order {
		if b.vendor == vendor && b.owner == keyOf(r) {
			all = append(all, b)
		}
	}
	return all
}

// describe brings the batch up to date and returns its description by format.
func (b *batch) describe(format func(*batch, batchStatus) []byte) []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return format(b, b.advance())
}

// cutReply is the error of a reply that breaks off after body.
type cutReply struct{ body []byte }

func (*cutReply) Error() string { return "the connection is closed" }

// cutAfter returns the failure of a reply that breaks off after body.
func cutAfter(body []byte) *failure { return &failure{err: &cutReply{body}} }

// cause returns the error of a failure, and nil for none.
func (f *failure) cause() error {
	if f == nil {
		return nil
	}
	return f.err
}

// results returns the results of a batch as they are downloaded, and a failure
// instead if the download breaks off.
func (b *batch) download(data []byte) ([]byte, *failure) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.downloads++; b.fault == BatchCut && b.downloads == 1 {
		return nil, cutAfter(data[:len(data)/2])
	}
	return data, nil
}

// wrong applies the fault of the batch to its results, which are in the order in
// which they are sent.
func (b *batch) wrong(lines [][]byte) [][]byte {
	if len(lines) == 0 {
		return lines
	}
	switch b.fault {
	case BatchNoOutput:
		return nil
	case BatchCorrupt:
		lines = slices.Clone(lines)
		middle := lines[len(lines)/2]
		lines[len(lines)/2] = middle[:len(middle)*2/3]
	case BatchRepeated:
		lines = append(slices.Clone(lines), lines[0])
	}
	return lines
}

// page returns one page of a list: the elements after the one that the cursor
// names. It returns false if there are more.
func page[T any](list []T, limit string, least int, after string, id func(T) string) (part []T, last bool) {
	n := least
	if v, err := strconv.Atoi(limit); err == nil && v > 0 {
		n = v
	}
	if after != "" {
		at := slices.IndexFunc(list, func(e T) bool { return id(e) == after })
		list = list[at+1:]
	}
	if len(list) <= n {
		return list, true
	}
	return list[:n], false
}

// firstLast returns the ids at the ends of a page, and nil for an empty page.
func firstLast[T any](part []T, id func(T) string) (first, last any) {
	if len(part) == 0 {
		return nil, nil
	}
	return id(part[0]), id(part[len(part)-1])
}

// query returns a parameter of a request.
func query(r *http.Request, name string) string {
	values, _ := url.ParseQuery(r.URL.RawQuery) // what cannot be parsed is not there
	return values.Get(name)
}

// readBody returns a request's body of at most limit bytes.
func readBody(r *http.Request, limit int64) ([]byte, *failure) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, limit))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, &failure{status: http.StatusRequestEntityTooLarge, message: fmt.Sprintf("The request is larger than %d MB", limit>>20)}
	case err != nil:
		return nil, badRequest("read the request: %s", err)
	}
	return body, nil
}

// badRequest returns a failure of status 400.
func badRequest(format string, args ...any) *failure {
	return &failure{status: http.StatusBadRequest, message: fmt.Sprintf(format, args...)}
}

// clientTime converts a simulated time to the clients' time.
func (s *Server) clientTime(t time.Time) time.Time {
	return time.Now().Add(s.config.Clock.Client(t.Sub(s.config.Clock.Now()))).UTC()
}
