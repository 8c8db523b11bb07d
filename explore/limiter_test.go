package explore_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"mashal/explore/web"
)

// A switchboard is a listener whose connections have no buffers: nothing is
// sent before it is taken.
type switchboard struct {
	calls  chan net.Conn
	closed chan struct{}
}

func (s *switchboard) Accept() (net.Conn, error) {
	select {
	case c := <-s.calls:
		return c, nil
	case <-s.closed:
		return nil, net.ErrClosed
	}
}

func (s *switchboard) Close() error {
	close(s.closed)
	return nil
}

func (s *switchboard) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

// ask sends a request, and takes the first byte of the answer, by which it is
// known to be ready.
func (s *switchboard) ask(t *testing.T, path string) (*bufio.Reader, net.Conn) {
	t.Helper()
	client, server := net.Pipe()
	s.calls <- server
	if _, err := io.WriteString(client, "GET "+path+" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReaderSize(client, 16)
	if _, err := r.Peek(1); err != nil {
		t.Fatal(err)
	}
	return r, client
}

// serving runs an explorer on a switchboard until the test ends.
func serving(t *testing.T, s *web.Server) *switchboard {
	t.Helper()
	board := &switchboard{make(chan net.Conn), make(chan struct{})}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, board) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return board
}

// TestNobodyWaitsForSlowReaders has more clients than requests are worked on
// at once ask for a page and not take it; then for more pages than are kept.
func TestNobodyWaitsForSlowReaders(t *testing.T) {
	board := serving(t, everything(t))
	var slow []*bufio.Reader
	for range 300 {
		r, client := board.ask(t, "/help")
		defer func() { _ = client.Close() }()
		slow = append(slow, r)
	}
	for _, r := range []*bufio.Reader{slow[299], slow[150]} { // who takes it in the end has all of it
		answer, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(string(body), "</html>") {
			t.Errorf("%s, %v", answer.Status, err)
		}
	}
	if answer, err := http.ReadResponse(slow[0], nil); err == nil {
		if _, err = io.ReadAll(answer.Body); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("the first to ask still has an answer kept: %v", err)
		}
	}
}

// TestWhoLeavesIsNoFault asks for files and leaves: the log of everything fails
// the test if it is told.
func TestWhoLeavesIsNoFault(t *testing.T) {
	board := serving(t, everything(t))
	for _, path := range []string{"/export", "/download/concordance.db", "/search"} {
		_, client := board.ask(t, path)
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestOptionsOfTheServer are refused as all methods are that do not read.
func TestOptionsOfTheServer(t *testing.T) {
	board := serving(t, everything(t))
	client, server := net.Pipe()
	defer func() { _ = client.Close() }()
	board.calls <- server
	if _, err := io.WriteString(client, "OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(client), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, answer.Body); err != nil || answer.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("%s, %v", answer.Status, err)
	}
}
