package access_test

import (
	"testing"

	"mashal/access"
)

// TestLoopback checks which hosts, with or without ports, and which addresses to listen on are
// those of this machine alone.
func TestLoopback(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "LOCALHOST:8090": true, "127.0.0.1": true, "127.1.2.3:80": true, "[::1]:8090": true, "::1": true, "[::1]": true,
		"[::ffff:127.0.0.1]:80": true, "": false, ":8090": false, "0.0.0.0:80": false, "[::]:80": false, "192.168.1.1": false, "mashal.example": false,
		"localhost.evil.example": false, "127.0.0.1.evil.example:80": false, "localhost:80@evil.example": false, "127.1": false,
	} {
		if got := access.IsLoopback(host); got != want {
			t.Errorf("%q: %v", host, got)
		}
	}
	for address, want := range map[string]bool{"localhost:http": true, "127.0.0.1:0": true, ":8090": false, "0.0.0.0:80": false, "[::1]:80": true} {
		if got, err := access.ListensOnLoopback(address); err != nil || got != want {
			t.Errorf("%q: %v, %v", address, got, err)
		}
	}
	for _, address := range []string{"8090", "127.0.0.1", "::1"} {
		if _, err := access.ListensOnLoopback(address); err == nil {
			t.Errorf("%q has no port", address)
		}
	}
}
