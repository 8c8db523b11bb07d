package fleet

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"mashal"
	"mashal/corpus"
	"mashal/ledger"
)

// ChapterArgs are what a job says: the chapter of a run. What is to be done there is
// in the ledger.
type ChapterArgs struct {
	Run     string `json:"run" river:"unique"`
	Reading int64  `json:"reading" river:"unique"`
	Chapter string `json:"chapter"` // for people who look at the queue
}

// Kind returns the name of the jobs.
func (ChapterArgs) Kind() string { return "chapter" }

// unfinished are the states of jobs that have not ended.
var unfinished = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled,
}

// unfinishedStates is unfinished as a list of SQL.
const unfinishedStates = `('available', 'pending', 'retryable', 'running', 'scheduled')`

// queueOf returns the name of the queue of a run. A queue for each run lets a process
// take the chapters of those runs only that it can work on, and lets one run be paused.
func queueOf(run string) string { return "run-" + strings.ToLower(run) }

// Enqueue returns a function that puts the work of a run into the queue, for
// ledger.RunSpec: the longest chapters first, and none that is there already. A run
// without work ends at once. A run whose requests are sent in batches has one job.
func Enqueue(l *ledger.Ledger, text *corpus.Corpus, batches bool) (func(context.Context, *sql.Tx, *ledger.StartedRun) error, error) {
	client, err := NewClient(l.Pool())
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx *sql.Tx, run *ledger.StartedRun) error {
		jobs := jobsOf(run, text)
		switch {
		case len(jobs) == 0:
			return endIfOverTx(ctx, tx, l, run.ID)
		case batches:
			jobs = []river.InsertManyParams{{Args: BatchesArgs{run.ID}, InsertOpts: insertOpts(run.ID)}}
		}
		_, err := client.InsertManyTx(ctx, tx, jobs)
		if err != nil {
			return fmt.Errorf("queue the chapters: %w", err)
		}
		return nil
	}, nil
}

// jobsOf returns the jobs of a run. Jobs of the same priority are taken in the order
// in which they are inserted.
func jobsOf(run *ledger.StartedRun, text *corpus.Corpus) []river.InsertManyParams {
	type chapter struct {
		reading int64
		ch      mashal.Chapter
		words   int // an estimate of the time
	}
	words := func(w ledger.Work) int { return text.Words(w.Chapter) * len(w.Verses) / w.Chapter.Verses() }
	var chapters []chapter
	indexOf := map[int64]int{}
	for _, w := range run.Work {
		indexOf[w.Reading] = len(chapters)
		chapters = append(chapters, chapter{w.Reading, w.Chapter, words(w)})
	}
	for _, w := range run.Validate {
		if i, known := indexOf[w.Reading]; known {
			chapters[i].words += words(w)
			continue
		}
		chapters = append(chapters, chapter{w.Reading, w.Chapter, words(w)})
	}
	slices.SortStableFunc(chapters, func(a, b chapter) int { return cmp.Compare(b.words, a.words) })
	jobs := make([]river.InsertManyParams, len(chapters))
	for i, c := range chapters {
		jobs[i] = river.InsertManyParams{
			Args:       ChapterArgs{run.ID, c.reading, c.ch.String()},
			InsertOpts: insertOpts(run.ID),
		}
	}
	return jobs
}

// insertOpts returns the options of the jobs of a run.
func insertOpts(run string) *river.InsertOpts {
	return &river.InsertOpts{Queue: queueOf(run), MaxAttempts: maxAttempts, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: unfinished}}
}

// endIfOver ends a run if no chapter of it is left in the queue.
func endIfOver(ctx context.Context, l *ledger.Ledger, run string) error {
	// Most runs are not over, and need no lock.
	if left, err := hasJobs(ctx, l.Pool(), run); err != nil || left {
		return err
	}
	return l.Transact(ctx, func(ctx context.Context, tx *sql.Tx, _ string) error { return endIfOverTx(ctx, tx, l, run) })
}

// endIfOverTx is endIfOver in a transaction. It locks the run, so that of two last
// chapters that end at the same time the second one sees that the first has ended.
func endIfOverTx(ctx context.Context, tx *sql.Tx, l *ledger.Ledger, run string) error {
	if _, err := tx.ExecContext(ctx, `SELECT 1 FROM run WHERE id = $1 FOR NO KEY UPDATE`, run); err != nil {
		return err
	}
	if left, err := hasJobs(ctx, tx, run); err != nil || left {
		return err
	}
	return l.EndFleetRun(ctx, tx, run)
}

// hasJobs reports whether chapters of a run are left in the queue.
func hasJobs(ctx context.Context, q interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}, run string,
) (left bool, err error) {
	err = q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM fleet.river_job WHERE queue = $1 AND state IN `+unfinishedStates+`)`, queueOf(run)).Scan(&left)
	return left, err
}
