// Package report tells what a run left behind: its totals, failures and costs,
// counted from the ledger's rows; the files in the run's folder (failures.json,
// manifest.json, run.log, timeline.svg); and the data folder that they are in.
package report

import (
	"context"
	"time"

	"mashal"

	"mashal/ledger"
	"mashal/schedule"
)

// A Report says what a run did. All of it is counted from the ledger's rows.
type Report struct {
	Run         mashal.Run
	Totals      mashal.RunTotals
	Attempts    []mashal.Attempt
	Failures    []mashal.FailedVerse
	Unvalidated []mashal.FailedVerse  // verses whose figures were to be validated and are not
	Coverage    mashal.Coverage       // of the validation
	Spent       []mashal.ChapterSpend // on models; empty for rules
	Damaged     []mashal.FailedVerse  // verses that answers lacked or held damaged
	Answered    []mashal.Answered     // which models answered

	Times

	LedgerWAL, ConcordanceWAL int64 // the largest size of each write-ahead log, in bytes
}

// Times are what a run and its workers took. The ratios are 0 where there is
// nothing to divide by.
type Times struct {
	Wall         time.Duration // from the run's start to its end
	Worked       time.Duration // the sum of the periods in which workers worked
	Waited       time.Duration // the sum of the waits of all attempts
	Efficiency   float64       // Worked / (workers × Wall), 0 to 1: a worker works on one attempt at a time
	LongestFirst time.Duration // what the same attempts would take if the longest started first, without a gap
	BoundRatio   float64       // Wall / LongestFirst; 1 is the optimum
}

// New returns the report of a run that has ended, with the totals given.
func New(ctx context.Context, l *ledger.Ledger, run string, totals mashal.RunTotals) (*Report, error) {
	r := &Report{Totals: totals}
	var err error
	if r.Run, err = l.Run(ctx, run); err != nil {
		return nil, err
	}
	if r.Attempts, err = l.Attempts(ctx, run); err != nil {
		return nil, err
	}
	if r.Failures, err = l.Failures(ctx, run); err != nil {
		return nil, err
	}
	if r.Unvalidated, err = l.FailedValidations(ctx, run); err != nil {
		return nil, err
	}
	if r.Coverage, err = l.Coverage(ctx, run); err != nil {
		return nil, err
	}
	if r.Spent, err = l.Spent(ctx, run); err != nil {
		return nil, err
	}
	if r.Damaged, err = l.DamagedVerses(ctx, run); err != nil {
		return nil, err
	}
	if r.Answered, err = l.Answered(ctx, run); err != nil {
		return nil, err
	}
	r.Times = timesOf(r.Run, r.Attempts)
	return r, nil
}

// Total returns what was spent for one purpose, or for all if purpose is "".
func (r *Report) Total(purpose mashal.Purpose) mashal.Spend {
	t := mashal.Spend{Tokens: mashal.Tokens{Reported: true}}
	for _, s := range r.Spent {
		if purpose == "" || s.Purpose == purpose {
			t.Add(s.Spend)
		}
	}
	return t
}

// timesOf measures a run that has ended. The efficiency cannot exceed 1: each
// worker's periods lie within the run and do not overlap.
func timesOf(run mashal.Run, attempts []mashal.Attempt) Times {
	t := Times{Wall: run.Ended.Sub(run.Started)}
	for i := range attempts {
		a := &attempts[i]
		worked := workedOn(a)
		t.Worked += worked
		t.Waited += a.Ended.Sub(a.Started) - worked
	}
	t.LongestFirst = schedule.LongestFirst(chainsOf(attempts), run.Workers)
	t.Efficiency = ratio(t.Worked, time.Duration(run.Workers)*t.Wall)
	t.BoundRatio = ratio(t.Wall, t.LongestFirst)
	return t
}

// ratio returns a/b, and 0 if b is 0: JSON has no infinity.
func ratio(a, b time.Duration) float64 {
	if b == 0 {
		return 0
	}
	return a.Seconds() / b.Seconds()
}

// workedOn returns how long workers worked on an attempt.
func workedOn(a *mashal.Attempt) time.Duration {
	var sum time.Duration
	for _, p := range a.Worked() {
		sum += p.Ended.Sub(p.Started)
	}
	return sum
}

// chainsOf returns attempts as chains of jobs: a passage is annotated, then
// validated. A wait that left the worker free divides an attempt into two jobs.
func chainsOf(attempts []mashal.Attempt) [][]schedule.Job {
	var chains [][]schedule.Job
	chainOf := map[int64]int{} // by attempt
	for i := range attempts {
		a := &attempts[i]
		n, follows := chainOf[a.Follows]
		if !follows {
			n = len(chains)
			chains = append(chains, nil)
		}
		chainOf[a.ID] = n
		chains[n] = append(chains[n], jobsOf(a)...)
	}
	return chains
}

// jobsOf returns an attempt as jobs, each of which keeps a worker busy. The
// delay of a job is what the wait had to last; that no worker was free then is
// part of what LongestFirst computes.
func jobsOf(a *mashal.Attempt) []schedule.Job {
	job := schedule.Job{}
	since := a.Started
	var jobs []schedule.Job
	for _, w := range a.Waits {
		if w.Held {
			continue
		}
		job.Work = w.Started.Sub(since)
		jobs = append(jobs, job)
		if w.Ended.IsZero() {
			return jobs
		}
		job.Delay, since = w.Due.Sub(w.Started), w.Ended
		if w.Ended.Before(w.Due) { // it was interrupted
			job.Delay = w.Ended.Sub(w.Started)
		}
	}
	job.Work = a.Ended.Sub(since)
	return append(jobs, job)
}
