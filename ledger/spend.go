package ledger

import (
	"context"
	"database/sql"

	"mashal"
)

// spendColumns are the sums over calls q that scanSpend reads.
const spendColumns = `count(*),
	CAST(sum(CASE WHEN q.outcome <> 'done' THEN 1 ELSE 0 END) AS BIGINT),
	CAST(sum(CASE WHEN q.outcome = 'canceled' THEN 1 ELSE 0 END) AS BIGINT),
	CAST(sum(CASE WHEN q.reported = 0 AND q.input + q.output > 0 THEN 1 ELSE 0 END) AS BIGINT),
	CAST(sum(CASE WHEN q.cost IS NULL AND q.ended_at IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT),
	CAST(sum(q.input) AS BIGINT), CAST(sum(q.cached) AS BIGINT), CAST(sum(q.cache_write) AS BIGINT),
	CAST(sum(q.output) AS BIGINT), CAST(sum(q.reasoning) AS BIGINT), CAST(coalesce(sum(q.cost), 0) AS BIGINT)`

// wasSent is a condition for calls q that were sent. A call that could have exceeded the
// budget, or that was cancelled while it waited to be sent, is recorded with its reason, but
// it was no request to a model: it has no tokens, and is known to have cost nothing.
const wasSent = `(q.outcome IS NULL OR q.outcome <> 'over budget' AND
	NOT (q.outcome = 'canceled' AND coalesce(q.cost, 1) = 0 AND q.input + q.output = 0))`

// scanSpend scans a row of spendColumns, which follow the columns of group.
func scanSpend(rows *sql.Rows, s *mashal.Spend, group ...any) error {
	t := &s.Tokens
	err := rows.Scan(append(group, &s.Calls, &s.Failed, &s.InPart, &s.Estimated, &s.Unpriced,
		&t.Input, &t.CachedInput, &t.CacheWrite, &t.Output, &t.Reasoning, &s.Cost)...)
	t.Reported = s.Estimated == 0
	return err
}

// Spent returns the spend of a run by chapter in canonical order, purpose and
// model.
func (l *Ledger) Spent(ctx context.Context, run string) (list []mashal.ChapterSpend, err error) {
	err = query(ctx, l.read(), func(rows *sql.Rows) error {
		var s mashal.ChapterSpend
		err := scanSpend(rows, &s.Spend, &s.Chapter.Book, &s.Chapter.Number, &s.Purpose, &s.Model)
		list = append(list, s)
		return err
	}, `
SELECT r.book, r.chapter, q.purpose, q.model, `+spendColumns+`
FROM request q JOIN attempt a ON a.id = q.attempt JOIN reading r ON r.id = a.reading
WHERE a.run = $1 AND `+wasSent+`
GROUP BY r.book, r.chapter, q.purpose, q.model
ORDER BY r.book, r.chapter, q.purpose, q.model`, run)
	return list, l.explain("read", err)
}

// SpentBefore returns the known cost of all runs of an annotator over a
// selection. It counts against the budget of a new run.
func (l *Ledger) SpentBefore(ctx context.Context, annotatorFingerprint string, selection mashal.Selection) (spent mashal.Money, err error) {
	err = l.read().QueryRowContext(ctx, `
SELECT CAST(coalesce(sum(q.cost), 0) AS BIGINT)
FROM run n JOIN annotator b ON b.id = n.annotator JOIN attempt a ON a.run = n.id JOIN request q ON q.attempt = a.id
WHERE b.fingerprint = $1 AND n.selection = $2`, annotatorFingerprint, selection.String()).Scan(&spent)
	return spent, l.explain("read", err)
}
