package explore_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"mashal"
	"mashal/concordance"
	"mashal/concordance/index"
	"mashal/corpus"
	"mashal/explore"
	"mashal/explore/web"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(shared{m}) }

// shared ends the explorer that most tests ask, after all of them.
type shared struct{ *testing.M }

func (s shared) Run() int {
	code := s.M.Run()
	for _, dir := range common.more {
		if err := os.RemoveAll(dir); err != nil {
			panic(err)
		}
	}
	if common.dir != "" {
		if err := errors.Join(common.server.Close(), os.RemoveAll(common.dir)); err != nil {
			panic(err)
		}
	}
	return code
}

// common is made once, because a lexicon of the whole Bible takes a moment.
var common struct {
	once   sync.Once
	dir    string
	server *web.Server
	more   []string // folders of others, which go too
}

// everything is an explorer of all readings below. Whoever only asks takes it.
func everything(t testing.TB) *web.Server {
	t.Helper()
	common.once.Do(func() {
		dir, err := os.MkdirTemp("", "explore")
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "concordance.db")
		write(t, path, byRules(), byModel(), byStranger())
		common.server, err = explore.New(context.Background(), web.Options{
			Concordance: path, Program: "test", Log: slog.New(&errorLog{add: func(err error) { panic(err) }}), Exports: formats, Now: func() time.Time { return noon },
		})
		if err != nil {
			t.Fatal(err)
		}
		common.dir = dir
	})
	if common.server == nil {
		t.Fatal("the explorer that tests share could not be made")
	}
	return common.server
}

var text = sync.OnceValue(func() *corpus.Corpus {
	c, err := corpus.Open()
	if err != nil {
		panic(err)
	}
	return c
})

var (
	rules   = mashal.Annotator{Name: "rules", Kind: mashal.ByRules, Version: "1", Fingerprint: "rules-1"}
	model   = mashal.Annotator{Name: "sim:large", Kind: mashal.ByModel, Version: "2", Fingerprint: "model-2"}
	hostile = mashal.Annotator{Name: `<script>alert("name")</script>` + bidi, Kind: mashal.ByModel, Version: "<u>", Fingerprint: "model-3"}
	psalm23 = mashal.Chapter{Book: 27, Number: 23}
	joel3   = mashal.Chapter{Book: 16, Number: 3}
	noon    = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
)

// bidi turns what follows it around, until the end of the paragraph.
const bidi = "\u202egnol\u2066"

// A finding is the figures of one verse, or a failure.
type finding struct {
	figures []mashal.JudgedFigure
	failure *mashal.Failure
}

// reading is a reading of a chapter. Verses of which nothing is said are done
// without figures; those above upTo are not in it.
func reading(id int64, ch mashal.Chapter, by mashal.Annotator, upTo int, found map[int]finding) *mashal.Reading {
	r := &mashal.Reading{ID: id, Revision: 1, Annotator: by, Chapter: ch, Number: 1, Run: "run-" + by.Fingerprint}
	for n := 1; n <= upTo; n++ {
		f := found[n]
		vr := mashal.VerseReading{Verse: n, State: mashal.Done, At: noon, Figures: f.figures, Failure: f.failure}
		if f.failure != nil {
			vr.State = mashal.Failed
		}
		plain := make([]mashal.Figure, len(f.figures))
		for i := range f.figures {
			plain[i] = f.figures[i].Figure
		}
		for i, id := range mashal.FigureIDs(mashal.Ref{Chapter: ch, Verse: n}, plain) {
			vr.Figures[i].ID = id
		}
		r.Verses = append(r.Verses, vr)
	}
	return r
}

func span(ranges ...int) mashal.Span {
	var list []mashal.WordRange
	for i := 0; i < len(ranges); i += 2 {
		list = append(list, mashal.WordRange{First: ranges[i], Last: ranges[i+1]})
	}
	return mashal.ExactSpan(list...)
}

// byRules and byModel read Psalm 23; the model's reading is the current one.
// In verse 1 two figures overlap, in verse 4 one is in two pieces, verse 5
// failed, and verse 6 was not asked for.
func byRules() *mashal.Reading {
	return reading(1, psalm23, rules, 6, map[int]finding{1: {figures: []mashal.JudgedFigure{{Figure: mashal.Figure{
		Types: []mashal.Type{mashal.Metaphor}, Span: span(3, 4), Confidence: .8, Source: "shepherd", Vehicle: mashal.Tag{Specific: "a shepherd"},
	}}}}})
}

func byModel() *mashal.Reading {
	shepherd := mashal.Figure{
		Types: []mashal.Type{mashal.Metaphor, mashal.Idiom}, Span: span(3, 4), English: "Yahweh is my shepherd",
		Target: mashal.Tag{Specific: "Yahweh", Category: "deity", Domain: "God"}, Vehicle: mashal.Tag{Specific: "shepherd", Category: "herding", Domain: "work"},
		Ground: mashal.Tag{Specific: "care"}, Explanation: "God is spoken of as one who herds.", Confidence: .95, Speaker: "David", Purpose: "praise",
	}
	want := mashal.Figure{Types: []mashal.Type{mashal.Hyperbole}, Span: span(4, 6), Confidence: .6}
	rod := mashal.Figure{Types: []mashal.Type{mashal.Metonymy}, Span: span(4, 5, 12, 12), Confidence: .7, Vehicle: mashal.Tag{Specific: "rod"}}
	lost := mashal.Figure{Types: []mashal.Type{mashal.Simile}, Span: mashal.Span{Grounding: mashal.Unanchored}, English: "like a lamb", Confidence: .5}
	return reading(2, psalm23, model, 5, map[int]finding{
		1: {figures: []mashal.JudgedFigure{
			{Figure: shepherd, Verdicts: []mashal.Verdict{
				{Type: mashal.Metaphor, Decision: mashal.Valid, Reason: "A clear metaphor.", By: "sim:judge"},
				{Type: mashal.Idiom, Decision: mashal.Reclassified, To: mashal.Personification, Reason: "Not fixed in use.", By: "sim:judge"},
			}},
			{Figure: want},
		}},
		2: {figures: []mashal.JudgedFigure{{
			Figure:   mashal.Figure{Types: []mashal.Type{mashal.Simile}, Span: span(1, 1), Confidence: .5},
			Verdicts: []mashal.Verdict{{Type: mashal.Simile, Decision: mashal.Invalid, Reason: "Nothing is compared.", By: "Miriam"}},
		}}},
		4: {figures: []mashal.JudgedFigure{{Figure: rod}, {Figure: lost}}},
		5: {failure: &mashal.Failure{Kind: "cut", Reason: "the stream ended <early>"}},
	})
}

// byStranger says what no page may obey.
func byStranger() *mashal.Reading {
	evil := `<script>alert(1)</script><img src=x onerror=alert(1)>" onmouseover="alert(1) ' {{.}} ` + bidi
	return reading(3, joel3, hostile, 5, map[int]finding{
		1: {figures: []mashal.JudgedFigure{{
			Figure: mashal.Figure{
				Types: []mashal.Type{mashal.Metaphor}, Span: span(1, 2), English: evil, Subtype: evil,
				Target: mashal.Tag{Specific: evil, Category: evil, Domain: evil}, Vehicle: mashal.Tag{Specific: "javascript:alert(1)"},
				Explanation: strings.Repeat(evil, 1+1<<20/len(evil)), Confidence: 1, Speaker: evil, Purpose: evil, Source: evil,
			},
			Verdicts: []mashal.Verdict{{Type: mashal.Metaphor, Decision: mashal.Valid, Reason: evil, By: evil}},
		}}},
		2: {failure: &mashal.Failure{Kind: "internal", Reason: evil}},
	})
}

// bible is a concordance of these readings, or of all above.
func bible(t testing.TB, readings ...*mashal.Reading) string {
	t.Helper()
	if len(readings) == 0 {
		readings = []*mashal.Reading{byRules(), byModel(), byStranger()}
	}
	path := filepath.Join(t.TempDir(), "concordance.db")
	write(t, path, readings...)
	return path
}

func write(t testing.TB, path string, readings ...*mashal.Reading) {
	t.Helper()
	c, err := concordance.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range readings {
		chapter, err := text().Chapter(r.Chapter)
		if err == nil {
			err = c.Put(t.Context(), r, chapter)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
}

// serve is an explorer of the concordance at a path. It fails the test if
// something goes wrong on our side.
func serve(t testing.TB, path string, change ...func(*web.Options)) *web.Server {
	t.Helper()
	o := web.Options{
		Concordance: path, Program: "test", Log: failOnLog(t), Exports: formats, Now: func() time.Time { return noon },
	}
	for _, c := range change {
		c(&o)
	}
	s, err := explore.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// An answer is what a server said.
type answer struct {
	*http.Response
	body string
}

// counted matches the paths that show or count figures of annotators of a selection.
var counted = regexp.MustCompile(`^/(|read|read/.*|search|concordance(|\.csv|\.svg)|charts.*|export|api/v1/(figures|verses|facets|chapters|statistics|kwic))$`)

// mixture matches the annotator that get adds, in the addresses of an answer.
var mixture = strings.NewReplacer("?annotator=current&amp;", "?", "?annotator=current&", "?", `?annotator=current\u0026`, "?", "annotator=current&amp;", "", "annotator=current&", "", `annotator=current\u0026`, "", "&amp;annotator=current", "", "?annotator=current", "")

// get asks a server as a browser does that is on the same machine; header
// lines are name and value by turns. Pages that count figures are asked for the mixture of
// the current readings if the address names no annotator, because the readings of the tests
// are of several; addresses in the answer are without it. getAsIs asks for an address as it
// is.
func get(t testing.TB, s http.Handler, target string, header ...string) answer {
	t.Helper()
	path, query, _ := strings.Cut(target, "?")
	if !counted.MatchString(path) || strings.Contains(query, "annotator=") || strings.Contains(query, "run=") || strings.Contains("&"+query, "&reading=") {
		return getAsIs(t, s, target, header...)
	}
	if query != "" {
		query = "&" + query
	}
	a := getAsIs(t, s, path+"?annotator="+index.Mixture+query, header...)
	a.body = mixture.Replace(a.body)
	return a
}

func getAsIs(t testing.TB, s http.Handler, target string, header ...string) answer {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:8090/", nil)
	r.RequestURI = target
	if u, err := r.URL.Parse(target); err == nil {
		r.URL = u
	} else {
		path, query, _ := strings.Cut(target, "?")
		r.URL.Path, r.URL.RawQuery = path, query
	}
	r.Host = "127.0.0.1:8090"
	r.Header.Set("Accept", "text/html")
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return answer{w.Result(), w.Body.String()} // a recorder's body is in memory
}

// page is the body of a page that must be there.
func page(t testing.TB, s http.Handler, target string) string {
	t.Helper()
	a := get(t, s, target)
	if a.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s, location %q\n%s", target, a.Status, a.Header.Get("Location"), strip(a.body))
	}
	return a.body
}

// lead wants addresses to lead to others.
func lead(t testing.TB, s http.Handler, others map[string]string) {
	t.Helper()
	for from, to := range others {
		a := getAsIs(t, s, from)
		if got := a.Header.Get("Location"); a.StatusCode != http.StatusFound || got != to {
			t.Errorf("%s leads to %q (%s), not to %q", from, got, a.Status, to)
		}
	}
}

// askOver asks for an address over a network. The connection ends with the
// test.
func askOver(t testing.TB, address string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{}}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = answer.Body.Close()
		client.CloseIdleConnections()
	})
	return answer
}

// listen is a port of this machine.
func listen(t testing.TB) net.Listener {
	t.Helper()
	ln, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return ln
}

// has wants a text to have some others.
func has(t testing.TB, body string, wanted ...string) {
	t.Helper()
	for _, w := range wanted {
		if !strings.Contains(body, w) {
			t.Errorf("there is no %q in\n%s", w, shorten(body))
		}
	}
}

// hasNot wants a text to have none of some others.
func hasNot(t testing.TB, body string, unwanted ...string) {
	t.Helper()
	for _, w := range unwanted {
		if strings.Contains(body, w) {
			t.Errorf("there is %q in\n%s", w, shorten(body))
		}
	}
}

// shorten is what a failure shows of a page.
func shorten(s string) string {
	const most = 1500
	if _, main, ok := strings.Cut(s, "<main"); ok {
		s = main
	}
	if len(s) > most {
		return s[:most] + "..."
	}
	return s
}

// strip is what a reader sees of a page, roughly.
func strip(body string) string {
	var b strings.Builder
	tag := false
	for _, r := range body {
		switch {
		case r == '<':
			tag = true
		case r == '>':
			tag = false
			b.WriteByte(' ')
		case !tag:
			b.WriteRune(r)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// between is the part of a text from one mark to the next occurrence of
// another.
func between(t testing.TB, body, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(body, from)
	if !ok {
		t.Fatalf("there is no %q in\n%s", from, shorten(body))
	}
	part, _, ok := strings.Cut(rest, to)
	if !ok {
		t.Fatalf("there is no %q after %q", to, from)
	}
	return part
}

// formats write the citation of each figure.
var formats = []web.Export{{Name: "csv", ContentType: "text/csv; header=present", Write: cited}, {Name: "jsonl", ContentType: "application/jsonl", Write: cited}, {Name: "parquet", ContentType: "application/vnd.apache.parquet", Write: cited}}

func cited(ctx context.Context, w io.Writer, m *index.Matches, o web.ExportOptions) error {
	if o.BOM {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return err
		}
	}
	return m.Each(ctx, index.Page{Order: o.Order, Traditional: o.Traditional}, func(h *index.Hit) error {
		_, err := fmt.Fprintf(w, "%s %s\n", h.Figure.Citation, h.Figure.Hebrew)
		return err
	})
}

var errBroken = errors.New("the ledger at /secret/place is broken")

// A record tells of calls, or fails.
type record struct {
	calls     []mashal.Dialogue
	dialogues map[int64]*mashal.Dialogue
	accounts  []*mashal.RunAccount // of runs, the earliest first
	err       error
}

func (r record) Made(context.Context, string, int64, int) ([]mashal.Dialogue, error) {
	return r.calls, r.err
}
