package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"mashal"
)

// Now returns the time as the ledger records it: to the microsecond, and never
// earlier than a time it has returned before.
func (l *Ledger) Now() time.Time {
	t, err := parseTime(l.now())
	if err != nil {
		panic(err) // the clock formats what parseTime parses
	}
	return t
}

// RecordWait records the n-th wait of an attempt, counted from 1. It is called
// when the wait begins, with no end, and again when it has ended. It is durable
// before anything that is recorded later.
func (l *Ledger) RecordWait(ctx context.Context, attempt int64, n int, w mashal.Wait) error {
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
func (l *Ledger) addWaits(ctx context.Context, run string, attempts []mashal.Attempt) error {
	if l.version < versionWaits {
		return nil
	}
	next := 0
	return query(ctx, l.read(), func(rows *sql.Rows) error {
		var id int64
		var w mashal.Wait
		var started, due, ended string
		if err := rows.Scan(&id, &started, &due, &ended, &w.Worker, &w.Held); err != nil {
			return err
		}
		var bad [3]error
		w.Started, bad[0] = parseTime(started)
		w.Due, bad[1] = parseTime(due)
		w.Ended, bad[2] = parseTime(ended)
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
