package explore_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mashal"
	"mashal/explore/decide"
	"mashal/explore/web"
	"mashal/ledger"
	"mashal/review"
	"mashal/review/journal"
)

// A desk is an explorer in which reviewers decide, with its ledger.
type desk struct {
	*web.Server
	t      *testing.T
	ledger *ledger.Ledger
}

// newDesk returns an explorer of the concordance that tests read. Decisions are signed by a
// name or, if it is "", by those who sign in.
func newDesk(t *testing.T, by string) *desk {
	t.Helper()
	l, err := ledger.Open(t.Context(), filepath.Join(t.TempDir(), "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	office, err := decide.New(t.Context(), decide.Options{
		Ledger: l, Text: text(), By: by, Secure: true,
		Figures: func(context.Context, review.Subject) ([]review.Shown, error) {
			return []review.Shown{{Annotator: "sim:large", Fingerprint: "model-2", Types: []mashal.Type{mashal.Metaphor}, Confidence: .95}}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &desk{serve(t, bible(t), func(o *web.Options) { o.Reviews = office }), t, l}
}

// state returns what follows from all events in the ledger.
func (d *desk) state() *review.State {
	d.t.Helper()
	s, err := journal.Load(d.t.Context(), d.ledger)
	if err != nil {
		d.t.Fatal(err)
	}
	return s
}

// A reviewer keeps the cookie of a session.
type reviewer struct {
	*desk
	cookie string
}

// post sends a form, as a page of the explorer does unless a header says otherwise.
func (r *reviewer) post(path string, form url.Values, header ...string) answer {
	r.t.Helper()
	q := httptest.NewRequestWithContext(r.t.Context(), http.MethodPost, "http://127.0.0.1:8090"+path, strings.NewReader(form.Encode()))
	q.Header.Set("Accept", "text/html")
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Origin", "http://127.0.0.1:8090")
	q.Header.Set("Sec-Fetch-Site", "same-origin")
	for i := 0; i+1 < len(header); i += 2 {
		q.Header.Set(header[i], header[i+1])
	}
	if r.cookie != "" {
		q.Header.Set("Cookie", r.cookie)
	}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, q)
	return answer{w.Result(), w.Body.String()}
}

// open returns a page and the fields of its first form that changes something, as a
// browser would send them.
func (r *reviewer) open(path string) (body string, form url.Values) {
	r.t.Helper()
	a := getAsIs(r.t, r, path, "Cookie", r.cookie)
	if a.StatusCode != http.StatusOK {
		r.t.Fatalf("%s: %s, to %s\n%s", path, a.Status, a.Header.Get("Location"), shorten(a.body))
	}
	return a.body, fieldsOf(r.t, a.body)
}

var (
	anInput  = regexp.MustCompile(`<input([^>]*)>`)
	hasName  = regexp.MustCompile(` name="([^"]*)"`)
	hasValue = regexp.MustCompile(` value="([^"]*)"`)
)

func fieldsOf(t *testing.T, body string) url.Values {
	t.Helper()
	form := url.Values{}
	part := between(t, body, `<form class="decide"`, "</form>")
	for _, in := range anInput.FindAllStringSubmatch(part, -1) {
		name, value := hasName.FindStringSubmatch(in[1]), hasValue.FindStringSubmatch(in[1])
		if name == nil || strings.Contains(in[1], "checkbox") && !strings.Contains(in[1], " checked") {
			continue
		}
		form.Add(name[1], strings.NewReplacer("&#43;", "+", "&amp;", "&").Replace(append(value, "", "")[1]))
	}
	return form
}

// signIn signs in with the token of a new reviewer.
func (d *desk) signIn(name string, adjudicator bool) (*reviewer, string) {
	d.t.Helper()
	token, err := journal.AddReviewer(d.t.Context(), d.ledger, name, adjudicator)
	if err != nil {
		d.t.Fatal(err)
	}
	r := &reviewer{desk: d}
	a := r.post("/review/sign-in", url.Values{"reviewer-token": {token}, "to": {"/review/figure/Ps.23.1!3-4"}})
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/review/figure/Ps.23.1!3-4" {
		d.t.Fatalf("%s, to %q", a.Status, a.Header.Get("Location"))
	}
	set := a.Header.Get("Set-Cookie")
	for _, part := range []string{"HttpOnly", "SameSite=Strict", "Secure"} {
		if !strings.Contains(set, part) {
			d.t.Errorf("cookie %q is not %s", set, part)
		}
	}
	r.cookie, _, _ = strings.Cut(set, ";")
	return r, token
}

const shepherd = "/review/figure/Ps.23.1!3-4"

func with(form url.Values, pairs ...string) url.Values {
	changed := url.Values{}
	for name, list := range form {
		changed[name] = list
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		changed.Set(pairs[i], pairs[i+1])
	}
	return changed
}

// TestWithoutReviewNothingIsDecided walks the routes of reviews: without --review they do
// not exist, and no route takes anything but GET and HEAD.
func TestWithoutReviewNothingIsDecided(t *testing.T) {
	s := everything(t)
	for _, path := range []string{"/review", "/review/next", shepherd, "/review/verse/Ps.23.1", "/review/state", "/review/settle", "/review/sign-in"} {
		if a := getAsIs(t, s, path); a.StatusCode != http.StatusNotFound {
			t.Errorf("GET %s: %s", path, a.Status)
		}
	}
	hasNot(t, getAsIs(t, s, "/figure/Ps.23.1!3-4").body, "/review", "<form method=\"post\"", "data-review")
	for _, path := range allPaths(t) {
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
			w := httptest.NewRecorder()
			s.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, "http://localhost"+path, strings.NewReader("decision=valid")))
			if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
				t.Errorf("%s %s: %d, Allow %q", method, path, w.Code, w.Header().Get("Allow"))
			}
		}
	}
}

// allPaths returns a path for each route of the source.
func allPaths(t *testing.T) (paths []string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	below, err2 := filepath.Glob("*/*.go")
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	route := regexp.MustCompile(`(?:"GET |HandleForm\(")(/[^"]*)"`)
	part := regexp.MustCompile(`\{[^}]*\}`)
	for _, file := range append(files, below...) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range route.FindAllStringSubmatch(string(source), -1) {
			paths = append(paths, part.ReplaceAllString(strings.ReplaceAll(found[1], "{$}", ""), "x"))
		}
	}
	if len(paths) < 40 {
		t.Fatalf("only %d routes were found", len(paths))
	}
	return paths
}

// TestDecide decides on figures by the forms alone, takes decisions back, and restores them.
func TestDecide(t *testing.T) {
	d := newDesk(t, "Ada Lovelace")
	ada := &reviewer{desk: d}
	body, form := ada.open(shepherd)
	has(t, body, "Is this a figure?", `value="valid"`, "The words mean what they say.", `action="/review/undo"`)
	hasNot(t, body, "0.95", "<meter")
	if got := form["word"]; !slices.Equal(got, []string{"3", "4"}) {
		t.Fatalf("words %v", got)
	}
	if got := form["type"]; !slices.Equal(got, []string{"metaphor", "personification"}) { // after the verdicts
		t.Fatalf("types %v", got)
	}
	valid := with(form, "decision", "valid", "note", "<script>alert(1)</script>", "vehicle", `"><img src=x onerror=alert(1)>`)
	valid["word"] = []string{"5", "3"}
	a := ada.post(shepherd, valid)
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != shepherd {
		t.Fatalf("%s, to %q\n%s", a.Status, a.Header.Get("Location"), shorten(a.body))
	}
	subject := review.Subject("Ps.23.1!3-4")
	c := d.state().Case(subject)
	j := c.Opinions["Ada Lovelace"][0].Item.Judgement
	if j.Words != "3,5" || j.Validity != review.Valid || j.Target.Domain != "God" || c.Opinions["Ada Lovelace"][0].Event.Sight != review.Blind || len(c.Opinions["Ada Lovelace"][0].Item.Shown) != 1 {
		t.Errorf("%+v %+v", j, c.Opinions["Ada Lovelace"][0])
	}
	body, form = ada.open(shepherd)
	hasNot(t, body, "<script>alert", "<img src=x")
	has(t, body, "&lt;script&gt;alert(1)")
	// The card has the form, and shows the confidence once the reviewer has decided.
	has(t, getAsIs(t, d, "/figure/Ps.23.1!3-4").body, `<form class="decide"`, "<meter")
	hasNot(t, getAsIs(t, d, "/figure/Ps.23.1!4-6").body, "<meter")

	if a := ada.post(shepherd, with(form, "decision", "invalid literal")); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.Status)
	}
	if j := d.state().Case(subject).Opinions["Ada Lovelace"][0].Item.Judgement; j.Validity != review.Invalid || j.Reason != "literal" {
		t.Errorf("%+v", j)
	}
	for _, step := range []struct {
		path string
		want review.Validity
		code int
	}{{"undo", review.Valid, 303}, {"undo", "", 303}, {"undo", "", 409}, {"redo", review.Valid, 303}, {"redo", review.Invalid, 303}, {"redo", review.Invalid, 409}} {
		if a := ada.post("/review/"+step.path, url.Values{"secret": form["secret"]}); a.StatusCode != step.code {
			t.Fatalf("%s: %s", step.path, a.Status)
		}
		var got review.Validity
		if o := d.state().Case(subject).Opinions["Ada Lovelace"]; len(o) > 0 {
			got = o[0].Item.Judgement.Validity
		}
		if got != step.want {
			t.Errorf("after %s it is %q, not %q", step.path, got, step.want)
		}
	}

	// A verse: read, and a figure that nobody marked.
	const verse = "/review/verse/Ps.23.3"
	_, form = ada.open(verse)
	form["word"], form["type"] = []string{"2"}, []string{"idiom"}
	if a := ada.post(verse, with(form, "decision", "valid")); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != verse {
		t.Fatal(a.Status, a.Header.Get("Location"))
	}
	if a := ada.post(verse, with(form, "decision", "read")); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.Status)
	}
	ref := mashal.Ref{Chapter: psalm23, Verse: 3}
	s := d.state()
	if !s.Read(ref) || s.Case("Ps.23.3!2").Outcome != review.Agreed {
		t.Error("verse 3 is not read, or has no figure on word 2")
	}
	if a := ada.post(verse, with(form, "decision", "unread")); a.StatusCode != http.StatusConflict {
		t.Errorf("a page that does not show that the verse is read: %s", a.Status)
	}
}

// TestDecideRefuses sends what no page sends. Nothing of it is recorded, and what was typed
// comes back.
func TestDecideRefuses(t *testing.T) {
	d := newDesk(t, "Ada")
	ada := &reviewer{desk: d}
	_, form := ada.open(shepherd)
	valid := with(form, "decision", "valid", "note", "a note of mine")
	long := strings.Repeat("x", 1<<20)
	for _, test := range []struct {
		name   string
		path   string
		form   url.Values
		want   int
		header []string
	}{
		{"no secret", shepherd, with(valid, "secret", ""), 403, nil},
		{"another secret", shepherd, with(valid, "secret", "AAAAAAAAAAAAAAAAAAAAAAAAAA"), 403, nil},
		{"another site", shepherd, valid, 403, []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Origin", "http://evil.example"}},
		{"another port", shepherd, valid, 403, []string{"Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}},
		{"an origin that is hidden", shepherd, valid, 403, []string{"Sec-Fetch-Site", "", "Origin", "null"}},
		{"another origin", shepherd, valid, 403, []string{"Sec-Fetch-Site", "", "Origin", "http://127.0.0.1:8091"}},
		{"a note of 1 MB", shepherd, with(valid, "note", long), 413, nil},
		{"a note of 30 kB", shepherd, with(valid, "note", long[:30<<10]), 400, nil},
		{"a control character", shepherd, with(valid, "note", "a\x00b"), 400, nil},
		{"a separator of lines", shepherd, with(valid, "note", "a\u2028b"), 400, nil},
		{"no decision", shepherd, form, 400, nil},
		{"an unknown reason", shepherd, with(form, "decision", "invalid boring"), 400, nil},
		{"another reason without a note", shepherd, with(form, "decision", "invalid other"), 400, nil},
		{"what only adjudicators say", shepherd, with(form, "decision", "contested"), 400, nil},
		{"no words", shepherd, without(valid, "word"), 400, nil},
		{"words that are not there", shepherd, with(valid, "word", "99"), 400, nil},
		{"no types", shepherd, without(valid, "type"), 400, nil},
		{"an unknown type", shepherd, with(valid, "type", "joke"), 400, nil},
		{"no figure", "/review/figure/Ps.23.1", valid, 404, nil},
		{"no verse", "/review/figure/Ps.151.1!1", valid, 404, nil},
		{"words beyond the verse", "/review/figure/Ps.23.1!90", with(form, "decision", "invalid literal"), 400, nil},
		{"JSON", shepherd, valid, 400, []string{"Content-Type", "application/json"}},
		{"parts", shepherd, valid, 400, []string{"Content-Type", "multipart/form-data; boundary=x"}},
		{"to settle what nobody decided", "/review/settle/Ps.23.1!3-4", valid, 409, nil},
	} {
		a := ada.post(test.path, test.form, test.header...)
		if a.StatusCode != test.want {
			t.Errorf("%s: %s, not %d", test.name, a.Status, test.want)
		}
		if a.StatusCode == 400 && test.form.Get("note") == "a note of mine" && test.path == shepherd && test.header == nil {
			has(t, a.body, "a note of mine", `role="alert"`)
		}
	}
	if n := d.state().Len(); n > 0 {
		t.Errorf("%d events were recorded", n)
	}
	for _, method := range []string{"PUT", "DELETE", "PATCH"} {
		w := httptest.NewRecorder()
		d.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, "http://localhost"+shepherd, strings.NewReader("x")))
		if w.Code != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d", method, w.Code)
		}
	}
	// A name in the form does not sign.
	if a := ada.post(shepherd, with(valid, "reviewer", "Ben", "by", "Ben")); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.Status)
	}
	if names := d.state().Case("Ps.23.1!3-4").Reviewers(); !slices.Equal(names, []string{"Ada"}) {
		t.Errorf("signed by %v", names)
	}
	// The second tab does not show what the first has decided; nor does a replay.
	a := ada.post(shepherd, with(valid, "note", "of the second tab"))
	if a.StatusCode != http.StatusConflict {
		t.Fatalf("a stale page: %s", a.Status)
	}
	has(t, a.body, "of the second tab", "a note of mine", "nothing was recorded")
	if n := d.state().Len(); n != 1 {
		t.Errorf("%d events", n)
	}
	again := with(fieldsOf(t, a.body), "decision", "valid", "note", "of the second tab")
	if a := ada.post(shepherd, again); a.StatusCode != http.StatusSeeOther {
		t.Errorf("the form of the answer: %s", a.Status)
	}
}

func without(form url.Values, name string) url.Values {
	changed := with(form)
	changed.Del(name)
	return changed
}

// TestReviewers lets two reviewers differ and an adjudicator settle it. What others say is
// shown to those who have decided; names are hidden until it is settled.
func TestReviewers(t *testing.T) {
	d := newDesk(t, "")
	if a := getAsIs(t, d, shepherd); a.StatusCode != http.StatusFound || !strings.HasPrefix(a.Header.Get("Location"), "/review/sign-in?to=") {
		t.Fatal(a.Status, a.Header.Get("Location"))
	}
	anyone := &reviewer{desk: d}
	if a := anyone.post(shepherd, url.Values{"decision": {"valid"}}); a.StatusCode != http.StatusUnauthorized {
		t.Fatal(a.Status)
	}
	if a := anyone.post("/review/sign-in", url.Values{"reviewer-token": {"mr-wrong"}}); a.StatusCode != http.StatusForbidden || a.Header.Get("Set-Cookie") != "" {
		t.Fatal(a.Status)
	}
	ada, _ := d.signIn("Ada", false)
	ben, token := d.signIn("Ben <b>", false)
	eve, _ := d.signIn("Eve", true)
	for _, to := range []string{"//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", ""} {
		a := anyone.post("/review/sign-in", url.Values{"reviewer-token": {token}, "to": {to}})
		if place := a.Header.Get("Location"); strings.Contains(place, "//") || strings.Contains(place, `\`) || !strings.HasPrefix(place, "/") {
			t.Errorf("after signing in from %q to %q", to, place)
		}
	}
	_, form := ada.open(shepherd)
	if a := ada.post(shepherd, with(form, "decision", "valid")); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.Status)
	}
	// The secret of one session is not that of another.
	if a := ben.post(shepherd, with(form, "decision", "valid")); a.StatusCode != http.StatusForbidden {
		t.Fatal(a.Status)
	}
	body, form := ben.open(shepherd)
	hasNot(t, body, "Ada", "What others say")
	if a := ben.post(shepherd, with(form, "decision", "invalid literal")); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.Status)
	}
	body, form = ben.open(shepherd)
	has(t, body, "What others say", "Ada")
	c := d.state().Case("Ps.23.1!3-4")
	if c.Outcome != review.Disputed || c.Opinions["Ben <b>"][0].Event.Sight != review.Blind {
		t.Fatalf("%+v", c)
	}
	// What is changed after seeing others says so.
	if a := ben.post(shepherd, with(form, "decision", "invalid measure")); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.Status)
	}
	if o := d.state().Case("Ps.23.1!3-4").Opinions["Ben <b>"]; len(o) != 1 || o[0].Event.Sight != review.After {
		t.Errorf("%+v", o)
	}
	// An adjudicator.
	if a := getAsIs(t, d, "/review/settle", "Cookie", ben.cookie); a.StatusCode != http.StatusForbidden {
		t.Error(a.Status)
	}
	const settle = "/review/settle/Ps.23.1!3-4"
	body, form = eve.open(settle)
	hasNot(t, body, "Ada", "Ben")
	id := between(t, body, `value="as `, `"`)
	if a := ben.post(settle, with(form, "decision", "as "+id)); a.StatusCode != http.StatusForbidden {
		t.Error(a.Status)
	}
	if a := eve.post(settle, with(form, "decision", "as "+id)); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.Status, shorten(a.body))
	}
	if c := d.state().Case("Ps.23.1!3-4"); c.Outcome != review.Settled || len(c.Adjudications[0].Item.Weighed) != 2 {
		t.Errorf("%+v", c)
	}
	body, _ = eve.open(settle)
	has(t, body, "Ada", "Ben &lt;b&gt;")
	if a := eve.post(settle, with(form, "decision", "contested")); a.StatusCode != http.StatusConflict {
		t.Errorf("a stale page of an adjudicator: %s", a.Status)
	}
	state := getAsIs(t, d, "/review/state", "Cookie", eve.cookie).body
	has(t, state, "Ada", "Ben &lt;b&gt;", "sim:large")
	// A revoked token ends the session.
	if err := journal.RevokeReviewer(t.Context(), d.ledger, "Ben <b>"); err != nil {
		t.Fatal(err)
	}
	if a := ben.post("/review/undo", form); a.StatusCode != http.StatusUnauthorized {
		t.Error(a.Status)
	}
	// Signing out ends it, too.
	_, form = ada.open(shepherd)
	if a := ada.post("/review/sign-out", form); a.StatusCode != http.StatusSeeOther {
		t.Error(a.Status)
	}
	if a := getAsIs(t, d, shepherd, "Cookie", ada.cookie); a.StatusCode != http.StatusFound {
		t.Error(a.Status)
	}
}

// TestQueue goes through a queue: each decision leads to the next figure, until none is left.
func TestQueue(t *testing.T) {
	d := newDesk(t, "Ada")
	ada := &reviewer{desk: d}
	for _, order := range []string{"text", "disagreement", "random&seed=7"} {
		has(t, getAsIs(t, d, "/review?in=Psalms+23&order="+order).body, "/review/next?")
	}
	hasNot(t, getAsIs(t, d, "/review?in=Psalms+23&order=suggestion").body, "/review/next?")
	for _, wrong := range []string{"/review?in=Psalmen+xx", "/review?order=best", "/review?type=joke", "/review?seed=-1"} {
		if a := getAsIs(t, d, wrong); a.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %s", wrong, a.Status)
		}
	}
	place := "/review/next?in=Psalms+23&order=random&seed=7&lang=he"
	decided := map[string]bool{}
	for range 10 {
		a := getAsIs(t, d, place)
		to := a.Header.Get("Location")
		if strings.HasPrefix(to, "/review?") {
			break
		}
		path, query, _ := strings.Cut(to, "?")
		if path, _ = url.PathUnescape(path); decided[path] {
			t.Fatalf("%s comes twice", path)
		}
		decided[path] = true
		body, form := ada.open(path + "?" + query)
		has(t, body, `lang="he"`, `data-code="KeyS"`)
		a = ada.post(path+"?lang=he", with(form, "decision", "invalid literal"))
		if a.StatusCode != http.StatusSeeOther {
			t.Fatal(a.Status, shorten(a.body))
		}
		place = a.Header.Get("Location")
	}
	if len(decided) != 5 {
		t.Errorf("%d figures: %v", len(decided), decided)
	}
	for _, e := range d.state().Events() {
		if e.Queue != "random:7" {
			t.Errorf("queue %q", e.Queue)
		}
	}
	body := getAsIs(t, d, "/review/state").body
	has(t, body, "sim:large", "0.00 (0.00", "not computable", "the precision in what the random samples were drawn from")
	if a := ada.post("/review/undo", url.Values{"secret": {"x"}}); a.StatusCode != http.StatusForbidden {
		t.Error(a.Status)
	}
}

// TestDecisionsAreRateLimited sends more decisions than a person makes.
func TestDecisionsAreRateLimited(t *testing.T) {
	ada := &reviewer{desk: newDesk(t, "Ada")}
	refused := 0
	for range 100 {
		if a := ada.post("/review/undo", url.Values{}); a.StatusCode == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused < 30 {
		t.Errorf("%d of 100 were refused", refused)
	}
}

// TestKeysDoNotCollide checks that the keys of the pages on which figures are decided are
// none of other pages, differ, and are those of the templates.
func TestKeysDoNotCollide(t *testing.T) {
	d := newDesk(t, "Ada")
	taken := map[string]bool{}
	for _, found := range regexp.MustCompile(`<kbd>([^<]*)</kbd>`).FindAllStringSubmatch(getAsIs(t, everything(t), "/help").body, -1) {
		taken[found[1]] = true
	}
	if !taken["n"] || !taken["?"] {
		t.Fatalf("keys %v", taken)
	}
	codes := map[string]bool{}
	for _, key := range decide.Keys {
		if taken[key.Key] || codes[key.Code] || key.Code != "Key"+strings.ToUpper(key.Key) {
			t.Errorf("the key %s (%s) is taken", key.Key, key.Code)
		}
		taken[key.Key], codes[key.Code] = true, true
	}
	has(t, getAsIs(t, d, "/help").body, "Decide that it is a figure")
	templates, err := filepath.Glob("web/templates/*.html")
	parts, err2 := filepath.Glob("web/templates/part/*.html")
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	used := map[string]bool{}
	for _, file := range append(templates, parts...) {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`data-code="([^"]*)"`).FindAllStringSubmatch(string(source), -1) {
			used[found[1]] = true
			if !codes[found[1]] {
				t.Errorf("%s has the key %s, which is not documented", file, found[1])
			}
		}
	}
	if len(used) != len(codes) {
		t.Errorf("keys of templates %v, documented %v", used, codes)
	}
}
