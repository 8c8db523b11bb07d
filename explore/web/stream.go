package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"mashal/concordance/index"
)

// A Stream is an answer that is sent while it is computed, because it can be too
// large for memory.
type Stream struct {
	ContentType string
	Name        string // of the saved file
	Write       func(ctx context.Context, w io.Writer) error
}

// Limits of streams, which last longer than pages. A stream lasts as long as its client
// receives it: the whole concordance takes an hour at 32 kB/s.
const (
	maxStreams       = 64              // at once
	clientStreams    = 4               // at once of one client; further requests are refused
	slowestStream    = 8 << 10         // bytes per second, on average
	streamPatience   = 2 * time.Minute // before that average counts, and for the client to receive one piece
	streamPiece      = 32 << 10        // bytes of a piece
	streamSendBuffer = 256 << 10       // bytes that the operating system holds for a client, so that a piece means progress
)

// HandleStream registers a handler that answers with a stream. It holds the
// snapshot until the stream has been sent. A client has at most clientStreams; if
// there are maxStreams, the slowest one of the client with the most of them ends for a
// client with fewer.
func (s *Server) HandleStream(pattern string, h Handler) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		control := http.NewResponseController(w)
		one, err := s.streams.admit(s.client(r), func() {
			cancel()
			_ = control.SetWriteDeadline(time.Now()) // a stream that waits for its client ends too
		})
		if err != nil {
			s.Fail(w, r, err)
			return
		}
		defer s.streams.end(one)
		computed, err := s.limiter.takeQuery(ctx, r)
		if err != nil {
			s.Fail(w, r, err)
			return
		}
		defer computed()
		r = r.WithContext(ctx)
		out := &pieces{w: w, control: control, share: one, computed: computed}
		narrow(r)
		err = s.concordance.view(r.Context(), func(snapshot *index.Snapshot) error {
			req, err := s.newRequest(r, snapshot)
			if err != nil {
				return err
			}
			p, err := s.answer(req, h)
			switch {
			case err != nil:
				return err
			case p.Redirect != "":
				http.Redirect(w, r, p.Redirect, http.StatusFound)
				return nil
			case p.Stream == nil:
				s.send(w, req, p, http.StatusOK)
				return nil
			}
			err = s.sendStream(out, req, p.Stream)
			if out.begun && errors.Is(err, index.ErrChanged) {
				err = fmt.Errorf("%w, after the answer had begun", errHalfSent) // the answer cannot be restarted
			}
			return err
		})
		switch {
		case err == nil:
		case out.begun: // a closed connection tells the client that the file is incomplete
			if !out.refused {
				s.Log("send a file", err, "path", r.URL.EscapedPath())
			}
			panic(http.ErrAbortHandler)
		default:
			s.Fail(w, r, err)
		}
	})
}

var errHalfSent = errors.New("the concordance has changed")

// sendStream sends a stream. It sends nothing before the first piece is complete,
// so an early error becomes an error page.
func (s *Server) sendStream(out *pieces, req *Request, st *Stream) error {
	h := out.w.Header()
	h.Set("Content-Type", st.ContentType)
	h.Set("ETag", req.etag)
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Disposition", `attachment; filename="`+st.Name+`"`)
	if req.request.Method == http.MethodHead {
		out.w.WriteHeader(http.StatusOK)
		return nil
	}
	// The read deadline of the server would also end the context of the request.
	if err := out.control.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	err := st.Write(req.Context(), out)
	if err == nil {
		err = out.flush()
	}
	if err != nil && !out.begun {
		h.Del("Content-Disposition")
		out.buffer = nil
	}
	return err
}

// A pieces is a writer that sends its data in pieces, with a deadline for each.
type pieces struct {
	w        http.ResponseWriter
	control  *http.ResponseController
	share    *share
	computed func() // is called before the first piece: a costly query has been answered
	buffer   []byte
	begun    bool // some data has been sent
	refused  bool // the client has disconnected or is too slow
}

// Write buffers b, and sends the buffer when it has the size of a piece.
func (p *pieces) Write(b []byte) (int, error) {
	p.buffer = append(p.buffer, b...)
	if len(p.buffer) < streamPiece {
		return len(b), nil
	}
	return len(b), p.flush()
}

var errTooSlow = errors.New("the client is too slow")

// flush sends the buffer in pieces. It fails if the client does not receive one within
// streamPatience, or if it is slower than slowestStream.
func (p *pieces) flush() error {
	p.begun = true
	p.computed()
	for rest := p.buffer; len(rest) > 0; {
		piece := rest[:min(len(rest), streamPiece)]
		rest = rest[len(piece):]
		if err := p.control.SetWriteDeadline(time.Now().Add(streamPatience)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return err
		}
		_, err := p.w.Write(piece)
		if err == nil {
			err = p.share.progress(len(piece))
		}
		if err != nil {
			p.refused = true
			return err
		}
	}
	p.buffer = p.buffer[:0]
	return nil
}

// connKey is the key of a request's connection in its context.
type connKey struct{}

// narrow limits what the operating system holds for the client of a stream. With the
// usual buffer of megabytes, a slow client would make no visible progress for minutes.
func narrow(r *http.Request) {
	if c, ok := r.Context().Value(connKey{}).(*net.TCPConn); ok {
		_ = c.SetWriteBuffer(streamSendBuffer) // without it, slow clients are judged less exactly
	}
}

// shares are the streams in progress.
type shares struct {
	now func() time.Time

	mu   sync.Mutex
	list []*share
}

// A share is one stream.
type share struct {
	all     *shares
	client  string
	started time.Time
	stop    func()

	// Guarded by all.mu.
	sent    int64
	stopped bool
}

// admit adds a stream of a client. stop ends it; it may be called from another goroutine.
func (s *shares) admit(client string, stop func()) (*share, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	counts := map[string]int{}
	running := 0
	for _, one := range s.list {
		if !one.stopped {
			counts[one.client]++
			running++
		}
	}
	refuse := func(n int) error {
		return &Fault{Status: http.StatusServiceUnavailable, Detail: Msg("%d downloads are already in progress.", n), Hint: Msg("Try again in a moment.")}
	}
	if counts[client] >= clientStreams {
		return nil, refuse(counts[client])
	}
	if running >= maxStreams {
		slowest := s.slowest(counts)
		if counts[slowest.client] <= counts[client]+1 { // the client would have as many as it leaves to the other
			return nil, refuse(running)
		}
		slowest.stopped = true
		slowest.stop()
	}
	one := &share{all: s, client: client, started: s.now(), stop: stop}
	s.list = append(s.list, one)
	return one, nil
}

// slowest returns the slowest stream of the client that has most.
func (s *shares) slowest(counts map[string]int) (slowest *share) {
	now := s.now()
	rate := func(one *share) float64 { return float64(one.sent) / max(now.Sub(one.started).Seconds(), 1) }
	for _, one := range s.list {
		switch {
		case one.stopped:
		case slowest == nil, counts[one.client] > counts[slowest.client],
			counts[one.client] == counts[slowest.client] && rate(one) < rate(slowest):
			slowest = one
		}
	}
	return slowest
}

// end removes a stream.
func (s *shares) end(one *share) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = slices.DeleteFunc(s.list, func(other *share) bool { return other == one })
}

// progress notes that a client has received n bytes. It returns an error if the client is
// too slow or its stream has been stopped.
func (one *share) progress(n int) error {
	one.all.mu.Lock()
	defer one.all.mu.Unlock()
	one.sent += int64(n)
	lasted := one.all.now().Sub(one.started)
	if one.stopped || lasted > streamPatience && float64(one.sent) < slowestStream*lasted.Seconds() {
		return errTooSlow
	}
	return nil
}

// client returns what identifies the client of a request: its address, of IPv6 the
// network. Behind a proxy on this machine that is named with the public address, it is
// the one that the proxy gives.
func (s *Server) client(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	if forwarded := r.Header.Values("X-Forwarded-For"); s.base != nil && ip.IsLoopback() && len(forwarded) > 0 {
		list := strings.Split(forwarded[len(forwarded)-1], ",")
		if named, err := netip.ParseAddr(strings.TrimSpace(list[len(list)-1])); err == nil {
			ip = named
		}
	}
	if ip = ip.Unmap(); ip.Is6() {
		if network, err := ip.WithZone("").Prefix(64); err == nil {
			return network.String()
		}
	}
	return ip.String()
}
