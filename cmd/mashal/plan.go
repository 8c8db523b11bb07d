package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mashal"
	"mashal/annotate"
	"mashal/corpus"
	"mashal/ledger"
	"mashal/llm"
	"mashal/pipeline"
	"mashal/reference"
)

// A plan is the flags of `mashal plan`.
type plan struct {
	*program
	asking
	workers int
	all     bool
	json    bool
	flags   *pflag.FlagSet // as given
}

// compared are the models that are planned for if none is named: of each vendor
// the latest of every size, and the one in our examples.
var compared = []string{
	"openai:gpt-6.1-sol", "openai:gpt-6-luna", "openai:gpt-5.1",
	"anthropic:claude-opus-5-5", "anthropic:claude-sonnet-5-5", "anthropic:claude-haiku-5-5",
	"gemini:gemini-3.1-pro-preview", "gemini:gemini-3.8-flash",
}

func newPlan(p *program) *cobra.Command {
	c := &plan{program: p}
	cmd := &cobra.Command{
		Use:   "plan SELECTION...",
		Short: "Say what models would cost and how long they would take",
		Long: `Say what annotate would ask of a model for a selection, what that would cost and
how long it would take, before anything is spent. Without --annotator, models of
all vendors stand side by side; with one, it is shown book by book. It takes the
flags of annotate, so that one command line does for both. No key is needed and
nothing is asked.

Only what is still to do is planned: verses that the annotator has not read, and
figures that the validator has not judged. What is asked is counted on the
prompts themselves. What is answered, and how fast, is taken from earlier runs
of the same model in the data folder; where there are none it is assumed, and
the plan says so. What fails and is asked again comes on top.

` + selectionHelp,
		Example: `  mashal plan Ezekiel
  mashal plan all --all
  mashal plan Ezekiel 21-30 --annotator openai:gpt-5.1 --workers 16
  mashal plan Torah --annotator anthropic:claude-opus-5-5 --validator none --json | jq '.[].cost'`,
		Args:              selectionArguments,
		ValidArgsFunction: completeSelection,
		RunE:              func(cmd *cobra.Command, args []string) error { return c.run(cmd.Context(), args) },
	}
	flags := cmd.Flags()
	c.flags = flags
	c.asking.define(cmd)
	flags.IntVar(&c.workers, "workers", modelWorkers, fmt.Sprintf("passages asked for at once, 1 to %d", maxWorkers))
	flags.BoolVar(&c.all, "all", false, "show every model with a listed price")
	flags.BoolVar(&c.json, "json", false, "print a JSON list, a plan for each model")
	cmd.SetFlagErrorFunc(negativeNumber)
	return cmd
}

func (c *plan) run(ctx context.Context, args []string) (err error) {
	selection, err := reference.ParseSelection(args)
	if err != nil {
		return err
	}
	if c.workers < 1 || c.workers > maxWorkers {
		return mashal.Usagef("--workers "+strconv.Itoa(min(max(c.workers, 1), maxWorkers)), "--workers %d is not between 1 and %d", c.workers, maxWorkers)
	}
	if c.all && c.annotator != "" {
		return mashal.Usagef("leave out one of them", "--all shows every model and --annotator one")
	}
	if c.annotator == "rules" && (!byModel(c.validator) || c.validator == noValidator) {
		return mashal.Usagef("mashal annotate "+selection.String(), "rules ask no model, so there is nothing to plan")
	}
	var budget mashal.Money
	if c.budget != "" {
		if budget, err = mashal.ParseMoney(c.budget); err != nil {
			return mashal.Usagef("--budget 5.00", "--budget: %s", err)
		}
	}
	text, err := corpus.Open()
	if err != nil {
		return err
	}
	m, err := c.asking.open(c.program, c.workers)
	if err != nil {
		return err
	}
	m.unasked = true
	book, err := c.ledgerIfAny(ctx)
	if err != nil {
		return err
	}
	if book != nil {
		defer func() { err = errors.Join(err, book.Close()) }()
	}
	names, err := c.models(ctx, m, book)
	if err != nil {
		return err
	}
	counter := pipeline.NewCounter()
	plans := make([]*pipeline.Plan, len(names))
	for i, name := range names {
		cfg := pipeline.PlanConfig{
			Text: text, Selection: selection, Ledger: book, Effort: llm.Effort(c.effort), Workers: c.workers,
			Prices: m.prices, Limits: m.limits, Expected: expected, Counter: counter,
		}
		if err := c.choose(&cfg, m, name); err != nil {
			return err
		}
		if plans[i], err = pipeline.NewPlan(ctx, cfg); err != nil {
			return err
		}
	}
	switch {
	case c.json:
		return c.printJSON(c.objects(plans, m.prices))
	case c.annotator == "":
		return c.compare(plans, selection)
	}
	return c.detail(plans[0], m.prices, budget)
}

// expected is what is reckoned with where nothing was measured.
var expected = pipeline.Experience{
	Detection:  pipeline.Pace{Text: annotate.ExpectedAnswer, Counted: 1, FirstText: pipeline.AssumedFirstText, PerToken: pipeline.AssumedPerToken},
	Validation: pipeline.Pace{Text: annotate.ExpectedVerdicts, Counted: 1, FirstText: pipeline.AssumedFirstText, PerToken: pipeline.AssumedPerToken},
	Judged:     annotate.ExpectedJudged, Shown: annotate.ExpectedFigures,
}

// models are the models to plan for: the one named, or those to compare, which
// are also those of the price file and those that the ledger knows.
func (c *plan) models(ctx context.Context, m *models, book *ledger.Ledger) ([]string, error) {
	if c.annotator != "" {
		return []string{c.annotator}, nil
	}
	listed, builtIn := namesOf(m.prices), namesOf(llm.DefaultPrices())
	if c.all {
		return listed, nil
	}
	names := slices.Clone(compared)
	for _, name := range listed {
		if !slices.Contains(builtIn, name) {
			names = append(names, name)
		}
	}
	if book != nil {
		known, err := book.Models(ctx)
		if err != nil {
			return nil, err
		}
		names = append(names, known...)
	}
	var once []string
	for _, name := range names {
		if !slices.Contains(once, name) {
			once = append(once, name)
		}
	}
	return once, nil
}

// namesOf are the models that have a price.
func namesOf(prices *llm.Prices) []string {
	var names []string
	for _, p := range prices.All() {
		names = append(names, p.Vendor+":"+p.Model)
	}
	return slices.Compact(names)
}

// A free annotator asks no model.
type free struct{ pipeline.Annotator }

func (free) Requests(*mashal.ChapterText, []int) []llm.Request { return nil }

// choose sets who is planned for, as annotate would with the same flags.
func (c *plan) choose(cfg *pipeline.PlanConfig, m *models, annotator string) error {
	k := c.asking
	k.annotator = annotator
	if err := k.check(c.flags.Changed); err != nil {
		return err
	}
	version := cfg.Text.Version()
	if byModel(annotator) {
		asked, err := k.config(m, annotator, version, c.flags.Changed("temperature"))
		if err != nil {
			return err
		}
		if cfg.Detector, err = annotate.New(asked); err != nil {
			return err
		}
	} else {
		set, err := loadRules("")
		if err != nil {
			return err
		}
		cfg.Detector = free{set.Annotator(version)}
	}
	validator := cmp.Or(k.validator, annotator)
	if !byModel(validator) || validator == noValidator {
		return nil
	}
	asked, err := k.config(m, validator, version, c.flags.Changed("temperature"))
	if err != nil {
		return err
	}
	cfg.Judge, err = annotate.NewValidator(asked)
	return err
}
