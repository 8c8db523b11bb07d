package sqlite_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"mashal/sqlite"
)

// wantKind checks an error's kind, and that its message contains path.
func wantKind(t *testing.T, err error, kind sqlite.Kind, path string) {
	t.Helper()
	if sqlite.KindOf(err) != kind {
		t.Fatalf("error %v of kind %q, want %q", err, sqlite.KindOf(err), kind)
	}
	if !strings.Contains(err.Error(), path) {
		t.Errorf("the error %q does not name %s", err, path)
	}
}

func TestFilesThatCannotBeOpened(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	folder := filepath.Join(dir, "folder.db")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	type opener func(context.Context, string) (*sqlite.DB, error)
	tests := []struct {
		name string
		open opener
		path string
		kind sqlite.Kind
	}{
		{"a folder in the place of the file", sqlite.Open, folder, sqlite.NotAFile},
		{"a folder, to read", sqlite.OpenReadOnly, folder, sqlite.NotAFile},
		{"no folder", sqlite.Open, filepath.Join(dir, "none", "a.db"), sqlite.Missing},
		{"no file, to read", sqlite.OpenReadOnly, filepath.Join(dir, "none.db"), sqlite.Missing},
		{"a text", sqlite.Open, write("text.db", strings.Repeat("In the beginning ", 100)), sqlite.NotDatabase},
		{"a text, to read", sqlite.OpenReadOnly, write("text2.db", strings.Repeat("In the beginning ", 100)), sqlite.NotDatabase},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			db, err := test.open(t.Context(), test.path)
			if err == nil {
				t.Fatal(db.Close())
			}
			wantKind(t, err, test.kind, test.path)
		})
	}
}

// closedFile returns the path of a database with a table and 200 rows. No
// process has it open.
func closedFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context(), schema); err != nil {
		t.Fatal(err)
	}
	for i := range 200 {
		if err := db.WriteSoon(t.Context(), insert(i, strings.Repeat("x", 500))); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDamageIsNamed(t *testing.T) {
	damage := func(path string, offset int64) {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteAt([]byte(strings.Repeat("\xa5", 3000)), offset); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("in the header", func(t *testing.T) {
		path := closedFile(t)
		damage(path, 0)
		_, err := sqlite.Open(t.Context(), path)
		wantKind(t, err, sqlite.NotDatabase, path)
	})
	t.Run("in the schema", func(t *testing.T) {
		path := closedFile(t)
		damage(path, 100)
		db, err := sqlite.Open(t.Context(), path)
		if err == nil {
			t.Fatal(db.Close())
		}
		wantKind(t, err, sqlite.Corrupt, path)
	})
	t.Run("in the rows", func(t *testing.T) {
		path := closedFile(t)
		damage(path, 4*4096)
		db, err := sqlite.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		wantKind(t, db.Check(t.Context()), sqlite.Corrupt, path)
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestAFullDiskUndoesAndRecovers limits the number of pages, which SQLite
// reports as a full disk.
func TestAFullDiskUndoesAndRecovers(t *testing.T) {
	db := newFile(t)
	limit := func(pages string) {
		t.Helper()
		if err := db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, `PRAGMA max_page_count = `+pages)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Write(t.Context(), insert(1, "before")); err != nil {
		t.Fatal(err)
	}
	limit("20")
	err := db.Write(t.Context(), insert(2, strings.Repeat("x", 1<<20)))
	wantKind(t, err, sqlite.Full, db.Path())
	limit("100000")
	if err := db.Write(t.Context(), insert(1, "after")); err != nil {
		t.Errorf("after space was made: %v", err)
	}
	if n := count(t, db, `owner = 1`); n != 2 {
		t.Errorf("%d rows of the good units, want 2", n)
	}
	if n := count(t, db, `owner = 2`); n != 0 {
		t.Errorf("%d rows of the unit that did not fit", n)
	}
	if err := db.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestReadOnlyIsReadOnly(t *testing.T) {
	path := closedFile(t)
	db, err := sqlite.OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context(), schema); err != nil {
		t.Errorf("a file that is up to date: %v", err)
	}
	newer := fstest.MapFS{"001_item.sql": schema["001_item.sql"], "002_more.sql": {Data: []byte("CREATE TABLE more (id INTEGER)")}}
	wantKind(t, db.Migrate(t.Context(), newer), sqlite.Older, path)
	wantKind(t, db.Write(t.Context(), insert(1, "x")), sqlite.ReadOnly, path)
	_, err = db.Read().ExecContext(t.Context(), `DELETE FROM item`)
	wantKind(t, db.Explain("write to", err), sqlite.ReadOnly, path)
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

func TestMigrations(t *testing.T) {
	first, second := schema["001_item.sql"], &fstest.MapFile{Data: []byte("ALTER TABLE item ADD COLUMN note TEXT;\nUPDATE item SET note = 'old'")}
	one, two := fstest.MapFS{"001_item.sql": first}, fstest.MapFS{"001_item.sql": first, "002_note.sql": second}
	path := closedFile(t) // at version 1
	migrate := func(steps fstest.MapFS) error {
		db, err := sqlite.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		}()
		return db.Migrate(t.Context(), steps)
	}
	t.Run("a step that fails leaves nothing", func(t *testing.T) {
		bad := fstest.MapFS{"001_item.sql": first, "002_note.sql": {Data: []byte("CREATE TABLE half (id INTEGER); INSERT INTO nowhere VALUES (1)")}}
		if err := migrate(bad); err == nil {
			t.Error("a wrong migration is no error")
		}
		if err := migrate(one); err != nil {
			t.Errorf("the file is no longer at version 1: %v", err)
		}
	})
	t.Run("forward, and again", func(t *testing.T) {
		for range 2 {
			if err := migrate(two); err != nil {
				t.Fatal(err)
			}
		}
		db, err := sqlite.OpenReadOnly(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if n := count(t, db, `note = 'old'`); n != 200 {
			t.Errorf("%d rows were migrated, want 200", n)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Run("a newer file", func(t *testing.T) { wantKind(t, migrate(one), sqlite.Newer, path) })
	t.Run("history rewritten", func(t *testing.T) {
		wantKind(t, migrate(fstest.MapFS{"001_item.sql": second, "002_note.sql": first}), sqlite.Foreign, path)
	})
	t.Run("a database of another program", func(t *testing.T) {
		db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "other.db"))
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, `CREATE TABLE bookmark (id INTEGER)`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		wantKind(t, db.Migrate(t.Context(), one), sqlite.Foreign, db.Path())
		wantKind(t, sqlite.CheckForeign(t.Context(), db.Path()), sqlite.Foreign, db.Path())
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	for name, files := range map[string]fstest.MapFS{
		"a gap":      {"001_item.sql": first, "003_note.sql": second},
		"a bad name": {"001_item.sql": first, "note.sql": second},
		"nothing":    {},
	} {
		if _, err := sqlite.Migrations(files); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func TestCopy(t *testing.T) {
	db := newFile(t)
	for i := range 50 {
		if err := db.Write(t.Context(), insert(i, "x")); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "copy's file.db")
	if err := db.CopyTo(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	wantKind(t, db.CopyTo(t.Context(), path), sqlite.Exists, path)
	copied, err := sqlite.OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if n := count(t, copied, `true`); n != 50 {
		t.Errorf("the copy has %d rows, want 50", n)
	}
	if err := copied.Close(); err != nil {
		t.Error(err)
	}
}
