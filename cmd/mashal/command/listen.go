package command

import (
	"fmt"
	"net"
	"net/netip"
)

// isLoopback reports whether only this machine can reach an address to listen on.
// It fails if the address has no port.
func isLoopback(listen string) (bool, error) {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false, fmt.Errorf("%q is not an address with a port", listen)
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback(), nil
}
