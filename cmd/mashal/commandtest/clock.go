package commandtest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"mashal/llm/llmsim"
	"mashal/simulate"
)

// A Clock is the simulated time of a model. It moves only as the test tells it, so that
// nothing depends on the speed of the machine. It implements llmsim.Clock.
type Clock struct {
	mu   sync.Mutex
	now  time.Time
	step time.Duration
}

// NewClock returns a clock that stands still.
func NewClock() *Clock { return &Clock{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)} }

// Advance moves the clock.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Step moves the clock by d before each request from now on.
func (c *Clock) Step(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.step = d
}

// request moves the clock by its step.
func (c *Clock) request() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(c.step)
}

// Now returns the simulated time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Sleep moves the clock by d.
func (c *Clock) Sleep(ctx context.Context, d time.Duration) error {
	c.Advance(d)
	return ctx.Err()
}

// Client returns the time that clients wait for d of simulated time.
func (c *Clock) Client(d time.Duration) time.Duration { return d / 1_000_000 }

// SimulateAt serves a simulated model with a clock of its own. The answers are those of the
// rules unless config has others.
func SimulateAt(t testing.TB, clock *Clock, config llmsim.Config) (base string) {
	t.Helper()
	if config.Answer == nil {
		answers, err := simulate.New("", false, 1)
		if err != nil {
			t.Fatal(err)
		}
		config.Answer = answers.Answer
	}
	config.Clock = clock
	sim, err := llmsim.New(config)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		clock.request()
		sim.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}
