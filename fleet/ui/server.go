package ui

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"riverqueue.com/riverui"

	"mashal"
	"mashal/access"
	"mashal/fleet"
)

// Prefix is the path of all pages.
const Prefix = "/fleet"

// tokenCookie is the name of the cookie of clients that have given the token.
const tokenCookie = "mashal-fleet-token"

// Limits of requests. The queries use the connections of the process that works, whose
// lease must not wait for them.
const (
	headerTime  = 5 * time.Second
	requestTime = 10 * time.Second // for the client to send a request
	writeTime   = 30 * time.Second // for the client to receive the answer
	idleTime    = 2 * time.Minute  // of a connection between requests
	queryTime   = 2 * time.Second  // for the queries of a request, and for its wait for a slot
	graceTime   = time.Second      // for requests in progress when the server ends
	maxHeader   = 32 << 10         // bytes of all headers
	maxBody     = 16 << 10         // bytes of a request
	maxQueries  = 2                // requests that query the database at once
)

// Options configures a Server.
type Options struct {
	Pool *sql.DB // of the ledger; fleet.Migrate has made the tables

	// Address is the HOST:PORT to serve on. Without a host it is 127.0.0.1; port 0 takes
	// a free one. Other machines can reach other addresses, which need a token.
	Address string

	Token string // what clients must have; "" for nothing
	Log   *slog.Logger
}

// A Server serves the interface.
type Server struct {
	url    string
	server *http.Server
	stop   context.CancelFunc // ends the queries in the background
	ended  chan error
}

// check returns the address to listen on, and whether only this machine can reach it.
// Other addresses need a token.
func (o Options) check() (address string, own bool, err error) {
	host, port, err := net.SplitHostPort(o.Address)
	if err != nil {
		return "", false, mashal.Usagef("--ui 127.0.0.1:8091", "--ui %q is not an address with a port", o.Address)
	}
	if host == "" {
		host = "127.0.0.1"
	}
	if own = access.IsLoopback(host); !own && o.Token == "" {
		return "", false, mashal.Usagef("--ui 127.0.0.1:8091, or --token @env:FLEET_TOKEN",
			"--ui %s can be reached by other machines, which could then pause the queue", o.Address)
	}
	return net.JoinHostPort(host, port), own, nil
}

// Check returns an error if the address is not one, or needs a token.
func (o Options) Check() error {
	_, _, err := o.check()
	return err
}

// Listen serves the interface until the server is closed. Errors of the server later on
// do not end anything, and Close returns them.
func Listen(ctx context.Context, o Options) (*Server, error) {
	address, own, err := o.check()
	if err != nil {
		return nil, err
	}
	client, err := fleet.NewClient(o.Pool)
	if err != nil {
		return nil, err
	}
	river, err := riverui.NewHandler(&riverui.HandlerOpts{
		Endpoints: riverui.NewEndpoints(client, nil), JobListHideArgsByDefault: true, Logger: o.Log, Prefix: Prefix,
	})
	if err != nil {
		return nil, err
	}
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, &mashal.Error{Op: "serve the queue", Err: err, Hint: "Take another port with --ui 127.0.0.1:0."}
	}
	going, stop := context.WithCancel(context.WithoutCancel(ctx))
	if err := river.Start(going); err != nil {
		stop()
		return nil, errors.Join(err, ln.Close())
	}
	s := &Server{
		url: "http://" + ln.Addr().String() + Prefix + "/", stop: stop, ended: make(chan error, 1),
		server: &http.Server{
			Handler: newGuard(river, own, o.Token), ReadHeaderTimeout: headerTime, ReadTimeout: requestTime, WriteTimeout: writeTime,
			IdleTimeout: idleTime, MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(o.Log.Handler(), slog.LevelError),
		},
	}
	go func() { s.ended <- s.server.Serve(ln) }()
	return s, nil
}

// URL returns the address of the first page.
func (s *Server) URL() string { return s.url }

// Close stops serving. It gives requests in progress graceTime to end.
func (s *Server) Close() error {
	grace, done := context.WithTimeout(context.Background(), graceTime)
	defer done()
	err := s.server.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.server.Close()
	}
	s.stop()
	if served := <-s.ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(served, err)
	}
	if err != nil {
		return fmt.Errorf("serve the queue: %w", err)
	}
	return nil
}
