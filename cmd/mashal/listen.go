package main

import (
	"fmt"
	"net"
	"net/netip"
)

// isLoopback reports whether an address to listen on can be reached from this
// machine alone. The error is one of what was typed.
func isLoopback(listen string) (bool, error) {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false, fmt.Errorf("%q is not an address with a port", listen)
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback(), nil
}
