package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"mashal/access"
	"mashal/concordance/index"
	"mashal/corpus"
	"mashal/report"
)

// Options configures a Server.
type Options struct {
	Concordance string // path of the file, which may not exist yet
	Program     string // version of the program, which is part of ETags
	Record      Record // the ledger; nil if it is not available

	Saved func() ([]report.SavedQuery, error) // the searches saved in the data folder; nil if there is none

	Exports []Export // file formats in which lists of figures can be downloaded

	Now func() time.Time // the current time for citations; nil for time.Now

	// Public answers requests for any host name. Without it, only requests for a
	// loopback address or BaseURL are answered, so that a web page cannot reach
	// the server through a host name of its own (DNS rebinding).
	Public bool

	// ShowRecord shows the runs, the commands, and the prompts and answers of the
	// ledger also if Public is set.
	ShowRecord bool

	// Token is what requests must have, in a header or in a cookie; "" for nothing.
	Token string

	// Reviews takes the decisions of reviewers; nil if the explorer only reads.
	Reviews Reviews

	// Log receives the errors that pages do not show. A panic has its stack as an
	// attribute. Nil logs nothing.
	Log *slog.Logger

	// Answered is called after each request that was answered, with the pattern of its
	// route, the status and how long it took. The pattern is one of few, and never the
	// address. Nil does nothing.
	Answered func(route string, status int, took time.Duration)

	// BaseURL is the public address of the server, such as
	// "https://mashal.example" of a proxy that terminates TLS. Citations and
	// openapi.json contain it. If it is "", they contain the address that the
	// client used if Public is set, and no address otherwise.
	BaseURL string
}

// A Server is the HTTP server of the explorer. It never writes to the concordance. It
// writes to the ledger only what Options.Reviews takes.
type Server struct {
	options     Options
	base        *url.URL // Options.BaseURL; nil if it is ""
	text        *corpus.Corpus
	concordance *concordanceFile
	layout      *layout
	assets      *assets
	mux         *http.ServeMux
	limiter     *limiter
	token       *access.Token // nil if none is needed
	streams     *shares
	onEnd       []func() // functions registered by OnEnd
}

// Limits of requests. A request within them takes milliseconds; the times are for
// slow connections.
const (
	maxPath     = 1 << 10          // bytes of a path
	maxQuery    = 8 << 10          // bytes of a query
	maxHeader   = 32 << 10         // bytes of all headers
	maxForm     = 64 << 10         // bytes of a form that changes something
	maxPending  = 256              // answers that clients have not received completely
	headerTime  = 5 * time.Second  // for the client to send the headers
	requestTime = 10 * time.Second // for the server to compute the answer
	WriteTime   = 30 * time.Second // for the client to receive the answer
	idleTime    = 2 * time.Minute  // of a connection between requests
	graceTime   = 2 * time.Second  // for requests in progress when the server ends
)

// A Site is the content of a Server.
type Site struct {
	Routes func(*Server)    // registers the handlers
	Funcs  template.FuncMap // template functions in addition to the methods of Scope
}

// New returns a server for a site. It opens the concordance if the file exists, so
// that the first request does not wait for it. The caller must close the server.
func New(ctx context.Context, o Options, site Site) (*Server, error) {
	base, err := parseBaseURL(o.BaseURL)
	if err != nil {
		return nil, err
	}
	text, err := corpus.Open()
	if err != nil {
		return nil, fmt.Errorf("open the text: %w", err)
	}
	assets, err := newAssets()
	if err != nil {
		return nil, err
	}
	layout, err := newLayout(assets, site.Funcs)
	if err != nil {
		return nil, err
	}
	if o.Public && !o.ShowRecord {
		o.Record = nil
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Server{
		options: o, base: base, text: text, assets: assets, layout: layout,
		concordance: newConcordanceFile(o.Concordance), mux: http.NewServeMux(), limiter: newLimiter(), streams: &shares{now: time.Now},
	}
	if o.Token != "" {
		s.token = access.NewToken(o.Token, tokenCookie, http.SameSiteLaxMode) // links of other sites work
	}
	s.mux.HandleFunc("GET /static/{digest}/{name...}", s.asset)
	if o.Reviews != nil {
		o.Reviews.Register(s)
	}
	site.Routes(s)
	if _, err := s.concordance.open(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// Record returns the ledger, or nil if it is not available.
func (s *Server) Record() Record { return s.options.Record }

// HidesRecord reports whether the server shows nothing of a ledger, because it is public.
func (s *Server) HidesRecord() bool { return s.options.Public && !s.options.ShowRecord }

// OnEnd registers a function that is called when the server shuts down. It must end
// the goroutines and streams that would outlast the server. It may be called twice.
func (s *Server) OnEnd(end func()) { s.onEnd = append(s.onEnd, end) }

// Close calls the functions registered with OnEnd and closes the concordance.
func (s *Server) Close() error {
	for _, end := range s.onEnd {
		end()
	}
	return s.concordance.close()
}

// Serve serves on a listener until ctx is cancelled, and then gives requests in
// progress graceTime to end. It returns nil after a cancellation.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	server := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: headerTime,
		ReadTimeout:       requestTime,
		WriteTimeout:      WriteTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    maxHeader,
		ConnContext:       func(ctx context.Context, c net.Conn) context.Context { return context.WithValue(ctx, connKey{}, c) },

		DisableGeneralOptionsHandler: true, // handled like other methods
	}
	for _, end := range s.onEnd {
		server.RegisterOnShutdown(end)
	}
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		grace, done := context.WithTimeout(context.WithoutCancel(ctx), graceTime)
		defer done()
		err := server.Shutdown(grace)
		if errors.Is(err, context.DeadlineExceeded) {
			err = server.Close()
		}
		stopped <- err
	})
	err := server.Serve(ln)
	if stop() { // the listener failed
		return fmt.Errorf("serve the explorer: %w", errors.Join(err, server.Close()))
	}
	return <-stopped
}

// ServeHTTP answers a request. It recovers from panics, logs their stack and
// answers with an internal error.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.options.Answered != nil {
		a := &answer{ResponseWriter: w, status: http.StatusOK}
		w = a
		defer a.ended(s.options.Answered, r, time.Now())
	}
	access.SetHeaders(w.Header(), "'self'")
	if s.options.Reviews != nil {
		w.Header().Set("Referrer-Policy", "same-origin") // without it, browsers hide the origin of forms
	}
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler { // a handler closes the connection
				panic(p)
			}
			s.Log("answer a request", fmt.Errorf("panic: %v", p), "method", r.Method, "path", r.URL.EscapedPath(), "stack", string(debug.Stack()))
			s.Fail(w, r, &Fault{Status: http.StatusInternalServerError})
		}
	}()
	if err := s.admit(r); err != nil {
		s.Fail(w, r, err)
		return
	}
	if r.Method == http.MethodPost {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	}
	if s.enter(w, r) {
		s.mux.ServeHTTP(w, r)
	}
}

// HandleFunc registers a handler for an answer that is not a page, such as a stream
// of events. The handler must set its own deadlines and return when the request or
// the server ends.
func (s *Server) HandleFunc(pattern string, h http.HandlerFunc) { s.mux.HandleFunc(pattern, h) }

// Handle registers the handler of a page. The handler has requestTime to answer,
// including the time that the request waits for a slot of the limiter.
func (s *Server) Handle(pattern string, h Handler) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.show(w, r, http.StatusOK, h) })
}

// show answers with the page of a handler and a status.
func (s *Server) show(w http.ResponseWriter, r *http.Request, status int, h Handler) {
	ctx, cancel := context.WithTimeout(r.Context(), requestTime)
	defer cancel()
	r = r.WithContext(ctx)
	turn, err := s.limiter.acquire(ctx, w, r.URL.Query().Get("query") != "")
	if err != nil {
		s.Fail(w, r, err)
		return
	}
	defer turn.release()
	w = turn
	var req *Request
	var p *Page
	err = s.concordance.view(ctx, func(snapshot *index.Snapshot) (err error) {
		if req, err = s.newRequest(r, snapshot); err != nil {
			return err
		}
		p, err = s.answer(req, h)
		return err
	})
	if err := s.concordance.newError(); err != nil {
		s.Log("update the index", err)
	}
	switch {
	case err != nil:
		s.Fail(w, r, err)
	case p.Redirect != "":
		http.Redirect(w, r, p.Redirect, http.StatusFound)
	default:
		s.send(w, req, p, status)
	}
}

// unchanged is the page of a request whose client has the current version.
var unchanged = &Page{}

// answer calls the handler. It does not if the client has the current version of
// the page or if the query has empty values, which forms send and a redirect removes. The API
// and downloads refuse them: the program that sends an empty condition does not mean everything.
func (s *Server) answer(req *Request, h Handler) (*Page, error) {
	if clean, ok := req.Params.withoutEmpty(); !ok {
		if err := req.Params.checkNotEmpty(); err != nil && refusesEmpty(req.request) {
			return nil, err
		}
		return &Page{Redirect: JoinQuery(req.View.Path, clean)}, nil
	}
	if req.Reviews == nil && matches(req.request.Header.Get("If-None-Match"), req.etag) {
		return unchanged, nil
	}
	p, err := h(req)
	if err != nil || p.Redirect != "" { // the target of a redirect reads the parameters
		return p, err
	}
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	return p, takeable(req, p)
}

// send renders a page completely before it sends it, so that an error of a template
// becomes an error page.
func (s *Server) send(w http.ResponseWriter, req *Request, p *Page, status int) {
	h := w.Header()
	if p.Live || req.Reviews != nil {
		h.Set("Cache-Control", "no-store")
	} else {
		h.Set("ETag", req.etag)
		h.Set("Cache-Control", "no-cache") // cache, but revalidate
	}
	if p == unchanged {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	b, free := borrowBuffer()
	defer free()
	if p.JSON != nil {
		if err := json.NewEncoder(b).Encode(p.JSON); err != nil {
			s.Fail(w, req.request, fmt.Errorf("write JSON: %w", err))
			return
		}
		write(w, req.request, "application/json", http.StatusOK, b.Bytes())
		return
	}
	if p.Attachment != nil {
		h.Set("Content-Disposition", `attachment; filename="`+p.Attachment.Name+`"`)
		write(w, req.request, p.Attachment.ContentType, http.StatusOK, p.Attachment.Body)
		return
	}
	if err := s.layout.render(b, req, p); err != nil {
		s.Fail(w, req.request, fmt.Errorf("render %s: %w", p.Template, err))
		return
	}
	h.Set("Content-Language", req.View.Lang)
	write(w, req.request, "text/html; charset=utf-8", status, b.Bytes())
}

// Log logs an error of an operation with attributes, which have the form of
// slog.Logger.Error. Errors of requests that the client cancelled are not logged.
func (s *Server) Log(operation string, err error, attributes ...any) {
	if s.options.Log != nil && !errors.Is(err, context.Canceled) {
		s.options.Log.Error(operation, append([]any{"error", err}, attributes...)...)
	}
}

// An answer is a ResponseWriter that remembers the status.
type answer struct {
	http.ResponseWriter
	status int
}

// WriteHeader sends the header.
func (a *answer) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

// Unwrap returns the underlying ResponseWriter for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// refusedRoute is the name of the route of requests that no route has answered.
const refusedRoute = "refused"

// ended calls answered, unless the answer was a stream of events, which lasts as long as
// its page is open.
func (a *answer) ended(answered func(route string, status int, took time.Duration), r *http.Request, began time.Time) {
	if strings.HasPrefix(a.Header().Get("Content-Type"), "text/event-stream") {
		return
	}
	route := r.Pattern
	if route == "" {
		route = refusedRoute
	}
	if _, path, ok := strings.Cut(route, " "); ok { // without the method
		route = path
	}
	answered(route, a.status, time.Since(began))
}
