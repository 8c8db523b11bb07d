package access

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// IsLoopback reports whether a host, with or without a port, is localhost or a loopback
// address.
func IsLoopback(host string) bool {
	if h, port, err := net.SplitHostPort(host); err == nil {
		if strings.Trim(port, "0123456789") != "" {
			return false
		}
		host = h
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// ListensOnLoopback reports whether only this machine can reach an address HOST:PORT to
// listen on. It fails if the address has no port.
func ListensOnLoopback(address string) (bool, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false, fmt.Errorf("%q is not an address with a port", address)
	}
	return IsLoopback(host), nil
}

// IsForeign reports whether a page of another site makes the request, unless a
// person followed a link. It relies on headers that browsers set and scripts
// cannot.
func IsForeign(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site == "cross-site" || site == "same-site" {
		return r.Header.Get("Sec-Fetch-Mode") != "navigate" || r.Header.Get("Sec-Fetch-Dest") != "document"
	}
	origin := r.Header.Get("Origin")
	return origin != "" && origin != "http://"+r.Host && origin != "https://"+r.Host
}
