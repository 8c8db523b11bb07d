package llm

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"mashal/llm/sse"
)

// isJSON reports whether a body begins with a JSON object or array, after white
// space and a byte order mark. It blocks until that is known.
func isJSON(r *bufio.Reader) bool {
	for n := 1; n <= 64; n++ {
		b, err := r.Peek(n)
		if err != nil {
			return false
		}
		switch c := b[n-1]; c {
		case '{', '[':
			return true
		case ' ', '\t', '\r', '\n', 0xef, 0xbb, 0xbf:
		default:
			return false
		}
	}
	return false
}

// documents reads a body of JSON documents, of servers that ignore the request to
// stream: one document, one on each line, or a list of them. Each is an event.
type documents struct {
	dec   *json.Decoder
	list  bool // the documents are elements of a list
	begun bool
	event sse.Event
	first []byte // the beginning of the first document
	err   error
}

func newDocuments(r *bufio.Reader) *documents {
	if b, err := r.Peek(3); err == nil && bytes.Equal(b, []byte("\xef\xbb\xbf")) {
		_, _ = r.Discard(3) // they were peeked
	}
	return &documents{dec: json.NewDecoder(r)}
}

// Next reads the next document.
func (d *documents) Next() bool {
	if d.err != nil {
		return false
	}
	if !d.begun {
		d.begun = true
		d.list = d.openList()
	}
	if d.list && !d.dec.More() {
		_, d.err = d.dec.Token()
		if d.err == nil {
			d.err = io.EOF
		}
		return false
	}
	var document json.RawMessage
	if d.err = d.dec.Decode(&document); d.err != nil {
		return false
	}
	if d.first == nil {
		d.first = bytes.Clone(document[:min(len(document), maxUnknown)])
	}
	d.event = sse.Event{Data: document}
	return true
}

// maxUnknown is the most that is kept of an answer that is not understood.
const maxUnknown = 1 << 10

// openList reports whether the documents are elements of a list, and enters it.
func (d *documents) openList() bool {
	buffered := make([]byte, 1)
	if n, _ := d.dec.Buffered().Read(buffered); n == 0 {
		d.dec.More() // reads the first bytes
		if n, _ = d.dec.Buffered().Read(buffered); n == 0 {
			return false
		}
	}
	if buffered[0] != '[' {
		return false
	}
	_, d.err = d.dec.Token()
	return d.err == nil
}

// Event returns the document that Next has read.
func (d *documents) Event() sse.Event { return d.event }

// Err returns the error that ended the body.
func (d *documents) Err() error {
	if d.Partial() || errors.Is(d.err, io.EOF) {
		return nil
	}
	var syntax *json.SyntaxError
	if errors.As(d.err, &syntax) {
		return nil
	}
	return d.err
}

// Partial reports whether the body ended inside a document.
func (d *documents) Partial() bool { return errors.Is(d.err, io.ErrUnexpectedEOF) }

// Unknown returns the beginning of the first document. It is of interest if the
// document is not of the vendor's protocol.
func (d *documents) Unknown() []byte { return d.first }
