package web

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"mashal/compress"
)

// minCompressed is the size in bytes from which compressing an answer pays.
const minCompressed = 1 << 10

// buffers hold answers while they are made, and are used again: growing one
// anew to a few hundred kilobytes is a sixth of what a page would allocate.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// maxBuffer is the capacity in bytes above which a buffer is not kept.
const maxBuffer = 1 << 20

// borrowBuffer gives an empty buffer, and what gives it back.
func borrowBuffer() (b *bytes.Buffer, free func()) {
	b = buffers.Get().(*bytes.Buffer)
	return b, func() {
		if b.Cap() <= maxBuffer {
			b.Reset()
			buffers.Put(b)
		}
	}
}

// write sends a whole answer, compressed if the client takes that. The body is
// not kept.
func write(w http.ResponseWriter, r *http.Request, contentType string, status int, body []byte) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Add("Vary", "Accept-Encoding")
	if len(body) >= minCompressed && takesGzip(r.Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		b, free := borrowBuffer()
		defer free()
		gzipTo(b, body)
		body = b.Bytes()
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // who is gone needs no answer
	}
}

func gzipTo(b *bytes.Buffer, body []byte) {
	if err := compress.Gzip(b, body); err != nil {
		panic(err) // memory can be written to
	}
}

// takesGzip reads an Accept-Encoding header as far as it concerns gzip.
func takesGzip(accept string) bool {
	for part := range strings.SplitSeq(accept, ",") {
		coding, quality, _ := strings.Cut(strings.TrimSpace(part), ";")
		if coding = strings.TrimSpace(coding); coding != "gzip" && coding != "*" {
			continue
		}
		q, ok := strings.CutPrefix(strings.TrimSpace(quality), "q=")
		weight, err := strconv.ParseFloat(q, 64)
		return !ok || err == nil && weight > 0
	}
	return false
}

// matches reports whether an If-None-Match header has a tag. The comparison is
// weak, as it is for reading. "*" is not for reading, and matches none.
func matches(header, etag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		if part = strings.TrimSpace(part); strings.TrimPrefix(part, "W/") == strings.TrimPrefix(etag, "W/") {
			return true
		}
	}
	return false
}
