package fleet

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// A Status says what the fleet of a ledger does.
type Status struct {
	Runs      []RunStatus
	Jobs      map[string]int // of all runs, by state
	Processes []Process
}

// A RunStatus counts the jobs in the queue of a run that has not ended: its chapters, or
// one for all if its requests are sent in batches.
type RunStatus struct {
	Run     string
	Running int  // at work
	Waiting int  // not taken yet, or given back
	Removed int  // chapters that were cancelled or deleted in the queue, or given up, and are not done
	Paused  bool // no process takes its jobs

	// Batches says that the requests of the run are sent in batches. Then it has one job,
	// which looks at them again after Next if no process has it now.
	Batches bool
	Next    time.Duration
}

// A Process is one that works, or has died.
type Process struct {
	Name    string // host and process id
	Workers int
	Version string
	Beat    time.Duration // since its last sign of life
	Running int           // chapters, or runs in batches, that it has
	Refuses string        // the runs that it does not work on, one per line with the reason
}

// ReadStatus returns the status of the fleet of a ledger; nil if there is none.
func ReadStatus(ctx context.Context, pool *sql.DB) (*Status, error) {
	if pool == nil {
		return nil, nil
	}
	var made bool
	if err := pool.QueryRowContext(ctx, `SELECT to_regclass('fleet.worker') IS NOT NULL AND to_regclass('fleet.river_job') IS NOT NULL`).Scan(&made); err != nil || !made {
		return nil, err
	}
	s := &Status{Jobs: map[string]int{}}
	err := each(ctx, pool, func(rows *sql.Rows) error {
		var state string
		var n int
		err := rows.Scan(&state, &n)
		s.Jobs[state] = n
		return err
	}, `SELECT state, count(*) FROM fleet.river_job GROUP BY state`)
	if err != nil {
		return nil, err
	}
	err = each(ctx, pool, func(rows *sql.Rows) error {
		var r RunStatus
		var next float64
		err := rows.Scan(&r.Run, &r.Running, &r.Waiting, &r.Paused, &r.Removed, &r.Batches, &next)
		r.Next = time.Duration(next * float64(time.Second))
		s.Runs = append(s.Runs, r)
		return err
	}, `
WITH waits AS (SELECT args->>'run' AS run, CAST(args->>'reading' AS BIGINT) AS reading, kind, queue, state, scheduled_at FROM fleet.river_job
		WHERE kind IN ('chapter', 'batches') AND state IN `+unfinishedStates+`),
	missing AS (SELECT run, reading FROM verse WHERE state IN ('not run', 'running') AND carried = 0
		UNION SELECT run, reading FROM validation WHERE state IN ('not run', 'running') AND carried = 0)
SELECT w.run, count(*) FILTER (WHERE w.state = 'running'), count(*) FILTER (WHERE w.state <> 'running'),
	EXISTS (SELECT 1 FROM fleet.river_queue q WHERE q.name = w.queue AND q.paused_at IS NOT NULL),
	(SELECT count(*) FROM missing m WHERE m.run = w.run AND NOT EXISTS (SELECT 1 FROM waits o WHERE o.run = m.run AND (o.reading = m.reading OR o.kind = 'batches'))),
	bool_or(w.kind = 'batches'), greatest(0, extract(epoch FROM min(w.scheduled_at) - now()))
FROM waits w GROUP BY w.run, w.queue ORDER BY w.run`)
	if err != nil {
		return nil, err
	}
	err = each(ctx, pool, func(rows *sql.Rows) error {
		var p Process
		var beat float64
		err := rows.Scan(&p.Name, &p.Workers, &p.Version, &beat, &p.Running, &p.Refuses)
		p.Beat = time.Duration(beat * float64(time.Second))
		s.Processes = append(s.Processes, p)
		return err
	}, `
SELECT w.name, w.lanes, w.version, extract(epoch FROM now() - w.beat_at),
	(SELECT count(*) FROM fleet.river_job j WHERE j.state = 'running' AND j.attempted_by[array_upper(j.attempted_by, 1)] = w.id), w.refuses
FROM fleet.worker w WHERE w.ended_at IS NULL ORDER BY w.first_lane`)
	return s, err
}

// each calls scan for each row of a query.
func each(ctx context.Context, pool *sql.DB, scan func(*sql.Rows) error, query string, args ...any) (err error) {
	rows, err := pool.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
