//go:build linux

package postgrestest

import (
	"errors"
	"os"
	"syscall"
	"testing"
)

// NewServer starts a server of its own for a test, with settings in the form
// name=value. It is removed after the test. The test is skipped or fails as with
// NewDatabase if no PostgreSQL is installed.
func NewServer(t testing.TB, settings ...string) *Server {
	t.Helper()
	initdb, postgres, ok := findPrograms()
	if !ok {
		unavailable(t, errors.New("no PostgreSQL is installed"))
	}
	s, err := createServer(initdb, postgres)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.remove)
	s.settings = append(s.settings, settings...)
	s.Start(t)
	return s
}

// NewDatabase creates an empty database and returns its address.
func (s *Server) NewDatabase(t testing.TB) (address string) {
	t.Helper()
	return newDatabase(t, s.Address(), false)
}

// Set adds settings in the form name=value, for the next start.
func (s *Server) Set(settings ...string) { s.settings = append(s.settings, settings...) }

// Start starts the server after Stop or Kill.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	if err := s.start(); err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
}

// Stop shuts the server down; it ends all connections.
func (s *Server) Stop() { s.end(os.Interrupt) }

// Kill kills the server with SIGKILL, and waits until its processes have noticed.
func (s *Server) Kill() { s.end(syscall.SIGKILL) }

// Adopt makes a file belong to the server's user.
func (s *Server) Adopt(t testing.TB, path string) {
	t.Helper()
	if err := chownToServer(path); err != nil {
		t.Fatal(err)
	}
}
