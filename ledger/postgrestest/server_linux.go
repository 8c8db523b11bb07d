package postgrestest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// startServer creates a temporary cluster and starts a server on it. The server
// listens only on a socket in the cluster's folder. stop ends the server and
// removes the folder.
func startServer(initdb, postgres string) (address string, stop func(), err error) {
	s, err := createServer(initdb, postgres)
	if err != nil {
		return "", nil, err
	}
	if err := s.start(); err != nil {
		s.remove()
		return "", nil, err
	}
	return s.Address(), s.remove, nil
}

// A Server is a temporary server that a test can stop and start.
type Server struct {
	dir      string // short, because a socket's path has at most 107 bytes
	postgres string
	settings []string // name=value
	process  *exec.Cmd
	drained  chan struct{} // closed when the log of process has ended
}

// createServer creates a temporary cluster.
func createServer(initdb, postgres string) (s *Server, err error) {
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		return nil, err
	}
	s = &Server{dir: dir, postgres: postgres, settings: []string{"listen_addresses=", "fsync=off"}}
	defer func() {
		if err != nil {
			s.remove()
		}
	}()
	if err := chownToServer(dir); err != nil {
		return nil, err
	}
	create := exec.Command(initdb, "-D", s.Data(), "-U", "mashal", "-A", "trust", "-E", "UTF8", "--locale", "C", "--no-sync", "--lc-messages", "C")
	create.Dir = dir
	runUnprivileged(create)
	if out, err := create.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, bytes.TrimSpace(out))
	}
	return s, nil
}

// Address returns the address of the database postgres.
func (s *Server) Address() string {
	return "postgres://mashal@/postgres?host=" + url.QueryEscape(s.dir)
}

// Data returns the folder of the cluster.
func (s *Server) Data() string { return filepath.Join(s.dir, "data") }

// start starts the server, and returns when it accepts connections.
func (s *Server) start() error {
	args := []string{"-D", s.Data(), "-k", s.dir}
	for _, setting := range s.settings {
		args = append(args, "-c", setting)
	}
	serve := exec.Command(s.postgres, args...)
	serve.Dir = s.dir
	runUnprivileged(serve)
	log, err := serve.StderrPipe()
	if err != nil {
		return err
	}
	if err := serve.Start(); err != nil {
		return err
	}
	ready, drained := make(chan bool, 1), make(chan struct{})
	go func() {
		defer close(drained)
		waitReady(log, ready)
	}()
	s.process, s.drained = serve, drained
	if !<-ready {
		s.end(os.Interrupt)
		return errors.New("the server ended during its start")
	}
	return nil
}

// end sends a signal to the server and waits until it and its processes have ended.
func (s *Server) end(signal os.Signal) {
	if s.process == nil {
		return
	}
	_ = s.process.Process.Signal(signal)
	<-s.drained
	_ = s.process.Wait()
	s.process = nil
}

// remove stops the server and removes its folder.
func (s *Server) remove() {
	s.end(os.Interrupt) // fast shutdown
	_ = os.RemoveAll(s.dir)
}

// serverUsers are the users as which the server runs if the tests run as root,
// because PostgreSQL refuses to run as root.
var serverUsers = []string{"postgres", "nobody"}

// serverUser returns the first of serverUsers that exists. ok is false if the
// tests do not run as root or none exists.
func serverUser() (uid, gid int, ok bool) {
	if os.Geteuid() != 0 {
		return 0, 0, false
	}
	for _, name := range serverUsers {
		if u, err := user.Lookup(name); err == nil {
			uid, errU := strconv.Atoi(u.Uid)
			gid, errG := strconv.Atoi(u.Gid)
			return uid, gid, errU == nil && errG == nil
		}
	}
	return 0, 0, false
}

// chownToServer changes the owner of a folder to the user that runs the server, if
// there is one.
func chownToServer(dir string) error {
	if uid, gid, ok := serverUser(); ok {
		return os.Chown(dir, uid, gid)
	}
	return nil
}

// runUnprivileged makes a command run as the server's user, and end when the
// tests end.
func runUnprivileged(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if uid, gid, ok := serverUser(); ok {
		c.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
}

// waitReady reads the server's log to its end. It sends true to ready when the
// server accepts connections, or false if the log ends before.
func waitReady(log io.Reader, ready chan<- bool) {
	sent := false
	for lines := bufio.NewScanner(log); lines.Scan(); {
		if !sent && strings.Contains(lines.Text(), "ready to accept") {
			ready <- true
			sent = true
		}
	}
	if !sent {
		ready <- false
	}
}
