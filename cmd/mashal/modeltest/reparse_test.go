package modeltest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"

	"mashal/cmd/mashal/commandtest"
	"mashal/report"
	"mashal/sqlite"
)

// change changes a ledger, as a version that read answers otherwise would have
// left it.
func change(t *testing.T, dir string, statements ...string) {
	t.Helper()
	ctx := context.Background()
	db, err := sqlite.Open(ctx, report.Folder(dir).Ledger())
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range statements {
		err = errors.Join(err, db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, statement)
			return err
		}))
	}
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestReparse: what an older reader of answers got wrong comes out right, from
// the same answers, and verdicts stay on what was found before.
func TestReparse(t *testing.T) {
	t.Parallel()
	base, stop := commandtest.Simulate(t, "--scale", fmt.Sprint(commandtest.Scale))
	dir := t.TempDir()
	if run := commandtest.Annotate(t, base, "anthropic", dir, "Obadiah"); run.Code != 0 {
		t.Fatal(run.Stderr)
	}
	stop() // nobody can be asked from here on
	want := commandtest.ConcordanceRows(t, dir)
	if code, out, log := commandtest.Run(t, dir, "reparse"); code != 0 || !strings.Contains(out, "nothing changes") {
		t.Errorf("exit code %d: %s%s", code, out, log)
	}

	// A lost verse, and one figure otherwise.
	change(t, dir,
		`DELETE FROM verdict WHERE figure LIKE 'Obad.1.4!%'`, `DELETE FROM validation WHERE verse = 4`, `DELETE FROM figure WHERE verse = 4`,
		`UPDATE verse SET state = 'failed', failure_kind = 'damaged', failure_reason = 'as it seemed' WHERE verse = 4`,
		`UPDATE figure SET explanation = 'misread' WHERE verse = (SELECT max(verse) FROM figure)`)
	code, out, log := commandtest.Run(t, dir, "reparse", "--dry-run")
	if code != 0 || !strings.Contains(out, "other results in 2 verses: Obadiah 1:4") {
		t.Errorf("exit code %d: %s%s", code, out, log)
	}
	if code, out, log = commandtest.Run(t, dir, "reparse"); code != 0 || !strings.Contains(out, "2 verses") {
		t.Errorf("exit code %d: %s%s", code, out, log)
	}
	got := commandtest.ConcordanceRows(t, dir)
	if len(got["verses"]) != len(want["verses"]) || len(got["figurative_language"]) != len(want["figurative_language"]) {
		t.Errorf("%d figures, want %d", len(got["figurative_language"]), len(want["figurative_language"]))
	}
	misread := 0
	for i, row := range got["figurative_language"] {
		if strings.Contains(row, "misread") {
			misread++
		}
		// The ids are of the new reading; verse 4 is not validated yet.
		if strings.Contains(want["figurative_language"][i], "|verse=4|") {
			continue
		}
		if strings.Count(row, "VALID") != strings.Count(want["figurative_language"][i], "VALID") {
			t.Errorf("verdicts are lost: %s", row)
		}
	}
	if misread > 0 {
		t.Errorf("%d figures are still misread", misread)
	}
	if _, out, _ = commandtest.Run(t, dir, "reparse"); !strings.Contains(out, "nothing changes") {
		t.Errorf("once more: %s", out)
	}
	if code, _, log := commandtest.Run(t, dir, "reparse", "20200101T000000Z-0000"); code != 2 || !strings.Contains(log, "Try: mashal reparse 20") && !strings.Contains(log, "reparse 20") {
		t.Errorf("exit code %d: %s", code, log)
	}
	rules := t.TempDir()
	if code, _, log := commandtest.Run(t, rules, "annotate", "Obadiah", "--quiet"); code != 0 {
		t.Fatal(log)
	}
	if code, _, log := commandtest.Run(t, rules, "reparse"); code != 2 || !strings.Contains(log, "made requests to a model") {
		t.Errorf("exit code %d: %s", code, log)
	}
}

// TestImport takes over the recorded responses, broken ones included.
func TestImport(t *testing.T) {
	t.Parallel()
	folder := commandtest.Recorded(t)
	dir := t.TempDir()
	code, out, log := commandtest.Run(t, dir, "import", folder, "--as", "openai:gpt-5.1")
	if code != 0 || !strings.Contains(out, "done: ") {
		t.Fatalf("exit code %d: %s%s", code, out, log)
	}
	rows := commandtest.ConcordanceRows(t, dir)
	if len(rows["verses"]) < 1500 || len(rows["figurative_language"]) < 1400 {
		t.Errorf("%d verses and %d figures", len(rows["verses"]), len(rows["figurative_language"]))
	}
	for _, row := range rows["figurative_language"] {
		if strings.Contains(row, "figurative_text_in_hebrew=|") {
			t.Errorf("a figure without a place: %s", row)
		}
	}
	if code, out, log := commandtest.Run(t, dir, "reparse"); code != 0 || !strings.Contains(out, "nothing changes") {
		t.Errorf("exit code %d: %s%s", code, out, log)
	}
	if code, out, _ := commandtest.Run(t, dir, "import", folder, "--as", "openai:gpt-5.1"); code != 0 || !strings.Contains(out, "0 verses") {
		t.Errorf("again: exit code %d: %s", code, out)
	}
	if code, _, log := commandtest.Run(t, dir, "import", t.TempDir()); code != 2 {
		t.Errorf("an empty folder: exit code %d: %s", code, log)
	}
}
