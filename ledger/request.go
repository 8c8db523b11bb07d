package ledger

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"mashal"
	"mashal/compress"
	"mashal/llm"
)

// A Recorder records the calls of one attempt, and finds answers to the same
// requests that were recorded before.
type Recorder struct {
	ledger  *Ledger
	attempt int64
	reading int64
}

// Recorder returns the recorder of an attempt at work.
func (l *Ledger) Recorder(attempt int64, w Work) *Recorder {
	return &Recorder{ledger: l, attempt: attempt, reading: w.Reading}
}

// Find returns a recorded answer to the same request that this reading has not
// used: one for an earlier version of the program, or one that a dead process left.
// q.Repeat selects one of several. It returns nil if there is none with any text. An
// answer to a prompt that the server cut is none, and neither is one of the other
// kind than q.Simulated.
//
// Answers to attempts of this reading that have ended are not returned, because the
// caller asks for a failed verse again and wants another answer. A reading with the
// number n gets only answers for readings with that number, so `--again` never gets
// an old one.
//
// A result of a batch that no attempt has used becomes a call of this attempt.
func (r *Recorder) Find(ctx context.Context, q mashal.Request) (*mashal.Answer, error) {
	a, _, err := r.findRecorded(ctx, q)
	if a != nil || err != nil {
		return a, err
	}
	a, err = r.takeBatched(ctx, q.Key)
	return a, r.ledger.explain("use", err)
}

// findRecorded returns an answer that is recorded as a call, and the number of such
// answers if there are not so many.
func (r *Recorder) findRecorded(ctx context.Context, q mashal.Request) (a *mashal.Answer, recorded int, err error) {
	condition := available
	if r.ledger.version < versionBatches {
		condition = availableBefore
	}
	if r.ledger.version >= versionForgotten {
		condition = `q.forgotten IS NULL AND ` + condition
	}
	var id int64
	var outcome, message string
	asked, _ := llm.SplitName(q.Model)
	err = query(ctx, r.ledger.read(), func(rows *sql.Rows) error {
		var of int64
		var how, why, answered string
		if err := rows.Scan(&of, &how, &why, &answered); err != nil {
			return err
		}
		if answered != "" && llm.Simulated(answered, asked) != q.Simulated {
			return nil
		}
		if recorded == q.Repeat {
			a, id, outcome, message = &mashal.Answer{}, of, how, why
		}
		recorded++
		return nil
	}, `
SELECT q.id, q.outcome, coalesce(q.error, ''), coalesce(q.answered_by, '')
FROM request q JOIN attempt a ON a.id = q.attempt JOIN reading r ON r.id = a.reading
WHERE q.key = $1 AND `+condition+`
ORDER BY q.id`, q.Key, r.reading)
	if err == nil && a != nil {
		a.Text, err = answerText(ctx, r.ledger.read(), id)
	}
	if err != nil {
		return nil, 0, r.ledger.explain("read", fmt.Errorf("find an earlier answer: %w", err))
	}
	if a != nil {
		a.Err = failureOf(outcome, message)
	}
	return a, recorded, nil
}

// failureOf returns the error of a call from its recorded outcome and message.
func failureOf(outcome, message string) error {
	switch outcome {
	case mashal.CallDone:
		return nil
	case mashal.CallLost:
		return &llm.Error{Kind: llm.Cut, Err: errors.New("the process ended before the answer did")}
	}
	kind, err := llm.ParseKind(outcome)
	if err != nil || kind == llm.Canceled {
		// The model is not the cause, or another version of the program wrote this kind.
		// The text is valid as far as it goes.
		kind = llm.Cut
	}
	facts, cause := causeOf(outcome, message)
	return &llm.Error{Kind: kind, OfPrompt: kind == llm.Refused && llm.SaysOfPrompt(facts), Err: errors.New(cause)}
}

// causeOf returns the cause in the message of a failed call, and the facts that stand
// between the kind and the cause: status, request id.
func causeOf(outcome, message string) (facts, cause string) {
	_, after, ok := strings.Cut(message, outcome)
	if !ok {
		return "", message
	}
	if facts, cause, ok := strings.Cut(after, ": "); ok {
		return facts, cause
	}
	return "", message
}

// Begin records a request before it is sent. It is durable when Begin returns, so
// that a call which may be paid for is always known.
func (r *Recorder) Begin(ctx context.Context, q mashal.Request) (*Recording, error) {
	settings := q.Settings
	if settings == nil {
		settings = map[string]string{}
	}
	var texts [3]content
	for i, text := range []string{q.System, q.Shared, q.Prompt} {
		texts[i] = newContent(text)
	}
	a := &Recording{ledger: r.ledger}
	started := r.ledger.now()
	if !q.At.IsZero() {
		started = timeText(q.At)
		a.ended = started
	}
	err := r.ledger.write(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
		for _, c := range texts {
			if err := c.keep(ctx, tx); err != nil {
				return err
			}
		}
		if a.id, err = next(ctx, tx, "request"); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `
INSERT INTO request (id, attempt, key, purpose, verses, model, system, shared, prompt, settings, started_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			a.id, r.attempt, q.Key, string(q.Purpose), versesText(q.Verses), clean(q.Model),
			texts[0].hash, texts[1].hash, texts[2].hash, jsonText(settings), started)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("record a request to %s: %w", q.Model, err)
	}
	return a, nil
}

// A Recording records one call while it is answered. One goroutine uses it.
type Recording struct {
	ledger  *Ledger
	id      int64
	ended   string // when the call ended, if that is known before End; "" otherwise
	parts   int
	unsaved []byte // what Flush has not written yet
	whole   []byte
}

// Write appends bytes of the answer. It never fails.
func (a *Recording) Write(p []byte) (int, error) {
	a.unsaved = append(a.unsaved, p...)
	a.whole = append(a.whole, p...)
	return len(p), nil
}

// Flush writes the bytes so far to the database. Everything that is recorded later
// is durable only together with them.
func (a *Recording) Flush(ctx context.Context) error {
	if len(a.unsaved) == 0 {
		return nil
	}
	part := bytes.Clone(a.unsaved)
	a.unsaved = a.unsaved[:0]
	a.parts++
	err := a.ledger.writeSoon(context.WithoutCancel(ctx), func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO answer_part (request, ordinal, bytes) VALUES ($1, $2, $3)`, a.id, a.parts, part)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep an answer: %w", err)
	}
	return nil
}

// End records the outcome of the call, which is complete if failure is nil, its
// usage and cost, and the verses that the answer lacks. It is called once.
func (a *Recording) End(ctx context.Context, resp llm.Response, damage []mashal.Damage, failure error) error {
	outcome := mashal.CallDone
	var message any
	if failure != nil {
		kind := llm.KindOf(failure)
		if kind == llm.KindNone {
			kind = llm.Canceled // by us: the answer could not be recorded or used
		}
		outcome, message = kind.String(), clean(failure.Error())
	}
	var cost any
	if resp.Cost.State != mashal.CostUnknown {
		cost = int64(resp.Cost.Amount)
	}
	var damaged any
	if len(damage) > 0 {
		damaged = jsonText(damage)
	}
	var build any
	if resp.Build != "" {
		build = clean(resp.Build)
	}
	answer := compress.Pack(a.whole)
	u := resp.Usage
	ended := cmp.Or(a.ended, a.ledger.now())
	err := a.ledger.write(context.WithoutCancel(ctx), func(ctx context.Context, tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `
UPDATE request SET ended_at = $1, outcome = $2, error = $3, status = $4, answered_by = $5, vendor_id = $6, end_reason = $7,
	input = $8, cached = $9, cache_write = $10, output = $11, reasoning = $12, reported = $13, cost = $14, cost_exact = $15,
	first_text = $16, duration = $17, size = $18, answer = $19, damage = $20, build = $21, answer_hash = $22
WHERE id = $23 AND ended_at IS NULL`,
			ended, outcome, message, resp.Status, clean(resp.Model), clean(resp.RequestID), clean(resp.End),
			u.Input, u.CachedInput, u.CacheWrite, u.Output, u.Reasoning, bit(u.Reported), cost, bit(resp.Cost.State == mashal.CostExact),
			resp.FirstText.Microseconds(), resp.Duration.Microseconds(), len(a.whole), answer, damaged, build, answerHash(a.whole), a.id)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n != 1 {
			return errors.Join(fmt.Errorf("request %d is not under way", a.id), err)
		}
		if a.parts == 0 {
			return nil
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM answer_part WHERE request = $1`, a.id)
		return err
	})
	if err != nil {
		return fmt.Errorf("record how a request ended: %w", err)
	}
	return nil
}

// endLostCalls ends the calls that a dead process left open. It keeps the part of
// the answers that had arrived, so that another run can decode it.
func endLostCalls(ctx context.Context, tx *sql.Tx, s scope) error {
	open := `ended_at IS NULL AND attempt IN (SELECT a.id FROM attempt a WHERE ` + s.attempts() + `)`
	var ids []int64
	err := query(ctx, tx, func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	}, `SELECT id FROM request WHERE `+open, s.args()...)
	if err != nil {
		return err
	}
	for _, id := range ids {
		text, err := answerText(ctx, tx, id)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `
UPDATE request SET outcome = 'lost', size = $3, answer = $4, answer_hash = $5,
	ended_at = (SELECT max(coalesce(a.ended_at, a.started_at)) FROM attempt a WHERE `+s.attempts()+`)
WHERE id = $6`, s.args(len(text), compress.Pack(text), answerHash(text), id)...); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM answer_part WHERE request = $1`, id); err != nil {
			return err
		}
	}
	return nil
}

// answerText returns the recorded text of an answer, which may be incomplete.
func answerText(ctx context.Context, q querier, id int64) (text []byte, err error) {
	var whole []byte
	if err := q.QueryRowContext(ctx, `SELECT answer FROM request WHERE id = $1`, id).Scan(&whole); err != nil {
		return nil, err
	}
	if whole != nil {
		return compress.Unpack(whole)
	}
	err = query(ctx, q, func(rows *sql.Rows) error {
		var part []byte
		err := rows.Scan(&part)
		text = append(text, part...)
		return err
	}, `SELECT bytes FROM answer_part WHERE request = $1 ORDER BY ordinal`, id)
	return text, err
}

// A content is a text that was sent. Each is stored once.
type content struct {
	hash string
	text string
}

func newContent(text string) content {
	sum := sha256.Sum256([]byte(text))
	return content{"sha256:" + hex.EncodeToString(sum[:]), text}
}

func (c content) keep(ctx context.Context, tx *sql.Tx) error {
	var known int
	err := tx.QueryRowContext(ctx, `SELECT count(*) FROM content WHERE hash = $1`, c.hash).Scan(&known)
	if err != nil || known > 0 {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO content (hash, size, zstd) VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING`,
		c.hash, len(c.text), compress.Pack([]byte(c.text)))
	return err
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
