package web

import (
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"mashal/access"
)

// admit refuses requests that no page links to: methods other than GET and HEAD,
// other host names, requests by scripts of other sites, and addresses that are too
// long or not text.
func (s *Server) admit(r *http.Request) error {
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead && !s.takesForm(r):
		return &Fault{Status: http.StatusMethodNotAllowed, Detail: Msg("Only GET and HEAD requests are allowed."), allow: "GET, HEAD"}
	case !s.options.Public && !s.isOwnHost(r.Host):
		return &Fault{
			Status: http.StatusMisdirectedRequest, Detail: Msg("This server answers only requests to localhost."),
			Hint: Msg("Open http://127.0.0.1 or http://localhost with the port of the explorer, or start it with --public."),
		}
	case access.IsForeign(r), r.Method == http.MethodPost && crossOrigin.Check(r) != nil:
		return &Fault{Status: http.StatusForbidden, Detail: Msg("Other sites can link to these pages, but cannot load them.")}
	case r.Method == http.MethodPost && r.ContentLength > maxForm:
		return errLargeForm
	case isTooLong(r.URL):
		return &Fault{Status: http.StatusRequestURITooLong, Detail: Msg("The address is too long.")}
	case !IsText(r.URL.Path):
		return &Fault{Status: http.StatusBadRequest, Detail: Msg("The address is not valid UTF-8.")}
	}
	return nil
}

// crossOrigin refuses forms of other sites, which IsForeign admits as links.
var crossOrigin = http.NewCrossOriginProtection()

// takesForm reports whether a request is a POST to a route of HandleForm.
func (s *Server) takesForm(r *http.Request) bool {
	if r.Method != http.MethodPost {
		return false
	}
	_, pattern := s.mux.Handler(r)
	return strings.HasPrefix(pattern, "POST ")
}

// tokenCookie is the name of the cookie of clients that have given the token.
const tokenCookie = "mashal-token"

// enter answers a request without the token or with one in its address. It reports
// whether the request may go on. The files of the layout are for everyone: they are the
// same in every copy of the program.
func (s *Server) enter(w http.ResponseWriter, r *http.Request) bool {
	if s.token == nil || strings.HasPrefix(r.URL.Path, "/static/") {
		return true
	}
	f := &Fault{
		Status: http.StatusUnauthorized, Title: Msg("Token needed"), Detail: Msg("This explorer is only for those who have its token."),
		Hint: Msg("Programs send it in the header Authorization: Bearer TOKEN."), asksToken: true,
	}
	switch s.token.Check(w, r, s.base != nil && s.base.Scheme == "https") {
	case access.Admitted:
		return true
	case access.Answered:
		return false
	case access.Wrong:
		f.Detail = Msg("This token is not the right one.")
	case access.Missing:
	}
	s.Fail(w, r, f)
	return false
}

// isTooLong reports whether an address is longer than any that a page links to.
func isTooLong(u *url.URL) bool { return len(u.Path) > maxPath || len(u.RawQuery) > maxQuery }

// IsText reports whether s is valid UTF-8 without control characters except tab and
// line breaks.
func IsText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7f })
}
