package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"mashal"
	"mashal/compress"
	"mashal/llm"
)

// An OpenItem is a request of a batch whose result is not recorded.
type OpenItem struct {
	CustomID string
	Settings map[string]string
	Prompt   [3]string // the three parts
}

// OpenItems returns the items of a batch whose results are not recorded.
func (l *Ledger) OpenItems(ctx context.Context, batch int64) (list []OpenItem, err error) {
	texts := map[string]string{}
	err = query(ctx, l.read(), func(rows *sql.Rows) error {
		var item OpenItem
		var settings string
		if err := rows.Scan(&item.CustomID, &settings, &item.Prompt[0], &item.Prompt[1], &item.Prompt[2]); err != nil {
			return err
		}
		err := json.Unmarshal([]byte(settings), &item.Settings)
		list = append(list, item)
		return err
	}, `
SELECT custom_id, settings, system, shared, prompt FROM batch_item WHERE batch = $1 AND state = 'open' ORDER BY ordinal`, batch)
	for i := range list { // so far, Prompt has the hashes of the texts
		for k, hash := range list[i].Prompt {
			if _, known := texts[hash]; !known && err == nil {
				var packed []byte
				if err = l.read().QueryRowContext(ctx, `SELECT zstd FROM content WHERE hash = $1`, hash).Scan(&packed); err == nil {
					var text []byte
					text, err = compress.Unpack(packed)
					texts[hash] = string(text)
				}
			}
			list[i].Prompt[k] = texts[hash]
		}
	}
	return list, l.explain("read a batch of", err)
}

// RecordBatchResults records results of a batch. A result of an item that has one
// already changes nothing, so that a file of results can be read twice. It returns
// the custom ids that the batch does not have.
func (l *Ledger) RecordBatchResults(ctx context.Context, batch int64, results []llm.BatchResult) (foreign []string, err error) {
	packed := make([][]byte, len(results))
	for i := range results {
		packed[i] = compress.Pack(results[i].Text)
	}
	err = l.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		now := l.now()
		foreign = nil // of an attempt that was rolled back
		for i := range results {
			r := &results[i]
			state, outcome := "answered", mashal.CallDone
			var message, cost any
			if r.Err != nil {
				kind := llm.KindOf(r.Err)
				if kind == llm.KindNone {
					kind = llm.Malformed
				}
				outcome, message = kind.String(), clean(r.Err.Error())
			}
			if r.Unanswered {
				state = "unanswered"
			}
			if r.Response.Cost.State != mashal.CostUnknown {
				cost = int64(r.Response.Cost.Amount)
			}
			var build any
			if r.Response.Build != "" {
				build = clean(r.Response.Build)
			}
			u := r.Response.Usage
			result, err := tx.ExecContext(ctx, `
UPDATE batch_item SET state = $1, ended_at = $2, outcome = $3, error = $4, status = $5, answered_by = $6, vendor_id = $7, end_reason = $8,
	input = $9, cached = $10, cache_write = $11, output = $12, reasoning = $13, reported = $14, cost = $15, cost_exact = $16, size = $17, answer = $18, build = $19
WHERE batch = $20 AND custom_id = $21 AND state = 'open'`,
				state, now, outcome, message, r.Response.Status, clean(r.Response.Model), clean(r.Response.RequestID), clean(r.Response.End),
				u.Input, u.CachedInput, u.CacheWrite, u.Output, u.Reasoning, bit(u.Reported), cost, bit(r.Response.Cost.State == mashal.CostExact),
				len(r.Text), packed[i], build, batch, r.ID)
			if err != nil {
				return err
			}
			if n, err := result.RowsAffected(); err != nil || n == 1 {
				if err != nil {
					return err
				}
				continue
			}
			var known int
			if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM batch_item WHERE batch = $1 AND custom_id = $2`, batch, r.ID).Scan(&known); err != nil {
				return err
			}
			if known == 0 {
				foreign = append(foreign, r.ID)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("record results of a batch: %w", err)
	}
	return foreign, nil
}

// A BatchedPassage is the verses of a task some of whose requests were sent in
// batches, and which has not ended.
type BatchedPassage struct {
	Reading  int64
	Chapter  mashal.Chapter
	Purpose  mashal.Purpose
	Verses   []int // of the task, ascending
	Open     int   // requests whose results are not recorded
	Requests int   // all requests
}

// BatchedPassages returns the passages of an annotator's readings that have not ended,
// in canonical order.
func (l *Ledger) BatchedPassages(ctx context.Context, annotatorFingerprint string) (list []BatchedPassage, err error) {
	if l.version < versionBatches {
		return nil, nil
	}
	err = query(ctx, l.read(), func(rows *sql.Rows) error {
		var p BatchedPassage
		var verses string
		err := rows.Scan(&p.Reading, &p.Chapter.Book, &p.Chapter.Number, &p.Purpose, &verses, &p.Open, &p.Requests)
		if err == nil {
			p.Verses, err = parseVerses(verses)
		}
		list = append(list, p)
		return err
	}, `
SELECT i.reading, r.book, r.chapter, b.purpose, i.passage, CAST(sum(CASE WHEN i.state = 'open' THEN 1 ELSE 0 END) AS BIGINT), count(*)
FROM batch_item i JOIN batch b ON b.id = i.batch JOIN reading r ON r.id = i.reading JOIN annotator a ON a.id = r.annotator
WHERE i.closed = 0 AND a.fingerprint = $1
GROUP BY i.reading, r.book, r.chapter, b.purpose, i.passage
ORDER BY r.book, r.chapter, i.reading, b.purpose, min(i.batch), min(i.ordinal)`, annotatorFingerprint)
	return list, l.explain("read batches from", err)
}

// DetectionPassages returns the passages of an annotator's readings whose figures
// were looked for in batches, by reading, the latest first.
func (l *Ledger) DetectionPassages(ctx context.Context, annotatorFingerprint string) (map[int64][][]int, error) {
	of := map[int64][][]int{}
	err := query(ctx, l.read(), func(rows *sql.Rows) error {
		var reading int64
		var verses string
		if err := rows.Scan(&reading, &verses); err != nil {
			return err
		}
		passage, err := parseVerses(verses)
		of[reading] = append(of[reading], passage)
		return err
	}, `
SELECT i.reading, i.passage
FROM batch_item i JOIN batch b ON b.id = i.batch JOIN reading r ON r.id = i.reading JOIN annotator a ON a.id = r.annotator
WHERE b.purpose = 'detection' AND a.fingerprint = $1
GROUP BY i.reading, i.passage
ORDER BY i.reading, min(i.batch) DESC, min(i.ordinal)`, annotatorFingerprint)
	return of, l.explain("read batches from", err)
}

// CloseBatchedPassage records that the task of a passage has ended: its answers are
// not used again.
func (l *Ledger) CloseBatchedPassage(ctx context.Context, p BatchedPassage) error {
	err := l.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
UPDATE batch_item SET closed = 1
WHERE reading = $1 AND passage = $2 AND state <> 'open' AND batch IN (SELECT id FROM batch WHERE purpose = $3)`,
			p.Reading, versesText(p.Verses), string(p.Purpose))
		return err
	})
	if err != nil {
		return fmt.Errorf("close a passage of batches: %w", err)
	}
	return nil
}

// EndedVerses returns those of some verses of a reading that need no more work for a
// purpose: they are done, or have failed.
func (l *Ledger) EndedVerses(ctx context.Context, reading int64, purpose mashal.Purpose, validatorFingerprint string) (done, failed []int, err error) {
	text, args := `SELECT v.verse, v.state FROM verse v WHERE v.reading = $1 AND v.state IN ('done', 'failed') ORDER BY v.verse`, []any{reading}
	if purpose == mashal.Validation {
		text = `
SELECT j.verse, j.state FROM validation j JOIN annotator a ON a.id = j.validator
WHERE j.reading = $1 AND a.fingerprint = $2 AND j.state IN ('done', 'failed') ORDER BY j.verse`
		args = append(args, validatorFingerprint)
	}
	err = query(ctx, l.read(), func(rows *sql.Rows) error {
		var verse int
		var state mashal.State
		err := rows.Scan(&verse, &state)
		if state == mashal.Done {
			done = append(done, verse)
		} else {
			failed = append(failed, verse)
		}
		return err
	}, text, args...)
	return done, failed, l.explain("read", err)
}

// UnusedCost returns the cost of results of batches that are recorded and that no
// call has used yet, for an annotator's readings of some chapters.
func (l *Ledger) UnusedCost(ctx context.Context, annotatorFingerprint string, chapters []mashal.Chapter) (sum mashal.Money, err error) {
	if l.version < versionBatches {
		return 0, nil
	}
	err = query(ctx, l.read(), func(rows *sql.Rows) error {
		var ch mashal.Chapter
		var cost mashal.Money
		err := rows.Scan(&ch.Book, &ch.Number, &cost)
		if slices.Contains(chapters, ch) {
			sum += cost
		}
		return err
	}, `
SELECT r.book, r.chapter, CAST(coalesce(sum(i.cost), 0) AS BIGINT)
FROM batch_item i JOIN reading r ON r.id = i.reading JOIN annotator a ON a.id = r.annotator
WHERE a.fingerprint = $1 AND i.request IS NULL
GROUP BY r.book, r.chapter`, annotatorFingerprint)
	return sum, l.explain("read", err)
}

// A BatchCost is what a batch costs for some work.
type BatchCost struct {
	Recorded mashal.Money // of its results that are recorded
	Most     mashal.Money // the most that its other requests can cost
}

// BatchCosts returns what batches cost for an annotator's readings of some chapters, by
// number of the batch.
func (l *Ledger) BatchCosts(ctx context.Context, annotatorFingerprint string, chapters []mashal.Chapter) (map[int64]BatchCost, error) {
	costs := map[int64]BatchCost{}
	if l.version < versionBatches {
		return costs, nil
	}
	err := query(ctx, l.read(), func(rows *sql.Rows) error {
		var id int64
		var ch mashal.Chapter
		var c BatchCost
		err := rows.Scan(&id, &ch.Book, &ch.Number, &c.Recorded, &c.Most)
		if slices.Contains(chapters, ch) {
			c.Recorded += costs[id].Recorded
			c.Most += costs[id].Most
			costs[id] = c
		}
		return err
	}, `
SELECT i.batch, r.book, r.chapter,
	CAST(coalesce(sum(CASE WHEN i.state = 'open' THEN 0 ELSE i.cost END), 0) AS BIGINT),
	CAST(coalesce(sum(CASE WHEN i.state = 'open' THEN i.most ELSE 0 END), 0) AS BIGINT)
FROM batch_item i JOIN reading r ON r.id = i.reading JOIN annotator a ON a.id = r.annotator
WHERE a.fingerprint = $1
GROUP BY i.batch, r.book, r.chapter`, annotatorFingerprint)
	return costs, l.explain("read", err)
}

// available is a condition on calls q of attempts a for readings r: their answers can
// be used for a reading, $2. A failed call of a batch is found although it has no
// text, or its prompt was cut, so that what followed from it follows again.
const available = `q.ended_at IS NOT NULL AND r.number = (SELECT n.number FROM reading n WHERE n.id = $2)
	AND (r.id <> $2 AND q.size > 0 AND q.outcome <> 'prompt cut' OR r.id = $2 AND a.outcome = 'not run' AND (
		q.size > 0 AND q.outcome <> 'prompt cut' AND NOT EXISTS (SELECT 1 FROM batch_item i WHERE i.request = q.id)
		OR EXISTS (SELECT 1 FROM batch_item i WHERE i.request = q.id AND i.closed = 0)))`

// availableBefore is available for a schema without batches.
const availableBefore = `q.ended_at IS NOT NULL AND q.size > 0 AND q.outcome <> 'prompt cut' AND r.number = (SELECT n.number FROM reading n WHERE n.id = $2)
	AND (r.id <> $2 OR a.outcome = 'not run')`

// InBatch reports whether a batch under way has a call of a reading.
func (l *Ledger) InBatch(ctx context.Context, reading int64, key string) (bool, error) {
	var n int
	err := l.read().QueryRowContext(ctx, `SELECT count(*) FROM batch_item WHERE reading = $1 AND key = $2 AND state = 'open'`, reading, key).Scan(&n)
	return n > 0, l.explain("read", err)
}

// PeekBatched returns the answer that Find would return to a call of a reading, and
// uses none. It returns nil if there is none.
func (l *Ledger) PeekBatched(ctx context.Context, reading int64, q mashal.Request) (a *mashal.Answer, err error) {
	r := &Recorder{ledger: l, reading: reading}
	a, recorded, err := r.findRecorded(ctx, q)
	if a != nil || err != nil {
		return a, err
	}
	var item itemRow
	err = item.scan(l.read().QueryRowContext(ctx, selectItem+` LIMIT 1 OFFSET $3`, reading, q.Key, q.Repeat-recorded))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, l.explain("read", err)
	}
	return item.asAnswer()
}

// selectItem selects the results of batches that a reading has not used yet.
const selectItem = `
SELECT batch, ordinal, coalesce(outcome, ''), coalesce(error, ''), answer
FROM batch_item WHERE reading = $1 AND key = $2 AND state = 'answered' AND request IS NULL AND closed = 0
ORDER BY batch, ordinal`

// An itemRow is a row of selectItem.
type itemRow struct {
	batch, ordinal   int64
	outcome, message string
	packed           []byte
}

func (i *itemRow) scan(row *sql.Row) error {
	return row.Scan(&i.batch, &i.ordinal, &i.outcome, &i.message, &i.packed)
}

// asAnswer returns the result as an answer.
func (i *itemRow) asAnswer() (*mashal.Answer, error) {
	a := &mashal.Answer{Err: failureOf(i.outcome, i.message)}
	if len(i.packed) == 0 {
		return a, nil
	}
	var err error
	a.Text, err = compress.Unpack(i.packed)
	return a, err
}

// takeBatched makes a result of a batch a call of the attempt, in one transaction,
// and returns its answer. It returns nil if there is no result.
func (r *Recorder) takeBatched(ctx context.Context, key string) (a *mashal.Answer, err error) {
	if r.ledger.version < versionBatches {
		return nil, nil
	}
	var known int
	if err := r.ledger.read().QueryRowContext(ctx, `SELECT count(*) FROM batch_item WHERE reading = $1 AND key = $2 AND state = 'answered' AND request IS NULL AND closed = 0`, r.reading, key).Scan(&known); err != nil || known == 0 {
		return nil, err
	}
	err = r.ledger.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		a = nil // of an attempt that was rolled back
		var item itemRow
		err := item.scan(tx.QueryRowContext(ctx, selectItem+` LIMIT 1`, r.reading, key))
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if a, err = item.asAnswer(); err != nil {
			return err
		}
		if a.Call, err = next(ctx, tx, "request"); err != nil {
			return err
		}
		var hash any
		if item.packed != nil {
			hash = answerHash(a.Text)
		}
		if _, err := tx.ExecContext(ctx, `
INSERT INTO request (id, attempt, key, purpose, verses, model, system, shared, prompt, settings, started_at, ended_at, outcome, error, status,
	answered_by, vendor_id, end_reason, input, cached, cache_write, output, reasoning, reported, cost, cost_exact, size, answer, build, answer_hash)
SELECT $1, $2, i.key, b.purpose, i.verses, b.model, i.system, i.shared, i.prompt, i.settings, coalesce(b.sent_at, b.planned_at), i.ended_at, i.outcome, i.error, i.status,
	i.answered_by, i.vendor_id, i.end_reason, i.input, i.cached, i.cache_write, i.output, i.reasoning, i.reported, i.cost, i.cost_exact, i.size, i.answer, i.build, CAST($5 AS TEXT)
FROM batch_item i JOIN batch b ON b.id = i.batch WHERE i.batch = $3 AND i.ordinal = $4`, a.Call, r.attempt, item.batch, item.ordinal, hash); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE batch_item SET request = $1, answer = NULL WHERE batch = $2 AND ordinal = $3`, a.Call, item.batch, item.ordinal)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("use a result of a batch: %w", err)
	}
	return a, nil
}

// RecordDamage records which verses the answer to a call lacks or holds damaged. The
// call is one for which Find has used a result of a batch.
func (r *Recorder) RecordDamage(ctx context.Context, request int64, damage []mashal.Damage) error {
	if len(damage) == 0 {
		return nil
	}
	err := r.ledger.writeSoon(context.WithoutCancel(ctx), func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE request SET damage = $1 WHERE id = $2`, jsonText(damage), request)
		return err
	})
	if err != nil {
		return fmt.Errorf("record the damage of an answer: %w", err)
	}
	return nil
}
