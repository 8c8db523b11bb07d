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
	dir, err := os.MkdirTemp("", "pg") // short, because a socket's path has at most 107 bytes
	if err != nil {
		return "", nil, err
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(dir)
		}
	}()
	if err := chownToServer(dir); err != nil {
		return "", nil, err
	}
	data := filepath.Join(dir, "data")
	create := exec.Command(initdb, "-D", data, "-U", "mashal", "-A", "trust", "-E", "UTF8", "--locale", "C", "--no-sync", "--lc-messages", "C")
	create.Dir = dir
	runUnprivileged(create)
	if out, err := create.CombinedOutput(); err != nil {
		return "", nil, fmt.Errorf("initdb: %w: %s", err, bytes.TrimSpace(out))
	}
	serve := exec.Command(postgres, "-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off")
	serve.Dir = dir
	runUnprivileged(serve)
	log, err := serve.StderrPipe()
	if err != nil {
		return "", nil, err
	}
	if err := serve.Start(); err != nil {
		return "", nil, err
	}
	ready, drained := make(chan bool, 1), make(chan struct{})
	go func() {
		defer close(drained)
		waitReady(log, ready)
	}()
	stop = func() {
		_ = serve.Process.Signal(os.Interrupt) // fast shutdown
		<-drained
		_ = serve.Wait()
		_ = os.RemoveAll(dir)
	}
	if !<-ready {
		stop()
		return "", nil, errors.New("the server ended during its start")
	}
	return "postgres://mashal@/postgres?host=" + url.QueryEscape(dir), stop, nil
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
		if !sent && strings.Contains(lines.Text(), "ready to accept connections") {
			ready <- true
			sent = true
		}
	}
	if !sent {
		ready <- false
	}
}
