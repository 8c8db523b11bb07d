package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"mashal"
	"mashal/fleet"
	"mashal/ledger"
	"mashal/metrics"
	"mashal/pipeline"
	"mashal/report"
)

// checkFleet returns an error if --fleet contradicts other flags.
func (a *annotateCommand) checkFleet() error {
	switch {
	case !a.fleet:
		return nil
	case a.ledger == "":
		return mashal.Usagef("--ledger postgres://user@host/database --fleet", "--fleet needs a ledger on a PostgreSQL server, which all machines can reach")
	case a.finishOnline && a.budget != "":
		return mashal.Usagef("leave out one of them", "--finish-online and --budget exclude each other with --fleet: a process that dies takes with it what its requests would have cost")
	case a.flags.Changed("workers"):
		return mashal.Usagef("mashal work --workers 16", "--workers is of the processes that work: mashal work has it")
	}
	return a.checkConnections()
}

// minConnections is the smallest --db-connections of a process of the fleet: one has
// the lock; the queue, the heartbeats and the chapters share the others.
const minConnections = 4

// checkConnections returns an error if a process of the fleet would have too few
// connections to the server.
func (p *program) checkConnections() error {
	if p.connections >= minConnections {
		return nil
	}
	return mashal.Usagef(fmt.Sprintf("--db-connections %d", minConnections), "--db-connections %d is too few for a fleet: each process needs %d", p.connections, minConnections)
}

// runFleet plans the run, passes its chapters on to the workers of the fleet, and with
// --wait follows it to its end.
func (a *annotateCommand) runFleet(ctx context.Context, cfg *pipeline.Config) (err error) {
	cfg.Workers = 1 // each process that joins the run adds its own
	if err := a.setAnnotators(ctx, cfg); err != nil {
		return err
	}
	show := a.progress()
	defer func() { err = errors.Join(err, show.Close()) }()
	a.watching.configure(cfg, show.Observe)
	started, err := a.enqueue(ctx, cfg)
	if err != nil {
		return err
	}
	if !a.quiet && !a.json {
		fmt.Fprintf(a.stderr, "workers take its chapters: %s\n", report.ShellLine(append(append([]string{}, a.name...), "work", "--ledger", a.ledger)))
	}
	if !a.wait {
		return nil
	}
	_, err = pipeline.Follow(context.WithoutCancel(ctx), *cfg, started)
	return err
}

// enqueue plans the run and puts its chapters into the queue.
func (a *annotateCommand) enqueue(ctx context.Context, cfg *pipeline.Config) (started *ledger.StartedRun, err error) {
	store, err := ledger.OpenShared(ctx, a.ledgerAddress())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := fleet.Migrate(ctx, store.Pool()); err != nil {
		return nil, err
	}
	enqueue, err := fleet.Enqueue(store, cfg.Text, cfg.Batch != nil)
	if err != nil {
		return nil, err
	}
	return pipeline.Enqueue(ctx, *cfg, store, enqueue)
}

// printFleet prints the queue and the processes of the fleet, if there is one.
func (s *status) printFleet(ctx context.Context, l *ledger.Ledger) error {
	f, err := fleet.ReadStatus(ctx, l.Pool())
	if f == nil || err != nil {
		return err
	}
	if len(f.Runs)+len(f.Processes) > 0 {
		fmt.Fprintln(s.stdout)
	}
	for _, r := range f.Runs {
		more := ""
		if r.Removed > 0 {
			more = fmt.Sprintf("; %d left out: cancelled or deleted in the queue, or given up after errors", r.Removed)
		}
		if r.Paused {
			more += "; it is paused"
		}
		if r.Batches {
			when := "in " + r.Next.Round(time.Second).String()
			if r.Running > 0 {
				when = "now"
			}
			fmt.Fprintf(s.stdout, "fleet: run %s is in batches, which a process looks at %s%s\n", r.Run, when, more)
			continue
		}
		fmt.Fprintf(s.stdout, "fleet: run %s has %s at work and %d waiting%s\n", r.Run, report.Count(r.Running, "chapter"), r.Waiting, more)
	}
	for _, p := range f.Processes {
		fmt.Fprintf(s.stdout, "fleet: %s, %s, has %s (last sign of life %.0f s ago)\n", p.Name, report.Count(p.Workers, "worker"), report.Count(p.Running, "chapter"), p.Beat.Seconds())
		for refused := range strings.Lines(p.Refuses) {
			run, _, _ := strings.Cut(refused, ":")
			if slices.ContainsFunc(f.Runs, func(r fleet.RunStatus) bool { return r.Run == run }) { // another one has ended
				fmt.Fprintf(s.stdout, "  it refuses run %s\n", strings.TrimSpace(refused))
			}
		}
	}
	if len(f.Runs) > 0 && len(f.Processes) == 0 {
		fmt.Fprintf(s.stdout, "fleet: no process works; start one with: %s\n", report.ShellLine(append(append([]string{}, s.name...), "work", "--ledger", s.ledger)))
	}
	return nil
}

// cancelRuns cancels those of the names that are runs of the fleet, and returns the
// others.
func (p *program) cancelRuns(ctx context.Context, names []string) (others []string, err error) {
	if p.ledger == "" || len(names) == 0 {
		return names, nil
	}
	l, err := p.openLedger(ctx)
	if err != nil {
		return nil, err
	}
	var runs, batched []string
	for _, name := range names {
		switch run, e := l.Run(ctx, name); {
		case errors.Is(e, ledger.ErrNoRun):
			others = append(others, name)
		case e != nil:
			err = errors.Join(err, e)
		case !run.Ended.IsZero():
			fmt.Fprintf(p.stdout, "run %s has ended\n", name)
		case ledger.IsBatched(&run):
			batched = append(batched, name)
		case ledger.IsFleet(&run):
			runs = append(runs, name)
		default:
			err = errors.Join(err, mashal.Usagef("Stop the process that runs it.", "run %s is not one of a fleet", name))
		}
	}
	if err := errors.Join(err, l.Close()); err != nil || len(runs)+len(batched) == 0 {
		return others, err
	}
	writer, err := ledger.OpenShared(ctx, p.ledgerAddress())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, writer.Close()) }()
	for _, run := range runs {
		atWork, err := fleet.Cancel(ctx, writer, run)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(p.stdout, "run %s is cancelled; what was done is kept, and %s at work end within seconds\n", run, report.Count(atWork, "chapter"))
	}
	for _, run := range batched {
		if err := p.cancelBatched(ctx, writer, run); err != nil {
			return nil, err
		}
	}
	return others, nil
}

// cancelEvery is how often cancelBatched looks whether a run has ended.
const cancelEvery = 500 * time.Millisecond

// cancelBatched cancels a run of the fleet whose requests are sent in batches. A process
// of the fleet, which has the key, asks the vendors; cancelBatched waits until it has
// ended the run.
func (p *program) cancelBatched(ctx context.Context, l *ledger.Ledger, run string) error {
	status, err := fleet.ReadStatus(ctx, l.Pool())
	if err != nil {
		return err
	}
	batches, err := l.RunBatches(ctx, run)
	if err != nil {
		return err
	}
	batches = slices.DeleteFunc(batches, func(b mashal.Batch) bool { return b.Run != run || !b.Open() })
	if slices.ContainsFunc(status.Runs, func(r fleet.RunStatus) bool { return r.Run == run && r.Paused }) {
		return mashal.Usagef("Resume its queue in the browser first (mashal work --ui).", "run %s is paused, so that no process would cancel its batches", run)
	}
	if len(status.Processes) == 0 && len(batches) == 0 {
		if _, err := fleet.Cancel(ctx, l, run); err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "run %s is cancelled; what was done is kept\n", run)
		return nil
	}
	if err := fleet.CancelBatches(ctx, l, run); err != nil {
		return err
	}
	if len(status.Processes) == 0 {
		return &mashal.Error{
			Code: mashal.Incomplete, Op: report.Count(len(batches), "batch") + " of run " + run + " still under way: no process of the fleet works",
			Hint: "The next one cancels them: " + report.ShellLine(append(append([]string{}, p.name...), "work", "--ledger", p.ledger)),
		}
	}
	fmt.Fprintln(p.stderr, "cancelling the batches of run", run)
	ticker := time.NewTicker(cancelEvery)
	defer ticker.Stop()
	for {
		now, err := l.Run(ctx, run)
		if err == nil && !now.Ended.IsZero() {
			break
		}
		if err == nil {
			err = fleet.HurryCancel(ctx, l, run)
		}
		if err != nil && ctx.Err() == nil {
			return err
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return &mashal.Error{Code: mashal.Interrupted, Op: "not waiting any longer; the processes of the fleet go on cancelling run " + run, Hint: "mashal status shows its batches."}
		}
	}
	fmt.Fprintf(p.stdout, "run %s is cancelled; what was answered is kept\n", run)
	return p.reportCancelled(context.WithoutCancel(ctx), batches)
}

// fleet makes the state of the fleet part of the metrics.
func (w *watch) fleet(l *ledger.Ledger) {
	if w.metrics == nil {
		return
	}
	w.metrics.Fleet(func(ctx context.Context) (metrics.Fleet, error) {
		s, err := fleet.ReadStatus(ctx, l.Pool())
		if s == nil || err != nil {
			return metrics.Fleet{}, err
		}
		f := metrics.Fleet{Jobs: s.Jobs, Leases: map[string]time.Duration{}}
		for _, p := range s.Processes {
			f.Leases[p.Name] = p.Beat
		}
		return f, nil
	})
}
