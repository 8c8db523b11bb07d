//go:build linux

package postgres_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mashal"
	"mashal/ledger/postgres"
	"mashal/ledger/postgrestest"
)

// newAuthority returns a certificate authority, and writes its certificate to path.
func newAuthority(t *testing.T, path string) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: path}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	key, der := sign(t, template, template, nil)
	writePEM(t, path, "CERTIFICATE", der)
	return template, key
}

// sign returns a new key and a certificate for it, signed by an authority, or by
// itself if the authority has no key.
func sign(t *testing.T, template, authority *x509.Certificate, by *ecdsa.PrivateKey) (*ecdsa.PrivateKey, []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if by == nil {
		by = key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, authority, &key.PublicKey, by)
	if err != nil {
		t.Fatal(err)
	}
	return key, der
}

func writePEM(t *testing.T, path, kind string, der []byte) {
	t.Helper()
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestTLS connects to a server with a certificate made here. A wrong authority, a
// wrong host name and a server without encryption are refused with a clear error.
func TestTLS(t *testing.T) {
	if os.Getenv("MASHAL_TEST_POSTGRES") != "" {
		t.Log("with a server of its own")
	}
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	authority, by := newAuthority(t, file("ca.pem"))
	newAuthority(t, file("other.pem"))
	if err := os.WriteFile(file("text.pem"), []byte("no certificate\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	_ = listener.Close()

	server := postgrestest.NewServer(t)
	key, der := sign(t, &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, authority, by)
	writePEM(t, filepath.Join(server.Data(), "server.crt"), "CERTIFICATE", der)
	private, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	writePEM(t, filepath.Join(server.Data(), "server.key"), "EC PRIVATE KEY", private)
	server.Adopt(t, filepath.Join(server.Data(), "server.crt"))
	server.Adopt(t, filepath.Join(server.Data(), "server.key"))
	server.Stop()
	server.Set("ssl=on", "listen_addresses=127.0.0.1", fmt.Sprintf("port=%d", port))
	server.Start(t)

	address := func(host, sslmode, ca string) string {
		return fmt.Sprintf("postgres://mashal@%s:%d/postgres?sslmode=%s&sslrootcert=%s", host, port, sslmode, url.QueryEscape(file(ca)))
	}
	db := open(t, address("localhost", "verify-full", "ca.pem"), postgres.Exclusive)
	var encrypted bool
	if err := db.Read().QueryRowContext(t.Context(), `SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()`).Scan(&encrypted); err != nil || !encrypted {
		t.Errorf("encrypted: %v, %v", encrypted, err)
	}
	for name, test := range map[string]struct{ address, says, hint string }{
		"wrong authority":   {address("localhost", "verify-full", "other.pem"), "certificate signed by unknown authority", "sslrootcert"},
		"wrong host":        {address("127.0.0.1", "verify-full", "ca.pem"), "cannot validate certificate for 127.0.0.1", "host"},
		"no such authority": {address("localhost", "verify-full", "none.pem"), "no such file", "sslrootcert"},
		"not a certificate": {address("localhost", "verify-full", "text.pem"), "unable to add CA", "PEM"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := postgres.Open(t.Context(), test.address, postgres.ReadOnly)
			wantError(t, err, mashal.Usage, test.says)
			if e, ok := err.(*mashal.Error); !ok || !strings.Contains(e.Hint, test.hint) {
				t.Errorf("the hint of %v", err)
			}
		})
	}
	_ = db.Close()
	server.Stop()
	server.Set("ssl=off")
	server.Start(t)
	_, err = postgres.Open(t.Context(), address("localhost", "verify-full", "ca.pem"), postgres.ReadOnly)
	wantError(t, err, mashal.Usage, "refused TLS")
}
