package explore_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mashal"
	"mashal/concordance"
	"mashal/concordance/index"
	"mashal/explore/web"
)

func TestExport(t *testing.T) {
	s := everything(t)
	for _, test := range []struct{ query, want, file string }{
		{"in=Psalms&type=metaphor", "Ps.23.1!3-4 יְהוָ֥ה רֹ֝עִ֗י\n", "csv"},
		{"in=Psalms&type=metaphor&names=traditional&format=jsonl", "Ps.23.1!3-4 ה׳ רֹ֝עִ֗י\n", "jsonl"},
		{"in=Psalms&min=0.65&order=confidence&bom=1", "\ufeffPs.23.1!3-4 יְהוָ֥ה רֹ֝עִ֗י\nPs.23.4!4-5,12 ", "csv"},
		{"in=Psalms+23:3&format=parquet", "", "parquet"},
	} {
		a := get(t, s, "/export?"+test.query)
		if a.StatusCode != http.StatusOK || !strings.HasPrefix(a.body, test.want) || test.want == "" && a.body != "" {
			t.Errorf("%s: %s %q", test.query, a.Status, a.body)
		}
		if d := a.Header.Get("Content-Disposition"); !strings.HasPrefix(d, `attachment; filename="mashal-`) || !strings.HasSuffix(d, test.file+`"`) {
			t.Errorf("%s is saved as %q", test.query, d)
		}
		if a.Header.Get("ETag") == "" {
			t.Errorf("%s has no ETag", test.query)
		}
		if again := get(t, s, "/export?"+test.query, "If-None-Match", a.Header.Get("ETag")); again.StatusCode != http.StatusNotModified || again.body != "" {
			t.Errorf("%s again: %s", test.query, again.Status)
		}
	}
	for _, query := range []string{"format=xls", "type=smile", "in=Ezekial", "limit=1", "page=1", "script=letters", "state=failed", "bom=1&format=jsonl", "order=up"} {
		if a := get(t, s, "/export?"+query, "Accept", "application/json"); a.StatusCode != http.StatusBadRequest || a.Header.Get("Content-Disposition") != "" {
			t.Errorf("%s: %s, saved as %q", query, a.Status, a.Header.Get("Content-Disposition"))
		}
	}
	for _, target := range []string{"/export", "/download/concordance.db"} {
		if a := get(t, serve(t, filepath.Join(t.TempDir(), "none.db")), target); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s of nothing: %s", target, a.Status)
		}
		if a := get(t, serve(t, bible(t), func(o *web.Options) { o.Exports = nil }), "/export"); a.StatusCode != http.StatusNotFound {
			t.Errorf("no formats: %s", a.Status)
		}
	}
}

// TestFindLeadsToFiles follows what the list offers.
func TestFindLeadsToFiles(t *testing.T) {
	s := everything(t)
	body := page(t, s, "/search?in=Psalms&type=metaphor&size=2&lang=he&script=letters&order=vehicle")
	links := between(t, body, `<p class="takeaway">`, "</p>")
	for _, path := range []string{"/export?format=csv&amp;", "/export?format=jsonl&amp;", "/export?format=parquet&amp;", "/api/v1/figures?"} {
		target := path + between(t, links, `href="`+path, `"`)
		page(t, s, strings.ReplaceAll(target, "&amp;", "&"))
		has(t, target, "in=Psalms", "type=metaphor", "order=vehicle")
	}
	verses := between(t, page(t, s, "/search?state=failed"), `<p class="takeaway">`, "</p>")
	has(t, verses, `href="/api/v1/verses?state=failed"`)
	hasNot(t, verses, "/export")
}

var errBrokenHere = errors.New("broken here")

// TestStreamsFail has a format that fails before and after its first piece is
// sent: an error, or an answer that no client takes for whole.
func TestStreamsFail(t *testing.T) {
	var logged []error
	s := serve(t, bible(t), func(o *web.Options) {
		o.Log = slog.New(&errorLog{add: func(err error) { logged = append(logged, err) }})
		o.Exports = nil
		for name, size := range map[string]int{"early": 10, "late": 100_000} {
			o.Exports = append(o.Exports, web.Export{
				Name: name, ContentType: "text/plain",
				Write: func(_ context.Context, w io.Writer, _ *index.Matches, _ web.ExportOptions) error {
					_, err := w.Write(bytes.Repeat([]byte("x"), size))
					return errors.Join(err, errBrokenHere)
				},
			})
		}
	})
	early := get(t, s, "/export?format=early", "Accept", "application/json")
	if early.StatusCode != http.StatusInternalServerError || early.Header.Get("Content-Disposition") != "" {
		t.Errorf("early: %s, %v", early.Status, early.Header)
	}
	hasNot(t, early.body, "broken here", "xxx")
	server := httptest.NewServer(s)
	defer server.Close()
	answer := askOver(t, server.URL+"/export?format=late")
	if body, err := io.ReadAll(answer.Body); err == nil {
		t.Errorf("late: %s with %d bytes looks whole", answer.Status, len(body))
	}
	if len(logged) != 2 || !errors.Is(logged[0], errBrokenHere) || !errors.Is(logged[1], errBrokenHere) {
		t.Errorf("logged: %v", logged)
	}
}

// TestStreamsAreFew has clients that take an answer and hold it: who comes
// after the fourth is told to come again, and pages are still served.
func TestStreamsAreFew(t *testing.T) {
	release, begun := make(chan struct{}), make(chan struct{})
	s := serve(t, bible(t), func(o *web.Options) {
		o.Exports = []web.Export{{Name: "slow", ContentType: "text/plain", Write: func(ctx context.Context, w io.Writer, _ *index.Matches, _ web.ExportOptions) error {
			begun <- struct{}{}
			select {
			case <-release:
			case <-ctx.Done():
			}
			_, err := io.WriteString(w, "x")
			return err
		}}}
	})
	done := make(chan string)
	for range 4 {
		go func() { done <- get(t, s, "/export").body }()
		<-begun
	}
	if a := get(t, s, "/export"); a.StatusCode != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" {
		t.Errorf("the fifth: %s", a.Status)
	}
	page(t, s, "/search")
	page(t, s, "/cite/Ps.23.1")
	close(release)
	for range 4 {
		if body := <-done; body != "x" {
			t.Errorf("it ended with %q", body)
		}
	}
}

// TestDownload opens what was downloaded, while the file is being written to.
func TestDownload(t *testing.T) {
	path := bible(t, byRules())
	writer, err := concordance.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := writer.Close(); err != nil {
			t.Error(err)
		}
	}()
	s := serve(t, path)
	a := get(t, s, "/download/concordance.db")
	if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != "application/vnd.sqlite3" {
		t.Fatalf("%s, %v", a.Status, a.Header)
	}
	copied := filepath.Join(t.TempDir(), "copy.db")
	if err := os.WriteFile(copied, []byte(a.body), 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := concordance.OpenReadOnly(t.Context(), copied)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(c.Check(t.Context()), c.Close()); err != nil {
		t.Error(err)
	}
	chapter, err := text().Chapter(psalm23)
	if err == nil {
		err = writer.Put(t.Context(), byModel(), chapter) // the locks of this process are still there
	}
	if err != nil {
		t.Error(err)
	}
	if a := get(t, s, "/download/concordance.db?lang=he", "Accept", "application/json"); a.StatusCode != http.StatusBadRequest {
		t.Errorf("a language: %s", a.Status)
	}
	leftovers, err := filepath.Glob(filepath.Join(os.TempDir(), "mashal-copy-*"))
	if err != nil || len(leftovers) > 0 {
		t.Errorf("left behind: %v, %v", leftovers, err)
	}
}

// TestDownloadWithoutSimulated leaves simulated readings out of a file that has others,
// unless they are asked for.
func TestDownloadWithoutSimulated(t *testing.T) {
	simulated := byModel()
	simulated.Annotator.Kind = mashal.BySimulation
	s := serve(t, bible(t, byRules(), simulated))
	for target, want := range map[string][]string{
		"/download/concordance.db":             {"concordance.db", "rules"},
		"/download/concordance.db?simulated=1": {"simulated-concordance.db", "rules simulated"},
	} {
		a := get(t, s, target)
		if a.StatusCode != http.StatusOK || !strings.Contains(a.Header.Get("Content-Disposition"), `"`+want[0]+`"`) {
			t.Fatalf("%s: %s, %v", target, a.Status, a.Header)
		}
		copied := filepath.Join(t.TempDir(), "copy.db")
		if err := os.WriteFile(copied, []byte(a.body), 0o644); err != nil {
			t.Fatal(err)
		}
		c, err := concordance.OpenReadOnly(t.Context(), copied)
		if err != nil {
			t.Fatal(err)
		}
		var kinds string
		var figures int
		err = c.Read().QueryRowContext(t.Context(), `SELECT group_concat(kind, ' '), (SELECT count(*) FROM figure) FROM (SELECT kind FROM reading ORDER BY id)`).Scan(&kinds, &figures)
		if err = errors.Join(err, c.Check(t.Context()), c.Close()); err != nil || kinds != want[1] || (figures == 1) != (want[1] == "rules") {
			t.Errorf("%s: %v, the readings are %s, with %d figures", target, err, kinds, figures)
		}
		if found := strings.Contains(a.body, "God is spoken of as one who herds"); found != (want[1] != "rules") {
			t.Errorf("%s: the file has a simulated explanation: %v", target, found)
		}
	}
}

func TestDeliberations(t *testing.T) {
	r := byRules()
	r.Verses[1].Deliberation = "Quiet <b>waters</b> are waters."
	s := serve(t, bible(t, r))
	has(t, page(t, s, "/read/Ps/23?deliberations=1"), `<p class="deliberation" dir="ltr">Quiet &lt;b&gt;waters&lt;/b&gt; are waters.</p>`)
	hasNot(t, page(t, s, "/read/Ps/23"), "Quiet")
}

// TestAPIPages follows next from part to part, and wants the whole list.
func TestAPIPages(t *testing.T) {
	s := everything(t)
	for _, list := range []string{"figures", "verses", "kwic", "readings"} {
		var all []any
		total, target := 0, "/api/v1/"+list+"?limit=2"
		for parts := 0; target != ""; parts++ {
			if parts > 10 {
				t.Fatalf("%s does not end", list)
			}
			var part map[string]any
			if err := json.Unmarshal([]byte(page(t, s, target)), &part); err != nil {
				t.Fatal(err)
			}
			name := map[string]string{"kwic": "lines"}[list]
			if name == "" {
				name = list
			}
			all = append(all, part[name].([]any)...)
			total = int(part["total"].(float64))
			target, _ = part["next"].(string)
		}
		if len(all) != total || total < 3 {
			t.Errorf("%s has %d of %d", list, len(all), total)
		}
		seen := map[string]bool{}
		for _, item := range all {
			text := fmt.Sprint(item)
			if seen[text] {
				t.Errorf("%s has twice %s", list, shorten(text))
			}
			seen[text] = true
		}
		var behind map[string]any
		if err := json.Unmarshal([]byte(page(t, s, "/api/v1/"+list+"?offset=1000")), &behind); err != nil || behind["next"] != nil {
			t.Errorf("%s behind its end: %v, %v", list, behind, err)
		}
	}
}

// TestAPIIsBounded asks for what a stranger wrote at length.
func TestAPIIsBounded(t *testing.T) {
	s := everything(t)
	list := page(t, s, "/api/v1/figures?in=Joel")
	has(t, list, `"cut":true`)
	if len(list) > 20_000 {
		t.Errorf("a list with a megabyte in it has %d bytes", len(list))
	}
	alone := page(t, s, "/api/v1/figures/Joel.3.1!1-2")
	hasNot(t, alone, `"cut"`, "<script")
	hasNot(t, between(t, alone, `"explanation":"`, `","confidence"`), "\u202e")
	if len(alone) < 1<<20 {
		t.Errorf("the figure itself has only %d bytes", len(alone))
	}
}

// TestAPIWithoutConcordance is told what is missing.
func TestAPIWithoutConcordance(t *testing.T) {
	s := serve(t, filepath.Join(t.TempDir(), "none.db"))
	for _, target := range []string{"/api/v1", "/api/v1/figures", "/api/verses", "/api/v1/statistics"} {
		a := get(t, s, target)
		if a.StatusCode != http.StatusNotFound || a.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %s, %s", target, a.Status, a.Header.Get("Content-Type"))
		}
		has(t, a.body, "mashal annotate")
	}
	page(t, s, "/api/v1/openapi.json")
}

// TestAPIRefusesStrangers is asked from other sites and under other names.
func TestAPIRefusesStrangers(t *testing.T) {
	s := everything(t)
	for _, header := range [][]string{
		{"Origin", "http://evil.example"},
		{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors"},
		{"Host", "evil.example"},
	} {
		for _, target := range []string{"/api/v1/figures", "/export", "/download/concordance.db", "/api/verses"} {
			a := get(t, s, target, header...)
			if a.StatusCode != http.StatusForbidden && a.StatusCode != http.StatusMisdirectedRequest || a.Header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s with %v: %s", target, header, a.Status)
			}
		}
	}
}

// TestStreamToAClientThatLeaves ends with the client.
func TestStreamToAClientThatLeaves(t *testing.T) {
	left := make(chan error, 1)
	s := serve(t, bible(t), func(o *web.Options) {
		o.Exports = []web.Export{{Name: "endless", ContentType: "text/plain", Write: func(ctx context.Context, w io.Writer, _ *index.Matches, _ web.ExportOptions) error {
			for {
				if _, err := w.Write(make([]byte, 1<<16)); err != nil {
					left <- err
					return err
				}
				if err := ctx.Err(); err != nil {
					left <- err
					return err
				}
			}
		}}}
		o.Log = nil
	})
	server := httptest.NewServer(s)
	defer server.Close()
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, "GET /export HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(c, make([]byte, 1<<18)); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-left; err == nil {
		t.Error("it went on")
	}
}
