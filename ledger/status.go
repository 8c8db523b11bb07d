package ledger

import (
	"context"
	"database/sql"

	"mashal"
)

// BookStatus counts the verses of a book by state for one annotator. Each verse is
// counted once.
type BookStatus struct {
	Book    mashal.Book
	Verses  map[mashal.State]int
	Figures int
}

// fromLatest selects the verses of an annotator's readings that count: of each
// chapter the latest visible reading, or the latest of all if none is visible.
const fromLatest = `
FROM annotator a JOIN reading r ON r.annotator = a.id
JOIN verse v ON v.reading = r.id
WHERE a.fingerprint = $1 AND NOT EXISTS (
	SELECT 1 FROM reading s
	WHERE s.annotator = r.annotator AND s.book = r.book AND s.chapter = r.chapter
		AND (s.revision > 0 AND r.revision = 0 OR s.number > r.number AND (s.revision > 0 OR r.revision = 0)))
`

// Status returns the status of all books for an annotator, in canonical order. It
// counts the latest visible reading of each chapter, or the latest of all if none
// is visible. Verses of no run are not run.
func (l *Ledger) Status(ctx context.Context, annotatorFingerprint string) ([]BookStatus, error) {
	list := make([]BookStatus, mashal.Books)
	for i := range list {
		b := mashal.Book(i + 1)
		list[i] = BookStatus{Book: b, Verses: map[mashal.State]int{}}
		for ch := range b.Chapters() {
			list[i].Verses[mashal.NotRun] += b.Verses(ch + 1)
		}
	}
	err := query(ctx, l.read(), func(rows *sql.Rows) error {
		var b mashal.Book
		var state mashal.State
		var n int
		if err := rows.Scan(&b, &state, &n); err != nil {
			return err
		}
		if state != mashal.NotRun {
			list[b-1].Verses[state] += n
			list[b-1].Verses[mashal.NotRun] -= n
		}
		return nil
	}, `SELECT r.book, v.state, count(*)`+fromLatest+`GROUP BY r.book, v.state`, annotatorFingerprint)
	var counts string
	if err == nil {
		counts, err = l.counts(ctx)
	}
	if err == nil {
		err = query(ctx, l.read(), func(rows *sql.Rows) error {
			var b mashal.Book
			var n int
			err := rows.Scan(&b, &n)
			list[b-1].Figures = n
			return err
		}, `SELECT r.book, sum((SELECT count(*) FROM figure f WHERE f.reading = v.reading AND f.verse = v.verse AND `+counts+`))`+fromLatest+`GROUP BY r.book`, annotatorFingerprint)
	}
	return list, l.explain("read", err)
}

// FailureCounts counts the failed verses that Status counts, by kind of failure, the
// most frequent kind first.
func (l *Ledger) FailureCounts(ctx context.Context, annotatorFingerprint string) (list []mashal.FailureCount, err error) {
	err = query(ctx, l.read(), func(rows *sql.Rows) error {
		var c mashal.FailureCount
		err := rows.Scan(&c.Kind, &c.Verses, &c.Reason)
		list = append(list, c)
		return err
	}, `SELECT v.failure_kind, count(*) AS n, min(v.failure_reason)`+fromLatest+`AND v.state = 'failed' GROUP BY v.failure_kind ORDER BY n DESC, v.failure_kind`, annotatorFingerprint)
	return list, l.explain("read", err)
}

// Annotators returns all annotators and validators, in the order of their first
// run.
func (l *Ledger) Annotators(ctx context.Context) (list []mashal.Annotator, err error) {
	err = query(ctx, l.read(), func(rows *sql.Rows) error {
		var a mashal.Annotator
		err := rows.Scan(&a.Name, &a.Kind, &a.Version, &a.Fingerprint)
		list = append(list, a)
		return err
	}, `SELECT name, kind, version, fingerprint FROM annotator ORDER BY id`)
	return list, l.explain("read", err)
}

// FigureRate counts the verses that an annotator has read, those in which it found
// figures, and those in which one of them is in doubt.
type FigureRate struct {
	Verses     int // that are done
	Figurative int // verses with figures
	Doubtful   int // verses with a figure whose confidence is below mashal.DoubtBelow
}

// FigureRate returns the figure rate of an annotator, over all its versions.
func (l *Ledger) FigureRate(ctx context.Context, annotatorName string) (f FigureRate, err error) {
	counts, err := l.counts(ctx)
	if err != nil {
		return f, l.explain("read", err)
	}
	err = l.read().QueryRowContext(ctx, `
SELECT count(*), CAST(coalesce(sum(CASE WHEN EXISTS (
	SELECT 1 FROM figure f WHERE f.reading = v.reading AND f.verse = v.verse AND `+counts+`) THEN 1 ELSE 0 END), 0) AS BIGINT),
	CAST(coalesce(sum(CASE WHEN EXISTS (
	SELECT 1 FROM figure f WHERE f.reading = v.reading AND f.verse = v.verse AND f.confidence < $2 AND `+counts+`) THEN 1 ELSE 0 END), 0) AS BIGINT)
FROM annotator a JOIN reading r ON r.annotator = a.id JOIN verse v ON v.reading = r.id
WHERE a.name = $1 AND v.state = 'done' AND v.carried = 0`, annotatorName, mashal.DoubtBelow).Scan(&f.Verses, &f.Figurative, &f.Doubtful)
	return f, l.explain("read", err)
}

// Written reports whether a process writes to the ledger of a server now. known is false
// for a file, whose data folder has the lock.
func (l *Ledger) Written(ctx context.Context) (written, known bool, err error) {
	s, ok := l.store.(*serverStore)
	if !ok {
		return false, false, nil
	}
	written, err = s.db.Written(ctx)
	return written, true, l.explain("read", err)
}
