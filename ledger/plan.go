package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"mashal"
)

// A RunSpec states what a run has to do.
type RunSpec struct {
	Annotator mashal.Annotator
	Validator *mashal.Annotator // judges the figures; nil for none

	// ValidateBelow is the confidence that a figure of a verse must be below for the
	// verse to be validated; 0 validates all.
	ValidateBelow float64

	Selection mashal.Selection
	Again     bool // begin new readings of chapters that have verses which are done
	Rereads   bool // the new readings decode the same answers: unchanged figures keep their verdicts
	Workers   int  // from 1
	Command   []string
	Settings  map[string]string
	Version   string // of the program

	// Batches says that the requests of a run of a fleet are sent in batches.
	Batches bool

	// Enqueue makes the run one of a fleet: in the transaction that records the run, it
	// passes the chapters on to workers. The run ends when they have ended (EndFleetRun).
	Enqueue func(ctx context.Context, tx *sql.Tx, run *StartedRun) error
}

// settingValidateBelow is the setting of a run that has ValidateBelow.
const settingValidateBelow = "validate figures with a confidence below"

// A StartedRun is a run that has begun, with its work.
type StartedRun struct {
	ID          string
	Started     time.Time
	Work        []Work // in canonical order
	Validate    []Work // verses with figures of earlier runs that the validator has not judged, in canonical order
	AlreadyDone int    // verses of the selection that were done before
	Elsewhere   int    // verses of the selection that other runs of the fleet are to annotate
	Joined      bool   // the run began earlier: the same command of a fleet
}

// Work is some verses of one chapter that a run has to annotate or to validate.
type Work struct {
	Reading int64
	Chapter mashal.Chapter
	Verses  []int // ascending
}

// StartRun plans a run and records it. Every verse of the selection that is not
// done for the annotator's fingerprint becomes work, failed verses included. Verses
// that a dead process left running become work again.
//
// With Again, StartRun begins a new reading of every chapter of the selection that
// has a verse which is done, and copies the verses of the chapter that are not in
// the selection. There is one exception: if the last run of the same annotator and
// selection had Again and did not end, the new run continues it, so that the same
// command resumes it.
//
// Verses that a run of a fleet has to annotate, and that are not done, stay with it
// until it ends. A run with Enqueue joins the run of a fleet that has the same
// annotator, validator and selection, and has not ended.
func (l *Ledger) StartRun(ctx context.Context, spec RunSpec) (*StartedRun, error) {
	if err := spec.validate(); err != nil {
		return nil, fmt.Errorf("start a run: %w", err)
	}
	var run *StartedRun
	err := l.write(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
		run, err = l.startRun(ctx, tx, spec, l.now())
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("start a run: %w", err)
	}
	return run, nil
}

func (s *RunSpec) validate() error {
	switch {
	case s.Annotator.Fingerprint == "" || s.Annotator.Kind.Rank() == 0:
		return errors.New("the annotator has no fingerprint or no kind")
	case len(s.Selection) == 0:
		return errors.New("the selection is empty")
	case s.Validator != nil && s.Validator.Fingerprint == "":
		return errors.New("the validator has no fingerprint")
	case s.Workers < 1:
		return fmt.Errorf("the number of workers is %d, and must be at least 1", s.Workers)
	}
	return nil
}

func (l *Ledger) startRun(ctx context.Context, tx *sql.Tx, spec RunSpec, now string) (*StartedRun, error) {
	// The counter locks out other runs that are being planned: they take numbers of
	// annotators and readings too, and verses.
	number, err := next(ctx, tx, "run")
	if err != nil {
		return nil, err
	}
	if err := releaseDead(ctx, tx, !l.shared); err != nil {
		return nil, err
	}
	annotator, err := ensureAnnotator(ctx, tx, spec.Annotator)
	if err != nil {
		return nil, err
	}
	again := spec.Again
	if again {
		resumes, err := resumesAgain(ctx, tx, annotator, spec)
		if err != nil {
			return nil, err
		}
		again = !resumes
	}
	run := &StartedRun{ID: newRunID(now)}
	if run.Started, err = parseTime(now); err != nil {
		return nil, err
	}
	var validator any
	if spec.Validator != nil {
		if validator, err = ensureAnnotator(ctx, tx, *spec.Validator); err != nil {
			return nil, err
		}
	}
	if spec.Enqueue != nil {
		if joined, err := joinRun(ctx, tx, annotator, validator, spec); err != nil || joined != nil {
			return joined, err
		}
	}
	if err := insertRun(ctx, tx, run.ID, number, annotator, validator, spec, now); err != nil {
		return nil, err
	}
	readings, err := ensureReadings(ctx, tx, run.ID, annotator, spec, again)
	if err != nil {
		return nil, err
	}
	if err := planVerses(ctx, tx, run.ID, spec, readings); err != nil {
		return nil, err
	}
	if run.Work, err = plannedWork(ctx, tx, run.ID, "verse", ""); err != nil {
		return nil, err
	}
	if spec.Validator != nil {
		if run.Validate, err = planValidations(ctx, tx, run.ID, spec, readings); err != nil {
			return nil, err
		}
	}
	if err := publishFinished(ctx, tx, run, readings); err != nil {
		return nil, err
	}
	if run.Elsewhere, err = plannedElsewhere(ctx, tx, run.ID, spec.Selection, readings); err != nil {
		return nil, err
	}
	run.AlreadyDone = spec.Selection.Verses() - run.Elsewhere
	for _, w := range run.Work {
		run.AlreadyDone -= len(w.Verses)
	}
	if _, err := tx.ExecContext(ctx, `UPDATE run SET already_done = $1 WHERE id = $2`, run.AlreadyDone, run.ID); err != nil {
		return nil, err
	}
	if spec.Enqueue == nil {
		return run, nil
	}
	return run, spec.Enqueue(ctx, tx, run)
}

// publishFinished makes visible those readings in which the run has no work. An
// earlier run was to validate them, and was stopped before it did.
func publishFinished(ctx context.Context, tx *sql.Tx, run *StartedRun, readings map[mashal.Chapter]int64) error {
	busy := map[int64]bool{}
	for _, w := range slices.Concat(run.Work, run.Validate) {
		busy[w.Reading] = true
	}
	var ids []any
	for _, id := range readings {
		if !busy[id] {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	revision, err := next(ctx, tx, "revision")
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, fmt.Sprintf(`UPDATE reading SET revision = $%d WHERE revision = 0 AND id IN %s`, len(ids)+1, placeholders(1, 1, len(ids))), append(ids, revision)...)
	return err
}

func ensureAnnotator(ctx context.Context, tx *sql.Tx, a mashal.Annotator) (id int64, err error) {
	if _, err := tx.ExecContext(ctx, `
INSERT INTO annotator (id, fingerprint, name, kind, version)
SELECT coalesce(max(id), 0) + 1, $1, $2, $3, $4 FROM annotator WHERE true
ON CONFLICT (fingerprint) DO NOTHING`, clean(a.Fingerprint), clean(a.Name), string(a.Kind), clean(a.Version)); err != nil {
		return 0, fmt.Errorf("record the annotator: %w", err)
	}
	err = tx.QueryRowContext(ctx, `SELECT id FROM annotator WHERE fingerprint = $1`, clean(a.Fingerprint)).Scan(&id)
	return id, err
}

// resumesAgain reports whether the last run of an annotator over a selection had
// Again, was stopped before its end, and has verses left. Another run may have done
// these.
func resumesAgain(ctx context.Context, tx *sql.Tx, annotator int64, spec RunSpec) (bool, error) {
	selection := spec.Selection
	var again int
	var outcome mashal.RunState
	err := tx.QueryRowContext(ctx, `
SELECT again, coalesce(outcome, '') FROM run WHERE annotator = $1 AND selection = $2 AND rereads = $3
	AND NOT EXISTS (SELECT 1 FROM reading f WHERE f.run = run.id AND f.forgotten IS NOT NULL)
ORDER BY number DESC LIMIT 1`, annotator, selection.String(), bit(spec.Rereads)).Scan(&again, &outcome)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil || again == 0 || outcome != mashal.RunInterrupted && outcome != mashal.RunFailed {
		return false, err
	}
	left := map[mashal.Ref]bool{}
	for _, p := range selection {
		for verse := p.First; verse <= p.Last; verse++ {
			left[mashal.Ref{Chapter: p.Chapter, Verse: verse}] = true
		}
	}
	err = query(ctx, tx, func(rows *sql.Rows) error {
		var ref mashal.Ref
		err := rows.Scan(&ref.Chapter.Book, &ref.Chapter.Number, &ref.Verse)
		delete(left, ref)
		return err
	}, `
SELECT r.book, r.chapter, v.verse FROM reading r JOIN verse v ON v.reading = r.id
WHERE r.annotator = $1 AND v.state = 'done' AND NOT EXISTS (
	SELECT 1 FROM reading s
	WHERE s.annotator = r.annotator AND s.book = r.book AND s.chapter = r.chapter AND s.number > r.number AND s.forgotten IS NULL)`, annotator)
	return len(left) > 0, err
}

func insertRun(ctx context.Context, tx *sql.Tx, id string, number, annotator int64, validator any, spec RunSpec, now string) error {
	command, settings := spec.Command, spec.Settings
	if command == nil {
		command = []string{}
	}
	if settings = maps.Clone(settings); settings == nil {
		settings = map[string]string{}
	}
	if spec.ValidateBelow > 0 {
		settings[settingValidateBelow] = strconv.FormatFloat(spec.ValidateBelow, 'g', -1, 64)
	}
	if spec.Enqueue != nil {
		settings[settingFleet] = fleetMode(spec.Batches)
	}
	_, err := tx.ExecContext(ctx, `
INSERT INTO run (id, number, annotator, validator, rereads, selection, again, command, settings, version, workers, already_done, started_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12)`,
		id, number, annotator, validator, bit(spec.Rereads), spec.Selection.String(), bit(spec.Again), jsonText(command), jsonText(settings), clean(spec.Version), spec.Workers, now)
	if err != nil {
		return fmt.Errorf("record the run: %w", err)
	}
	return nil
}

// ensureReadings returns the annotator's latest reading of every chapter of the
// selection. It begins the missing ones and, with again, those in which a verse is
// done. A reading that is not visible yet was left by an interrupted run with
// Again: only another run with Again continues it, and for all others the reading
// before it is the latest. A forgotten reading is never continued, and its number is
// not given again.
func ensureReadings(ctx context.Context, tx *sql.Tx, run string, annotator int64, spec RunSpec, again bool) (map[mashal.Chapter]int64, error) {
	selection, invisible := spec.Selection, 0
	if spec.Again {
		invisible = 1
	}
	type reading struct {
		id     int64
		number int
		done   bool
	}
	latest, numbers := map[mashal.Chapter]reading{}, map[mashal.Chapter]int{}
	err := query(ctx, tx, func(rows *sql.Rows) error {
		var r reading
		var ch mashal.Chapter
		var done, forgotten int
		err := rows.Scan(&r.id, &ch.Book, &ch.Number, &r.number, &forgotten, &done)
		r.done = done == 1
		numbers[ch] = max(numbers[ch], r.number)
		if forgotten == 0 {
			latest[ch] = r
		}
		return err
	}, `
SELECT r.id, r.book, r.chapter, r.number, CASE WHEN r.forgotten IS NULL THEN 0 ELSE 1 END,
	CASE WHEN EXISTS (SELECT 1 FROM verse v WHERE v.reading = r.id AND v.state = 'done') THEN 1 ELSE 0 END
FROM reading r WHERE r.annotator = $1
ORDER BY CASE WHEN r.revision > 0 OR $2 = 1 THEN 1 ELSE 0 END, r.number`, annotator, invisible)
	if err != nil {
		return nil, fmt.Errorf("find the annotator's readings: %w", err)
	}
	var last int64
	if err := tx.QueryRowContext(ctx, `SELECT coalesce(max(id), 0) FROM reading`).Scan(&last); err != nil {
		return nil, err
	}
	ids := map[mashal.Chapter]int64{}
	type pair struct{ from, to int64 }
	carry := map[mashal.Chapter]pair{}
	var rows []any
	for _, ch := range selection.Chapters() {
		r, begun := latest[ch]
		if begun && !(again && r.done) {
			ids[ch] = r.id
			continue
		}
		last++
		ids[ch] = last
		if begun && !wholly(selection, ch) {
			carry[ch] = pair{r.id, last}
		}
		rows = append(rows, last, annotator, int(ch.Book), ch.Number, numbers[ch]+1, 0, run)
	}
	if _, err := insertRows(ctx, tx, `INSERT INTO reading (id, annotator, book, chapter, number, revision, run) VALUES`, ``, 7, rows); err != nil {
		return nil, fmt.Errorf("begin readings: %w", err)
	}
	for ch, p := range carry {
		if err := carryOver(ctx, tx, p.from, p.to, selection.Passages(ch)); err != nil {
			return nil, fmt.Errorf("carry over verses of %s: %w", ch, err)
		}
	}
	return ids, nil
}

func wholly(selection mashal.Selection, ch mashal.Chapter) bool {
	passages := selection.Passages(ch)
	return len(passages) == 1 && passages[0].IsWhole()
}

// planVerses assigns the verses of the selection to the run, unless they are done.
// A failed verse stays failed until the run begins it; in a fleet, whose workers take
// the work from the rows, it becomes not run. Verses of another run that has
// not ended, which is one of a fleet, stay with that run.
func planVerses(ctx context.Context, tx *sql.Tx, run string, spec RunSpec, readings map[mashal.Chapter]int64) error {
	anew := ""
	if spec.Enqueue != nil {
		anew = `, state = 'not run', failure_kind = NULL, failure_reason = NULL, ended_at = NULL`
	}
	const perStatement = 1000
	for passages := range slices.Chunk(spec.Selection, perStatement) {
		var list strings.Builder
		args := []any{run}
		for i, p := range passages {
			if i > 0 {
				list.WriteString(", ")
			}
			fmt.Fprintf(&list, "(CAST($%d AS BIGINT), CAST($%d AS BIGINT), CAST($%d AS BIGINT))", len(args)+1, len(args)+2, len(args)+3)
			args = append(args, readings[p.Chapter], p.First, p.Last)
		}
		_, err := tx.ExecContext(ctx, `
WITH passage (reading, from_verse, to_verse) AS (VALUES `+list.String()+`)
INSERT INTO verse (reading, verse, state, run)
SELECT p.reading, n.number, 'not run', $1
FROM passage p JOIN verse_number n ON n.number BETWEEN p.from_verse AND p.to_verse
WHERE NOT EXISTS (
	SELECT 1 FROM verse w JOIN run o ON o.id = w.run
	WHERE w.reading = p.reading AND w.verse = n.number AND w.state <> 'done' AND o.ended_at IS NULL AND o.id <> $1)
ON CONFLICT (reading, verse) DO UPDATE SET run = excluded.run, carried = 0`+anew+` WHERE verse.state <> 'done'`, args...)
		if err != nil {
			return fmt.Errorf("plan verses: %w", err)
		}
	}
	return nil
}

// plannedWork returns the work of a run from its rows v of a table, verse or
// validation, that meet a condition.
func plannedWork(ctx context.Context, tx *sql.Tx, run, table, condition string) (list []Work, err error) {
	err = query(ctx, tx, func(rows *sql.Rows) error {
		var w Work
		var verse int
		if err := rows.Scan(&w.Reading, &w.Chapter.Book, &w.Chapter.Number, &verse); err != nil {
			return err
		}
		if n := len(list); n == 0 || list[n-1].Reading != w.Reading {
			list = append(list, w)
		}
		last := &list[len(list)-1]
		last.Verses = append(last.Verses, verse)
		return nil
	}, `
SELECT v.reading, r.book, r.chapter, v.verse
FROM `+table+` v JOIN reading r ON r.id = v.reading
WHERE v.run = $1 `+condition+`
ORDER BY r.book, r.chapter, v.verse`, run)
	return list, err
}
