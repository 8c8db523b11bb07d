package llmsim

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"sync"
	"time"
)

// faultyListener returns the listener with the faults Refuse and TLS, if the server
// has them. They end with ctx.
func (s *Server) faultyListener(ctx context.Context, ln net.Listener) (net.Listener, error) {
	for _, c := range s.serverFaults {
		switch {
		case c.p == 0:
		case c.faults[0] == TLS:
			certificate, err := ownCertificate()
			if err != nil {
				return nil, err
			}
			ln = tls.NewListener(ln, &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12})
		case c.faults[0] == Refuse:
			r := &refusingListener{Listener: ln, ctx: ctx}
			s.active.Add(1)
			go func() {
				defer s.active.Done()
				r.refuse(s, c.during)
			}()
			ln = r
		}
	}
	return ln, nil
}

// A refusingListener is a TCP listener that is closed for a period, so that
// connections to its address are refused.
type refusingListener struct {
	net.Listener // the first one; its address is that of all
	ctx          context.Context

	mu      sync.Mutex
	current net.Listener  // nil while connections are refused
	changed chan struct{} // closed when current has changed
	closed  bool
}

// refuse closes the listener for a period and opens it again.
func (l *refusingListener) refuse(s *Server, p period) {
	if p.after {
		l.set(l.Listener)
		select {
		case <-s.answered:
		case <-l.ctx.Done():
			return
		}
	}
	if s.config.Clock.Sleep(l.ctx, p.from) != nil {
		return
	}
	_ = l.Listener.Close() // refuses connections, which is what it is for
	l.set(nil)
	if p.length == 0 || s.config.Clock.Sleep(l.ctx, p.length) != nil {
		return
	}
	if again, err := new(net.ListenConfig).Listen(l.ctx, "tcp", l.Addr().String()); err == nil {
		l.set(again)
	}
}

// set replaces the current listener.
func (l *refusingListener) set(current net.Listener) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed && current != nil {
		_ = current.Close() // Close was called before
	}
	l.current = current
	if l.changed != nil {
		close(l.changed)
	}
	l.changed = make(chan struct{})
}

// Accept returns the next connection. It blocks while connections are refused.
func (l *refusingListener) Accept() (net.Conn, error) {
	for {
		l.mu.Lock()
		current, changed, closed := l.current, l.changed, l.closed
		if changed == nil {
			changed = make(chan struct{})
			l.changed = changed
		}
		l.mu.Unlock()
		if closed {
			return nil, net.ErrClosed
		}
		if current == nil {
			select {
			case <-changed:
				continue
			case <-l.ctx.Done():
				return nil, net.ErrClosed
			}
		}
		conn, err := current.Accept()
		l.mu.Lock()
		replaced := l.current != current
		l.mu.Unlock()
		if err == nil || l.ctx.Err() != nil {
			return conn, err
		}
		if !replaced { // it was closed and is about to be replaced
			select {
			case <-changed:
			case <-l.ctx.Done():
				return nil, err
			}
		}
	}
}

// Close closes the listener for good.
func (l *refusingListener) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	_ = l.Listener.Close() // it may be closed already
	if l.current != nil && l.current != l.Listener {
		return l.current.Close()
	}
	return nil
}

// ownCertificate returns a certificate that no authority has signed.
func ownCertificate() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "simulated"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}, DNSNames: []string{"localhost"},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}
