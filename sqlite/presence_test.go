package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"mashal/sqlite"
)

// openFilled opens a new file with rows in it that were copied from the log.
func openFilled(t *testing.T) (db *sqlite.DB, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "test.db")
	before, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	fill(t, before, 100)
	if err := before.Close(); err != nil {
		t.Fatal(err)
	}
	if db, err = sqlite.Open(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	return db, path
}

// fill adds n rows, each about a page.
func fill(t *testing.T, db *sqlite.DB, n int) {
	t.Helper()
	err := db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS filled (text BLOB)`); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
			INSERT INTO filled SELECT randomblob(3500) FROM n`, n)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestOwnCheckpointsAreNotMistaken checks that Moved returns nil while the writer's
// checkpoints change the file.
func TestOwnCheckpointsAreNotMistaken(t *testing.T) {
	db, path := openFilled(t)
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	for range 6 {
		fill(t, db, 300)
		if err := db.Moved(); err != nil {
			t.Fatal(err)
		}
	}
	after, err := os.Stat(path)
	if err != nil || after.Size() <= before.Size() {
		t.Errorf("no checkpoint: %d bytes before, %d after, %v", before.Size(), after.Size(), err)
	}
	if err := errors.Join(db.Moved(), db.Close()); err != nil {
		t.Error(err)
	}
}

// TestReplacedFileStaysWhole replaces an open file by a rename. The file that took its
// place is as it was when it is opened after Close.
func TestReplacedFileStaysWhole(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("an open file cannot be replaced")
	}
	db, path := openFilled(t)
	other, at := openFilled(t)
	fill(t, other, 50)
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(at)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(at, path); err != nil {
		t.Fatal(err)
	}
	fill(t, db, 30)
	if err := db.Close(); sqlite.KindOf(err) != sqlite.Moved {
		t.Errorf("Close returned %v", err)
	}
	again, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(again.Check(t.Context()), again.Close()); err != nil {
		t.Error(err)
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
		t.Errorf("the file that took the place was changed: %v", err)
	}
}

// TestSecondWriter has a second DB write to the file and copy its log into it. That is
// not mistaken for a program that overwrites the file.
func TestSecondWriter(t *testing.T) {
	db, path := openFilled(t)
	fill(t, db, 10)
	second, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	fill(t, second, 10)
	if err := second.Close(); err != nil {
		t.Error(err)
	}
	fill(t, db, 1100)
	if err := errors.Join(db.Moved(), db.Close()); err != nil {
		t.Error(err)
	}
}

// TestWrittenByAnotherProgram overwrites or truncates an open file in place. Moved and
// Close say so, and no checkpoint makes a mixture of it.
func TestWrittenByAnotherProgram(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modification times are updated late")
	}
	for name, change := range map[string]func(content []byte) []byte{
		"same size":      func(content []byte) []byte { return content },
		"larger":         func(content []byte) []byte { return append(content, make([]byte, 4096*10)...) },
		"truncated to 0": func([]byte) []byte { return nil },
		"half":           func(content []byte) []byte { return content[:len(content)/2] },
	} {
		for _, asked := range []bool{true, false} {
			if !asked && name != "same size" {
				continue
			}
			t.Run(name, func(t *testing.T) {
				db, path := openFilled(t)
				content, err := os.ReadFile(path) // it may release locks, which only other processes need
				if err != nil {
					t.Fatal(err)
				}
				put := change(bytes.Clone(content))
				if err := os.WriteFile(path, put, 0o600); err != nil {
					t.Fatal(err)
				}
				for range 2 {
					// A commit may fail if it needs a page that is gone.
					_ = db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
						_, err := tx.ExecContext(ctx, `INSERT INTO filled SELECT randomblob(2200000)`)
						return err
					})
				}
				if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, put) {
					t.Errorf("a checkpoint wrote to the file of the other program: %v", err)
				}
				if asked {
					if err := db.Moved(); sqlite.KindOf(err) != sqlite.Moved {
						t.Errorf("Moved returned %v", err)
					}
				}
				if err := db.Close(); (sqlite.KindOf(err) == sqlite.Moved) == asked {
					t.Errorf("Close returned %v; Moved was called before: %v", err, asked)
				}
				if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, put) {
					t.Errorf("Close wrote to the file of the other program: %v", err)
				}
				if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 {
					t.Error("the log is beside the file of the other program")
				}
				if _, err := os.Stat(path + "-wal.bak"); (err == nil) != (len(put) >= len(content)) { // without its pages nothing is committed
					t.Errorf("the log that was kept: %v", err)
				}
			})
		}
	}
}
