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

// BeginWork records that a worker, numbered from 1, begins to read the work's
// verses: they are running from now on. That is durable before anything that
// is recorded later, but not at once: readers see it with the next commit, or
// some milliseconds later.
func (l *Ledger) BeginWork(ctx context.Context, run string, w Work, worker int) (attempt int64, err error) {
	started := l.now() // the worker's time, not the turn of its row
	err = l.writeSoon(ctx, func(ctx context.Context, tx *sql.Tx) error {
		within, args := verseRanges(3, w.Verses)
		result, err := tx.ExecContext(ctx, `
UPDATE verse SET state = 'running', failure_kind = NULL, failure_reason = NULL, ended_at = NULL, carried = 0
WHERE reading = $1 AND run = $2 AND state IN ('not run', 'failed') AND `+within, append([]any{w.Reading, run}, args...)...)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n != int64(len(w.Verses)) {
			return errors.Join(fmt.Errorf("%d of its %d verses are the run's to read", n, len(w.Verses)), err)
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

// EndWork records what came of an attempt at the work: figures and failures. A
// verse of the work without a result has failed. It returns the reading's new
// revision. Results that cannot be true are refused: of verses that are not in
// the work, twice of one verse, figures of a verse that failed, figures with
// impossible spans.
func (l *Ledger) EndWork(ctx context.Context, attempt int64, w Work, results []mashal.Result) (revision int64, err error) {
	spoken := map[int]bool{}
	for _, r := range results {
		spoken[r.Verse] = true
	}
	complete := slices.Clone(results)
	for _, v := range w.Verses {
		if !spoken[v] {
			complete = append(complete, mashal.Result{Verse: v, Failure: &mashal.Failure{Kind: "internal", Reason: "the annotator said nothing of this verse"}})
		}
	}
	return l.endWork(ctx, attempt, w, complete)
}

// AbandonWork ends an interrupted attempt: the results there are stay, and the
// other verses are not run again. A reading that readers have not seen yet is
// not shown to them half-read.
func (l *Ledger) AbandonWork(ctx context.Context, attempt int64, w Work, results []mashal.Result) error {
	_, err := l.endWork(ctx, attempt, w, results)
	return err
}

func (l *Ledger) endWork(ctx context.Context, attempt int64, w Work, results []mashal.Result) (revision int64, err error) {
	if err := validate(w, results); err != nil {
		return 0, fmt.Errorf("end %s: %w", w.Chapter, err)
	}
	end := newEnding(w, results)
	err = l.write(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
		revision, err = end.record(ctx, tx, attempt, w, l.now())
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("end %s: %w", w.Chapter, err)
	}
	return revision, nil
}

func validate(w Work, results []mashal.Result) error {
	seen := map[int]bool{}
	for _, r := range results {
		switch {
		case !slices.Contains(w.Verses, r.Verse):
			return fmt.Errorf("a result is of verse %d, which was not to be read", r.Verse)
		case seen[r.Verse]:
			return fmt.Errorf("two results are of verse %d", r.Verse)
		case r.Failure != nil && len(r.Figures) > 0:
			return fmt.Errorf("verse %d has failed and yet has figures", r.Verse)
		case r.Failure != nil && (r.Failure.Kind == "" || r.Failure.Reason == ""):
			return fmt.Errorf("verse %d has failed without a kind or a reason", r.Verse)
		}
		seen[r.Verse] = true
		for i := range r.Figures {
			// How many words the verse has is not known here; whoever reads
			// the text has held the spans against it.
			if err := r.Figures[i].Validate(math.MaxInt); err != nil {
				return fmt.Errorf("verse %d: %w", r.Verse, err)
			}
		}
	}
	return nil
}

// An ending is what an attempt came to, made ready before the writer's turn.
type ending struct {
	results []mashal.Result
	figures []any // rows of insertFigures
	failed  int
	n       int // figures
	outcome mashal.State
}

func newEnding(w Work, results []mashal.Result) *ending {
	e := &ending{results: results, outcome: mashal.Done}
	for _, r := range results {
		if r.Failure != nil {
			e.failed++
			e.outcome = mashal.Failed
		}
		ids := mashal.FigureIDs(mashal.Ref{Chapter: w.Chapter, Verse: r.Verse}, r.Figures)
		for i := range r.Figures {
			e.figures = appendFigure(e.figures, w.Reading, r.Verse, i+1, ids[i], &r.Figures[i])
			e.n++
		}
	}
	if len(results) < len(w.Verses) {
		e.outcome = mashal.NotRun
	}
	return e
}

func (e *ending) record(ctx context.Context, tx *sql.Tx, attempt int64, w Work, now string) (revision int64, err error) {
	var run string
	err = tx.QueryRowContext(ctx, `
UPDATE attempt SET ended_at = $1, outcome = $2, verses = $3, failed = $4, figures = $5
WHERE id = $6 AND reading = $7 AND ended_at IS NULL RETURNING run`,
		now, string(e.outcome), len(e.results), e.failed, e.n, attempt, w.Reading).Scan(&run)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("attempt %d at reading %d is not under way", attempt, w.Reading)
	}
	if err != nil {
		return 0, err
	}
	if err := e.recordVerses(ctx, tx, w, run, now); err != nil {
		return 0, err
	}
	if _, err := insertRows(ctx, tx, insertFigures, ``, figureColumns, e.figures); err != nil {
		return 0, fmt.Errorf("record figures: %w", err)
	}
	if err := tx.QueryRowContext(ctx, `SELECT revision FROM reading WHERE id = $1`, w.Reading).Scan(&revision); err != nil {
		return 0, err
	}
	if e.outcome == mashal.NotRun && revision == 0 {
		return 0, nil
	}
	if revision, err = next(ctx, tx, "revision"); err != nil {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, `UPDATE reading SET revision = $1, run = $2 WHERE id = $3`, revision, run, w.Reading)
	return revision, err
}

func (e *ending) recordVerses(ctx context.Context, tx *sql.Tx, w Work, run, now string) error {
	// Most verses are done without a word about them: one statement for all of
	// those, and a row for each of the others.
	var plain []int
	var args []any
	for _, r := range e.results {
		if r.Failure == nil && r.Deliberation == "" {
			plain = append(plain, r.Verse)
			continue
		}
		state := mashal.Done
		var kind, reason any
		if r.Failure != nil {
			state, kind, reason = mashal.Failed, clean(r.Failure.Kind), clean(r.Failure.Reason)
		}
		args = append(args, w.Reading, r.Verse, string(state), kind, reason, clean(r.Deliberation), run, now)
	}
	n, err := insertRows(ctx, tx, `INSERT INTO verse (reading, verse, state, failure_kind, failure_reason, deliberation, run, ended_at) VALUES`, `
ON CONFLICT (reading, verse) DO UPDATE SET state = excluded.state, failure_kind = excluded.failure_kind,
	failure_reason = excluded.failure_reason, deliberation = excluded.deliberation, ended_at = excluded.ended_at
WHERE verse.state = 'running' AND verse.run = excluded.run`, 8, args)
	if err != nil {
		return fmt.Errorf("record verses: %w", err)
	}
	slices.Sort(plain)
	within, args := verseRanges(4, plain)
	result, err := tx.ExecContext(ctx, `
UPDATE verse SET state = 'done', deliberation = '', ended_at = $1
WHERE reading = $2 AND run = $3 AND state = 'running' AND `+within, append([]any{now, w.Reading, run}, args...)...)
	if err != nil {
		return fmt.Errorf("record verses: %w", err)
	}
	m, err := result.RowsAffected()
	if err != nil || n+m != int64(len(e.results)) {
		return errors.Join(fmt.Errorf("record verses: %d of %d were running", n+m, len(e.results)), err)
	}
	if e.outcome != mashal.NotRun {
		return nil
	}
	within, args = verseRanges(2, w.Verses)
	_, err = tx.ExecContext(ctx, `UPDATE verse SET state = 'not run' WHERE reading = $1 AND state = 'running' AND `+within, append([]any{w.Reading}, args...)...)
	return err
}

// verseRanges is a condition on verse for ascending numbers, with its
// arguments from $first: most works are whole chapters, one range.
func verseRanges(first int, verses []int) (condition string, args []any) {
	var parts []string
	for i := 0; i < len(verses); {
		j := i
		for j+1 < len(verses) && verses[j+1] == verses[j]+1 {
			j++
		}
		parts = append(parts, fmt.Sprintf("verse BETWEEN $%d AND $%d", first+len(args), first+len(args)+1))
		args = append(args, verses[i], verses[j])
		i = j + 1
	}
	if len(parts) == 0 {
		return "1 = 0", nil
	}
	return "(" + strings.Join(parts, " OR ") + ")", args
}
