package llmsim

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// batches are the batches of all keys, and the files in which OpenAI's come and
// go. They are kept until the server ends; files may be deleted before.
type batches struct {
	server *Server

	mu    sync.Mutex
	order []*batch // as they came
	files map[string]*file
}

// route adds the vendors' endpoints for batches.
func (bs *batches) route(mux *http.ServeMux) {
	o, a, g := openaiBatches{bs}, anthropicBatches{bs}, googleBatches{bs}
	for _, endpoint := range []struct {
		pattern string
		vendor  interface{ failure(f failure) []byte }
		handle  func(*http.Request) ([]byte, *failure)
	}{
		{"POST /v1/files", openai{}, o.upload},
		{"GET /v1/files/{id}", openai{}, o.file},
		{"GET /v1/files/{id}/content", openai{}, o.content},
		{"DELETE /v1/files/{id}", openai{}, o.remove},
		{"POST /v1/batches", openai{}, o.create},
		{"GET /v1/batches", openai{}, o.list},
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
	} {
		mux.HandleFunc(endpoint.pattern, func(w http.ResponseWriter, r *http.Request) {
			reply(w, r, endpoint.vendor, endpoint.handle)
		})
	}
}

// reply writes what a handler gives, or its failure as the vendor says it.
func reply(w http.ResponseWriter, r *http.Request, vendor interface{ failure(f failure) []byte }, handle func(*http.Request) ([]byte, *failure)) {
	body, f := handle(r)
	w.Header().Set("Content-Type", "application/json")
	if f != nil {
		w.WriteHeader(f.status)
		body = vendor.failure(*f)
	}
	_, _ = w.Write(body) // whether the client still listens changes nothing
}

// add takes a batch in.
func (bs *batches) add(b *batch) {
	b.start(bs.server, bs.server.config.Clock.Now())
	bs.mu.Lock()
	defer bs.mu.Unlock()
	bs.order = append(bs.order, b)
}

// find is the batch of that name, if it is of the vendor and the key asks that
// sent it.
func (bs *batches) find(r *http.Request, vendor string, name string) (*batch, *failure) {
	for _, b := range bs.ofKey(r, vendor) {
		if b.name == name {
			return b, nil
		}
	}
	return nil, &failure{status: http.StatusNotFound, of: "batch", message: fmt.Sprintf("There is no batch %q of this key", name)}
}

// ofKey are the batches of a key, as they came.
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

// describe gives what describe says of a batch as it stands.
func (b *batch) describe(describe func(*batch, batchStatus) []byte) []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return describe(b, b.advance())
}

// readBody takes a request's body of at most so many bytes.
func readBody(r *http.Request, most int64) ([]byte, *failure) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, most))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, &failure{status: http.StatusRequestEntityTooLarge, message: fmt.Sprintf("The request is larger than %d MB", most>>20)}
	case err != nil:
		return nil, badRequest("read the request: %s", err)
	}
	return body, nil
}

func badRequest(format string, args ...any) *failure {
	return &failure{status: http.StatusBadRequest, message: fmt.Sprintf(format, args...)}
}

// clientTime is a simulated time by the clients' calendar.
func (s *Server) clientTime(t time.Time) time.Time {
	return time.Now().Add(s.config.Clock.Client(t.Sub(s.config.Clock.Now()))).UTC()
}
