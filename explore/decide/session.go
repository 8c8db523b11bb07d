package decide

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"mashal/explore/web"
	"mashal/review/journal"
)

// cookieName is the name of the cookie of a session.
const cookieName = "mashal-review"

// Limits of sessions and of changes.
const (
	maxSessions = 1000
	maxIdle     = 12 * time.Hour // after which a session ends
	burst       = 60.0           // changes of a reviewer, or attempts to sign in, at once
	perSecond   = 3.0            // afterwards
)

// A session is a signed-in reviewer in one browser.
type session struct {
	Reviewer    string
	Adjudicator bool
	Tokens      bool   // reviewers sign in, so this one can sign out
	Secret      string // which forms must have, against requests of other sites
	token       string // for the check whether it was revoked
	used        time.Time
}

// isSecret compares a secret with that of the session.
func (s *session) isSecret(given string) bool {
	return subtle.ConstantTimeCompare([]byte(given), []byte(s.Secret)) == 1
}

// sessions are in memory only: they end with the process.
type sessions struct {
	options Options
	now     func() time.Time
	own     *session // of a server on which one user signs without a token

	mu      sync.Mutex
	all     map[[sha256.Size]byte]*session // by the hash of the cookie
	buckets map[string]bucket              // by reviewer; "" for attempts to sign in
}

// A bucket has the changes that are still allowed.
type bucket struct {
	left float64
	at   time.Time
}

func newSessions(o Options, now func() time.Time) *sessions {
	s := &sessions{options: o, now: now, all: map[[sha256.Size]byte]*session{}, buckets: map[string]bucket{}}
	if o.By != "" {
		s.own = &session{Reviewer: o.By, Adjudicator: true, Secret: rand.Text()}
	}
	return s
}

// of returns the session of a cookie, or nil. A session ends when its token is revoked.
func (s *sessions) of(ctx context.Context, cookie string) (*session, error) {
	if s.own != nil {
		return s.own, nil
	}
	key := sha256.Sum256([]byte(cookie))
	s.mu.Lock()
	found := s.all[key]
	if found != nil && s.now().Sub(found.used) > maxIdle {
		delete(s.all, key)
		found = nil
	}
	if found != nil {
		found.used = s.now()
	}
	s.mu.Unlock()
	if found == nil {
		return nil, nil
	}
	_, err := journal.Authenticate(ctx, s.options.Ledger, found.token)
	if errors.Is(err, journal.ErrToken) {
		s.end(cookie)
		return nil, nil
	}
	return found, err
}

// begin returns the cookie of a new session. It ends the one that was idle longest if
// there are too many.
func (s *sessions) begin(r journal.Reviewer, token string) string {
	cookie := rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.all, func(_ [sha256.Size]byte, one *session) bool { return s.now().Sub(one.used) > maxIdle })
	if len(s.all) >= maxSessions {
		var oldest [sha256.Size]byte
		for key, one := range s.all {
			if s.all[oldest] == nil || one.used.Before(s.all[oldest].used) {
				oldest = key
			}
		}
		delete(s.all, oldest)
	}
	s.all[sha256.Sum256([]byte(cookie))] = &session{
		Reviewer: r.Name, Adjudicator: r.Adjudicator, Tokens: true, Secret: rand.Text(), token: token, used: s.now(),
	}
	return cookie
}

// end ends the session of a cookie.
func (s *sessions) end(cookie string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, sha256.Sum256([]byte(cookie)))
}

// allow reports whether a reviewer may make a change now.
func (s *sessions) allow(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, known := s.buckets[name]
	if !known {
		b.left = burst
	}
	b.left = min(burst, b.left+perSecond*s.now().Sub(b.at).Seconds())
	b.at = s.now()
	ok := b.left >= 1
	if ok {
		b.left--
	}
	s.buckets[name] = b
	return ok
}

// cookieOf returns the cookie of a request, or "".
func cookieOf(r *http.Request) string {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return ""
	}
	return c.Value
}

// A signInForm is the form in which a reviewer gives the token.
type signInForm struct {
	To    string // the page that was asked for
	Wrong bool
}

// signInPage handles the page on which reviewers sign in.
func (o *Office) signInPage(req *web.Request) (*web.Page, error) {
	return signInWith(signInForm{To: req.Params.Text("to")}), nil
}

func signInWith(f signInForm) *web.Page {
	return &web.Page{Template: "signin", Title: web.Msg("Sign in"), Data: f}
}

// signIn begins the session of the reviewer whose token was given.
func (o *Office) signIn(w http.ResponseWriter, r *http.Request, values url.Values) (web.Reply, error) {
	if !o.sessions.allow("") {
		return web.Reply{}, &web.Fault{Status: http.StatusTooManyRequests, Detail: web.Msg("Too many attempts to sign in."), Hint: web.Msg("Wait a few seconds, then go back and send the form again.")}
	}
	token := strings.TrimSpace(values.Get("reviewer-token"))
	reviewer, err := journal.Authenticate(r.Context(), o.options.Ledger, token)
	if errors.Is(err, journal.ErrToken) {
		again := signInForm{To: values.Get("to"), Wrong: true}
		return web.Reply{Status: http.StatusForbidden, Page: func(*web.Request) (*web.Page, error) { return signInWith(again), nil }}, nil
	}
	if err != nil {
		return web.Reply{}, err
	}
	http.SetCookie(w, &http.Cookie{
		Name: cookieName, Value: o.sessions.begin(reviewer, token), Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Secure: o.options.Secure || r.TLS != nil,
	})
	return web.Reply{Redirect: local(values.Get("to"), "/review")}, nil
}

// signOut ends the session.
func (o *Office) signOut(_ context.Context, f *form) (web.Reply, error) {
	if f.replayed {
		return web.Reply{}, errReplayed
	}
	o.sessions.end(cookieOf(f.request))
	http.SetCookie(f.response, &http.Cookie{Name: cookieName, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: o.options.Secure})
	return web.Reply{Redirect: "/review/sign-in"}, nil
}

// local returns an address on this server, or another if the given one is not on it.
func local(address, otherwise string) string {
	u, err := url.Parse(address)
	if err != nil || address == "" || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") {
		return otherwise
	}
	return web.JoinQuery("/"+strings.TrimLeft(u.EscapedPath(), "/\\"), u.RawQuery)
}

// withView returns a path with the parameters of a view.
func withView(path, view string) string {
	q, err := url.ParseQuery(view)
	if err != nil {
		return path
	}
	kept := url.Values{}
	for _, name := range web.ViewParams {
		if value := q.Get(name); value != "" {
			kept.Set(name, value)
		}
	}
	return web.Address(path, kept)
}
