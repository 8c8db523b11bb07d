package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"mashal"

	"mashal/explore/web"
	"mashal/ledger"
	"mashal/report"
)

// Account is all that is known of a run but its calls: what its report says,
// and what is under way. Its parts are counted at the same time: a run of the
// whole Bible has some 40,000 rows.
func (r *ledgerRecord) Account(ctx context.Context, run string) (a *web.Account, err error) {
	err = r.view(ctx, func(book *ledger.Ledger) error {
		state, err := book.Numbers(ctx) // before what is counted
		if err != nil {
			return err
		}
		if a = r.accounts.of(state, run); a != nil {
			return nil
		}
		n, err := book.Run(ctx, run)
		if errors.Is(err, ledger.ErrNoRun) {
			return nil
		}
		if err != nil {
			return err
		}
		rep := &report.Report{Run: n}
		var open []ledger.Attempt
		parts, ctx := errgroup.WithContext(ctx)
		if n.Validator.Name != "" {
			parts.Go(func() (err error) {
				rep.Coverage, err = book.Coverage(ctx, run)
				return err
			})
		}
		parts.Go(func() (err error) {
			rep.Spent, err = book.Spent(ctx, run)
			return err
		})
		parts.Go(func() (err error) {
			if rep.Totals.Verses, err = book.VerseStates(ctx, run); err != nil {
				return err
			}
			if rep.Failures, err = book.Failures(ctx, run); err != nil {
				return err
			}
			if rep.Unvalidated, err = book.FailedValidations(ctx, run); err != nil {
				return err
			}
			const most = 10_000 // damaged answers, of which the page shows the verses of the first
			rep.Requests, _, err = book.LatestRequests(ctx, run, ledger.DamagedRequests, 0, most)
			return err
		})
		parts.Go(func() (err error) {
			if rep.Attempts, err = book.Attempts(ctx, run); err != nil {
				return err
			}
			open, err = book.OpenAttempts(ctx, run)
			return err
		})
		if err := parts.Wait(); err != nil {
			return err
		}
		a = r.accountOf(rep, open)
		r.accounts.keep(state, a)
		return nil
	})
	return a, err
}

func (r *ledgerRecord) accountOf(rep *report.Report, open []ledger.Attempt) *web.Account {
	n := &rep.Run
	total := rep.Total("")
	a := &web.Account{
		Run: r.runOf(n), Command: report.ShellLine(n.Command), Program: n.Version, Settings: namedSettings(n.Settings),
		Coverage: web.Coverage{
			Figures: rep.Coverage.Figures, Judged: rep.Coverage.Judged,
			Types: rep.Coverage.Types, Verdicts: rep.Coverage.Verdicts, Decisions: rep.Coverage.Decisions,
		},
	}
	a.Verses, a.Run.Spend = rep.Totals.Verses, spendOf(&total)
	for _, t := range slices.Concat(rep.Attempts, open) {
		a.Work = append(a.Work, workOf(&t, a.Going()))
		if t.Purpose == ledger.Detection {
			a.Figures += t.Figures
		}
	}
	slices.SortStableFunc(a.Work, func(x, y web.Work) int { return x.Started.Compare(y.Started) })
	for i := range rep.Spent {
		s := &rep.Spent[i]
		a.Spending = append(a.Spending, web.ChapterSpend{Chapter: s.Chapter, Task: taskOf(s.Purpose), Model: s.Model, Spend: spendOf(&s.Spend)})
	}
	slices.Reverse(rep.Requests) // the earliest first
	if a.Going() {               // what is still to be judged has not failed
		rep.Unvalidated = slices.DeleteFunc(rep.Unvalidated, func(f ledger.FailedVerse) bool { return f.At.IsZero() })
	}
	file := rep.FailuresFile(func(s mashal.Selection) []string { return retryCommand(n, s) })
	a.Failures, a.Unvalidated, a.Damaged = failuresOf(file.FailedItems), failuresOf(file.ValidationIssues), failuresOf(file.Corruptions)
	a.Retry = strings.Join(file.RetryCommands, "\n")
	return a
}

// Calls are calls of a run, the latest first.
func (r *ledgerRecord) Calls(ctx context.Context, run string, which web.CallChoice, skip, limit int) (list []web.Call, all int, err error) {
	choice := map[web.CallChoice]ledger.RequestChoice{
		web.AllCalls: ledger.AllRequests, web.FailedCalls: ledger.FailedRequests, web.DamagedCalls: ledger.DamagedRequests,
	}[which]
	err = r.view(ctx, func(book *ledger.Ledger) error {
		n, err := book.Run(ctx, run)
		if errors.Is(err, ledger.ErrNoRun) {
			return nil
		}
		if err != nil {
			return err
		}
		var requests []ledger.RequestRecord
		if requests, all, err = book.LatestRequests(ctx, run, choice, skip, limit); err != nil {
			return err
		}
		for i := range requests {
			list = append(list, callOf(&requests[i], &n))
		}
		return nil
	})
	return list, all, err
}

// workOf is an attempt. What a process that died left open was interrupted,
// and ends where it began, because nobody knows more.
func workOf(t *ledger.Attempt, going bool) web.Work {
	w := web.Work{
		Worker: t.Worker, Chapter: t.Chapter, Validation: t.Purpose == ledger.Validation, Started: t.Started, Ended: t.Ended,
		Outcome: t.Outcome, Verses: t.Asked, Failed: t.Failed, Figures: t.Figures,
	}
	if w.Outcome == mashal.Running && !going {
		w.Outcome, w.Ended = mashal.NotRun, w.Started
		return w
	}
	if len(t.Waits) > 0 {
		for _, p := range t.Worked() {
			w.Periods = append(w.Periods, web.Period{Worker: p.Worker, Started: p.Started, Ended: p.Ended})
		}
	}
	return w
}

func failuresOf(items []report.FailedItem) []web.Failure {
	list := make([]web.Failure, len(items))
	for i, item := range items {
		list[i] = web.Failure{
			Chapter: item.Reference, Verse: item.Verse, Kind: item.ErrorType, Reason: item.Reason, Command: item.RetryCommand, At: item.Timestamp,
		}
	}
	return list
}

// retryCommand is the command that does for a selection what a run did, from
// the words that the run was started with. What is no `annotate` takes no
// selection, and is repeated.
func retryCommand(n *ledger.RunRecord, s mashal.Selection) []string {
	verb := slices.Index(n.Command, "annotate")
	if verb < 0 {
		return n.Command
	}
	line := append(slices.Clone(n.Command[:verb+1]), s.String())
	flags := slices.IndexFunc(n.Command, func(word string) bool { return strings.HasPrefix(word, "--") })
	if flags < verb {
		return line
	}
	for _, word := range n.Command[flags:] {
		if word != "--again" {
			line = append(line, word)
		}
	}
	return line
}
