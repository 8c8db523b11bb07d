package custody_test

import (
	"path/filepath"
	"strings"
	"testing"

	"mashal"
	"mashal/custody"
	"mashal/ledger"
	"mashal/reference"
)

// TestForgetReadingUnderWork names a reading of a run that has not ended: its process died,
// or it is one of a fleet. The reading is kept, because whatever goes on with the run would
// write to it again.
func TestForgetReadingUnderWork(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	open := func() *ledger.Ledger {
		l, err := ledger.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	s, err := reference.ParseSelection([]string{"Obadiah"})
	if err != nil {
		t.Fatal(err)
	}
	spec := ledger.RunSpec{Annotator: mashal.Annotator{Name: "rules", Kind: mashal.ByRules, Version: "1", Fingerprint: "f"}, Selection: s, Workers: 1}
	l := open()
	run, err := l.StartRun(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.BeginWork(t.Context(), run.ID, run.Work[0], 1); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil { // without an end of the run
		t.Fatal(err)
	}
	l = open()
	defer func() { _ = l.Close() }()
	reading := run.Work[0].Reading
	record, plan, err := custody.Forget(t.Context(), l, custody.Request{Readings: []int64{reading}, By: "me", Reason: "test"})
	if err != nil {
		t.Fatal(err)
	}
	if record != nil || len(plan.Keep) != 1 || !strings.Contains(plan.Keep[0].Why, "which has not ended") {
		t.Errorf("record %v, plan %+v", record, plan)
	}
	if _, err := l.StartRun(t.Context(), spec); err != nil { // ends the run that is dead
		t.Fatal(err)
	}
	forgotten, err := l.Forgotten(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	revisions, err := l.Revisions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if forgotten[reading] && revisions[reading] > 0 {
		t.Error("a forgotten reading became visible")
	}
}
