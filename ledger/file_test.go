package ledger_test

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	_ "modernc.org/sqlite"

	"mashal"
	"mashal/ledger"
	"mashal/sqlite"
)

// alter runs a statement on a ledger that nobody has open, by another driver:
// "sqlite" for a file, "pgx" for a database on a server.
func alter(t *testing.T, driver, where, statement string) {
	t.Helper()
	db, err := sql.Open(driver, where)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Error(err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

func TestFilesThatCannotBeUsed(t *testing.T) {
	made := func(t *testing.T) string {
		path := filepath.Join(t.TempDir(), "ledger.db")
		l, err := ledger.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		return path
	}
	tests := map[string]struct {
		prepare func(t *testing.T) string
		code    mashal.Code
		says    string
	}{
		"a newer version": {func(t *testing.T) string {
			path := made(t)
			alter(t, "sqlite", path, `INSERT INTO migration VALUES (999, '999_later', 'sha256:', '2030-01-01T00:00:00Z')`)
			return path
		}, mashal.Internal, "its version is 999, and this program knows versions up to "},
		"no database": {func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "ledger.db")
			if err := os.WriteFile(path, []byte(strings.Repeat("In the beginning ", 300)), 0o644); err != nil {
				t.Fatal(err)
			}
			return path
		}, mashal.Internal, "not a database"},
		"damaged": {func(t *testing.T) string {
			path := made(t)
			f, err := os.OpenFile(path, os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.WriteAt([]byte(strings.Repeat("\xa5", 3000)), 100); err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			return path
		}, mashal.Internal, "the database is damaged"},
		"a folder": {func(t *testing.T) string { return t.TempDir() }, mashal.Internal, "it is a folder"},
		"another database": {func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "ledger.db")
			alter(t, "sqlite", path, `CREATE TABLE bookmark (id INTEGER)`)
			return path
		}, mashal.Internal, "a database of another program (with the table bookmark)"},
	}
	made(t) // how a process locks files is settled by its first one, which must not be alter's
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			path := test.prepare(t)
			before, _ := os.ReadFile(path) // nothing of a folder
			l, err := ledger.Open(t.Context(), path)
			if err == nil {
				t.Fatal(l.Close())
			}
			if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
				t.Error("the file was changed")
			}
			wantError(t, err, test.code, test.says)
			if !strings.Contains(err.Error(), path) {
				t.Errorf("%q does not name the file", err)
			}
		})
	}
	_, err := ledger.OpenReadOnly(t.Context(), filepath.Join(t.TempDir(), "ledger.db"))
	wantError(t, err, mashal.Usage, "the file does not exist")
}

// TestAnOlderLedgerIsBroughtUpToDate opens for reading what an older version
// of the program made.
func TestAnOlderLedgerIsBroughtUpToDate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	first := fstest.MapFS{}
	for _, name := range []string{"001_readings.sql", "002_requests.sql"} {
		text, err := os.ReadFile(filepath.Join("migrations", name))
		if err != nil {
			t.Fatal(err)
		}
		first[name] = &fstest.MapFile{Data: text}
	}
	if err := errors.Join(db.Migrate(t.Context(), first), db.Close()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		l, err := ledger.OpenReadOnly(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(l.Check(t.Context()), l.Close()); err != nil {
			t.Error(err)
		}
	}
}

// TestAnEmptyFileIsNoLedger opens for reading what a run left that ended before
// it had made anything: who reads makes no ledger of it.
func TestAnEmptyFileIsNoLedger(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := ledger.OpenReadOnly(t.Context(), path)
	wantError(t, err, mashal.Usage, "there is no ledger in it yet")
	if !errors.Is(err, ledger.ErrNone) {
		t.Errorf("%v is not ErrNone", err)
	}
	if info, err := os.Stat(path); err != nil || info.Size() != 0 {
		t.Errorf("the file has %v, %v", info, err)
	}
}

// TestStatementsGoByTheSmallestIndex has SQLite say how it finds verses: who
// counts a run reads its index alone, and who writes to a reading is not led
// through all that the run reads.
func TestStatementsGoByTheSmallestIndex(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	l, err := ledger.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	for statement, want := range map[string]string{
		`SELECT reading, state, count(*) FROM verse WHERE run = 1 AND carried = 0 GROUP BY reading, state`:                             "COVERING INDEX verse_state (run=?)",
		`SELECT 1 FROM verse v WHERE v.reading = 1 AND v.run = 2 AND v.state IN ('not run', 'running')`:                                "reading=?",
		`UPDATE verse SET state = 'done' WHERE reading = 1 AND run = 2 AND state = 'running' AND (verse BETWEEN 3 AND 4 OR verse = 6)`: "reading=?",
	} {
		var id, parent, unused int
		var says string
		if err := db.Read().QueryRowContext(t.Context(), `EXPLAIN QUERY PLAN `+statement).Scan(&id, &parent, &unused, &says); err != nil || !strings.Contains(says, want) {
			t.Errorf("%s: %q, %v; want %s", statement, says, err, want)
		}
	}
}

func TestAReaderBesideTheWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	l, err := ledger.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	reader, err := ledger.OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	run := start(t, l, spec(t, "Obadiah"))
	read(t, l, run, plain)
	got, err := reader.Reading(t.Context(), run.Work[0].Reading)
	if err != nil || len(got.Verses) != 21 {
		t.Errorf("the reader sees %v, %v", got, err)
	}
	if _, err := reader.StartRun(t.Context(), spec(t, "Joel")); sqlite.KindOf(err) != sqlite.ReadOnly {
		t.Errorf("a reader that writes is told %v", err)
	}
	if err := l.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if err := errors.Join(reader.Close(), l.Close()); err != nil {
		t.Error(err)
	}
}

func TestManyWorkers(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		s := spec(t, "Hosea")
		s.Workers = 7
		run := start(t, l, s)
		var wg sync.WaitGroup
		seen := make(chan int64, len(run.Work))
		for i, w := range run.Work {
			wg.Go(func() {
				attempt, err := l.BeginWork(t.Context(), run.ID, w, i%7+1)
				if err != nil {
					t.Error(err)
					return
				}
				revision, err := l.EndWork(t.Context(), attempt, w, findings(w, plain))
				if err != nil {
					t.Error(err)
				}
				seen <- revision
			})
		}
		wg.Wait()
		close(seen)
		distinct := map[int64]bool{}
		for revision := range seen {
			distinct[revision] = true
		}
		if len(distinct) != 14 || len(revisions(t, l)) != 14 {
			t.Errorf("14 chapters have the revisions %v", distinct)
		}
		end(t, l, run, mashal.RunDone)
		attempts, err := l.Attempts(t.Context(), run.ID)
		if err != nil || len(attempts) != 14 {
			t.Fatalf("%d attempts, %v", len(attempts), err)
		}
		figures := 0
		for _, a := range attempts {
			if a.Outcome != mashal.Done || a.Ended.Before(a.Started) || a.Verses != a.Chapter.Verses() || a.Worker < 1 || a.Worker > 7 {
				t.Errorf("attempt %+v", a)
			}
			figures += a.Figures
		}
		if got := totals(t, l, run); got.Figures != figures || got.Verses[mashal.Done] != 197 {
			t.Errorf("the attempts have %d figures, the rows say %+v", figures, got)
		}
	})
}
