package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"mashal"
	"mashal/access"
)

// parseBaseURL parses the public address of a server. It returns nil for "". The
// error has the code Usage: the address must have the scheme http or https and a
// host, and nothing else, because all links of pages begin with "/".
func parseBaseURL(address string) (*url.URL, error) {
	if address == "" {
		return nil, nil
	}
	const example = "Give the scheme and the host alone, as in https://mashal.example."
	fail := func(fault string) (*url.URL, error) {
		return nil, &mashal.Error{Code: mashal.Usage, Op: fmt.Sprintf("the public address %q %s", address, fault), Hint: example}
	}
	u, err := url.Parse(address)
	switch {
	case err != nil || !IsText(address):
		return fail("is not a URL")
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return fail("has no scheme http or https, or no host")
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.Trim(u.Path, "/") != "":
		return fail("has more than a scheme and a host")
	}
	return &url.URL{Scheme: u.Scheme, Host: strings.ToLower(u.Host)}, nil
}

// baseURL returns the address under which other machines reach the server, or ""
// if they cannot or if it is unknown.
func (s *Server) baseURL(r *http.Request) string {
	switch {
	case s.base != nil:
		return s.base.String()
	case !s.options.Public:
		return ""
	case r.TLS != nil:
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// isOwnHost reports whether a Host header names this machine or the host of its
// public address.
func (s *Server) isOwnHost(host string) bool {
	return access.IsLoopback(host) || s.base != nil && strings.EqualFold(host, s.base.Host)
}
