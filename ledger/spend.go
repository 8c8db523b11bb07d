package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"mashal"
	"mashal/compress"
	"mashal/llm"
)

// Spend is what requests used and cost, however they ended.
type Spend struct {
	Requests  int
	Failed    int           // of them: those that have ended, but not well, lost ones included
	Estimated int           // of them: those whose tokens the vendor did not count
	Unpriced  int           // of them: those that have ended at a cost that nobody knows
	Usage     mashal.Tokens // all tokens
	Cost      mashal.Money  // of those whose cost is known, or estimated
}

// Add adds t to s.
func (s *Spend) Add(t Spend) {
	s.Requests += t.Requests
	s.Failed += t.Failed
	s.Estimated += t.Estimated
	s.Unpriced += t.Unpriced
	s.Usage.Add(t.Usage)
	s.Cost += t.Cost
}

// spendColumns sum requests q to what Spend.scan reads.
const spendColumns = `count(*),
	CAST(sum(CASE WHEN q.outcome <> 'done' THEN 1 ELSE 0 END) AS BIGINT),
	CAST(sum(CASE WHEN q.reported = 0 AND q.input + q.output > 0 THEN 1 ELSE 0 END) AS BIGINT),
	CAST(sum(CASE WHEN q.cost IS NULL AND q.ended_at IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT),
	CAST(sum(q.input) AS BIGINT), CAST(sum(q.cached) AS BIGINT), CAST(sum(q.cache_write) AS BIGINT),
	CAST(sum(q.output) AS BIGINT), CAST(sum(q.reasoning) AS BIGINT), CAST(coalesce(sum(q.cost), 0) AS BIGINT)`

// scan reads spendColumns after the columns that say whose they are.
func (s *Spend) scan(rows *sql.Rows, whose ...any) error {
	u := &s.Usage
	err := rows.Scan(append(whose, &s.Requests, &s.Failed, &s.Estimated, &s.Unpriced,
		&u.Input, &u.CachedInput, &u.CacheWrite, &u.Output, &u.Reasoning, &s.Cost)...)
	u.Reported = s.Estimated == 0
	return err
}

// A ChapterSpend is what was spent on one chapter for one purpose with one
// model.
type ChapterSpend struct {
	Chapter mashal.Chapter
	Purpose Purpose
	Model   string // vendor:model
	Spend
}

// Spent is what a run spent, by chapter in canonical order, purpose and model.
func (l *Ledger) Spent(ctx context.Context, run string) (list []ChapterSpend, err error) {
	err = query(ctx, l.read(), func(rows *sql.Rows) error {
		var s ChapterSpend
		err := s.scan(rows, &s.Chapter.Book, &s.Chapter.Number, &s.Purpose, &s.Model)
		list = append(list, s)
		return err
	}, `
SELECT r.book, r.chapter, q.purpose, q.model, `+spendColumns+`
FROM request q JOIN attempt a ON a.id = q.attempt JOIN reading r ON r.id = a.reading
WHERE a.run = $1
GROUP BY r.book, r.chapter, q.purpose, q.model
ORDER BY r.book, r.chapter, q.purpose, q.model`, run)
	return list, l.explain("read", err)
}

// SpentBefore is what all runs of an annotator over a selection have cost, as
// far as that is known: what a budget for this work has been drawn on.
func (l *Ledger) SpentBefore(ctx context.Context, annotatorFingerprint string, selection mashal.Selection) (spent mashal.Money, err error) {
	err = l.read().QueryRowContext(ctx, `
SELECT CAST(coalesce(sum(q.cost), 0) AS BIGINT)
FROM run n JOIN annotator b ON b.id = n.annotator JOIN attempt a ON a.run = n.id JOIN request q ON q.attempt = a.id
WHERE b.fingerprint = $1 AND n.selection = $2`, annotatorFingerprint, selection.String()).Scan(&spent)
	return spent, l.explain("read", err)
}

// A RequestRecord is what the ledger knows of a request.
type RequestRecord struct {
	ID       int64
	Run      string
	Reading  int64
	Chapter  mashal.Chapter
	Purpose  Purpose
	Model    string // asked for: vendor:model
	Verses   []int  // asked for
	Settings map[string]string
	Started  time.Time
	Ended    time.Time // zero while it is being answered
	Outcome  string    // done, lost, or a kind of failure; "" while it is being answered
	Error    string
	Response llm.Response
	Size     int // of the answer, in bytes
	Damage   []Damage
}

const selectRequests = `
SELECT q.id, a.run, a.reading, r.book, r.chapter, q.purpose, q.model, q.verses, q.settings, q.started_at, coalesce(q.ended_at, ''),
	coalesce(q.outcome, ''), coalesce(q.error, ''), coalesce(q.status, 0), coalesce(q.answered_by, ''), coalesce(q.vendor_id, ''), coalesce(q.end_reason, ''),
	q.input, q.cached, q.cache_write, q.output, q.reasoning, q.reported, q.cost, q.cost_exact,
	coalesce(q.first_text, 0), coalesce(q.duration, 0), q.size, coalesce(q.damage, '[]')
FROM request q JOIN attempt a ON a.id = q.attempt JOIN reading r ON r.id = a.reading
`

// RunRequests are the requests of a run, in the order in which they were made.
func (l *Ledger) RunRequests(ctx context.Context, run string) ([]RequestRecord, error) {
	return l.requestRecords(ctx, selectRequests+`WHERE a.run = $1 ORDER BY q.id`, run)
}

// A RequestChoice says which requests of a run are wanted.
type RequestChoice string

// The choices.
const (
	AllRequests     RequestChoice = ""
	FailedRequests  RequestChoice = "failed"  // that have ended, but not well
	DamagedRequests RequestChoice = "damaged" // whose answers lack verses, or hold them damaged
)

// LatestRequests are some of a run's requests, the latest first: at most limit
// of them, after some that are skipped. all is how many there are.
func (l *Ledger) LatestRequests(ctx context.Context, run string, choice RequestChoice, skip, limit int) (list []RequestRecord, all int, err error) {
	which := map[RequestChoice]string{AllRequests: ``, FailedRequests: ` AND q.outcome <> 'done'`, DamagedRequests: ` AND q.damage IS NOT NULL`}[choice]
	var ids []any
	err = query(ctx, l.read(), func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	}, `SELECT q.id FROM attempt a JOIN request q ON q.attempt = a.id WHERE a.run = $1`+which+` ORDER BY q.id DESC`, run)
	if err != nil {
		return nil, 0, l.explain("read", err)
	}
	all = len(ids)
	if ids = ids[min(skip, all):]; len(ids) == 0 {
		return nil, all, nil
	}
	ids = ids[:min(limit, len(ids))]
	list, err = l.requestRecords(ctx, selectRequests+`WHERE q.id IN `+placeholders(1, 1, len(ids))+` ORDER BY q.id DESC`, ids...)
	return list, all, err
}

// ReadingRequests are the requests for a reading, in the order in which they
// were made.
func (l *Ledger) ReadingRequests(ctx context.Context, reading int64) ([]RequestRecord, error) {
	return l.requestRecords(ctx, selectRequests+`WHERE a.reading = $1 ORDER BY q.id`, reading)
}

// VerseRequests are the requests for a reading that asked for a verse.
func (l *Ledger) VerseRequests(ctx context.Context, reading int64, verse int) ([]RequestRecord, error) {
	all, err := l.ReadingRequests(ctx, reading)
	return slices.DeleteFunc(all, func(r RequestRecord) bool { return !slices.Contains(r.Verses, verse) }), err
}

// Request is one request by its number.
func (l *Ledger) Request(ctx context.Context, id int64) (RequestRecord, error) {
	list, err := l.requestRecords(ctx, selectRequests+`WHERE q.id = $1`, id)
	if err != nil {
		return RequestRecord{}, err
	}
	if len(list) == 0 {
		return RequestRecord{}, noSuchRequest(id)
	}
	return list[0], nil
}

// ErrNoRequest says that there is no such request.
var ErrNoRequest = errors.New("there is no such request")

func noSuchRequest(id int64) error {
	return &mashal.Error{Code: mashal.Usage, Op: fmt.Sprintf("find request %d", id), Err: ErrNoRequest}
}

func (l *Ledger) requestRecords(ctx context.Context, text string, args ...any) (list []RequestRecord, err error) {
	err = query(ctx, l.read(), func(rows *sql.Rows) error {
		var r RequestRecord
		var verses, settings, started, ended, damage string
		var reported, exact int
		var cost sql.NullInt64
		var first, duration int64
		p, u := &r.Response, &r.Response.Usage
		if err := rows.Scan(&r.ID, &r.Run, &r.Reading, &r.Chapter.Book, &r.Chapter.Number, &r.Purpose, &r.Model, &verses, &settings, &started, &ended,
			&r.Outcome, &r.Error, &p.Status, &p.Model, &p.RequestID, &p.End,
			&u.Input, &u.CachedInput, &u.CacheWrite, &u.Output, &u.Reasoning, &reported, &cost, &exact, &first, &duration, &r.Size, &damage); err != nil {
			return err
		}
		u.Reported = reported == 1
		p.FirstText, p.Duration = time.Duration(first)*time.Microsecond, time.Duration(duration)*time.Microsecond
		p.Cost.Amount = mashal.Money(cost.Int64)
		switch {
		case exact == 1:
			p.Cost.State = mashal.CostExact
		case cost.Valid:
			p.Cost.State = mashal.CostEstimated
		}
		var bad [5]error
		r.Verses, bad[0] = parseVerses(verses)
		bad[1] = json.Unmarshal([]byte(settings), &r.Settings)
		r.Started, bad[2] = at(started)
		r.Ended, bad[3] = at(ended)
		bad[4] = json.Unmarshal([]byte(damage), &r.Damage)
		list = append(list, r)
		return errors.Join(bad[:]...)
	}, text, args...)
	return list, l.explain("read requests from", err)
}

// A Dialogue is what was said in a request: the three parts of the prompt, and
// the answer as far as it arrived.
type Dialogue struct {
	System, Shared, Prompt string
	Answer                 []byte
}

// Dialogue is what was said in a request.
func (l *Ledger) Dialogue(ctx context.Context, request int64) (*Dialogue, error) {
	var d Dialogue
	var hashes [3]string
	err := l.read().QueryRowContext(ctx, `SELECT system, shared, prompt FROM request WHERE id = $1`, request).Scan(&hashes[0], &hashes[1], &hashes[2])
	if errors.Is(err, sql.ErrNoRows) {
		return nil, noSuchRequest(request)
	}
	for i, to := range []*string{&d.System, &d.Shared, &d.Prompt} {
		if err != nil {
			break
		}
		var packed, text []byte
		if err = l.read().QueryRowContext(ctx, `SELECT zstd FROM content WHERE hash = $1`, hashes[i]).Scan(&packed); err == nil {
			text, err = compress.Unpack(packed)
			*to = string(text)
		}
	}
	if err == nil {
		d.Answer, err = answerText(ctx, l.read(), request)
	}
	if err != nil {
		return nil, l.explain("read", fmt.Errorf("read request %d: %w", request, err))
	}
	return &d, nil
}
