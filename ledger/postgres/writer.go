package postgres

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"time"

	"mashal"
)

const (
	// beatEvery and deadAfter are those of a fleet's workers: a writer whose beat has
	// not changed for deadAfter is dead.
	beatEvery = 2 * time.Second
	deadAfter = 7 * time.Second

	// askTime limits one statement for the lock, which touches a few rows.
	askTime = 10 * time.Second
)

// A writer is this process as the holder of the writer's lock. Two things make the
// lock. The advisory lock of a session is released when a process dies; a pooler in
// transaction mode has no sessions, so there the beat of the writer's row stands for
// it. The rows in writer_unit are the fence: each transaction changes one, and
// another writer that takes over marks them all as ended, which waits for open
// transactions and makes later ones fail.
type writer struct {
	db     *DB
	id     string // random
	shared bool
	slots  chan *slot
	stop   context.CancelFunc // ends keep
	ended  chan struct{}      // closed when keep has ended

	mu     sync.Mutex
	held   chan struct{} // closed while the lock is held
	fenced error         // why the lock cannot be taken again
}

// A slot is a row of writer_unit. It is lent to one unit at a time.
type slot struct {
	writer string
	number int
	unit   int64 // the last unit, counted from 1
}

// mark marks the unit of the slot in its transaction, and reports false if another
// writer has taken over. The server ends the transaction if this process is frozen
// in it, and does not acknowledge a commit that a crash could undo.
func (s *slot) mark(ctx context.Context, tx *sql.Tx) (bool, error) {
	var settings sql.NullString
	err := tx.QueryRowContext(ctx, `
UPDATE writer_unit SET unit = $1 WHERE writer = $2 AND slot = $3 AND NOT ended
RETURNING set_config('idle_in_transaction_session_timeout', '5000', true)
	|| CASE current_setting('synchronous_commit') WHEN 'off' THEN set_config('synchronous_commit', 'local', true) ELSE '' END`,
		s.unit, s.writer, s.number).Scan(&settings)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// takeLock takes the writer's lock and keeps it until release.
func (db *DB) takeLock(ctx context.Context, shared bool) (*writer, error) {
	var salt [8]byte
	_, _ = rand.Read(salt[:]) // never fails
	n := db.pool.Stats().MaxOpenConnections
	w := &writer{
		db: db, id: hex.EncodeToString(salt[:]), shared: shared,
		slots: make(chan *slot, n), ended: make(chan struct{}), held: make(chan struct{}),
	}
	for number := 1; number <= n; number++ {
		w.slots <- &slot{writer: w.id, number: number}
	}
	session, err := w.take(ctx)
	if err != nil {
		return nil, err
	}
	close(w.held)
	keeping, stop := context.WithCancel(context.WithoutCancel(ctx))
	w.stop = stop
	go func() {
		defer close(w.ended)
		w.keep(keeping, session)
	}()
	return w, nil
}

// takeSlot blocks until a slot is free.
func (w *writer) takeSlot(ctx context.Context) (*slot, error) {
	select {
	case s := <-w.slots:
		return s, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (w *writer) putBack(s *slot) { w.slots <- s }

// wait blocks until the lock is held. It returns an error if another writer has
// taken it, or if the writer's life ends.
func (w *writer) wait(ctx context.Context) error {
	w.mu.Lock()
	held, err := w.held, w.fenced
	w.mu.Unlock()
	if err != nil {
		return err
	}
	select {
	case <-held:
	default:
		limit := time.NewTimer(waitLimit)
		defer limit.Stop()
		select {
		case <-held:
		case <-w.db.outage.life:
			return errStopped(errors.New("the writer's lock was lost"))
		case <-limit.C:
			return &mashal.Error{Op: "take the writer's lock of the ledger again", Err: fmt.Errorf("it was not free for %s", waitLimit), Hint: sameCommand}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.fenced
}

// lose notes that the lock is not held.
func (w *writer) lose() {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case <-w.held:
		w.held = make(chan struct{})
	default:
	}
}

// hold notes that the lock is held, or with an error that it never will be.
func (w *writer) hold(fenced error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fenced == nil {
		w.fenced = fenced
	}
	select {
	case <-w.held:
	default:
		close(w.held)
	}
}

// fence returns the error of a writer whose lock another has taken.
func (w *writer) fence(ctx context.Context) error {
	var by string
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	if err := w.db.pool.QueryRowContext(ctx, `SELECT name FROM writer WHERE id <> $1 ORDER BY since DESC LIMIT 1`, w.id).Scan(&by); err != nil || by == "" {
		by = "another process"
	}
	err := &mashal.Error{
		Op: "write to the ledger " + w.db.where, Err: fmt.Errorf("the writer's lock was lost, and %s has taken it since", by),
		Hint: "What was acknowledged is safe. Run the same command again when that has ended.",
	}
	w.hold(err)
	return err
}

// release ends the writer: its rows, its session and what keeps them.
func (w *writer) release() error {
	w.stop()
	<-w.ended
	return nil
}
