package explore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"mashal/concordance/index"
	"mashal/corpus"
	"mashal/markup"
)

// A visit is one request for a page, with what the page needs to answer it.
type visit struct {
	view     view
	params   *params
	snapshot *index.Snapshot // nil if there is no concordance yet
	text     *corpus.Corpus
	record   Record // nil if there is none
	accounts *accounts
	request  *http.Request
	log      func(error) // for what goes wrong on our side beside the page
	etag     string      // of the page, if it is a function of the address and the snapshot
}

// visit prepares a request with the concordance as it is now. It reads the
// parameters of the view; the page reads its own.
func (s *Server) visit(r *http.Request, snapshot *index.Snapshot) (*visit, error) {
	p, err := parseParams(r.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	v := &visit{
		view: newView(r.URL, p), params: p, snapshot: snapshot, text: s.text,
		record: s.options.Record, accounts: s.accounts, request: r, log: s.log, etag: s.etag(r, snapshot),
	}
	v.view.source = s.source(r, snapshot)
	for _, e := range s.options.Exports {
		v.view.formats = append(v.view.formats, e.Name)
	}
	return v, nil
}

// source is what pages cite.
func (s *Server) source(r *http.Request, snapshot *index.Snapshot) source {
	of := source{today: s.options.Now().UTC()}
	if snapshot != nil {
		of.version = snapshot.Version()
	}
	if s.options.Public {
		of.base = "http://" + r.Host
		if r.TLS != nil {
			of.base = "https://" + r.Host
		}
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
	sum := sha256.Sum256([]byte(r.URL.RequestURI() + "\n" + s.options.Program + "\n" + s.assets.digest + "\n" + s.layout.digest + "\n" + s.text.Version() + "\n" + version + "\n" + s.options.Now().UTC().Format(time.DateOnly)))
	return `W/"` + hex.EncodeToString(sum[:9]) + `"`
}

// ctx ends when the client leaves or the time for the answer is over.
func (v *visit) ctx() context.Context { return v.request.Context() }

// segment is a part of the path that the route names.
func (v *visit) segment(name string) string { return v.request.PathValue(name) }

// sourceLine returns the line of an image file that says what was counted: the
// concordance, its version and the conditions.
func (v *visit) sourceLine(t index.Totals) string {
	parts := []string{
		v.view.T("Mashal, a concordance of figurative language in the Hebrew Bible"), v.view.N(t.Figures, "%d figure", "%d figures"),
		v.view.N(t.Read, "%d verse read", "%d verses read"),
	}
	for _, c := range v.active() {
		parts = append(parts, v.view.Say(c.Title)+" "+markup.Shorten(markup.Plain(c.Value), 60).Text)
	}
	return strings.Join(append(parts, v.snapshot.Version()), " · ")
}
