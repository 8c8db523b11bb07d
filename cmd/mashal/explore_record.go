package main

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"slices"
	"sync"

	"mashal/ledger"

	"mashal"
	"mashal/explore/web"
	"mashal/report"
)

// A ledgerRecord is the ledger as the explorer asks for it. The ledger may not
// be there yet, and a file may be replaced by another: both are noticed when it
// is next asked.
type ledgerRecord struct {
	*program

	mu   sync.RWMutex // held for reading by whoever uses book
	book *ledger.Ledger
	file fs.FileInfo // that book has open; nil on a server

	ended    endedRuns
	accounts endedAccounts
}

var _ web.Record = &ledgerRecord{}

// view calls fn with the ledger, or does nothing if there is none.
func (r *ledgerRecord) view(ctx context.Context, fn func(*ledger.Ledger) error) error {
	for {
		r.mu.RLock()
		if book := r.book; book != nil && r.current() {
			defer r.mu.RUnlock()
			return fn(book)
		}
		r.mu.RUnlock()
		if there, err := r.reopen(ctx); err != nil || !there {
			return err
		}
	}
}

// current reports whether the file that is open is the one that is there.
func (r *ledgerRecord) current() bool {
	if r.file == nil {
		return true
	}
	info, err := os.Stat(report.Folder(r.dir).Ledger())
	return err == nil && os.SameFile(info, r.file)
}

// reopen opens the ledger that is there now.
func (r *ledgerRecord) reopen(ctx context.Context) (there bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.book != nil {
		if r.current() { // someone else was here first
			return true, nil
		}
		err = r.book.Close()
		r.book, r.file = nil, nil
		if err != nil {
			return false, err
		}
	}
	var file fs.FileInfo
	if r.ledger == "" {
		switch file, err = os.Stat(report.Folder(r.dir).Ledger()); {
		case errors.Is(err, fs.ErrNotExist):
			return false, nil
		case err != nil:
			return false, err
		}
	}
	// It outlives the request that happens to be the first.
	book, err := r.ledgerIfAny(context.WithoutCancel(ctx))
	if err != nil || book == nil {
		return false, err
	}
	r.book, r.file = book, file
	r.ended.forget()
	r.accounts.forget()
	return true, nil
}

// Close lets go of the ledger.
func (r *ledgerRecord) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.book == nil {
		return nil
	}
	err := r.book.Close()
	r.book, r.file = nil, nil
	return err
}

// Made lists the calls behind a verse of a reading.
func (r *ledgerRecord) Made(ctx context.Context, of string, reading int64, verse int) (calls []web.Call, err error) {
	none := true
	err = r.view(ctx, func(book *ledger.Ledger) error {
		none = false
		switch is, err := book.Identity(ctx); {
		case err != nil:
			return err
		case is == "": // nothing was done in it
			return web.ErrNoLedger
		case is != of:
			return web.ErrOtherLedger
		}
		records, err := book.VerseRequests(ctx, reading, verse)
		if err != nil {
			return err
		}
		versions := map[string]ledger.RunRecord{}
		tries := map[ledger.Purpose]int{}
		for i := range records {
			q := &records[i]
			of, ok := versions[q.Run]
			if !ok {
				if of, err = book.Run(ctx, q.Run); err != nil {
					return err
				}
				versions[q.Run] = of
			}
			said, err := book.Dialogue(ctx, q.ID)
			if err != nil {
				return err
			}
			tries[q.Purpose]++
			call := callOf(q, &of)
			call.Attempt, call.Response = tries[q.Purpose], string(said.Answer)
			calls = append(calls, call)
		}
		return nil
	})
	if none && err == nil {
		err = web.ErrNoLedger
	}
	return calls, err
}

// Call is one call with what was said in it.
func (r *ledgerRecord) Call(ctx context.Context, id int64) (d *web.Dialogue, err error) {
	err = r.view(ctx, func(book *ledger.Ledger) error {
		q, err := book.Request(ctx, id)
		if errors.Is(err, ledger.ErrNoRequest) {
			return nil
		}
		if err != nil {
			return err
		}
		of, err := book.Run(ctx, q.Run)
		if err != nil {
			return err
		}
		said, err := book.Dialogue(ctx, id)
		if err != nil {
			return err
		}
		d = &web.Dialogue{
			Call: callOf(&q, &of), System: said.System, Shared: said.Shared, Question: said.Prompt, Settings: namedSettings(q.Settings),
			Status: q.Response.Status, AnsweredBy: q.Response.Model, VendorID: q.Response.RequestID, EndReason: q.Response.End, FirstText: q.Response.FirstText,
		}
		d.Response = string(said.Answer)
		return nil
	})
	return d, err
}

// Runs are runs, the latest first.
func (r *ledgerRecord) Runs(ctx context.Context, skip, limit int) (list []web.Run, all int, err error) {
	err = r.view(ctx, func(book *ledger.Ledger) error {
		runs, err := book.Runs(ctx)
		if err != nil {
			return err
		}
		all = len(runs)
		slices.Reverse(runs)
		runs = runs[min(skip, all):]
		list, err = r.listed(ctx, book, runs[:min(limit, len(runs))], all)
		return err
	})
	return list, all, err
}

// listed counts what came of runs, unless that is known.
func (r *ledgerRecord) listed(ctx context.Context, book *ledger.Ledger, runs []ledger.RunRecord, all int) ([]web.Run, error) {
	known := r.ended.among(all)
	counted, err := r.tallied(ctx, book, slices.DeleteFunc(slices.Clone(runs), func(n ledger.RunRecord) bool {
		_, ok := known[n.ID]
		return ok
	}))
	if err != nil {
		return nil, err
	}
	r.ended.keep(all, counted)
	list := make([]web.Run, len(runs))
	for i := range runs {
		if k, ok := known[runs[i].ID]; ok {
			list[i] = k
			continue
		}
		list[i], counted = counted[0], counted[1:]
	}
	return list, nil
}

// Progress is how far a run has come.
func (r *ledgerRecord) Progress(ctx context.Context, run string) (p *web.Run, err error) {
	err = r.view(ctx, func(book *ledger.Ledger) error {
		record, err := book.Run(ctx, run)
		if errors.Is(err, ledger.ErrNoRun) {
			return nil
		}
		if err != nil {
			return err
		}
		list, err := r.tallied(ctx, book, []ledger.RunRecord{record})
		if err == nil {
			p = &list[0]
		}
		return err
	})
	return p, err
}

func (r *ledgerRecord) tallied(ctx context.Context, book *ledger.Ledger, runs []ledger.RunRecord) ([]web.Run, error) {
	tallies, err := book.Tallies(ctx, runs)
	if err != nil {
		return nil, err
	}
	list := make([]web.Run, len(tallies))
	for i := range tallies {
		t := &tallies[i]
		list[i] = r.runOf(&t.RunRecord)
		list[i].Verses, list[i].Figures, list[i].Spend = t.Verses, t.Figures, spendOf(&t.Spend)
	}
	return list, nil
}

func (r *ledgerRecord) runOf(n *ledger.RunRecord) web.Run {
	return web.Run{
		ID: n.ID, State: r.stateOf(n), Selection: n.Selection, Annotator: n.Annotator.Name, Version: n.Annotator.Version, Validator: n.Validator.Name,
		Workers: n.Workers, AlreadyDone: n.AlreadyDone, Started: n.Started, Ended: n.Ended,
	}
}

// stateOf is where a run stands. One that has not ended was cut off if nobody
// is writing to the folder. Of a ledger on a server this machine cannot say.
func (r *ledgerRecord) stateOf(n *ledger.RunRecord) web.RunState {
	switch n.Outcome {
	case ledger.OutcomeDone:
		return web.RunDone
	case ledger.OutcomeIncomplete:
		return web.RunIncomplete
	case ledger.OutcomeInterrupted:
		return web.RunInterrupted
	case ledger.OutcomeFailed:
		return web.RunFailed
	}
	if r.ledger == "" {
		if _, held, err := report.Folder(r.dir).Holder(); err == nil && !held {
			return web.RunCut
		}
	}
	return web.RunGoing
}

func callOf(q *ledger.RequestRecord, of *ledger.RunRecord) web.Call {
	c := web.Call{
		ID: q.ID, Task: taskOf(q.Purpose), Model: q.Model, Prompt: of.Annotator.Version, Run: q.Run, Chapter: q.Chapter, Verses: q.Verses,
		Outcome: q.Outcome, Error: q.Error, At: q.Started, Took: q.Response.Duration,
		Input: q.Response.Usage.Input, Cached: q.Response.Usage.CachedInput, Output: q.Response.Usage.Output, Reasoning: q.Response.Usage.Reasoning,
		Estimated: !q.Response.Usage.Reported && q.Response.Usage.Input+q.Response.Usage.Output > 0,
		Cost:      -1, Size: q.Size,
	}
	if q.Purpose == ledger.Validation {
		c.Prompt = of.Validator.Version
	}
	if q.Response.Cost.State != mashal.CostUnknown {
		c.Cost = q.Response.Cost.Amount.USD()
	}
	for _, d := range q.Damage {
		c.Damage = append(c.Damage, web.Damage{Verse: d.Verse, State: d.State, Reason: d.Reason})
	}
	return c
}

func taskOf(p ledger.Purpose) string {
	if p == ledger.Validation {
		return "validate"
	}
	return "detect"
}

func spendOf(s *ledger.Spend) web.Spend {
	return web.Spend{
		Calls: s.Requests, Failed: s.Failed, Estimated: s.Estimated, Unpriced: s.Unpriced,
		Input: s.Usage.Input, Cached: s.Usage.CachedInput, Output: s.Usage.Output, Reasoning: s.Usage.Reasoning, Cost: s.Cost.USD(),
	}
}

func namedSettings(settings map[string]string) (list []web.Setting) {
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		list = append(list, web.Setting{Name: name, Value: settings[name]})
	}
	return list
}
