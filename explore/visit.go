package explore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"mashal/concordance"
	"mashal/corpus"
)

// A visit is one request for a page, with what the page needs to answer it.
type visit struct {
	view
	params   *params
	snapshot *concordance.Snapshot // nil if there is no concordance yet
	text     *corpus.Corpus
	record   Record // nil if there is none
	request  *http.Request
	etag     string // of whatever page is a function of the address and the snapshot
}

// visit prepares a request with the concordance as it is now. It reads the
// parameters of the view; the page reads its own.
func (s *Server) visit(r *http.Request, snapshot *concordance.Snapshot) (*visit, error) {
	p, err := parseParams(r.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	return &visit{
		view: newView(r.URL.Path, p), params: p, snapshot: snapshot, text: s.text,
		record: s.options.Record, request: r, etag: s.etag(snapshot),
	}, nil
}

// etag names the state that pages are a function of: the concordance, and all
// of the program that shows it.
func (s *Server) etag(snapshot *concordance.Snapshot) string {
	version := "none"
	if snapshot != nil {
		version = snapshot.Version()
	}
	sum := sha256.Sum256([]byte(s.options.Program + "\n" + s.assets.digest + "\n" + s.layout.digest + "\n" + s.text.Version() + "\n" + version))
	return `W/"` + hex.EncodeToString(sum[:9]) + `"`
}

// ctx ends when the client leaves or the time for the answer is over.
func (v *visit) ctx() context.Context { return v.request.Context() }

// segment is a part of the path that the route names.
func (v *visit) segment(name string) string { return v.request.PathValue(name) }
