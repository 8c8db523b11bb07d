package modeltest

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"mashal/cmd/mashal/commandtest"
	"mashal/report"
	"mashal/sqlite"
)

// TestReadersLeaveAnOlderLedger runs the commands that read on a ledger with the
// schema of version 3: they show it, and none of them migrates it.
func TestReadersLeaveAnOlderLedger(t *testing.T) {
	dir := t.TempDir()
	files := fstest.MapFS{}
	for _, name := range []string{"001_readings.sql", "002_requests.sql", "003_counts.sql"} {
		text, err := os.ReadFile("../../../ledger/migrations/" + name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: text}
	}
	path := report.Folder(dir).Ledger()
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context(), files); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		`INSERT INTO annotator (id, fingerprint, name, kind, version) VALUES (1, 'f1', 'rules', 'rules', '1'), (2, 'f2', 'rules', 'rules', '2')`,
		`INSERT INTO run (id, number, annotator, selection, again, command, settings, version, workers, already_done, started_at, ended_at, outcome)
			VALUES ('20260101T000000Z-0001', 1, 1, 'Obadiah', 0, '["mashal","annotate","Obadiah"]', '{}', 'test', 1, 0, '2026-01-01T00:00:00.000000Z', '2026-01-01T00:01:00.000000Z', 'done')`,
		`UPDATE counter SET value = 1 WHERE name = 'run'`,
	} {
		if err := execute(t, db, statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	command := func(code int, args ...string) string {
		t.Helper()
		var out bytes.Buffer
		if got := (commandtest.Program{Stdout: &out, Stderr: &out}).Run(t.Context(), append(args, "--dir", dir)...); got != code {
			t.Errorf("%q ended with %d: %s", args, got, &out)
		}
		return out.String()
	}
	if out := command(0, "status", "--all"); !strings.Contains(out, "Obadiah") {
		t.Errorf("status: %s", out)
	}
	if out := command(2, "status", "--annotator", "nix"); strings.Count(out, "rules") != 1 {
		t.Errorf("an annotator is named more than once: %s", out)
	}
	if out := command(0, "doctor"); !strings.Contains(out, "version 3 of ") || !strings.Contains(out, "004_waits creates the table of the waits of attempts") || !strings.Contains(out, "The next mashal annotate migrates it") {
		t.Errorf("doctor: %s", out)
	}
	base, stop := commandtest.Explore(t, dir)
	if answer := commandtest.Get(t, base+"/runs/20260101T000000Z-0001"); answer.StatusCode != http.StatusOK {
		body, err := io.ReadAll(answer.Body)
		t.Error(answer.Status, string(body), err)
	}
	stop()
	after, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(before, after) {
		t.Error("the ledger was changed", err)
	}
	if out := command(0, "annotate", "Obadiah"); strings.Contains(out, "error") || !strings.Contains(out, "the ledger was migrated from version 3, which is kept as "+path+".v3.bak") {
		t.Errorf("annotate: %s", out)
	}
	if kept := commandtest.Read(t, path+".v3.bak"); !strings.HasPrefix(kept, "SQLite format 3") {
		t.Error("the copy is no database")
	}
	if out := command(0, "doctor"); strings.Contains(out, "version 3 of ") {
		t.Errorf("doctor after annotate: %s", out)
	}
}

// TestAnnotateAfterKilledMigration annotates with a model on a ledger some of whose
// migrations are missing, as a program leaves it that is killed while it creates it.
func TestAnnotateAfterKilledMigration(t *testing.T) {
	t.Parallel()
	base, _ := commandtest.Simulate(t)
	names, err := filepath.Glob("../../../ledger/migrations/*.sql")
	if err != nil || len(names) < 9 {
		t.Fatal(names, err)
	}
	for n := 1; n <= len(names); n++ {
		dir, files := t.TempDir(), fstest.MapFS{}
		for _, name := range names[:n] {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files[filepath.Base(name)] = &fstest.MapFile{Data: text}
		}
		db, err := sqlite.Open(t.Context(), report.Folder(dir).Ledger())
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(db.Migrate(t.Context(), files), db.Close()); err != nil {
			t.Fatal(err)
		}
		if code, _, log := commandtest.Run(t, dir, "annotate", "Obadiah", "--annotator", "openai:m@"+base+"/v1", "--validator", "none", "--quiet"); code != 0 {
			t.Errorf("with %d migrations: exit code %d: %s", n, code, log)
		}
	}
}

// execute runs one statement.
func execute(t *testing.T, db *sqlite.DB, statement string) error {
	t.Helper()
	return db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, statement)
		return err
	})
}
