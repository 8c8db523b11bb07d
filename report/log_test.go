package report

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/slogtest"
	"time"
)

// TestLogLines checks how lines of run.log look.
func TestLogLines(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(&lineHandler{sink: &lineSink{out: &out}})
	log.Info("worker 1: Joel 2 started (27 verses)")
	log.Debug("not for people")
	log.Error("the annotator panicked", "chapter", "Joel 2", "stack", "goroutine 1:\nmain.go:1\n")
	lines := strings.Split(out.String(), "\n")
	want := []string{
		" worker 1: Joel 2 started (27 verses)", " ERROR: the annotator panicked chapter=\"Joel 2\" stack=", "\tgoroutine 1:", "\tmain.go:1", "",
	}
	if len(lines) != len(want) {
		t.Fatalf("%d lines:\n%s", len(lines), out.String())
	}
	for i, line := range lines {
		if i < 2 {
			if _, err := time.Parse("2006-01-02T15:04:05.000Z", line[:24]); err != nil {
				t.Error(err)
			}
			line = line[24:]
		}
		if line != want[i] {
			t.Errorf("line %d is %q, want %q", i+1, line, want[i])
		}
	}
}

// TestHandlerKeepsTheRules runs the standard library's suite for handlers.
func TestHandlerKeepsTheRules(t *testing.T) {
	var out bytes.Buffer
	slogtest.Run(t, func(*testing.T) slog.Handler {
		out.Reset()
		return &lineHandler{sink: &lineSink{out: &out}}
	}, func(*testing.T) map[string]any {
		line := strings.TrimSuffix(out.String(), "\n")
		record := map[string]any{slog.LevelKey: "INFO"}
		words := strings.Split(line, " ")
		if _, err := time.Parse(time.RFC3339, words[0]); err == nil {
			record[slog.TimeKey], words = words[0], words[1:]
		}
		message := len(words)
		for i, word := range words {
			if name, value, ok := strings.Cut(word, "="); ok {
				message = min(message, i)
				group := record
				for {
					head, tail, more := strings.Cut(name, ".")
					if !more {
						break
					}
					inner, _ := group[head].(map[string]any)
					if inner == nil {
						inner = map[string]any{}
						group[head] = inner
					}
					group, name = inner, tail
				}
				group[name] = value
			}
		}
		record[slog.MessageKey] = strings.Join(words[:message], " ")
		return record
	})
}

// TestLogTellsThatItCouldNotBeWritten closes a log whose file is closed.
func TestLogTellsThatItCouldNotBeWritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	log, err := OpenLog(dir, LogOptions{})
	if err != nil {
		t.Fatal(err)
	}
	log.Info("one")
	if err := log.file.Close(); err != nil {
		t.Fatal(err)
	}
	log.Info("two")
	log.Info("three")
	if err := log.Close(); err == nil || !strings.Contains(err.Error(), "write the run's log") {
		t.Errorf("closed with %v", err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "run.log")); err != nil || strings.Count(string(text), "\n") != 1 {
		t.Errorf("%q, %v", text, err)
	}
}
