package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"mashal/compress"

	"mashal"
)

// ErrNoCall is the error for a call that the ledger does not have.
var ErrNoCall = errors.New("there is no such call")

// selectCalls selects calls; @build and @forgotten stand for columns that older
// schemas do not have.
const selectCalls = `
SELECT q.id, a.run, a.reading, r.book, r.chapter, q.purpose, q.model, q.verses, q.settings, q.started_at, coalesce(q.ended_at, ''),
	coalesce(q.outcome, ''), coalesce(q.error, ''), coalesce(q.status, 0), coalesce(q.answered_by, ''), @build, coalesce(q.vendor_id, ''), coalesce(q.end_reason, ''),
	q.input, q.cached, q.cache_write, q.output, q.reasoning, q.reported, q.cost, q.cost_exact,
	coalesce(q.first_text, 0), coalesce(q.duration, 0), q.size, coalesce(q.damage, '[]'),
	coalesce((SELECT b.version FROM run n JOIN annotator b ON b.id = CASE WHEN q.purpose = 'validation' THEN n.validator ELSE n.annotator END WHERE n.id = a.run), ''), @forgotten
FROM request q JOIN attempt a ON a.id = q.attempt JOIN reading r ON r.id = a.reading @join
`

// RunCalls returns the calls of a run in the order of their start.
func (l *Ledger) RunCalls(ctx context.Context, run string) ([]mashal.Call, error) {
	return l.calls(ctx, selectCalls+`WHERE a.run = $1 ORDER BY q.id`, run)
}

// Calls returns a page of a run's calls, the latest first: it skips some and
// returns at most limit of those that follow. all is the number of calls of
// that choice.
func (l *Ledger) Calls(ctx context.Context, run string, choice mashal.CallChoice, skip, limit int) (list []mashal.Call, all int, err error) {
	condition := map[mashal.CallChoice]string{mashal.FailedCalls: ` AND q.outcome <> 'done'`, mashal.DamagedCalls: ` AND q.damage IS NOT NULL`}[choice]
	var ids []any
	err = query(ctx, l.read(), func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	}, `SELECT q.id FROM attempt a JOIN request q ON q.attempt = a.id WHERE a.run = $1`+condition+` ORDER BY q.id DESC`, run)
	if err != nil {
		return nil, 0, l.explain("read", err)
	}
	all = len(ids)
	if ids = ids[min(skip, all):]; len(ids) == 0 {
		return nil, all, nil
	}
	ids = ids[:min(limit, len(ids))]
	list, err = l.calls(ctx, selectCalls+`WHERE q.id IN `+placeholders(1, 1, len(ids))+` ORDER BY q.id DESC`, ids...)
	return list, all, err
}

// ReadingCalls returns the calls for a reading in the order of their start.
func (l *Ledger) ReadingCalls(ctx context.Context, reading int64) ([]mashal.Call, error) {
	return l.calls(ctx, selectCalls+`WHERE a.reading = $1 ORDER BY q.id`, reading)
}

// VerseCalls returns the calls for a reading that asked for a verse, with their
// texts.
func (l *Ledger) VerseCalls(ctx context.Context, reading int64, verse int) ([]mashal.Dialogue, error) {
	calls, err := l.ReadingCalls(ctx, reading)
	if err != nil {
		return nil, err
	}
	var list []mashal.Dialogue
	for i := range calls {
		if !slices.Contains(calls[i].Verses, verse) {
			continue
		}
		d := mashal.Dialogue{Call: calls[i]}
		if err := l.readTexts(ctx, &d); err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, nil
}

// ModelCalls returns the latest calls for a purpose that a model answered
// completely and whose tokens the vendor counted, at most limit of them.
func (l *Ledger) ModelCalls(ctx context.Context, model string, purpose mashal.Purpose, limit int) ([]mashal.Call, error) {
	return l.calls(ctx, selectCalls+`
WHERE q.model = $1 AND q.purpose = $2 AND q.outcome = 'done' AND q.reported = 1 AND q.verses <> '' ORDER BY q.id DESC LIMIT $3`,
		model, string(purpose), limit)
}

// Dialogue returns a call with its texts. The error is ErrNoCall if there is no
// call with that id.
func (l *Ledger) Dialogue(ctx context.Context, id int64) (*mashal.Dialogue, error) {
	list, err := l.calls(ctx, selectCalls+`WHERE q.id = $1`, id)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, &mashal.Error{Code: mashal.Usage, Op: fmt.Sprintf("find call %d", id), Err: ErrNoCall}
	}
	d := &mashal.Dialogue{Call: list[0]}
	return d, l.readTexts(ctx, d)
}

// readTexts reads the texts of a call.
func (l *Ledger) readTexts(ctx context.Context, d *mashal.Dialogue) error {
	var hashes [3]string
	err := l.read().QueryRowContext(ctx, `SELECT system, shared, prompt FROM request WHERE id = $1`, d.ID).Scan(&hashes[0], &hashes[1], &hashes[2])
	for i, to := range []*string{&d.System, &d.Shared, &d.Prompt} {
		if err != nil {
			break
		}
		var compressed, text []byte
		if err = l.read().QueryRowContext(ctx, `SELECT zstd FROM content WHERE hash = $1`, hashes[i]).Scan(&compressed); err == nil {
			text, err = compress.Unpack(compressed)
			*to = string(text)
		}
	}
	if err == nil {
		var answer []byte
		answer, err = answerText(ctx, l.read(), d.ID)
		d.Answer = string(answer)
	}
	if err != nil {
		return l.explain("read", fmt.Errorf("read call %d: %w", d.ID, err))
	}
	return nil
}

// Models returns the names of the models that were called, sorted.
func (l *Ledger) Models(ctx context.Context) (names []string, err error) {
	err = query(ctx, l.read(), func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		names = append(names, name)
		return err
	}, `SELECT DISTINCT model FROM request ORDER BY model`)
	return names, l.explain("read", err)
}

// calls runs a query that begins with selectCalls.
func (l *Ledger) calls(ctx context.Context, text string, args ...any) (list []mashal.Call, err error) {
	columns, join := l.forgotten("q")
	err = query(ctx, l.read(), func(rows *sql.Rows) error {
		var c mashal.Call
		var verses, settings, started, ended, damage string
		var forgotten mashal.Forgetting
		var forgottenAt string
		var reported, exact int
		var cost sql.NullInt64
		var first, duration int64
		t := &c.Tokens
		if err := rows.Scan(&c.ID, &c.Run, &c.Reading, &c.Chapter.Book, &c.Chapter.Number, &c.Purpose, &c.Model, &verses, &settings, &started, &ended,
			&c.Outcome, &c.Error, &c.Status, &c.AnsweredBy, &c.Build, &c.VendorID, &c.EndReason,
			&t.Input, &t.CachedInput, &t.CacheWrite, &t.Output, &t.Reasoning, &reported, &cost, &exact, &first, &duration, &c.Size, &damage, &c.PromptVersion,
			&forgotten.ID, &forgottenAt, &forgotten.By, &forgotten.Reason); err != nil {
			return err
		}
		t.Reported = reported == 1
		c.FirstText, c.Duration = time.Duration(first)*time.Microsecond, time.Duration(duration)*time.Microsecond
		c.Cost.Amount = mashal.Money(cost.Int64)
		switch {
		case exact == 1:
			c.Cost.State = mashal.CostExact
		case cost.Valid:
			c.Cost.State = mashal.CostEstimated
		}
		var bad [6]error
		c.Verses, bad[0] = parseVerses(verses)
		bad[1] = json.Unmarshal([]byte(settings), &c.Settings)
		c.Started, bad[2] = parseTime(started)
		c.Ended, bad[3] = parseTime(ended)
		bad[4] = json.Unmarshal([]byte(damage), &c.Damage)
		if forgotten.ID != 0 {
			forgotten.At, bad[5] = parseTime(forgottenAt)
			c.Forgotten = &forgotten
		}
		list = append(list, c)
		return errors.Join(bad[:]...)
	}, strings.NewReplacer("@build", l.build("q"), "@forgotten", columns, "@join", join).Replace(text), args...)
	return list, l.explain("read calls from", err)
}

// versesText formats ascending verses as ranges: "1-14,16".
func versesText(verses []int) string {
	ranges := make([]mashal.WordRange, len(verses))
	for i, v := range verses {
		ranges[i] = mashal.WordRange{First: v, Last: v}
	}
	return mashal.ExactSpan(ranges...).String()
}

// parseVerses parses what versesText formats.
func parseVerses(s string) ([]int, error) {
	ranges, err := mashal.ParseRanges(s)
	if err != nil {
		return nil, err
	}
	var verses []int
	for _, r := range ranges {
		for v := r.First; v <= min(r.Last, math.MaxInt16); v++ {
			verses = append(verses, v)
		}
	}
	return verses, nil
}
