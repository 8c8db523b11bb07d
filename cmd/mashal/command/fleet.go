package command

import (
	"context"
	"errors"
	"fmt"

	"mashal"
	"mashal/fleet"
	"mashal/ledger"
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
	case a.batch:
		return mashal.Usagef("leave out one of them", "--fleet and --batch exclude each other: the results of batches are fetched by one process")
	case a.flags.Changed("workers"):
		return mashal.Usagef("mashal work --workers 16", "--workers is of the processes that work: mashal work has it")
	}
	return nil
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
	cfg.Observe = show.Observe
	started, err := a.enqueue(ctx, cfg)
	if err != nil {
		return err
	}
	if !a.wait {
		if !a.quiet && !a.json {
			fmt.Fprintf(a.stderr, "workers take its chapters: %s\n", report.ShellLine(append(append([]string{}, a.name...), "work", "--ledger", a.ledger)))
		}
		return nil
	}
	stopWatching := context.AfterFunc(ctx, show.Stopping)
	defer stopWatching()
	_, err = pipeline.Follow(context.WithoutCancel(ctx), *cfg, started)
	return err
}

// enqueue plans the run and puts its chapters into the queue.
func (a *annotateCommand) enqueue(ctx context.Context, cfg *pipeline.Config) (started *ledger.StartedRun, err error) {
	store, err := ledger.OpenShared(ctx, a.ledger)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := fleet.Migrate(ctx, store.Pool()); err != nil {
		return nil, err
	}
	enqueue, err := fleet.Enqueue(store, cfg.Text)
	if err != nil {
		return nil, err
	}
	return pipeline.Enqueue(ctx, *cfg, store, enqueue)
}
