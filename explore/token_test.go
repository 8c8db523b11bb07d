package explore_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"mashal"
	"mashal/explore/web"
)

// request sends a request with a header and returns the answer.
func request(t *testing.T, s http.Handler, method, target string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, nil)
	r.Host = "127.0.0.1:8090"
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

// TestToken checks that every page, file and stream needs the token, and how a client
// gives it.
func TestToken(t *testing.T) {
	const token = "a-long-random-text"
	s := serve(t, bible(t), func(o *web.Options) { o.Public, o.Token = true, token })
	bearer := []string{"Authorization", "Bearer " + token}
	var cookie string
	t.Run("in the address", func(t *testing.T) {
		a := request(t, s, "GET", "/search?type=simile&token="+token+"&lang=he")
		if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/search?lang=he&type=simile" || a.Header.Get("Cache-Control") != "no-store" {
			t.Fatalf("%s to %s, %v", a.Status, a.Header.Get("Location"), a.Header)
		}
		cookies := a.Cookies()
		if len(cookies) != 1 || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteLaxMode || strings.Contains(cookies[0].Value, token) {
			t.Fatalf("the cookies are %v", cookies)
		}
		cookie = cookies[0].Name + "=" + cookies[0].Value
	})
	for _, target := range []string{
		"/", "/search", "/read/Psalms/23", "/about", "/runs", "/runs/x", "/runs/x/events", "/calls/1", "/export", "/download/concordance.db",
		"/api/v1/figures", "/api/v1/openapi.json", "/openapi.json", "/api/verses", "/concordance.csv", "/saved", "/none", "/find", "/see", "//evil.example",
	} {
		for name, header := range map[string][]string{
			"nothing": nil, "a wrong one": {"Authorization", "Bearer " + token + "x"}, "a part": {"Authorization", "Bearer " + token[:5]},
			"another scheme": {"Authorization", "Basic " + token}, "a wrong cookie": {"Cookie", "mashal-token=" + token}, "an empty cookie": {"Cookie", "mashal-token="},
		} {
			a := request(t, s, "GET", target, header...)
			if a.StatusCode != http.StatusUnauthorized || a.Header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s with %s: %s", target, name, a.Status)
			}
		}
		for name, header := range map[string][]string{"the header": bearer, "the cookie": {"Cookie", cookie}} {
			if a := request(t, s, "HEAD", target, header...); a.StatusCode == http.StatusUnauthorized {
				t.Errorf("%s with %s: %s", target, name, a.Status)
			}
		}
	}
	t.Run("a wrong one in the address", func(t *testing.T) {
		a := get(t, s, "/search?type=simile&token=wrong-secret")
		if a.StatusCode != http.StatusUnauthorized || strings.Contains(a.body, "wrong-secret") {
			t.Errorf("%s: %s", a.Status, a.body)
		}
		has(t, a.body, `action="/search"`, `name="type" value="simile"`, `name="token"`, `type="password"`)
		if a := request(t, s, "GET", "/?token=wrong-secret", bearer...); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/" {
			t.Errorf("with the header as well: %s to %s", a.Status, a.Header.Get("Location"))
		}
	})
	t.Run("a redirect stays here", func(t *testing.T) {
		a := request(t, s, "GET", "/%2Fevil.example?token="+token)
		if at := a.Header.Get("Location"); strings.HasPrefix(at, "//") || !strings.HasPrefix(at, "/") {
			t.Errorf("it leads to %s", at)
		}
	})
	if a := request(t, s, "POST", "/?token="+token); a.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %s", a.Status)
	}
	if a := get(t, serve(t, bible(t)), "/search?token="+token); a.StatusCode != http.StatusBadRequest {
		t.Errorf("a token that is not needed: %s", a.Status)
	}
}

// TestPublicHidesTheRecord checks that a public explorer shows nothing of the ledger, on any
// page and to no program, unless it is told to.
func TestPublicHidesTheRecord(t *testing.T) {
	a := runOf(mashal.RunDone)
	dialogue := mashal.Dialogue{Call: calls[0], System: "the system prompt", Prompt: "the secret prompt", Answer: "the secret answer"}
	known := record{accounts: []*mashal.RunAccount{a}, calls: []mashal.Dialogue{dialogue}, dialogues: map[int64]*mashal.Dialogue{7: &dialogue}}
	public := func(show bool) *web.Server {
		return serve(t, bible(t), func(o *web.Options) { o.Record, o.Public, o.ShowRecord = known, true, show })
	}
	hides, shows := public(false), public(true)
	for target, says := range map[string]string{
		"/runs": a.Run.ID, "/runs/" + a.Run.ID: "--annotator", "/calls/7": "the secret answer", "/figure/Ps.23.1!3-4": "the secret answer",
		"/about": "/runs", "/read/Ps/23?annotator=current&figure=Ps.23.1!3-4": "the secret answer",
	} {
		if body := page(t, shows, target); !strings.Contains(body, says) {
			t.Errorf("%s with the record has no %q", target, says)
		}
		body := get(t, hides, target).body
		hasNot(t, body, "the secret", "the system prompt", "sim:large --", "--annotator", evil)
		if target == "/about" {
			hasNot(t, body, `href="/runs`)
		}
	}
	for _, target := range []string{"/runs", "/runs/" + a.Run.ID, "/runs/" + a.Run.ID + "/events", "/calls/7", "/runs?lang=he"} {
		if answer := get(t, hides, target); answer.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %s", target, answer.Status)
		}
	}
	private := serve(t, bible(t), func(o *web.Options) { o.Record = known })
	has(t, page(t, private, "/runs"), a.Run.ID)
}
