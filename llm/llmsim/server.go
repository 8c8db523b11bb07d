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

// Config configures a Server. All durations are in simulated time.
type Config struct {
	Answer Answerer
	Clock  Clock // nil for real time

	FirstToken      time.Duration // from a request to the first token of its answer
	TokensPerSecond float64       // 0 for no delay between tokens
	Jitter          float64       // 0 to 1: FirstToken and the time per token vary evenly by up to this share
	TokensPerEvent  int64         // 0 for about as many as the vendor sends: 1 (OpenAI), 4 (Anthropic), 24 (Google)
	Reasoning       int64         // reasoning tokens of each answer, which are charged but not sent
	BatchTime       time.Duration // from a batch's creation to its results

	// Reports returns the name of the model that an answer reports, from the name
	// that was asked for. Nil is Marked, with which the server says that it is a
	// simulator. Tests of what follows on real answers use another one.
	Reports func(model string) string

	Limits Limits // of each key
	Faults Faults
	Seed   uint64

	Log io.Writer // gets one Entry per request as a line of JSON; nil for no log
}

// Mark is the beginning of the names of simulated models.
const Mark = "mashal-simulate/"

// Marked returns the name of a model with the mark of a simulated one.
func Marked(model string) string { return Mark + model }

// Server is an http.Handler that answers like the vendors' servers. It accepts
// any key, and none. Each key has its own rate limits.
type Server struct {
	config       Config
	mux          *http.ServeMux
	answerFaults Faults // of config.Faults, those of answers
	serverFaults Faults // likewise, those of the server
	accounts     accounts
	cache        cache
	batches      *batches
	active       sync.WaitGroup

	mu       sync.Mutex
	number   int64          // of the last request
	first    time.Time      // of the first answer that was sent to its end, simulated
	answered chan struct{}  // closed then
	attempts map[string]int // by hash
	logErr   error          // the first error of writing the log
}

// New returns a server. It returns an error if a value of c is out of range.
func New(c Config) (*Server, error) {
	switch {
	case c.Answer == nil:
		return nil, errors.New("simulator has no Answer function")
	case c.FirstToken < 0 || c.TokensPerSecond < 0 || c.TokensPerEvent < 0 || c.Reasoning < 0 || c.BatchTime < 0:
		return nil, errors.New("times and numbers of tokens must not be negative")
	case !(c.Jitter >= 0 && c.Jitter <= 1):
		return nil, fmt.Errorf("jitter must be from 0 to 1, not %g", c.Jitter)
	case c.Limits.Requests < 0 || c.Limits.Tokens < 0:
		return nil, errors.New("limits must not be negative")
	}
	if c.Clock == nil {
		c.Clock = Scaled(1)
	}
	if c.Reports == nil {
		c.Reports = Marked
	}
	s := &Server{
		config:   c,
		mux:      http.NewServeMux(),
		accounts: accounts{limits: c.Limits, clock: c.Clock, byKey: map[string]*account{}},
		cache:    cache{expires: map[[32]byte]time.Time{}},
		attempts: map[string]int{},
	}
	s.answerFaults, _ = c.Faults.split()
	s.serverFaults, s.answered = c.Faults.ofServer(), make(chan struct{})
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
	s.mux.HandleFunc("GET /v1/models", s.listModels)
	s.mux.HandleFunc("GET /v1beta/models", s.listModels)
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.active.Add(1)
	defer s.active.Done()
	s.mux.ServeHTTP(w, r)
}

// Serve accepts requests on the listener until ctx ends. It then cancels the
// requests in flight and waits for them. It returns nil when ctx is cancelled,
// unless the listener or the log has failed.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	base, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	hs := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 5 * time.Minute, // clients open spare connections, which on a busy machine they use late
		BaseContext:       func(net.Listener) context.Context { return base },
		ErrorLog:          log.New(io.Discard, "", 0), // its messages are about clients that disconnect
	}
	address := ln.Addr()
	ln, err := s.faultyListener(base, ln)
	if err != nil {
		return fmt.Errorf("serve on %s: %w", address, err)
	}
	served := make(chan error, 1)
	go func() { served <- hs.Serve(ln) }()
	select {
	case err = <-served:
		err = fmt.Errorf("serve on %s: %w", address, err)
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

// Err returns the first error of writing the log, nil if the log is complete.
func (s *Server) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.logErr
}

// count sets the request's number and attempt.
func (s *Server) count(req *Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.number++
	s.attempts[req.Hash]++
	req.Number, req.Attempt = s.number, s.attempts[req.Hash]
}

// countBatch returns how often a batch with this hash has been sent, including
// this time.
func (s *Server) countBatch(hash string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.attempts[hash]++
	return s.attempts[hash]
}

// log writes an entry to the log.
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

// listModels answers a request for the list of models in the vendor's format.
// The simulator accepts any model, so the list has examples, under the names that
// their answers report.
func (s *Server) listModels(w http.ResponseWriter, r *http.Request) {
	form, names := `{"object":"list","data":[%s]}`, []string{"gpt-5.1", "gpt-5.1-mini"}
	item := func(name string) string {
		return fmt.Sprintf(`{"id":%q,"object":"model","created":1764000000,"owned_by":"simulated"}`, name)
	}
	switch {
	case strings.HasPrefix(r.URL.Path, "/v1beta/"):
		form, names = `{"models": [%s]}`, []string{"gemini-3.1-pro-preview", "gemini-2.5-flash"}
		item = func(name string) string {
			return fmt.Sprintf(`{"name": "models/%s","displayName": %q,"inputTokenLimit": 1048576,"outputTokenLimit": 65536,"supportedGenerationMethods": ["generateContent"]}`, name, name)
		}
	case r.Header.Get("Anthropic-Version") != "":
		form, names = `{"data":[%s],"has_more":false,"first_id":null,"last_id":null}`, []string{"claude-opus-4-5", "claude-haiku-4-5"}
		item = func(name string) string {
			return fmt.Sprintf(`{"type":"model","id":%q,"display_name":%q,"created_at":"2025-11-24T00:00:00Z"}`, name, name)
		}
	}
	items := make([]string, len(names))
	for i, name := range names {
		items[i] = item(s.config.Reports(name))
	}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, form, strings.Join(items, ","))
}
