package llmsim

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Config is how a Server behaves. All its times are simulated.
type Config struct {
	Answer Answerer
	Clock  Clock // nil for the real time

	FirstToken      time.Duration // from the request to the first token of its answer
	TokensPerSecond float64       // 0: at once
	Jitter          float64       // 0 to 1: both vary by up to this share, evenly
	TokensPerEvent  int64         // 0 for about what the vendor sends: 1 (OpenAI), 4 (Anthropic), 24 (Google)
	Reasoning       int64         // tokens of each answer that are reasoning: counted, not sent
	BatchTime       time.Duration // from a batch to its results

	Limits Limits // of each key
	Faults Faults
	Seed   uint64

	Log io.Writer // an Entry as JSON on a line for each request; nil for none
}

// A Server is an http.Handler that answers as the vendors' servers do. It asks
// for no key; the requests of each key have limits of their own.
type Server struct {
	config       Config
	mux          *http.ServeMux
	answerFaults Faults // of config.Faults, those of answers
	accounts     accounts
	cache        cache
	batches      *batches
	active       sync.WaitGroup

	mu       sync.Mutex
	number   int64
	attempts map[string]int // by hash
	logErr   error
}

// New gives a server.
func New(c Config) (*Server, error) {
	switch {
	case c.Answer == nil:
		return nil, errors.New("the simulator has nothing that answers")
	case c.FirstToken < 0 || c.TokensPerSecond < 0 || c.TokensPerEvent < 0 || c.Reasoning < 0 || c.BatchTime < 0:
		return nil, errors.New("neither times nor tokens can be less than none")
	case !(c.Jitter >= 0 && c.Jitter <= 1):
		return nil, fmt.Errorf("a jitter of %g is not between 0 and 1", c.Jitter)
	case c.Limits.Requests < 0 || c.Limits.Tokens < 0:
		return nil, errors.New("a limit cannot be less than none")
	}
	if c.Clock == nil {
		c.Clock = Scaled(1)
	}
	s := &Server{
		config:   c,
		mux:      http.NewServeMux(),
		accounts: accounts{limits: c.Limits, clock: c.Clock, byKey: map[string]*account{}},
		cache:    cache{expires: map[[32]byte]time.Time{}},
		attempts: map[string]int{},
	}
	s.answerFaults, _ = c.Faults.split()
	s.batches = &batches{server: s, files: map[string]*file{}}
	for _, route := range []struct {
		path string
		name Protocol
		protocol
	}{
		{"/v1/chat/completions", Chat, chat{}},
		{"/v1/responses", Responses, responses{}},
		{"/v1/messages", Messages, messages{}},
		{"/v1beta/models/{call...}", Gemini, google{}},
	} {
		s.mux.HandleFunc("POST "+route.path, func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.PathValue("call"), ":batchGenerateContent") {
				reply(w, r, google{}, googleBatches{s.batches}.create)
				return
			}
			s.serve(route.name, route.protocol, w, r)
		})
	}
	s.batches.route(s.mux)
	s.mux.HandleFunc("GET /v1/models", listModels)
	s.mux.HandleFunc("GET /v1beta/models", listModels)
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.active.Add(1)
	defer s.active.Done()
	s.mux.ServeHTTP(w, r)
}

// Serve answers on the listener until the context ends, breaks off what is
// under way then, and returns when all of it has ended. It fails if the
// listener or the log does.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	base, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	hs := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 10 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return base },
		ErrorLog:          log.New(io.Discard, "", 0), // what it says is about clients that leave
	}
	served := make(chan error, 1)
	go func() { served <- hs.Serve(ln) }()
	var err error
	select {
	case err = <-served:
		err = fmt.Errorf("serve on %s: %w", ln.Addr(), err)
	case <-ctx.Done():
	}
	cancel()
	closed := hs.Close()
	if err == nil {
		if err = <-served; errors.Is(err, http.ErrServerClosed) {
			err = closed
		}
	}
	s.active.Wait()
	return errors.Join(err, s.Err())
}

// Err says why the log is not whole; nil if it is.
func (s *Server) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.logErr
}

// count numbers a request and says for how many-th time it is asked.
func (s *Server) count(req *Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.number++
	s.attempts[req.Hash]++
	req.Number, req.Attempt = s.number, s.attempts[req.Hash]
}

// countBatch says for how many-th time a batch is sent.
func (s *Server) countBatch(hash string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.attempts[hash]++
	return s.attempts[hash]
}

func (s *Server) log(e *Entry) {
	if s.config.Log == nil {
		return
	}
	line, err := json.Marshal(e)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		_, err = s.config.Log.Write(append(line, '\n'))
	}
	if err != nil && s.logErr == nil {
		s.logErr = fmt.Errorf("log request %d: %w", e.Number, err)
	}
}
