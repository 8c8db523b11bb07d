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

// startServer makes a cluster that nothing else uses and that outlives nothing:
// it listens on a socket in its own folder only.
func startServer(initdb, postgres string) (address string, stop func(), err error) {
	dir, err := os.MkdirTemp("", "pg") // a socket's path has at most 107 bytes
	if err != nil {
		return "", nil, err
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(dir)
		}
	}()
	if err := giveAway(dir); err != nil {
		return "", nil, err
	}
	data := filepath.Join(dir, "data")
	create := exec.Command(initdb, "-D", data, "-U", "mashal", "-A", "trust", "-E", "UTF8", "--locale", "C", "--no-sync", "--lc-messages", "C")
	create.Dir = dir
	unprivileged(create)
	if out, err := create.CombinedOutput(); err != nil {
		return "", nil, fmt.Errorf("initdb: %w: %s", err, bytes.TrimSpace(out))
	}
	serve := exec.Command(postgres, "-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off")
	serve.Dir = dir
	unprivileged(serve)
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
		watch(log, ready)
	}()
	stop = func() {
		_ = serve.Process.Signal(os.Interrupt) // fast shutdown
		<-drained
		_ = serve.Wait()
		_ = os.RemoveAll(dir)
	}
	if !<-ready {
		stop()
		return "", nil, errors.New("it ended at once")
	}
	return "postgres://mashal@/postgres?host=" + url.QueryEscape(dir), stop, nil
}

// A server refuses to run as root: then it runs as one of these.
var servants = []string{"postgres", "nobody"}

func servant() (uid, gid int, ok bool) {
	if os.Geteuid() != 0 {
		return 0, 0, false
	}
	for _, name := range servants {
		if u, err := user.Lookup(name); err == nil {
			uid, errU := strconv.Atoi(u.Uid)
			gid, errG := strconv.Atoi(u.Gid)
			return uid, gid, errU == nil && errG == nil
		}
	}
	return 0, 0, false
}

// giveAway makes a folder the servant's, if there is need of one.
func giveAway(dir string) error {
	if uid, gid, ok := servant(); ok {
		return os.Chown(dir, uid, gid)
	}
	return nil
}

// unprivileged runs a command as the servant, and ends it if the tests die.
func unprivileged(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if uid, gid, ok := servant(); ok {
		c.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
}

// watch reads a server's log to its end and says whether it became ready.
func watch(log io.Reader, ready chan<- bool) {
	told := false
	for lines := bufio.NewScanner(log); lines.Scan(); {
		if !told && strings.Contains(lines.Text(), "ready to accept connections") {
			ready <- true
			told = true
		}
	}
	if !told {
		ready <- false
	}
}
