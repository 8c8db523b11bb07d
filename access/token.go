package access

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// A Token is a text that clients must have: in the header Authorization, or in a cookie
// that they get for the token in the parameter TokenParam.
type Token struct {
	token, value [sha256.Size]byte // hashes, which have one length, of the token and of the value of the cookie
	cookie       http.Cookie       // the token cannot be computed from its value
}

// TokenParam is the parameter of an address that has a token.
const TokenParam = "token"

// MinToken is the length of the shortest token, in bytes.
const MinToken = 8

// NewToken returns a token whose cookie has a name. Browsers send cookies to all ports of
// a host, so each server needs a name of its own. sites says whether the cookie comes with
// requests that other sites cause.
func NewToken(token, cookie string, sites http.SameSite) *Token {
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write([]byte(cookie))
	value := hex.EncodeToString(mac.Sum(nil))
	return &Token{
		sha256.Sum256([]byte(token)), sha256.Sum256([]byte(value)),
		http.Cookie{Name: cookie, Value: value, Path: "/", HttpOnly: true, SameSite: sites},
	}
}

// same compares a value with the one of a hash, in a time that does not depend on the values.
func same(value string, hash [sha256.Size]byte) bool {
	given := sha256.Sum256([]byte(value))
	return subtle.ConstantTimeCompare(given[:], hash[:]) == 1
}

// admits reports whether a request has the token in a header, or the cookie.
func (t *Token) admits(r *http.Request) bool {
	if scheme, given, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") && same(strings.TrimSpace(given), t.token) {
		return true
	}
	for _, c := range r.CookiesNamed(t.cookie.Name) {
		if same(c.Value, t.value) {
			return true
		}
	}
	return false
}

// A Decision says what becomes of a request.
type Decision int

// The decisions.
const (
	Admitted Decision = iota // the request may go on
	Answered                 // it was answered with a redirect
	Missing                  // it has no token
	Wrong                    // its token is not the right one
)

// Check decides about a request. A right token in the address, or in a form that was sent
// with POST, becomes a cookie, and the client is sent to the address without it, so that it
// is neither kept nor passed on. Check removes it from the request, too. The cookie is sent
// over TLS only if secure is set. For Missing and Wrong the caller writes the answer, with
// status 401.
func (t *Token) Check(w http.ResponseWriter, r *http.Request, secure bool) Decision {
	w.Header().Add("Vary", "Authorization, Cookie")
	query, err := url.ParseQuery(r.URL.RawQuery)
	given, typed := query[TokenParam]
	if err != nil || typed {
		query.Del(TokenParam)
		without := *r.URL
		without.RawQuery = query.Encode()
		r.URL = &without // neither the answer nor the log has it
		r.RequestURI = without.RequestURI()
	}
	if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); r.Method == http.MethodPost && media == "application/x-www-form-urlencoded" && r.ParseForm() == nil {
		if form, filled := r.PostForm[TokenParam]; filled {
			given, typed = form, true
		}
	}
	right := len(given) == 1 && same(strings.TrimSpace(given[0]), t.token)
	switch admitted := t.admits(r); {
	case right:
		cookie := t.cookie
		cookie.Secure = secure || r.TLS != nil
		http.SetCookie(w, &cookie)
		w.Header().Set("Cache-Control", "no-store")
		redirect(w, r)
		return Answered
	case admitted && typed: // a wrong one, which is not needed
		redirect(w, r)
		return Answered
	case admitted:
		return Admitted
	}
	w.Header().Set("WWW-Authenticate", `Bearer realm="mashal"`)
	if typed {
		return Wrong
	}
	return Missing
}

// redirect sends the client to the address of the request on this server.
func redirect(w http.ResponseWriter, r *http.Request) {
	path := "/" + strings.TrimLeft(r.URL.EscapedPath(), "/")
	if r.URL.RawQuery != "" {
		path += "?" + r.URL.RawQuery
	}
	http.Redirect(w, r, path, http.StatusSeeOther)
}
