package metrics

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"mashal"
	"mashal/access"
)

// Limits of requests for metrics.
const (
	headerTime  = 5 * time.Second
	answerTime  = 10 * time.Second
	maxInFlight = 4 // scrapes at once
	graceTime   = time.Second
)

// A Server serves metrics.
type Server struct {
	url    string
	server *http.Server
	ended  chan error
}

// Listen serves metrics at /metrics of an address HOST:PORT until the server is closed.
// Without a host it is 127.0.0.1, which only this machine reaches; port 0 takes a free
// one. Errors of the server later on do not end anything, and Close returns them.
func (m *Metrics) Listen(ctx context.Context, address string) (*Server, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, mashal.Usagef("--metrics-addr 127.0.0.1:9464", "--metrics-addr %q is not an address with a port", address)
	}
	if host == "" {
		host = "127.0.0.1"
	}
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, &mashal.Error{Op: "serve metrics", Err: err, Hint: "Take another port with --metrics-addr 127.0.0.1:0."}
	}
	s := &Server{
		url:   "http://" + ln.Addr().String() + "/metrics",
		ended: make(chan error, 1),
		server: &http.Server{
			Handler: m.handler(access.IsLoopback(host)), ReadHeaderTimeout: headerTime, ReadTimeout: answerTime, WriteTimeout: answerTime,
			MaxHeaderBytes: 8 << 10,
		},
	}
	go func() { s.ended <- s.server.Serve(ln) }()
	return s, nil
}

// URL returns the address of the metrics.
func (s *Server) URL() string { return s.url }

// Close stops serving. It gives a scrape in progress graceTime to end.
func (s *Server) Close() error {
	grace, done := context.WithTimeout(context.Background(), graceTime)
	defer done()
	err := s.server.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.server.Close()
	}
	if served := <-s.ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(served, err)
	}
	if err != nil {
		return fmt.Errorf("serve metrics: %w", err)
	}
	return nil
}

// handler answers GET /metrics. If own is set, it refuses other host names than those
// of this machine, so that a web page cannot read the metrics through a host name of its
// own.
func (m *Metrics) handler(own bool) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: maxInFlight}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if own && !access.IsLoopback(r.Host) {
			http.Error(w, "This server answers only requests to localhost.", http.StatusMisdirectedRequest)
			return
		}
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		mux.ServeHTTP(w, r)
	})
}
