package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"

	"mashal/concordance/index"
	"mashal/corpus"
)

// A Request is one request for a page, with what the page needs to answer it.
type Request struct {
	View     View
	Params   *Params
	Snapshot *index.Snapshot // nil if there is no concordance yet
	Text     *corpus.Corpus
	Record   Record // nil if there is none
	request  *http.Request
	Log      func(operation string, err error, attributes ...any) // as Server.Log
	etag     string                                               // of the page, if it is a function of the address and the snapshot
}

// newRequest prepares a request with the concordance as it is now. It reads the
// parameters of the view; the page reads its own.
func (s *Server) newRequest(r *http.Request, snapshot *index.Snapshot) (*Request, error) {
	p, err := ParseParams(r.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	req := &Request{
		View: newView(r.URL, p), Params: p, Snapshot: snapshot, Text: s.text,
		Record: s.options.Record, request: r, Log: s.Log, etag: s.etag(r, snapshot),
	}
	if snapshot != nil && snapshot.HasSimulated() {
		req.View.Simulated, req.View.TakeSimulated = showsSimulated(snapshot, req.View.Query), p.Flag("simulated")
	}
	req.View.Source = s.source(r, snapshot)
	for _, e := range s.options.Exports {
		req.View.Formats = append(req.View.Formats, e.Name)
	}
	return req, nil
}

// source returns what citations refer to.
func (s *Server) source(r *http.Request, snapshot *index.Snapshot) Source {
	of := Source{Today: s.options.Now().UTC(), Base: s.baseURL(r)}
	if snapshot != nil {
		of.Version = snapshot.Version()
	}
	return of
}

// etag names what pages are a function of: the address, without which a client
// could name a page that it has never seen; the concordance, all of
// the program that shows it, and the day, which citations name.
func (s *Server) etag(r *http.Request, snapshot *index.Snapshot) string {
	version := "none"
	if snapshot != nil {
		version = snapshot.Version()
	}
	sum := sha256.Sum256([]byte(r.URL.RequestURI() + "\n" + s.options.Program + "\n" + s.assets.digest + "\n" + s.layout.digest + "\n" + s.text.Version() + "\n" + version + "\n" + s.baseURL(r) + "\n" + s.options.Now().UTC().Format(time.DateOnly)))
	return `W/"` + hex.EncodeToString(sum[:9]) + `"`
}

// Context ends when the client leaves or the time for the answer is over.
func (req *Request) Context() context.Context { return req.request.Context() }

// PathValue is a part of the path that the route names.
func (req *Request) PathValue(name string) string { return req.request.PathValue(name) }
