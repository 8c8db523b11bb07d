package modeltest

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mashal"
	"mashal/cmd/mashal/commandtest"
	"mashal/concordance"
	"mashal/ledger"
	"mashal/llm/llmsim"
	"mashal/report"
)

// notMarked serves simulated answers that report the models that reports returns: a
// server that does not say that it is a simulator counts as a model's.
func notMarked(t *testing.T, reports func(model string) string) (base string) {
	t.Helper()
	return commandtest.SimulateAt(t, commandtest.NewClock(), llmsim.Config{Reports: reports})
}

// unlisted makes a server refuse to list its models.
func unlisted(t *testing.T, base string) (address string) {
	t.Helper()
	to, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/models") {
			http.NotFound(w, r)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// annotators returns the annotators of a data folder as "name kind", in the order of
// their first use, and the number of verses that each has done.
func annotators(t *testing.T, dir string) (list []string) {
	t.Helper()
	book, err := ledger.OpenReadOnly(t.Context(), report.Folder(dir).Ledger())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	known, err := book.Annotators(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range known {
		status, err := book.Status(t.Context(), a.Fingerprint)
		if err != nil {
			t.Fatal(err)
		}
		done := 0
		for _, b := range status {
			done += b.Verses[mashal.Done]
		}
		list = append(list, fmt.Sprintf("%s %s %d", a.Name, a.Kind, done))
	}
	return list
}

// TestServerIsPartOfTheName annotates on several servers: each is an annotator of its
// own and finds only its own work again, however its address is written.
func TestServerIsPartOfTheName(t *testing.T) {
	t.Parallel()
	own := func(model string) string { return model }
	one, other := notMarked(t, own), notMarked(t, own)
	port := one[strings.LastIndexByte(one, ':')+1:]
	dir := t.TempDir()
	for _, c := range []struct{ server, says string }{
		{one + "/v1", "21 verses to annotate"},
		{"http://localhost:" + port + "/v1/", "nothing to do, all 21 verses are already done by openai:m@127.0.0.1:" + port},
		{"http://LOCALHOST:" + port + "/v1", "nothing to do"},
		{other + "/v1", "21 verses to annotate"},
	} {
		code, _, log := commandtest.Run(t, dir, "annotate", "Obadiah", "--annotator", "openai:m@"+c.server, "--validator", "none")
		if code != 0 || !strings.Contains(log, c.says) {
			t.Errorf("%s: exit code %d: %s", c.server, code, log)
		}
	}
	want := []string{"openai:m@" + one[7:] + " model 21", "openai:m@" + other[7:] + " model 21"}
	if got := annotators(t, dir); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("annotators %q, want %q", got, want)
	}
}

// TestServedAs declares servers on two ports to be one, and one to be the address
// under which the work was done before.
func TestServedAs(t *testing.T) {
	t.Parallel()
	own := func(model string) string { return model }
	one, other := notMarked(t, own), notMarked(t, own)
	for _, c := range []struct{ first, second []string }{
		{[]string{"--served-as", "lab"}, []string{"--served-as", "LAB"}},
		{nil, []string{"--served-as", one[7:]}},
	} {
		dir := t.TempDir()
		if code, _, log := commandtest.Run(t, dir, append([]string{"annotate", "Obadiah", "--annotator", "openai:m@" + one + "/v1"}, c.first...)...); code != 0 {
			t.Errorf("exit code %d: %s", code, log)
		}
		code, _, log := commandtest.Run(t, dir, append([]string{"annotate", "Obadiah", "--annotator", "openai:m@" + other + "/v1"}, c.second...)...)
		if code != 0 || !strings.Contains(log, "nothing to do") {
			t.Errorf("%q, then %q: exit code %d: %s", c.first, c.second, code, log)
		}
	}
	for _, flags := range [][]string{
		{"--served-as", "api.openai.com"},
		{"--served-as", "openai"},
		{"--served-as", "a b"},
		{"--served-as", ""},
		{"--served-as", "lab", "--validator", "openai:m@" + other + "/v1"},
	} {
		dir := t.TempDir()
		code, _, log := commandtest.Run(t, dir, append([]string{"annotate", "Obadiah", "--annotator", "openai:m@" + one + "/v1"}, flags...)...)
		if _, err := os.Stat(filepath.Join(dir, "ledger.db")); code != 2 || err == nil {
			t.Errorf("%q: exit code %d: %s", flags, code, log)
		}
	}
}

// TestSimulatedIsNeverCurrent annotates with a simulator, which the concordance shows
// as long as it has nothing else, and then with the rules.
func TestSimulatedIsNeverCurrent(t *testing.T) {
	t.Parallel()
	base, _ := commandtest.Simulate(t)
	name := "openai:m@" + base[7:]
	dir := t.TempDir()
	in := func(want int, args ...string) (out, log string) {
		t.Helper()
		code, out, log := commandtest.Run(t, dir, args...)
		if code != want {
			t.Errorf("%q: exit code %d, want %d: %s", args, code, want, log)
		}
		return out, log
	}
	in(0, "annotate", "Obadiah", "--annotator", "openai:m@"+base+"/v1", "--quiet")
	if out, _ := in(0, "status"); !strings.Contains(out, name+" (simulated)") {
		t.Error(out)
	}
	for _, written := range []string{name, name + " (simulated)"} {
		if out, _ := in(0, "status", "--annotator", written); !strings.Contains(out, "Obadiah") {
			t.Errorf("status --annotator %s: %s", written, out)
		}
	}
	if out, log := in(0, "search"); !strings.Contains(out, name+" (simulated)") || !strings.Contains(log, "simulated") {
		t.Error(out, log)
	}
	if out, log := in(2, "export", "all"); out != "" || !strings.Contains(log, "--simulated") {
		t.Error(out, log)
	}
	if out, _ := in(0, "export", "all", "--simulated"); !strings.Contains(out, name+" (simulated),simulated,") {
		t.Error(out)
	}

	runs, err := filepath.Glob(filepath.Join(dir, "runs", "*"))
	if err != nil || len(runs) != 1 {
		t.Fatal(runs, err)
	}
	simulatedRun := filepath.Base(runs[0])
	in(0, "build", "--quiet", "--current", simulatedRun) // there are no others

	in(0, "annotate", "Obadiah 1:1-10", "--quiet") // offline
	if out, log := in(2, "build", "--current", simulatedRun); out != "" || !strings.Contains(log, "are simulated, which are never current beside others") {
		t.Error(out, log)
	}
	if out, log := in(0, "search"); strings.Contains(out, "simulated") || strings.Contains(log, "simulated") {
		t.Error(out, log)
	}
	in(0, "export", "all")
	in(2, "export", "all", "--annotator", name)
	for _, written := range []string{name, name + " (simulated)", "openai:m@" + base + "/v1/"} {
		if out, _ := in(0, "search", "--annotator", written); !strings.Contains(out, "simulated") {
			t.Errorf("search --annotator %s: %s", written, out)
		}
	}
	// Chapters that only the simulator has read show nothing either, and say so.
	in(0, "annotate", "Joel", "--annotator", "openai:m@"+base+"/v1", "--quiet")
	if out, log := in(2, "search", "--in", "Joel"); out != "" || !strings.Contains(log, "nothing of Joel is shown") || !strings.Contains(log, "Annotated there by "+name+" (simulated).") {
		t.Error(out, log)
	}
	// A simulated model is named without its mark too.
	if out, log := in(2, "search", "--in", "Hosea", "--annotator", name); out != "" || !strings.Contains(log, name+" (simulated) has not read Hosea") {
		t.Error(out, log)
	}
	in(0, "build", "--quiet")
	public, err := concordance.OpenReadOnly(t.Context(), report.Folder(dir).Concordance())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = public.Close() }()
	var wrong int
	if err := public.Read().QueryRowContext(t.Context(), `SELECT count(*) FROM reading WHERE current <> (kind = 'learned')`).Scan(&wrong); err != nil || wrong > 0 {
		t.Errorf("%d readings are current and should not be, or the reverse (%v)", wrong, err)
	}
}

// TestServerIsFoundOut annotates on servers that do not list their models, so that
// the first answer says what they are, and on one that changes.
func TestServerIsFoundOut(t *testing.T) {
	t.Parallel()
	base, _ := commandtest.Simulate(t)
	hidden := unlisted(t, base)
	dir := t.TempDir()
	annotate := func(want int, at string, args ...string) (log string) {
		t.Helper()
		code, _, log := commandtest.Run(t, dir, append([]string{"annotate", "Obadiah", "--annotator", "openai:m@" + at + "/v1", "--validator", "none"}, args...)...)
		if code != want {
			t.Errorf("exit code %d, want %d: %s", code, want, log)
		}
		return log
	}
	if log := annotate(0, hidden); !strings.Contains(log, "begins anew") || !strings.Contains(log, "(simulated)") {
		t.Error(log)
	}
	if log := annotate(0, hidden); !strings.Contains(log, "nothing to do") || strings.Contains(log, "begins anew") {
		t.Error(log)
	}
	if got, want := annotators(t, dir), []string{"openai:m@" + hidden[7:] + " model 0", "openai:m@" + hidden[7:] + " simulated 21"}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("annotators %q, want %q", got, want)
	}

	// The answers that are under way when the first one says it are kept too.
	path := filepath.Join(t.TempDir(), "served.jsonl")
	slow, stop := commandtest.Simulate(t, "--scale", "200", "--first-token", "20s", "--tokens-per-second", "100", "--tokens-per-event", "16", "--log", path)
	hiddenSlow := unlisted(t, slow)
	code, _, log := commandtest.Run(t, t.TempDir(), "annotate", "Hosea 1-4", "--annotator", "openai:m@"+hiddenSlow+"/v1", "--validator", "none", "--workers", "4")
	stop()
	if code != 0 || !strings.Contains(log, "begins anew") {
		t.Errorf("exit code %d: %s", code, log)
	}
	served := commandtest.SimulatorLog(t, path)
	for _, e := range served {
		if !e.Finished || len(served) != 4 {
			t.Errorf("%d requests were made for 4 chapters, and one answer was finished: %v", len(served), e.Finished)
		}
	}

	// Results of a batch say it too: those of the first batch are recorded and not used.
	batches, _ := commandtest.Simulate(t, commandtest.BatchTimes...)
	hiddenBatches := unlisted(t, batches)
	dir = t.TempDir()
	if log := annotate(0, hiddenBatches, "--batch", "--wait"); !strings.Contains(log, "begins anew") {
		t.Error(log)
	}
	if got, want := annotators(t, dir), []string{"openai:m@" + hiddenBatches[7:] + " model 0", "openai:m@" + hiddenBatches[7:] + " simulated 21"}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("annotators %q, want %q", got, want)
	}

	// A sample of a run that begins anew is one of the whole selection.
	dir = t.TempDir()
	_, printed, _ := commandtest.Run(t, dir, "annotate", "Obadiah", "Joel", "--annotator", "openai:m@"+hidden+"/v1", "--validator", "none", "--sample", "2", "--passage", "5")
	if !strings.Contains(printed, "sample: 2 of 21 passages") || strings.Count(printed, "sample:") != 1 {
		t.Error(printed)
	}

	// A model that becomes a simulator within a run: what it answered before is kept.
	var answers atomic.Int32
	changing := notMarked(t, func(model string) string {
		if answers.Add(1) > 4 { // the list has two names
			return llmsim.Marked(model)
		}
		return model
	})
	dir = t.TempDir()
	log = annotate(2, changing, "--passage", "5", "--workers", "1")
	if !strings.Contains(log, "mashal-simulate/m") || !strings.Contains(log, "same command") {
		t.Error(log)
	}
	if got, want := annotators(t, dir), "openai:m@"+changing[7:]+" model "; len(got) != 1 || !strings.HasPrefix(got[0], want) || strings.HasSuffix(got[0], " 0") {
		t.Errorf("annotators %q, want %q and some verses", got, want)
	}
	if log := annotate(0, changing, "--passage", "5"); !strings.Contains(log, "21 verses to annotate") {
		t.Error(log)
	}
	if got, want := annotators(t, dir), "openai:m@"+changing[7:]+" simulated 21"; len(got) != 2 || got[1] != want {
		t.Errorf("annotators %q, want %q", got, want)
	}
}

// TestModelChanges: another model that answers within a run is reported.
func TestModelChanges(t *testing.T) {
	t.Parallel()
	base, _ := commandtest.Simulate(t, "--fault", "other-model=0.5", "--seed", "3")
	dir := t.TempDir()
	code, out, log := commandtest.Run(t, dir, "annotate", "Obadiah", "--annotator", "openai:m@"+base+"/v1", "--passage", "2", "--validator", "none")
	if code != 0 || strings.Count(log, "has changed") != 1 || !strings.Contains(out, "the model changed within the run") || !strings.Contains(out, "mashal-simulate/m-other answered") {
		t.Errorf("exit code %d: %s%s", code, out, log)
	}
	logs, err := filepath.Glob(filepath.Join(dir, "runs", "*", "run.log"))
	if err != nil || len(logs) != 1 || !strings.Contains(commandtest.Read(t, logs[0]), "has changed") {
		t.Error(logs, err)
	}
}

// TestRetryOnTheSameServer retries a run whose address was in the environment.
func TestRetryOnTheSameServer(t *testing.T) {
	t.Parallel()
	base, _ := commandtest.Simulate(t, "--fault", "refusal=1")
	dir := t.TempDir()
	if run := commandtest.AnnotateBy(t, base, dir, "Obadiah", "--annotator", "openai:m"); run.Code != 3 {
		t.Fatal(run.Stderr)
	}
	var log bytes.Buffer
	p := commandtest.Program{Env: map[string]string{"OPENAI_API_KEY": commandtest.Key}, Stderr: &log}
	code := p.Run(t.Context(), "retry", "--dir", dir)
	if code != 2 || !strings.Contains(log.String(), "the run was made by openai:m@"+commandtest.ServedAs) {
		t.Errorf("exit code %d: %s", code, &log)
	}
}

// TestSimulatedPages: pages of simulated annotations have a banner, and neither
// citations nor files are made of them unless that is asked for.
func TestSimulatedPages(t *testing.T) {
	t.Parallel()
	model, _ := commandtest.Simulate(t)
	dir := t.TempDir()
	if code, _, log := commandtest.Run(t, dir, "annotate", "Obadiah", "--annotator", "openai:m@"+model+"/v1", "--quiet"); code != 0 {
		t.Fatal(log)
	}
	base, stop := commandtest.Explore(t, dir)
	const banner, none = `class="notice simulated"`, "Cite this page"
	for _, path := range []string{"/", "/read/Obad/1", "/search", "/charts", "/figure/Obad.1.4!1-3", "/concordance", "/compare", "/runs"} {
		if page := commandtest.Page(t, base+path); !strings.Contains(page, banner) || strings.Contains(page, none) {
			t.Errorf("%s has no banner, or a citation", path)
		}
	}
	status := func(path string, want int) {
		t.Helper()
		answer := commandtest.Get(t, base+path)
		_ = answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("%s: status %d, want %d", path, answer.StatusCode, want)
		}
	}
	files := []string{"/export?format=csv", "/charts/types.svg", "/charts/types.csv", "/concordance.csv", "/concordance.svg"}
	for _, path := range append(files, "/cite/Obad.1.3", "/cite/Obad.1.4!1-3", "/cite/Obad.1.4!1-3?format=bibtex") {
		status(path, http.StatusForbidden)
	}
	status("/export?format=csv&simulated=1", http.StatusOK)
	if figure := commandtest.Page(t, base+"/api/v1/figures/Obad.1.4!1-3"); strings.Contains(figure, `"sbl"`) || !strings.Contains(figure, "(simulated)") {
		t.Error(figure)
	}

	// With annotations by the rules beside them, only what names the simulator is.
	if code, _, log := commandtest.Run(t, dir, "annotate", "Obadiah", "--quiet"); code != 0 {
		t.Fatal(log)
	}
	// The explorer looks at most every 200 ms whether the concordance has changed.
	for range 10_000 {
		if !strings.Contains(commandtest.Page(t, base+"/"), banner) {
			break
		}
	}
	for _, path := range []string{"/", "/read/Obad/1", "/search", "/figure/Obad.1.4!1-3"} {
		if page := commandtest.Page(t, base+path); strings.Contains(page, banner) {
			t.Errorf("%s has a banner", path)
		}
	}
	query := "annotator=" + url.QueryEscape("openai:m@"+model[7:])
	if page := commandtest.Page(t, base+"/search?"+query); !strings.Contains(page, banner) {
		t.Error("the search for a simulated annotator has no banner")
	}
	status("/export?format=csv", http.StatusOK)
	status("/export?format=csv&"+query, http.StatusForbidden)
	status("/cite/Obad.1.3", http.StatusOK)
	stop()
}

// TestImportKeepsDates imports an answer that lacks verses: it has the time in the
// name of its file, its damage is recorded, and no command would do the same again.
func TestImportKeepsDates(t *testing.T) {
	t.Parallel()
	folder, dir := t.TempDir(), t.TempDir()
	answer := `[{"verse":1,"reference":"Obadiah 1:1","deliberation":"Nothing here.","instances":[]},{"verse":2,"reference":"Obadiah 9:9","deliberation":"No.","instances":[]}]`
	if err := os.WriteFile(filepath.Join(folder, "Obadiah_1_20251224_222533.json"), []byte(answer), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, log := commandtest.Run(t, dir, "import", folder, "--as", "old:model"); code != 3 || strings.Contains(log, "retry them") {
		t.Fatalf("exit code %d: %s", code, log)
	}
	made := time.Date(2025, 12, 24, 22, 25, 33, 0, time.UTC)
	commandtest.EachRun(t, dir, func(book *ledger.Ledger, run string) error {
		calls, err := book.RunCalls(t.Context(), run)
		if err != nil || len(calls) != 1 || !calls[0].Started.Equal(made) || !calls[0].Ended.Equal(made) || len(calls[0].Damage) != 20 {
			t.Errorf("calls %+v, %v", calls, err)
			return err
		}
		r, err := book.Reading(t.Context(), calls[0].Reading)
		if err != nil {
			return err
		}
		for _, v := range r.Verses {
			if !v.At.Equal(made) {
				t.Errorf("verse %d is of %s", v.Verse, v.At)
			}
		}
		file := commandtest.Read(t, filepath.Join(dir, "runs", run, "failures.json"))
		if strings.Contains(file, "mashal import") || strings.Contains(file, "mashal annotate") {
			t.Error(file)
		}
		return nil
	})
	if code, _, log := commandtest.Run(t, dir, "reparse"); code != 0 {
		t.Errorf("exit code %d: %s", code, log)
	}
}
