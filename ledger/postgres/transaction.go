package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

const (
	unitTime     = time.Minute // limits the time of one unit of writing
	maxLost      = 20          // attempts at a unit whose connection is lost each time
	maxConflicts = 20          // attempts at a unit that loses against others
	maxLate      = 3           // attempts at a unit that takes longer than unitTime
)

// errUnknown is the error of a commit whose answer did not arrive.
var errUnknown = errors.New("the server did not say whether the transaction is committed")

// A Unit is a unit of writing. It may be called several times, each time in a new
// transaction, and the last one counts: it must not change anything else than what
// it sets anew each time.
type Unit = func(ctx context.Context, tx *sql.Tx) error

// Write runs a unit in a transaction and returns when it is committed. A unit that
// has begun is finished, also if ctx is cancelled meanwhile.
//
// Write runs the unit again if the connection is lost before the commit, or if the
// transaction loses against another. If the answer to the commit is lost, it finds
// out on another connection whether the unit is committed, so that no unit is
// applied twice.
func (db *DB) Write(ctx context.Context, unit Unit) error { return db.writeWithin(ctx, unitTime, unit) }

// WriteLong is Write for a unit that may take any time, such as a migration.
func (db *DB) WriteLong(ctx context.Context, unit Unit) error { return db.writeWithin(ctx, 0, unit) }

func (db *DB) writeWithin(ctx context.Context, limit time.Duration, unit Unit) error {
	if db.readOnly {
		return db.Explain("write to", errReadOnly)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if db.writer == nil { // without the lock
		_, err := db.attempt(ctx, limit, nil, unit)
		return db.Explain("write to", err)
	}
	slot, err := db.writer.takeSlot(ctx)
	if err != nil {
		return err
	}
	defer db.writer.putBack(slot)
	slot.unit++
	return db.Explain("write to", db.retry(context.WithoutCancel(ctx), limit, slot, unit))
}

var errReadOnly = &pgconn.PgError{Severity: "ERROR", Code: "25006", Message: "it was opened for reading"}

// retry runs a unit until it is committed or cannot be.
func (db *DB) retry(ctx context.Context, limit time.Duration, slot *slot, unit Unit) error {
	lost, conflicts, late := 0, 0, 0
	for {
		if err := db.writer.wait(ctx); err != nil {
			return err
		}
		outcome, err := db.attempt(ctx, limit, slot, unit)
		if err == nil {
			return nil
		}
		if outcome == undecided {
			committed, e := db.committed(ctx, slot)
			if e != nil {
				return errors.Join(e, errUnknown, err)
			}
			if committed {
				return nil
			}
		}
		k, _, _, _ := classify(err)
		switch {
		case outcome == fenced:
			return db.writer.fence(ctx)
		case outcome == expired && late < maxLate:
			late++
		case k == conflict && conflicts < maxConflicts:
			sleep(ctx, conflicts)
			conflicts++
			continue
		case (k == away || outcome == undecided) && lost < maxLost:
			lost++
		default:
			return err
		}
		if db.outage.ended() && lost > 1 { // one more attempt finishes what has begun
			return err
		}
		db.discardIdle()
		sleep(ctx, lost)
	}
}

// An outcome says how an attempt at a unit ended.
type outcome uint8

const (
	rolledBack outcome = iota
	committed
	undecided // the answer to the commit is missing
	expired   // it took too long and is rolled back
	fenced    // another writer has the lock
)

// attempt runs a unit in a transaction. The transaction begins with a mark in the
// row of the slot: it fails if another writer has taken the lock, keeps another
// writer from taking it before the transaction ends, and tells later whether the
// transaction is committed.
func (db *DB) attempt(ctx context.Context, limit time.Duration, slot *slot, unit Unit) (outcome, error) {
	c, err := db.pool.Conn(ctx) // waits for the server, which may take longer than the limit
	if err != nil {
		return rolledBack, err
	}
	defer func() { _ = c.Close() }() // returns it to the pool
	if limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), limit)
		defer cancel()
	}
	tx, err := c.BeginTx(ctx, nil)
	if err != nil {
		return late(ctx), err
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	if slot != nil {
		marked, err := slot.mark(ctx, tx)
		if err != nil {
			return late(ctx), err
		}
		if !marked {
			return fenced, errors.New("another writer has the lock")
		}
	}
	if err := unit(ctx, tx); err != nil {
		return late(ctx), err
	}
	if err := tx.Commit(); err != nil {
		var refused *pgconn.PgError
		if errors.As(err, &refused) && !isAway(err) {
			return rolledBack, err
		}
		return undecided, err
	}
	return committed, nil
}

// late returns the outcome of a unit that has failed before its commit.
func late(ctx context.Context) outcome {
	if ctx.Err() != nil {
		return expired
	}
	return rolledBack
}

// committed reports whether the unit of a slot is committed. It blocks until a
// transaction of the slot that the server still has, has ended.
func (db *DB) committed(ctx context.Context, slot *slot) (bool, error) {
	for n := 0; ; n++ {
		found, err := db.lastUnit(ctx, slot)
		if err == nil {
			return found == slot.unit, nil
		}
		if k, _, _, _ := classify(err); k == final && !errors.Is(err, context.DeadlineExceeded) || n >= maxLost || db.outage.ended() && n > 0 {
			return false, fmt.Errorf("find out whether a transaction is committed: %w", err)
		}
		db.discardIdle()
		sleep(ctx, n)
	}
}

func (db *DB) lastUnit(ctx context.Context, slot *slot) (unit int64, err error) {
	c, err := db.pool.Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { _ = c.Close() }()
	ctx, cancel := context.WithTimeout(ctx, unitTime)
	defer cancel()
	err = c.QueryRowContext(ctx, `SELECT unit FROM writer_unit WHERE writer = $1 AND slot = $2 FOR UPDATE`, slot.writer, slot.number).Scan(&unit)
	if errors.Is(err, sql.ErrNoRows) { // the server has lost the slot, and what was committed in it
		return 0, nil
	}
	return unit, err
}
