package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"mashal"
)

// BeginWork begins an attempt of a worker, numbered from 1, to annotate some
// verses, and sets them to running. It is durable before anything that is recorded
// later, and visible to readers with the next commit or some milliseconds later.
func (l *Ledger) BeginWork(ctx context.Context, run string, w Work, worker int) (attempt int64, err error) {
	started := l.now() // when the worker began, not when the transaction did
	err = l.writeSoon(ctx, func(ctx context.Context, tx *sql.Tx) error {
		within, args := verseRanges("verse", 3, w.Verses)
		result, err := tx.ExecContext(ctx, `
UPDATE verse SET state = 'running', failure_kind = NULL, failure_reason = NULL, ended_at = NULL, carried = 0
WHERE reading = $1 AND run = $2 AND state IN ('not run', 'failed') AND `+within, append([]any{w.Reading, run}, args...)...)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n != int64(len(w.Verses)) {
			return errors.Join(fmt.Errorf("%d of its %d verses are assigned to the run", n, len(w.Verses)), err)
		}
		if attempt, err = next(ctx, tx, "attempt"); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `
INSERT INTO attempt (id, run, reading, worker, asked, started_at, verses, failed, figures)
VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0)`, attempt, run, w.Reading, worker, len(w.Verses), started)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("begin %s: %w", w.Chapter, err)
	}
	return attempt, nil
}

// RecordResults records results of an open attempt. They are durable when it
// returns. Annotators that are paid for each verse use it. It refuses the same
// results as EndWork.
func (l *Ledger) RecordResults(ctx context.Context, attempt int64, w Work, results []mashal.Result) error {
	if err := validate(w, results); err != nil {
		return fmt.Errorf("record %s: %w", w.Chapter, err)
	}
	f := newFindings(w, results)
	err := l.write(ctx, func(ctx context.Context, tx *sql.Tx) error { return f.record(ctx, tx, attempt, w, l.now()) })
	if err != nil {
		return fmt.Errorf("record %s: %w", w.Chapter, err)
	}
	return nil
}

// WithdrawResults makes verses of an open attempt running again whose results were
// recorded: they turned out not to be the model's answer. Their figures and the plan
// to validate them are deleted. Verses without a result are left as they are.
func (l *Ledger) WithdrawResults(ctx context.Context, attempt int64, w Work, verses []int) error {
	verses = slices.Clone(verses)
	slices.Sort(verses)
	err := l.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		within, args := verseRanges("verse", 3, verses)
		args = append([]any{w.Reading, attempt}, args...)
		const run = `(SELECT a.run FROM attempt a WHERE a.id = $2 AND a.reading = $1 AND a.purpose = 'detection' AND a.ended_at IS NULL)`
		done := `SELECT v.verse FROM verse v WHERE v.reading = $1 AND v.run = ` + run + ` AND v.state IN ('done', 'failed')`
		for _, statement := range []string{
			`UPDATE attempt SET figures = figures - (SELECT count(*) FROM figure f WHERE f.reading = $1 AND f.verse IN (` + done + `) AND ` + claimed + ` AND ` + within + `) WHERE id = $2 AND reading = $1`,
			`DELETE FROM validation WHERE reading = $1 AND run = ` + run + ` AND state = 'not run' AND verse IN (` + done + `) AND ` + within,
			`DELETE FROM figure WHERE reading = $1 AND verse IN (` + done + `) AND ` + within,
			`UPDATE verse SET state = 'running', failure_kind = NULL, failure_reason = NULL, deliberation = '', ended_at = NULL
WHERE reading = $1 AND run = ` + run + ` AND state IN ('done', 'failed') AND ` + within,
		} {
			if _, err := tx.ExecContext(ctx, statement, args...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("withdraw results of %s: %w", w.Chapter, err)
	}
	return nil
}

// EndWork ends an attempt with the results that are not recorded yet. Its verses
// without a result become failed. EndWork refuses results for verses that are not
// in the work or have already ended, two results for one verse, figures of a failed
// verse, and figures with impossible spans.
//
// It returns the new revision of the reading. That is 0 if the reading is not
// visible yet, because the run has more work in the chapter.
func (l *Ledger) EndWork(ctx context.Context, attempt int64, w Work, results []mashal.Result) (revision int64, err error) {
	return l.endWork(ctx, attempt, w, results, func(ctx context.Context, tx *sql.Tx, run, now string) error {
		within, args := verseRanges("verse", 4, w.Verses)
		_, err := tx.ExecContext(ctx, `
UPDATE verse SET state = 'failed', failure_kind = 'internal', failure_reason = 'the annotator returned nothing for this verse', ended_at = $1
WHERE reading = $2 AND run = $3 AND state = 'running' AND `+within, append([]any{now, w.Reading, run}, args...)...)
		return err
	})
}

// AbandonWork ends an interrupted attempt. Its results are recorded, and the other
// verses become not run.
func (l *Ledger) AbandonWork(ctx context.Context, attempt int64, w Work, results []mashal.Result) error {
	_, err := l.endWork(ctx, attempt, w, results, func(ctx context.Context, tx *sql.Tx, run, _ string) error {
		within, args := verseRanges("verse", 3, w.Verses)
		_, err := tx.ExecContext(ctx, `UPDATE verse SET state = 'not run' WHERE reading = $1 AND run = $2 AND state = 'running' AND `+within,
			append([]any{w.Reading, run}, args...)...)
		return err
	})
	return err
}

// endWork records the results, calls rest to set the state of the verses without
// one, and ends the attempt.
func (l *Ledger) endWork(ctx context.Context, attempt int64, w Work, results []mashal.Result,
	rest func(ctx context.Context, tx *sql.Tx, run, now string) error,
) (revision int64, err error) {
	if err := validate(w, results); err != nil {
		return 0, fmt.Errorf("end %s: %w", w.Chapter, err)
	}
	f := newFindings(w, results)
	err = l.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		now := l.now()
		if err := f.record(ctx, tx, attempt, w, now); err != nil {
			return err
		}
		run, err := f.run, error(nil)
		if len(f.results) < len(w.Verses) {
			if err := rest(ctx, tx, run, now); err != nil {
				return err
			}
		}
		within, args := verseRanges("verse", 3, w.Verses)
		if _, err := tx.ExecContext(ctx, `
UPDATE attempt SET ended_at = $1, outcome = (
	SELECT CASE WHEN max(CASE state WHEN 'not run' THEN 1 ELSE 0 END) = 1 THEN 'not run' WHEN max(CASE state WHEN 'failed' THEN 1 ELSE 0 END) = 1 THEN 'failed' ELSE 'done' END
	FROM verse v WHERE v.reading = attempt.reading AND `+within+`),
	verses = (SELECT count(*) FROM verse v WHERE v.reading = attempt.reading AND v.state IN ('done', 'failed') AND `+within+`),
	failed = (SELECT count(*) FROM verse v WHERE v.reading = attempt.reading AND v.state = 'failed' AND `+within+`)
WHERE id = $2`, append([]any{now, attempt}, args...)...); err != nil {
			return fmt.Errorf("end the attempt: %w", err)
		}
		if revision, err = publish(ctx, tx, w.Reading, run); err != nil {
			return err
		}
		return l.endChapter(ctx, tx, w.Reading, run)
	})
	if err != nil {
		return 0, fmt.Errorf("end %s: %w", w.Chapter, err)
	}
	return revision, nil
}

// publish assigns a changed reading its next revision, which makes the change
// visible to readers. It returns 0 and changes nothing if the reading is not
// visible yet and the run has more work on it.
func publish(ctx context.Context, tx *sql.Tx, reading int64, run string) (revision int64, err error) {
	// The update changes nothing: it locks the reading, so that of two attempts that end
	// at the same time on a server the second one sees that the first has ended.
	var visible int64
	if err := tx.QueryRowContext(ctx, `UPDATE reading SET revision = revision WHERE id = $1 RETURNING revision`, reading).Scan(&visible); err != nil {
		return 0, err
	}
	if visible == 0 {
		if left, err := hasWork(ctx, tx, reading, run); err != nil || left {
			return 0, err
		}
	}
	if revision, err = next(ctx, tx, "revision"); err != nil {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, `UPDATE reading SET revision = $1, run = $2 WHERE id = $3`, revision, run, reading)
	return revision, err
}

func validate(w Work, results []mashal.Result) error {
	seen := map[int]bool{}
	for _, r := range results {
		switch {
		case !slices.Contains(w.Verses, r.Verse):
			return fmt.Errorf("there is a result for verse %d, which is not in the work", r.Verse)
		case seen[r.Verse]:
			return fmt.Errorf("there are two results for verse %d", r.Verse)
		case r.Failure != nil && len(r.Figures) > 0:
			return fmt.Errorf("verse %d is failed and has figures", r.Verse)
		case r.Failure != nil && (r.Failure.Kind == "" || r.Failure.Reason == ""):
			return fmt.Errorf("verse %d is failed without a kind or a reason", r.Verse)
		}
		seen[r.Verse] = true
		for i := range r.Figures {
			// The number of words of the verse is unknown here; the annotator has checked the
			// spans against the text.
			if err := r.Figures[i].Validate(math.MaxInt); err != nil {
				return fmt.Errorf("verse %d: %w", r.Verse, err)
			}
		}
	}
	return nil
}

// findings are results that were encoded before the transaction begins.
type findings struct {
	results []mashal.Result
	figures []any // rows of insertFigures
	n       int   // figures
	run     string
}

func newFindings(w Work, results []mashal.Result) *findings {
	f := &findings{results: results}
	for _, r := range results {
		ids := mashal.FigureIDs(mashal.Ref{Chapter: w.Chapter, Verse: r.Verse}, r.Figures)
		for i := range r.Figures {
			f.figures = appendFigure(f.figures, w.Reading, r.Verse, i+1, ids[i], &r.Figures[i])
			if r.Figures[i].Counts() {
				f.n++
			}
		}
	}
	return f
}

// record records the findings of an open attempt, and plans their validation if the
// run has a validator.
func (f *findings) record(ctx context.Context, tx *sql.Tx, attempt int64, w Work, now string) error {
	var judged, rereads bool
	var settings string
	err := tx.QueryRowContext(ctx, `
UPDATE attempt SET figures = figures + $1
WHERE id = $2 AND reading = $3 AND purpose = 'detection' AND ended_at IS NULL
RETURNING run, EXISTS (SELECT 1 FROM run r WHERE r.id = attempt.run AND r.validator IS NOT NULL),
	EXISTS (SELECT 1 FROM run r WHERE r.id = attempt.run AND r.rereads = 1),
	(SELECT r.settings FROM run r WHERE r.id = attempt.run)`, f.n, attempt, w.Reading).Scan(&f.run, &judged, &rereads, &settings)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("attempt %d at reading %d is not under way", attempt, w.Reading)
	}
	if err != nil {
		return err
	}
	if err := f.recordVerses(ctx, tx, w, now); err != nil {
		return err
	}
	if _, err := insertRows(ctx, tx, insertFigures, ``, figureColumns, f.figures); err != nil {
		return fmt.Errorf("record figures: %w", err)
	}
	if rereads {
		return keepVerdicts(ctx, tx, w.Reading, f.results)
	}
	if !judged || f.n == 0 {
		return nil
	}
	below, err := validateBelow(settings)
	if err != nil {
		return err
	}
	return planValidation(ctx, tx, f.run, w.Reading, f.results, below)
}

func (f *findings) recordVerses(ctx context.Context, tx *sql.Tx, w Work, now string) error {
	// Most verses are done without a deliberation. One statement updates all of these;
	// the others need a row each.
	var plain []int
	var args []any
	for _, r := range f.results {
		if r.Failure == nil && r.Deliberation == "" && r.At.IsZero() {
			plain = append(plain, r.Verse)
			continue
		}
		state := mashal.Done
		var kind, reason any
		if r.Failure != nil {
			state, kind, reason = mashal.Failed, clean(r.Failure.Kind), clean(r.Failure.Reason)
		}
		at := now
		if !r.At.IsZero() {
			at = timeText(r.At)
		}
		args = append(args, w.Reading, r.Verse, string(state), kind, reason, clean(r.Deliberation), f.run, at)
	}
	n, err := insertRows(ctx, tx, `INSERT INTO verse (reading, verse, state, failure_kind, failure_reason, deliberation, run, ended_at) VALUES`, `
ON CONFLICT (reading, verse) DO UPDATE SET state = excluded.state, failure_kind = excluded.failure_kind,
	failure_reason = excluded.failure_reason, deliberation = excluded.deliberation, ended_at = excluded.ended_at
WHERE verse.state = 'running' AND verse.run = excluded.run`, 8, args)
	if err != nil {
		return fmt.Errorf("record verses: %w", err)
	}
	if len(plain) > 0 {
		slices.Sort(plain)
		within, args := verseRanges("verse", 4, plain)
		result, err := tx.ExecContext(ctx, `
UPDATE verse SET state = 'done', deliberation = '', ended_at = $1
WHERE reading = $2 AND run = $3 AND state = 'running' AND `+within, append([]any{now, w.Reading, f.run}, args...)...)
		if err != nil {
			return fmt.Errorf("record verses: %w", err)
		}
		m, err := result.RowsAffected()
		if err != nil {
			return err
		}
		n += m
	}
	if n != int64(len(f.results)) {
		return fmt.Errorf("record verses: %d of %d were running", n, len(f.results))
	}
	return nil
}

// verseRanges returns a condition on a column for ascending verses, with its
// arguments, which begin with $first. Most works are whole chapters, so it is one
// range.
func verseRanges(column string, first int, verses []int) (condition string, args []any) {
	var parts []string
	for i := 0; i < len(verses); {
		j := i
		for j+1 < len(verses) && verses[j+1] == verses[j]+1 {
			j++
		}
		parts = append(parts, fmt.Sprintf("%s BETWEEN $%d AND $%d", column, first+len(args), first+len(args)+1))
		args = append(args, verses[i], verses[j])
		i = j + 1
	}
	if len(parts) == 0 {
		return "1 = 0", nil
	}
	return "(" + strings.Join(parts, " OR ") + ")", args
}
