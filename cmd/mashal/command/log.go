package command

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
)

// A messageHandler prints log records like the other messages of the program:
// "mashal: ", the message and the attributes, without a time.
type messageHandler struct {
	mu    *sync.Mutex
	out   io.Writer
	attrs []slog.Attr
}

func newMessageHandler(out io.Writer) *messageHandler {
	return &messageHandler{mu: &sync.Mutex{}, out: out}
}

// Enabled reports whether a level is logged: all but debugging output are.
func (h *messageHandler) Enabled(_ context.Context, level slog.Level) bool {
	return level >= slog.LevelInfo
}

// Handle prints a record.
func (h *messageHandler) Handle(_ context.Context, r slog.Record) error {
	var b strings.Builder
	b.WriteString("mashal: " + r.Message)
	for _, a := range h.attrs {
		fmt.Fprintf(&b, " %s", a)
	}
	r.Attrs(func(a slog.Attr) bool {
		fmt.Fprintf(&b, " %s", a)
		return true
	})
	b.WriteByte('\n')
	h.mu.Lock()
	defer h.mu.Unlock()
	_, err := io.WriteString(h.out, b.String())
	return err
}

// WithAttrs returns a handler that adds attributes to each record.
func (h *messageHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	derived := *h
	derived.attrs = append(derived.attrs[:len(derived.attrs):len(derived.attrs)], attrs...)
	return &derived
}

// WithGroup returns h: the program's messages have no groups.
func (h *messageHandler) WithGroup(string) slog.Handler { return h }
