package report

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"mashal"
)

// A Log is the run.log of a run: a record for each event, and what helps to find
// the cause of a failure.
type Log struct {
	*slog.Logger
	file *os.File
	sink *lineSink // writes to file
}

// LogOptions says how records are logged. The zero value logs lines of text.
type LogOptions struct {
	JSON  bool       // a JSON object per record instead of a line of text
	Level slog.Level // records below are not logged
	Also  io.Writer  // gets the records too, in the same format; nil for none
}

// Handler returns a handler that writes records to out. Writes are serialised.
func (o LogOptions) Handler(out io.Writer) slog.Handler {
	sink, ok := out.(*lineSink)
	if !ok {
		sink = &lineSink{out: out}
	}
	if o.JSON {
		return slog.NewJSONHandler(sink, &slog.HandlerOptions{Level: o.Level})
	}
	return &lineHandler{sink: sink, level: o.Level}
}

// LogWriter returns a writer that serialises the records which several handlers of
// LogOptions write to out.
func LogWriter(out io.Writer) io.Writer { return &lineSink{out: out} }

// OpenLog creates the folder of a run's reports and opens its log there.
func OpenLog(dir string, o LogOptions) (*Log, error) {
	err := os.MkdirAll(dir, privateFolder)
	if err == nil {
		var file *os.File
		if file, err = os.OpenFile(filepath.Join(dir, "run.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, privateFile); err == nil {
			sink := &lineSink{out: file}
			handler := o.Handler(sink)
			if o.Also != nil {
				handler = slog.NewMultiHandler(handler, o.Handler(o.Also))
			}
			return &Log{Logger: slog.New(handler), file: file, sink: sink}, nil
		}
	}
	return nil, &mashal.Error{
		Op: "create a folder for the run's reports", Err: withoutSyscall(err),
		Hint: "Nothing was annotated. Make that folder writable, or choose another one with --dir FOLDER, and run the same command again.",
	}
}

// Close closes the log. It returns the first error that writing it had.
func (l *Log) Close() error {
	if err := l.sink.err(); err != nil {
		_ = l.file.Close() // the first error counts
		return fmt.Errorf("write the run's log: %w", withoutSyscall(err))
	}
	if err := l.file.Close(); err != nil {
		return fmt.Errorf("close the run's log: %w", withoutSyscall(err))
	}
	return nil
}

// A lineHandler writes records for people: the time, the message and its
// attributes as name=value. A value with spaces is quoted. A value of several lines,
// such as a stack, follows on lines of its own. slog's TextHandler would quote it into
// one line, and put time= and msg= into each.
type lineHandler struct {
	sink   *lineSink
	level  slog.Level
	prefix string // group names, each with a dot
	attrs  string // as they are written
}

// A lineSink serialises the writes of a handler and of those derived from it, and
// keeps the first error.
type lineSink struct {
	mu    sync.Mutex
	out   io.Writer
	first error
}

// Write writes one record.
func (s *lineSink) Write(record []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.out.Write(record)
	if s.first == nil {
		s.first = err
	}
	return n, err
}

func (s *lineSink) err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.first
}

// Enabled reports whether a level is logged.
func (h *lineHandler) Enabled(_ context.Context, level slog.Level) bool { return level >= h.level }

// Handle writes a record.
func (h *lineHandler) Handle(_ context.Context, r slog.Record) error {
	var b strings.Builder
	if !r.Time.IsZero() {
		b.WriteString(r.Time.UTC().Format("2006-01-02T15:04:05.000Z "))
	}
	if r.Level != slog.LevelInfo {
		b.WriteString(r.Level.String() + ": ")
	}
	b.WriteString(r.Message)
	b.WriteString(h.attrs)
	r.Attrs(func(a slog.Attr) bool {
		writeAttr(&b, h.prefix, a)
		return true
	})
	b.WriteByte('\n')
	_, err := h.sink.Write([]byte(b.String()))
	return err
}

// WithAttrs returns a handler that adds attributes to each record.
func (h *lineHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	var b strings.Builder
	for _, a := range attrs {
		writeAttr(&b, h.prefix, a)
	}
	derived := *h
	derived.attrs += b.String()
	return &derived
}

// WithGroup returns a handler that puts a group's name before the names of
// attributes.
func (h *lineHandler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	derived := *h
	derived.prefix += name + "."
	return &derived
}

func writeAttr(b *strings.Builder, prefix string, a slog.Attr) {
	value := a.Value.Resolve()
	switch {
	case a.Equal(slog.Attr{}):
	case value.Kind() == slog.KindGroup:
		if a.Key != "" {
			prefix += a.Key + "."
		}
		for _, member := range value.Group() {
			writeAttr(b, prefix, member)
		}
	case value.Kind() == slog.KindTime:
		fmt.Fprintf(b, " %s%s=%s", prefix, a.Key, value.Time().Format(time.RFC3339Nano))
	default:
		text := value.String()
		if rest := strings.TrimRight(text, "\n"); strings.Contains(rest, "\n") {
			text = "\n\t" + strings.ReplaceAll(rest, "\n", "\n\t")
		} else if strings.ContainsAny(text, " \"=\n") || text == "" {
			text = strconv.Quote(text)
		}
		fmt.Fprintf(b, " %s%s=%s", prefix, a.Key, text)
	}
}
