package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"
)

// groupSize is how many units share one COMMIT at most. A commit is a sync of
// the disk; beyond some 30 units its share in a unit's cost is lost in noise,
// and the first of a group should not wait for ever longer groups.
const groupSize = 32

// soon is how long units that are not waited for wait for one that is.
const soon = 10 * time.Millisecond

// A Unit is work on the database that is kept as a whole or not at all. It
// uses only tx, neither commits nor rolls back, and leaves no rows open. Its
// context carries the caller's values, but is not cancelled with the caller's:
// a unit that has begun is finished.
type Unit func(ctx context.Context, tx *sql.Tx) error

// Write hands a unit to the writer and returns when it is on disk, that is
// after COMMIT has returned. Several units share one transaction, each in a
// savepoint of its own: one that fails or panics is undone alone. If ctx ends
// before the unit's turn has come, it is not begun. A failure of the shared
// transaction itself, such as a full disk, fails all units in it: none of them
// is kept.
func (db *DB) Write(ctx context.Context, unit func(ctx context.Context, tx *sql.Tx) error) error {
	if db.writer == nil {
		return &Error{Op: "write to", Path: db.path, Kind: ReadOnly, Why: "it was opened for reading only"}
	}
	return db.writer.write(ctx, unit, false)
}

// WriteSoon hands over a unit that is worth no sync of its own, such as a note
// that something has begun: it returns when the unit has run, and the unit is
// on disk with the next one of Write, or after a moment. What is written later
// is never kept without it. If it cannot be kept after all, whoever writes next
// is told, or Close.
func (db *DB) WriteSoon(ctx context.Context, unit func(ctx context.Context, tx *sql.Tx) error) error {
	if db.writer == nil {
		return &Error{Op: "write to", Path: db.path, Kind: ReadOnly, Why: "it was opened for reading only"}
	}
	return db.writer.write(ctx, unit, true)
}

// A writer owns the one connection that writes.
type writer struct {
	path string
	pool *sql.DB // of one connection
	wal  *walGauge

	// requests is unbuffered: a unit is received when its turn has come, so
	// until then its caller can still turn away.
	requests chan request
	stopped  chan struct{} // closed when the goroutine has ended

	// lost is why units were not kept whose callers had gone on already. Only
	// the goroutine uses it, and close when that has ended.
	lost error

	mu      sync.Mutex
	closed  bool
	callers sync.WaitGroup // in write; none is added once closed
}

type request struct {
	ctx  context.Context
	unit Unit
	soon bool
	ack  chan error // of capacity 1
}

func startWriter(path string, pool *sql.DB, wal *walGauge) *writer {
	w := &writer{path: path, pool: pool, wal: wal, requests: make(chan request), stopped: make(chan struct{})}
	go w.run()
	return w
}

func (w *writer) write(ctx context.Context, unit Unit, soon bool) error {
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return &Error{Op: "write to", Path: w.path, Kind: Closed, Why: "it is closed"}
	}
	w.callers.Add(1)
	w.mu.Unlock()
	defer w.callers.Done()

	if err := ctx.Err(); err != nil {
		return err // select takes any ready case, and the writer may be ready too
	}
	r := request{context.WithoutCancel(ctx), unit, soon, make(chan error, 1)}
	select {
	case w.requests <- r:
		return explain("write to", w.path, <-r.ack)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// close lets everyone who is in write finish, then ends the goroutine.
func (w *writer) close() error {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.callers.Wait()
	close(w.requests)
	<-w.stopped
	err := explain("close", w.path, checkpoint(context.Background(), w.pool))
	if KindOf(err) == Full {
		err = nil // what was acknowledged is in the log, and is found there
	}
	return errors.Join(w.lost, err, w.pool.Close())
}

func (w *writer) run() {
	defer close(w.stopped)
	ctx := context.Background()
	limit := int64(walLimit)
	for first := range w.requests {
		if err := w.lost; err != nil {
			w.lost = nil
			first.ack <- err
			continue
		}
		g := &group{}
		if err := w.commit(ctx, g, first); err != nil {
			w.lost = g.fail(err)
		}
		// Before the acks, so that a caller who has written can read the
		// high-water mark with his own commit in it.
		next, err := w.wal.bound(ctx, w.pool, limit)
		if err == nil {
			limit = next
		} // else: the commit stands whatever became of the log; the next one reports what is wrong
		for i, r := range g.waiting {
			r.ack <- g.errs[i]
		}
	}
}

// A group is the units of one transaction.
type group struct {
	size    int
	waiting []request // those whose callers wait for the commit
	errs    []error   // of the units in waiting
	gone    bool      // a caller has been told that his unit ran
}

// ran notes what came of a unit. A caller who need not wait is told.
func (g *group) ran(r request, err error) {
	g.size++
	if r.soon {
		r.ack <- err
		g.gone = g.gone || err == nil
		return
	}
	g.waiting = append(g.waiting, r)
	g.errs = append(g.errs, err)
}

// fail gives the units that had gone well the error by which all were lost. It
// returns the error if there are callers who cannot be told.
func (g *group) fail(err error) error {
	for i, e := range g.errs {
		if e == nil {
			g.errs[i] = err
		}
	}
	if g.gone {
		return err
	}
	return nil
}

// commit runs a group of units, from the first one to those whose callers are
// waiting when their turn comes, in one transaction. Its error means that none
// of them is kept.
func (w *writer) commit(ctx context.Context, g *group, first request) error {
	tx, err := w.pool.BeginTx(ctx, nil)
	if err != nil {
		first.soon = false // it did not run
		g.ran(first, err)
		return err
	}
	for r, ok := first, true; ok; r, ok = w.next(g) {
		err, lost := w.attempt(ctx, tx, r)
		if lost != nil {
			r.soon = false // it can be told
			g.ran(r, lost)
			_ = tx.Rollback() // SQLite has done it; this frees the connection
			return lost
		}
		g.ran(r, err)
	}
	if err := tx.Commit(); err != nil {
		_ = tx.Rollback()
		return err
	}
	return nil
}

// next is the next unit whose caller is there, if the group has room. As long
// as nobody waits for the commit, it is awaited for a moment.
func (w *writer) next(g *group) (r request, ok bool) {
	if g.size >= groupSize {
		return request{}, false
	}
	if len(g.waiting) > 0 {
		select {
		case r, ok = <-w.requests:
		default:
		}
		return r, ok
	}
	patience := time.NewTimer(soon)
	defer patience.Stop()
	select {
	case r, ok = <-w.requests:
	case <-patience.C:
	}
	return r, ok
}

// attempt runs one unit in a savepoint. It returns the unit's own error, and
// the error by which the whole transaction was lost: on a full disk and the
// like SQLite rolls back everything, the savepoint included.
func (w *writer) attempt(ctx context.Context, tx *sql.Tx, r request) (err, lost error) {
	if _, err := tx.ExecContext(ctx, `SAVEPOINT unit`); err != nil {
		return err, err
	}
	err = contain(r, tx)
	if err != nil {
		if _, undo := tx.ExecContext(ctx, `ROLLBACK TO unit`); undo != nil {
			return err, fmt.Errorf("the shared transaction was lost: %w", err)
		}
	}
	if _, release := tx.ExecContext(ctx, `RELEASE unit`); release != nil {
		return errors.Join(err, release), fmt.Errorf("the shared transaction was lost: %w", release)
	}
	return err, nil
}

// contain turns a unit's panic into its error: the writer works for others.
func contain(r request, tx *sql.Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("a unit of work panicked: %v\n%s", p, debug.Stack())
		}
	}()
	return r.unit(r.ctx, tx)
}
