package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"mashal"

	"mashal/explore/web"
	"mashal/ledger"
	"mashal/ledger/postgrestest"
	"mashal/reference"
	"mashal/report"
)

// TestExploreWatchesARun looks at an empty folder, begins a run with a
// simulated model that fails now and then, follows its events until they end,
// and then reads what is shown of it.
func TestExploreWatchesARun(t *testing.T) {
	simulator, _ := simulated(t, "--scale", "20", "--fault", "overloaded=0.2,cut=0.2", "--seed", "3")
	dir := t.TempDir()
	base, stop := explored(t, dir)
	if body := look(t, base+"/runs"); !strings.Contains(body, "There are no runs yet") {
		t.Errorf("an empty folder has the runs\n%s", body)
	}
	ended := make(chan modelRun, 1)
	go func() {
		ended <- annotateSimulated(t, simulator, "anthropic", dir, "Hosea 1-8", "--max-output", "4000")
	}()
	run := firstRun(t, dir)
	events := follow(t, base+"/runs/"+run+"/events")
	annotated := <-ended
	if annotated.code != 0 && annotated.code != 3 {
		t.Fatalf("annotate ended with %d: %s", annotated.code, annotated.stderr)
	}
	if len(events) < 3 {
		t.Fatalf("events: %q", events)
	}
	if last := events[len(events)-1]; !strings.HasPrefix(last, "end ") {
		t.Errorf("the last event is %s", last)
	}
	done := -1
	for _, e := range events[:len(events)-1] {
		var p struct {
			State  string               `json:"state"`
			Verses map[mashal.State]int `json:"verses"`
		}
		if err := json.Unmarshal([]byte(strings.TrimPrefix(e, "progress ")), &p); err != nil {
			t.Fatalf("%s: %v", e, err)
		}
		if all := p.Verses[mashal.Done] + p.Verses[mashal.Failed] + p.Verses[mashal.Running] + p.Verses[mashal.NotRun]; all != 114 {
			t.Errorf("a verse is in no state, or in two: %v", p.Verses)
		}
		if p.Verses[mashal.Done] < done {
			t.Errorf("%d verses were done, then %d", done, p.Verses[mashal.Done])
		}
		done = p.Verses[mashal.Done]
	}

	body := look(t, base+"/runs/"+run)
	for _, want := range []string{`<svg class="timeline"`, "overloaded", "figures are validated", `href="/read/Hos/8"`} {
		if !strings.Contains(body, want) {
			t.Errorf("of the run nothing says %s", want)
		}
	}
	call := regexp.MustCompile(`href="(/calls/\d+\?verse=\d+)#verse"`).FindStringSubmatch(lookCard(t, base, run))
	if call == nil {
		t.Fatal("no card leads to a call")
	}
	said := look(t, base+strings.ReplaceAll(call[1], "&amp;", "&"))
	for _, want := range []string{`<mark id="verse">{&#34;verse&#34;:`, "Annotate verses", "<summary>Manual</summary>"} {
		if !strings.Contains(said, want) {
			t.Errorf("of the call nothing says %s", want)
		}
	}
	stop()
}

// lookCard is the card of the first figure that a run found.
func lookCard(t *testing.T, base, run string) string {
	t.Helper()
	figure := regexp.MustCompile(`href="(/figure/[^"]+)"`).FindStringSubmatch(look(t, base+"/search?run="+run))
	if figure == nil {
		t.Fatal("the run found no figure")
	}
	return look(t, base+strings.ReplaceAll(figure[1], "&amp;", "&"))
}

// firstRun is the name of the run in a folder, once it has begun: the folder of
// its reports is made then.
func firstRun(t *testing.T, dir string) string {
	t.Helper()
	for {
		if runs, err := os.ReadDir(filepath.Join(dir, "runs")); err == nil && len(runs) > 0 {
			return runs[0].Name()
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// follow reads server-sent events until their end.
func follow(t *testing.T, address string) (events []string) {
	t.Helper()
	answer := ask(t, address)
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "text/event-stream" {
		body, _ := io.ReadAll(answer.Body)
		t.Fatalf("%s: %s: %s", address, answer.Status, body)
	}
	name := ""
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		if rest, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			name = rest
		} else if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			events = append(events, name+" "+data)
		}
	}
	if err := lines.Err(); err != nil {
		t.Errorf("%s: %v", address, err)
	}
	return events
}

// TestExploreSeesAnotherLedger: a ledger that takes another's place is read
// without a restart, and a run whose process died is said to be cut off.
func TestExploreSeesAnotherLedger(t *testing.T) {
	dir := t.TempDir()
	record := &ledgerRecord{program: &program{dir: dir}}
	defer func() {
		if err := record.Close(); err != nil {
			t.Error(err)
		}
	}()
	path := report.Folder(dir).Ledger()
	start := func() string { return beginRun(t, path) }
	runs := func() []mashal.RunProgress {
		list, all, err := record.Runs(context.Background(), 0, 10)
		if err != nil || all != len(list) {
			t.Fatalf("%d of %d runs, %v", len(list), all, err)
		}
		return list
	}
	if list := runs(); len(list) > 0 {
		t.Errorf("no ledger, and the runs %v", list)
	}
	first := start()
	if list := runs(); len(list) != 1 || list[0].Run.ID != first || list[0].Run.State != mashal.RunCut || list[0].Verses[mashal.NotRun] != 21 {
		t.Errorf("the first ledger has %+v", list)
	}
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		if err := os.Remove(name); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	if list := runs(); len(list) > 0 {
		t.Errorf("the ledger is gone, and the runs %v", list)
	}
	second := start()
	if list := runs(); len(list) != 1 || list[0].Run.ID != second {
		t.Errorf("the second ledger has %+v", list)
	}
}

// TestMadeInAnotherLedger: a ledger of other runs, in which the same number is
// of another reading, says nothing of how a figure was made.
func TestMadeInAnotherLedger(t *testing.T) {
	simulator, _ := simulated(t, "--scale", fmt.Sprint(simulatedScale))
	var records [2]*ledgerRecord
	var first [2]string
	for i := range records {
		dir := t.TempDir()
		if run := annotateSimulated(t, simulator, "anthropic", dir, "Obadiah"); run.code != 0 {
			t.Fatal(run.stderr)
		}
		first[i] = firstRun(t, dir)
		records[i] = &ledgerRecord{program: &program{dir: dir}}
		defer func() {
			if err := records[i].Close(); err != nil {
				t.Error(err)
			}
		}()
	}
	for i, r := range records {
		for k, of := range first {
			var want error
			if i != k {
				want = web.ErrOtherLedger
			}
			if calls, err := r.Made(t.Context(), of, 1, 1); !errors.Is(err, want) || len(calls) > 0 != (i == k) {
				t.Errorf("ledger %d tells of %d calls for a concordance of ledger %d, %v", i, len(calls), k, err)
			}
		}
	}
	nothing := &ledgerRecord{program: &program{dir: t.TempDir()}}
	if _, err := nothing.Made(t.Context(), first[0], 1, 1); !errors.Is(err, web.ErrNoLedger) {
		t.Errorf("of no ledger: %v", err)
	}
}

// beginRun begins a run of Obadiah in a ledger, which is left as a process
// leaves it that dies.
func beginRun(t *testing.T, where string) (id string) {
	t.Helper()
	book, err := ledger.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	selection, err := reference.ParseSelection([]string{"Obadiah"})
	if err != nil {
		t.Fatal(err)
	}
	run, err := book.StartRun(t.Context(), ledger.RunSpec{
		Annotator: mashal.Annotator{Name: "rules", Kind: mashal.ByRules, Version: "1", Fingerprint: "1"}, Selection: selection,
		Workers: 1, Command: []string{"mashal", "annotate", "Obadiah"}, Version: "test",
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := book.Close(); err != nil {
		t.Fatal(err)
	}
	return run.ID
}

// TestExploreReadsAServer: a ledger on a server is noticed when it is made, and
// nobody says there that a run was cut off.
func TestExploreReadsAServer(t *testing.T) {
	where := postgrestest.NewDatabase(t)
	record := &ledgerRecord{program: &program{dir: t.TempDir(), ledger: where}}
	defer func() {
		if err := record.Close(); err != nil {
			t.Error(err)
		}
	}()
	if list, all, err := record.Runs(t.Context(), 0, 10); err != nil || all > 0 || len(list) > 0 {
		t.Errorf("an empty database has the runs %v, %v", list, err)
	}
	id := beginRun(t, where)
	for range 2 { // the second time, what is open is used
		p, err := record.Progress(t.Context(), id)
		if err != nil || p == nil || p.Run.State != mashal.RunGoing || p.Verses[mashal.NotRun] != 21 {
			t.Errorf("%+v, %v", p, err)
		}
		a, err := record.Account(t.Context(), id)
		if err != nil || a == nil || report.ShellLine(a.Run.Command) != "mashal annotate Obadiah" {
			t.Errorf("%+v, %v", a, err)
		}
	}
	if p, err := record.Progress(t.Context(), "nix"); p != nil || err != nil {
		t.Errorf("a run that is not there: %v, %v", p, err)
	}
}

// TestRetryCommand: what a run was started with is kept, but for what it read.
func TestRetryCommand(t *testing.T) {
	joel, err := reference.ParseSelection([]string{"Joel 3:2"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ command, want string }{
		{"mashal annotate Joel Hosea 1-3", "mashal annotate 'Joel 3:2'"},
		{"mashal annotate Joel --dir d --again --workers 3", "mashal annotate 'Joel 3:2' --dir d --workers 3"},
		{"go run ./cmd/mashal annotate all --annotator openai:m", "go run ./cmd/mashal annotate 'Joel 3:2' --annotator openai:m"},
		{"mashal import folder --as openai:m", ""}, /* the same files would fail in the same way */
	} {
		got := report.ShellLine(retryCommand(strings.Fields(c.command), joel))
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.command, got, c.want)
		}
	}
}
