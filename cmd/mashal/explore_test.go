package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
)

// explored runs `mashal explore` on a free port and gives its address and what
// stops it, which returns what was said on standard error.
func explored(t *testing.T, dir string, args ...string) (base string, stop func() string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	var stderr bytes.Buffer
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, append([]string{"explore", "--dir", dir, "--listen", "127.0.0.1:0", "--no-browser"}, args...), strings.NewReader(""), in, &stderr, os.Getenv)
		_ = in.Close()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("%v: %s", err, &stderr)
	}
	_, base, _ = strings.Cut(line, " is at ")
	base, _, _ = strings.Cut(base, " ")
	return base, func() string {
		cancel()
		if c := <-code; c != 0 {
			t.Errorf("stopped with exit code %d: %s", c, &stderr)
		}
		return stderr.String()
	}
}

// ask asks the explorer for an address, on a connection of its own that ends
// with the test.
func ask(t *testing.T, address string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Close = true
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	return answer
}

// look is a page of the explorer.
func look(t *testing.T, address string) string {
	t.Helper()
	answer := ask(t, address)
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", address, answer.Status, err)
	}
	return string(body)
}

// TestExplore looks at a folder in which nothing is, and annotates beside the
// explorer: what is new is seen without a restart.
func TestExplore(t *testing.T) {
	dir := t.TempDir()
	base, stop := explored(t, dir)
	if body := look(t, base); !strings.Contains(body, "Nothing has been annotated yet") {
		t.Errorf("an empty folder is shown as\n%s", body)
	}
	var stderr bytes.Buffer
	if code := run(t.Context(), []string{"annotate", "Obadiah", "--dir", dir}, strings.NewReader(""), io.Discard, &stderr, os.Getenv); code != 0 {
		t.Fatalf("annotate ended with %d: %s", code, &stderr)
	}
	if body := look(t, base+"/read/Obad/1"); strings.Contains(body, "not run") || !strings.Contains(body, "none found") {
		t.Errorf("what was annotated is not shown:\n%s", body)
	}
	if said := stop(); !strings.Contains(said, "there is no concordance in") {
		t.Errorf("it did not say that there was nothing: %q", said)
	}
}
