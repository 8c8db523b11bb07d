package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"mashal"
	"mashal/ledger/postgres"
	"mashal/ledger/postgrestest"
	"mashal/sqlite"
)

// olderLedger creates a ledger with the first migrations only, and runs SQL on it.
func olderLedger(t *testing.T, where string, version int, text string) {
	t.Helper()
	list := migrations()[:version]
	run := func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, text)
		return err
	}
	if isServer(where) {
		db, err := postgres.New(where, postgres.Exclusive)
		if err != nil {
			t.Fatal(err)
		}
		s := &serverStore{db: db}
		if err := errors.Join(s.migrate(t.Context(), list), s.write(t.Context(), run), s.close()); err != nil {
			t.Fatal(err)
		}
		return
	}
	files := fstest.MapFS{}
	for _, m := range list {
		files[m.Name+".sql"] = &fstest.MapFile{Data: []byte(m.SQL)}
	}
	db, err := sqlite.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Migrate(t.Context(), files), db.Write(t.Context(), run), db.Close()); err != nil {
		t.Fatal(err)
	}
}

// bothStores calls fn with the place of a file and with that of a database.
func bothStores(t *testing.T, fn func(t *testing.T, where string)) {
	t.Run("sqlite", func(t *testing.T) { fn(t, filepath.Join(t.TempDir(), "ledger.db")) })
	t.Run("postgresql", func(t *testing.T) { fn(t, postgrestest.NewDatabase(t)) })
}

// versionThree has two runs on Obadiah in the schema of version 3. The second run
// read verse 1 once more, and copied verses 2 and 3 with their validations.
const versionThree = `
INSERT INTO annotator (id, fingerprint, name, kind, version) VALUES (1, 'f1', 'sim:a', 'model', '1'), (2, 'f2', 'sim:b', 'model', '1');
INSERT INTO run (id, number, annotator, validator, selection, again, command, settings, version, workers, already_done, started_at, ended_at, outcome) VALUES
	('first', 1, 1, 2, 'Obadiah', 0, '["mashal","annotate","Obadiah"]', '{}', 'test', 1, 0, '2026-01-01T00:00:00.000000Z', '2026-01-01T00:01:00.000000Z', 'incomplete'),
	('second', 2, 1, NULL, 'Obadiah 1:1', 1, '["mashal","annotate","Obadiah 1:1","--again"]', '{}', 'test', 1, 0, '2026-01-02T00:00:00.000000Z', '2026-01-02T00:01:00.000000Z', 'done');
UPDATE counter SET value = 2 WHERE name IN ('run', 'attempt', 'revision', 'verdict');
INSERT INTO reading (id, annotator, book, chapter, number, revision, run) VALUES (1, 1, 31, 1, 1, 1, 'first'), (2, 1, 31, 1, 2, 2, 'second');
INSERT INTO verse (reading, verse, state, run, ended_at, carried) VALUES
	(1, 1, 'done', 'first', '2026-01-01T00:00:30.000000Z', 0), (1, 2, 'done', 'first', '2026-01-01T00:00:30.000000Z', 0), (1, 3, 'done', 'first', '2026-01-01T00:00:30.000000Z', 0),
	(2, 1, 'done', 'second', '2026-01-02T00:00:30.000000Z', 0), (2, 2, 'done', 'first', '2026-01-01T00:00:30.000000Z', 1), (2, 3, 'done', 'first', '2026-01-01T00:00:30.000000Z', 1);
INSERT INTO figure (reading, verse, ordinal, id, types, subtype, ranges, grounding, score, english, target, vehicle, ground, posture, explanation, confidence, speaker, purpose, source)
SELECT reading, verse, 1, 'Obad.1.' || verse || '!1', 'metaphor', '', '1', 'exact', 1, '', '[]', '[]', '[]', '[]', '', 0.5, '', '', '' FROM verse WHERE verse > 1;
INSERT INTO verdict (id, reading, figure, type, decision, reason, by_name, by_kind, at) VALUES
	(1, 1, 'Obad.1.2!1', 'metaphor', 'valid', '', 'sim:b', 'model', '2026-01-01T00:00:40.000000Z'), (2, 2, 'Obad.1.2!1', 'metaphor', 'valid', '', 'sim:b', 'model', '2026-01-01T00:00:40.000000Z');
INSERT INTO validation (reading, verse, validator, state, failure_kind, failure_reason, run, ended_at) VALUES
	(1, 2, 2, 'done', NULL, NULL, 'first', '2026-01-01T00:00:40.000000Z'), (1, 3, 2, 'failed', 'refused', 'no', 'first', '2026-01-01T00:00:40.000000Z'),
	(2, 2, 2, 'done', NULL, NULL, 'first', '2026-01-01T00:00:40.000000Z'), (2, 3, 2, 'failed', 'refused', 'no', 'first', '2026-01-01T00:00:40.000000Z');
INSERT INTO attempt (id, run, reading, worker, asked, started_at, ended_at, outcome, verses, failed, figures) VALUES
	(1, 'first', 1, 1, 3, '2026-01-01T00:00:10.000000Z', '2026-01-01T00:00:30.000000Z', 'done', 3, 0, 2), (2, 'second', 2, 1, 1, '2026-01-02T00:00:10.000000Z', '2026-01-02T00:00:30.000000Z', 'done', 1, 0, 0);
`

// TestReadersDoNotMigrate reads a ledger of an earlier version, also while another
// process holds the writer's lock, and checks that it stays as it was.
func TestReadersDoNotMigrate(t *testing.T) {
	bothStores(t, func(t *testing.T, where string) {
		olderLedger(t, where, 3, versionThree)
		if isServer(where) { // as a process of the earlier version does
			db, err := sql.Open("pgx", where)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = db.Close() }()
			conn, err := db.Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := conn.ExecContext(t.Context(), `SELECT pg_advisory_lock($1)`, int64(0x6d617368616c)); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 {
			l, err := OpenReadOnly(t.Context(), where)
			if err != nil {
				t.Fatal(err)
			}
			if version, current := l.Version(); version != 3 || current != len(migrations()) {
				t.Errorf("version %d of %d", version, current)
			}
			if missing := l.Missing(); len(missing) != len(migrations())-3 || missing[0] != (Migration{"004_waits", "creates the table of the waits of attempts"}) {
				t.Errorf("missing migrations: %+v", missing)
			}
			status, err := l.Status(t.Context(), "f1")
			if err != nil || status[30].Verses[mashal.Done] != 3 || status[30].Figures != 2 {
				t.Errorf("status of Obadiah: %+v, %v", status[30], err)
			}
			a, err := l.Account(t.Context(), "first")
			if err != nil || len(a.Attempts) != 1 || a.Verses[mashal.Done] != 3 {
				t.Errorf("account: %+v, %v", a, err)
			}
			if _, err := l.Attempts(t.Context(), "first"); err != nil {
				t.Error(err)
			}
			if err := l.write(t.Context(), func(context.Context, *sql.Tx) error { return nil }); err == nil {
				t.Error("a reader can write")
			}
			if err := l.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}

// TestMigrationMarksCopiedValidations migrates a ledger in which validations were
// copied without a mark: then the run that made them counts them once.
func TestMigrationMarksCopiedValidations(t *testing.T) {
	bothStores(t, func(t *testing.T, where string) {
		olderLedger(t, where, 3, versionThree)
		l, err := Open(t.Context(), where)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = l.Close() }()
		if missing := l.Missing(); len(missing) > 0 {
			t.Errorf("missing migrations: %+v", missing)
		}
		totals, err := l.RunTotals(t.Context(), "first")
		if want := (map[mashal.State]int{mashal.Done: 1, mashal.Failed: 1}); err != nil || !maps.Equal(totals.Validations, want) {
			t.Errorf("validations %v, want %v (%v)", totals.Validations, want, err)
		}
		failed, err := l.FailedValidations(t.Context(), "first")
		if err != nil || len(failed) != 1 {
			t.Errorf("failed validations %v, %v", failed, err)
		}
		c, err := l.Coverage(t.Context(), "first")
		if err != nil || c.Figures != 2 || c.Verdicts != 1 {
			t.Errorf("coverage %+v, %v", c, err)
		}
	})
}

// TestOldestReadable checks that a schema which readers do not know is refused
// with what a migration would do, and stays as it was.
func TestOldestReadable(t *testing.T) {
	bothStores(t, func(t *testing.T, where string) {
		olderLedger(t, where, 1, "UPDATE counter SET value = 0")
		for range 2 {
			l, err := OpenReadOnly(t.Context(), where)
			if err == nil {
				t.Fatal(l.Close())
			}
			var e *mashal.Error
			if !errors.As(err, &e) || e.Code != mashal.Usage || !errors.Is(err, ErrOlder) || !strings.Contains(e.Hint, summaries[1]) || strings.Contains(e.Hint, summaries[0]) {
				t.Errorf("%v", err)
			}
		}
	})
}

// TestEveryMigrationIsDescribed checks that a summary exists for each migration.
func TestEveryMigrationIsDescribed(t *testing.T) {
	if n := len(migrations()); n != currentVersions {
		t.Fatalf("%d migrations, %d summaries", n, currentVersions)
	}
	for i, s := range summaries {
		if s == "" {
			t.Errorf("migration %d has no summary", i+1)
		}
	}
}

// TestReadersCreateNothing opens ledgers that do not exist.
func TestReadersCreateNothing(t *testing.T) {
	dir := t.TempDir()
	if _, err := OpenReadOnly(t.Context(), filepath.Join(dir, "ledger.db")); mashal.CodeOf(err) != mashal.Usage {
		t.Errorf("no file: %v", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("the folder has %v, %v", entries, err)
	}
	where := postgrestest.NewDatabase(t)
	if _, err := OpenReadOnly(t.Context(), where); !errors.Is(err, ErrNone) {
		t.Errorf("no ledger: %v", err)
	}
	db, err := sql.Open("pgx", where)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var tables int
	if err := db.QueryRowContext(t.Context(), `SELECT count(*) FROM pg_tables WHERE schemaname = 'public'`).Scan(&tables); err != nil || tables != 0 {
		t.Error(fmt.Sprint(tables, " tables, "), err)
	}
}
