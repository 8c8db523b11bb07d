package explore_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"mashal"
	"mashal/explore"
	"mashal/explore/web"
)

// A going record is of one run, which a test moves on.
type going struct {
	record
	mu    sync.Mutex
	run   mashal.RunProgress
	asked atomic.Int64
	err   error
}

func newGoing() *going { return &going{run: runOf(mashal.RunGoing).RunProgress} }

func (g *going) Progress(_ context.Context, run string) (*mashal.RunProgress, error) {
	g.asked.Add(1)
	g.mu.Lock()
	defer g.mu.Unlock()
	if run != g.run.Run.ID {
		return nil, g.err
	}
	r := g.run
	return &r, g.err
}

func (g *going) change(fn func(*mashal.RunProgress)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	fn(&g.run)
}

// A watcher is a client that reads events until their end.
type watcher struct {
	header http.Header
	status int
	events chan string // the name and the data of each, or a comment
	leave  context.CancelFunc
	pipe   *io.PipeWriter
	lines  *bufio.Scanner
}

func (w *watcher) Header() http.Header         { return w.header }
func (w *watcher) Write(p []byte) (int, error) { return w.pipe.Write(p) }
func (w *watcher) WriteHeader(status int)      { w.status = status }
func (w *watcher) Flush()                      {}

// watching has a client follow a run, without a network, so that a bubble's
// clock can move. Its events are closed when the answer has ended.
func watching(t *testing.T, s http.Handler, run string) *watcher {
	t.Helper()
	ctx, leave := context.WithCancel(t.Context())
	out, in := io.Pipe()
	w := &watcher{header: http.Header{}, events: make(chan string, 100), leave: leave, pipe: in, lines: bufio.NewScanner(out)}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1:8090/runs/"+run+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "127.0.0.1:8090"
	go func() {
		s.ServeHTTP(w, r)
		_ = in.Close()
	}()
	go func() {
		defer close(w.events)
		for name := ""; w.lines.Scan(); {
			switch line := w.lines.Text(); {
			case strings.HasPrefix(line, "event: "):
				name = strings.TrimPrefix(line, "event: ")
			case strings.HasPrefix(line, "data: "):
				w.events <- name + " " + strings.TrimPrefix(line, "data: ")
			case strings.HasPrefix(line, ":"):
				w.events <- line
			}
		}
	}()
	return w
}

// told is what has come until now.
func (w *watcher) told() (list []string, ended bool) {
	synctest.Wait()
	for {
		select {
		case e, open := <-w.events:
			if !open {
				return list, true
			}
			list = append(list, e)
		default:
			return list, false
		}
	}
}

// inBubble runs a test with an explorer, on a clock of its own.
func inBubble(t *testing.T, r web.Record, test func(t *testing.T, s *web.Server), change ...func(*web.Options)) {
	synctest.Test(t, func(t *testing.T) {
		o := web.Options{Concordance: t.TempDir() + "/none.db", Record: r, Log: failOnLog(t)}
		for _, c := range change {
			c(&o)
		}
		s, err := explore.New(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		test(t, s)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		synctest.Wait()
	})
}

// TestWatch follows a run to its end: what changes is told once, and what does
// not is not.
func TestWatch(t *testing.T) {
	g := newGoing()
	inBubble(t, g, func(t *testing.T, s *web.Server) {
		w := watching(t, s, g.run.Run.ID)
		first, _ := w.told()
		if len(first) != 1 || !strings.HasPrefix(first[0], "progress {") {
			t.Fatalf("first: %q", first)
		}
		var event struct {
			State  string         `json:"state"`
			Verses map[string]int `json:"verses"`
			Cost   float64        `json:"cost_usd"`
		}
		if err := json.Unmarshal([]byte(strings.TrimPrefix(first[0], "progress ")), &event); err != nil || event.State != "running" || event.Verses["done"] != 7 || event.Cost != .0421 {
			t.Errorf("%+v, %v", event, err)
		}
		time.Sleep(5 * time.Second)
		if more, _ := w.told(); len(more) > 0 {
			t.Errorf("nothing has changed, and this is told: %q", more)
		}
		g.change(func(r *mashal.RunProgress) { r.Verses = map[mashal.State]int{mashal.Done: 8} })
		time.Sleep(time.Second)
		if more, _ := w.told(); len(more) != 1 || !strings.Contains(more[0], `"verses":{"done":8}`) {
			t.Errorf("a verse more: %q", more)
		}
		time.Sleep(20 * time.Second)
		if more, _ := w.told(); len(more) == 0 || !strings.HasPrefix(more[0], ":") {
			t.Errorf("no sign of life in 20 seconds: %q", more)
		}
		g.change(func(r *mashal.RunProgress) { r.Run.State, r.Run.Ended = mashal.RunDone, noon })
		time.Sleep(time.Second)
		last, ended := w.told()
		if !ended || len(last) != 2 || last[1] != `end {"state":"done"}` {
			t.Errorf("at its end: %q, ended %t", last, ended)
		}
		if got := w.header.Get("Content-Type"); got != "text/event-stream" || w.status != http.StatusOK {
			t.Errorf("%d %s", w.status, got)
		}
	})
}

// TestWatchersShareOnePoll: the record is asked about once a second, however
// many watch, and not at all when nobody does.
func TestWatchersShareOnePoll(t *testing.T) {
	g := newGoing()
	inBubble(t, g, func(t *testing.T, s *web.Server) {
		var all []*watcher
		for range 64 {
			all = append(all, watching(t, s, g.run.Run.ID))
		}
		synctest.Wait()
		if w := watching(t, s, g.run.Run.ID); true {
			synctest.Wait()
			if w.status != http.StatusServiceUnavailable || w.header.Get("Retry-After") == "" {
				t.Errorf("the 65th watcher is answered %d", w.status)
			}
			w.told()
		}
		for i, w := range all {
			if told, _ := w.told(); len(told) != 1 {
				t.Fatalf("watcher %d is told %q", i, told)
			}
		}
		before := g.asked.Load()
		time.Sleep(10 * time.Second)
		if n := g.asked.Load() - before; n < 8 || n > 11 {
			t.Errorf("in 10 seconds the record is asked %d times", n)
		}
		for _, w := range all {
			w.leave()
		}
		synctest.Wait()
		before = g.asked.Load()
		time.Sleep(10 * time.Second)
		if n := g.asked.Load() - before; n > 0 {
			t.Errorf("nobody watches, and the record is asked %d times", n)
		}
		if told, _ := watching(t, s, g.run.Run.ID).told(); len(told) != 1 {
			t.Errorf("who comes later is told %q", told)
		}
	})
}

// TestWatchEndsWithTheExplorer: streams do not hold up the end.
func TestWatchEndsWithTheExplorer(t *testing.T) {
	g := newGoing()
	inBubble(t, g, func(t *testing.T, s *web.Server) {
		w := watching(t, s, g.run.Run.ID)
		w.told()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		last, ended := w.told()
		if !ended || len(last) > 0 {
			t.Errorf("after the end: %q, ended %t: a client that comes back later must not think that the run has ended", last, ended)
		}
		late := watching(t, s, g.run.Run.ID)
		synctest.Wait()
		if late.status != http.StatusServiceUnavailable {
			t.Errorf("after the end a watcher is answered %d", late.status)
		}
		late.told()
	})
}

// TestWatchOfABrokenRecord: what goes wrong is logged, and the client is told
// to come back, without our reasons.
func TestWatchOfABrokenRecord(t *testing.T) {
	g := newGoing()
	g.err = errBroken
	var logged atomic.Int64
	inBubble(t, g, func(t *testing.T, s *web.Server) {
		w := watching(t, s, g.run.Run.ID)
		synctest.Wait()
		if w.status != http.StatusServiceUnavailable || logged.Load() != 1 {
			t.Errorf("%d, %d logged", w.status, logged.Load())
		}
		w.told()
	}, func(o *web.Options) {
		o.Log = slog.New(&errorLog{add: func(err error) {
			if !errors.Is(err, errBroken) {
				t.Errorf("logged: %v", err)
			}
			logged.Add(1)
		}})
	})
}

// TestServeEndsStreams: over a network, a stream outlives the limits of a page,
// and ends at once when the explorer is stopped.
func TestServeEndsStreams(t *testing.T) {
	g := newGoing()
	s := serve(t, t.TempDir()+"/none.db", func(o *web.Options) { o.Record = g })
	ln := listen(t)
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, ln) }()
	answer := askOver(t, "http://"+ln.Addr().String()+"/runs/"+g.run.Run.ID+"/events")
	lines := bufio.NewReader(answer.Body)
	for line := ""; line != "event: progress\n"; {
		var err error
		if line, err = lines.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	if _, err := io.Copy(io.Discard, lines); err != nil {
		t.Errorf("the stream is torn, not ended: %v", err)
	}
	if err := <-served; err != nil {
		t.Errorf("Serve: %v", err)
	}
}
