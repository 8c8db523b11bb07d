package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"

	"mashal/sqlite"
)

var schema = fstest.MapFS{
	"001_item.sql": {Data: []byte("CREATE TABLE item (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL, data TEXT NOT NULL);\nCREATE INDEX item_owner ON item (owner);")},
}

// newFile opens a new database with the table item in a temporary folder.
func newFile(t testing.TB) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "a file?of 50%#.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	if err := db.Migrate(t.Context(), schema); err != nil {
		t.Fatal(err)
	}
	return db
}

// insert returns a unit that inserts one row.
func insert(owner int, data string) sqlite.Unit {
	return func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO item (owner, data) VALUES ($1, $2)`, owner, data)
		return err
	}
}

// count returns the number of rows that meet a condition.
func count(t testing.TB, db *sqlite.DB, where string, args ...any) int {
	t.Helper()
	var n int
	if err := db.Read().QueryRowContext(t.Context(), `SELECT count(*) FROM item WHERE `+where, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestManyWritersAndReaders(t *testing.T) {
	db := newFile(t)
	const owners, each = 32, 20
	var wg sync.WaitGroup
	for owner := range owners {
		wg.Go(func() {
			for i := range each {
				if err := db.Write(t.Context(), insert(owner, fmt.Sprint(i))); err != nil {
					t.Errorf("write: %v", err)
				}
				// Readers see every committed row at once.
				if got := count(t, db, `owner = $1`, owner); got != i+1 {
					t.Errorf("owner %d sees %d of its %d rows", owner, got, i+1)
				}
			}
		})
	}
	wg.Wait()
	if got := count(t, db, `true`); got != owners*each {
		t.Errorf("%d rows, want %d", got, owners*each)
	}
	if err := db.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

// pair returns a unit that inserts two rows.
func pair(owner int) sqlite.Unit {
	return func(ctx context.Context, tx *sql.Tx) error {
		return errors.Join(insert(owner, "first")(ctx, tx), insert(owner, "second")(ctx, tx))
	}
}
