package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"time"

	"mashal"

	"mashal/concordance/index"
	"mashal/corpus"
)

// Options say what a Server shows, and to whom.
type Options struct {
	Concordance string // the file; it may not be there yet, and is picked up when it is
	Program     string // its version, part of what ETags are made of
	Record      Record // how figures were made; nil if that is not to be had

	Exports []Export // file formats in which lists of figures can be downloaded

	Now func() time.Time // nil for time.Now; citations have the date

	// Public serves whoever can reach the address, by whatever name. Else only
	// requests are answered that name this machine, so that no page on the web
	// can reach the server through a name of its own (DNS rebinding).
	Public bool

	// Log receives the errors that pages do not show to readers. A panic has its
	// stack as an attribute. It may be nil.
	Log *slog.Logger

	// BaseURL is the public address of the server, such as
	// "https://mashal.example" of a proxy that ends TLS. Citations and the
	// description of the API name it. If it is "", they name the address that the
	// client used, or, unless Public is set, none.
	BaseURL string
}

// A Server is the explorer. It only reads.
type Server struct {
	options     Options
	base        *url.URL // Options.BaseURL; nil if it is ""
	text        *corpus.Corpus
	concordance *concordanceFile
	layout      *layout
	assets      *assets
	mux         *http.ServeMux
	limiter     *limiter
	streams     chan struct{} // one per stream that is being sent
	onEnd       []func()      // what ends before the server does
}

// Limits of what a client may ask for and hold on to. A request that is within
// them costs milliseconds; the times are for slow connections.
const (
	maxPath     = 1 << 10          // bytes of a path
	maxQuery    = 8 << 10          // bytes of a query
	maxHeader   = 32 << 10         // bytes of all headers
	maxPending  = 256              // answers that clients have not taken yet
	headerTime  = 5 * time.Second  // to send the headers
	requestTime = 10 * time.Second // to be answered
	WriteTime   = 30 * time.Second // to take the answer
	idleTime    = 2 * time.Minute  // of a connection between requests
	graceTime   = 2 * time.Second  // for what is under way when the server ends
)

// A Site is what a Server answers with.
type Site struct {
	Routes func(*Server)    // registers the handlers
	Funcs  template.FuncMap // the functions that the templates call besides the methods of scope
}

// New returns a server of a site. It opens the concordance if there is
// one, so that the first page need not wait. The server must be closed.
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
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Server{
		options: o, base: base, text: text, assets: assets, layout: layout,
		concordance: newConcordanceFile(o.Concordance), mux: http.NewServeMux(), limiter: newLimiter(), streams: make(chan struct{}, maxStreams),
	}
	s.mux.HandleFunc("GET /static/{digest}/{name...}", s.asset)
	site.Routes(s)
	if _, err := s.concordance.open(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// Record returns how figures were made; nil if that is unknown.
func (s *Server) Record() Record { return s.options.Record }

// OnEnd registers a function that is called when the server shuts down, for
// goroutines and streams that would outlast it. It may be called twice.
func (s *Server) OnEnd(end func()) { s.onEnd = append(s.onEnd, end) }

// Close calls the functions of OnEnd and closes the concordance.
func (s *Server) Close() error {
	for _, end := range s.onEnd {
		end()
	}
	return s.concordance.close()
}

// Serve answers on a listener until the context ends; requests under way are
// then given a moment. To be stopped is its end, not a failure.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	server := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: headerTime,
		ReadTimeout:       requestTime,
		WriteTimeout:      WriteTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    maxHeader,

		DisableGeneralOptionsHandler: true, // OPTIONS * is refused as all other methods are
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
	if stop() { // the listener failed by itself
		return fmt.Errorf("serve the explorer: %w", errors.Join(err, server.Close()))
	}
	return <-stopped
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler { // how a handler hangs up
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
	s.mux.ServeHTTP(w, r)
}

// A Handler answers a visit with a page. What it refuses it returns as an
// error: a *fault, the faults of the visit's parameters, or an *mashal.Error
// of code Usage; every other error is ours.
type Handler func(*Request) (*Page, error)

// HandleFunc routes a pattern to what is no page, such as a stream of events.
// It has to set its own deadlines and to end with its request and the server.
func (s *Server) HandleFunc(pattern string, h http.HandlerFunc) { s.mux.HandleFunc(pattern, h) }

// Handle routes a pattern of http.ServeMux to a page. The page must be ready
// in time, and waits for its turn if too many are worked on.
func (s *Server) Handle(pattern string, h Handler) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), requestTime)
		defer cancel()
		r = r.WithContext(ctx)
		turn, err := s.limiter.acquire(ctx, w)
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
		switch {
		case err != nil:
			s.Fail(w, r, err)
		case p.Redirect != "":
			http.Redirect(w, r, p.Redirect, http.StatusFound)
		default:
			s.send(w, req, p)
		}
	})
}

// unchanged is the page of whoever has it already.
var unchanged = &Page{}

// answer asks a handler, unless the client has the page or should better have
// asked for another address.
func (s *Server) answer(req *Request, h Handler) (*Page, error) {
	if clean, ok := req.Params.withoutEmpty(); !ok {
		return &Page{Redirect: JoinQuery(req.View.Path, clean)}, nil
	}
	if matches(req.request.Header.Get("If-None-Match"), req.etag) {
		return unchanged, nil
	}
	p, err := h(req)
	if err != nil || p.Redirect != "" { // where it leads, parameters are read
		return p, err
	}
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	return p, takeable(req, p)
}

// send renders a page and sends it whole, so that a failure on the way is
// still an error page.
func (s *Server) send(w http.ResponseWriter, req *Request, p *Page) {
	h := w.Header()
	if p.Live {
		h.Set("Cache-Control", "no-store")
	} else {
		h.Set("ETag", req.etag)
		h.Set("Cache-Control", "no-cache") // keep it, and ask whether it still holds
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
	write(w, req.request, "text/html; charset=utf-8", http.StatusOK, b.Bytes())
}

// Log logs an error of an operation, with attributes as slog.Logger.Error takes
// them. Errors of requests that the client cancelled are not logged.
func (s *Server) Log(operation string, err error, attributes ...any) {
	if s.options.Log != nil && !errors.Is(err, context.Canceled) {
		s.options.Log.Error(operation, append([]any{"error", err}, attributes...)...)
	}
}

// NotFound is the error of what does not exist.
func NotFound(format string, args ...any) *Fault {
	return &Fault{Status: http.StatusNotFound, Detail: Msg(format, args...)}
}

// mustSub is the part of an embedded tree below a folder that is known to be there.
func mustSub(tree fs.FS, dir string) fs.FS {
	part, err := fs.Sub(tree, dir)
	if err != nil {
		panic(err) // only of an invalid name
	}
	return part
}

// UsageError is the *mashal.Error of code Usage in an error, if there is one.
func UsageError(err error) (*mashal.Error, bool) {
	e, ok := errors.AsType[*mashal.Error](err)
	return e, ok && e.Code == mashal.Usage
}
