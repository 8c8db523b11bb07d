package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"mashal"
)

// ErrNoReading is the error for a reading that the ledger does not have.
var ErrNoReading = errors.New("there is no such reading")

// Identity returns the id of the ledger's first run, or "" if there is none. It
// distinguishes ledgers, whose numbers of readings mean different readings.
func (l *Ledger) Identity(ctx context.Context) (first string, err error) {
	err = l.read().QueryRowContext(ctx, `SELECT coalesce(min(id), '') FROM run WHERE number = 1`).Scan(&first)
	return first, l.explain("read", err)
}

// Revisions returns the revision of each reading that is visible to readers. The
// concordance is up to date if it has the same readings with the same revisions.
func (l *Ledger) Revisions(ctx context.Context) (map[int64]int64, error) {
	revisions := map[int64]int64{}
	err := query(ctx, l.read(), func(rows *sql.Rows) error {
		var id, revision int64
		err := rows.Scan(&id, &revision)
		revisions[id] = revision
		return err
	}, `SELECT id, revision FROM reading WHERE revision > 0`)
	return revisions, l.explain("read", err)
}

// Forgotten returns the ids of the readings that were forgotten.
func (l *Ledger) Forgotten(ctx context.Context) (map[int64]bool, error) {
	ids := map[int64]bool{}
	if l.version < versionForgotten {
		return ids, nil
	}
	err := query(ctx, l.read(), func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		ids[id] = true
		return err
	}, `SELECT id FROM reading WHERE forgotten IS NOT NULL`)
	return ids, l.explain("read", err)
}

// Forgettings returns what was forgotten of a run, or of the whole ledger if run is "", the
// earliest first.
func (l *Ledger) Forgettings(ctx context.Context, run string) (list []mashal.Forgetting, err error) {
	if l.version < versionForgotten {
		return nil, nil
	}
	err = query(ctx, l.read(), func(rows *sql.Rows) error {
		var f mashal.Forgetting
		var at, command string
		err := rows.Scan(&f.ID, &at, &f.By, &f.Reason, &command, &f.Version, &f.Readings, &f.Figures, &f.Verdicts, &f.Answers, &f.Bytes)
		if err != nil {
			return err
		}
		if f.At, err = parseTime(at); err == nil {
			err = json.Unmarshal([]byte(command), &f.Command)
		}
		list = append(list, f)
		return err
	}, `
SELECT g.id, g.at, g.by_name, g.reason, g.command, g.version, g.readings, g.figures, g.verdicts, g.answers, g.bytes
FROM forgetting g
WHERE $1 = '' OR EXISTS (
	SELECT 1 FROM reading r JOIN attempt a ON a.reading = r.id WHERE r.forgotten = g.id AND a.run = $1)
	OR EXISTS (SELECT 1 FROM request q JOIN attempt a ON a.id = q.attempt WHERE q.forgotten = g.id AND a.run = $1)
ORDER BY g.id`, run)
	return list, l.explain("read", err)
}

// LatestReading returns the latest visible reading of the same chapter by the same
// annotator as reading id.
func (l *Ledger) LatestReading(ctx context.Context, id int64) (latest int64, err error) {
	err = l.read().QueryRowContext(ctx, `
SELECT s.id FROM reading r JOIN reading s ON s.annotator = r.annotator AND s.book = r.book AND s.chapter = r.chapter
WHERE r.id = $1 AND (s.revision > 0 OR s.id = r.id) ORDER BY s.number DESC LIMIT 1`, id).Scan(&latest)
	return latest, l.explain("read", err)
}

// HasReadingsNotSimulated reports whether readers are shown readings that are not
// simulated.
func (l *Ledger) HasReadingsNotSimulated(ctx context.Context) (has bool, err error) {
	err = l.read().QueryRowContext(ctx, `
SELECT EXISTS (SELECT 1 FROM reading r JOIN annotator a ON a.id = r.annotator WHERE a.kind <> 'simulated' AND r.revision > 0)`).Scan(&has)
	return has, l.explain("read", err)
}

// Reading returns a reading with its verses that are done or failed, and their
// figures with verdicts. Verses that are missing from it are not run or running.
func (l *Ledger) Reading(ctx context.Context, id int64) (r *mashal.Reading, err error) {
	// A transaction gives one consistent state while another process writes.
	err = l.snapshot(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if r, err = l.reading(ctx, tx, id); err != nil {
			return fmt.Errorf("read reading %d: %w", id, err)
		}
		return nil
	})
	if err != nil {
		return nil, l.explain("read", err)
	}
	return r, nil
}

func (l *Ledger) reading(ctx context.Context, q querier, id int64) (*mashal.Reading, error) {
	r := &mashal.Reading{ID: id}
	err := q.QueryRowContext(ctx, `
SELECT r.revision, r.book, r.chapter, r.number, r.run, a.name, a.kind, a.version, a.fingerprint
FROM reading r JOIN annotator a ON a.id = r.annotator WHERE r.id = $1`, id).Scan(
		&r.Revision, &r.Chapter.Book, &r.Chapter.Number, &r.Number, &r.Run,
		&r.Annotator.Name, &r.Annotator.Kind, &r.Annotator.Version, &r.Annotator.Fingerprint)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, &mashal.Error{Code: mashal.Usage, Op: "find it", Err: ErrNoReading}
	}
	if err != nil {
		return nil, err
	}
	indexOf := map[int]int{} // in r.Verses, by verse
	err = query(ctx, q, func(rows *sql.Rows) error {
		var v mashal.VerseReading
		var failure mashal.Failure
		var ended string
		err := rows.Scan(&v.Verse, &v.State, &failure.Kind, &failure.Reason, &v.Deliberation, &ended)
		if err != nil {
			return err
		}
		if v.State == mashal.Failed {
			v.Failure = &failure
		}
		v.At, err = parseTime(ended)
		indexOf[v.Verse] = len(r.Verses)
		r.Verses = append(r.Verses, v)
		return err
	}, `
SELECT verse, state, coalesce(failure_kind, ''), coalesce(failure_reason, ''), deliberation, ended_at
FROM verse WHERE reading = $1 AND state IN ('done', 'failed') ORDER BY verse`, id)
	if err != nil {
		return nil, err
	}
	verdictsOf, err := verdicts(ctx, q, id)
	if err != nil {
		return nil, err
	}
	hasStanding, err := l.hasStanding(ctx, q)
	if err != nil {
		return nil, err
	}
	err = query(ctx, q, func(rows *sql.Rows) error {
		verse, f, err := scanFigure(rows)
		if err != nil {
			return err
		}
		f.Verdicts = verdictsOf[f.ID]
		v := &r.Verses[indexOf[verse]]
		v.Figures = append(v.Figures, f)
		return nil
	}, selectFigures(hasStanding), id)
	return r, err
}

// ChapterReadings returns the latest visible reading of a chapter by each annotator,
// in the order of the annotators' first runs.
func (l *Ledger) ChapterReadings(ctx context.Context, ch mashal.Chapter) (ids []int64, err error) {
	err = query(ctx, l.read(), func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	}, `
SELECT r.id FROM reading r
WHERE r.book = $1 AND r.chapter = $2 AND r.revision > 0 AND NOT EXISTS (
	SELECT 1 FROM reading s
	WHERE s.annotator = r.annotator AND s.book = r.book AND s.chapter = r.chapter AND s.number > r.number AND s.revision > 0)
ORDER BY r.annotator`, int(ch.Book), ch.Number)
	return ids, l.explain("read", err)
}
