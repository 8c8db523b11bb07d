package sqlite

import (
	"context"
	"database/sql"
	"os"
	"sync/atomic"
)

// walLimit is the size of the WAL in bytes above which the writer waits for
// readers and truncates it. Checkpoints that do not wait start earlier, but the WAL
// is reused only when no reader is active at that moment.
const walLimit = 16 << 20

// WAL is the size of the write-ahead log in bytes: the current one, and the
// largest one seen after a commit since the file was opened.
type WAL struct{ Bytes, HighWater int64 }

// WAL returns the size of the write-ahead log. The log grows during a long read
// transaction, because pages that a reader may still need cannot be discarded.
func (db *DB) WAL() WAL {
	return WAL{Bytes: db.wal.observe(), HighWater: db.wal.highWater.Load()}
}

// walGauge measures the log by its path. It does not open the file, because
// closing it again would release SQLite's locks on some systems.
type walGauge struct {
	path      string
	highWater atomic.Int64
	presence  *presence // of the file, for checkpoints; nil if opened for reading only
}

// size returns the current size, 0 if there is no log.
func (g *walGauge) size() int64 {
	info, err := os.Stat(g.path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// observe returns the current size and updates highWater.
func (g *walGauge) observe() int64 {
	size := g.size()
	for {
		high := g.highWater.Load()
		if size <= high || g.highWater.CompareAndSwap(high, size) {
			return size
		}
	}
}

// shrink copies the log into the file, as far as readers allow, if it has as many pages
// as SQLite's own checkpoints would wait for. These are off, so that presence knows of
// each. shrink truncates the log if it has reached the size limit, and returns the
// next limit. Overlapping readers keep the log from being reused. shrink waits a
// quarter of a second for active readers to end. If they do not, the next limit is half
// of walLimit above the current size.
func (g *walGauge) shrink(ctx context.Context, pool *sql.DB, limit int64) (next int64, err error) {
	size := g.observe()
	if size >= limit {
		if err := g.presence.checkpoint(ctx, func() error { return checkpoint(ctx, pool) }); err != nil {
			return limit, err
		}
		return max(walLimit, g.size()+walLimit/2), nil
	}
	if size < autoCheckpointBytes {
		return limit, nil
	}
	// The log keeps its size when its pages are copied, so the pages in use are counted.
	var busy, pages, copied int
	if err := pool.QueryRowContext(ctx, `PRAGMA wal_checkpoint(NOOP)`).Scan(&busy, &pages, &copied); err != nil || pages < autoCheckpointPages {
		return limit, err
	}
	return limit, g.presence.checkpoint(ctx, func() error {
		return pool.QueryRowContext(ctx, `PRAGMA wal_checkpoint(PASSIVE)`).Scan(&busy, &pages, &copied)
	})
}

// checkpoint copies the log into the file and truncates it. It returns nil if
// active readers prevent that: the log then stays, and nothing is lost.
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
