package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mashal"
)

// validateBelow returns ValidateBelow of a run from its settings.
func validateBelow(settings string) (float64, error) {
	var of map[string]string
	if err := json.Unmarshal([]byte(settings), &of); err != nil {
		return 0, fmt.Errorf("read the settings of the run: %w", err)
	}
	if of[settingValidateBelow] == "" {
		return 0, nil
	}
	return strconv.ParseFloat(of[settingValidateBelow], 64)
}

// planValidation assigns to the run the validation of results that have figures to
// validate and were just recorded.
func planValidation(ctx context.Context, tx *sql.Tx, run string, reading int64, results []mashal.Result, below float64) error {
	var verses []int
	for _, r := range results {
		if r.ToValidate(below) {
			verses = append(verses, r.Verse)
		}
	}
	if len(verses) == 0 {
		return nil
	}
	slices.Sort(verses)
	within, args := verseRanges("verse", 3, verses)
	_, err := tx.ExecContext(ctx, `
INSERT INTO validation (reading, verse, validator, state, run)
SELECT v.reading, v.verse, r.validator, 'not run', r.id
FROM verse v JOIN run r ON r.id = $2
WHERE v.reading = $1 AND `+within+`
ON CONFLICT (reading, verse, validator) DO UPDATE SET run = excluded.run, carried = 0, state = 'not run', failure_kind = NULL, failure_reason = NULL, ended_at = NULL
WHERE validation.state <> 'done'`,
		append([]any{reading, run}, args...)...)
	if err != nil {
		return fmt.Errorf("plan the validation: %w", err)
	}
	return nil
}

// planValidations assigns to the run the validation of figures that earlier runs
// found and its validator has not judged. It returns that work.
func planValidations(ctx context.Context, tx *sql.Tx, run string, spec RunSpec, readings map[mashal.Chapter]int64) (list []Work, err error) {
	selection := spec.Selection
	for _, ch := range selection.Chapters() {
		found := Work{Reading: readings[ch], Chapter: ch}
		err := query(ctx, tx, func(rows *sql.Rows) error {
			var verse int
			err := rows.Scan(&verse)
			if slices.ContainsFunc(selection.Passages(ch), func(p mashal.Passage) bool { return p.Contains(verse) }) {
				found.Verses = append(found.Verses, verse)
			}
			return err
		}, `
SELECT DISTINCT f.verse
FROM figure f JOIN verse v ON v.reading = f.reading AND v.verse = f.verse JOIN run r ON r.id = $2
WHERE f.reading = $1 AND v.state = 'done' AND r.validator IS NOT NULL AND (CAST($3 AS DOUBLE PRECISION) = 0 OR f.confidence < CAST($3 AS DOUBLE PRECISION)) AND NOT EXISTS (
	SELECT 1 FROM validation j
	WHERE j.reading = f.reading AND j.verse = f.verse AND j.validator = r.validator
		AND (j.state = 'done' OR j.run <> r.id AND EXISTS (SELECT 1 FROM run o WHERE o.id = j.run AND o.ended_at IS NULL)))
ORDER BY f.verse`, found.Reading, run, spec.ValidateBelow)
		if err != nil {
			return nil, fmt.Errorf("plan the validation of %s: %w", ch, err)
		}
		if len(found.Verses) == 0 {
			continue
		}
		results := make([]mashal.Result, len(found.Verses))
		for i, v := range found.Verses {
			results[i] = mashal.Result{Verse: v, Figures: make([]mashal.Figure, 1)}
		}
		if err := planValidation(ctx, tx, run, found.Reading, results, 0); err != nil {
			return nil, err
		}
		list = append(list, found)
	}
	return list, nil
}

// BeginValidation begins an attempt of a worker to judge the figures of some
// verses. follows is the attempt of this run that found them, or 0.
func (l *Ledger) BeginValidation(ctx context.Context, run string, w Work, worker int, follows int64) (attempt int64, err error) {
	started := l.now()
	err = l.writeSoon(ctx, func(ctx context.Context, tx *sql.Tx) error {
		within, args := verseRanges("verse", 3, w.Verses)
		result, err := tx.ExecContext(ctx, `
UPDATE validation SET state = 'running', failure_kind = NULL, failure_reason = NULL, ended_at = NULL
WHERE reading = $1 AND run = $2 AND validator = (SELECT r.validator FROM run r WHERE r.id = $2)
	AND state IN ('not run', 'failed') AND `+within, append([]any{w.Reading, run}, args...)...)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n != int64(len(w.Verses)) {
			return errors.Join(fmt.Errorf("%d of its %d verses are the run's to judge", n, len(w.Verses)), err)
		}
		if attempt, err = next(ctx, tx, "attempt"); err != nil {
			return err
		}
		var after any
		if follows != 0 {
			after = follows
		}
		_, err = tx.ExecContext(ctx, `
INSERT INTO attempt (id, run, reading, worker, asked, started_at, verses, failed, figures, purpose, follows)
VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, 'validation', $7)`, attempt, run, w.Reading, worker, len(w.Verses), started, after)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("begin to validate %s: %w", w.Chapter, err)
	}
	return attempt, nil
}

// RecordJudgements records judgements of an open attempt. They are durable when it
// returns.
func (l *Ledger) RecordJudgements(ctx context.Context, attempt int64, w Work, judgements []mashal.Judgement) error {
	err := l.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		return recordJudgements(ctx, tx, attempt, w, judgements, l.now())
	})
	if err != nil {
		return fmt.Errorf("record verdicts on %s: %w", w.Chapter, err)
	}
	return nil
}

// EndValidation ends an attempt. Its verses without a judgement become failed, with
// why as the reason, or not run if the attempt was interrupted. It returns the new
// revision of the reading, as EndWork does.
func (l *Ledger) EndValidation(ctx context.Context, attempt int64, w Work, why error, interrupted bool) (revision int64, err error) {
	reason := "the validator returned nothing for this verse"
	if why != nil {
		reason = clean(why.Error())
	}
	err = l.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		now := l.now()
		within, args := verseRanges("verse", 3, w.Verses)
		mine := `reading = $2 AND validator = (SELECT r.validator FROM run r JOIN attempt a ON a.run = r.id WHERE a.id = $1) AND ` + within
		args = append([]any{attempt, w.Reading}, args...)
		rest, more := `UPDATE validation SET state = 'not run'`, args
		if !interrupted {
			more = append(slices.Clone(args), reason, now)
			rest = fmt.Sprintf(`UPDATE validation SET state = 'failed', failure_kind = 'internal', failure_reason = $%d, ended_at = $%d`, len(more)-1, len(more))
		}
		if _, err := tx.ExecContext(ctx, rest+` WHERE state = 'running' AND `+mine, more...); err != nil {
			return err
		}
		var run string
		if err := tx.QueryRowContext(ctx, fmt.Sprintf(`
UPDATE attempt SET ended_at = $%d, outcome = (
	SELECT CASE WHEN max(CASE state WHEN 'not run' THEN 1 ELSE 0 END) = 1 THEN 'not run' WHEN max(CASE state WHEN 'failed' THEN 1 ELSE 0 END) = 1 THEN 'failed' ELSE 'done' END
	FROM validation WHERE %[2]s),
	verses = (SELECT count(*) FROM validation WHERE state IN ('done', 'failed') AND %[2]s),
	failed = (SELECT count(*) FROM validation WHERE state = 'failed' AND %[2]s)
WHERE id = $1 AND ended_at IS NULL RETURNING run`, len(args)+1, mine), append(args, now)...).Scan(&run); err != nil {
			return fmt.Errorf("end attempt %d: %w", attempt, err)
		}
		if revision, err = publish(ctx, tx, w.Reading, run); err != nil {
			return err
		}
		return l.endChapter(ctx, tx, w.Reading, run)
	})
	if err != nil {
		return 0, fmt.Errorf("end the validation of %s: %w", w.Chapter, err)
	}
	return revision, nil
}

func recordJudgements(ctx context.Context, tx *sql.Tx, attempt int64, w Work, judgements []mashal.Judgement, now string) error {
	judged := 0
	for _, j := range judgements {
		if j.Failure == nil {
			judged += len(j.Verdicts)
		}
	}
	var run string
	var validator int64
	var by mashal.AnnotatorKind
	err := tx.QueryRowContext(ctx, `
UPDATE attempt SET figures = figures + $1
WHERE id = $2 AND reading = $3 AND purpose = 'validation' AND ended_at IS NULL
RETURNING run, (SELECT r.validator FROM run r WHERE r.id = attempt.run),
	(SELECT b.kind FROM run r JOIN annotator b ON b.id = r.validator WHERE r.id = attempt.run)`, judged, attempt, w.Reading).Scan(&run, &validator, &by)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("attempt %d at judging reading %d is not under way", attempt, w.Reading)
	}
	if err != nil {
		return err
	}
	for _, j := range judgements {
		state := mashal.Done
		var kind, reason any
		if j.Failure != nil {
			state, kind, reason = mashal.Failed, clean(j.Failure.Kind), clean(j.Failure.Reason)
		}
		result, err := tx.ExecContext(ctx, `
UPDATE validation SET state = $1, failure_kind = $2, failure_reason = $3, ended_at = $4
WHERE reading = $5 AND verse = $6 AND validator = $7 AND run = $8 AND state = 'running'`,
			string(state), kind, reason, now, w.Reading, j.Verse, validator, run)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n != 1 {
			return errors.Join(fmt.Errorf("verse %d is not being judged", j.Verse), err)
		}
		if j.Failure != nil {
			continue
		}
		if err := recordVerdicts(ctx, tx, w.Reading, j, by, now); err != nil {
			return fmt.Errorf("verse %d: %w", j.Verse, err)
		}
	}
	return nil
}

// recordVerdicts records the verdicts of a validator of some kind on the figures of
// a verse, which are in the order of the figures.
func recordVerdicts(ctx context.Context, tx *sql.Tx, reading int64, j mashal.Judgement, kind mashal.AnnotatorKind, now string) error {
	var ids []string
	err := query(ctx, tx, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	}, `SELECT id FROM figure WHERE reading = $1 AND verse = $2 ORDER BY ordinal`, reading, j.Verse)
	if err != nil {
		return err
	}
	if len(ids) != len(j.Verdicts) {
		return fmt.Errorf("there are verdicts on %d figures of %d", len(j.Verdicts), len(ids))
	}
	all := slices.Concat(j.Verdicts...)
	for _, v := range all {
		if err := checkVerdict(v); err != nil {
			return err
		}
	}
	id, err := nextOf(ctx, tx, "verdict", len(all))
	if err != nil {
		return err
	}
	var rows []any
	for i, verdicts := range j.Verdicts {
		for _, v := range verdicts {
			rows = append(rows, verdictRow(id, reading, ids[i], v, kind, now)...)
			id++
		}
	}
	_, err = insertRows(ctx, tx, insertVerdicts, ``, verdictColumns, rows)
	return err
}

// Coverage counts how many of the figures that a run found or was to have judged
// have verdicts.
func (l *Ledger) Coverage(ctx context.Context, run string) (mashal.Coverage, error) {
	c := mashal.Coverage{Decisions: map[mashal.Decision]int{}}
	type claim struct {
		reading    int64
		figure, of string // citation and type
	}
	type counting struct {
		rank, id int64
		decision mashal.Decision
	}
	decided := map[claim]counting{}
	// The run has few readings, so they are selected first: to look for its verses
	// among all figures would take longer the larger the ledger is. Reading one row for
	// each reading is many times faster than one for each figure.
	ofReadings := `
FROM (
	SELECT a.reading FROM attempt a WHERE a.run = $1
	UNION
	SELECT j.reading FROM validation j WHERE j.run = $1 AND ` + l.notCarried("j") + `
) m `
	err := query(ctx, l.read(), func(rows *sql.Rows) error {
		var reading int64
		var all string
		if err := rows.Scan(&reading, &all); err != nil || all == "" {
			return err
		}
		for one := range strings.SplitSeq(all, ";") {
			part := strings.Split(one, " ")
			if len(part) != 5 {
				return fmt.Errorf("a verdict in reading %d is %q", reading, one)
			}
			rank, rankErr := strconv.ParseInt(part[2], 10, 64)
			id, idErr := strconv.ParseInt(part[3], 10, 64)
			if err := errors.Join(rankErr, idErr); err != nil {
				return err
			}
			of := claim{reading, part[0], part[1]}
			if last := decided[of]; rank > last.rank || rank == last.rank && id > last.id {
				decided[of] = counting{rank, id, mashal.Decision(part[4])}
			}
		}
		return nil
	}, `
SELECT m.reading, coalesce((
	SELECT string_agg(d.figure || ' ' || d.type || ' ' || `+verdictRank+` || ' ' || d.id || ' ' || d.decision, ';')
	FROM verdict d WHERE d.reading = m.reading), '')`+ofReadings, run)
	if err == nil {
		err = query(ctx, l.read(), func(rows *sql.Rows) error {
			var reading int64
			var all string
			if err := rows.Scan(&reading, &all); err != nil || all == "" {
				return err
			}
			for one := range strings.SplitSeq(all, ";") {
				figure, types, _ := strings.Cut(one, " ")
				c.Figures++
				judged := true
				for t := range strings.SplitSeq(types, ",") {
					c.Types++
					if d, ok := decided[claim{reading, figure, t}]; ok {
						c.Verdicts++
						c.Decisions[d.decision]++
					} else {
						judged = false
					}
				}
				if judged {
					c.Judged++
				}
			}
			return nil
		}, `
SELECT m.reading, coalesce((
	SELECT string_agg(f.id || ' ' || f.types, ';')
	FROM figure f JOIN verse v ON v.reading = f.reading AND v.verse = f.verse
	WHERE f.reading = m.reading AND v.carried = 0 AND (v.run = $1 OR EXISTS (
		SELECT 1 FROM validation j WHERE j.reading = v.reading AND j.verse = v.verse AND j.run = $1 AND `+l.notCarried("j")+`))), '')`+ofReadings, run)
	}
	return c, l.explain("read", err)
}
