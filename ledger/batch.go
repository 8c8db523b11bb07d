package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"mashal"
)

// A BatchPlan is a batch that is about to be sent.
type BatchPlan struct {
	Key     string
	Run     string
	Model   string // vendor:model
	Purpose mashal.Purpose
	Items   []BatchItem
}

// A BatchItem is one request of a batch.
type BatchItem struct {
	CustomID string
	mashal.Request
	Reading int64
	Passage []int       // verses of the task that needs the answer, ascending
	Most    mashal.Cost // the most that it can cost
}

// PlanBatch records a batch before it is sent, and returns its number. A batch that
// was planned with the same key and never created is replaced; then again is true.
func (l *Ledger) PlanBatch(ctx context.Context, p BatchPlan) (id int64, again bool, err error) {
	type texts [3]content
	contents := make([]texts, len(p.Items))
	for i := range p.Items {
		for k, text := range []string{p.Items[i].System, p.Items[i].Shared, p.Items[i].Prompt} {
			contents[i][k] = newContent(text)
		}
	}
	err = l.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		const earlier = `(SELECT id FROM batch WHERE key = $1 AND state = 'not created')`
		if _, err := tx.ExecContext(ctx, `DELETE FROM batch_item WHERE batch IN `+earlier, p.Key); err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, `DELETE FROM batch WHERE id IN `+earlier, p.Key)
		if err != nil {
			return err
		}
		replaced, err := result.RowsAffected()
		if err != nil {
			return err
		}
		again = replaced > 0
		if id, err = next(ctx, tx, "batch"); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO batch (id, key, run, purpose, model, state, planned_at) VALUES ($1, $2, $3, $4, $5, 'planned', $6)`,
			id, p.Key, p.Run, string(p.Purpose), clean(p.Model), l.now()); err != nil {
			return err
		}
		kept := map[string]bool{}
		var rows []any
		for i := range p.Items {
			item := &p.Items[i]
			for _, c := range contents[i] {
				if kept[c.hash] {
					continue
				}
				kept[c.hash] = true
				if err := c.keep(ctx, tx); err != nil {
					return err
				}
			}
			settings := item.Settings
			if settings == nil {
				settings = map[string]string{}
			}
			var most any
			if item.Most.State != mashal.CostUnknown {
				most = int64(item.Most.Amount)
			}
			rows = append(rows, id, i+1, item.CustomID, item.Reading, versesText(item.Passage), versesText(item.Verses), item.Key,
				contents[i][0].hash, contents[i][1].hash, contents[i][2].hash, jsonText(settings), most)
		}
		_, err = insertRows(ctx, tx, `INSERT INTO batch_item (batch, ordinal, custom_id, reading, passage, verses, key, system, shared, prompt, settings, most) VALUES`, ``, 12, rows)
		return err
	})
	if err != nil {
		return 0, false, fmt.Errorf("record a batch before it is sent: %w", err)
	}
	return id, again, nil
}

// A BatchReport is what a vendor says of a batch.
type BatchReport struct {
	VendorID string
	State    string // the vendor's word; "" if it was not asked
	Error    string
	Expires  time.Time
	Answered int
	Failed   int
}

// ReportBatch records what the vendor says of a batch. A planned batch with a
// vendor's identifier becomes sent.
func (l *Ledger) ReportBatch(ctx context.Context, id int64, r BatchReport) error {
	var expires, vendorID, reason any
	if !r.Expires.IsZero() {
		expires = timeText(r.Expires)
	}
	if r.VendorID != "" {
		vendorID = clean(r.VendorID)
	}
	if r.Error != "" {
		reason = clean(r.Error)
	}
	return l.changeBatch(ctx, "record the status of a batch", `
UPDATE batch SET vendor_id = coalesce($1, vendor_id), vendor_state = coalesce(nullif(CAST($2 AS TEXT), ''), vendor_state), error = $3,
	expires_at = coalesce($4, expires_at), checked_at = $5, answered = $6, failed = $7,
	state = CASE WHEN state = 'planned' AND $1 IS NOT NULL THEN 'sent' ELSE state END,
	sent_at = CASE WHEN sent_at IS NULL AND $1 IS NOT NULL THEN $5 ELSE sent_at END
WHERE id = $8 AND state IN ('planned', 'sent')`, vendorID, clean(r.State), reason, expires, l.now(), r.Answered, r.Failed, id)
}

// DropBatch records that the vendor never created a planned batch. Its requests can
// be sent again.
func (l *Ledger) DropBatch(ctx context.Context, id int64, reason string) error {
	return l.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `UPDATE batch SET state = 'not created', error = $1, checked_at = $2 WHERE id = $3 AND state = 'planned'`, clean(reason), l.now(), id)
		if err != nil {
			return fmt.Errorf("record that batch %d was not created: %w", id, err)
		}
		if n, err := result.RowsAffected(); err != nil || n != 1 {
			return errors.Join(fmt.Errorf("batch %d is not planned", id), err)
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM batch_item WHERE batch = $1`, id)
		return err
	})
}

// EndBatch records that all results of a batch are recorded. Items without one
// become unanswered, with reason as their error.
func (l *Ledger) EndBatch(ctx context.Context, id int64, reason string) error {
	return l.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		now := l.now()
		if _, err := tx.ExecContext(ctx, `
UPDATE batch_item SET state = 'unanswered', ended_at = $1, outcome = 'canceled', error = $2, cost = 0, cost_exact = 1 WHERE batch = $3 AND state = 'open'`,
			now, clean(reason), id); err != nil {
			return fmt.Errorf("end batch %d: %w", id, err)
		}
		result, err := tx.ExecContext(ctx, `UPDATE batch SET state = 'ended', ended_at = $1 WHERE id = $2 AND state IN ('planned', 'sent')`, now, id)
		if err != nil {
			return fmt.Errorf("end batch %d: %w", id, err)
		}
		if n, err := result.RowsAffected(); err != nil || n != 1 {
			return errors.Join(fmt.Errorf("batch %d is not under way", id), err)
		}
		return nil
	})
}

// changeBatch changes the row of one batch.
func (l *Ledger) changeBatch(ctx context.Context, op, text string, args ...any) error {
	err := l.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, text, args...)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n != 1 {
			return errors.Join(errors.New("the batch is not under way"), err)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	return nil
}

const selectBatches = `
SELECT b.id, b.key, b.run, b.model, b.purpose, b.state, coalesce(b.vendor_id, ''), coalesce(b.vendor_state, ''), coalesce(b.error, ''),
	b.planned_at, coalesce(b.sent_at, ''), coalesce(b.checked_at, ''), coalesce(b.expires_at, ''), coalesce(b.ended_at, ''), b.answered, b.failed,
	count(i.ordinal),
	CAST(coalesce(sum(CASE WHEN i.state = 'answered' AND i.outcome = 'done' THEN 1 ELSE 0 END), 0) AS BIGINT),
	CAST(coalesce(sum(CASE WHEN i.state = 'answered' AND i.outcome <> 'done' THEN 1 ELSE 0 END), 0) AS BIGINT),
	CAST(coalesce(sum(CASE WHEN i.state = 'unanswered' THEN 1 ELSE 0 END), 0) AS BIGINT),
	count(DISTINCT i.reading),
	CAST(coalesce(sum(CASE WHEN i.state = 'open' THEN coalesce(i.most, 0) ELSE coalesce(i.cost, 0) END), 0) AS BIGINT)
FROM batch b LEFT JOIN batch_item i ON i.batch = b.id
`

const groupBatches = `
GROUP BY b.id, b.key, b.run, b.model, b.purpose, b.state, b.vendor_id, b.vendor_state, b.error, b.planned_at, b.sent_at, b.checked_at, b.expires_at, b.ended_at, b.answered, b.failed
ORDER BY b.id`

// Batches returns all batches in the order of their sending.
func (l *Ledger) Batches(ctx context.Context) ([]mashal.Batch, error) { return l.batches(ctx, "") }

// RunBatches returns the batches that a run has sent or whose answers it has used.
func (l *Ledger) RunBatches(ctx context.Context, run string) ([]mashal.Batch, error) {
	return l.batches(ctx, `WHERE b.run = $1 OR b.id IN (
	SELECT u.batch FROM batch_item u JOIN request q ON q.id = u.request JOIN attempt a ON a.id = q.attempt WHERE a.run = $1)`, run)
}

// OpenBatches returns the batches whose results are not all recorded.
func (l *Ledger) OpenBatches(ctx context.Context) ([]mashal.Batch, error) {
	return l.batches(ctx, `WHERE b.state IN ('planned', 'sent')`)
}

func (l *Ledger) batches(ctx context.Context, where string, args ...any) (list []mashal.Batch, err error) {
	if l.version < versionBatches {
		return nil, nil
	}
	err = query(ctx, l.read(), func(rows *sql.Rows) error {
		var b mashal.Batch
		var planned, sent, checked, expires, ended string
		var answered, failed int
		if err := rows.Scan(&b.ID, &b.Key, &b.Run, &b.Model, &b.Purpose, &b.State, &b.VendorID, &b.VendorState, &b.Error,
			&planned, &sent, &checked, &expires, &ended, &answered, &failed,
			&b.Requests, &b.Answered, &b.Failed, &b.Unanswered, &b.Chapters, &b.Cost); err != nil {
			return err
		}
		if b.Open() {
			b.Answered, b.Failed = max(b.Answered, answered), max(b.Failed, failed)
		}
		var bad [5]error
		for i, t := range []struct {
			to   *time.Time
			text string
		}{{&b.Planned, planned}, {&b.Sent, sent}, {&b.Checked, checked}, {&b.Expires, expires}, {&b.Ended, ended}} {
			*t.to, bad[i] = parseTime(t.text)
		}
		list = append(list, b)
		return errors.Join(bad[:]...)
	}, selectBatches+where+groupBatches, args...)
	return list, l.explain("read batches from", err)
}

// CountBatches returns how often a batch was sent whose key begins with prefix.
func (l *Ledger) CountBatches(ctx context.Context, prefix string) (n int, err error) {
	err = l.read().QueryRowContext(ctx, `SELECT count(*) FROM batch WHERE substr(key, 1, $1) = $2 AND state <> 'not created'`, len(prefix), prefix).Scan(&n)
	return n, l.explain("read", err)
}

// KnowsBatch reports whether a batch with the vendor's identifier is recorded.
func (l *Ledger) KnowsBatch(ctx context.Context, model, vendorID string) (bool, error) {
	var n int
	err := l.read().QueryRowContext(ctx, `SELECT count(*) FROM batch WHERE model = $1 AND vendor_id = $2`, model, vendorID).Scan(&n)
	return n > 0, l.explain("read", err)
}
