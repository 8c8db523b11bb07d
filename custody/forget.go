package custody

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"mashal"
	"mashal/concordance"
	"mashal/ledger"
)

// A Request names what is to be forgotten.
type Request struct {
	Runs        []string
	Readings    []int64
	AnswersOnly bool // the readings stay, with their figures
	Verdicts    bool // also readings with verdicts of people

	By, Reason string
	Command    []string
	Version    string // of the program
}

// A Target is a reading that is forgotten, or whose answers are.
type Target struct {
	Reading   int64          `json:"reading"`
	Chapter   mashal.Chapter `json:"-"`
	Place     string         `json:"chapter"`
	Annotator string         `json:"annotator"`
	Run       string         `json:"run"`
	Figures   int            `json:"figures"` // 0 if only answers are forgotten; so is the next
	Verdicts  int            `json:"verdicts"`
	Answers   int            `json:"answers"`
	Bytes     int64          `json:"bytes"`
	Cost      mashal.Money   `json:"-"` // of its calls, which stays counted
}

// A Kept reading was named, and is not forgotten.
type Kept struct {
	Reading int64  `json:"reading"`
	Place   string `json:"chapter"`
	Why     string `json:"why"`
}

// A Plan is what a request forgets, and what it keeps and why.
type Plan struct {
	Forget []Target `json:"forget"`
	Keep   []Kept   `json:"keep"`
}

// Sum returns the totals of a plan, and the cost of the calls, which stays counted.
func (p *Plan) Sum(answersOnly bool) (f mashal.Forgetting, cost mashal.Money) {
	for _, t := range p.Forget {
		if !answersOnly {
			f.Readings++
		}
		f.Figures += t.Figures
		f.Verdicts += t.Verdicts
		f.Answers += t.Answers
		f.Bytes += t.Bytes
		cost += t.Cost
	}
	return f, cost
}

// PlanForget returns what a request would forget. It changes nothing.
func PlanForget(ctx context.Context, l *ledger.Ledger, q Request) (*Plan, error) {
	if version, current := l.Version(); version < current {
		return nil, &mashal.Error{
			Code: mashal.Usage, Op: "forget", Err: fmt.Errorf("the ledger has the schema %d of an earlier version", version),
			Hint: "The next mashal annotate migrates it, and keeps a copy of it as it is.",
		}
	}
	tx, err := l.Read().BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return nil, l.Explain("read", err)
	}
	defer func() { _ = tx.Rollback() }() // it has only read
	p, err := plan(ctx, tx, q)
	return p, l.Explain("read", err)
}

// Forget does what PlanForget says, and records it. What the calls had cost, their prompts
// and the hashes of their answers stay. It returns the record, and nil if there is nothing
// to forget.
func Forget(ctx context.Context, l *ledger.Ledger, q Request) (record *mashal.Forgetting, p *Plan, err error) {
	err = l.Transact(ctx, func(ctx context.Context, tx *sql.Tx, now string) (err error) {
		if p, err = plan(ctx, tx, q); err != nil || len(p.Forget) == 0 {
			return err
		}
		sum, _ := p.Sum(q.AnswersOnly)
		sum.By, sum.Reason, sum.Command, sum.Version = q.By, q.Reason, q.Command, q.Version
		command, err := json.Marshal(q.Command)
		if err != nil {
			return err
		}
		if l.InFile() {
			// What is deleted is overwritten, so that it cannot be read from the file.
			if _, err := tx.ExecContext(ctx, `PRAGMA secure_delete = 1`); err != nil {
				return err
			}
		}
		if err := tx.QueryRowContext(ctx, `UPDATE counter SET value = value + 1 WHERE name = 'forgetting' RETURNING value`).Scan(&sum.ID); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `
INSERT INTO forgetting (id, at, by_name, reason, command, version, readings, figures, verdicts, answers, bytes)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			sum.ID, now, q.By, q.Reason, string(command), q.Version, sum.Readings, sum.Figures, sum.Verdicts, sum.Answers, sum.Bytes); err != nil {
			return err
		}
		for _, t := range p.Forget {
			if err := forget(ctx, tx, sum.ID, t.Reading, q); err != nil {
				return fmt.Errorf("forget reading %d: %w", t.Reading, err)
			}
		}
		record = &sum
		return nil
	})
	return record, p, err
}

// forget forgets a reading, or its answers.
func forget(ctx context.Context, tx *sql.Tx, id, reading int64, q Request) error {
	calls, args := ofCalls(q, reading, 2)
	if _, err := tx.ExecContext(ctx, `UPDATE request SET answer = NULL, forgotten = $1 WHERE answer IS NOT NULL AND attempt IN (`+calls+`)`, append([]any{id}, args...)...); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE batch_item SET answer = NULL, forgotten = $1 WHERE reading = $2 AND answer IS NOT NULL AND request IS NULL`, id, reading); err != nil {
		return err
	}
	if q.AnswersOnly {
		return nil
	}
	for _, table := range []string{"verdict", "validation", "figure", "verse"} {
		if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE reading = $1`, reading); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `UPDATE reading SET revision = 0, forgotten = $1 WHERE id = $2`, id, reading)
	return err
}

// ofCalls returns a query for the attempts whose answers are forgotten with a reading, with
// its arguments, which begin with $first: those of the named runs if only answers are
// forgotten and the reading is not named itself, otherwise all.
func ofCalls(q Request, reading int64, first int) (query string, args []any) {
	query, args = fmt.Sprintf(`SELECT a.id FROM attempt a WHERE a.reading = $%d`, first), []any{reading}
	if !q.AnswersOnly || slices.Contains(q.Readings, reading) {
		return query, args
	}
	var list []string
	for i, run := range q.Runs {
		args = append(args, run)
		list = append(list, fmt.Sprintf("$%d", first+1+i))
	}
	return query + ` AND a.run IN (` + strings.Join(list, ", ") + `)`, args
}

// plan returns what a request forgets.
func plan(ctx context.Context, q concordance.Querier, r Request) (*Plan, error) {
	all, err := loadReadings(ctx, q)
	if err != nil {
		return nil, err
	}
	if err := checkRuns(ctx, q, r.Runs); err != nil {
		return nil, err
	}
	p, chosen := &Plan{Forget: []Target{}, Keep: []Kept{}}, map[int64]bool{}
	for _, id := range r.Readings {
		if all.byID[id] == nil {
			return nil, mashal.Usagef("The readings of a run are listed by mashal forget RUN.", "there is no reading %d in the ledger", id)
		}
		chosen[id] = true
	}
	for _, of := range all.list {
		for _, run := range r.Runs {
			if of.run == run || of.verses[run] > 0 || of.attempts[run] > 0 {
				chosen[of.id] = true
			}
		}
	}
	// A reading that is kept may stand on another one, which is kept then too.
	why := map[int64]string{}
	for changed := true; changed; {
		changed = false
		for _, of := range all.list {
			if !chosen[of.id] || why[of.id] != "" {
				continue
			}
			reason, err := all.reasonToKeep(ctx, q, of, r, func(id int64) bool { return chosen[id] && why[id] == "" })
			if err != nil {
				return nil, err
			}
			if reason != "" {
				why[of.id], changed = reason, true
			}
		}
	}
	for _, of := range all.list {
		if !chosen[of.id] {
			continue
		}
		if why[of.id] != "" {
			p.Keep = append(p.Keep, Kept{of.id, of.chapter.String(), why[of.id]})
			continue
		}
		t := Target{Reading: of.id, Chapter: of.chapter, Place: of.chapter.String(), Annotator: of.annotator, Run: of.run}
		if !r.AnswersOnly {
			t.Figures, t.Verdicts = of.figures, of.verdicts
		}
		if err := countAnswers(ctx, q, r, &t); err != nil {
			return nil, err
		}
		if r.AnswersOnly && t.Answers == 0 {
			p.Keep = append(p.Keep, Kept{of.id, of.chapter.String(), "it has no answers"})
			continue
		}
		p.Forget = append(p.Forget, t)
	}
	return p, nil
}

// checkRuns returns an error if a run does not exist or has not ended.
func checkRuns(ctx context.Context, q concordance.Querier, runs []string) error {
	for _, run := range runs {
		ended, known := "", false
		err := each(ctx, q, func(scan func(...any) error) error {
			known = true
			return scan(&ended)
		}, `SELECT coalesce(ended_at, '') FROM run WHERE id = $1`, run)
		switch {
		case err != nil:
			return err
		case !known:
			return &mashal.Error{Code: mashal.Usage, Op: fmt.Sprintf("find run %q", run), Err: ledger.ErrNoRun}
		case ended == "":
			return &mashal.Error{
				Code: mashal.Usage, Op: "forget run " + run, Err: errors.New("it has not ended"),
				Hint: "Wait until it has. A run whose process is dead is ended by the next mashal annotate.",
			}
		}
	}
	return nil
}

// countAnswers counts the answers that are forgotten with a reading, and their cost.
func countAnswers(ctx context.Context, q concordance.Querier, r Request, t *Target) error {
	calls, args := ofCalls(r, t.Reading, 1)
	err := each(ctx, q, func(scan func(...any) error) error { return scan(&t.Answers, &t.Bytes, &t.Cost) }, `
SELECT coalesce(sum(CASE WHEN q.answer IS NULL THEN 0 ELSE 1 END), 0), CAST(coalesce(sum(CASE WHEN q.answer IS NULL THEN 0 ELSE q.size END), 0) AS BIGINT), CAST(coalesce(sum(q.cost), 0) AS BIGINT)
FROM request q WHERE q.attempt IN (`+calls+`)`, args...)
	if err != nil {
		return err
	}
	return each(ctx, q, func(scan func(...any) error) error {
		var n int
		var size int64
		err := scan(&n, &size)
		t.Answers += n
		t.Bytes += size
		return err
	}, `SELECT count(*), CAST(coalesce(sum(size), 0) AS BIGINT) FROM batch_item WHERE reading = $1 AND answer IS NOT NULL AND request IS NULL`, t.Reading)
}
