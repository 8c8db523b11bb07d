package ledger_test

import (
	"context"
	"database/sql"
	"testing"

	"mashal"
	"mashal/ledger"
)

// TestStoppedStays notes pauses after a run was stopped, as workers of a fleet do that are
// in a pause. Why the run stopped stays noted until the same command is given again.
func TestStoppedStays(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		s := spec(t, "Obadiah")
		s.Enqueue = func(context.Context, *sql.Tx, *ledger.StartedRun) error { return nil }
		run := start(t, l, s)
		for _, note := range []string{"paused", ledger.Stopped + "cancelled", "paused", ""} {
			if err := l.NoteRun(t.Context(), run.ID, note, mashal.Internal); err != nil {
				t.Fatal(err)
			}
		}
		if got := record(t, l, run).Note; got != ledger.Stopped+"cancelled" {
			t.Errorf("the note is %q", got)
		}
		if joined := start(t, l, s); !joined.Joined || joined.ID != run.ID {
			t.Errorf("the same command starts %+v", joined)
		}
		if got := record(t, l, run).Note; got != "" {
			t.Errorf("the note of a run that goes on is %q", got)
		}
	})
}
