package fleet

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"sync"
	"time"
)

// A lease is the right of this process to work. It lasts as long as the process beats,
// by the clock of the server.
type lease struct {
	pool  *sql.DB
	id    string
	first int // number of the first of its workers
	log   *slog.Logger

	// lost is called when the process was taken for dead. It does not return.
	lost func(why string)

	mu     sync.Mutex
	atWork map[int64]bool // jobs that this process works on
	strays map[int64]bool // jobs that it did not work on at the last look, although it has them
}

// begin notes that the process works on a job, until end is called.
func (l *lease) begin(job int64) (end func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.atWork[job] = true
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.atWork, job)
	}
}

// errLost is the error of a process that was taken for dead.
var errLost = errors.New("this process was taken for dead")

// errorOfDead is the error of an attempt whose process was taken for dead, in the job.
const errorOfDead = "the process died"

var notInID = regexp.MustCompile(`[^A-Za-z0-9.\-]+`)

// newLease enters this process into the table of workers. The numbers of its workers
// are the lowest that no living process has.
func newLease(ctx context.Context, pool *sql.DB, version string, lanes int, log *slog.Logger, lost func(string)) (*lease, error) {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	var salt [4]byte
	_, _ = rand.Read(salt[:]) // never fails
	l := &lease{pool: pool, log: log, lost: lost, atWork: map[int64]bool{}}
	l.id = fmt.Sprintf("%.40s-%d-%s", notInID.ReplaceAllString(host, "-"), os.Getpid(), hex.EncodeToString(salt[:]))
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	if _, err := tx.ExecContext(ctx, `LOCK TABLE fleet.worker IN SHARE ROW EXCLUSIVE MODE`); err != nil {
		return nil, err
	}
	// The candidates are 1 and the number after each living process.
	err = tx.QueryRowContext(ctx, `
WITH alive AS (SELECT first_lane, lanes FROM fleet.worker WHERE ended_at IS NULL)
INSERT INTO fleet.worker (id, name, version, lanes, first_lane)
SELECT $1, $2, $3, $4, min(c.lane)
FROM (SELECT 1 AS lane UNION SELECT first_lane + lanes FROM alive) c
WHERE NOT EXISTS (SELECT 1 FROM alive a WHERE c.lane < a.first_lane + a.lanes AND a.first_lane < c.lane + $4)
RETURNING first_lane`, l.id, fmt.Sprintf("process %d on %s", os.Getpid(), host), version, lanes).Scan(&l.first)
	if err != nil {
		return nil, err
	}
	return l, tx.Commit()
}

// keep beats and looks for dead processes until ctx ends. A look that takes long does not
// delay the next beat.
func (l *lease) keep(ctx context.Context) {
	var group sync.WaitGroup
	group.Go(func() { l.repeat(ctx, beatEvery, l.beat) })
	group.Go(func() { l.repeat(ctx, janitorEvery, l.takeFromDead) })
	group.Go(func() { l.repeat(ctx, strayEvery, l.giveBackStrays) })
	group.Wait()
}

// repeat calls fn again and again until ctx ends, each time for a limited time.
func (l *lease) repeat(ctx context.Context, every time.Duration, fn func(context.Context) error) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		limited, cancel := context.WithTimeout(ctx, beatTimeout)
		err := fn(limited)
		cancel()
		switch {
		case errors.Is(err, errLost):
			l.lost(err.Error())
		case err != nil && ctx.Err() == nil:
			l.log.Warn("the lease of this process could not be renewed", slog.Any("error", err))
		}
	}
}

// beat renews the lease. The error is errLost if another process has taken this one
// for dead.
func (l *lease) beat(ctx context.Context) error {
	result, err := l.pool.ExecContext(ctx, `
UPDATE fleet.worker SET beat_at = now(), since = CASE WHEN beat_at < now() - make_interval(secs => $2) THEN now() ELSE since END
WHERE id = $1 AND ended_at IS NULL`, l.id, deadAfter.Seconds())
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return errLost
}

// takeFromDead marks the processes as dead that have not beaten for deadAfter, and
// makes their chapters available again. A process judges others only after it has
// beaten for deadAfter without a gap: after an outage of the server no
// process has beaten, and all are given the time to do so.
func (l *lease) takeFromDead(ctx context.Context) error {
	_, err := l.pool.ExecContext(ctx, `
UPDATE fleet.worker SET ended_at = now(), dead = true
WHERE ended_at IS NULL AND beat_at < now() - make_interval(secs => $2) AND EXISTS (
	SELECT 1 FROM fleet.worker me
	WHERE me.id = $1 AND me.ended_at IS NULL AND me.beat_at >= now() - make_interval(secs => $2) AND me.since < now() - make_interval(secs => $2))`,
		l.id, deadAfter.Seconds())
	if err != nil {
		return err
	}
	// A job that is locked by a transaction of a frozen process is left to the next look:
	// the server ends that transaction (idleInTransaction).
	_, err = l.pool.ExecContext(ctx, `
UPDATE fleet.river_job SET `+givenBack+`,
	errors = array_append(errors, jsonb_build_object('at', now(), 'attempt', attempt, 'error', $1::text, 'trace', ''))
WHERE id IN (
	SELECT j.id FROM fleet.river_job j JOIN fleet.worker w ON w.id = j.attempted_by[array_upper(j.attempted_by, 1)]
	WHERE j.state = 'running' AND w.ended_at IS NOT NULL
	FOR UPDATE OF j SKIP LOCKED)`, errorOfDead)
	return err
}

// givenBack makes a job available again, or cancels it if that was asked for meanwhile.
const givenBack = `
	state = CASE WHEN metadata ? 'cancel_attempted_at' THEN 'cancelled' ELSE 'available' END::fleet.river_job_state,
	finalized_at = CASE WHEN metadata ? 'cancel_attempted_at' THEN now() END`

// giveBackStrays makes jobs available again that this process has by the queue, but
// did not work on at two looks.
func (l *lease) giveBackStrays(ctx context.Context) error {
	found := map[int64]bool{}
	err := each(ctx, l.pool, func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		found[id] = true
		return err
	}, `SELECT id FROM fleet.river_job WHERE state = 'running' AND attempted_by[array_upper(attempted_by, 1)] = $1`, l.id)
	if err != nil {
		return err
	}
	l.mu.Lock()
	before := l.strays
	l.strays = map[int64]bool{}
	var again []int64
	for id := range found {
		if l.atWork[id] {
			continue
		}
		l.strays[id] = true
		if before[id] {
			again = append(again, id)
		}
	}
	l.mu.Unlock()
	for _, id := range again {
		if _, err := l.pool.ExecContext(ctx, `
UPDATE fleet.river_job SET `+givenBack+`
WHERE id = $1 AND state = 'running' AND attempted_by[array_upper(attempted_by, 1)] = $2`, id, l.id); err != nil {
			return err
		}
	}
	return nil
}

// refuse records the runs that this process does not work on, with the reasons, so
// that other processes can show them.
func (l *lease) refuse(ctx context.Context, reasons string) error {
	_, err := l.pool.ExecContext(ctx, `UPDATE fleet.worker SET refuses = $2 WHERE id = $1`, l.id, reasons)
	return err
}

// end gives up the lease. What the process still has is taken by others at once.
func (l *lease) end(ctx context.Context) error {
	_, err := l.pool.ExecContext(ctx, `UPDATE fleet.worker SET ended_at = now() WHERE id = $1 AND ended_at IS NULL`, l.id)
	return err
}
