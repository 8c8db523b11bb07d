package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"mashal"
)

// A Guard ties what is written about a chapter to the right of a worker to work on
// it. A worker that was only frozen loses that right while it is frozen, and must
// not write over its successor.
type Guard struct {
	// Begin begins every transaction. Its error rolls it back.
	Begin func(ctx context.Context, tx *sql.Tx) error

	// End ends the transaction after which the run has no work left in the chapter.
	End func(ctx context.Context, tx *sql.Tx) error
}

// ErrChapterEnded is the error of Guard.Begin for a chapter that this worker has
// ended: the transaction that did so was committed, and the answer of the server was
// lost.
var ErrChapterEnded = errors.New("the chapter has ended")

// Guarded returns a view of the ledger whose writes a guard begins and ends. It
// shares the ledger's connections; closing it does nothing.
func (l *Ledger) Guarded(g Guard) *Ledger {
	return &Ledger{store: guardedStore{l.store, g.Begin}, now: l.now, version: l.version, shared: l.shared, guard: g}
}

// unguarded returns the store without the guard, for what belongs to no chapter.
func (l *Ledger) unguarded() store {
	if s, ok := l.store.(guardedStore); ok {
		return s.store
	}
	return l.store
}

// A guardedStore is a store whose transactions begin with a function.
type guardedStore struct {
	store
	begin func(ctx context.Context, tx *sql.Tx) error
}

func (s guardedStore) guarded(unit func(ctx context.Context, tx *sql.Tx) error) func(ctx context.Context, tx *sql.Tx) error {
	return func(ctx context.Context, tx *sql.Tx) error {
		if err := s.begin(ctx, tx); err != nil {
			return err
		}
		return unit(ctx, tx)
	}
}

func (s guardedStore) write(ctx context.Context, unit func(ctx context.Context, tx *sql.Tx) error) error {
	return s.ended(s.store.write(ctx, s.guarded(unit)))
}

func (s guardedStore) writeSoon(ctx context.Context, unit func(ctx context.Context, tx *sql.Tx) error) error {
	return s.ended(s.store.writeSoon(ctx, s.guarded(unit)))
}

// ended returns nil for ErrChapterEnded: what was to be written is durable.
func (guardedStore) ended(err error) error {
	if errors.Is(err, ErrChapterEnded) {
		return nil
	}
	return err
}

func (guardedStore) close() error { return nil }

// endChapter calls the guard's End if the run has no work left in a reading.
func (l *Ledger) endChapter(ctx context.Context, tx *sql.Tx, reading int64, run string) error {
	if l.guard.End == nil {
		return nil
	}
	if left, err := hasWork(ctx, tx, reading, run); err != nil || left {
		return err
	}
	var open int // attempts that have recorded all their verses, and are about to end
	err := tx.QueryRowContext(ctx, `SELECT count(*) FROM attempt WHERE reading = $1 AND run = $2 AND ended_at IS NULL`, reading, run).Scan(&open)
	if err != nil || open > 0 {
		return err
	}
	return l.guard.End(ctx, tx)
}

// hasWork reports whether a run has verses of a reading to annotate or to validate.
func hasWork(ctx context.Context, tx *sql.Tx, reading int64, run string) (bool, error) {
	var left int
	err := tx.QueryRowContext(ctx, `
SELECT CASE WHEN EXISTS (SELECT 1 FROM verse v WHERE v.reading = $1 AND v.run = $2 AND v.state IN ('not run', 'running'))
	OR EXISTS (SELECT 1 FROM validation j WHERE j.reading = $1 AND j.run = $2 AND j.state IN ('not run', 'running')) THEN 1 ELSE 0 END`,
		reading, run).Scan(&left)
	return left == 1, err
}

// A ChapterWork is what a run has left to do in one chapter.
type ChapterWork struct {
	Annotate Work // no verses: nothing to annotate
	Validate Work // likewise
}

// TakeChapter releases what a dead worker left of a chapter of a run, and returns
// what the run has to do there. If nothing is left, it ends the chapter: it calls
// Guard.End.
func (l *Ledger) TakeChapter(ctx context.Context, run string, reading int64) (c ChapterWork, err error) {
	err = l.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if err := release(ctx, tx, scope{run, reading}, ""); err != nil {
			return err
		}
		c.Annotate, c.Validate = Work{Reading: reading}, Work{Reading: reading}
		if err := tx.QueryRowContext(ctx, `SELECT book, chapter FROM reading WHERE id = $1`, reading).Scan(&c.Annotate.Chapter.Book, &c.Annotate.Chapter.Number); err != nil {
			return err
		}
		c.Validate.Chapter = c.Annotate.Chapter
		for table, verses := range map[string]*[]int{"verse": &c.Annotate.Verses, "validation": &c.Validate.Verses} {
			err := query(ctx, tx, func(rows *sql.Rows) error {
				var verse int
				err := rows.Scan(&verse)
				*verses = append(*verses, verse)
				return err
			}, `SELECT verse FROM `+table+` WHERE reading = $1 AND run = $2 AND state = 'not run' ORDER BY verse`, reading, run)
			if err != nil {
				return err
			}
		}
		if len(c.Annotate.Verses)+len(c.Validate.Verses) > 0 {
			return nil
		}
		if _, err := publish(ctx, tx, reading, run); err != nil {
			return err
		}
		return l.endChapter(ctx, tx, reading, run)
	})
	if err != nil {
		return c, fmt.Errorf("take a chapter of run %s: %w", run, err)
	}
	return c, nil
}

// settingFleet is the setting of a run whose chapters the workers of a fleet take.
const settingFleet = "fleet"

// IsFleet reports whether the chapters of a run are taken by the workers of a fleet.
func IsFleet(run *mashal.Run) bool { return run.Settings[settingFleet] != "" }

// IsBatched reports whether the requests of a run of a fleet are sent in batches.
func IsBatched(run *mashal.Run) bool { return run.Settings[settingFleet] == fleetMode(true) }

// fleetMode returns the value of settingFleet.
func fleetMode(batches bool) string {
	if batches {
		return "batches"
	}
	return "yes"
}

// isFleet is IsFleet for the settings as they are stored.
func isFleet(settings string) bool { return storedMode(settings) != "" }

// storedMode returns settingFleet of settings as they are stored, and "" for a run that
// is not one of a fleet.
func storedMode(settings string) string {
	var of map[string]string
	if json.Unmarshal([]byte(settings), &of) != nil {
		return ""
	}
	return of[settingFleet]
}

// joinRun returns the run of a fleet that has not ended and does what spec says, with
// the work that is left of it, or nil if there is none. It enqueues that work again,
// for the case that a part of it was taken out of the queue.
func joinRun(ctx context.Context, tx *sql.Tx, annotator int64, validator any, spec RunSpec) (*StartedRun, error) {
	if validator == nil {
		validator = int64(0)
	}
	var run *StartedRun
	stopped := false
	err := query(ctx, tx, func(rows *sql.Rows) error {
		var id, settings, started string
		var alreadyDone int
		if err := rows.Scan(&id, &settings, &started, &alreadyDone); err != nil || storedMode(settings) != fleetMode(spec.Batches) {
			return err
		}
		below, err := validateBelow(settings)
		if err != nil || below != spec.ValidateBelow {
			return err
		}
		run = &StartedRun{ID: id, AlreadyDone: alreadyDone, Joined: true}
		stopped = IsStopped(settings)
		run.Started, err = parseTime(started)
		return err
	}, `
SELECT id, settings, started_at, already_done FROM run
WHERE ended_at IS NULL AND annotator = $1 AND coalesce(validator, 0) = $2 AND selection = $3 AND again = $4 ORDER BY number`,
		annotator, validator, spec.Selection.String(), bit(spec.Again))
	if err != nil || run == nil {
		return nil, err
	}
	if stopped { // it goes on
		err := changeSettings(ctx, tx, run.ID, func(settings map[string]string) {
			delete(settings, settingNote)
			delete(settings, settingCode)
		})
		if err != nil {
			return nil, err
		}
	}
	for table, list := range map[string]*[]Work{"verse": &run.Work, "validation": &run.Validate} {
		if *list, err = plannedWork(ctx, tx, run.ID, table, `AND v.state IN ('not run', 'running')`); err != nil {
			return nil, err
		}
	}
	return run, spec.Enqueue(ctx, tx, run)
}

// plannedElsewhere counts the verses of a selection that other runs have to annotate
// and have not ended.
func plannedElsewhere(ctx context.Context, tx *sql.Tx, run string, selection mashal.Selection, readings map[mashal.Chapter]int64) (n int, err error) {
	chapterOf := map[int64]mashal.Chapter{}
	for ch, id := range readings {
		chapterOf[id] = ch
	}
	err = query(ctx, tx, func(rows *sql.Rows) error {
		var reading int64
		var verse int
		err := rows.Scan(&reading, &verse)
		if ch, ours := chapterOf[reading]; ours {
			for _, p := range selection.Passages(ch) {
				if p.Contains(verse) {
					n++
				}
			}
		}
		return err
	}, `SELECT v.reading, v.verse FROM run o JOIN verse v ON v.run = o.id WHERE o.ended_at IS NULL AND o.id <> $1 AND v.state <> 'done' AND v.carried = 0`, run)
	return n, err
}

// EndFleetRun records the outcome of a run of a fleet, which follows from the states
// of its verses. If chapters are left and no reason is noted, it notes that they were
// taken out of the queue. It does nothing if the run has ended. It is called in a
// transaction after which the queue has no chapter of the run.
func (l *Ledger) EndFleetRun(ctx context.Context, tx *sql.Tx, run string) error {
	var open int
	if err := tx.QueryRowContext(ctx, `SELECT CASE WHEN ended_at IS NULL THEN 1 ELSE 0 END FROM run WHERE id = $1`, run).Scan(&open); err != nil || open == 0 {
		return err
	}
	var left, failed int64 // chapters that are left, verses that failed
	err := tx.QueryRowContext(ctx, `
SELECT count(DISTINCT CASE WHEN state IN ('not run', 'running') THEN reading END), coalesce(sum(CASE WHEN state = 'failed' THEN 1 ELSE 0 END), 0)
FROM (SELECT v.reading, v.state FROM verse v WHERE v.run = $1 AND v.carried = 0
	UNION ALL SELECT j.reading, j.state FROM validation j WHERE j.run = $1 AND j.carried = 0) AS work`, run).Scan(&left, &failed)
	if err != nil {
		return err
	}
	outcome := mashal.RunDone
	switch {
	case left > 0:
		outcome = mashal.RunInterrupted
		note := fmt.Sprintf("%d chapters were cancelled or deleted in the queue, or given up after errors", left)
		if left == 1 {
			note = "a chapter was cancelled or deleted in the queue, or given up after errors"
		}
		if err := changeSettings(ctx, tx, run, func(settings map[string]string) {
			if settings[settingFleet] == fleetMode(true) {
				note = "verses are left that are in batches of another command, or the job was cancelled or given up in the queue"
			}
			if !strings.HasPrefix(settings[settingNote], Stopped) {
				settings[settingNote] = Stopped + note
			}
		}); err != nil {
			return err
		}
	case failed > 0:
		outcome = mashal.RunIncomplete
	}
	return endRun(ctx, tx, run, outcome, l.now())
}

// AddWorkers records that workers with numbers up to last work for a run: their
// numbers are the lanes of its timeline.
func (l *Ledger) AddWorkers(ctx context.Context, run string, last int) error {
	return l.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE run SET workers = $1 WHERE id = $2 AND workers < $1`, last, run)
		return err
	})
}

// OpenFleetRuns returns the runs of a fleet that have not ended, the earliest first.
func (l *Ledger) OpenFleetRuns(ctx context.Context) (list []mashal.Run, err error) {
	open, err := l.runs(ctx, selectRuns+`WHERE r.ended_at IS NULL ORDER BY r.number`)
	for i := range open {
		if IsFleet(&open[i]) {
			list = append(list, open[i])
		}
	}
	return list, err
}
