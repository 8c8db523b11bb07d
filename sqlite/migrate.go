package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// Migration is one step of a schema's history. A released step is never
// changed, because existing files were made with it.
type Migration struct {
	Version  int    // 1, 2, 3, ...
	Name     string // the file name without its extension: "001_runs"
	SQL      string
	Checksum string // "sha256:" and the hexadecimal digest of SQL
}

// A Step is the part of a migration that SQL cannot express. It runs after the SQL
// of the migration with that name, in the same transaction.
type Step struct {
	Migration string
	Run       func(ctx context.Context, tx *sql.Tx) error
}

var migrationName = regexp.MustCompile(`^([0-9]{3})_[a-z0-9_]+\.sql$`)

// Migrations reads the files NNN_name.sql of a folder, in the order of their
// numbers. It returns an error if a name is malformed, if a number is missing,
// or if there are no such files.
func Migrations(files fs.FS) ([]Migration, error) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	var list []Migration
	for _, e := range entries {
		if path.Ext(e.Name()) != ".sql" {
			continue
		}
		m := migrationName.FindStringSubmatch(e.Name())
		if m == nil {
			return nil, fmt.Errorf("read migrations: %s is not named NNN_name.sql", e.Name())
		}
		text, err := fs.ReadFile(files, e.Name())
		if err != nil {
			return nil, fmt.Errorf("read migrations: %w", err)
		}
		version, err := strconv.Atoi(m[1])
		if err != nil || version != len(list)+1 {
			return nil, fmt.Errorf("read migrations: %s has the wrong number, want %03d", e.Name(), len(list)+1)
		}
		sum := sha256.Sum256(text)
		list = append(list, Migration{version, e.Name()[:len(e.Name())-len(".sql")], string(text), "sha256:" + hex.EncodeToString(sum[:])})
	}
	if len(list) == 0 {
		return nil, errors.New("read migrations: the folder has no .sql files")
	}
	return list, nil
}

// Statements on the table migration, which records the applied migrations.
const (
	createRecord = `CREATE TABLE migration (
	version    INTEGER PRIMARY KEY, -- from 1, in the order in which they were applied
	name       TEXT NOT NULL,
	checksum   TEXT NOT NULL,       -- of the text that was applied
	applied_at TEXT NOT NULL        -- UTC, RFC 3339
)`
	selectRecord = `SELECT version, name, checksum FROM migration ORDER BY version`
	insertRecord = `INSERT INTO migration (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)`
	selectTables = `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'`
)

// Migrate applies the migrations that the file does not have yet. Each is
// committed in one transaction together with its record. A file that was opened
// for reading is not changed: Migrate returns an error of kind Empty or Older
// if migrations are missing. It returns an error of kind Newer if the file has
// more migrations than the list, and of kind Foreign if it has others.
func (db *DB) Migrate(ctx context.Context, migrations fs.FS, steps ...Step) error {
	list, err := Migrations(migrations)
	if err != nil {
		return err
	}
	applied, err := db.applied(ctx, db.read, list)
	if err != nil {
		return explain("migrate", db.path, err)
	}
	if db.writer == nil && applied == 0 && len(list) > 0 {
		return &Error{Op: "read", Path: db.path, Kind: Empty, Why: "nothing has been made in it yet"}
	}
	if db.writer == nil && applied < len(list) {
		return &Error{
			Op: "read", Path: db.path, Kind: Older,
			Why:  fmt.Sprintf("its version is %d, and this program needs version %d", applied, len(list)),
			Hint: "Run a command that writes to it, such as mashal annotate: that brings it up to date.",
		}
	}
	for applied < len(list) {
		// Another process may migrate at the same time, so the version is read
		// again inside the transaction.
		err := db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
			n, err := db.applied(ctx, tx, list)
			if err != nil || n > applied {
				return err
			}
			return apply(ctx, tx, list[n], steps)
		})
		if err != nil {
			return explain("migrate", db.path, err)
		}
		applied++
	}
	return nil
}

// Version returns the number of migrations that the file has, and changes
// nothing. It returns an error of kind Newer if the file has more migrations
// than the list, and of kind Foreign if it has others.
func (db *DB) Version(ctx context.Context, migrations fs.FS) (int, error) {
	list, err := Migrations(migrations)
	if err != nil {
		return 0, err
	}
	n, err := db.applied(ctx, db.read, list)
	return n, explain("read", db.path, err)
}

// apply runs one migration with its steps and records it.
func apply(ctx context.Context, tx *sql.Tx, m Migration, steps []Step) error {
	if m.Version == 1 {
		if _, err := tx.ExecContext(ctx, createRecord); err != nil {
			return fmt.Errorf("create the record of migrations: %w", err)
		}
	}
	if _, err := tx.ExecContext(ctx, m.SQL); err != nil {
		return fmt.Errorf("apply migration %s: %w", m.Name, err)
	}
	for _, s := range steps {
		if s.Migration == m.Name {
			if err := s.Run(ctx, tx); err != nil {
				return fmt.Errorf("apply migration %s: %w", m.Name, err)
			}
		}
	}
	now := time.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	if _, err := tx.ExecContext(ctx, insertRecord, m.Version, m.Name, m.Checksum, now); err != nil {
		return fmt.Errorf("record migration %s: %w", m.Name, err)
	}
	return nil
}

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// foreign returns an error of kind Foreign if a file with some tables has no migrations.
func foreign(path string, tables []string) error {
	if len(tables) == 0 || slices.Contains(tables, "migration") {
		return nil
	}
	return &Error{
		Op: "migrate", Path: path, Kind: Foreign,
		Why:  fmt.Sprintf("it is a database of another program (with the table %s)", tables[0]),
		Hint: "Choose another folder, or move the file aside.",
	}
}

// CheckForeign returns an error of kind Foreign for a database of another program. It
// only reads the file: to open it for writing would change its header. Any other fault is
// left to the connection that writes.
func CheckForeign(ctx context.Context, path string) error {
	if info, err := os.Stat(path); err != nil || info.Size() == 0 {
		return nil // there is no file yet, or it cannot be read
	}
	pool, err := openPool(path, accessRead, 1)
	if err != nil {
		return nil
	}
	defer func() { _ = pool.Close() }() // it has only read
	tables, err := tableNames(ctx, pool)
	if err != nil {
		return nil
	}
	return foreign(path, tables)
}

// applied returns the number of migrations that the file has. It returns an
// error if they are not the first ones of list.
func (db *DB) applied(ctx context.Context, q querier, list []Migration) (n int, err error) {
	tables, err := tableNames(ctx, q)
	if err != nil || len(tables) == 0 {
		return 0, err
	}
	if err := foreign(db.path, tables); err != nil {
		return 0, err
	}
	recorded, err := records(ctx, q)
	if err != nil {
		return 0, err
	}
	for i, m := range recorded[:min(len(recorded), len(list))] {
		if m.Name != list[i].Name || m.Checksum != list[i].Checksum {
			return 0, &Error{
				Op: "migrate", Path: db.path, Kind: Foreign,
				Why:  fmt.Sprintf("its migration %d is %s (%.14s), which is not this program's %s (%.14s)", m.Version, m.Name, m.Checksum, list[i].Name, list[i].Checksum),
				Hint: "Use the program that made the file, or move the file aside.",
			}
		}
	}
	if len(recorded) > len(list) {
		return 0, &Error{
			Op: "migrate", Path: db.path, Kind: Newer,
			Why:  fmt.Sprintf("its version is %d, and this program knows versions up to %d", recorded[len(recorded)-1].Version, len(list)),
			Hint: "Use a newer version of the program, or restore a copy that was made before the migration. The file is unchanged.",
		}
	}
	return len(recorded), nil
}

// records returns the recorded migrations, without their SQL.
func records(ctx context.Context, q querier) (list []Migration, err error) {
	rows, err := q.QueryContext(ctx, selectRecord)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var m Migration
		if err := rows.Scan(&m.Version, &m.Name, &m.Checksum); err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, rows.Err()
}

// tableNames returns the names of the file's tables, without SQLite's own.
func tableNames(ctx context.Context, q querier) (names []string, err error) {
	rows, err := q.QueryContext(ctx, selectTables)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}
