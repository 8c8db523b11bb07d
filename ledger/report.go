package ledger

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"mashal"
)

// RunTotals counts what a run was to read and what came of it. A verse that a
// later run took up counts there.
type RunTotals struct {
	Chapters int                  // in which it had verses to read
	Verses   map[mashal.State]int // verses it was to read
	Figures  int                  // in those that are done

	// Validations counts the verses whose figures it was to have judged.
	Validations map[mashal.State]int
	Types       map[mashal.Type]int // figures of each type; one can have several
}

// RunTotals counts a run's verses and figures from the rows.
func (l *Ledger) RunTotals(ctx context.Context, run string) (RunTotals, error) {
	t := RunTotals{Verses: map[mashal.State]int{}, Types: map[mashal.Type]int{}, Validations: map[mashal.State]int{}}
	readings := map[int64]bool{}
	err := errors.Join(
		query(ctx, l.read(), func(rows *sql.Rows) error {
			var state mashal.State
			var reading int64
			var n int
			err := rows.Scan(&state, &reading, &n)
			t.Verses[state] += n
			readings[reading] = true
			return err
		}, `SELECT state, reading, count(*) FROM verse WHERE run = $1 AND carried = 0 GROUP BY reading, state`, run),
		query(ctx, l.read(), func(rows *sql.Rows) error {
			var state mashal.State
			var n int
			err := rows.Scan(&state, &n)
			t.Validations[state] = n
			return err
		}, `SELECT state, count(*) FROM validation WHERE run = $1 AND carried = 0 GROUP BY state`, run),
		query(ctx, l.read(), func(rows *sql.Rows) error {
			var types string
			var n int
			err := rows.Scan(&types, &n)
			t.Figures += n
			for _, one := range parseTypes(types) {
				t.Types[one] += n
			}
			return err
		}, `
SELECT f.types, count(*)
FROM verse v JOIN figure f ON f.reading = v.reading AND f.verse = v.verse
WHERE v.run = $1 AND v.carried = 0 GROUP BY f.types`, run))
	t.Chapters = len(readings)
	return t, l.explain("read", err)
}

// countStates selects run, state and count of the verses of runs, by reading
// first, in the order of an index, so that few rows are left to be sorted.
func countStates(runs string) string {
	return `SELECT run, state, CAST(sum(n) AS BIGINT)
FROM (SELECT run, state, count(*) AS n FROM verse WHERE carried = 0 AND run IN ` + runs + ` GROUP BY run, reading, state) AS by_reading
GROUP BY run, state`
}

// VerseStates counts the verses that a run was to read by where they stand. It
// is a part of RunTotals, for whoever asks again and again.
func (l *Ledger) VerseStates(ctx context.Context, run string) (map[mashal.State]int, error) {
	states := map[mashal.State]int{}
	err := query(ctx, l.read(), func(rows *sql.Rows) error {
		var of string
		var state mashal.State
		var n int
		err := rows.Scan(&of, &state, &n)
		states[state] = n
		return err
	}, countStates(`($1)`), run)
	return states, l.explain("read", err)
}

// An Attempt is a worker's work on some verses of a chapter: to find figures
// there, or to judge them.
type Attempt struct {
	ID      int64
	Reading int64
	Purpose Purpose
	Follows int64 // the attempt that found the figures which this one judges; 0 if none of this run did
	Worker  int
	Chapter mashal.Chapter
	Started time.Time
	Ended   time.Time    // zero while it is under way
	Outcome mashal.State // Done; Failed if some verse did; NotRun if it was interrupted; Running while it is under way
	Asked   int          // verses it was to read
	Verses  int          // verses that came to their end
	Failed  int          // verses of them
	Figures int          // found, or judged
	Waits   []Wait       // in the order in which they began
}

// Attempts are a run's attempts that have ended, in the order in which they
// began.
func (l *Ledger) Attempts(ctx context.Context, run string) ([]Attempt, error) {
	return l.attempts(ctx, `WHERE a.run = $1 AND a.ended_at IS NOT NULL ORDER BY a.id`, run)
}

// OpenAttempts are a run's attempts that have not ended, in the order in which
// they began. What they have found so far is counted, their verses are not.
// Those of a run whose process died are open until the next run begins.
func (l *Ledger) OpenAttempts(ctx context.Context, run string) ([]Attempt, error) {
	return l.attempts(ctx, `WHERE a.run = $1 AND a.ended_at IS NULL ORDER BY a.id`, run)
}

func (l *Ledger) attempts(ctx context.Context, which, run string) (list []Attempt, err error) {
	err = query(ctx, l.read(), func(rows *sql.Rows) error {
		var a Attempt
		var started, ended string
		if err := rows.Scan(&a.ID, &a.Reading, &a.Purpose, &a.Follows, &a.Worker, &a.Chapter.Book, &a.Chapter.Number, &started, &ended,
			&a.Outcome, &a.Asked, &a.Verses, &a.Failed, &a.Figures); err != nil {
			return err
		}
		var bad [2]error
		a.Started, bad[0] = at(started)
		a.Ended, bad[1] = at(ended)
		list = append(list, a)
		return errors.Join(bad[:]...)
	}, `
SELECT a.id, a.reading, a.purpose, coalesce(a.follows, 0), a.worker, r.book, r.chapter, a.started_at, coalesce(a.ended_at, ''),
	coalesce(a.outcome, 'running'), a.asked, a.verses, a.failed, a.figures
FROM attempt a JOIN reading r ON r.id = a.reading
`+which, run)
	if err == nil {
		err = l.addWaits(ctx, run, list)
	}
	return list, l.explain("read", err)
}

// A FailedVerse is a verse that has no reading, or whose figures have no
// verdicts, and why.
type FailedVerse struct {
	Ref     mashal.Ref
	Failure mashal.Failure
	At      time.Time
}

// Failures are the verses a run was to read that have failed, in canonical
// order. A verse that a later run took up is not among them.
func (l *Ledger) Failures(ctx context.Context, run string) ([]FailedVerse, error) {
	return l.failedVerses(ctx, run, `
SELECT r.book, r.chapter, v.verse, v.failure_kind, v.failure_reason, v.ended_at
FROM verse v JOIN reading r ON r.id = v.reading
WHERE v.run = $1 AND v.carried = 0 AND v.state = 'failed' ORDER BY r.book, r.chapter, v.verse`)
}

func (l *Ledger) failedVerses(ctx context.Context, run, text string) (list []FailedVerse, err error) {
	err = query(ctx, l.read(), func(rows *sql.Rows) error {
		var f FailedVerse
		var ended string
		err := rows.Scan(&f.Ref.Book, &f.Ref.Number, &f.Ref.Verse, &f.Failure.Kind, &f.Failure.Reason, &ended)
		if err != nil {
			return err
		}
		f.At, err = at(ended)
		list = append(list, f)
		return err
	}, text, run)
	return list, l.explain("read", err)
}
