package llmsim_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"mashal/llm"
	"mashal/llm/anthropic"
	"mashal/llm/gemini"
	"mashal/llm/llmsim"
	"mashal/llm/openai"
)

// TestMain checks that no goroutine outlives the tests.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// key is what the clients send as their key, and what no log may hold.
const key = "sk-simulated/Zq9+secret"

// chapter is an answer with all that damage needs: several verses, Hebrew,
// flags, numbers, quotes and an apostrophe.
const chapter = `[
  {
    "verse": 1,
    "deliberation": "The prophet's \"word\" comes; יהוה speaks.",
    "instances": [
      {"simile": "yes", "idiom": "no", "hebrew_text": "כְּאֵשׁ אֹכֶלֶת", "confidence": 0.78}
    ]
  },
  {
    "verse": 2,
    "deliberation": "Literal.",
    "instances": []
  },
  {
    "verse": 3,
    "deliberation": "A rock 🪨 & <b>refuge</b>.",
    "instances": [
      {"simile": "no", "idiom": "no", "hebrew_text": "צוּר מִשְׂגָּב", "confidence": 0.9}
    ]
  }
]`

func answer(llmsim.Request) (string, error) { return chapter, nil }

// echo answers with the prompt, and fails if it contains "what".
func echo(r llmsim.Request) (string, error) {
	if strings.Contains(r.Prompt, "what") {
		return "", fmt.Errorf("nothing is known of %q", r.Prompt)
	}
	return "You said: " + r.Prompt, nil
}

// check ends the test if there is an error.
func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// jumper is a clock whose Sleep advances the time and returns at once.
type jumper struct {
	mu    sync.Mutex
	now   time.Time
	scale float64
}

func newJumper(scale float64) *jumper {
	return &jumper{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), scale: scale}
}

func (j *jumper) Now() time.Time {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.now
}

func (j *jumper) Sleep(ctx context.Context, d time.Duration) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.now = j.now.Add(d)
	return ctx.Err()
}

func (j *jumper) Client(d time.Duration) time.Duration { return time.Duration(float64(d) / j.scale) }

// sim is a running simulator.
type sim struct {
	base      string
	transport *http.Transport
	stop      func()
	log       *bytes.Buffer
}

// start runs a simulator until the test ends or entries is called.
func start(t *testing.T, c llmsim.Config) *sim {
	t.Helper()
	s := &sim{transport: &http.Transport{}, log: new(bytes.Buffer)}
	if c.Answer == nil {
		c.Answer = answer
	}
	if c.Clock == nil {
		c.Clock = newJumper(60)
	}
	if c.Log == nil {
		c.Log = s.log
	}
	server, err := llmsim.New(c)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.base = "http://" + ln.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, ln) }()
	s.stop = sync.OnceFunc(func() {
		s.transport.CloseIdleConnections()
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(s.stop)
	return s
}

// entries stops the simulator and returns its log. It fails the test if the log
// contains the key.
func (s *sim) entries(t *testing.T) []llmsim.Entry {
	t.Helper()
	s.stop()
	if bytes.Contains(s.log.Bytes(), []byte(key)) {
		t.Error("the key is in the log")
	}
	entries, err := llmsim.ReadLog(s.log)
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

var protocols = []llmsim.Protocol{llmsim.Chat, llmsim.Responses, llmsim.Messages, llmsim.Gemini}

// client returns the client of a protocol's vendor, connected to the simulator.
func (s *sim) client(t *testing.T, p llmsim.Protocol) llm.Provider {
	t.Helper()
	var c llm.Provider
	var err error
	switch p {
	case llmsim.Messages:
		c, err = anthropic.New(anthropic.Config{Key: key, BaseURL: s.base, Transport: s.transport})
	case llmsim.Gemini:
		c, err = gemini.New(gemini.Config{Key: key, BaseURL: s.base, Transport: s.transport})
	default:
		c, err = openai.New(openai.Config{Key: key, BaseURL: s.base + "/v1", Responses: p == llmsim.Responses, Transport: s.transport})
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// result is the outcome of one request.
type result struct {
	text   string
	pieces int
	resp   llm.Response
	err    error
}

func ask(ctx context.Context, c llm.Provider, req llm.Request) result {
	var r result
	var text strings.Builder
	r.resp, r.err = c.Stream(ctx, req, func(delta []byte) error {
		text.Write(delta)
		r.pieces++
		return nil
	})
	r.text = text.String()
	return r
}

// question returns a request with the given prompt.
func question(prompt string) llm.Request {
	return llm.Request{Model: "model-1", System: "The manual.", Prompt: prompt, MaxOutput: 30_000}
}

// kind checks the kind of a result's error.
func kind(t *testing.T, r result, want llm.Kind) {
	t.Helper()
	if got := llm.KindOf(r.err); got != want || (r.err == nil) != (want == llm.KindNone) {
		t.Errorf("got %v (%v), want %v", got, r.err, want)
	}
}

// shared returns the path of a file or folder beside the checkout. It skips the
// test if that is absent, or fails it if MASHAL_NO_SKIP is set.
func shared(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", name)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("MASHAL_NO_SKIP") != "" {
			t.Fatal(err)
		}
		t.Skipf("%s is absent: %v", name, err)
	}
	return path
}

func newOpenAI(s *sim, key string) (llm.Provider, error) {
	c, err := openai.New(openai.Config{Key: key, BaseURL: s.base + "/v1", Transport: s.transport})
	if err != nil {
		return nil, err
	}
	return c, nil
}
