package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"mashal"
	"mashal/ledger"
	"mashal/report"
	"mashal/sqlite"
)

// lookEvery is the time between two looks at the files of a run beside those at the end
// of each task: a run can wait for hours.
const lookEvery = time.Second

// A loss says which files of a run were removed, replaced, truncated or overwritten
// while it had them open.
type loss struct{ ledger, concordance, lock error }

// lost returns what was lost of the files of the run, and nil if nothing was. A worker
// of a fleet, whose ledger is on a server, has no files.
func (r *run) lost() *loss {
	if r.lock == nil {
		return nil
	}
	l := loss{ledger: r.ledger.Moved(), concordance: r.concordance.Moved()}
	if now, err := r.cfg.Folder.LockFile(); err != nil || !os.SameFile(now, r.lock) {
		l.lock = fmt.Errorf("the lock of the data folder %s was removed or replaced, so that another process can write to it", r.cfg.Folder)
	}
	if l.ledger == nil && l.concordance == nil && l.lock == nil {
		return nil
	}
	return &l
}

// error returns the loss as an error.
func (l *loss) error() *mashal.Error {
	for _, err := range []error{l.ledger, l.concordance, l.lock} {
		if err != nil {
			if moved, ok := errors.AsType[*sqlite.Error](err); ok {
				err = errors.New(moved.Why)
			}
			return &mashal.Error{Code: mashal.Internal, Op: "stopped", Err: err}
		}
	}
	return nil
}

// look halts the run if its files were lost: no other request begins, and those under
// way finish.
func (r *run) look() {
	select {
	case <-r.halted:
		return
	default:
	}
	if l := r.lost(); l != nil {
		r.haltWith(l.error())
	}
}

// lookAgain looks at the files now and then until ended is closed.
func (r *run) lookAgain(ended <-chan struct{}) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			r.look()
		case <-ended:
			return
		}
	}
}

// afterLoss saves what the run holds and returns the error that says so. The report, if
// there is one, is written beside what was saved.
func (r *run) afterLoss(ctx context.Context, l *loss, rep *report.Report) error {
	e := l.error()
	if l.ledger == nil {
		e.Err = fmt.Errorf("%w; the ledger %s has all of the run", e.Err, r.ledgerName())
		e.Hint = "Resume with the same command: " + report.ShellLine(r.cfg.Command)
		if l.concordance != nil {
			e.Hint = "Build the concordance from the ledger: " + report.ShellLine(r.buildCommand())
			if _, err := os.Stat(r.cfg.Folder.Concordance()); err == nil {
				e.Hint = "Move the file away that is in its place now, unless it is a concordance of this ledger. " + e.Hint
			}
		}
		return e
	}
	saved, err := r.save(ctx, l.concordance == nil)
	if err != nil {
		e.Err = fmt.Errorf("%w; what the run holds could not be saved: %w", e.Err, err)
		e.Hint = "Keep the concordance " + r.cfg.Folder.Concordance() + ": it is a copy of what the ledger held."
		if l.concordance != nil {
			e.Hint = "Nothing of the run is left but the answers that its log names."
			if folder, err := r.saveIn(r.concordance.CopyTo, "concordance.db", nil); err == nil {
				e.Hint = "The concordance was saved in " + folder.Concordance() + ": it is a copy of what the ledger held."
			}
		}
		return e
	}
	e.Err = fmt.Errorf("%w; the ledger as the run holds it was saved in the new file %s", e.Err, saved.Ledger())
	e.Hint = "Go on with it: " + report.ShellLine(inFolder(r.cfg.Command, saved))
	if rep != nil {
		if err := os.MkdirAll(saved.Run(r.started.ID), 0o755); err == nil {
			err = rep.Write(saved.Run(r.started.ID), r.cfg.RetryCommand)
			return errors.Join(e, err)
		}
	}
	return e
}

// ledgerName returns where the ledger is.
func (r *run) ledgerName() string {
	if r.cfg.LedgerAt != "" {
		return "on the server"
	}
	return r.cfg.Folder.Ledger()
}

// save writes the ledger to a new data folder and checks that the copy is sound and has
// the run. If compare is true, it must also have all that the concordance has: the file
// may have been overwritten with an earlier state of itself.
func (r *run) save(ctx context.Context, compare bool) (report.Folder, error) {
	return r.saveIn(r.ledger.CopyTo, "ledger.db", func(path string) (err error) {
		l, err := ledger.OpenReadOnly(ctx, path)
		if err != nil {
			return err
		}
		defer closeWith(&err, l.Close)
		if err := l.Check(ctx); err != nil {
			return err
		}
		if _, err = l.Run(ctx, r.started.ID); err != nil || !compare {
			return err
		}
		d, err := r.concordance.Difference(ctx, l)
		if err == nil && len(d.Lost) > 0 {
			err = fmt.Errorf("the copy lacks what the concordance has of %d readings", len(d.Lost))
		}
		return err
	})
}

// saveIn writes a file into a new data folder: in that of the run, or if that is
// gone, beside it, in the working folder or in that for temporary files.
func (r *run) saveIn(write func(context.Context, string) error, name string, check func(path string) error) (report.Folder, error) {
	folder := filepath.Clean(string(r.cfg.Folder))
	beside := filepath.Base(folder) + "-saved-" + r.started.ID
	var errs []error
	for _, dir := range []string{
		filepath.Join(folder, "saved-"+r.started.ID), filepath.Join(filepath.Dir(folder), beside),
		beside, filepath.Join(os.TempDir(), beside),
	} {
		made, err := makeFree(dir)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		path := filepath.Join(made, name)
		if err = write(context.Background(), path); err == nil && check != nil {
			err = check(path)
		}
		if err == nil {
			return report.Folder(made), nil
		}
		_ = os.RemoveAll(made) // it is ours and has no sound copy
		errs = append(errs, err)
		if sqlite.KindOf(err) == sqlite.Corrupt {
			break // the same anywhere
		}
	}
	return "", errors.Join(errs...)
}

// makeFree makes a folder with the given name, or with a number added if it exists.
func makeFree(dir string) (made string, err error) {
	made = dir
	for n := 2; n < 100; n++ {
		if err = os.Mkdir(made, 0o755); !errors.Is(err, os.ErrExist) {
			return made, err
		}
		made = dir + "-" + strconv.Itoa(n)
	}
	return made, err
}

// inFolder returns a command with another data folder.
func inFolder(command []string, folder report.Folder) []string {
	var line []string
	for i := 0; i < len(command); i++ {
		if command[i] == "--dir" {
			i++
			continue
		}
		line = append(line, command[i])
	}
	return append(line, "--dir", string(folder))
}

// buildCommand returns the command that builds the concordance of the run again.
func (r *run) buildCommand() []string {
	verb := slices.IndexFunc(r.cfg.Command, func(word string) bool {
		return slices.Contains([]string{"annotate", "import", "reparse"}, word)
	})
	line := append(slices.Clone(r.cfg.Command[:max(verb, 0)]), "build", "--dir", string(r.cfg.Folder))
	if r.cfg.LedgerAt != "" {
		line = append(line, "--ledger", r.cfg.LedgerAt)
	}
	return line
}
