package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"

	"mashal/concordance"
	"mashal/concordance/index"
	"mashal/corpus"
)

// A Request is a request for a page with the data to answer it.
type Request struct {
	View     View
	Params   *Params
	Snapshot *index.Snapshot // nil if there is no concordance yet
	Text     *corpus.Corpus
	Record   Record // nil if there is no ledger
	request  *http.Request
	Log      func(operation string, err error, attributes ...any) // Server.Log
	etag     string                                               // of the page; valid unless Page.Live is set
}

// newRequest returns a request on a snapshot of the concordance. It reads the
// parameters of the view; the page reads its own.
func (s *Server) newRequest(r *http.Request, snapshot *index.Snapshot) (*Request, error) {
	p, err := ParseParams(r.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	stale := s.concordance.isStale()
	req := &Request{
		View: newView(r.URL, p), Params: p, Snapshot: snapshot, Text: s.text,
		Record: s.options.Record, request: r, Log: s.Log, etag: s.etag(r, snapshot, stale),
	}
	if snapshot != nil && snapshot.HasSimulated() {
		req.View.Simulated, req.View.TakeSimulated = showsSimulated(snapshot, req.View.Query), p.Flag("simulated")
	}
	req.View.HidesRecord, req.View.Stale = s.HidesRecord(), stale
	req.View.Source = s.source(r, snapshot)
	for _, e := range s.options.Exports {
		req.View.Formats = append(req.View.Formats, e.Name)
	}
	return req, nil
}

// source returns the data that all citations contain.
func (s *Server) source(r *http.Request, snapshot *index.Snapshot) Source {
	of := Source{Today: s.options.Now().UTC(), Base: s.baseURL(r)}
	if snapshot != nil {
		meta := snapshot.Meta()
		of.Version, of.Editors, of.Licence = snapshot.Version(), meta[concordance.MetaEditors], meta[concordance.MetaLicence]
		if annotators := snapshot.Annotators(); len(annotators) == 1 {
			of.Only = annotators[0].Name
		}
		of.Read = func(annotator string) time.Time {
			dates, err := snapshot.Dates(r.Context(), annotator)
			if err != nil {
				s.Log("read when verses were annotated", err)
				return time.Time{}
			}
			day, err := time.Parse(time.DateOnly, dates.Last)
			if err != nil {
				return time.Time{}
			}
			return day
		}
	}
	return of
}

// etag returns a hash of everything that a page depends on: the address, the
// concordance and whether it is stale, the program and the date, which citations contain. The address is
// included so that a client cannot guess the tag of a page that it has not seen.
func (s *Server) etag(r *http.Request, snapshot *index.Snapshot, stale bool) string {
	version := "none"
	if snapshot != nil {
		version = snapshot.Version()
	}
	if stale {
		version += " stale"
	}
	sum := sha256.Sum256([]byte(r.URL.RequestURI() + "\n" + s.options.Program + "\n" + s.assets.digest + "\n" + s.layout.digest + "\n" + s.text.Version() + "\n" + version + "\n" + s.baseURL(r) + "\n" + s.options.Now().UTC().Format(time.DateOnly)))
	return `W/"` + hex.EncodeToString(sum[:9]) + `"`
}

// Context returns the context of the request. It ends when the client disconnects
// or the time limit is reached.
func (req *Request) Context() context.Context { return req.request.Context() }

// PathValue returns a named part of the path.
func (req *Request) PathValue(name string) string { return req.request.PathValue(name) }

// A Handler answers a request with a page. It refuses a request by returning a
// *Fault, the error of Params.Check or a *mashal.Error with the code Usage. Any
// other error is logged as an internal error.
type Handler func(*Request) (*Page, error)
