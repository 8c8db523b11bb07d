package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
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

// A tokenGuard admits requests that have a token.
type tokenGuard struct {
	token, cookie [sha256.Size]byte // hashes, which have one length, of the token and of the value of the cookie
	value         string            // of the cookie, from which the token cannot be computed
}

// tokenCookie is the name of the cookie.
const tokenCookie = "mashal-token"

// tokenParam is the parameter of an address that has a token.
const tokenParam = "token"

// MinToken is the length of the shortest token, in bytes.
const MinToken = 8

func newTokenGuard(token string) *tokenGuard {
	if token == "" {
		return nil
	}
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write([]byte("cookie of the explorer of Mashal"))
	value := hex.EncodeToString(mac.Sum(nil))
	return &tokenGuard{sha256.Sum256([]byte(token)), sha256.Sum256([]byte(value)), value}
}

// same compares a value with the one of a hash, in a time that does not depend on the values.
func same(value string, hash [sha256.Size]byte) bool {
	given := sha256.Sum256([]byte(value))
	return subtle.ConstantTimeCompare(given[:], hash[:]) == 1
}

// admits reports whether a request has the token in a header, or the cookie.
func (g *tokenGuard) admits(r *http.Request) bool {
	if scheme, given, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") && same(strings.TrimSpace(given), g.token) {
		return true
	}
	for _, c := range r.CookiesNamed(tokenCookie) {
		if same(c.Value, g.cookie) {
			return true
		}
	}
	return false
}

// enter answers a request without the token or with one in its address. It reports
// whether the request may go on. A right token in the address becomes a cookie, and the
// client is sent to the address without it, so that it is neither kept nor passed on. The files of
// the layout are for everyone: they are the same in every copy of the program.
func (s *Server) enter(w http.ResponseWriter, r *http.Request) bool {
	g := s.token
	if g == nil {
		return true
	}
	w.Header().Add("Vary", "Authorization, Cookie")
	if strings.HasPrefix(r.URL.Path, "/static/") {
		return true
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	given, typed := query[tokenParam]
	if err != nil || typed {
		query.Del(tokenParam)
		without := *r.URL
		without.RawQuery = query.Encode()
		r.URL = &without // neither the answer nor the log has it
		r.RequestURI = without.RequestURI()
	}
	if len(given) == 1 && same(strings.TrimSpace(given[0]), g.token) {
		http.SetCookie(w, &http.Cookie{
			Name: tokenCookie, Value: g.value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
			Secure: r.TLS != nil || s.base != nil && s.base.Scheme == "https",
		})
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, JoinQuery("/"+strings.TrimLeft(r.URL.EscapedPath(), "/"), r.URL.RawQuery), http.StatusSeeOther)
		return false
	}
	if g.admits(r) {
		if typed { // a wrong one, which is not needed
			http.Redirect(w, r, JoinQuery("/"+strings.TrimLeft(r.URL.EscapedPath(), "/"), r.URL.RawQuery), http.StatusSeeOther)
			return false
		}
		return true
	}
	f := &Fault{
		Status: http.StatusUnauthorized, Title: Msg("Token needed"), Detail: Msg("This explorer is only for those who have its token."),
		Hint: Msg("Programs send it in the header Authorization: Bearer TOKEN."), asksToken: true,
	}
	if typed {
		f.Detail = Msg("This token is not the right one.")
	}
	w.Header().Set("WWW-Authenticate", `Bearer realm="mashal"`)
	s.Fail(w, r, f)
	return false
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
