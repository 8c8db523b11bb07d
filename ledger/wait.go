package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// A Wait is a period of an attempt in which no work was done on it, because a
// request had to be held back: after a rate limit or a failure, or by the limits
// of the key.
type Wait struct {
	Started time.Time
	Due     time.Time // when the request may be made
	Ended   time.Time // when a worker went on; zero: it lasted until the attempt ended, or it lasts
	Worker  int       // the worker that went on with the attempt
	Held    bool      // the worker waited too; otherwise it was free for other work
}

// A WorkPeriod is a period in which a worker worked on an attempt. The periods
// of one worker do not overlap.
type WorkPeriod struct {
	Worker         int
	Started, Ended time.Time // Ended is zero while it lasts
}

// Worked returns the periods in which a worker worked on the attempt: all of it
// but its waits.
func (a *Attempt) Worked() []WorkPeriod {
	periods := make([]WorkPeriod, 0, 1+len(a.Waits))
	current := WorkPeriod{Worker: a.Worker, Started: a.Started}
	for _, w := range a.Waits {
		current.Ended = w.Started
		periods = append(periods, current)
		if w.Ended.IsZero() {
			return periods
		}
		current = WorkPeriod{Worker: w.Worker, Started: w.Ended}
	}
	current.Ended = a.Ended
	return append(periods, current)
}

// Now returns the time as the ledger records it: to the microsecond, and never
// earlier than a time it has returned before.
func (l *Ledger) Now() time.Time {
	t, err := at(l.now())
	if err != nil {
		panic(err) // now writes what at reads
	}
	return t
}

// RecordWait records the n-th wait of an attempt, counted from 1. It is called
// when the wait begins, with no end, and again when it has ended. It is durable
// before anything that is recorded later.
func (l *Ledger) RecordWait(ctx context.Context, attempt int64, n int, w Wait) error {
	var ended any
	if !w.Ended.IsZero() {
		ended = timeText(w.Ended)
	}
	held := 0
	if w.Held {
		held = 1
	}
	err := l.writeSoon(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
INSERT INTO wait (attempt, ordinal, started_at, due_at, ended_at, worker, held) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (attempt, ordinal) DO UPDATE SET ended_at = excluded.ended_at, worker = excluded.worker`,
			attempt, n, timeText(w.Started), timeText(w.Due), ended, w.Worker, held)
		return err
	})
	if err != nil {
		return fmt.Errorf("record a wait of attempt %d: %w", attempt, err)
	}
	return nil
}

// addWaits adds to attempts of a run, ascending by ID, their waits.
func (l *Ledger) addWaits(ctx context.Context, run string, attempts []Attempt) error {
	next := 0
	return query(ctx, l.read(), func(rows *sql.Rows) error {
		var id int64
		var w Wait
		var started, due, ended string
		if err := rows.Scan(&id, &started, &due, &ended, &w.Worker, &w.Held); err != nil {
			return err
		}
		var bad [3]error
		w.Started, bad[0] = at(started)
		w.Due, bad[1] = at(due)
		w.Ended, bad[2] = at(ended)
		for next < len(attempts) && attempts[next].ID < id {
			next++
		}
		if next < len(attempts) && attempts[next].ID == id {
			attempts[next].Waits = append(attempts[next].Waits, w)
		}
		return errors.Join(bad[:]...)
	}, `
SELECT w.attempt, w.started_at, w.due_at, coalesce(w.ended_at, ''), w.worker, w.held
FROM attempt a JOIN wait w ON w.attempt = a.id
WHERE a.run = $1 ORDER BY w.attempt, w.ordinal`, run)
}
