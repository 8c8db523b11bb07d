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

// readPoolSize is the number of connections in the read pool. It exceeds the
// cores of a small machine, so that a long query does not delay short ones.
const readPoolSize = 8

// DB is an open SQLite file. All methods are safe for concurrent use.
type DB struct {
	path string
	read *sql.DB

	writer *writer // nil if opened for reading only
	wal    walGauge

	presence *presence // nil if opened for reading only

	closing sync.Once
	closed  error
}

// The permissions of files that Open and OpenPrivate create, as far as the umask
// allows them. SQLite gives the WAL and its index those of the file.
const (
	sharedMode  fs.FileMode = 0o666
	privateMode fs.FileMode = 0o600
)

// OpenPrivate opens a file as Open does, and creates it so that only its owner can
// read it. It does not change the permissions of an existing file.
func OpenPrivate(ctx context.Context, path string) (*DB, error) {
	return openFile(ctx, path, privateMode)
}

// Open opens the file for reading and writing, and creates it if it does not
// exist. It returns an error of kind Missing if the folder does not exist. Only
// one process at a time should have a file open for writing. Any number of
// processes may read.
func Open(ctx context.Context, path string) (*DB, error) { return openFile(ctx, path, sharedMode) }

func openFile(ctx context.Context, path string, mode fs.FileMode) (*DB, error) {
	if err := checkRegularFile("open", path); err != nil && KindOf(err) != Missing {
		return nil, err
	}
	if _, err := os.Stat(filepath.Dir(path)); errors.Is(err, fs.ErrNotExist) {
		return nil, &Error{
			Op: "open", Path: path, Kind: Missing, Err: err,
			Why: fmt.Sprintf("the folder %s does not exist", filepath.Dir(path)), Hint: "Create the folder, or choose another.",
		}
	}
	create(path, mode)
	pool, err := openPool(path, accessWrite, 1)
	if err != nil {
		return nil, explain("open", path, err)
	}
	db := &DB{path: path, wal: walGauge{path: path + "-wal"}}
	if err := probe(ctx, pool); err != nil {
		return nil, errors.Join(explain("open", path, err), pool.Close())
	}
	if db.read, err = openPool(path, accessRead, readPoolSize); err != nil {
		return nil, errors.Join(explain("open", path, err), pool.Close())
	}
	err = openAll(ctx, db.read, readPoolSize)
	if err == nil {
		db.presence, err = newPresence(ctx, path, pool)
	}
	if err != nil {
		return nil, errors.Join(explain("open", path, err), db.read.Close(), pool.Close())
	}
	db.wal.path, db.wal.presence = db.presence.real+"-wal", db.presence
	db.writer = startWriter(path, pool, &db.wal)
	return db, nil
}

// create creates an empty file, which SQLite takes for a new database, unless there is
// one. SQLite itself would create it as readable for everyone. If this fails, SQLite
// cannot create it either, and says why.
func create(path string, mode fs.FileMode) {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) { // to open and close an existing file can release its locks
		return
	}
	if file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, mode); err == nil {
		_ = file.Close() // nothing was written
	}
}

// OpenReadOnly opens an existing file for reading. It returns an error of kind
// Missing if the file does not exist. Another process may write to the file
// meanwhile. The folder may be read-only.
func OpenReadOnly(ctx context.Context, path string) (*DB, error) {
	if err := checkRegularFile("open", path); err != nil {
		return nil, err
	}
	db := &DB{path: path, wal: walGauge{path: path + "-wal"}}
	var err error
	if db.read, err = openPool(path, accessRead, readPoolSize); err != nil {
		return nil, explain("open", path, err)
	}
	err = probe(ctx, db.read)
	if e := explain("open", path, err); KindOf(e) == ReadOnly && db.wal.size() == 0 {
		// SQLite creates an index file for the WAL. In a read-only folder it
		// cannot, and reads a file in WAL mode only if the file is declared
		// immutable.
		_ = db.read.Close()
		if db.read, err = openPool(path, accessImmutable, readPoolSize); err != nil {
			return nil, explain("open", path, err)
		}
		err = probe(ctx, db.read)
	}
	if err != nil {
		return nil, errors.Join(explain("open", path, err), db.read.Close())
	}
	return db, nil
}

// checkRegularFile returns an error of kind NotAFile if path is a folder, a
// socket or another special file. SQLite reports those like a missing
// permission.
func checkRegularFile(op, path string) error {
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

// probe opens a connection of the pool and reads the file's header and schema,
// so that a damaged file is reported when it is opened.
func probe(ctx context.Context, pool *sql.DB) error {
	var n int
	return pool.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&n)
}

// Path returns the path that was given to Open or OpenReadOnly.
func (db *DB) Path() string { return db.path }

// Read returns the pool of read-only connections. A query sees everything that
// was committed before it began. A transaction sees one snapshot. Transactions
// should be short: the WAL cannot be truncated while one is open.
func (db *DB) Read() *sql.DB { return db.read }

// Check reads the whole file and returns an error of kind Corrupt if it is
// damaged or if a foreign key refers to a missing row.
func (db *DB) Check(ctx context.Context) error {
	bad, err := db.problems(ctx, `PRAGMA integrity_check(5)`, func(rows *sql.Rows) (string, error) {
		var s string
		return s, rows.Scan(&s)
	})
	if err != nil {
		return explain("check", db.path, err)
	}
	if len(bad) != 1 || bad[0] != "ok" {
		return &Error{Op: "check", Path: db.path, Kind: Corrupt, Why: fmt.Sprintf("the database is damaged: %q", bad), Hint: hintDamaged}
	}
	bad, err = db.problems(ctx, `SELECT "table", coalesce(rowid, 0), parent FROM pragma_foreign_key_check LIMIT 5`, func(rows *sql.Rows) (string, error) {
		var table, parent string
		var row int64
		err := rows.Scan(&table, &row, &parent)
		return fmt.Sprintf("row %d of %s refers to a missing row of %s", row, table, parent), err
	})
	if err != nil {
		return explain("check", db.path, err)
	}
	if len(bad) > 0 {
		return &Error{Op: "check", Path: db.path, Kind: Corrupt, Why: fmt.Sprintf("the database is inconsistent: %q", bad), Hint: hintDamaged}
	}
	return nil
}

// problems returns one description for each row of query, made by scan.
func (db *DB) problems(ctx context.Context, query string, scan func(*sql.Rows) (string, error)) (found []string, err error) {
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

// CopyTo writes a compact copy of the current database to path, with the permissions
// of the file. It returns an error of kind Exists if path exists. The copy is made on
// a read connection: other readers and the writer go on, and the open file is copied
// even if another file has replaced it at its path.
func (db *DB) CopyTo(ctx context.Context, path string) error {
	if _, err := os.Stat(path); err == nil {
		return &Error{Op: "copy", Path: db.path, Kind: Exists, Why: fmt.Sprintf("%s exists", path), Hint: "Choose another name for the copy."}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return explain("copy", path, err)
	}
	mode := sharedMode
	if db.presence != nil { // the file may have no name any more
		mode = db.presence.mode()
	} else if info, err := os.Stat(db.path); err == nil {
		mode = info.Mode().Perm()
	}
	create(path, mode) // VACUUM fills an empty file
	return db.vacuumInto(ctx, path)
}

// vacuumInto writes a compact copy of the database to a file that does not exist or
// is empty.
func (db *DB) vacuumInto(ctx context.Context, path string) error {
	conn, err := db.read.Conn(ctx)
	if err != nil {
		return explain("copy", db.path, err)
	}
	// VACUUM INTO writes a file, which query_only forbids.
	_, err = conn.ExecContext(ctx, `PRAGMA query_only(0)`)
	if err == nil {
		_, err = conn.ExecContext(ctx, `VACUUM INTO $1`, path)
	}
	if _, only := conn.ExecContext(context.WithoutCancel(ctx), `PRAGMA query_only(1)`); only != nil {
		_ = conn.Raw(func(any) error { return driver.ErrBadConn }) // the pool drops the connection
		err = errors.Join(err, only)
	}
	return errors.Join(explain("copy", db.path, err), conn.Close())
}

// Close waits for the units passed to Write and WriteSoon, copies the WAL into
// the file, and closes it. It takes no context, so that it works after the
// caller's context is cancelled. A second Close returns the same error.
func (db *DB) Close() error {
	db.closing.Do(func() {
		db.closed = db.read.Close()
		if db.writer != nil {
			db.closed = errors.Join(db.closed, explain("close", db.path, db.writer.close()))
		}
	})
	return db.closed
}
