package modeltest

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"mashal"
	"mashal/cmd/mashal/commandtest"
	"mashal/ledger/postgrestest"
)

// TestBudget: a budget is a hard stop, is drawn on by all runs of the same
// work, and nothing is lost when it is raised.
func TestBudget(t *testing.T) {
	t.Parallel()
	base, _ := commandtest.Simulate(t, "--scale", fmt.Sprint(commandtest.Scale))
	prices := commandtest.Prices(t)
	dir := t.TempDir()
	ask := func(budget string) commandtest.ModelRun {
		return commandtest.Annotate(t, base, "anthropic", dir, "Ezekiel 15-17", "--budget", budget, "--prices", prices, "--max-output", "4000")
	}
	const limit = mashal.Dollar / 4
	for range 2 { // giving the same command again does not spend more
		if run := ask("0.25"); run.Code != 4 || !strings.Contains(run.Stderr, "Raise the budget") {
			t.Errorf("exit code %d: %s", run.Code, run.Stderr)
		}
		if cost := commandtest.Spent(t, dir); cost > limit || cost == 0 {
			t.Errorf("%s of %s spent", cost, limit)
		}
	}
	if run := ask("20"); run.Code != 0 {
		t.Errorf("exit code %d: %s", run.Code, run.Stderr)
	}
	whole := commandtest.Annotate(t, base, "anthropic", t.TempDir(), "Ezekiel 15-17", "--prices", prices, "--max-output", "4000")
	if run := (commandtest.ModelRun{Dir: dir}); len(run.Readings(t)) != len(whole.Readings(t)) {
		t.Error("not everything was read in the end")
	}
	if run := commandtest.Annotate(t, base, "openai", t.TempDir(), "Obadiah", "--budget", "1"); run.Code != 4 || !strings.Contains(run.Stderr, "--prices FILE") {
		t.Errorf("a model without a price: exit code %d: %s", run.Code, run.Stderr)
	}
}

// TestFallback: what the first model will not do, the next one does, and says
// so.
func TestFallback(t *testing.T) {
	t.Parallel()
	shy, _ := commandtest.Simulate(t, "--scale", fmt.Sprint(commandtest.Scale), "--fault", "refusal=1")
	base, _ := commandtest.Simulate(t, "--scale", fmt.Sprint(commandtest.Scale))
	alone := commandtest.Annotate(t, shy, "openai", t.TempDir(), "Obadiah")
	if failed, _ := alone.Failures(t); alone.Code != 3 || len(failed) != 21 {
		t.Errorf("alone: exit code %d, %d verses failed", alone.Code, len(failed))
	}
	dir := t.TempDir()
	run := commandtest.Annotate(t, shy, "openai", dir, "Obadiah", "--fallback", "openai:next@"+base+"/v1,anthropic:last@"+base)
	if run.Code != 0 {
		t.Fatalf("exit code %d: %s", run.Code, run.Stderr)
	}
	first, next := "openai:m@"+strings.TrimPrefix(shy, "http://"), "openai:next@"+strings.TrimPrefix(base, "http://")
	figures := 0
	for place, v := range run.Readings(t) {
		for _, f := range v.Figures {
			figures++
			if f.Source != next || len(f.Verdicts) == 0 || f.Verdicts[0].By != next {
				t.Errorf("%s: found by %s, judged by %+v", place, f.Source, f.Verdicts)
			}
		}
		if v.State != mashal.Done {
			t.Errorf("%s is %s", place, v.State)
		}
	}
	if figures == 0 {
		t.Error("no figures")
	}
	manifest, err := filepath.Glob(filepath.Join(dir, "runs", "*", "manifest.json"))
	if err != nil || len(manifest) != 1 {
		t.Fatal(manifest, err)
	}
	if s := commandtest.Read(t, manifest[0]); !strings.Contains(s, strconv.Quote(next)) || !strings.Contains(s, strconv.Quote(first)) {
		t.Error("the manifest does not name both models")
	}
}

// TestRulesJudgedByModel: the rules find, a model judges.
func TestRulesJudgedByModel(t *testing.T) {
	base := notMarked(t, func(model string) string { return model })
	dir := t.TempDir()
	if code, _, log := commandtest.Run(t, dir, "annotate", "Obadiah", "--quiet"); code != 0 {
		t.Fatal(log)
	}
	run := commandtest.AnnotateBy(t, base, dir, "Obadiah", "--validator", "anthropic:m")
	if run.Code != 0 {
		t.Fatalf("exit code %d: %s", run.Code, run.Stderr)
	}
	for place, v := range run.Readings(t) {
		for _, f := range v.Figures {
			if len(f.Verdicts) != len(f.Types) {
				t.Errorf("%s: %s has %d verdicts on %d types", place, f.ID, len(f.Verdicts), len(f.Types))
			}
		}
	}
}

// TestRetry: the last run's command is given again, wherever its folder is now.
func TestRetry(t *testing.T) {
	t.Parallel()
	shy, _ := commandtest.Simulate(t, "--scale", fmt.Sprint(commandtest.Scale), "--fault", "refusal=0.8", "--seed", "2")
	dir := t.TempDir()
	model := "openai:m@" + shy + "/v1"
	args := []string{"annotate", "Obadiah", "--annotator", model, "--passage", "4", "--quiet"}
	code, _, log := commandtest.Run(t, dir, args...)
	if code != 3 {
		t.Fatalf("exit code %d: %s", code, log)
	}
	failed, _ := (commandtest.ModelRun{Dir: dir}).Failures(t)
	moved := filepath.Join(t.TempDir(), "moved")
	if err := os.Rename(dir, moved); err != nil {
		t.Fatal(err)
	}
	for range 60 { // who refuses four times of five does not do so for ever
		if code, _, log = commandtest.Run(t, moved, "retry"); code != 3 {
			break
		}
	}
	if code != 0 || !strings.Contains(log, "retrying run") {
		t.Errorf("exit code %d: %s", code, log)
	}
	for place, v := range (commandtest.ModelRun{Dir: moved}).Readings(t) {
		if v.State != mashal.Done {
			t.Errorf("%s is %s", place, v.State)
		}
	}
	if len(failed) == 0 {
		t.Error("nothing had failed")
	}
	if code, _, log := commandtest.Run(t, t.TempDir(), "retry"); code != 2 {
		t.Errorf("without a ledger: exit code %d: %s", code, log)
	}
}

// TestRetryAsksNobodyElse: a ledger that came from somebody else does not send
// this user's key to a server that it names.
func TestRetryAsksNobodyElse(t *testing.T) {
	base, stop := commandtest.Simulate(t, "--scale", fmt.Sprint(commandtest.Scale))
	dir := t.TempDir()
	model := "openai:m@" + base + "/v1"
	if code, _, log := commandtest.Run(t, dir, "annotate", "Obadiah", "--annotator", model, "--quiet"); code != 0 {
		t.Fatal(log)
	}
	stop()
	for _, server := range []string{"http://192.0.2.1/v1", "https://127.0.0.1.example.org", "http://localhost@192.0.2.1/", "http://[2001:db8::1]:80/v1"} {
		change(t, dir, "UPDATE run SET command = '[\"mashal\",\"annotate\",\"Obadiah\",\"--annotator\",\"openai:m\",\"--base-url\",\""+server+"\"]'")
		if code, _, log := commandtest.Run(t, dir, "retry"); code != 2 || !strings.Contains(log, "would receive your key") {
			t.Errorf("%s: exit code %d: %s", server, code, log)
		}
	}
}

// TestModelOnAServer: the ledger of a run by a model may be on a server.
func TestModelOnAServer(t *testing.T) {
	base, _ := commandtest.Simulate(t, "--scale", fmt.Sprint(commandtest.Scale), "--fault", "all=0.2", "--seed", "7")
	where, dir := postgrestest.NewDatabase(t), t.TempDir()
	run := commandtest.AnnotateBy(t, base, dir, append(commandtest.Impatient, "Obadiah", "--annotator", "anthropic:m", "--passage", "7", "--ledger", where)...)
	if run.Code != 0 {
		t.Fatalf("exit code %d: %s", run.Code, run.Stderr)
	}
	rows := commandtest.ConcordanceRows(t, dir)
	if len(rows["verses"]) != 21 || len(rows["figurative_language"]) == 0 {
		t.Errorf("%d verses, %d figures", len(rows["verses"]), len(rows["figurative_language"]))
	}
	for _, args := range [][]string{{"reparse", "--ledger", where}, {"retry", "--ledger", where}} {
		code, out, log := commandtest.Run(t, dir, args...)
		if args[0] == "retry" { // without a key in this environment
			if code != 2 || !strings.Contains(log, "ANTHROPIC_API_KEY") {
				t.Errorf("retry: exit code %d: %s%s", code, out, log)
			}
			continue
		}
		if code != 0 || !strings.Contains(out, "nothing changes") {
			t.Errorf("%v: exit code %d: %s%s", args, code, out, log)
		}
	}
}
