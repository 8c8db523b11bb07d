package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"mashal"
)

// Account returns everything that is known of a run except its calls. The
// error is ErrNoRun if there is no such run. Accounts of runs that have ended
// are cached, so callers must not change them.
func (l *Ledger) Account(ctx context.Context, run string) (*mashal.RunAccount, error) {
	counters, err := l.counters(ctx) // read first, so that a later change invalidates the counts
	if err != nil {
		return nil, err
	}
	if a := l.counted.accountOf(counters, run); a != nil {
		return a, nil
	}
	r, err := l.Run(ctx, run)
	if err != nil {
		return nil, err
	}
	a := &mashal.RunAccount{}
	// The parts are counted at the same time: a run over the whole Bible has
	// some 40,000 rows.
	parts, ctx := errgroup.WithContext(ctx)
	parts.Go(func() error {
		list, err := l.progress(ctx, []mashal.Run{r})
		if err == nil {
			a.RunProgress = list[0]
		}
		return err
	})
	if r.Validator.Name != "" {
		parts.Go(func() (err error) {
			a.Coverage, err = l.Coverage(ctx, run)
			return err
		})
	}
	parts.Go(func() (err error) {
		a.Spending, err = l.Spent(ctx, run)
		return err
	})
	parts.Go(func() (err error) {
		a.Answered, err = l.Answered(ctx, run)
		return err
	})
	parts.Go(func() (err error) {
		if a.Failures, err = l.Failures(ctx, run); err != nil {
			return err
		}
		if a.Unvalidated, err = l.FailedValidations(ctx, run); err != nil {
			return err
		}
		a.Damaged, err = l.DamagedVerses(ctx, run)
		return err
	})
	parts.Go(func() (err error) {
		a.Forgotten, err = l.Forgettings(ctx, run)
		return err
	})
	parts.Go(func() (err error) {
		a.Batches, err = l.RunBatches(ctx, run)
		return err
	})
	parts.Go(func() (err error) {
		a.Attempts, err = l.attempts(ctx, `WHERE a.run = $1 ORDER BY a.id`, run)
		return err
	})
	if err := parts.Wait(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(a.Attempts, func(x, y mashal.Attempt) int { return x.Started.Compare(y.Started) })
	for i := range a.Unvalidated {
		if a.Unvalidated[i].At.IsZero() {
			a.Unvalidated[i].At = r.Ended
		}
	}
	l.counted.keepAccount(counters, a)
	return a, nil
}

// Answered returns which models the servers named in the answers to a run's calls,
// in the order of their first answers.
func (l *Ledger) Answered(ctx context.Context, run string) (list []mashal.Answered, err error) {
	err = query(ctx, l.read(), func(rows *sql.Rows) error {
		var a mashal.Answered
		var first string
		err := rows.Scan(&a.Model, &a.By, &a.Build, &a.Calls, &first)
		if err != nil {
			return err
		}
		a.First, err = parseTime(first)
		list = append(list, a)
		return err
	}, `
SELECT q.model, q.answered_by, `+l.build("q")+`, count(*), min(q.started_at)
FROM attempt a JOIN request q ON q.attempt = a.id
WHERE a.run = $1 AND q.answered_by <> '' GROUP BY 1, 2, 3 ORDER BY min(q.id)`, run)
	return list, l.explain("read", err)
}

// RunTotals counts a run's verses and figures from the rows.
func (l *Ledger) RunTotals(ctx context.Context, run string) (mashal.RunTotals, error) {
	t := mashal.RunTotals{Verses: map[mashal.State]int{}, Types: map[mashal.Type]int{}, Validations: map[mashal.State]int{}}
	counts, err := l.counts(ctx)
	if err != nil {
		return t, l.explain("read", err)
	}
	readings := map[int64]bool{}
	err = errors.Join(
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
		}, `SELECT state, count(*) FROM validation j WHERE run = $1 AND `+l.notCarried("j")+` GROUP BY state`, run),
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
WHERE v.run = $1 AND v.carried = 0 AND `+counts+` GROUP BY f.types`, run))
	t.Chapters = len(readings)
	return t, l.explain("read", err)
}

// Attempts returns the attempts of a run that have ended, in the order of their
// start.
func (l *Ledger) Attempts(ctx context.Context, run string) ([]mashal.Attempt, error) {
	return l.attempts(ctx, `WHERE a.run = $1 AND a.ended_at IS NOT NULL ORDER BY a.id`, run)
}

// attempts returns attempts. Those of a run whose process has died stay open
// until the next run begins.
func (l *Ledger) attempts(ctx context.Context, condition, run string) (list []mashal.Attempt, err error) {
	err = query(ctx, l.read(), func(rows *sql.Rows) error {
		var a mashal.Attempt
		var started, ended string
		if err := rows.Scan(&a.ID, &a.Reading, &a.Purpose, &a.Follows, &a.Worker, &a.Chapter.Book, &a.Chapter.Number, &started, &ended,
			&a.Outcome, &a.Asked, &a.Verses, &a.Failed, &a.Figures); err != nil {
			return err
		}
		var bad [2]error
		a.Started, bad[0] = parseTime(started)
		a.Ended, bad[1] = parseTime(ended)
		list = append(list, a)
		return errors.Join(bad[:]...)
	}, `
SELECT a.id, a.reading, a.purpose, coalesce(a.follows, 0), a.worker, r.book, r.chapter, a.started_at, coalesce(a.ended_at, ''),
	coalesce(a.outcome, 'running'), a.asked, a.verses, a.failed, a.figures
FROM attempt a JOIN reading r ON r.id = a.reading
`+condition, run)
	if err == nil {
		err = l.addWaits(ctx, run, list)
	}
	return list, l.explain("read", err)
}

// Failures returns the verses of a run that failed, in canonical order, without
// those that a later run took over.
func (l *Ledger) Failures(ctx context.Context, run string) ([]mashal.FailedVerse, error) {
	return l.failedVerses(ctx, run, `
SELECT r.book, r.chapter, v.verse, v.failure_kind, v.failure_reason, v.ended_at
FROM verse v JOIN reading r ON r.id = v.reading
WHERE v.run = $1 AND v.carried = 0 AND v.state = 'failed' ORDER BY r.book, r.chapter, v.verse`)
}

// FailedValidations returns the verses of a run whose figures should have been
// validated and were not, in canonical order, without those that a later run
// took over. Verses that were not begun or were interrupted have no time.
func (l *Ledger) FailedValidations(ctx context.Context, run string) ([]mashal.FailedVerse, error) {
	return l.failedVerses(ctx, run, `
SELECT r.book, r.chapter, j.verse, coalesce(j.failure_kind, 'not-run'), coalesce(j.failure_reason, 'the run ended before it was validated'), coalesce(j.ended_at, '')
FROM validation j JOIN reading r ON r.id = j.reading
WHERE j.run = $1 AND `+l.notCarried("j")+` AND j.state <> 'done' ORDER BY r.book, r.chapter, j.verse`)
}

func (l *Ledger) failedVerses(ctx context.Context, run, text string) (list []mashal.FailedVerse, err error) {
	err = query(ctx, l.read(), func(rows *sql.Rows) error {
		var f mashal.FailedVerse
		var ended string
		err := rows.Scan(&f.Ref.Book, &f.Ref.Number, &f.Ref.Verse, &f.Failure.Kind, &f.Failure.Reason, &ended)
		if err != nil {
			return err
		}
		f.At, err = parseTime(ended)
		list = append(list, f)
		return err
	}, text, run)
	return list, l.explain("read", err)
}

// DamagedVerses returns the verses that answers to a run's calls lacked or held
// damaged, in the order of the calls. Most of them came when they were asked
// for again.
func (l *Ledger) DamagedVerses(ctx context.Context, run string) (list []mashal.FailedVerse, err error) {
	err = query(ctx, l.read(), func(rows *sql.Rows) error {
		var ch mashal.Chapter
		var model, ended, text string
		var damage []mashal.Damage
		if err := rows.Scan(&ch.Book, &ch.Number, &model, &ended, &text); err != nil {
			return err
		}
		at, err := parseTime(ended)
		if err := errors.Join(err, json.Unmarshal([]byte(text), &damage)); err != nil {
			return err
		}
		for _, d := range damage {
			list = append(list, mashal.FailedVerse{
				Ref: mashal.Ref{Chapter: ch, Verse: d.Verse}, At: at,
				Failure: mashal.Failure{Kind: d.State, Reason: strings.TrimSuffix("in an answer of "+model+": "+d.Reason, ": ")},
			})
		}
		return nil
	}, `
SELECT r.book, r.chapter, q.model, coalesce(q.ended_at, ''), q.damage
FROM attempt a JOIN request q ON q.attempt = a.id JOIN reading r ON r.id = a.reading
WHERE a.run = $1 AND q.damage IS NOT NULL ORDER BY q.id`, run)
	return list, l.explain("read", err)
}
