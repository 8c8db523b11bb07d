package sqlite

import (
	"context"
	"database/sql"
	"os"
	"sync/atomic"
)

// walLimit is the size of the WAL beyond which the writer asks readers for it
// back, in bytes. Ordinary checkpoints happen at half of it or less, but take
// the file back to its beginning only at a moment without readers.
const walLimit = 16 << 20

// A WAL is the size of the write-ahead log, in bytes: now, and the largest
// seen after a commit since the file was opened.
type WAL struct{ Bytes, HighWater int64 }

// WAL is the size of the write-ahead log. One long read transaction lets it
// grow, since nothing that a reader may still see can be taken back.
func (db *DB) WAL() WAL {
	return WAL{Bytes: db.wal.observe(), HighWater: db.wal.highWater.Load()}
}

// A walGauge measures the log by its name: opening the file here would drop
// SQLite's locks on some systems.
type walGauge struct {
	path      string
	highWater atomic.Int64
}

func (g *walGauge) size() int64 {
	info, err := os.Stat(g.path)
	if err != nil {
		return 0 // there is no log
	}
	return info.Size()
}

func (g *walGauge) observe() int64 {
	size := g.size()
	for {
		high := g.highWater.Load()
		if size <= high || g.highWater.CompareAndSwap(high, size) {
			return size
		}
	}
}

// bound takes back a log that outgrew its limit because there was always some
// reader on it. New readers then find all they need in the file itself; it
// waits a quarter of a second for the old ones to end, and if they do not,
// tries again when the log has grown by half of its limit. It returns the size
// at which to try next.
func (g *walGauge) bound(ctx context.Context, pool *sql.DB, next int64) (int64, error) {
	if g.observe() < next {
		return next, nil
	}
	if err := checkpoint(ctx, pool); err != nil {
		return next, err
	}
	return max(walLimit, g.size()+walLimit/2), nil
}

// checkpoint copies the log into the file and truncates it. That readers
// prevent it is no error: the log stays, and is as good.
func checkpoint(ctx context.Context, pool *sql.DB) (err error) {
	if _, err := pool.ExecContext(ctx, `PRAGMA busy_timeout = 250`); err != nil {
		return err
	}
	defer func() {
		if _, e := pool.ExecContext(ctx, `PRAGMA busy_timeout = `+busyTimeout); err == nil {
			err = e
		}
	}()
	var busy, pages, copied int
	return pool.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &copied)
}
