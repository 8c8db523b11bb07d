package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
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

// Limits of streams, which last longer than pages.
const (
	maxStreams  = 4                // at once; further requests are refused
	streamTime  = 15 * time.Minute // for the whole stream
	stallTime   = 30 * time.Second // for the client to receive one piece
	streamPiece = 32 << 10         // bytes of a piece
)

// HandleStream registers a handler that answers with a stream. It holds the
// snapshot until the stream has been sent. A request beyond maxStreams is refused.
func (s *Server) HandleStream(pattern string, h Handler) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), streamTime)
		defer cancel()
		r = r.WithContext(ctx)
		select {
		case s.streams <- struct{}{}:
			defer func() { <-s.streams }()
		default:
			s.Fail(w, r, &Fault{
				Status: http.StatusServiceUnavailable, Detail: Msg("%d downloads are already in progress.", maxStreams), Hint: Msg("Try again in a moment."),
			})
			return
		}
		out := &pieces{w: w, control: http.NewResponseController(w)}
		err := s.concordance.view(r.Context(), func(snapshot *index.Snapshot) error {
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
				s.send(w, req, p)
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
	w       http.ResponseWriter
	control *http.ResponseController
	buffer  []byte
	begun   bool // some data has been sent
	refused bool // the client has disconnected or is too slow
}

// Write buffers b, and sends the buffer when it has the size of a piece.
func (p *pieces) Write(b []byte) (int, error) {
	p.buffer = append(p.buffer, b...)
	if len(p.buffer) < streamPiece {
		return len(b), nil
	}
	return len(b), p.flush()
}

// flush sends the buffer. It fails if the client does not receive it within
// stallTime.
func (p *pieces) flush() error {
	p.begun = true
	if err := p.control.SetWriteDeadline(time.Now().Add(stallTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	_, err := p.w.Write(p.buffer)
	p.refused = err != nil
	p.buffer = p.buffer[:0]
	return err
}
