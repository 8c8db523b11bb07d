package command

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/corpus"
	"mashal/fleet"
	"mashal/fleet/quota"
	"mashal/fleet/ui"
	"mashal/ledger"
	"mashal/pipeline"
	"mashal/reference"
)

// A workCommand holds the flags of `mashal work`.
type workCommand struct {
	*program
	watchFlags
	workers    int
	annotators []string
	quiet      bool
	ui         string // the address of River's web interface; "" for none
	token      string // where its token is: @env:VARIABLE or @file:PATH
	grace      time.Duration
	watching   *watch
	quota      *quota.Quota // limits of keys, brakes and budgets, shared with other processes
	showing    sync.Mutex   // chapters are observed at the same time
	text       *corpus.Corpus
}

func newWork(p *program) *cobra.Command {
	w := &workCommand{program: p}
	cmd := &cobra.Command{
		Use:   "work",
		Short: "Annotate the chapters of a fleet's runs, as one process of many",
		Long: `Take chapters of the runs that mashal annotate --fleet has planned in the ledger on
PostgreSQL, and annotate them, until the command is stopped. Any number of processes
on any number of machines do so at the same time (docs/fleet.md).

The annotator and its settings are those of the run. Keys are read from the
environment of this process, or from a .env file in the working folder. A process
that cannot work on a run says why and leaves it to others: because its version is
another one, a key is missing, or --annotator does not allow the model.

If a process dies, others have its chapters within ten seconds; answers that were
received are used. A process that was only frozen finds that out before it writes
anything, and exits with 75. After the first Ctrl-C no request is made any more,
those in flight finish, and the rest of the chapters is given back. After SIGTERM
they have the time of --grace and are then cut; the whole verses that have arrived
are kept. A second signal cuts them at once.

--ui serves the web interface of River, which holds the queue: chapters and processes,
and buttons that pause and resume a run, and cancel and retry chapters. On addresses that
other machines can reach, clients need the token of --token. Browsers ask for it once,
programs send it as "Authorization: Bearer TOKEN".`,
		Example: `  mashal work --ledger postgres://mashal@db/mashal --workers 16
  mashal work --ledger postgres://mashal@db/mashal --annotator openai:gpt-5.1,anthropic:claude-opus-4-5
  mashal work --ledger postgres://mashal@db/mashal --ui 127.0.0.1:8091`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return w.run(cmd.Context()) },
	}
	flags := cmd.Flags()
	w.watchFlags.define(flags)
	flags.IntVar(&w.workers, "workers", modelWorkers, fmt.Sprintf("passages that this process annotates at once, 1 to %d", maxWorkers))
	flags.StringSliceVar(&w.annotators, "annotator", nil, "work only on runs of these `annotators`, which also allows models on other servers")
	flags.DurationVar(&w.grace, "grace", defaultGrace, "after SIGTERM, how `long` requests under way may go on before they are cut")
	flags.StringVar(&w.ui, "ui", "", "serve River's web interface at /fleet/ of this `host:port`; without a host, only\nthis machine can reach it (docs/fleet.md)")
	flags.StringVar(&w.token, "token", "", "what clients of --ui need, such as a long random text: `@env:VARIABLE` or\n@file:PATH, so that other users of the machine do not see it")
	flags.BoolVarP(&w.quiet, "quiet", "q", false, "print only errors")
	registerCompletion(cmd, "annotator", func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return completeModels(), cobra.ShellCompDirectiveNoFileComp
	})
	return cmd
}

func (w *workCommand) run(ctx context.Context) (err error) {
	if w.ledger == "" {
		return mashal.Usagef("mashal work --ledger postgres://user@host/database", "--ledger names no server")
	}
	if w.workers < 1 || w.workers > maxWorkers {
		return mashal.Usagef("--workers "+strconv.Itoa(min(max(w.workers, 1), maxWorkers)), "--workers %d is not between 1 and %d", w.workers, maxWorkers)
	}
	if err := w.checkConnections(); err != nil {
		return err
	}
	if w.grace < 0 {
		return mashal.Usagef("--grace 20s", "--grace %s is negative", w.grace)
	}
	pages, err := w.pages()
	if err != nil {
		return err
	}
	w.stop.setGrace(w.grace)
	if w.text, err = corpus.Open(); err != nil {
		return err
	}
	if w.watching, err = w.watchFlags.open(context.WithoutCancel(ctx), w.program); err != nil {
		return err
	}
	defer closeWatch(w.watching, &err)
	store, err := ledger.OpenShared(w.stop.work, w.ledgerAddress()) // it waits for its server after the first signal too
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	defer context.AfterFunc(ctx, store.StopWaiting)()
	if err := fleet.Migrate(ctx, store.Pool()); err != nil {
		return err
	}
	if w.quota, err = quota.Open(ctx, store.Pool(), rand.Text()); err != nil {
		return err
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		err = errors.Join(err, w.quota.Close(closing))
	}()
	w.watching.fleet(store)
	log := w.log
	if log == nil {
		log = slog.New(slog.NewTextHandler(w.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	store.OnOutage(w.serverAway)
	if w.ui != "" {
		pages.Pool, pages.Log = store.Pool(), log
		server, err := ui.Listen(ctx, pages)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, server.Close()) }()
		w.say("the queue is at " + server.URL())
	}
	if !w.quiet {
		fmt.Fprintf(w.stderr, "waiting for chapters in %s\n", w.ledger)
	}
	return fleet.Work(context.WithoutCancel(ctx), fleet.Config{
		Ledger: store, Workers: w.workers, Version: thisBuild().Version,
		Log: log, Prepare: w.prepare, Refresh: w.refresh, Joined: w.joined, Lost: w.lost, Stop: ctx.Done(), Cut: w.stop.work,
	})
}

// serverAway prints or logs that this process waits for the ledger's server, or has waited.
// The runs do not: they share the connections.
func (w *workCommand) serverAway(o mashal.Outage) {
	if w.log == nil {
		w.showing.Lock()
		defer w.showing.Unlock()
		w.show(pipeline.Unreachable{Outage: o})
		return
	}
	if o.Until.IsZero() {
		w.log.Warn("the ledger's server cannot be used", "reason", o.Reason)
	} else {
		w.log.Warn("the ledger's server can be used again", "after", o.Until.Sub(o.Since))
	}
}

// pages returns where River's web interface is served, as the flags say.
func (w *workCommand) pages() (o ui.Options, err error) {
	if w.ui == "" {
		if w.token != "" {
			err = mashal.Usagef("--ui 127.0.0.1:8091", "--token is for --ui, which is missing")
		}
		return o, err
	}
	o.Address = w.ui
	if o.Token, err = w.readToken(w.token, "FLEET_TOKEN"); err != nil {
		return o, err
	}
	return o, o.Check()
}

// joined prints that this process works on a run, or why it does not.
func (w *workCommand) joined(run *mashal.Run, refused error) {
	switch {
	case refused != nil:
		fmt.Fprintf(w.stderr, "not working on run %s: %s\n", run.ID, refused)
	case !w.quiet:
		fmt.Fprintf(w.stderr, "working on run %s: %s by %s\n", run.ID, run.Selection, run.Annotator.Label())
	}
}

// lost ends the process, which must not write anything any more.
func (w *workCommand) lost(why string) {
	fmt.Fprintf(w.stderr, "mashal: %s; start this process again\n", why)
	os.Exit(exitLost)
}

// prepare makes the annotator and the validator of a run from its command.
func (w *workCommand) prepare(ctx context.Context, run *mashal.Run) (cfg pipeline.Config, err error) {
	if ours := thisBuild().Version; run.Version != ours {
		return cfg, fmt.Errorf("it was planned by version %s, and this is %s", run.Version, ours)
	}
	if len(w.annotators) > 0 && !slices.Contains(w.annotators, run.Annotator.Name) {
		return cfg, fmt.Errorf("--annotator does not name %s", run.Annotator.Name)
	}
	at := slices.Index(run.Command, "annotate")
	if at < 0 {
		return cfg, errors.New("it was not planned by mashal annotate")
	}
	if err := w.setAnnotators(ctx, run, run.Command[at+1:], &cfg); err != nil {
		return cfg, err
	}
	w.watching.configure(&cfg, w.show)
	observe := cfg.Observe
	cfg.Observe = func(e pipeline.Event) {
		w.showing.Lock()
		defer w.showing.Unlock()
		observe(e)
	}
	cfg.Observe(pipeline.Planned{
		Run: run.ID, Annotator: run.Annotator.Name, Simulated: run.Annotator.Kind == mashal.BySimulation, Validator: run.Validator.Name, Workers: w.workers,
	})
	return cfg, nil
}

// namesVariable reports whether a word of a command is the flag --header, which names a
// variable of the environment.
func namesVariable(word string) bool {
	name, _, _ := strings.Cut(word, "=")
	return name == "--header"
}

// refresh sets the annotators of a run anew, with the batches and the costs that the
// ledger has now.
func (w *workCommand) refresh(ctx context.Context, run *mashal.Run, cfg pipeline.Config) (pipeline.Config, error) {
	err := w.setAnnotators(ctx, run, run.Command[slices.Index(run.Command, "annotate")+1:], &cfg)
	return cfg, err
}

// setAnnotators sets the selection, the annotator and the validator of a run from the
// words of its command.
func (w *workCommand) setAnnotators(ctx context.Context, run *mashal.Run, words []string, cfg *pipeline.Config) error {
	words = withoutFlags(words, "--dir", "--ledger", "--sample", "--seed")
	if len(w.annotators) == 0 { // every user of the ledger can plan a run, and the environment is this user's
		switch {
		case slices.ContainsFunc(words, namesOtherServer):
			return fmt.Errorf("it names a server, which would receive your key: allow it with --annotator %s", run.Annotator.Name)
		case slices.ContainsFunc(words, namesVariable):
			return fmt.Errorf("it sends a variable of your environment in a header: allow it with --annotator %s", run.Annotator.Name)
		}
	}
	a, cmd := newAnnotateCommand(w.program)
	if err := cmd.ParseFlags(words); err != nil {
		return fmt.Errorf("its command is not understood: %w", err)
	}
	if a.annotator == "" && slices.Contains(localAnnotators, run.Annotator.Name) {
		a.annotator = run.Annotator.Name
	}
	a.workers, a.watching = w.workers, w.watching
	a.sharing = &sharing{w.quota, run.ID, a.batch}
	a.kinds = map[string]bool{}
	for _, by := range []mashal.Annotator{run.Annotator, run.Validator} {
		a.kinds[by.Name] = by.Kind == mashal.BySimulation
	}
	selection, err := reference.ParseSelection([]string{run.Selection})
	if err != nil {
		return err
	}
	cfg.Text, cfg.Selection, cfg.Settings, cfg.Version = w.text, selection, map[string]string{}, thisBuild().Version
	if err := a.setAnnotators(ctx, cfg); err != nil {
		return err
	}
	return sameAnnotators(cfg, run)
}

// sameAnnotators returns an error if the annotator or the validator is not that of
// the run.
func sameAnnotators(cfg *pipeline.Config, run *mashal.Run) error {
	now := []mashal.Annotator{cfg.Annotator.Identity(), {}}
	if cfg.Validator != nil {
		now[1] = cfg.Validator.Identity()
	}
	for i, planned := range []mashal.Annotator{run.Annotator, run.Validator} {
		switch {
		case now[i].Name != planned.Name:
			return fmt.Errorf("the annotator would be %q here, and the run's is %q: the address of the server may be in the environment (docs/models.md)", now[i].Name, planned.Name)
		case now[i].Fingerprint != planned.Fingerprint:
			return fmt.Errorf("%s would be another one here: its text, rules, prompts or settings differ", planned.Name)
		}
	}
	return nil
}

// show prints an event, unless it is logged.
func (w *workCommand) show(e pipeline.Event) {
	switch e.(type) {
	case pipeline.Planned, pipeline.Started, pipeline.Waiting, pipeline.Resumed, pipeline.Held, pipeline.Asked:
		return
	}
	if !w.quiet && w.log == nil {
		fmt.Fprintln(w.stderr, strings.TrimSpace(e.String()))
	}
}
