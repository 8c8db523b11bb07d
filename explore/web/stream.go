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

// A Stream is an answer that is sent while it is made, because it may be
// larger than what one request should hold.
type Stream struct {
	ContentType string
	Name        string // of the file that it is saved as
	Write       func(ctx context.Context, w io.Writer) error
}

// Limits of streams, which last longer than pages.
const (
	maxStreams  = 4                // sent at once; who comes later is told to come again
	streamTime  = 15 * time.Minute // from the first to the last byte
	stallTime   = 30 * time.Second // that a client may take for a piece
	streamPiece = 32 << 10         // bytes of a piece
)

// HandleStream routes a pattern to a handler that answers with a stream, or
// refuses. The snapshot is held until the last byte is sent.
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
				err = fmt.Errorf("%w, after the answer had begun", errHalfSent) // it cannot begin again
			}
			return err
		})
		switch {
		case err == nil:
		case out.begun: // the client must not take half of it for the whole
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

// sendStream sends a stream. Its first piece is held back, so that what fails
// at once is still answered with an error.
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
	// The server's time for reading the request ends the request's context too.
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

// pieces sends what is written in pieces, and gives the client a while for
// each.
type pieces struct {
	w       http.ResponseWriter
	control *http.ResponseController
	buffer  []byte
	begun   bool // something was sent
	refused bool // the client has left, or does not take it
}

func (p *pieces) Write(b []byte) (int, error) {
	p.buffer = append(p.buffer, b...)
	if len(p.buffer) < streamPiece {
		return len(b), nil
	}
	return len(b), p.flush()
}

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
