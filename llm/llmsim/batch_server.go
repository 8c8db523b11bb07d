package llmsim

import (
	"errors"
	"fmt"
	"io"
	"net/http"
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

// reply writes the body that handle returns, or its failure in the vendor's
// format.
func reply(w http.ResponseWriter, r *http.Request, vendor interface{ failure(f failure) []byte }, handle func(*http.Request) ([]byte, *failure)) {
	body, f := handle(r)
	w.Header().Set("Content-Type", "application/json")
	if f != nil {
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
