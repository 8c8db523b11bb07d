package custody_test

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"mashal/ledger"
	"mashal/ledger/postgrestest"
	"mashal/sqlite"
)

var update = flag.Bool("update", false, "write what is compared")

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m.Run)) }

// earlier are the ledgers in testdata: each was made by the last program with that schema,
// which annotated, validated and, where it could, parsed answers again.
func earlier(t *testing.T) (versions []int) {
	t.Helper()
	names, err := filepath.Glob("testdata/ledger-*.sql")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(filepath.Base(name), "ledger-"), ".sql"))
		if err != nil {
			t.Fatal(err)
		}
		versions = append(versions, n)
	}
	return versions
}

// load makes the ledger of a version in a folder, and returns its path.
func load(t *testing.T, dir string, version int) string {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("testdata/ledger-%03d.sql", version))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "ledger.db")
	first, err := sqlite.Open(t.Context(), path) // which settles how this process locks files
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), string(text))
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// rows returns all rows of a ledger, one a line, without the times of its migrations.
func rows(t *testing.T, path string) string {
	t.Helper()
	db, err := sqlite.OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var tables []string
	query(t, db.Read(), `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT IN ('migration', 'verse_number') ORDER BY name`, func(_ []string, values []any) {
		tables = append(tables, fmt.Sprint(values[0]))
	})
	var lines []string
	for _, table := range tables {
		query(t, db.Read(), `SELECT * FROM `+table, func(columns []string, values []any) {
			line := table
			for i, v := range values {
				text := fmt.Sprintf("%v", v)
				switch v := v.(type) {
				case nil:
					continue
				case []byte:
					text = fmt.Sprintf("%x", sha256.Sum256(v))[:12]
				case string:
					text = strconv.Quote(v)
				}
				line += " " + columns[i] + "=" + text
			}
			lines = append(lines, line)
		})
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n") + "\n"
}

func query(t *testing.T, db *sql.DB, text string, fn func(columns []string, values []any)) {
	t.Helper()
	list, err := db.QueryContext(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	columns, err := list.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for list.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := list.Scan(into...); err != nil {
			t.Fatal(err)
		}
		fn(columns, values)
	}
	if err := errors.Join(list.Err(), list.Close()); err != nil {
		t.Fatal(err)
	}
}

// open opens and closes a ledger for writing, which migrates it, and returns the copy that
// was made.
func open(t *testing.T, where string) *ledger.Backup {
	t.Helper()
	l, err := ledger.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	before := l.Migrated()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return before
}

// TestMigrationsOfEarlierLedgers migrates a ledger of each earlier schema, and compares its
// rows with those in testdata. Readers change nothing before, and the ledger is kept as it
// was.
func TestMigrationsOfEarlierLedgers(t *testing.T) {
	for _, version := range earlier(t) {
		t.Run(strconv.Itoa(version), func(t *testing.T) {
			dir := t.TempDir()
			path := load(t, dir, version)
			before := rows(t, path)
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if version >= 2 { // the oldest schema that is read as it is
				r, err := verifier(t).Ledger(t.Context(), path)
				if err != nil || len(r.Problems) > 0 || r.Schema != version {
					t.Errorf("as it is: %+v, %v", r, err)
				}
			}
			if after, err := os.ReadFile(path); err != nil || !bytes.Equal(content, after) {
				t.Errorf("a reader changed it (%v)", err)
			}
			if kept := open(t, path); kept == nil || kept.Version != version || kept.Where != fmt.Sprintf("%s.v%d.bak", path, version) {
				t.Fatalf("the copy is %+v", kept)
			} else if diff := cmp.Diff(before, rows(t, kept.Where)); diff != "" {
				t.Errorf("the copy differs:\n%s", diff)
			}
			golden := fmt.Sprintf("testdata/ledger-%03d.golden", version)
			after := rows(t, path)
			if *update {
				if err := os.WriteFile(golden, []byte(after), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), after); diff != "" {
				t.Errorf("the migrated ledger differs:\n%s", diff)
			}
			if r, err := verifier(t).Ledger(t.Context(), path); err != nil || len(r.Problems) > 0 {
				t.Errorf("migrated: %+v, %v", r, err)
			}
			if kept := open(t, path); kept != nil {
				t.Errorf("opened again, it was migrated once more: %+v", kept)
			}
		})
	}
}

// TestMigrationsOnAServer does the same on a server, where the result has the same rows.
func TestMigrationsOnAServer(t *testing.T) {
	for _, version := range earlier(t) {
		t.Run(strconv.Itoa(version), func(t *testing.T) {
			dir := t.TempDir()
			where := postgrestest.NewDatabase(t)
			if err := ledger.Restore(t.Context(), where, load(t, dir, version)); err != nil {
				t.Fatal(err)
			}
			if kept := open(t, where); kept == nil || kept.Version != version || !strings.Contains(kept.Where, fmt.Sprintf("the schema mashal_v%d of ", version)) {
				t.Errorf("the copy is %+v", kept)
			}
			copied := filepath.Join(dir, "copy.db")
			if r, err := verifier(t).Backup(t.Context(), where, copied); err != nil || len(r.Problems) > 0 {
				t.Fatalf("%+v, %v", r, err)
			}
			want, err := os.ReadFile(fmt.Sprintf("testdata/ledger-%03d.golden", version))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), rows(t, copied)); diff != "" {
				t.Errorf("the migrated ledger differs:\n%s", diff)
			}
		})
	}
}
