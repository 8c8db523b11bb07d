package explore_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"mashal"
	"mashal/explore/web"
)

// An errorLog is a slog.Handler that passes on the errors of records.
type errorLog struct {
	add func(error)

	mu      sync.Mutex
	records []slog.Record
}

func (l *errorLog) Enabled(context.Context, slog.Level) bool { return true }

func (l *errorLog) Handle(_ context.Context, r slog.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.records = append(l.records, r)
	r.Attrs(func(a slog.Attr) bool {
		if err, ok := a.Value.Any().(error); ok {
			l.add(err)
		}
		return true
	})
	return nil
}

func (l *errorLog) WithAttrs([]slog.Attr) slog.Handler { return l }

func (l *errorLog) WithGroup(string) slog.Handler { return l }

// failOnLog returns a logger whose errors fail the test.
func failOnLog(t testing.TB) *slog.Logger {
	return slog.New(&errorLog{add: func(err error) { t.Errorf("logged: %v", err) }})
}

// A panicking record has a fault.
type panicking struct{ record }

func (panicking) Call(context.Context, int64) (*mashal.Dialogue, error) {
	panic("a bug in the record")
}

// TestPanicKeepsItsStack checks that the log has the stack of a panic, and that
// the page has neither the panic nor the stack.
func TestPanicKeepsItsStack(t *testing.T) {
	log := &errorLog{add: func(error) {}}
	s := serve(t, bible(t), func(o *web.Options) { o.Record, o.Log = panicking{}, slog.New(log) })
	a := get(t, s, "/calls/7")
	if a.StatusCode != http.StatusInternalServerError || strings.Contains(a.body, "a bug in the record") || strings.Contains(a.body, "log_test.go") {
		t.Errorf("%s: %s", a.Status, shorten(a.body))
	}
	if len(log.records) != 1 {
		t.Fatalf("%d records", len(log.records))
	}
	attributes := map[string]slog.Value{}
	log.records[0].Attrs(func(a slog.Attr) bool {
		attributes[a.Key] = a.Value
		return true
	})
	err, _ := attributes["error"].Any().(error)
	if err == nil || !strings.Contains(err.Error(), "a bug in the record") || errors.Unwrap(err) != nil {
		t.Errorf("error %v", err)
	}
	if stack := attributes["stack"].String(); !strings.Contains(stack, "log_test.go") || !strings.Contains(stack, "Call") {
		t.Errorf("stack %q", stack)
	}
	if got := attributes["method"].String() + " " + attributes["path"].String(); got != "GET /calls/7" {
		t.Error(got)
	}
}

// TestLostConcordanceIsSaid removes or damages the file, and puts it back. Pages show what
// was there before and say so, and the log has the reason once.
func TestLostConcordanceIsSaid(t *testing.T) {
	const said = "was removed or cannot be read"
	for name, damage := range map[string]func(path string) error{
		"removed": func(string) error { return nil },
		"replaced": func(path string) error {
			return os.WriteFile(path, []byte(strings.Repeat("not a database ", 100)), 0o644)
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := bible(t)
			synctest.Test(t, func(t *testing.T) {
				log := &errorLog{add: func(error) {}}
				s := serve(t, path, func(o *web.Options) { o.Log = slog.New(log) })
				show := func() string {
					a := get(t, s, "/search")
					if a.StatusCode != http.StatusOK {
						t.Fatalf("%s: %s", a.Status, shorten(a.body))
					}
					synctest.Wait()         // until the check of the file has ended
					time.Sleep(time.Second) // longer than the time between two checks
					return a.body
				}
				if strings.Contains(show(), said) {
					t.Error("the page says that the file is lost")
				}
				if err := errors.Join(os.Rename(path, path+".old"), damage(path)); err != nil {
					t.Fatal(err)
				}
				show()
				for range 3 {
					if !strings.Contains(show(), said) {
						t.Error("the page does not say that the file is lost")
					}
				}
				if n := len(log.records); n != 1 {
					t.Errorf("%d records, want 1", n)
				}
				if err := os.Rename(path+".old", path); err != nil {
					t.Fatal(err)
				}
				show()
				if strings.Contains(show(), said) {
					t.Error("the page says that the file is lost when it is back")
				}
			})
		})
	}
}
