package command_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"mashal"
	"mashal/cmd/mashal/command"
	"mashal/cmd/mashal/commandtest"
	"mashal/explore/web"
	"mashal/ledger"
	"mashal/ledger/postgrestest"
	"mashal/reference"
	"mashal/report"
)

// TestExploreSeesAnotherLedger: a ledger that takes another's place is read
// without a restart, and a run whose process died is said to be cut off.
func TestExploreSeesAnotherLedger(t *testing.T) {
	dir := t.TempDir()
	record := command.NewLedgerRecord(dir, "")
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
	simulator, _ := commandtest.Simulate(t, "--scale", fmt.Sprint(commandtest.Scale))
	var records [2]*command.LedgerRecord
	var first [2]string
	for i := range records {
		dir := t.TempDir()
		if run := commandtest.Annotate(t, simulator, "anthropic", dir, "Obadiah"); run.Code != 0 {
			t.Fatal(run.Stderr)
		}
		runs, err := os.ReadDir(filepath.Join(dir, "runs"))
		if err != nil || len(runs) != 1 {
			t.Fatal(runs, err)
		}
		first[i] = runs[0].Name()
		records[i] = command.NewLedgerRecord(dir, "")
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
	nothing := command.NewLedgerRecord(t.TempDir(), "")
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
	record := command.NewLedgerRecord(t.TempDir(), where)
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
