package ui_test

import (
	"database/sql"
	"io"
	"log/slog"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"mashal"
	"mashal/fleet"
	"mashal/fleet/ui"
	"mashal/ledger/postgrestest"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m.Run)) }

// queue is the name of the queue of the tests.
const queue = "run-test"

// newPool returns the database of a fleet with one queue and one job, whose id is 1.
func newPool(t *testing.T) *sql.DB {
	t.Helper()
	pool, err := sql.Open("pgx", postgrestest.NewDatabase(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	if err := fleet.Migrate(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		`INSERT INTO fleet.river_queue (name, updated_at) VALUES ('` + queue + `', now())`,
		`INSERT INTO fleet.river_job (kind, queue, args, max_attempts) VALUES ('chapter', '` + queue + `', '{"run":"TEST","chapter":"Joel 1"}', 1000)`,
	} {
		if _, err := pool.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	return pool
}

// serve serves a fleet and returns the address without a path.
func serve(t *testing.T, pool *sql.DB, address, token string) string {
	t.Helper()
	s, err := ui.Listen(t.Context(), ui.Options{Pool: pool, Address: address, Token: token, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	base, ok := strings.CutSuffix(s.URL(), "/fleet/")
	if !ok {
		t.Fatalf("the address is %s", s.URL())
	}
	return base
}

// An answer is one of the server, with its body.
type answer struct {
	*http.Response
	body string
}

// send sends a request with headers, names and values in turn, and follows no redirect.
func send(t *testing.T, method, address string, header ...string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
		r.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response, string(body)}
}

// TestPages checks that the pages, the files that they name and what they show are served,
// with the headers that protect them.
func TestPages(t *testing.T) {
	base := serve(t, newPool(t), "127.0.0.1:0", "")
	if a := send(t, "GET", base+"/"); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/fleet/" {
		t.Errorf("/: %s to %s", a.Status, a.Header.Get("Location"))
	}
	page := send(t, "GET", base+"/fleet/jobs", "Accept", "text/html")
	files := regexp.MustCompile(`(?:src|href)="([^"]+)"`).FindAllStringSubmatch(page.body, -1)
	if page.StatusCode != http.StatusOK || len(files) < 3 {
		t.Fatalf("the page is %s: %s", page.Status, page.body)
	}
	for _, file := range files {
		if a := send(t, "GET", base+file[1]); a.StatusCode != http.StatusOK || a.body == "" || strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
			t.Errorf("%s: %s, %s", file[1], a.Status, a.Header.Get("Content-Type"))
		}
	}
	for path, has := range map[string]string{
		"/fleet/api/jobs?state=available": "Joel 1", "/fleet/api/jobs/1": "Joel 1", "/fleet/api/queues": queue, "/fleet/api/queues/" + queue: `"count_available":1`,
		"/fleet/api/states": "available", "/fleet/api/features": `"job_list_hide_args_by_default":true`,
		"/fleet/api/autocomplete?facet=queue_name&match=run": queue, "/fleet/api/health-checks/complete": "ok",
	} {
		if a := send(t, "GET", base+path); a.StatusCode != http.StatusOK || !strings.Contains(a.body, has) {
			t.Errorf("%s: %s, %s", path, a.Status, a.body)
		}
	}
	csp := page.Header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self' 'unsafe-inline';", "frame-ancestors 'none'", "connect-src 'self'"} {
		if !strings.Contains(csp, part) {
			t.Errorf("the policy has no %s: %s", part, csp)
		}
	}
	if h := page.Header; h.Get("X-Frame-Options") != "DENY" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cache-Control") != "no-store" {
		t.Errorf("the headers are %v", h)
	}
}

// TestOtherSites checks that pages of other sites, also under a host name of their own, reach nothing.
func TestOtherSites(t *testing.T) {
	pool := newPool(t)
	base := serve(t, pool, ":0", "")
	if !strings.HasPrefix(base, "http://127.0.0.1:") {
		t.Fatalf("without a host it serves on %s", base)
	}
	pause := base + "/fleet/api/queues/" + queue + "/pause"
	for _, c := range []struct {
		want   int
		header []string
	}{
		{http.StatusForbidden, []string{"Origin", "http://evil.example"}},
		{http.StatusForbidden, []string{"Origin", "null"}},
		{http.StatusForbidden, []string{"Origin", "http://127.0.0.1:1"}},
		{http.StatusForbidden, []string{"Sec-Fetch-Site", "cross-site"}},
		{http.StatusForbidden, []string{"Sec-Fetch-Site", "same-site"}},
		{http.StatusForbidden, []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}},
		{http.StatusMisdirectedRequest, []string{"Host", "evil.example"}},
		{http.StatusMisdirectedRequest, []string{"Host", "evil.example", "Origin", "http://evil.example", "Sec-Fetch-Site", "same-origin"}},
	} {
		if a := send(t, "PUT", pause, c.header...); a.StatusCode != c.want || !strings.Contains(a.body, `"message"`) {
			t.Errorf("with %q: %s, %s", c.header, a.Status, a.body)
		}
	}
	for _, host := range []string{"evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "192.168.1.1", "[::]"} {
		for _, path := range []string{"/", "/fleet/", "/fleet/api/jobs", "/fleet/favicon.ico"} {
			if a := send(t, "GET", base+path, "Host", host); a.StatusCode != http.StatusMisdirectedRequest {
				t.Errorf("%s of %q: %s", path, host, a.Status)
			}
		}
	}
	if a := send(t, "GET", base+"/fleet/api/jobs", "Origin", "http://evil.example"); a.StatusCode != http.StatusForbidden {
		t.Errorf("GET by a script of another site: %s", a.Status)
	}
	if a := send(t, "GET", base+"/fleet/", "Host", "localhost:80", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"); a.StatusCode != http.StatusOK {
		t.Errorf("a link of another site: %s", a.Status)
	}
	if paused(t, pool) {
		t.Error("another site has paused the queue")
	}
	if a := send(t, "PUT", pause, "Origin", base, "Sec-Fetch-Site", "same-origin"); a.StatusCode != http.StatusOK || !paused(t, pool) {
		t.Errorf("its own page cannot pause the queue: %s", a.Status)
	}
}

// paused reports whether the queue is paused.
func paused(t *testing.T, pool *sql.DB) (is bool) {
	t.Helper()
	if err := pool.QueryRowContext(t.Context(), `SELECT paused_at IS NOT NULL FROM fleet.river_queue WHERE name = $1`, queue).Scan(&is); err != nil {
		t.Fatal(err)
	}
	return is
}

// TestChanges checks that queues can be paused and resumed and that nothing else is changed.
func TestChanges(t *testing.T) {
	pool := newPool(t)
	base := serve(t, pool, "127.0.0.1:0", "")
	state := func() (all string) {
		t.Helper()
		if err := pool.QueryRowContext(t.Context(), `SELECT to_jsonb(j)::text || to_jsonb(q)::text FROM fleet.river_job j, fleet.river_queue q`).Scan(&all); err != nil {
			t.Fatal(err)
		}
		return all
	}
	before := state()
	for _, change := range []string{
		"POST /fleet/api/jobs/cancel", "POST /fleet/api/jobs/retry", "POST /fleet/api/jobs/delete", "PATCH /fleet/api/queues/" + queue,
		"DELETE /fleet/api/queues/" + queue, "POST /fleet/api/queues/" + queue + "/pause", "PUT /fleet/api/jobs/1", "DELETE /fleet/api/jobs/1",
		"POST /fleet/api//jobs/delete", "POST /fleet/api/jobs/%64elete", "PUT /fleet/api/queues/" + queue, "PUT /", "OPTIONS /fleet/api/jobs/delete",
	} {
		method, path, _ := strings.Cut(change, " ")
		r, err := http.NewRequestWithContext(t.Context(), method, base+path, strings.NewReader(`{"ids":["1"]}`))
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if response.StatusCode < 300 {
			t.Errorf("%s: %s, %s", change, response.Status, body)
		}
		if method == "POST" && strings.HasPrefix(path, "/fleet/api/jobs/") && (response.StatusCode != http.StatusForbidden || !strings.Contains(string(body), "mashal ")) {
			t.Errorf("%s does not say what to do instead: %s, %s", change, response.Status, body)
		}
		if after := state(); after != before {
			t.Fatalf("%s has changed something: %s", change, after)
		}
	}
	for _, change := range []string{"pause", "resume"} {
		if a := send(t, "PUT", base+"/fleet/api/queues/"+queue+"/"+change); a.StatusCode != http.StatusOK || paused(t, pool) != (change == "pause") {
			t.Errorf("%s: %s, %s", change, a.Status, a.body)
		}
	}
}

// TestToken checks that everything needs the token, and how a client gives it. An address that
// other machines can reach is not served without one.
func TestToken(t *testing.T) {
	const token = "a-long-random-text"
	pool := newPool(t)
	for _, address := range []string{"0.0.0.0:0", "[::]:0", "example.org:80"} {
		if s, err := ui.Listen(t.Context(), ui.Options{Pool: pool, Address: address, Log: slog.New(slog.DiscardHandler)}); mashal.CodeOf(err) != mashal.Usage {
			t.Errorf("%s without a token: %v", address, err)
			if err == nil {
				_ = s.Close()
			}
		}
	}
	base := serve(t, pool, "127.0.0.1:0", token)
	a := send(t, "GET", base+"/fleet/jobs?state=running&token="+token)
	cookies := a.Cookies()
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/fleet/jobs?state=running" || len(cookies) != 1 || !cookies[0].HttpOnly || strings.Contains(cookies[0].Value, token) {
		t.Fatalf("the token in the address: %s, %v", a.Status, a.Header)
	}
	cookie := cookies[0].Name + "=" + cookies[0].Value
	pause := "/fleet/api/queues/" + queue + "/pause"
	for _, target := range []string{"GET /", "GET /fleet/", "GET /fleet/favicon.ico", "GET /fleet/api/jobs", "HEAD /fleet/api/queues", "PUT " + pause, "POST /fleet/api/jobs/delete", "GET /none"} {
		method, path, _ := strings.Cut(target, " ")
		for _, header := range [][]string{nil, {"Authorization", "Bearer " + token + "x"}, {"Cookie", cookies[0].Name + "=" + token}, {"Cookie", "mashal-token=" + cookies[0].Value}} {
			if a := send(t, method, base+path, header...); a.StatusCode != http.StatusUnauthorized || a.Header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s with %q: %s", target, header, a.Status)
			}
		}
		for _, header := range [][]string{{"Authorization", "Bearer " + token}, {"Cookie", cookie}} {
			if a := send(t, method, base+path, header...); a.StatusCode == http.StatusUnauthorized {
				t.Errorf("%s with %q: %s", target, header, a.Status)
			}
		}
	}
	if a := send(t, "PUT", base+pause, "Cookie", cookie, "Origin", "http://evil.example"); a.StatusCode != http.StatusForbidden {
		t.Errorf("another site with the cookie: %s", a.Status)
	}
	form := send(t, "GET", base+"/fleet/jobs?token=wrong-secret", "Accept", "text/html")
	if form.StatusCode != http.StatusUnauthorized || !strings.Contains(form.body, `name="token"`) || !strings.Contains(form.body, "not the right one") || strings.Contains(form.body, "wrong-secret") {
		t.Errorf("the form: %s, %s", form.Status, form.body)
	}
}

// TestOtherAddress checks that a token opens an address that other machines can reach under
// any name.
func TestOtherAddress(t *testing.T) {
	base := serve(t, newPool(t), "0.0.0.0:0", "a-long-random-text")
	base = "http://127.0.0.1" + base[strings.LastIndex(base, ":"):]
	if a := send(t, "GET", base+"/fleet/", "Host", "db.example"); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("without the token: %s", a.Status)
	}
	if a := send(t, "GET", base+"/fleet/", "Host", "db.example", "Authorization", "Bearer a-long-random-text"); a.StatusCode != http.StatusOK {
		t.Errorf("with the token: %s", a.Status)
	}
}
