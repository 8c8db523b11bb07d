package ui_test

import (
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mashal"
	"mashal/corpus"
	"mashal/explore/browser"
	"mashal/fleet"
	"mashal/fleet/ui"
	"mashal/ledger"
	"mashal/ledger/postgrestest"
	"mashal/reference"
)

func TestMain(m *testing.M) { browser.Main(withServer{m}) }

// withServer ends the database server after the tests.
type withServer struct{ *testing.M }

// Run runs the tests.
func (s withServer) Run() int {
	defer http.DefaultClient.CloseIdleConnections()
	return postgrestest.Main(s.M.Run)
}

// A planned is a run of a fleet: the four chapters of Joel are in the queue.
type planned struct {
	*ledger.Ledger
	pool  *sql.DB
	run   string
	queue string
	jobs  []int64
}

// plan plans a run on a new database, which it reaches through PgBouncer in transaction
// mode if pooled is set.
func plan(t *testing.T, pooled bool) planned {
	t.Helper()
	address := postgrestest.NewDatabase(t)
	if pooled {
		address = postgrestest.NewBouncer(t, address, "transaction")
	}
	l, err := ledger.OpenShared(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	if err := fleet.Migrate(t.Context(), l.Pool()); err != nil {
		t.Fatal(err)
	}
	text, err := corpus.Open()
	if err != nil {
		t.Fatal(err)
	}
	enqueue, err := fleet.Enqueue(l, text, false)
	if err != nil {
		t.Fatal(err)
	}
	joel, err := reference.ParseSelection([]string{"Joel"})
	if err != nil {
		t.Fatal(err)
	}
	run, err := l.StartRun(t.Context(), ledger.RunSpec{
		Annotator: mashal.Annotator{Name: "test", Kind: mashal.ByRules, Fingerprint: "f"}, Selection: joel, Workers: 1, Settings: map[string]string{}, Enqueue: enqueue,
	})
	if err != nil {
		t.Fatal(err)
	}
	p := planned{Ledger: l, pool: l.Pool(), run: run.ID}
	rows, err := p.pool.QueryContext(t.Context(), `SELECT id, queue FROM fleet.river_job ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id, &p.queue); err != nil {
			t.Fatal(err)
		}
		p.jobs = append(p.jobs, id)
	}
	if err := rows.Err(); err != nil || len(p.jobs) != 4 {
		t.Fatalf("%d jobs, %v", len(p.jobs), err)
	}
	if _, err := p.pool.ExecContext(t.Context(), `INSERT INTO fleet.river_queue (name, updated_at) VALUES ($1, now())`, p.queue); err != nil {
		t.Fatal(err)
	}
	return p
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
// with the headers that protect them, also through PgBouncer.
func TestPages(t *testing.T) {
	p := plan(t, false)
	base := serve(t, p.pool, "127.0.0.1:0", "")
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
	mustShow(t, base, p)
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

// mustShow wants the interface to show the queue of a run.
func mustShow(t *testing.T, base string, p planned) {
	t.Helper()
	for path, has := range map[string]string{
		"jobs?state=available": "Joel 1", fmt.Sprint("jobs/", p.jobs[0]): "Joel", "queues": p.queue, "queues/" + p.queue: `"count_available":4`,
		"states": `"available":{"accuracy":"exact","count":4`, "features": `"job_list_hide_args_by_default":true`,
		"autocomplete?facet=queue_name&match=run": p.queue, "health-checks/complete": "ok",
	} {
		if a := send(t, "GET", base+"/fleet/api/"+path); a.StatusCode != http.StatusOK || !strings.Contains(a.body, has) {
			t.Errorf("%s: %s, %s", path, a.Status, a.body)
		}
	}
}

// TestOtherSites checks that pages of other sites, also under a host name of their own, reach nothing.
func TestOtherSites(t *testing.T) {
	p := plan(t, false)
	base := serve(t, p.pool, ":0", "")
	if !strings.HasPrefix(base, "http://127.0.0.1:") {
		t.Fatalf("without a host it serves on %s", base)
	}
	_, err := ui.Listen(t.Context(), ui.Options{Pool: p.pool, Address: strings.TrimPrefix(base, "http://"), Log: slog.New(slog.DiscardHandler)})
	if err == nil || !strings.Contains(err.Error(), "address already in use") {
		t.Errorf("a second server at the address: %v", err)
	}
	pause := base + "/fleet/api/queues/" + p.queue + "/pause"
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
	if p.paused(t) {
		t.Error("another site has paused the queue")
	}
	if a := send(t, "PUT", pause, "Origin", base, "Sec-Fetch-Site", "same-origin"); a.StatusCode != http.StatusOK || !p.paused(t) {
		t.Errorf("its own page cannot pause the queue: %s", a.Status)
	}
}

// paused reports whether the queue is paused.
func (p planned) paused(t *testing.T) (is bool) {
	t.Helper()
	if err := p.pool.QueryRowContext(t.Context(), `SELECT paused_at IS NOT NULL FROM fleet.river_queue WHERE name = $1`, p.queue).Scan(&is); err != nil {
		t.Fatal(err)
	}
	return is
}

// states returns the states of the jobs, and "" for those that do not exist.
func (p planned) states(t *testing.T) (states []string) {
	t.Helper()
	for _, id := range p.jobs {
		var state string
		if err := p.pool.QueryRowContext(t.Context(), `SELECT coalesce((SELECT state::text FROM fleet.river_job WHERE id = $1), '')`, id).Scan(&state); err != nil {
			t.Fatal(err)
		}
		states = append(states, state)
	}
	return states
}

// TestChanges checks what people can change, directly and through PgBouncer: queues are
// paused and resumed; jobs are cancelled, retried and deleted. The ledger still knows what is
// missing. A job of a run that has ended is not put into the queue again.
func TestChanges(t *testing.T) {
	for name, pooled := range map[string]bool{"direct": false, "PgBouncer": true} {
		t.Run(name, func(t *testing.T) {
			p := plan(t, pooled)
			base := serve(t, p.pool, "127.0.0.1:0", "")
			mustShow(t, base, p)
			for _, change := range []string{"pause", "resume"} {
				if a := send(t, "PUT", base+"/fleet/api/queues/"+p.queue+"/"+change); a.StatusCode != http.StatusOK || p.paused(t) != (change == "pause") {
					t.Errorf("%s: %s, %s", change, a.Status, a.body)
				}
			}
			do := func(change string, want int, has string, jobs ...int) {
				t.Helper()
				var ids []string
				for _, i := range jobs {
					ids = append(ids, fmt.Sprintf(`"%d"`, p.jobs[i]))
				}
				response, err := http.Post(base+"/fleet/api/jobs/"+change, "application/json", strings.NewReader(`{"ids":[`+strings.Join(ids, ",")+`]}`))
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = response.Body.Close() }()
				if body, _ := io.ReadAll(response.Body); response.StatusCode != want || !strings.Contains(string(body), has) {
					t.Errorf("%s %v: %s, %s", change, jobs, response.Status, body)
				}
			}
			mustBe := func(want ...string) {
				t.Helper()
				if got := p.states(t); !slices.Equal(got, want) {
					t.Errorf("the jobs are %q, not %q", got, want)
				}
			}
			do("cancel", http.StatusOK, `"ok"`, 0, 1, 2)
			do("retry", http.StatusOK, `"ok"`, 1)
			do("retry", http.StatusOK, `"ok"`, 1, 3) // as River answers for jobs that wait
			do("delete", http.StatusOK, `"ok"`, 2)
			do("retry", http.StatusConflict, "There is no job", 0, 2)
			do("retry", http.StatusBadRequest, "names no jobs")
			mustBe("cancelled", "available", "", "available")
			status, err := fleet.ReadStatus(t.Context(), p.pool)
			if err != nil || len(status.Runs) != 1 || status.Runs[0] != (fleet.RunStatus{Run: p.run, Waiting: 2, Removed: 2}) {
				t.Errorf("the status is %+v, %v", status, err)
			}

			work := func(state string) {
				t.Helper()
				if _, err := p.pool.ExecContext(t.Context(), `UPDATE fleet.river_job SET state = $2 WHERE id = $1`, p.jobs[3], state); err != nil {
					t.Fatal(err)
				}
			}
			work("running")
			do("delete", http.StatusBadRequest, "running", 3)
			do("retry", http.StatusConflict, "is at work", 3)
			work("available")

			// Another process ends the two others.
			for _, statement := range []string{
				`UPDATE fleet.river_job SET state = 'completed', finalized_at = now() WHERE state = 'available'`,
				`DELETE FROM verse v USING fleet.river_job j WHERE j.state = 'completed' AND v.reading = CAST(j.args->>'reading' AS BIGINT)`,
			} {
				if _, err := p.pool.ExecContext(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
			}
			do("retry", http.StatusConflict, "is done", 1)
			tx, err := p.pool.BeginTx(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(p.EndFleetRun(t.Context(), tx, p.run), tx.Commit()); err != nil {
				t.Fatal(err)
			}
			run, err := p.Run(t.Context(), p.run)
			if want := ledger.Stopped + "2 chapters were cancelled or deleted in the queue, or given up after errors"; err != nil || run.State != mashal.RunInterrupted || run.Note != want {
				t.Errorf("the run is %s: %q, %v", run.State, run.Note, err)
			}
			do("retry", http.StatusConflict, "has ended", 0)
			mustBe("cancelled", "completed", "", "completed")
		})
	}
}

// TestRefused checks that nothing else can be changed.
func TestRefused(t *testing.T) {
	p := plan(t, false)
	base := serve(t, p.pool, "127.0.0.1:0", "")
	state := func() (all string) {
		t.Helper()
		if err := p.pool.QueryRowContext(t.Context(), `SELECT string_agg(to_jsonb(j)::text || to_jsonb(q)::text, '' ORDER BY j.id) FROM fleet.river_job j, fleet.river_queue q`).Scan(&all); err != nil {
			t.Fatal(err)
		}
		return all
	}
	before := state()
	job := fmt.Sprint(p.jobs[0])
	for _, change := range []string{
		"PATCH /fleet/api/queues/" + p.queue, "DELETE /fleet/api/queues/" + p.queue, "POST /fleet/api/queues/" + p.queue + "/pause", "PUT /fleet/api/jobs/" + job,
		"DELETE /fleet/api/jobs/" + job, "POST /fleet/api//jobs/delete", "PUT /fleet/api/jobs/delete", "GET /fleet/api/jobs/delete", "PUT /fleet/api/queues/" + p.queue, "PUT /",
		"OPTIONS /fleet/api/jobs/delete", "POST /fleet/api/workflows/1/cancel", "POST /api/jobs/delete",
	} {
		method, path, _ := strings.Cut(change, " ")
		r, err := http.NewRequestWithContext(t.Context(), method, base+path, strings.NewReader(`{"ids":["`+job+`"]}`))
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode < 300 {
			t.Errorf("%s: %s", change, response.Status)
		}
		if after := state(); after != before {
			t.Fatalf("%s has changed something: %s", change, after)
		}
	}
}

// TestToken checks that everything needs the token, and how a client gives it. An address that
// other machines can reach is not served without one.
func TestToken(t *testing.T) {
	const token = "a-long-random-text"
	p := plan(t, false)
	for _, address := range []string{"0.0.0.0:0", "[::]:0", "example.org:80"} {
		if s, err := ui.Listen(t.Context(), ui.Options{Pool: p.pool, Address: address, Log: slog.New(slog.DiscardHandler)}); mashal.CodeOf(err) != mashal.Usage {
			t.Errorf("%s without a token: %v", address, err)
			if err == nil {
				_ = s.Close()
			}
		}
	}
	base := serve(t, p.pool, "127.0.0.1:0", token)
	a := send(t, "GET", base+"/fleet/jobs?state=running&token="+token)
	cookies := a.Cookies()
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/fleet/jobs?state=running" || len(cookies) != 1 || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteStrictMode || cookies[0].Secure || strings.Contains(cookies[0].Value, token) {
		t.Fatalf("the token in the address: %s, %v", a.Status, a.Header)
	}
	cookie := cookies[0].Name + "=" + cookies[0].Value
	pause := "/fleet/api/queues/" + p.queue + "/pause"
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
	for given, want := range map[string]int{token: http.StatusSeeOther, "wrong": http.StatusUnauthorized} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/fleet/queues?token=wrong", strings.NewReader("token="+given))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("X-Forwarded-Proto", "https") // by a proxy with TLS
		answer, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if c := answer.Cookies(); answer.StatusCode != want || want == http.StatusSeeOther && (len(c) != 1 || !c[0].Secure || answer.Header.Get("Location") != "/fleet/queues") {
			t.Errorf("the form with %s: %s, %v", given, answer.Status, answer.Header)
		}
	}
	if a := send(t, "GET", base+"/fleet/", "Host", "queue.example", "Cookie", cookie); a.StatusCode != http.StatusOK {
		t.Errorf("under the name of a proxy: %s", a.Status)
	}
	form := send(t, "GET", base+"/fleet/jobs?token=wrong-secret", "Accept", "text/html")
	if form.StatusCode != http.StatusUnauthorized || !strings.Contains(form.body, `name="token"`) || !strings.Contains(form.body, "not the right one") || strings.Contains(form.body, "wrong-secret") {
		t.Errorf("the form: %s, %s", form.Status, form.body)
	}
}

// TestOtherAddress checks that a token opens an address that other machines can reach under
// any name.
func TestOtherAddress(t *testing.T) {
	base := serve(t, plan(t, false).pool, "0.0.0.0:0", "a-long-random-text")
	base = "http://127.0.0.1" + base[strings.LastIndex(base, ":"):]
	if a := send(t, "GET", base+"/fleet/", "Host", "db.example"); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("without the token: %s", a.Status)
	}
	if a := send(t, "GET", base+"/fleet/", "Host", "db.example", "Authorization", "Bearer a-long-random-text"); a.StatusCode != http.StatusOK {
		t.Errorf("with the token: %s", a.Status)
	}
}
