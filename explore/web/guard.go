package web

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"unicode/utf8"
)

// secure sets the security headers of an answer. Pages may load files only from
// this server, run only its script files, send forms only to it, and not be shown
// in a frame.
func secure(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "+
		"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
}

// admit refuses requests that no page links to: methods other than GET and HEAD,
// other host names, requests by scripts of other sites, and addresses that are too
// long or not text.
func (s *Server) admit(r *http.Request) error {
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		return &Fault{Status: http.StatusMethodNotAllowed, Detail: Msg("Only GET and HEAD requests are allowed."), allow: "GET, HEAD"}
	case !s.options.Public && !s.isOwnHost(r.Host):
		return &Fault{
			Status: http.StatusMisdirectedRequest, Detail: Msg("This server answers only requests to localhost."),
			Hint: Msg("Open http://127.0.0.1 or http://localhost with the port of the explorer, or start it with --public."),
		}
	case isForeign(r):
		return &Fault{Status: http.StatusForbidden, Detail: Msg("Other sites can link to these pages, but cannot load them.")}
	case isTooLong(r.URL):
		return &Fault{Status: http.StatusRequestURITooLong, Detail: Msg("The address is too long.")}
	case !IsText(r.URL.Path):
		return &Fault{Status: http.StatusBadRequest, Detail: Msg("The address is not valid UTF-8.")}
	}
	return nil
}

// isTooLong reports whether an address is longer than any that a page links to.
func isTooLong(u *url.URL) bool { return len(u.Path) > maxPath || len(u.RawQuery) > maxQuery }

// isLoopback reports whether a Host header is localhost or a loopback address.
func isLoopback(host string) bool {
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

// isForeign reports whether a page of another site makes the request, unless a
// person followed a link. It relies on headers that browsers set and scripts
// cannot.
func isForeign(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site == "cross-site" || site == "same-site" {
		return r.Header.Get("Sec-Fetch-Mode") != "navigate" || r.Header.Get("Sec-Fetch-Dest") != "document"
	}
	origin := r.Header.Get("Origin")
	return origin != "" && origin != "http://"+r.Host && origin != "https://"+r.Host
}

// IsText reports whether s is valid UTF-8 without control characters except tab and
// line breaks.
func IsText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7f })
}
