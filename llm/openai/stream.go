package openai

import (
	"bytes"
	"encoding/json"
	"net/http"

	"github.com/openai/openai-go/v3/packages/ssestream"
	"github.com/tidwall/gjson"
)

// A stream is the events of an answer. The SDK sends the request and frames the
// events; what is in them is not read by its types, which go over each event
// several times to keep all of it: 16 µs and 61 allocations for a chunk, where
// a token is a chunk more than half of what annotating a chapter took. For the
// few fields that count here it is 2 µs. They are read by what the SDK itself
// is built on, so a number where a text should be means the same as it does to
// the SDK.
type stream struct {
	frames ssestream.Decoder // nil if there is no answer
	event  gjson.Result      // an object, or nothing
	err    error
}

// newStream gives the events of what a request brought: the answer that
// option.WithResponseInto has taken from the SDK's stream, and that stream's
// error.
func newStream(raw *http.Response, err error) *stream {
	return &stream{frames: ssestream.NewDecoder(raw), err: err}
}

func (s *stream) close() {
	if s.frames != nil {
		_ = s.frames.Close()
	}
}

// next goes to the next event. It reports false at the end of the stream, which
// need not be the end of the answer, and at an error: of the connection, of the
// protocol, or one that the server tells in an event.
func (s *stream) next() bool {
	if s.err != nil || s.frames == nil {
		return false
	}
	if !s.frames.Next() {
		s.err = s.frames.Err()
		return false
	}
	frame := s.frames.Event()
	if bytes.HasPrefix(frame.Data, []byte("[DONE]")) {
		return false
	}
	if bytes.Contains(frame.Data, []byte(`"error"`)) { // seldom
		if told := gjson.GetBytes(frame.Data, "error"); told.Exists() {
			s.err = &ssestream.StreamError{Message: told.String(), Event: frame}
			return false
		}
	}
	s.event, s.err = parse(frame.Data)
	return s.err == nil
}

// shallow is the length, in bytes, up to which an event cannot be nested more
// deeply than encoding/json allows. gjson's own check is faster, but recurses
// without a bound.
const shallow = 10_000

// parse reads an object. Like encoding/json it makes nothing of null.
func parse(data []byte) (gjson.Result, error) {
	if len(data) <= shallow && gjson.ValidBytes(data) {
		if event := gjson.ParseBytes(data); event.IsObject() {
			return event, nil
		}
	}
	// The standard library says what is wrong and where.
	if err := json.Unmarshal(data, new(struct{})); err != nil {
		return gjson.Result{}, err
	}
	return gjson.ParseBytes(data), nil
}
