package modeltest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mashal/cmd/mashal/commandtest"
)

// runs returns the ids of the runs of a data folder, the earliest first.
func runs(t *testing.T, dir string) (ids []string) {
	t.Helper()
	list, err := commandtest.OpenLedger(t, dir).Runs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range list {
		ids = append(ids, r.ID)
	}
	return ids
}

// forgotten is the JSON of mashal forget.
type forgotten struct {
	Forget []struct {
		Reading          int64
		Figures, Answers int
	}
	Keep []struct {
		Reading int64
		Why     string
	}
	Cost   float64 `json:"cost_usd"`
	Record *struct {
		By, Reason string
		Figures    int
	}
}

// forget runs mashal forget.
func forget(t *testing.T, dir string, args ...string) (f forgotten) {
	t.Helper()
	code, out, log := commandtest.Run(t, dir, append([]string{"forget", "--json"}, args...)...)
	if code != 0 {
		t.Fatalf("forget %q: exit code %d: %s", args, code, log)
	}
	if err := json.Unmarshal([]byte(out), &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// verify runs mashal verify, which must find nothing.
func verify(t *testing.T, dir string) {
	t.Helper()
	if code, out, log := commandtest.Run(t, dir, "verify"); code != 0 {
		t.Errorf("verify: exit code %d: %s%s", code, out, log)
	}
}

// page returns the text of a page.
func page(t *testing.T, url string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(answer.Body)
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestForgetAnswers deletes the answers of a run: figures, verdicts and costs stay.
func TestForgetAnswers(t *testing.T) {
	t.Parallel()
	base, stop := commandtest.Simulate(t, "--scale", fmt.Sprint(commandtest.Scale))
	dir := t.TempDir()
	if run := commandtest.Annotate(t, base, "anthropic", dir, "Obadiah", "--prices", commandtest.Prices(t)); run.Code != 0 {
		t.Fatal(run.Stderr)
	}
	stop()
	run := runs(t, dir)[0]
	rows, spent := commandtest.ConcordanceRows(t, dir), commandtest.Spent(t, dir)
	if spent == 0 {
		t.Fatal("nothing was spent")
	}
	calls, err := commandtest.OpenLedger(t, dir).RunCalls(t.Context(), run)
	if err != nil || len(calls) == 0 {
		t.Fatal(calls, err)
	}
	plan := forget(t, dir, run, "--answers")
	if len(plan.Forget) != 1 || plan.Forget[0].Answers != len(calls) || plan.Forget[0].Figures != 0 || plan.Record != nil || plan.Cost == 0 {
		t.Errorf("the plan is %+v, of %d calls", plan, len(calls))
	}
	secret := "" // a piece of an answer
	d, err := commandtest.OpenLedger(t, dir).Dialogue(t.Context(), calls[0].ID)
	if err != nil || len(d.Answer) < 20 {
		t.Fatal(d, err)
	}
	if secret = d.Answer; d.Forgotten != nil {
		t.Error("the plan has deleted an answer")
	}
	done := forget(t, dir, run, "--answers", "--yes", "--by", "Miriam", "--reason", "published")
	if done.Record == nil || done.Record.By != "Miriam" || done.Record.Reason != "published" {
		t.Errorf("the record is %+v", done.Record)
	}
	d, err = commandtest.OpenLedger(t, dir).Dialogue(t.Context(), calls[0].ID)
	if err != nil || d.Answer != "" || d.Forgotten == nil || d.Forgotten.By != "Miriam" || d.Size != len(secret) || d.Prompt == "" {
		t.Errorf("the call is %+v, %v", d, err)
	}
	if diff := cmp.Diff(rows, commandtest.ConcordanceRows(t, dir)); diff != "" {
		t.Errorf("the concordance changed:\n%s", diff)
	}
	if now := commandtest.Spent(t, dir); now != spent {
		t.Errorf("%v was spent, and now %v", spent, now)
	}
	verify(t, dir)
	site, end := commandtest.Explore(t, dir)
	for path, says := range map[string]string{
		fmt.Sprintf("/calls/%d", calls[0].ID): "The answer was deleted on 20", "/runs/" + run: "Answers were deleted on 20", fmt.Sprintf("/calls/%d?lang=he", calls[0].ID): "התשובה נמחקה",
	} {
		if text := page(t, site+path); !strings.Contains(text, says) || !strings.Contains(text, "Miriam") || !strings.Contains(text, "published") {
			t.Errorf("%s does not say %q by Miriam", path, says)
		}
	}
	end()
	if code, _, log := commandtest.Run(t, dir, "reparse"); code != 2 || !strings.Contains(log, "was forgotten on") || !strings.Contains(log, "by Miriam") {
		t.Errorf("reparse: exit code %d: %s", code, log)
	}
	if again := forget(t, dir, run, "--answers", "--yes"); again.Record != nil || len(again.Keep) != 1 || again.Keep[0].Why != "it has no answers" {
		t.Errorf("once more: %+v", again)
	}
	// A kept answer cannot be used, so the next annotator of the same kind asks again.
	if run := commandtest.Annotate(t, base, "anthropic", dir, "Obadiah"); run.Code != 0 {
		t.Errorf("what is done is asked again: %s", run.Stderr)
	}
}

// TestForgetRun deletes the readings of a run: they are asked for again, in new readings,
// and their cost stays counted.
func TestForgetRun(t *testing.T) {
	t.Parallel()
	base, _ := commandtest.Simulate(t, "--scale", fmt.Sprint(commandtest.Scale))
	dir := t.TempDir()
	prices := commandtest.Prices(t)
	for _, chapter := range []string{"Obadiah", "Haggai 1"} {
		if run := commandtest.Annotate(t, base, "anthropic", dir, chapter, "--prices", prices); run.Code != 0 {
			t.Fatal(run.Stderr)
		}
	}
	if code, _, log := commandtest.Run(t, dir, "build", "--current", runs(t, dir)[0]); code != 0 {
		t.Fatal(log)
	}
	run, spent := runs(t, dir)[0], commandtest.Spent(t, dir)
	if f := forget(t, dir, run, "--yes"); f.Record == nil || f.Record.Figures == 0 || len(f.Forget) != 1 {
		t.Fatalf("forgot %+v", f)
	}
	verify(t, dir)
	if now := commandtest.Spent(t, dir); now != spent {
		t.Errorf("%v was spent, and now %v", spent, now)
	}
	rows := commandtest.ConcordanceRows(t, dir)
	if text := fmt.Sprint(rows["figurative_language"]); strings.Contains(text, "Obadiah") || !strings.Contains(text, "Haggai") {
		t.Errorf("the concordance has %s", text)
	}
	if code, out, _ := commandtest.Run(t, dir, "build", "--quiet"); code != 0 {
		t.Error(out)
	}
	// Nothing is left of it in the file.
	content, err := os.ReadFile(filepath.Join(dir, "ledger.db"))
	if err != nil || strings.Contains(string(content), "Obad.1.") {
		t.Errorf("the file still has figures of Obadiah (%v)", err)
	}
	if again := commandtest.Annotate(t, base, "anthropic", dir, "Obadiah", "--prices", prices); again.Code != 0 {
		t.Fatal(again.Stderr)
	}
	if now := commandtest.Spent(t, dir); now <= spent {
		t.Errorf("%v was spent, and %v after another annotation: its answers were not asked for", spent, now)
	}
	verify(t, dir)
	if f := forget(t, dir, run); len(f.Forget) != 0 || len(f.Keep) != 1 || !strings.Contains(f.Keep[0].Why, "it was forgotten on 20") {
		t.Errorf("once more: %+v", f)
	}
}

// TestForgetKeeps checks that what others stand on is kept unless they are named too.
func TestForgetKeeps(t *testing.T) {
	t.Parallel()
	base, _ := commandtest.Simulate(t, "--scale", fmt.Sprint(commandtest.Scale))
	for name, test := range map[string]struct {
		then func(t *testing.T, dir string)
		why  string
		flag string // deletes it all the same; "" if the other run has to be named
		both bool   // the rule is the same for answers
	}{
		"carried": {func(t *testing.T, dir string) {
			if run := commandtest.Annotate(t, base, "anthropic", dir, "Obadiah 1:1-5", "--again", "--validator", "none"); run.Code != 0 {
				t.Fatal(run.Stderr)
			}
		}, "reading 2 carries verses of it", "", true},
		"parsed again": {func(t *testing.T, dir string) {
			change(t, dir, `UPDATE figure SET explanation = 'misread' WHERE verse = (SELECT max(verse) FROM figure)`)
			if code, out, log := commandtest.Run(t, dir, "reparse"); code != 0 || !strings.Contains(out, "verse") {
				t.Fatal(code, log)
			}
		}, "reading 2 ", "", true},
		"validated": {func(t *testing.T, dir string) {
			if run := commandtest.Annotate(t, base, "anthropic", dir, "Obadiah"); run.Code != 0 {
				t.Fatal(run.Stderr)
			}
		}, "validated its figures", "", false},
		"judged by a person": {func(t *testing.T, dir string) {
			change(t, dir, `INSERT INTO verdict (id, reading, figure, type, decision, reason, by_name, by_kind, at)
				SELECT 1 + (SELECT max(value) FROM counter WHERE name = 'verdict'), reading, id, 'metaphor', 'invalid', '', 'Miriam', 'person', '2026-01-01T00:00:00.000000Z' FROM figure LIMIT 1`,
				`UPDATE counter SET value = (SELECT max(id) FROM verdict) WHERE name = 'verdict'`)
			if code, _, log := commandtest.Run(t, dir, "build", "--quiet"); code != 0 {
				t.Fatal(log)
			}
		}, "people judged its figures (1 verdict)", "--with-verdicts", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if run := commandtest.Annotate(t, base, "anthropic", dir, "Obadiah", "--validator", "none"); run.Code != 0 {
				t.Fatal(run.Stderr)
			}
			test.then(t, dir)
			all := runs(t, dir)
			modes := [][]string{{}}
			if test.both {
				modes = append(modes, []string{"--answers"})
			}
			for _, mode := range modes {
				f := forget(t, dir, append([]string{all[0], "--yes"}, mode...)...)
				if f.Record != nil || len(f.Keep) != 1 || f.Keep[0].Reading != 1 || !strings.Contains(f.Keep[0].Why, test.why) {
					t.Errorf("%q: %+v, want to keep it because %q", mode, f, test.why)
				}
			}
			if f := forget(t, dir, "1"); len(f.Forget) != 0 {
				t.Errorf("named by its id: %+v", f)
			}
			args := append([]string{"--yes"}, all...)
			if test.flag != "" {
				args = []string{"--yes", all[0], test.flag}
			}
			f := forget(t, dir, args...)
			if f.Record == nil || len(f.Keep) != 0 {
				t.Errorf("named with what stands on it: %+v", f)
			}
			verify(t, dir)
			if rows := commandtest.ConcordanceRows(t, dir); len(rows["figurative_language"]) != 0 {
				t.Errorf("the concordance has %d figures", len(rows["figurative_language"]))
			}
		})
	}
}

// TestForgetRefuses names what does not exist.
func TestForgetRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if code, _, log := commandtest.Run(t, dir, "annotate", "Obadiah", "--quiet"); code != 0 {
		t.Fatal(log)
	}
	for _, test := range []struct{ args, says string }{
		{"forget 20200101T000000Z-0000", "there is no run"},
		{"forget 20200101T000000Z-0000 --yes", "there is no run"},
		{"forget 99 --yes", "there is no reading 99"},
		{"forget", "needs a run or a reading"},
		{"forget 1 --yes --dry-run", "--dry-run does not"},
	} {
		if code, _, log := commandtest.Run(t, dir, strings.Fields(test.args)...); code != 2 || !strings.Contains(log, test.says) {
			t.Errorf("%s: exit code %d: %s", test.args, code, log)
		}
	}
	change(t, dir, `UPDATE run SET ended_at = NULL, outcome = NULL`)
	if code, _, log := commandtest.Run(t, dir, "forget", runs(t, dir)[0], "--yes"); code != 2 || !strings.Contains(log, "it has not ended") {
		t.Errorf("exit code %d: %s", code, log)
	}
}
