package sdktest_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	sdkanthropic "github.com/anthropics/anthropic-sdk-go"
	anthropicoption "github.com/anthropics/anthropic-sdk-go/option"
	sdkopenai "github.com/openai/openai-go/v3"
	openaioption "github.com/openai/openai-go/v3/option"
	"go.uber.org/goleak"
	"google.golang.org/genai"

	"mashal/llm/llmsim"
)

// TestMain checks that no goroutine outlives the tests, apart from the one that
// a dependency of an SDK starts with the program.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("go.opencensus.io/stats/view.(*worker).start"))
}

// check ends the test if there is an error.
func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// key is the key that clients send, which must not be in a log.
const key = "sk-simulated/Zq9+secret"

// chapter is an answer that every fault of the simulator can damage: it has
// several verses, Hebrew, flags, numbers, quotes and an apostrophe.
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

// answer answers every request with chapter.
func answer(llmsim.Request) (string, error) { return chapter, nil }

// A jumper is a clock that a sleep moves on, without waiting.
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

// A sim is a running simulator.
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

// entries stops the simulator and returns its log.
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

// echo answers with the prompt, and fails if it contains "what".
func echo(r llmsim.Request) (string, error) {
	if strings.Contains(r.Prompt, "what") {
		return "", fmt.Errorf("nothing is known of %q", r.Prompt)
	}
	return "You said: " + r.Prompt, nil
}

// sdks are clients of the vendors' SDKs.
type sdks struct {
	openai    sdkopenai.Client
	anthropic sdkanthropic.Client
	gemini    *genai.Client
}

// sdks returns clients for the simulator.
func (s *sim) sdks(t *testing.T) sdks {
	t.Helper()
	client := &http.Client{Transport: s.transport}
	g, err := genai.NewClient(t.Context(), &genai.ClientConfig{
		APIKey: key, Backend: genai.BackendGeminiAPI, HTTPClient: client, HTTPOptions: genai.HTTPOptions{BaseURL: s.base},
	})
	if err != nil {
		t.Fatal(err)
	}
	return sdks{
		sdkopenai.NewClient(openaioption.WithAPIKey(key), openaioption.WithBaseURL(s.base+"/v1"), openaioption.WithHTTPClient(client), openaioption.WithMaxRetries(0)),
		sdkanthropic.NewClient(anthropicoption.WithAPIKey(key), anthropicoption.WithBaseURL(s.base), anthropicoption.WithHTTPClient(client), anthropicoption.WithMaxRetries(0)),
		g,
	}
}
