package command

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"

	"mashal"
	"mashal/explore/web"
	"mashal/ledger"
	"mashal/report"
)

// ledgerRecord gives the explorer access to the ledger. The ledger may not exist
// yet, and its file may be replaced by another one; the next call notices both.
type ledgerRecord struct {
	*program

	mu   sync.RWMutex // held for reading while l is used
	l    *ledger.Ledger
	file fs.FileInfo // the file that l has open; nil on a server
}

var _ web.Record = &ledgerRecord{}

// view calls fn with the ledger, and does nothing if there is none.
func (r *ledgerRecord) view(ctx context.Context, fn func(*ledger.Ledger) error) error {
	for {
		r.mu.RLock()
		if l := r.l; l != nil && r.current() {
			defer r.mu.RUnlock()
			return fn(l)
		}
		r.mu.RUnlock()
		if exists, err := r.reopen(ctx); err != nil || !exists {
			return err
		}
	}
}

// current reports whether the open file is still the one with its name.
func (r *ledgerRecord) current() bool {
	if r.file == nil {
		return true
	}
	info, err := os.Stat(report.Folder(r.dir).Ledger())
	return err == nil && os.SameFile(info, r.file)
}

// reopen opens the current ledger.
func (r *ledgerRecord) reopen(ctx context.Context) (exists bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.l != nil {
		if r.current() { // another goroutine has reopened it
			return true, nil
		}
		err = r.l.Close()
		r.l, r.file = nil, nil
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
	// The ledger outlives the request that opens it.
	l, err := r.ledgerIfAny(context.WithoutCancel(ctx))
	if err != nil || l == nil {
		return false, err
	}
	r.l, r.file = l, file
	return true, nil
}

// Close closes the ledger.
func (r *ledgerRecord) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.l == nil {
		return nil
	}
	err := r.l.Close()
	r.l, r.file = nil, nil
	return err
}

// Made returns the calls behind a verse of a reading, as web.Record describes.
func (r *ledgerRecord) Made(ctx context.Context, first string, reading int64, verse int) (calls []mashal.Dialogue, err error) {
	exists := false
	err = r.view(ctx, func(l *ledger.Ledger) error {
		exists = true
		switch own, err := l.Identity(ctx); {
		case err != nil:
			return err
		case own == "": // it has no run
			return web.ErrNoLedger
		case own != first:
			return web.ErrOtherLedger
		}
		calls, err = l.VerseCalls(ctx, reading, verse)
		return err
	})
	if !exists && err == nil {
		err = web.ErrNoLedger
	}
	return calls, err
}

// Call returns a call with its texts, or nil if the ledger does not have it.
func (r *ledgerRecord) Call(ctx context.Context, id int64) (d *mashal.Dialogue, err error) {
	err = r.view(ctx, func(l *ledger.Ledger) (err error) {
		d, err = l.Dialogue(ctx, id)
		return err
	})
	if errors.Is(err, ledger.ErrNoCall) {
		return nil, nil
	}
	return d, err
}

// Runs returns a page of the runs, the latest first, and the number of all runs.
func (r *ledgerRecord) Runs(ctx context.Context, skip, limit int) (list []mashal.RunProgress, all int, err error) {
	err = r.view(ctx, func(l *ledger.Ledger) (err error) {
		list, all, err = l.RunPage(ctx, skip, limit)
		return err
	})
	for i := range list {
		r.markCut(&list[i].Run)
	}
	return list, all, err
}

// Progress returns the progress of a run, or nil if the ledger does not have it.
func (r *ledgerRecord) Progress(ctx context.Context, run string) (p *mashal.RunProgress, err error) {
	err = r.view(ctx, func(l *ledger.Ledger) error {
		counted, err := l.Progress(ctx, run)
		p = &counted
		return err
	})
	if errors.Is(err, ledger.ErrNoRun) {
		return nil, nil
	}
	if err != nil || p == nil {
		return nil, err
	}
	r.markCut(&p.Run)
	return p, nil
}

// Account returns the account of a run with the commands that retry its failures,
// or nil if the ledger does not have the run.
func (r *ledgerRecord) Account(ctx context.Context, run string) (a *mashal.RunAccount, err error) {
	err = r.view(ctx, func(l *ledger.Ledger) (err error) {
		a, err = l.Account(ctx, run)
		return err
	})
	if errors.Is(err, ledger.ErrNoRun) {
		return nil, nil
	}
	if err != nil || a == nil {
		return nil, err
	}
	shown := *a // a may be cached
	retry := func(s mashal.Selection) []string { return retryCommand(shown.Run.Command, s) }
	shown.Failures = report.GroupFailures(a.Failures, retry)
	shown.Unvalidated = report.WithRetry(a.Unvalidated, retry)
	shown.Damaged = report.WithRetry(a.Damaged, retry)
	if r.markCut(&shown.Run); shown.Run.Going() { // what is still to be validated has not failed
		shown.Unvalidated = slices.DeleteFunc(shown.Unvalidated, func(f mashal.FailedVerse) bool { return f.At.IsZero() })
	}
	return &shown, nil
}

// Calls returns a page of a run's calls, the latest first, and the number of all
// calls.
func (r *ledgerRecord) Calls(ctx context.Context, run string, choice mashal.CallChoice, skip, limit int) (list []mashal.Call, all int, err error) {
	err = r.view(ctx, func(l *ledger.Ledger) (err error) {
		list, all, err = l.Calls(ctx, run, choice, skip, limit)
		return err
	})
	return list, all, err
}

// markCut marks a run as cut off if it has not ended and no process is writing
// to the folder. For a ledger on a server this is unknown.
func (r *ledgerRecord) markCut(run *mashal.Run) {
	if !run.Going() || r.ledger != "" {
		return
	}
	if _, held, err := report.Folder(r.dir).Holder(); err == nil && !held {
		run.State = mashal.RunCut
	}
}

// retryCommand returns the command that does for a selection what a run did.
// command is the command of the run. It returns nil for other commands than
// annotate: import and reparse decode the same answers and would fail again in the
// same way.
func retryCommand(command []string, s mashal.Selection) []string {
	verb := slices.Index(command, "annotate")
	if verb < 0 {
		return nil
	}
	line := append(slices.Clone(command[:verb+1]), s.String())
	flags := slices.IndexFunc(command, func(word string) bool { return strings.HasPrefix(word, "--") })
	if flags < verb {
		return line
	}
	for _, word := range command[flags:] {
		if word != "--again" {
			line = append(line, word)
		}
	}
	return line
}
