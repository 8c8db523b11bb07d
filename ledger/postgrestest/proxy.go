package postgrestest

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

// A Proxy stands between a client and a server, and cuts connections at moments
// that a test chooses. It counts requests: what a client sends until it waits for
// an answer.
type Proxy struct {
	Address string // of the same database through the proxy

	mu      sync.Mutex
	network string // of the server: unix or tcp
	target  string
	at      int  // the request to cut at, from 1; 0 for none
	after   bool // the server gets the request, and the client no answer
	random  func() float64
	chance  float64 // of a cut at each request
	seen    int
	refused bool // new connections are closed at once
	open    map[net.Conn]bool
}

// NewProxy starts a proxy before the database at an address. It does not encrypt.
func NewProxy(t testing.TB, address string) *Proxy {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "px")
	if err != nil {
		t.Fatal(err)
	}
	const socket = ".s.PGSQL.5432"
	listener, err := net.Listen("unix", filepath.Join(dir, socket))
	if err != nil {
		t.Fatal(err)
	}
	network, target := "tcp", net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), "5432"))
	if u.Hostname() == "" {
		network, target = "unix", filepath.Join(u.Query().Get("host"), ".s.PGSQL."+cmp.Or(u.Query().Get("port"), "5432"))
	}
	p := &Proxy{network: network, target: target, open: map[net.Conn]bool{}}
	u.Host, u.RawQuery = "", url.Values{"host": {dir}}.Encode()
	p.Address = u.String()
	t.Cleanup(func() {
		_ = listener.Close()
		p.CutAll()
		_ = os.RemoveAll(dir)
	})
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return // the test has ended
			}
			go p.serve(client)
		}
	}()
	return p
}

// CutAt cuts a connection at the n-th request from now, before the server gets it,
// or if after is set when the server has answered it.
func (p *Proxy) CutAt(n int, after bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at, p.after, p.seen = n, after, 0
}

// CutRandomly cuts connections at a part of all requests: half of them before the
// server gets the request, half of them when it has answered.
func (p *Proxy) CutRandomly(seed uint64, chance float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.random, p.chance = rand.New(rand.NewPCG(seed, 1)).Float64, chance
}

// Done reports whether the cut has happened, and cancels it if not.
func (p *Proxy) Done() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	done := p.at == 0
	p.at = 0
	return done
}

// Refuse makes the proxy refuse new connections, or accept them again.
func (p *Proxy) Refuse(refuse bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refused = refuse
}

// CutAll cuts all connections.
func (p *Proxy) CutAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.open {
		_ = c.Close()
	}
	clear(p.open)
}

func (p *Proxy) serve(client net.Conn) {
	defer func() { _ = client.Close() }()
	p.mu.Lock()
	refused := p.refused
	p.mu.Unlock()
	if refused {
		return
	}
	server, err := net.Dial(p.network, p.target)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	p.mu.Lock()
	p.open[client] = true
	p.mu.Unlock()
	var muted atomic.Bool // answers are not passed on
	answered, ended := make(chan struct{}, 1), make(chan struct{})
	go func() { // from the server to the client
		defer close(ended)
		defer func() { _ = client.Close() }()
		for {
			kind, message, err := readMessage(server, true)
			if err != nil {
				return
			}
			if muted.Load() {
				if kind == 'Z' {
					answered <- struct{}{}
				}
				continue
			}
			if _, err := client.Write(message); err != nil {
				return
			}
		}
	}()
	var request []byte
	for first := true; ; first = false {
		kind, message, err := readMessage(client, !first)
		if err != nil {
			return
		}
		request = append(request, message...)
		if kind != 'Q' && kind != 'S' {
			if first || kind == 'p' || kind == 'X' { // the start, a password, the end
				_, _ = server.Write(request)
				request = nil
			}
			continue
		}
		cut, after := p.count()
		if cut && !after {
			return
		}
		if cut {
			muted.Store(true)
		}
		if _, err := server.Write(request); err != nil {
			return
		}
		request = nil
		if cut {
			select {
			case <-answered:
			case <-ended:
			}
			return
		}
	}
}

// count counts a request, and reports whether to cut at it.
func (p *Proxy) count() (cut, after bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen++
	if p.random != nil && p.random() < p.chance {
		return true, p.random() < 0.5
	}
	if p.at == 0 || p.seen != p.at {
		return false, false
	}
	p.at = 0
	return true, p.after
}

// readMessage reads one message. The first message of a client has no type.
func readMessage(r io.Reader, typed bool) (kind byte, message []byte, err error) {
	var b bytes.Buffer
	head := int64(4)
	if typed {
		head = 5
	}
	if _, err := io.CopyN(&b, r, head); err != nil {
		return 0, nil, err
	}
	if typed {
		kind = b.Bytes()[0]
	}
	length := int64(binary.BigEndian.Uint32(b.Bytes()[head-4:]))
	if _, err := io.CopyN(&b, r, length-4); err != nil {
		return 0, nil, err
	}
	return kind, b.Bytes(), nil
}
