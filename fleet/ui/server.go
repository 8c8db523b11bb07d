package ui

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"riverqueue.com/riverui"

	"mashal"
	"mashal/access"
	"mashal/fleet"
)

// Prefix is the path of all pages.
const Prefix = "/fleet"

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
	log    *slog.Logger
	stop   context.CancelFunc // ends the queries in the background
	ended  chan struct{}
}

// check returns the address to listen on. Addresses that other machines can reach need a token.
func (o Options) check() (address string, err error) {
	address = o.Address
	if strings.HasPrefix(address, ":") {
		address = "127.0.0.1" + address
	}
	switch own, err := access.ListensOnLoopback(address); {
	case err != nil:
		return "", mashal.Usagef("--ui 127.0.0.1:8091", "--ui %s", err)
	case !own && o.Token == "":
		return "", mashal.Usagef("--ui 127.0.0.1:8091, or --token @env:FLEET_TOKEN",
			"--ui %s can be reached by other machines, which could then stop the work", o.Address)
	}
	return address, nil
}

// Check returns an error if the address is not one, or needs a token.
func (o Options) Check() error {
	_, err := o.check()
	return err
}

// Listen serves the interface until the server is closed. Errors of the server later on
// are logged and do not end anything.
func Listen(ctx context.Context, o Options) (*Server, error) {
	address, err := o.check()
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
	retry := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { retryJobs(w, r, o) })
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, &mashal.Error{Op: "serve the queue", Err: err, Hint: "Take another port with --ui 127.0.0.1:0."}
	}
	if host, ok := ln.Addr().(*net.TCPAddr); o.Token == "" && (!ok || !host.IP.IsLoopback()) { // the name localhost can have any address
		return nil, errors.Join(mashal.Usagef("--ui 127.0.0.1:8091", "--ui %s is %s, which other machines can reach", o.Address, ln.Addr()), ln.Close())
	}
	going, stop := context.WithCancel(context.WithoutCancel(ctx))
	if err := river.Start(going); err != nil {
		stop()
		return nil, errors.Join(err, ln.Close())
	}
	s := &Server{
		url: "http://" + ln.Addr().String() + Prefix + "/", log: o.Log, stop: stop, ended: make(chan struct{}),
		server: &http.Server{
			Handler: newGuard(river, retry, o.Token), ReadHeaderTimeout: headerTime, ReadTimeout: requestTime, WriteTimeout: writeTime,
			IdleTimeout: idleTime, MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(o.Log.Handler(), slog.LevelError),
		},
	}
	go func() {
		defer close(s.ended)
		if err := s.server.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("the queue is not served any more, and the work goes on", slog.Any("error", err))
		}
	}()
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
	<-s.ended
	if err != nil {
		return fmt.Errorf("serve the queue: %w", err)
	}
	return nil
}
