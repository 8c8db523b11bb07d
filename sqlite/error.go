package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"
)

// Kind classifies errors by what a person can do about them.
type Kind string

// The kinds of errors.
const (
	Missing     Kind = "missing"      // the file or its folder does not exist
	NotAFile    Kind = "not a file"   // a folder, a socket, ...
	NotDatabase Kind = "not database" // a file of another format
	Foreign     Kind = "foreign"      // a database of another program, or with another schema
	Corrupt     Kind = "corrupt"      // a damaged database
	Newer       Kind = "newer"        // written by a later version of the program
	Empty       Kind = "empty"        // opened for reading, but has no tables yet
	Older       Kind = "older"        // opened for reading, but needs a migration
	ReadOnly    Kind = "read-only"    // the file or its folder cannot be written
	Full        Kind = "full"         // no space left on the disk
	Busy        Kind = "busy"         // another process held the lock for longer than busyTimeout
	Exists      Kind = "exists"       // a copy would overwrite a file
	Device      Kind = "device"       // the disk reports an error
	Closed      Kind = "closed"       // used after Close: an error in the caller
	NoTable     Kind = "no table"     // a table or column that the schema has is missing
	Internal    Kind = "internal"     // any other error
)

// Error describes an operation on a file that failed, its cause, and what to
// do about it.
type Error struct {
	Op   string // "open", "write to", "migrate", "check", "copy", ...
	Path string
	Kind Kind
	Why  string // the cause in plain words, a clause
	Hint string // what to do, a sentence; may be ""
	Err  error  // the cause, for errors.Is and errors.As; may be nil
}

func (e *Error) Error() string { return fmt.Sprintf("%s %s: %s", e.Op, e.Path, e.Why) }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of an error of this package, and "" for any other
// error.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}

// Explain turns an error of SQLite or of the file system into an *Error about
// the file. It returns any other error, and any *Error, unchanged. Callers use
// it for errors of the read pool. Write and WriteSoon call it themselves.
func (db *DB) Explain(op string, err error) error { return explain(op, db.path, err) }

// Explain does the same for an error of a query on a database whose path is not known. It
// returns an error of the file system unchanged.
func Explain(op string, err error) error {
	if cause := (*driver.Error)(nil); !errors.As(err, &cause) {
		return err
	}
	return explain(op, "", err)
}

func explain(op, path string, err error) error {
	if err == nil || KindOf(err) != "" {
		return err
	}
	e := &Error{Op: op, Path: path, Err: err}
	var cause *driver.Error
	switch {
	case errors.As(err, &cause) && cause.Code()&0xff == codes.SQLITE_INTERRUPT: // the caller's context has ended
		return err
	case errors.As(err, &cause):
		e.Kind, e.Why, e.Hint = classify(cause.Code())
		if e.Kind == Internal && (strings.Contains(err.Error(), "no such table") || strings.Contains(err.Error(), "no such column")) {
			e.Kind = NoTable
		}
	case errors.Is(err, syscall.ENOSPC):
		e.Kind, e.Why, e.Hint = classify(codes.SQLITE_FULL)
	case errors.Is(err, fs.ErrPermission):
		e.Kind, e.Why, e.Hint = classify(codes.SQLITE_PERM)
	case errors.Is(err, fs.ErrNotExist):
		e.Kind, e.Why = Missing, "the file does not exist"
	default:
		return err
	}
	if e.Why == "" {
		e.Why = err.Error()
	}
	return e
}

// classify returns the kind, cause and hint for a result code of SQLite. An
// empty why means that SQLite's own message is shown.
func classify(code int) (kind Kind, why, hint string) {
	switch code {
	case codes.SQLITE_IOERR_SHMSIZE, codes.SQLITE_IOERR_SHMMAP:
		// SQLite reports a full disk with these codes when it cannot enlarge
		// the index of the WAL.
		return Full, "there is no space left on the disk", hintFull
	case codes.SQLITE_READONLY_DBMOVED:
		return Missing, "the file was moved or deleted while it was open", "Stop all programs that use it, put it back, and try again."
	}
	switch code & 0xff {
	case codes.SQLITE_NOTADB:
		return NotDatabase, "the file is not a database, or its header is damaged", hintDamaged
	case codes.SQLITE_CORRUPT:
		return Corrupt, "the database is damaged", hintDamaged
	case codes.SQLITE_FULL:
		return Full, "there is no space left on the disk", hintFull
	case codes.SQLITE_READONLY, codes.SQLITE_PERM:
		return ReadOnly, "the file or its folder cannot be written", hintReadOnly
	case codes.SQLITE_CANTOPEN:
		return ReadOnly, "the file or its folder cannot be opened for writing", hintReadOnly
	case codes.SQLITE_BUSY, codes.SQLITE_LOCKED:
		return Busy, "another program has held it locked for more than 30 seconds", "Wait until that program has ended, then try again."
	case codes.SQLITE_IOERR:
		return Device, "", "Check the disk. Everything committed before is on it."
	}
	return Internal, "", ""
}

const (
	hintFull     = "Free some space and run the same command again. Everything committed before is kept."
	hintReadOnly = "Change its permissions, or choose another folder."
	hintDamaged  = "Restore a backup with mashal restore, which keeps this file; or move it to another place together with its -wal and -shm files."
)
