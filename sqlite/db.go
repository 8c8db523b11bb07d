package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// readers is the size of the read pool: a few more than a small machine has
// cores, so that a long query does not keep short ones waiting.
const readers = 8

// A DB is one SQLite file, open. All methods are safe for concurrent use.
type DB struct {
	path string
	read *sql.DB

	writer *writer // nil if opened for reading only
	wal    walGauge

	closing sync.Once
	closed  error
}

// Open opens the file for writing and reading, and creates it if there is
// none; its folder must exist. One process should have a file open for
// writing at a time; any number may read.
func Open(ctx context.Context, path string) (*DB, error) {
	if err := regular("open", path); err != nil && KindOf(err) != Missing {
		return nil, err
	}
	if _, err := os.Stat(filepath.Dir(path)); errors.Is(err, fs.ErrNotExist) {
		return nil, &Error{
			Op: "open", Path: path, Kind: Missing, Err: err,
			Why: fmt.Sprintf("there is no folder %s", filepath.Dir(path)), Hint: "Make the folder, or choose another.",
		}
	}
	pool, err := open(path, forWriting, 1)
	if err != nil {
		return nil, explain("open", path, err)
	}
	db := &DB{path: path, wal: walGauge{path: path + "-wal"}}
	if err := probe(ctx, pool); err != nil {
		return nil, errors.Join(explain("open", path, err), pool.Close())
	}
	if db.read, err = open(path, forReading, readers); err != nil {
		return nil, errors.Join(explain("open", path, err), pool.Close())
	}
	db.writer = startWriter(path, pool, &db.wal)
	return db, nil
}

// OpenReadOnly opens a file that is there, for reading only. It works beside a
// writer in another process, and on a file in a read-only folder.
func OpenReadOnly(ctx context.Context, path string) (*DB, error) {
	if err := regular("open", path); err != nil {
		return nil, err
	}
	db := &DB{path: path, wal: walGauge{path: path + "-wal"}}
	var err error
	if db.read, err = open(path, forReading, readers); err != nil {
		return nil, explain("open", path, err)
	}
	err = probe(ctx, db.read)
	if e := explain("open", path, err); KindOf(e) == ReadOnly && db.wal.size() == 0 {
		// Without a place for the WAL's index SQLite does not read a file in
		// WAL mode, unless it is told that nobody can be writing to it.
		_ = db.read.Close()
		if db.read, err = open(path, fromDeadFile, readers); err != nil {
			return nil, explain("open", path, err)
		}
		err = probe(ctx, db.read)
	}
	if err != nil {
		return nil, errors.Join(explain("open", path, err), db.read.Close())
	}
	return db, nil
}

// regular refuses what is not a file before SQLite sees it: its own message
// for a directory is the same as for a missing permission.
func regular(op, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return explain(op, path, err)
	}
	switch {
	case info.IsDir():
		return &Error{
			Op: op, Path: path, Kind: NotAFile,
			Why: "it is a folder, not a file", Hint: "Move the folder aside, or choose another place for the file.",
		}
	case !info.Mode().IsRegular():
		return &Error{Op: op, Path: path, Kind: NotAFile, Why: fmt.Sprintf("it is not a file (%s)", info.Mode())}
	}
	return nil
}

// probe makes the pool connect, and reads the file's header and schema.
func probe(ctx context.Context, pool *sql.DB) error {
	var n int
	return pool.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&n)
}

// Path is the file, as it was given to Open.
func (db *DB) Path() string { return db.path }

// Read is the pool of readers. Each query sees all that was committed when it
// began; a transaction sees one state throughout, and while it is open the
// WAL cannot be taken back, so it should be short.
func (db *DB) Read() *sql.DB { return db.read }

// Check looks through the whole file for damage and for rows that refer to
// rows which are not there.
func (db *DB) Check(ctx context.Context) error {
	bad, err := db.findings(ctx, `PRAGMA integrity_check(5)`, func(rows *sql.Rows) (string, error) {
		var s string
		return s, rows.Scan(&s)
	})
	if err != nil {
		return explain("check", db.path, err)
	}
	if len(bad) != 1 || bad[0] != "ok" {
		return &Error{Op: "check", Path: db.path, Kind: Corrupt, Why: fmt.Sprintf("the database is damaged: %q", bad), Hint: hintDamaged}
	}
	bad, err = db.findings(ctx, `SELECT "table", coalesce(rowid, 0), parent FROM pragma_foreign_key_check LIMIT 5`, func(rows *sql.Rows) (string, error) {
		var table, parent string
		var row int64
		err := rows.Scan(&table, &row, &parent)
		return fmt.Sprintf("row %d of %s refers to a row that %s does not have", row, table, parent), err
	})
	if err != nil {
		return explain("check", db.path, err)
	}
	if len(bad) > 0 {
		return &Error{Op: "check", Path: db.path, Kind: Corrupt, Why: fmt.Sprintf("the database contradicts itself: %q", bad), Hint: hintDamaged}
	}
	return nil
}

func (db *DB) findings(ctx context.Context, query string, scan func(*sql.Rows) (string, error)) (found []string, err error) {
	rows, err := db.read.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		s, err := scan(rows)
		if err != nil {
			return nil, err
		}
		found = append(found, s)
	}
	return found, rows.Err()
}

// CopyTo writes a compact copy of the database, as of now, to a file that must
// not be there yet. It is made by one of the readers, so of the file that is
// open even if another has taken its name; others go on meanwhile.
func (db *DB) CopyTo(ctx context.Context, path string) error {
	if _, err := os.Stat(path); err == nil {
		return &Error{Op: "copy", Path: db.path, Kind: Exists, Why: fmt.Sprintf("%s exists", path), Hint: "Choose another name for the copy."}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return explain("copy", path, err)
	}
	conn, err := db.read.Conn(ctx)
	if err != nil {
		return explain("copy", db.path, err)
	}
	// Readers may write no file at all, so this one may for once.
	_, err = conn.ExecContext(ctx, `PRAGMA query_only(0)`)
	if err == nil {
		_, err = conn.ExecContext(ctx, `VACUUM INTO $1`, path)
	}
	if _, only := conn.ExecContext(context.WithoutCancel(ctx), `PRAGMA query_only(1)`); only != nil {
		_ = conn.Raw(func(any) error { return driver.ErrBadConn }) // it is not given back to the readers
		err = errors.Join(err, only)
	}
	return errors.Join(explain("copy", db.path, err), conn.Close())
}

// Close finishes the units that were handed over, copies the WAL into the
// file, and closes it. It needs no context, so that it works when the
// caller's is dead. Closing again does nothing.
func (db *DB) Close() error {
	db.closing.Do(func() {
		db.closed = db.read.Close()
		if db.writer != nil {
			db.closed = errors.Join(db.closed, explain("close", db.path, db.writer.close()))
		}
	})
	return db.closed
}
