package sse_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"mashal/llm/sse"
)

// read returns the events of a stream as "name|data".
func read(r io.Reader) (events []string, reader *sse.Reader) {
	reader = sse.NewReader(r)
	for reader.Next() {
		e := reader.Event()
		events = append(events, e.Name+"|"+string(e.Data))
	}
	return events, reader
}

func TestReader(t *testing.T) {
	for _, c := range []struct {
		name, stream string
		events       []string
		partial      bool
		unknown      string
	}{
		{name: "empty"},
		{name: "data", stream: "data: a\n\n", events: []string{"|a"}},
		{name: "no space", stream: "data:a\n\n", events: []string{"|a"}},
		{name: "one space is dropped", stream: "data:  a \n\n", events: []string{"| a "}},
		{name: "name", stream: "event: ping\ndata: a\n\n", events: []string{"ping|a"}},
		{name: "name after data", stream: "data: a\nevent: x\nevent: y\n\n", events: []string{"y|a"}},
		{name: "name is forgotten", stream: "event: x\ndata: a\n\ndata: b\n\n", events: []string{"x|a", "|b"}},
		{name: "name without data", stream: "event: error\n\ndata: b\n\n", events: []string{"error|", "|b"}},
		{name: "lines are joined", stream: "data: a\ndata: b\ndata\n\n", events: []string{"|a\nb\n"}},
		{name: "empty data", stream: "data:\n\n\n\ndata\n\n", events: []string{"|", "|"}},
		{name: "comments", stream: ": keep-alive\n\n:\n\ndata: a\n: b\ndata: c\n\n", events: []string{"|a\nc"}},
		{name: "id and retry", stream: "id: 7\nretry: 3000\nretry\n\nid\ndata: a\n\n", events: []string{"|a"}},
		{name: "colons in values", stream: "data: a: b::c\n\n", events: []string{"|a: b::c"}},
		{name: "unknown fields", stream: "{\"error\": 1}\ndatum: a\nData: b\n\ndata: c\n\n", events: []string{"|c"}, unknown: "{\"error\": 1}\ndatum: a\nData: b\n"},
		{name: "CR LF", stream: "event: x\r\ndata: a\r\n\r\ndata: b\r\n\r\n", events: []string{"x|a", "|b"}},
		{name: "CR", stream: "event: x\rdata: a\r\rdata: b\r\r", events: []string{"x|a", "|b"}},
		{name: "mixed ends", stream: "data: a\r\ndata: b\n\rdata: c\r\n\ndata: d\n\n", events: []string{"|a\nb", "|c", "|d"}},
		{name: "byte order mark", stream: "\ufeffdata: a\n\n\ufeffdata: b\n\n", events: []string{"|a"}, unknown: "\ufeffdata: b\n"},
		{name: "only a mark", stream: "\ufeff"},
		{name: "part of a mark", stream: "\xef\xbb", partial: true},
		{name: "not UTF-8", stream: "data: \xd7 \xff\x00\n\n", events: []string{"|\xd7 \xff\x00"}},
		{name: "no empty lines", stream: "data: {\"a\":1}\ndata:{\"b\":2}\ndata: [DONE]\n", events: []string{"|{\"a\":1}", "|{\"b\":2}", "|[DONE]"}},
		{name: "JSON on several lines", stream: "data: {\"a\":\ndata: {\"b\":\ndata: 1}\ndata: }\n\n", events: []string{"|{\"a\":\n{\"b\":\n1}\n}"}},
		{name: "cut in a line", stream: "data: a\n\ndata: b", events: []string{"|a"}, partial: true},
		{name: "cut after a line", stream: "data: a\n\ndata: b\n", events: []string{"|a"}, partial: true},
		{name: "cut in a comment", stream: "data: a\n\n: b", events: []string{"|a"}, partial: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			for how, r := range map[string]io.Reader{
				"whole": strings.NewReader(c.stream), "byte by byte": iotest.OneByteReader(strings.NewReader(c.stream)),
				"with EOF": iotest.DataErrReader(strings.NewReader(c.stream)),
			} {
				events, reader := read(r)
				if !slices.Equal(events, c.events) || reader.Partial() != c.partial || string(reader.Unknown()) != c.unknown || reader.Err() != nil {
					t.Errorf("%s: %q, partial %v, unknown %q, %v; want %q, %v, %q", how, events, reader.Partial(), reader.Unknown(), reader.Err(), c.events, c.partial, c.unknown)
				}
				if reader.Next() {
					t.Errorf("%s: Next goes on after the end", how)
				}
			}
		})
	}
}

// TestReaderDoesNotWait checks that an event is returned as soon as the line
// end that completes it has arrived, with each kind of line end.
func TestReaderDoesNotWait(t *testing.T) {
	for _, end := range []string{"\n", "\r\n", "\r"} {
		pr, pw := io.Pipe()
		r := sse.NewReader(pr)
		for i := range 3 {
			go func() { _, _ = fmt.Fprintf(pw, "data: %d%s%s", i, end, end) }()
			if !r.Next() || string(r.Event().Data) != fmt.Sprint(i) {
				t.Fatalf("end %q: event %d is %q, %v", end, i, r.Event().Data, r.Err())
			}
		}
		if err := pw.Close(); err != nil {
			t.Fatal(err)
		}
		if r.Next() || r.Partial() || r.Err() != nil {
			t.Errorf("end %q: %q, %v after the end", end, r.Event().Data, r.Err())
		}
	}
}

func TestReaderErrors(t *testing.T) {
	broken := errors.New("connection reset")
	events, r := read(io.MultiReader(strings.NewReader("data: a\n\ndata: b\n"), iotest.ErrReader(broken)))
	if !slices.Equal(events, []string{"|a"}) || !errors.Is(r.Err(), broken) || !r.Partial() {
		t.Errorf("broken: %q, %v", events, r.Err())
	}
	if _, r = read(stuck{}); !errors.Is(r.Err(), io.ErrNoProgress) {
		t.Errorf("no progress: %v", r.Err())
	}
	large := strings.Repeat("x", sse.MaxEvent-len("data: "))
	if events, r = read(strings.NewReader("data: " + large + "\n\n")); len(events) != 1 || len(events[0]) != len(large)+1 || r.Err() != nil {
		t.Errorf("the largest event: %d events, %v", len(events), r.Err())
	}
	for name, stream := range map[string]string{
		"line":  "data: a\n\ndata: " + large + "xx\n\ndata: b\n\n",
		"lines": "data: a\n\n" + strings.Repeat("data: "+large[:1<<20]+"\n", 33) + "\ndata: b\n\n",
	} {
		if events, r = read(strings.NewReader(stream)); len(events) != 1 || !errors.Is(r.Err(), sse.ErrTooLarge) || r.Next() {
			t.Errorf("too large a %s: %d events, %v", name, len(events), r.Err())
		}
	}
}

// stuck is a reader that returns neither bytes nor an error.
type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

// FuzzReader holds the Reader to a plain reading of the standard, and checks
// that the events do not depend on how the bytes arrive.
func FuzzReader(f *testing.F) {
	for _, s := range []string{
		"data: a\n\n", "event: x\r\ndata: a\r\n\r\n", ": c\n\ndata\rdata:b\r\r", "\ufeffid: 1\nretry: 2\ndata: {\"a\": 1}\n\n", "\xef\xbb", "event: error\n\n{}\n\n", "data: a\n\rdata: b\n",
		"data: {\"a\":1}", "event: x\ndata: {\"a\":1}\n", "data: {\ndata: }", "data: [DONE]", "data: {\"a\":", "data: a\ndata: [DONE]",
	} {
		f.Add([]byte(s), uint8(3))
	}
	f.Fuzz(func(t *testing.T, stream []byte, size uint8) {
		want := plain(string(stream))
		for _, r := range []io.Reader{bytes.NewReader(stream), &pieces{stream, int(size)%7 + 1}} {
			got, reader := read(r)
			if !slices.Equal(got, want) || reader.Err() != nil {
				t.Errorf("of %q\ngot  %q, %v\nwant %q", stream, got, reader.Err(), want)
			}
		}
	})
}

// plain reads a stream as the standard is written: all lines first. An event needs
// no empty line after it if its data is complete.
func plain(s string) (events []string) {
	s = strings.TrimPrefix(s, "\ufeff")
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	lines := strings.Split(s, "\n")
	name, data, has := "", []string{}, false
	for _, line := range lines[:len(lines)-1] {
		if line == "" {
			if has || name != "" {
				events = append(events, name+"|"+strings.Join(data, "\n"))
			}
			name, data, has = "", nil, false
			continue
		}
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "event":
			name = value
		case "data":
			if all := strings.Join(data, "\n"); (strings.HasPrefix(value, "{") || strings.HasPrefix(value, "[DONE]")) && strings.HasSuffix(all, "}") && json.Valid([]byte(all)) {
				events = append(events, name+"|"+all)
				name, data = "", nil
			}
			data, has = append(data, value), true
		}
	}
	if value, ok := strings.CutPrefix(lines[len(lines)-1], "data:"); ok {
		data = append(data, strings.TrimPrefix(value, " "))
	}
	if all := strings.Join(data, "\n"); len(data) > 0 && (json.Valid([]byte(all)) || strings.HasPrefix(all, "[DONE]")) {
		events = append(events, name+"|"+all)
	}
	return events
}

// pieces is a reader that returns at most size bytes at a time.
type pieces struct {
	rest []byte
	size int
}

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), p.size)], p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

func BenchmarkReader(b *testing.B) {
	const events = 2000
	stream := strings.Repeat(`data: {"id":"chatcmpl-CkV1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"metaphor "}}]}`+"\n\n", events)
	b.SetBytes(int64(len(stream)))
	b.ReportAllocs()
	for b.Loop() {
		r := sse.NewReader(strings.NewReader(stream))
		n := 0
		for r.Next() {
			n++
		}
		if n != events {
			b.Fatal(n, r.Err())
		}
	}
}
