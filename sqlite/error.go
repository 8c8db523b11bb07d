package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"
)

// A Kind is what is wrong with a file, as far as a person can do something
// about it.
type Kind string

// The kinds of errors.
const (
	Missing     Kind = "missing"      // there is no such file, or no folder for it
	NotAFile    Kind = "not a file"   // a directory, a socket, ...
	NotDatabase Kind = "not database" // a file of something else
	Foreign     Kind = "foreign"      // a database of another program, or of another part of this one
	Corrupt     Kind = "corrupt"      // a damaged database
	Newer       Kind = "newer"        // written by a later version of the program
	Empty       Kind = "empty"        // nothing has been made in it yet, and it was opened for reading only
	Older       Kind = "older"        // needs a migration, and was opened for reading only
	ReadOnly    Kind = "read-only"    // the file or its folder cannot be written
	Full        Kind = "full"         // no space left
	Busy        Kind = "busy"         // another process has been writing for longer than we wait
	Exists      Kind = "exists"       // a copy would overwrite something
	Device      Kind = "device"       // the disk fails
	Closed      Kind = "closed"       // used after Close: a fault of the caller
	Internal    Kind = "internal"     // anything else
)

// An Error says what was attempted on which file, why it did not work, and
// what to do about it.
type Error struct {
	Op   string // "open", "write to", "migrate", "check", "copy", ...
	Path string
	Kind Kind
	Why  string // a clause for people
	Hint string // a whole sentence; "" if there is nothing to do
	Err  error  // the cause, for programs; may be nil
}

func (e *Error) Error() string { return fmt.Sprintf("%s %s: %s", e.Op, e.Path, e.Why) }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf is the kind of an error of this package, "" for any other error.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}

// Explain turns an error of SQLite into an *Error about the file. Errors that
// are not SQLite's, and those that are explained already, stay as they are.
// Use it on what queries of the read pool return; Write has done it.
func (db *DB) Explain(op string, err error) error { return explain(op, db.path, err) }

func explain(op, path string, err error) error {
	if err == nil || KindOf(err) != "" {
		return err
	}
	e := &Error{Op: op, Path: path, Err: err}
	var cause *driver.Error
	switch {
	case errors.As(err, &cause):
		e.Kind, e.Why, e.Hint = meaning(cause.Code())
	case errors.Is(err, syscall.ENOSPC):
		e.Kind, e.Why, e.Hint = meaning(codes.SQLITE_FULL)
	case errors.Is(err, fs.ErrPermission):
		e.Kind, e.Why, e.Hint = meaning(codes.SQLITE_PERM)
	case errors.Is(err, fs.ErrNotExist):
		e.Kind, e.Why = Missing, "there is no such file"
	default:
		return err
	}
	if e.Why == "" {
		e.Why = err.Error()
	}
	return e
}

// meaning says what a result code means to people; an empty why stands for
// SQLite's own words.
func meaning(code int) (kind Kind, why, hint string) {
	switch code {
	case codes.SQLITE_IOERR_SHMSIZE, codes.SQLITE_IOERR_SHMMAP:
		// The index of the WAL could not be given its size: SQLite reports so
		// what it otherwise calls full.
		return Full, "there is no space left on the disk", hintFull
	case codes.SQLITE_READONLY_DBMOVED:
		return Missing, "the file was moved or deleted while it was open", "Stop all programs that use it, put it back, and try again."
	}
	switch code & 0xff {
	case codes.SQLITE_NOTADB:
		return NotDatabase, "the file is not a database, or its beginning is damaged", hintDamaged
	case codes.SQLITE_CORRUPT:
		return Corrupt, "the database is damaged", hintDamaged
	case codes.SQLITE_FULL:
		return Full, "there is no space left on the disk", hintFull
	case codes.SQLITE_READONLY, codes.SQLITE_PERM:
		return ReadOnly, "the file or its folder cannot be written", hintReadOnly
	case codes.SQLITE_CANTOPEN:
		return ReadOnly, "the file or its folder cannot be opened for writing", hintReadOnly
	case codes.SQLITE_BUSY, codes.SQLITE_LOCKED:
		return Busy, "another program has been writing to it for longer than 30 seconds", "Wait until it has ended, and try again."
	case codes.SQLITE_IOERR:
		return Device, "", "Check the disk; what was acknowledged before is safe as far as the disk is."
	}
	return Internal, "", ""
}

const (
	hintFull     = "Free some space and run the same command again: what was acknowledged is safe."
	hintReadOnly = "Change its permissions, or choose another folder."
	hintDamaged  = "Move the file aside, with the -wal and -shm beside it, or put a copy back in its place."
)
