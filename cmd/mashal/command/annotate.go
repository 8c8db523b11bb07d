package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mashal"
	"mashal/annotate"
	"mashal/corpus"
	"mashal/ledger"
	"mashal/llm"
	"mashal/pipeline"
	"mashal/report"
)

const maxWorkers = 512

// modelWorkers is the default number of requests to models in flight. The rate
// limits of few keys allow more.
const modelWorkers = 3

// noValidator is the value of --validator that switches validation off.
const noValidator = "none"

// An annotateCommand holds the flags of `mashal annotate`.
type annotateCommand struct {
	*program
	modelFlags
	batchFlags
	fleet bool
	watchFlags
	rules       string
	suggestions bool
	workers     int
	sample      int
	seed        uint64
	sampled     *sampleRun // nil without --sample
	again       bool
	json        bool
	quiet       bool
	verbose     bool
	grace       time.Duration
	flags       *pflag.FlagSet  // knows which were given
	kinds       map[string]bool // as in models
	sharing     *sharing        // as in models
	watching    *watch
}

func newAnnotate(p *program) *cobra.Command {
	_, cmd := newAnnotateCommand(p)
	return cmd
}

// newAnnotateCommand returns the command with the values of its flags.
func newAnnotateCommand(p *program) (*annotateCommand, *cobra.Command) {
	a := &annotateCommand{program: p}
	cmd := &cobra.Command{
		Use:   "annotate SELECTION...",
		Short: "Find the figurative language in a selection of the Bible",
		Long: `Find the figurative language in a selection, several chapters at once, and store
the figures in the data folder.

` + selectionHelp + `

Without --annotator, rules and a small trained model find the figures together, as
the annotator offline; they need no key and no network. A language model is named
vendor:model. The vendors are openai, openai-responses, anthropic
and gemini; openai:MODEL@http://host/v1 is a model on another server. The key is
read from the environment or from a .env file in the working folder
(docs/models.md). The same model validates the figures in a second pass, unless
--validator names another model or none. Failed requests are retried; verses that
still fail are requested from the models of --fallback.

With --batch, the requests are sent in batches, which OpenAI, Anthropic and Gemini
answer within a day at half the price. The command ends when they are sent; the
same command takes them up later, and --wait stays (docs/batches.md).

With --fleet, the command only plans the run and passes its chapters on to the
processes of mashal work, which run on any number of machines and share the ledger
on PostgreSQL; --wait stays until they have ended, and keeps the concordance of this
data folder up to date meanwhile (docs/fleet.md).

--sample 20 annotates only twenty passages (the verses of one request each), drawn
at random, and prints what the whole selection would cost and how many figures
were found: a pilot. What it annotated is not requested again when the whole is.
--validate doubtful has only figures of 90 % confidence or less validated.

Verses that are done are skipped. --again annotates them once more and keeps the
earlier reading beside the new one. After the first Ctrl-C no request begins any
more, and those under way finish; after SIGTERM they are cut when the time of
--grace is over; a second signal cuts them at once. The same command resumes with
the verses that are not done. Answers and the whole verses of an answer that was
cut are kept and never requested again. What a cut request wrote after its last
whole verse is lost: it is paid for, and its verses are requested again. The report
counts such requests as paid in part.

Progress is printed on standard error, the report on standard output. Each run
writes failures.json, manifest.json, run.log and timeline.svg into
FOLDER/runs/RUN. With --json, standard output is one JSON object per line
(docs/events.md).`,
		Example: `  mashal annotate Ezekiel 1-10
  mashal annotate Hosea 1-3 Joel "Psalms 23:1-6" --dir prophets
  mashal annotate Ezekiel 21-30 --annotator openai:gpt-5.1 --workers 3 --budget 2.00
  mashal annotate all --annotator openai:gpt-5.1 --sample 20 --budget 3.00
  mashal annotate Hosea --annotator anthropic:claude-opus-4-5 --validator openai:gpt-5.1
  mashal annotate Torah --annotator gemini:gemini-3.8-flash --batch --wait
  mashal annotate all --ledger postgres://mashal@db/mashal --annotator openai:gpt-5.1 --fleet --wait
  mashal annotate Joel --annotator openai:llama3.1@http://127.0.0.1:11434/v1
  mashal annotate all --workers 4 --json | jq 'select(.event == "chapter_ended")'`,
		Args:              selectionArguments,
		ValidArgsFunction: completeSelection,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.run(cmd.Context(), args) },
	}
	flags := cmd.Flags()
	a.flags = flags
	a.modelFlags.define(cmd)
	a.batchFlags.define(flags)
	flags.BoolVar(&a.fleet, "fleet", false, "pass the chapters on to the processes of mashal work, which share the ledger")
	a.watchFlags.define(flags)
	flags.StringVar(&a.rules, "rules", "", "rule `file` to use instead of the built-in rules")
	flags.BoolVar(&a.suggestions, "suggestions", false, "store also what the learned model finds less likely, as suggestions for review: they\ncount nowhere; search and export show them with\n--standing suggestion, and the explorer with standing=suggestion")
	flags.IntVar(&a.workers, "workers", 0, fmt.Sprintf("passages annotated at once, 1 to %d (default: one per processor offline, %d for models)", maxWorkers, modelWorkers))
	flags.IntVar(&a.sample, "sample", 0, "annotate only `N` passages of the selection, drawn at random, and print what the\nwhole would cost")
	flags.Uint64Var(&a.seed, "seed", 1, "what the sample is drawn from: the same seed draws the same sample")
	flags.DurationVar(&a.grace, "grace", defaultGrace, "after SIGTERM, how `long` requests under way may go on before they are cut")
	flags.BoolVar(&a.again, "again", false, "annotate verses that are done once more")
	flags.BoolVar(&a.json, "json", false, "print events as JSON, one per line")
	flags.BoolVarP(&a.quiet, "quiet", "q", false, "print only errors")
	flags.BoolVar(&a.verbose, "verbose", false, "print also how large the write-ahead logs of the databases were")
	cmd.SetFlagErrorFunc(negativeNumber)
	return a, cmd
}

func (a *annotateCommand) run(ctx context.Context, args []string) (err error) {
	selection, err := a.selection(args, byModel(a.annotator) || byModel(a.validator))
	if err != nil {
		return err
	}
	if a.json && a.quiet {
		return mashal.Usagef(report.ShellLine(a.command(args, true))+" --json", "--json and --quiet cannot be combined: one prints events, the other nothing")
	}
	if err := a.modelFlags.check(); err != nil {
		return err
	}
	if name := localName(a.annotator, a.rules); a.suggestions && name != byOffline && name != byLearning {
		return mashal.Usagef("--annotator offline --suggestions", "--suggestions are of the learned model; %s makes none", name)
	}
	if err := a.batchFlags.check(&a.modelFlags, a.fleet); err != nil {
		return err
	}
	if err := a.checkFleet(); err != nil {
		return err
	}
	if a.sample < 0 || a.sample == 0 && (a.flags.Changed("sample") || a.flags.Changed("seed")) {
		return mashal.Usagef("--sample 20 --seed 1", "--sample %d is not a number of passages", a.sample)
	}
	if a.workers < 0 || a.workers > maxWorkers || a.workers == 0 && a.flags.Changed("workers") {
		return mashal.Usagef("--workers "+strconv.Itoa(min(max(a.workers, 1), maxWorkers)),
			"--workers %d is not between 1 and %d", a.workers, maxWorkers)
	}
	if a.workers == 0 {
		if a.workers = runtime.GOMAXPROCS(0); byModel(a.annotator) || byModel(a.validator) {
			a.workers = modelWorkers
		}
	}
	if a.grace < 0 {
		return mashal.Usagef("--grace 20s", "--grace %s is negative", a.grace)
	}
	a.stop.setGrace(a.grace)
	text, err := corpus.Open()
	if err != nil {
		return err
	}
	if a.watching, err = a.watchFlags.open(context.WithoutCancel(ctx), a.program); err != nil {
		return err
	}
	defer closeWatch(a.watching, &err)
	cfg := pipeline.Config{
		Folder:       report.Folder(a.dir),
		LedgerAt:     a.ledgerAddress(),
		Text:         text,
		Selection:    selection,
		Workers:      a.workers,
		Again:        a.again,
		Version:      thisBuild().Version,
		Settings:     map[string]string{"text": text.Version()},
		Command:      a.command(args, true),
		RetryCommand: func(s mashal.Selection) []string { return a.command([]string{s.String()}, false) },
		Stop:         ctx.Done(),
	}
	if a.quiet {
		a.watching.logging.Also = nil
	}
	if a.annotator == "" && !a.quiet && !a.json {
		a.say(fmt.Sprintf("annotating with %s (no --annotator given): no key and no network are needed", localName("", a.rules)))
	}

	if a.fleet {
		return a.runFleet(ctx, &cfg)
	}
	for {
		anew, err := a.runOnce(ctx, &cfg)
		if !anew {
			return err
		}
		a.say(fmt.Sprintf("%s: begins anew, as what the server is", err))
	}
}

// runOnce sets the annotators that the flags name, and runs them. It reports whether
// the run is to begin anew, because of the error that it returns.
func (a *annotateCommand) runOnce(ctx context.Context, cfg *pipeline.Config) (anew bool, err error) {
	if err := a.setAnnotators(ctx, cfg); err != nil {
		return false, err
	}
	show := a.progress()
	a.watching.configure(cfg, show.Observe)
	// ctx ends at the first signal; then requests under way finish, or are cut later.
	stopWatching := context.AfterFunc(ctx, func() { show.Stopping(a.stop.willCut()) })
	rep, err := pipeline.Run(a.stop.work, *cfg)
	stopWatching()
	err = errors.Join(err, show.Close())
	if anew = a.beginsAnew(err, rep, cfg); a.sampled != nil && !anew {
		err = errors.Join(err, a.reportSample(context.WithoutCancel(ctx), cfg, show))
	}
	return anew, err
}

// setAnnotators sets the annotator and the validator that the flags name.
func (a *annotateCommand) setAnnotators(ctx context.Context, cfg *pipeline.Config) (err error) {
	version := cfg.Text.Version()
	var m *models
	var configs []*annotate.Config
	var store *ledger.Ledger
	if byModel(a.annotator) || byModel(a.validator) {
		if m, err = a.modelFlags.open(a.program, a.workers); err != nil {
			return err
		}
		m.kinds, m.sharing = a.kinds, a.sharing
		store, err = a.ledgerIfAny(ctx)
		if errors.Is(err, ledger.ErrOlder) { // it has no calls to models, and the run migrates it
			store, err = nil, nil
		}
		if err != nil {
			return err
		}
		if store != nil {
			defer func() { err = errors.Join(err, store.Close()) }()
		}
		if !a.probe {
			if err := m.capabilities.load(ctx, store); err != nil {
				return err
			}
		}
	}
	validatorName := a.validatorFor(a.annotator)
	if m != nil && a.budget != "" {
		limit, err := mashal.ParseMoney(a.budget)
		if err != nil {
			return mashal.Usagef("--budget 5.00", "--budget: %s", err)
		}
		if m.budget, err = m.newBudget(limit); err != nil {
			return err
		}
	}
	if byModel(a.annotator) {
		c, err := a.config(ctx, m, store, a.annotator, version, a.flags.Changed("temperature"))
		if err != nil {
			return err
		}
		if c.Votes = a.votes; c.Votes > 1 {
			cfg.Settings["votes"] = strconv.Itoa(c.Votes)
		}
		configs = append(configs, &c)
		annotator, err := annotate.New(c)
		if err != nil {
			return err
		}
		cfg.Annotator = modelAnnotator{annotator, a.backoff}
	} else {
		finder, err := openLocal(a.annotator, a.rules, version, a.suggestions)
		if err != nil {
			return err
		}
		if cfg.Annotator = pipeline.Local(finder); a.rules != "" {
			cfg.Settings["rules"] = a.rules
		}
	}
	if byModel(validatorName) && validatorName != noValidator {
		c, err := a.config(ctx, m, store, validatorName, version, a.flags.Changed("temperature"))
		if err != nil {
			return err
		}
		configs = append(configs, &c)
		validator, err := annotate.NewValidator(c)
		if err != nil {
			return err
		}
		cfg.Validator, cfg.ValidateBelow = modelValidator{validator, a.backoff}, a.validateBelow()
	}
	if a.sample > 0 {
		a.sampled = a.drawSample(cfg)
	}
	if err := a.checkRetried(cfg.Annotator.Identity()); err != nil {
		return err
	}
	a.watching.models(m)
	if m == nil {
		return nil
	}
	if at := m.addresses(); at != "" {
		cfg.Settings["servers"] = at
	} else if m.servedAs != "" {
		return mashal.Usagef("leave --served-as out", "--served-as %s names a server, and all models are on their vendors' own", m.servedAs)
	}
	if names := m.headerNames(); names != "" {
		cfg.Settings["headers"] = names
	}
	if a.batch {
		if cfg.Batch, err = a.sender(a.program, m.budget, configs...); err != nil {
			return err
		}
	}
	if store == nil {
		return nil
	}
	return considerEarlierRuns(ctx, store, cfg, m.budget)
}

// considerEarlierRuns charges the budget with what earlier runs of this annotator on
// this selection cost. It returns an error if verses are in a batch under way, unless
// the run uses batches.
func considerEarlierRuns(ctx context.Context, store *ledger.Ledger, cfg *pipeline.Config, budget *llm.Budget) error {
	if cfg.Batch == nil {
		if err := mustNotBeInBatch(ctx, store, cfg); err != nil {
			return err
		}
	}
	if budget == nil {
		return nil
	}
	fingerprint := cfg.Annotator.Identity().Fingerprint
	spent, err := store.SpentBefore(ctx, fingerprint, cfg.Selection)
	if err != nil {
		return err
	}
	unused, err := store.UnusedCost(ctx, fingerprint, cfg.Selection.Chapters())
	if err != nil {
		return err
	}
	budget.Charge(spent + unused) // only the first call counts in a fleet
	return nil
}

// repeated lists the flags that a command line which repeats this one needs, in
// the order in which they are printed.
var repeated = []string{
	"dir", "ledger", "annotator", "rules", "suggestions", "validator", "validate", "fallback", "passage", "deliberation", "votes", "effort", "temperature", "max-output",
	"base-url", "served-as", "header", "sample", "seed", "prices", "budget", "requests-per-minute", "tokens-per-minute", "timeout", "total-timeout", "brake", "patience",
	"omit", "workers", "grace",
}

// command returns the command line that annotates a selection with the same flags.
// Without again, it annotates all of it that is not done, once.
func (a *annotateCommand) command(selection []string, again bool) []string {
	line := append(append([]string{}, a.name...), "annotate")
	line = append(line, selection...)
	for _, name := range repeated {
		if f := a.flags.Lookup(name); f.Changed && (again || name != "sample" && name != "seed") {
			line = append(line, flagWords(f)...)
		}
	}
	line = append(line, a.batchFlags.words()...)
	if a.fleet {
		line = append(line, "--fleet")
	}
	if again && a.again {
		line = append(line, "--again")
	}
	return line
}

// flagWords returns the words of a command line that give a flag its value.
func flagWords(f *pflag.Flag) []string {
	value := f.Value.String()
	if list, ok := f.Value.(pflag.SliceValue); ok && f.Value.Type() == "stringArray" {
		var words []string
		for _, one := range list.GetSlice() {
			words = append(words, "--"+f.Name, one)
		}
		return words
	} else if ok {
		value = strings.Join(list.GetSlice(), ",")
	}
	if f.Value.Type() == "bool" {
		return []string{"--" + f.Name + "=" + value}
	}
	return []string{"--" + f.Name, value}
}

// readRegular reads a regular file: a device or a pipe may never end. It reads at
// most one byte more than allowed, so that the caller can refuse a longer file.
func readRegular(path string, most int64) (data []byte, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return io.ReadAll(io.LimitReader(file, most+1))
}
