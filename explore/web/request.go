package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"mime"
	"net/http"
	"net/url"
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
	Record   Record  // nil if there is no ledger
	Reviews  Reviews // nil if nothing can be decided
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
		Record: s.options.Record, Reviews: s.options.Reviews, request: r, Log: s.Log, etag: s.etag(r, snapshot, stale),
	}
	req.View.Reviewing = s.options.Reviews != nil
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

// Cookie returns the value of a cookie, or "".
func (req *Request) Cookie(name string) string {
	c, err := req.request.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// PathValue returns a named part of the path.
func (req *Request) PathValue(name string) string { return req.request.PathValue(name) }

// A Handler answers a request with a page. It refuses a request by returning a
// *Fault, the error of Params.Check or a *mashal.Error with the code Usage. Any
// other error is logged as an internal error.
type Handler func(*Request) (*Page, error)

// Reviews takes the decisions of reviewers.
type Reviews interface {
	// Register registers the routes on which figures are decided.
	Register(*Server)
	// Form returns the data of the template part "decide" for the card of a figure, and
	// nil if no reviewer is signed in.
	Form(req *Request, citation string) (any, error)
}

// A Reply is the answer to a form: a redirect, or a page with a status.
type Reply struct {
	Redirect string
	Status   int
	Page     Handler
}

// HandleForm registers a handler of POST requests, which change something. The server has
// checked that no page of another site sends the form, and its size. The handler checks
// who sends it.
func (s *Server) HandleForm(path string, h func(w http.ResponseWriter, r *http.Request, form url.Values) (Reply, error)) {
	s.mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), requestTime)
		defer cancel()
		w.Header().Set("Cache-Control", "no-store")
		form, err := readForm(r)
		var reply Reply
		if err == nil {
			reply, err = h(w, r.WithContext(ctx), form)
		}
		switch {
		case err != nil:
			s.Fail(w, r, err)
		case reply.Redirect != "":
			http.Redirect(w, r, reply.Redirect, http.StatusSeeOther)
		default:
			s.show(w, r, reply.Status, reply.Page)
		}
	})
}

// errLargeForm is the fault of a form that is longer than any page sends.
var errLargeForm = &Fault{
	Status: http.StatusRequestEntityTooLarge, Detail: Msg("The form has more than %d kB. Nothing was recorded.", maxForm>>10), Hint: Msg("Go back, and shorten the note."),
}

// readForm returns the fields of a form that was sent with POST.
func readForm(r *http.Request) (url.Values, error) {
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/x-www-form-urlencoded" {
		return nil, BadRequest("A form is sent as application/x-www-form-urlencoded.")
	}
	if err := r.ParseForm(); err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return nil, errLargeForm
		}
		return nil, BadRequest("The form cannot be read.")
	}
	for name, list := range r.PostForm {
		for _, value := range list {
			if !IsText(name) || !IsText(value) {
				return nil, BadRequest("The form has control characters or is not valid UTF-8.")
			}
		}
	}
	return r.PostForm, nil
}
