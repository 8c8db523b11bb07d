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

// groupSize is the largest number of units that share one commit. A commit
// syncs the disk. With about 30 units its cost per unit is already negligible,
// and a larger group would make its first unit wait longer.
const groupSize = 32

// groupDelay is the time that a group of WriteSoon units waits for a Write.
const groupDelay = 10 * time.Millisecond

// Unit is a function whose changes are committed together or not at all. It
// uses only tx, neither commits nor rolls back, and closes its rows. Its context
// carries the caller's values but is not cancelled with the caller's context: a
// unit that has begun is finished.
type Unit func(ctx context.Context, tx *sql.Tx) error

// Write runs a unit on the writer's connection and returns after its commit is
// on disk. Several units share one transaction, each in its own savepoint, so
// that a unit that fails or panics is undone alone. Write returns the unit's
// error, or ctx.Err() if ctx ends before the unit begins. If the shared
// transaction fails, for instance on a full disk, every unit in it fails and
// none is kept.
func (db *DB) Write(ctx context.Context, unit func(ctx context.Context, tx *sql.Tx) error) error {
	if db.writer == nil {
		return &Error{Op: "write to", Path: db.path, Kind: ReadOnly, Why: "it was opened for reading only"}
	}
	return db.writer.write(ctx, unit, false)
}

// WriteSoon runs a unit that needs no sync of its own, such as a note that work
// has begun. It returns when the unit has run, before its commit. The unit is
// committed with the next Write, or after groupDelay. No later unit is committed
// without it. If the commit fails later, the next Write, WriteSoon or Close
// returns the error.
func (db *DB) WriteSoon(ctx context.Context, unit func(ctx context.Context, tx *sql.Tx) error) error {
	if db.writer == nil {
		return &Error{Op: "write to", Path: db.path, Kind: ReadOnly, Why: "it was opened for reading only"}
	}
	return db.writer.write(ctx, unit, true)
}

// writer owns the one connection that writes. Its goroutine runs the units.
type writer struct {
	path string
	pool *sql.DB // has one connection
	wal  *walGauge

	// requests is unbuffered, so that a caller can give up until the goroutine
	// receives its unit.
	requests chan request
	stopped  chan struct{} // closed when the goroutine has ended

	// unreported is the error of a failed commit whose WriteSoon callers had
	// returned already. Only the goroutine uses it, and close afterwards.
	unreported error

	mu      sync.Mutex
	closed  bool
	callers sync.WaitGroup // calls of write; none is added after closed is set
}

// request is a unit that a caller passed to the writer.
type request struct {
	ctx  context.Context
	unit Unit
	soon bool       // from WriteSoon: acknowledged before the commit
	ack  chan error // capacity 1
}

// startWriter returns a writer and starts its goroutine, which close ends.
func startWriter(path string, pool *sql.DB, wal *walGauge) *writer {
	w := &writer{path: path, pool: pool, wal: wal, requests: make(chan request), stopped: make(chan struct{})}
	go w.run()
	return w
}

// write passes a unit to the goroutine and returns its acknowledgement.
func (w *writer) write(ctx context.Context, unit Unit, soon bool) error {
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return &Error{Op: "write to", Path: w.path, Kind: Closed, Why: "it was closed before"}
	}
	w.callers.Add(1)
	w.mu.Unlock()
	defer w.callers.Done()

	if err := ctx.Err(); err != nil {
		return err // select would choose at random if the writer is ready too
	}
	r := request{context.WithoutCancel(ctx), unit, soon, make(chan error, 1)}
	select {
	case w.requests <- r:
		return explain("write to", w.path, <-r.ack)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// close waits for all calls of write, ends the goroutine, and truncates the
// log. It returns an error that no caller has received yet.
func (w *writer) close() error {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.callers.Wait()
	close(w.requests)
	<-w.stopped
	ctx := context.Background()
	err := explain("close", w.path, w.wal.presence.checkpoint(ctx, func() error { return checkpoint(ctx, w.pool) }))
	if kind := KindOf(err); kind == Full || kind == Moved {
		err = nil // all commits are in the log, which is read when the file is opened again or put aside by leave
	}
	err = errors.Join(err, explain("close", w.path, w.wal.presence.leave(ctx)))
	return errors.Join(w.unreported, err, w.pool.Close())
}

// run commits groups of units until requests is closed.
func (w *writer) run() {
	defer close(w.stopped)
	ctx := context.Background()
	limit := int64(walLimit)
	for first := range w.requests {
		if err := w.unreported; err != nil {
			w.unreported = nil
			first.ack <- err
			continue
		}
		g := &group{}
		if err := w.commit(ctx, g, first); err != nil {
			w.unreported = g.fail(err)
		}
		// The log is measured before the callers are acknowledged, so that a
		// caller sees a high-water mark that includes its own commit. An error
		// is ignored: the commit is done, and the next one fails if the log
		// cannot be used.
		if next, err := w.wal.shrink(ctx, w.pool, limit); err == nil {
			limit = next
		}
		for i, r := range g.waiting {
			r.ack <- g.errs[i]
		}
	}
}

// group holds the units of one transaction.
type group struct {
	size         int
	waiting      []request // requests whose callers wait for the commit
	errs         []error   // the error of each unit in waiting, or nil
	acknowledged bool      // a WriteSoon caller has been told that its unit ran
}

// record notes the outcome of a unit. It acknowledges a WriteSoon at once.
func (g *group) record(r request, err error) {
	g.size++
	if r.soon {
		r.ack <- err
		g.acknowledged = g.acknowledged || err == nil
		return
	}
	g.waiting = append(g.waiting, r)
	g.errs = append(g.errs, err)
}

// fail sets err, the error of the transaction, for every unit that had
// succeeded. It returns err if a WriteSoon caller was acknowledged before, and
// nil otherwise.
func (g *group) fail(err error) error {
	for i, e := range g.errs {
		if e == nil {
			g.errs[i] = err
		}
	}
	if g.acknowledged {
		return err
	}
	return nil
}

// commit runs first, and the units that arrive meanwhile, in one transaction.
// If it returns an error, none of them is kept.
func (w *writer) commit(ctx context.Context, g *group, first request) error {
	tx, err := w.pool.BeginTx(ctx, nil)
	if err != nil {
		first.soon = false // it did not run
		g.record(first, err)
		return err
	}
	for r, ok := first, true; ok; r, ok = w.next(g) {
		err, lost := w.attempt(ctx, tx, r)
		if lost != nil {
			r.soon = false // its caller still waits, so it gets the error
			g.record(r, lost)
			_ = tx.Rollback() // SQLite has rolled back; this frees the connection
			return lost
		}
		g.record(r, err)
	}
	if err := tx.Commit(); err != nil {
		_ = tx.Rollback()
		return err
	}
	return nil
}

// next returns the next unit of the group. ok is false if the group is full or
// no unit is ready. If only WriteSoon units are in the group, next waits up to
// groupDelay for another unit.
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
	timer := time.NewTimer(groupDelay)
	defer timer.Stop()
	select {
	case r, ok = <-w.requests:
	case <-timer.C:
	}
	return r, ok
}

// attempt runs one unit in a savepoint. It returns the unit's own error, and an
// error lost if the whole transaction failed: on a full disk, for instance,
// SQLite rolls back the transaction with all its savepoints.
func (w *writer) attempt(ctx context.Context, tx *sql.Tx, r request) (err, lost error) {
	if _, err := tx.ExecContext(ctx, `SAVEPOINT unit`); err != nil {
		return err, err
	}
	err = runUnit(r, tx)
	if err != nil {
		if _, undo := tx.ExecContext(ctx, `ROLLBACK TO unit`); undo != nil {
			return err, fmt.Errorf("the shared transaction failed: %w", err)
		}
	}
	if _, release := tx.ExecContext(ctx, `RELEASE unit`); release != nil {
		return errors.Join(err, release), fmt.Errorf("the shared transaction failed: %w", release)
	}
	return err, nil
}

// runUnit calls the unit and returns a panic in it as an error with the stack,
// so that the units of other callers are not affected.
func runUnit(r request, tx *sql.Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("a unit of work panicked: %v\n%s", p, debug.Stack())
		}
	}()
	return r.unit(r.ctx, tx)
}
