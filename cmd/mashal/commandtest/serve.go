package commandtest

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mashal/llm/llmsim"
)

// Simulate runs `mashal simulate` on a free port until the end of the test. It returns the
// address, and a function that stops it earlier.
func Simulate(t testing.TB, args ...string) (base string, stop func()) {
	t.Helper()
	base, end := serve(t, " on ", append([]string{"simulate"}, args...))
	stopped := false
	stop = func() {
		if !stopped {
			stopped = true
			end()
		}
	}
	t.Cleanup(stop)
	return base, stop
}

// Explore runs `mashal explore` on a free port. It returns the address, and a function that
// stops it and returns what it wrote to standard error.
func Explore(t testing.TB, dir string, args ...string) (base string, stop func() string) {
	t.Helper()
	return serve(t, " is at ", append([]string{"explore", "--dir", dir, "--no-browser"}, args...))
}

// serve runs a command that serves, on a free port. Its address is in the first line of its
// output, after the word before.
func serve(t testing.TB, before string, args []string) (base string, stop func() string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	var stderr bytes.Buffer
	code := make(chan int, 1)
	go func() {
		code <- Program{Stdout: in, Stderr: &stderr}.Run(ctx, append(args, "--listen", "127.0.0.1:0")...)
		_ = in.Close()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("%v: %s", err, &stderr)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	_, base, _ = strings.Cut(line, before)
	base, _, _ = strings.Cut(base, " ")
	return base, func() string {
		cancel()
		if c := <-code; c != 0 {
			t.Errorf("stopped with exit code %d: %s", c, &stderr)
		}
		return stderr.String()
	}
}

// SimulatorLog returns what a simulated model has served.
func SimulatorLog(t testing.TB, path string) []llmsim.Entry {
	t.Helper()
	entries, err := llmsim.ReadLog(strings.NewReader(Read(t, path)))
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

// Entries returns what a simulated model has logged in a buffer.
func Entries(t testing.TB, log *Buffer) []llmsim.Entry {
	t.Helper()
	entries, err := llmsim.ReadLog(strings.NewReader(log.String()))
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

// AnswersByRequest returns how often each request was answered.
func AnswersByRequest(entries []llmsim.Entry) map[string]int {
	n := map[string]int{}
	for i := range entries {
		n[entries[i].Hash]++
	}
	return n
}

// Recorded returns the folder of recorded responses beside the project. Without it the test
// is skipped, or fails if MASHAL_NO_SKIP is set.
func Recorded(t testing.TB) string {
	t.Helper()
	folder := filepath.Join("..", "..", "..", "..", "shared", "recorded")
	if _, err := os.Stat(folder); err != nil {
		if os.Getenv("MASHAL_NO_SKIP") != "" {
			t.Fatal(err)
		}
		t.Skipf("recorded responses are absent: %v", err)
	}
	return folder
}

// Get requests an address, on a connection of its own that ends with the test.
func Get(t testing.TB, address string) *http.Response {
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

// Page returns a page of the explorer, whose status must be 200.
func Page(t testing.TB, address string) string {
	t.Helper()
	answer := Get(t, address)
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", address, answer.Status, err)
	}
	return string(body)
}

// BatchTimes lets the day after which a batch expires pass in half a second.
var BatchTimes = []string{"--scale", "200000", "--batch-time", "1h", "--seed", "7"}
