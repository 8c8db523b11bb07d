package explore_test

import (
	"bufio"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"mashal/explore/web"
)

func TestGuardHost(t *testing.T) {
	private := everything(t)
	public := serve(t, bible(t), func(o *web.Options) { o.Public = true })
	for _, test := range []struct {
		host    string
		private int
	}{
		{"127.0.0.1:8090", 200},
		{"localhost:1", 200},
		{"LOCALHOST", 200},
		{"[::1]:8090", 200},
		{"127.9.9.9", 200},
		{"evil.example:8090", 421},
		{"127.0.0.1.evil.example", 421},
		{"localhost.evil.example", 421},
		{"192.168.1.5:8090", 421},
		{"0.0.0.0", 421},
		{"[::ffff:127.0.0.1]:8090", 200},
		{"[::ffff:192.168.1.5]", 421},
		{"[::]", 421},
		{"127.0.0.1.", 421},
		{"localhost.", 421},
		{"127.1", 421},
		{"2130706433", 421},
		{"0x7f000001", 421},
		{"127.0.0.1:8090.evil.example", 421},
		{"evil.example:80@127.0.0.1", 421},
		{"", 421},
	} {
		if a := get(t, private, "/", "Host", test.host); a.StatusCode != test.private {
			t.Errorf("Host %q: %s, not %d", test.host, a.Status, test.private)
		}
		if a := get(t, public, "/", "Host", test.host); a.StatusCode != 200 {
			t.Errorf("Host %q in public: %s", test.host, a.Status)
		}
	}
}

func TestGuardOtherSites(t *testing.T) {
	s := everything(t)
	for _, test := range []struct {
		name   string
		header []string
		want   int
	}{
		{"a link on another site", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}, 200},
		{"a frame on another site", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe"}, 403},
		{"a script on another site", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty"}, 403},
		{"an image on another site", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image"}, 403},
		{"a script on another port", []string{"Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty"}, 403},
		{"another origin", []string{"Origin", "http://evil.example"}, 403},
		{"this machine on another port", []string{"Origin", "http://127.0.0.1:8091"}, 403},
		{"this machine by another name", []string{"Origin", "http://localhost:8090"}, 403},
		{"our origin among others", []string{"Origin", "http://127.0.0.1:8090, http://evil.example"}, 403},
		{"an address that begins as ours", []string{"Origin", "http://127.0.0.1:8090.evil.example"}, 403},
		{"no origin to speak of", []string{"Origin", "null"}, 403},
		{"our own script", []string{"Sec-Fetch-Site", "same-origin", "Sec-Fetch-Mode", "cors", "Origin", "http://127.0.0.1:8090"}, 200},
	} {
		a := get(t, s, "/search", test.header...)
		if a.StatusCode != test.want {
			t.Errorf("%s: %s, not %d", test.name, a.Status, test.want)
		}
		if allow := a.Header.Get("Access-Control-Allow-Origin"); allow != "" {
			t.Errorf("%s: may be read by %s", test.name, allow)
		}
	}
}

func TestGuardMethods(t *testing.T) {
	s := everything(t)
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, "http://localhost/search", strings.NewReader("x")))
		if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d, Allow %q", method, w.Code, w.Header().Get("Allow"))
		}
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "HEAD", "http://localhost/search", nil))
	if w.Code != http.StatusOK || w.Body.Len() > 0 || w.Header().Get("Content-Length") == "0" {
		t.Errorf("HEAD: %d with %d bytes", w.Code, w.Body.Len())
	}
}

// TestHostileAddresses asks for what no page leads to. Each is answered at
// once, refused, and not repeated as it came.
func TestHostileAddresses(t *testing.T) {
	folder, err := filepath.Abs("..") // of the source, which no page names
	if err != nil {
		t.Fatal(err)
	}
	s := everything(t)
	many := strings.Repeat("&a=1", 10_000)
	for _, test := range []struct {
		target string
		want   int
	}{
		{"/search?hebrew=%", 400},
		{"/search?hebrew=%zz", 400},
		{"/search?hebrew=a;b=c", 400},
		{"/search?hebrew=%00", 400},
		{"/search?hebrew=%ff%fe", 400},
		{"/search?%00=1", 400},
		{"/search?english=" + strings.Repeat("x", 9000), 414},
		{"/search?x=1" + many, 414},
		{"/search?" + strings.Repeat("&type=simile", 201), 400},
		{"/search?<script>alert(1)</script>=1", 400},
		{"/search?type=<script>alert(1)</script>", 400},
		{"/" + strings.Repeat("a/", 1000), 414},
		{"/../../etc/passwd", 404},
		{"/static/../../etc/passwd", 404},
		{"/static/x/../../../etc/passwd", 404},
		{"/static/x/%2e%2e/%2e%2e/go.mod", 404},
		{"/static/x/mashal.css", 404},
		{"/static/", 404},
		{"/etc/passwd", 404},
		{"/figure/..%2f..%2fetc%2fpasswd", 404},
		{"/read/..%2f/1", 404},
		{"/read/Ezek/1%00", 400},
		{"/read/Ezek/" + strings.Repeat("9", 500), 404},
		{"/read/Ezek/1-99999999", 404},
		{"/templates/layout.html", 404},
		{"/debug/pprof/", 404},
		{"/suggest?q=" + strings.Repeat("%D7%90", 600), 400},
		{"/suggest?q=a&limit=99999999", 400},
		{"/search?page=9223372036854775807", 400},
		{"/search?page=9223372036854775808", 400},
		{"/search?page=1000000", 400},
		{"/search?page=1&page=2", 400},
		{"/search?type[]=simile", 400},
		{"/search?Type=simile", 400},
		{"/search?min=NaN", 400},
		{"/search?min=1e400", 400},
		{"/api/v1/verses?limit=-1", 400},
		{"/api/v1/figures?in=", 400},
		{"/api/v1/figures?in=Joel&in=+", 400},
		{"/api/v1/verses?type=&in=%20", 400},
		{"/api/v1/readings?in=", 400},
		{"/api/v1/figures?in=Joel&type=", 400},
		{"/api/v1/figures?query=", 400},
		{"/api/v1/figures?rule=", 400},
		{"/api/v1/figures?annotator=+", 400},
		{"/api/v1/figures?vehicle=", 400},
		{"/api/v1/kwic?lemma=", 400},
		{"/api/v1/counts?genre=", 400},
		{"/export?in=", 400},
		{"/export?format=csv&rule=", 400},
		{"/export/dictionary?in=", 400},
		{"/concordance.csv?lemma=", 400},
		{"/search?query=&rule=", 302},
		{"/search?in=", 302}, // a form sends it
		{"/api/verses?chapters=1-99999999", 400},
		{"/api/verses?limit=200&offset=1000000", 200},
		{"/static/%c0%ae%c0%ae/go.mod", 400},
		{"/read/%c0%ae%c0%ae%c0%af/1", 400},
		{"/read/Ezek/1%2F2", 404},
	} {
		a := get(t, s, test.target)
		if a.StatusCode != test.want {
			t.Errorf("%.80s: %s, not %d", test.target, a.Status, test.want)
		}
		if len(a.body) > 64<<10 {
			t.Errorf("%.80s: %d bytes", test.target, len(a.body))
		}
		hasNot(t, a.body, "<script>", "root:", "goroutine", folder, ".go:")
	}
}

// TestHostileWords asks for words that are commands in the search of SQLite.
// They are words, or none; the server's log fails the test if they were more.
func TestHostileWords(t *testing.T) {
	s := everything(t)
	for _, words := range []string{
		`" NEAR( * :`, "NEAR(a b, 3)", "*", "a*", "^a", "-a", `"`, `""`, `a"b`, `"a" OR "b"`, "AND", "a AND", "OR", "NOT", "NOT a", "(", ")", "{a}:b", "english:a",
		"'; DROP TABLE figure; --", "\u202ea", "\u05bc", strings.Repeat("\u0301", 300), strings.Repeat(".", 900), strings.Repeat("a ", 450), strings.Repeat(";", 900), "🐑",
	} {
		for _, name := range []string{"english", "hebrew", "text", "lemma", "target", "speaker", "purpose"} {
			a := get(t, s, "/api/v1/figures?"+url.Values{name: {words}}.Encode())
			if a.StatusCode != http.StatusOK && a.StatusCode != http.StatusBadRequest {
				t.Errorf("%s=%.40q: %s", name, words, a.Status)
			}
		}
		if a := get(t, s, "/suggest?"+url.Values{"q": {words}}.Encode()); a.StatusCode != http.StatusOK {
			t.Errorf("q=%.40q: %s", words, a.Status)
		}
	}
}

// elsewhere reports whether a browser takes an address for one of another
// server: it strips tabs and line breaks, and takes \ for /.
func elsewhere(address string) bool {
	address = strings.NewReplacer("\t", "", "\n", "", "\r", "", `\`, "/").Replace(address)
	return strings.HasPrefix(address, "//") || strings.Contains(address, "://evil.example")
}

// TestNothingLeadsElsewhere asks for addresses that would be those of another
// server if they were repeated as they are meant.
func TestNothingLeadsElsewhere(t *testing.T) {
	s := everything(t)
	links := regexp.MustCompile(`(?:href|action|src)="([^"]*)"`)
	for _, path := range []string{
		"/%2Fevil.example", "/%2F%2Fevil.example", "/%5Cevil.example", `/\evil.example`, "/%09/evil.example", "/%0A/evil.example", "/%0d/evil.example",
		"//evil.example/", "///evil.example", "/.//evil.example", "/%2Fevil.example/%2e%2e", "/read/%2F%2Fevil.example/1",
	} {
		for _, query := range []string{"", "?lang=", "?lang=he"} {
			for _, host := range []string{"127.0.0.1", "evil.example"} { // refused before it is routed
				a := get(t, s, path+query, "Host", host)
				if at := a.Header.Get("Location"); elsewhere(at) {
					t.Errorf("%s leads to %q", path+query, at)
				}
				for _, link := range links.FindAllStringSubmatch(a.body, -1) {
					if elsewhere(link[1]) {
						t.Errorf("%s has a link to %q", path+query, link[1])
					}
				}
			}
		}
	}
	for _, typed := range []string{"//evil.example!", "..//..//evil.example!", `\evil.example!`, "x!?lang=he#y", "a!\r\nSet-Cookie:b=c"} {
		at := get(t, s, "/go?"+url.Values{"q": {typed}}.Encode()).Header.Get("Location")
		if u, err := url.Parse(at); elsewhere(at) || err != nil || u.RawQuery != "" && !strings.HasPrefix(at, "/search?english=") || u.Fragment != "" {
			t.Errorf("%q leads to %q", typed, at)
		}
	}
}

// scripts in attributes and elements, as they would have to stand to run.
var live = []string{"<script>alert", "<img src=x", `" onmouseover="`, "\u202e", "\u2066", `href="javascript:`, "<u>"}

func TestHostileText(t *testing.T) {
	s := everything(t)
	for _, target := range []string{
		"/", "/read/Joel/3", "/read/Joel/3?list=1", "/read/Joel/3?figure=Joel.3.1!1-2", "/figure/Joel.3.1!1-2", "/search?in=Joel", "/search?in=Joel&state=failed",
		"/search?text=alert", "/search?in=Joel&list=1", "/search?in=Joel&lang=he",
	} {
		body := page(t, s, target)
		has(t, body, "&lt;script&gt;")
		hasNot(t, body, live...)
		if len(body) > 256<<10 {
			t.Errorf("%s has %d bytes: an explanation of a megabyte is shown whole", target, len(body))
		}
	}
	has(t, page(t, s, "/figure/Joel.3.1!1-2"), "The beginning of 1,0")
}

func TestHostileRefusalsAreEscaped(t *testing.T) {
	s := everything(t)
	for _, target := range []string{
		"/search?annotator=%3Cscript%3Ealert(1)%3C/script%3E", "/search?in=%3Cimg%20src=x%3E", "/search?vehicle-category=%E2%80%AE%3Cscript%3Ealert",
		"/read/%3Cscript%3Ealert/1", "/figure/%3Cscript%3Ealert", "/read/Ps/23?figure=%3Cscript%3Ealert", "/search?%22%20onmouseover=%22=1",
	} {
		a := get(t, s, target)
		if a.StatusCode != 400 && a.StatusCode != 404 {
			t.Errorf("%s: %s", target, a.Status)
		}
		hasNot(t, a.body, live...)
	}
}

// TestManyMisspeltValues has as many wrong values as an address may have, each
// with something near it: they are all named, and the answer stays small.
func TestManyMisspeltValues(t *testing.T) {
	q := url.Values{}
	for i := range 199 {
		q.Add("type", "metaphr"+string(rune('a'+i%26))+string(rune('a'+i/26)))
	}
	got := get(t, everything(t), "/search?"+q.Encode())
	if n := strings.Count(got.body, "Did you mean"); got.StatusCode != http.StatusBadRequest || n != 199 || len(got.body) > 300_000 {
		t.Errorf("%d, %d offers in %d bytes", got.StatusCode, n, len(got.body))
	}
}

func TestHeaders(t *testing.T) {
	s := everything(t)
	for _, target := range []string{"/", "/search", "/search?type=x", "/nowhere", "/suggest?q=a"} {
		h := get(t, s, target).Header
		policy := h.Get("Content-Security-Policy")
		if policy == "" || strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") || !strings.Contains(policy, "default-src 'none'") {
			t.Errorf("%s: Content-Security-Policy %q", target, policy)
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q", target, name, got)
			}
		}
	}
}

// TestPagesObeyTheirPolicy wants no inline style or script, and nothing from
// elsewhere: the script of every page and, where a word opens a drawer, that
// of words.
func TestPagesObeyTheirPolicy(t *testing.T) {
	s := everything(t)
	for target, scripts := range map[string]int{
		"/": 1, "/read/Ps/23?figure=Ps.23.1!3-4&translit=1&list=1": 2, "/search": 1, "/search?type=x": 1,
		"/help": 1, "/figure/Ps.23.1!3-4": 1,
	} {
		body := get(t, s, target).body
		hasNot(t, body, "style=", "<style", `="javascript:`, " onclick", " onload", `src="http`, `src="//`, `stylesheet" href="http`)
		all, served := strings.Count(body, "<script"), strings.Count(body, `<script type="module" src="/static/`)
		if all != scripts || served != scripts {
			t.Errorf("%s has %d scripts, %d of them served from here, want %d", target, all, served, scripts)
		}
	}
}

func TestETag(t *testing.T) {
	path := bible(t)
	s := serve(t, path)
	first := get(t, s, "/search")
	tag := first.Header.Get("ETag")
	if tag == "" {
		t.Fatal("there is no ETag")
	}
	again := get(t, s, "/search", "If-None-Match", `"other", `+tag)
	if again.StatusCode != http.StatusNotModified || again.body != "" || again.Header.Get("ETag") != tag {
		t.Errorf("%s with %d bytes, ETag %q", again.Status, len(again.body), again.Header.Get("ETag"))
	}
	if other := get(t, serve(t, path), "/search").Header.Get("ETag"); other != tag {
		t.Errorf("the same program and concordance have the ETag %s in one process, and %s in another", tag, other)
	}
	// Nobody has what is not there, or is different each time.
	for target, want := range map[string]int{
		"/nowhere": 404, "/search?nonsense=1": 400, "/api/v1/verses?limit=-1": 400, "/read/Ps/999": 404, "/runs": 200, "/help": 200,
	} {
		for _, tags := range []string{"*", tag, tag + ", *"} {
			if a := get(t, s, target, "If-None-Match", tags); a.StatusCode != want {
				t.Errorf("%s, of which the client has %s: %s", target, tags, a.Status)
			}
		}
	}
}

func TestCompression(t *testing.T) {
	s := everything(t)
	for accept, want := range map[string]string{"gzip": "gzip", "br, gzip;q=0.5": "gzip", "": "", "identity": "", "gzip;q=0": "", "*": "gzip"} {
		a := getAsIs(t, s, "/search", "Accept-Encoding", accept)
		if got := a.Header.Get("Content-Encoding"); got != want {
			t.Errorf("Accept-Encoding %q: %q, not %q", accept, got, want)
		}
		if !strings.Contains(a.Header.Get("Vary"), "Accept-Encoding") {
			t.Error("caches are not told that the encoding varies")
		}
		if want == "gzip" { // the standard library reads it
			z, err := gzip.NewReader(strings.NewReader(a.body))
			if err != nil {
				t.Fatal(err)
			}
			if body, err := io.ReadAll(z); err != nil || !strings.Contains(string(body), "</html>") {
				t.Errorf("%d bytes: %v", len(body), err)
			}
		}
		if fmt.Sprint(len(a.body)) != a.Header.Get("Content-Length") {
			t.Errorf("%d bytes, Content-Length %s", len(a.body), a.Header.Get("Content-Length"))
		}
	}
}

func TestStatic(t *testing.T) {
	s := everything(t)
	body := page(t, s, "/")
	sheet := "/static/" + between(t, body, `href="/static/`, `/icon.svg"`)
	for name, contentType := range map[string]string{
		"/mashal.css": "text/css; charset=utf-8", "/js/main.js": "text/javascript; charset=utf-8", "/icon.svg": "image/svg+xml",
	} {
		a := get(t, s, sheet+name)
		if a.StatusCode != 200 || a.Header.Get("Content-Type") != contentType || !strings.Contains(a.Header.Get("Cache-Control"), "immutable") || a.body == "" {
			t.Errorf("%s: %s %v", name, a.Status, a.Header)
		}
	}
	// Modules find each other.
	for _, line := range strings.Split(get(t, s, sheet+"/js/main.js").body, "\n") {
		if module, ok := strings.CutPrefix(line, `import "./`); ok {
			if a := get(t, s, sheet+"/js/"+strings.TrimSuffix(module, `";`)); a.StatusCode != 200 {
				t.Errorf("%s: %s", line, a.Status)
			}
		}
	}
}

// TestWeight holds the first page to its budget on the wire: 60 kB with all
// that it loads.
func TestWeight(t *testing.T) {
	s := everything(t)
	body := page(t, s, "/read/Ps/119")
	root := "/static/" + between(t, body, `href="/static/`, `/icon.svg"`)
	total := 0
	for _, target := range []string{
		"/", root + "/mashal.css", root + "/icon.svg", root + "/js/main.js", root + "/js/drawer.js", root + "/js/document.js",
		root + "/js/keys.js", root + "/js/hot.js", root + "/js/marks.js", root + "/js/menu.js", root + "/js/suggest.js", root + "/js/keyboard.js",
	} {
		a := get(t, s, target, "Accept-Encoding", "gzip")
		if a.StatusCode != 200 {
			t.Fatalf("%s: %s", target, a.Status)
		}
		total += len(a.body)
	}
	const budget = 60_000
	if total > budget {
		t.Errorf("the first page weighs %d bytes, more than %d", total, budget)
	}
	t.Logf("the first page weighs %d bytes", total)
}

func TestServeEndsCleanly(t *testing.T) {
	s := everything(t)
	ln := listen(t)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, ln) }()

	answer := askOver(t, "http://"+ln.Addr().String()+"/read/Ps/23")
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.Body.Close() != nil || !strings.Contains(string(body), "Psalms 23") {
		t.Errorf("%s: %v", answer.Status, err)
	}
	// One who has opened a connection and says nothing holds nobody up.
	idle, err := new(net.Dialer).DialContext(t.Context(), "tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = idle.Close() }()
	if _, err := idle.Write([]byte("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("to be stopped is a failure: %v", err)
	}
	if line, err := bufio.NewReader(idle).ReadString('\n'); err == nil && !strings.HasPrefix(line, "HTTP/1.1 4") {
		t.Errorf("an unfinished request was answered with %q", line)
	}
}
