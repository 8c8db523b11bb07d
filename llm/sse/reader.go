// Package sse reads server-sent events: the format text/event-stream of the
// WHATWG HTML standard, in which every vendor streams its answers.
package sse

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// MaxEvent is the largest event that a Reader accepts, in bytes.
const MaxEvent = 32 << 20

// ErrTooLarge reports an event of more than MaxEvent bytes.
var ErrTooLarge = errors.New("an event of the stream is too large")

// An Event is one event of a stream. Its bytes are valid until the next call of
// Next.
type Event struct {
	Name string // the last "event" field; "" if the event has none
	Data []byte // the "data" fields, joined by line feeds
}

// A Reader reads the events of a stream one by one.
//
// It follows the standard with three additions. An event that has a name and no
// data is returned, because vendors name errors by it. The standard discards
// such an event. A data line that begins JSON or [DONE] after data that is a
// complete JSON document begins another event: some servers leave out the empty
// line. Like the standard, it ignores comments and unknown fields, and
// it discards an event that the end of the stream interrupts, unless the data is
// complete: JSON, or [DONE].
type Reader struct {
	src   io.Reader
	buf   []byte // buf[next:end] is read and not yet used
	next  int
	end   int
	begun bool // the byte order mark, if any, is passed
	skip  bool // the last line ended with CR: a LF that follows belongs to it

	event   Event
	data    []byte
	open    bool   // the current event has at least one line
	held    []byte // the data line that begins the next event, if no empty line preceded it
	unknown []byte
	err     error
	done    bool // Next has reported false
}

// NewReader returns a Reader of src.
func NewReader(src io.Reader) *Reader { return &Reader{src: src} }

// Event returns the event that the last successful call of Next read.
func (r *Reader) Event() Event { return r.event }

// Err returns the error that ended the stream, and nil if the stream ended
// with io.EOF.
func (r *Reader) Err() error {
	if errors.Is(r.err, io.EOF) {
		return nil
	}
	return r.err
}

// Partial reports whether the stream ended inside an event, which is then lost.
func (r *Reader) Partial() bool { return r.done && r.open }

// Unknown returns the beginning of the lines so far that are neither comments
// nor fields of the standard. Some servers write an error that way.
func (r *Reader) Unknown() []byte { return r.unknown }

// Rest returns the beginning of the last line of a stream that has ended, if that line
// has no end.
func (r *Reader) Rest() []byte { return r.buf[r.next:min(r.end, r.next+maxUnknown)] }

const maxUnknown = 16 << 10

// Next reads the next event and reports whether there is one. It returns as
// soon as the empty line that ends the event has been read.
func (r *Reader) Next() bool {
	r.event, r.data = Event{}, r.data[:0]
	if len(r.held) > 0 {
		r.field(r.held)
		r.held, r.open = r.held[:0], true
	}
	for !r.done {
		line, ok := r.line()
		if !ok {
			if r.lastEvent() {
				return true
			}
			break
		}
		if len(line) > 0 {
			r.open = true
			if len(r.data)+len(line) > MaxEvent {
				r.err = ErrTooLarge
				break
			}
			if r.beginsEvent(line) {
				r.held, r.open = append(r.held, line...), false
				r.event.Data = bytes.TrimSuffix(r.data, []byte("\n"))
				return true
			}
			r.field(line)
			continue
		}
		r.open = false
		if len(r.data) > 0 || r.event.Name != "" {
			r.event.Data = bytes.TrimSuffix(r.data, []byte("\n"))
			return true
		}
	}
	r.event, r.done = Event{}, true
	return false
}

// beginsEvent reports whether a line begins another event although no empty line
// precedes it: it has data of its own, and the data before it is complete.
func (r *Reader) beginsEvent(line []byte) bool {
	value, ok := bytes.CutPrefix(line, []byte("data:"))
	if !ok || !bytes.HasSuffix(r.data, []byte("}\n")) {
		return false
	}
	value = bytes.TrimPrefix(value, []byte(" "))
	return (bytes.HasPrefix(value, []byte("{")) || bytes.HasPrefix(value, []byte("[DONE]"))) && json.Valid(r.data)
}

// lastEvent completes the event that the end of the stream interrupts, if all of its
// data came: only the empty line after it is missing.
func (r *Reader) lastEvent() bool {
	if !errors.Is(r.err, io.EOF) || !r.open || len(r.data)+r.end-r.next > MaxEvent {
		return false
	}
	before := len(r.data)
	if rest := r.buf[r.next:r.end]; bytes.HasPrefix(rest, []byte("data:")) {
		r.field(rest)
	}
	data := bytes.TrimSuffix(r.data, []byte("\n"))
	if len(r.data) == 0 || !json.Valid(data) && !bytes.HasPrefix(data, []byte("[DONE]")) {
		r.data = r.data[:before]
		return false
	}
	r.next, r.open, r.event.Data = r.end, false, data
	return true
}

// field adds one line to the current event.
func (r *Reader) field(line []byte) {
	name, value, _ := bytes.Cut(line, []byte(":"))
	value = bytes.TrimPrefix(value, []byte(" "))
	switch string(name) {
	case "data":
		r.data = append(append(r.data, value...), '\n')
	case "event":
		r.event.Name = string(value)
	case "", "id", "retry": // a comment, and what only a reconnecting client needs
	default:
		if room := maxUnknown - len(r.unknown); room > len(line) {
			r.unknown = append(append(r.unknown, line...), '\n')
		}
	}
}

// line returns the next line without its end, which is LF, CR LF or CR. It
// reports false at the end of the stream; a line without an end is none.
func (r *Reader) line() (line []byte, ok bool) {
	seen := 0 // bytes of the buffer that hold no end of a line
	for {
		if r.skip && r.next < r.end {
			if r.buf[r.next] == '\n' {
				r.next++
			}
			r.skip = false
		}
		if rest := r.buf[r.next:r.end]; seen < len(rest) && r.started() {
			rest = r.buf[r.next:r.end]
			if i := lineEnd(rest[seen:]); i >= 0 {
				i += seen
				r.skip = rest[i] == '\r'
				r.next += i + 1
				return rest[:i], true
			}
			seen = len(rest)
		}
		if !r.fill() {
			r.open = r.open || r.next < r.end
			return nil, false
		}
	}
}

// lineEnd returns the index of the first CR or LF, or -1.
func lineEnd(b []byte) int {
	lf := bytes.IndexByte(b, '\n')
	if lf >= 0 {
		b = b[:lf]
	}
	if cr := bytes.IndexByte(b, '\r'); cr >= 0 {
		return cr
	}
	return lf
}

var mark = []byte("\xef\xbb\xbf")

// started reports whether the first line begins at r.next. It passes over a
// byte order mark at the beginning of the stream.
func (r *Reader) started() bool {
	if r.begun {
		return true
	}
	rest := r.buf[r.next:r.end]
	if len(rest) < len(mark) && bytes.HasPrefix(mark, rest) {
		return false
	}
	r.begun = true
	if bytes.HasPrefix(rest, mark) {
		r.next += len(mark)
	}
	return true
}

// fill reads more of the stream into the buffer. It reports false at the end.
func (r *Reader) fill() bool {
	if r.err != nil {
		return false
	}
	if r.next > 0 {
		r.end = copy(r.buf, r.buf[r.next:r.end])
		r.next = 0
	}
	if r.end > MaxEvent {
		r.err = ErrTooLarge
		return false
	}
	if r.end == len(r.buf) {
		r.buf = append(r.buf, make([]byte, max(4096, len(r.buf)))...)
	}
	for range 100 {
		n, err := r.src.Read(r.buf[r.end:])
		r.end += n
		r.err = err
		if n > 0 || err != nil {
			return n > 0
		}
	}
	r.err = io.ErrNoProgress
	return false
}
