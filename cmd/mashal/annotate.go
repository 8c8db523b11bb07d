package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mashal"
	"mashal/annotate"
	"mashal/corpus"
	"mashal/llm"
	"mashal/pipeline"
	"mashal/reference"
	"mashal/rules"
)

const maxWorkers = 512

// modelWorkers is how many passages are asked for at once where nothing is
// said: few keys bear more.
const modelWorkers = 3

// noValidator says that nobody is to judge what is found.
const noValidator = "none"

// An annotateCommand is the flags of `mashal annotate`.
type annotateCommand struct {
	*program
	asking
	rules   string
	workers int
	again   bool
	json    bool
	quiet   bool
	flags   *pflag.FlagSet // as given
}

func newAnnotate(p *program) *cobra.Command {
	a := &annotateCommand{program: p}
	cmd := &cobra.Command{
		Use:   "annotate SELECTION...",
		Short: "Find the figures of a selection and keep them",
		Long: `Find the figures of a selection, chapter by chapter, several chapters at once,
and keep them in the data folder.

` + selectionHelp + `

Without --annotator the rules find them: no key, no network. A model is named
vendor:model, of a vendor (openai, openai-responses, anthropic, gemini) or
served elsewhere: openai:MODEL@http://host/v1. Its key is taken from the
environment, or a .env file in the working folder (docs/models.md). The model
that finds figures also judges them in a second pass, unless --validator names
another, or none. What fails is asked for again, and then of the models that
--fallback names.

What is done already is not done again; --again reads it anew, and the earlier
reading is kept beside the new one. The first Ctrl-C (or SIGTERM) lets what is
being read finish; a second one stops at once. In both cases the same command
resumes, and pays for nothing twice.

Progress is shown on standard error, the report on standard output. Each run
leaves failures.json, manifest.json, run.log and timeline.svg in
FOLDER/runs/RUN. With --json, standard output is one JSON object per line
(docs/events.md).`,
		Example: `  mashal annotate Ezekiel 1-10
  mashal annotate Hosea 1-3 Joel "Psalms 23:1-6" --dir prophets
  mashal annotate Ezekiel 21-30 --annotator openai:gpt-5.1 --workers 3 --budget 2.00
  mashal annotate Hosea --annotator anthropic:claude-opus-4-5 --validator openai:gpt-5.1
  mashal annotate Joel --annotator openai:llama3.1@http://127.0.0.1:11434/v1
  mashal annotate all --workers 4 --json | jq 'select(.event == "chapter_ended")'`,
		Args:              selectionArguments,
		ValidArgsFunction: completeSelection,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.run(cmd.Context(), args) },
	}
	flags := cmd.Flags()
	a.flags = flags
	a.asking.define(cmd)
	flags.StringVar(&a.rules, "rules", "", "a rule `file` to use instead of the one built in")
	flags.IntVar(&a.workers, "workers", 0, fmt.Sprintf("passages read at once, 1 to %d (default: one per processor for rules, %d for models)", maxWorkers, modelWorkers))
	flags.BoolVar(&a.again, "again", false, "read anew what is done already")
	flags.BoolVar(&a.json, "json", false, "print events as JSON, one per line")
	flags.BoolVarP(&a.quiet, "quiet", "q", false, "print nothing but errors")
	cmd.SetFlagErrorFunc(negativeNumber)
	return cmd
}

func (a *annotateCommand) run(ctx context.Context, args []string) error {
	selection, err := reference.ParseSelection(args)
	if err != nil {
		return err
	}
	if a.json && a.quiet {
		return mashal.Usagef(pipeline.ShellLine(a.command(args, true))+" --json", "--json prints events and --quiet nothing")
	}
	if err := a.asking.check(a.flags.Changed); err != nil {
		return err
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
	text, err := corpus.Open()
	if err != nil {
		return err
	}
	cfg := pipeline.Config{
		Folder:       pipeline.Folder(a.dir),
		LedgerAt:     a.ledger,
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
	if err := a.choose(ctx, &cfg); err != nil {
		return err
	}
	show := a.progress()
	cfg.Observe = show.Observe
	if a.annotator == "" && !a.quiet && !a.json {
		fmt.Fprintln(a.stderr, "annotating with rules (no --annotator given): no key and no network are needed")
	}

	// The context of a command ends when it is asked to stop. This one then
	// finishes what it has begun.
	unsay := context.AfterFunc(ctx, show.Stopping)
	_, err = pipeline.Run(context.WithoutCancel(ctx), cfg)
	unsay()
	return errors.Join(err, show.Close())
}

// choose sets who finds the figures and who judges them.
func (a *annotateCommand) choose(ctx context.Context, cfg *pipeline.Config) error {
	version := cfg.Text.Version()
	var m *models
	if byModel(a.annotator) || byModel(a.validator) {
		var err error
		if m, err = a.asking.open(a.program, a.workers); err != nil {
			return err
		}
	}
	validator := cmp.Or(a.validator, a.annotator)
	if m != nil && a.budget != "" {
		limit, err := mashal.ParseMoney(a.budget)
		if err != nil {
			return mashal.Usagef("--budget 5.00", "--budget: %s", err)
		}
		m.budget = llm.NewBudget(limit)
	}
	if byModel(a.annotator) {
		c, err := a.config(m, a.annotator, version, a.flags.Changed("temperature"))
		if err != nil {
			return err
		}
		finder, err := annotate.New(c)
		if err != nil {
			return err
		}
		cfg.Annotator = finder
	} else {
		set, err := loadRules(a.rules)
		if err != nil {
			return err
		}
		if cfg.Annotator = set.Annotator(version); a.rules != "" {
			cfg.Settings["rules"] = a.rules
		}
	}
	if byModel(validator) && validator != noValidator {
		c, err := a.config(m, validator, version, a.flags.Changed("temperature"))
		if err != nil {
			return err
		}
		judge, err := annotate.NewValidator(c)
		if err != nil {
			return err
		}
		cfg.Validator = judge
	}
	if m == nil || m.budget == nil {
		return nil
	}
	// What the same work has cost before is drawn on the same budget.
	spent, err := a.spentBefore(ctx, cfg)
	m.budget.Charge(spent)
	return err
}

// spentBefore is what earlier runs of this annotator over this selection cost.
func (a *annotateCommand) spentBefore(ctx context.Context, cfg *pipeline.Config) (spent mashal.Money, err error) {
	book, err := a.ledgerIfAny(ctx)
	if book == nil || err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	return book.SpentBefore(ctx, cfg.Annotator.Identity().Fingerprint, cfg.Selection)
}

// repeated are the flags that make a command do what this one does, in the
// order in which they are printed.
var repeated = []string{
	"dir", "ledger", "annotator", "rules", "validator", "fallback", "passage", "effort", "temperature", "max-output",
	"base-url", "prices", "budget", "requests-per-minute", "tokens-per-minute", "timeout", "workers",
}

// command is the command line that annotates a selection as this one does.
func (a *annotateCommand) command(selection []string, again bool) []string {
	line := append(append([]string{}, a.name...), "annotate")
	line = append(line, selection...)
	for _, name := range repeated {
		if f := a.flags.Lookup(name); f.Changed {
			value := f.Value.String()
			if list, ok := f.Value.(pflag.SliceValue); ok {
				value = strings.Join(list.GetSlice(), ",")
			}
			line = append(line, "--"+name, value)
		}
	}
	if again && a.again {
		line = append(line, "--again")
	}
	return line
}

// loadRules reads a rule file, or the one built in if none is named.
func loadRules(file string) (*rules.Set, error) {
	if file == "" {
		return rules.Default()
	}
	data, err := readRegular(file, rules.MaxFile)
	if err != nil {
		return nil, &mashal.Error{Code: mashal.Usage, Op: "read the rule file", Err: err, Hint: "leave --rules out to use the rules built in"}
	}
	return rules.Load(file, data)
}

// readRegular reads a file that must be one, not a device or a pipe that never
// ends, and no more of it than one byte past what is allowed: who reads the
// content then refuses it.
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
