package command

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"time"

	"mashal"
	"mashal/ledger"
	"mashal/report"
)

// How often a run that is watched is looked at. The file of a ledger tells without a
// query that nothing has changed; a server does not.
const (
	fileTick   = 500 * time.Millisecond
	serverTick = 2 * time.Second
)

// cutPatience is how long no process may write to the ledger of a server until its run
// counts as cut off: after an outage a writer takes its lock again.
const cutPatience = 30 * time.Second

// A runWatch follows a run until it has ended.
type runWatch struct {
	*status
	shown    *mashal.RunProgress // what was shown last; nil if nothing was
	drawn    int                 // lines on the terminal
	told     bool                // that no run has begun
	files    [2]fileMark         // of the ledger, when it was read last
	read     time.Duration       // that the last reading took
	earliest time.Time           // when it may be read again
	table    []string            // of the books, on a terminal
	cutSince time.Time           // when no process wrote to the server's ledger any more; zero if one does
}

// A fileMark changes when a file does.
type fileMark struct {
	size     int64
	modified time.Time
}

// watch shows the progress of a run until it has ended, and returns the error that its
// command ended with: the latest run or, with next, the one that begins next. It waits
// if that run has not begun.
func (s *status) watch(ctx context.Context) error {
	w := &runWatch{status: s}
	l, run, err := w.await(ctx)
	if err != nil {
		return err
	}
	return errors.Join(w.follow(ctx, l, run), l.Close())
}

// await waits until there is a run to watch.
func (w *runWatch) await(ctx context.Context) (*ledger.Ledger, string, error) {
	first, err := w.latest(ctx, nil)
	if err != nil {
		return nil, "", err
	}
	for {
		var found string
		// A ledger that is just made is migrated step by step, so it is opened anew.
		l, err := w.ledgerIfAny(ctx)
		if err == nil && l != nil {
			found, err = w.choose(ctx, l, first)
		}
		if err == nil && found != "" {
			return l, found, nil
		}
		if l != nil {
			err = errors.Join(err, l.Close())
		}
		if err != nil {
			return nil, "", err
		}
		if !w.told {
			w.told = true
			fmt.Fprintf(w.stderr, "waiting for a run in %s to begin\n", w.ledgerPlace())
		}
		if err := w.pause(ctx); err != nil {
			return nil, "", err
		}
	}
}

// latest returns the latest run in the ledger, and nil if there is none.
func (w *runWatch) latest(ctx context.Context, l *ledger.Ledger) (run *mashal.Run, err error) {
	if l == nil {
		if l, err = w.ledgerIfAny(ctx); l == nil || err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, l.Close()) }()
	}
	r, err := l.LatestRun(ctx)
	if errors.Is(err, ledger.ErrNoRun) {
		return nil, nil
	}
	return &r, err
}

// choose returns the run to watch, and "" if it has not begun. first is the latest run
// at the beginning.
func (w *runWatch) choose(ctx context.Context, l *ledger.Ledger, first *mashal.Run) (string, error) {
	run, err := w.latest(ctx, l)
	if err != nil || run == nil {
		return "", err
	}
	if first != nil && first.ID == run.ID && !run.Ended.IsZero() {
		if w.next {
			return "", nil
		}
		// A process that has the lock is about to begin another run.
		if _, held, err := report.Folder(w.dir).Holder(); w.program.ledger == "" && (held || err != nil) {
			return "", err
		}
	}
	return run.ID, nil
}

// follow shows a run until it has ended.
func (w *runWatch) follow(ctx context.Context, l *ledger.Ledger, run string) error {
	for {
		p, err := w.progress(ctx, l, run)
		if err != nil {
			return err
		}
		w.awaitWriter(&p.Run)
		if err := w.show(ctx, l, p); err != nil {
			return err
		}
		if !p.Run.Going() {
			return w.ended(ctx, l, p)
		}
		if err := w.pause(ctx); err != nil {
			return err
		}
	}
}

// awaitWriter takes a run on a server for going until no process has written to the ledger
// for cutPatience.
func (w *runWatch) awaitWriter(run *mashal.Run) {
	switch {
	case run.State != mashal.RunCut || w.program.ledger == "":
		w.cutSince = time.Time{}
	case w.cutSince.IsZero():
		w.cutSince, run.State = time.Now(), mashal.RunGoing
	case time.Since(w.cutSince) < cutPatience:
		run.State = mashal.RunGoing
	}
}

// ended returns the error of a run that has ended. One that has left batches at the
// vendor has done what it was to do.
func (w *runWatch) ended(ctx context.Context, l *ledger.Ledger, p *mashal.RunProgress) error {
	if p.Run.State == mashal.RunInterrupted && p.Run.Note == "" {
		batches, err := l.RunBatches(ctx, p.Run.ID)
		if err != nil {
			return err
		}
		for i := range batches {
			if batches[i].Open() {
				fmt.Fprintln(w.stderr, "the run has ended while batches are under way; mashal status lists them")
				return nil
			}
		}
	}
	return w.mustEnd(p)
}

// progress returns the progress of the run, and what was shown last if the files have
// not changed since.
func (w *runWatch) progress(ctx context.Context, l *ledger.Ledger, run string) (*mashal.RunProgress, error) {
	files := w.marks()
	if w.shown != nil && w.program.ledger == "" && (files == w.files || time.Now().Before(w.earliest)) {
		same := *w.shown
		if err := w.markCut(ctx, l, &same.Run); err != nil || same.Run.Going() {
			return &same, err
		}
	}
	began := time.Now()
	p, err := l.Progress(ctx, run)
	if err != nil {
		return nil, err
	}
	w.files, w.read = files, time.Since(began)
	w.earliest = began.Add(10 * w.read) // reading takes at most a tenth of the time
	return &p, w.markCut(ctx, l, &p.Run)
}

// marks returns the marks of the ledger and of its write-ahead log.
func (w *runWatch) marks() (marks [2]fileMark) {
	for i, suffix := range []string{"", "-wal"} {
		if info, err := os.Stat(report.Folder(w.dir).Ledger() + suffix); err == nil {
			marks[i] = fileMark{info.Size(), info.ModTime()}
		}
	}
	return marks
}

// pause waits until the run is to be looked at again.
func (w *runWatch) pause(ctx context.Context) error {
	tick := fileTick
	if w.program.ledger != "" {
		tick = max(serverTick, 10*w.read)
	}
	timer := time.NewTimer(tick)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// show shows the progress: in place on a terminal, and elsewhere as a line if something
// has changed.
func (w *runWatch) show(ctx context.Context, l *ledger.Ledger, p *mashal.RunProgress) error {
	width, height, terminal := terminalSize(w.stdout)
	changed := w.shown == nil || !reflect.DeepEqual(*w.shown, *p)
	w.shown = p
	switch {
	case w.json && changed:
		enc := json.NewEncoder(w.stdout)
		enc.SetEscapeHTML(false)
		return enc.Encode(lineOf(p))
	case w.json:
		return nil
	case terminal && w.getenv("TERM") != "dumb":
		return w.draw(ctx, l, p, width, height, changed)
	case changed:
		_, err := fmt.Fprintln(w.stdout, progressText(p))
		return err
	}
	return nil
}

// progressText returns the progress of a run as a line.
func progressText(p *mashal.RunProgress) string {
	all := 0
	for _, n := range p.Verses {
		all += n
	}
	line := fmt.Sprintf("run %s: %s, %d of %s done", p.Run.ID, p.Run.State, p.Verses[mashal.Done], count(all, "verse"))
	if n := p.Verses[mashal.Failed]; n > 0 {
		line += fmt.Sprintf(", %d failed", n)
	}
	if n := p.Verses[mashal.Running]; n > 0 && p.Run.Going() {
		line += fmt.Sprintf(", %d running", n)
	}
	line += ", " + count(p.Figures, "figure")
	if p.Spend.Calls > 0 {
		line += fmt.Sprintf(", %s, %s", count(p.Spend.Calls, "request"), costText(&p.Spend))
	}
	if !p.Run.Going() && p.Run.State != mashal.RunCut {
		line += ", " + durationText(&p.Run)
	}
	if p.Run.Note != "" {
		line += "; " + p.Run.Note
	}
	return line
}

// draw draws the progress in place of what was drawn before: the line of the run, how
// long it has taken, and the books.
func (w *runWatch) draw(ctx context.Context, l *ledger.Ledger, p *mashal.RunProgress, width, height int, changed bool) error {
	if changed || w.table == nil {
		table, err := w.books(ctx, l, p)
		if err != nil {
			return err
		}
		w.table = table
	}
	lines := append([]string{progressText(p), fmt.Sprintf("%s by %s, %s", p.Run.Selection, p.Run.Annotator.Label(), durationText(&p.Run)), ""}, w.table...)
	lines = lines[:min(len(lines), max(height-1, 1))]
	var b strings.Builder
	if w.drawn > 0 {
		fmt.Fprintf(&b, "\x1b[%dA", w.drawn)
	}
	b.WriteString("\r\x1b[J")
	for _, line := range lines {
		b.WriteString(shortened(line, max(width-1, 1)) + "\n")
	}
	w.drawn = len(lines)
	_, err := io.WriteString(w.stdout, b.String())
	return err
}

// books returns what mashal status prints of the annotator of a run.
func (w *runWatch) books(ctx context.Context, l *ledger.Ledger, p *mashal.RunProgress) ([]string, error) {
	progress, err := w.progressOf(ctx, l, p.Run.Annotator)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	to, own := *w.status, *w.program
	own.stdout, to.program = &b, &own
	if err := to.print(progress); err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimRight(b.String(), "\n"), "\n"), nil
}
