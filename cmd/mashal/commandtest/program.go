package commandtest

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"mashal/cmd/mashal/command"
	"mashal/ledger/postgrestest"
)

// Key is the API key of all vendors, which nothing may print or keep.
const Key = "sk-test-4f8d2c1b9a7e6053"

// Main runs the tests of a package and then stops what they have started. TestMain calls
// it: os.Exit(commandtest.Main(m.Run)). More tests run at a time than there are processors,
// because most wait for programs and servers. -parallel prevails.
func Main(run func() int) int {
	if err := flag.Set("test.parallel", strconv.Itoa(2*runtime.GOMAXPROCS(0))); err != nil {
		panic(err)
	}
	defer func() {
		if built.dir != "" {
			_ = os.RemoveAll(built.dir)
		}
	}()
	return postgrestest.Main(run)
}

// UnderRace reports whether the race detector watches the test.
func UnderRace() bool { return underRace }

// A Program runs commands in the process of the test, so that the race detector and
// coverage watch them.
type Program struct {
	Env     map[string]string
	Stdout  io.Writer // nil discards the output
	Stderr  io.Writer
	Backoff func(time.Duration) time.Duration // nil for the usual waits
}

// Run runs a command and returns its exit code. Cancelling ctx interrupts it.
func (p Program) Run(ctx context.Context, args ...string) (code int) {
	return command.Invocation{
		Args: args, Stdin: strings.NewReader(""), Stdout: orDiscard(p.Stdout), Stderr: orDiscard(p.Stderr),
		Getenv: func(name string) string { return p.Env[name] }, Name: []string{"mashal"}, Backoff: p.Backoff,
	}.Run(ctx)
}

func orDiscard(w io.Writer) io.Writer {
	if w == nil {
		return io.Discard
	}
	return w
}

// Run runs a command on a data folder, without an environment.
func Run(t testing.TB, dir string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, log bytes.Buffer
	code = Program{Stdout: &out, Stderr: &log}.Run(t.Context(), append(args, "--dir", dir)...)
	return code, out.String(), log.String()
}

// Output runs a command that must end with the exit code want, and returns what it prints.
// There is a key for each vendor.
func Output(t testing.TB, want int, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	env := map[string]string{"OPENAI_API_KEY": "simulated", "ANTHROPIC_API_KEY": "simulated", "GEMINI_API_KEY": "simulated"}
	if code := (Program{Env: env, Stdout: &stdout, Stderr: &stderr}).Run(t.Context(), args...); code != want {
		t.Fatalf("%s: exit code %d, want %d\n%s%s", strings.Join(args, " "), code, want, &stdout, &stderr)
	}
	return stdout.String()
}

// Vendors returns the environment in which the models of all vendors are at base.
func Vendors(base string) map[string]string {
	return map[string]string{
		"OPENAI_API_KEY": Key, "OPENAI_BASE_URL": base + "/v1", "ANTHROPIC_API_KEY": Key, "ANTHROPIC_BASE_URL": base,
		"GEMINI_API_KEY": Key, "GOOGLE_GEMINI_BASE_URL": base,
	}
}

// Environ returns env for a process, added to the environment of the test.
func Environ(env map[string]string) []string {
	list := os.Environ()
	for name, value := range env {
		list = append(list, name+"="+value)
	}
	return list
}

// built is the program as a file.
var built struct {
	sync.Once
	dir string
	err error
}

// Build returns the path of the program, which it builds once for all tests of a package.
// It is for tests that kill the program; the race detector does not watch it.
func Build(t testing.TB) (path string) {
	t.Helper()
	built.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "commandtest"); built.err != nil {
			return
		}
		if out, err := exec.Command("go", "build", "-o", filepath.Join(built.dir, "mashal.exe"), "mashal/cmd/mashal").CombinedOutput(); err != nil {
			built.err = fmt.Errorf("go build: %w\n%s", err, out)
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return filepath.Join(built.dir, "mashal.exe")
}

// File writes a file into a folder of its own and returns its path.
func File(t testing.TB, name, content string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Read returns the content of a file.
func Read(t testing.TB, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// A Buffer is a buffer that one goroutine writes and another reads.
type Buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *Buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// A Watch is a buffer that calls Found for each write after which it contains Text.
type Watch struct {
	Buffer
	Text  string
	Found func()
}

func (w *Watch) Write(p []byte) (int, error) {
	size, err := w.Buffer.Write(p)
	if strings.Contains(w.String(), w.Text) {
		w.Found()
	}
	return size, err
}
