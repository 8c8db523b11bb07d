package index

import (
	"context"
	"database/sql"
	"errors"
	"os"

	"mashal/concordance"
)

// A file is a concordance open for reading. It is closed when neither the
// reader nor a view uses it.
type file struct {
	db      *concordance.Concordance
	info    os.FileInfo
	watch   *sql.Conn // tells whether another process has written; nil for a single question
	version int64     // data_version of watch at the last update; guarded by loading
	users   int       // views, and the reader itself; guarded by Reader.mu
}

// dataVersion returns a number that changes when another process writes, or 0
// without a watch.
func (f *file) dataVersion(ctx context.Context) (version int64, err error) {
	if f.watch == nil {
		return 0, nil
	}
	err = f.watch.QueryRowContext(ctx, `PRAGMA data_version`).Scan(&version)
	return version, err
}

// openFile opens a file, with a watch if it is asked more than once. A second
// connection takes a millisecond.
func openFile(ctx context.Context, path string, info os.FileInfo, watched bool) (*file, error) {
	c, err := concordance.OpenReadOnly(ctx, path)
	if err != nil {
		return nil, err
	}
	f := &file{db: c, info: info}
	if watched {
		if f.watch, err = c.Read().Conn(ctx); err != nil {
			return nil, errors.Join(err, c.Close())
		}
	}
	return f, nil
}

func (f *file) close() error {
	if f.watch == nil {
		return f.db.Close()
	}
	return errors.Join(f.watch.Close(), f.db.Close())
}
