package command

import (
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
	"mashal/forecast"
	"mashal/ledger"
	"mashal/llm"
	"mashal/pipeline"
)

// A planCommand holds the flags of `mashal plan`.
type planCommand struct {
	*program
	modelFlags
	workers int
	batch   bool
	all     bool
	json    bool
	flags   *pflag.FlagSet // knows which were given
}

// compared lists the models for which a plan is made if none is named: the latest
// of each vendor in every size, and the one of our examples.
var compared = []string{
	"openai:gpt-6.1-sol", "openai:gpt-6-luna", "openai:gpt-5.1",
	"anthropic:claude-opus-5-5", "anthropic:claude-sonnet-5-5", "anthropic:claude-haiku-5-5",
	"gemini:gemini-3.1-pro-preview", "gemini:gemini-3.8-flash",
}

func newPlan(p *program) *cobra.Command {
	c := &planCommand{program: p}
	cmd := &cobra.Command{
		Use:   "plan SELECTION...",
		Short: "Estimate cost, requests and time before a run",
		Long: `Estimate which requests annotate would make for a selection, what they would cost
and how long they would take. Without --annotator, models of all vendors are
listed side by side; with --annotator, the plan of one model is listed by book.
The flags are those of annotate, so that one command line serves both. No key is
needed, and no request is made.

The plan contains only what is still to do: verses that the annotator has not
annotated, and figures that the validator has not validated. Input tokens are
counted on the prompts. Output tokens and speed are measured on earlier runs of
the same model in the data folder; without such runs they are assumed, and the
plan says so. Failed requests that are made again come on top.

` + selectionHelp,
		Example: `  mashal plan Ezekiel
  mashal plan all --all
  mashal plan Ezekiel 21-30 --annotator openai:gpt-5.1 --workers 16
  mashal plan all --annotator openai:gpt-5.1 --batch
  mashal plan Torah --annotator anthropic:claude-opus-5-5 --validator none --json | jq '.[].cost'`,
		Args:              selectionArguments,
		ValidArgsFunction: completeSelection,
		RunE:              func(cmd *cobra.Command, args []string) error { return c.run(cmd.Context(), args) },
	}
	flags := cmd.Flags()
	c.flags = flags
	c.modelFlags.define(cmd)
	flags.IntVar(&c.workers, "workers", modelWorkers, fmt.Sprintf("requests in flight, 1 to %d", maxWorkers))
	flags.BoolVar(&c.batch, "batch", false, "plan batches: half the price with most vendors, answers within a day each")
	flags.BoolVar(&c.all, "all", false, "list every model with a known price")
	flags.BoolVar(&c.json, "json", false, "print a JSON list with a plan for each model")
	cmd.SetFlagErrorFunc(negativeNumber)
	return cmd
}

func (c *planCommand) run(ctx context.Context, args []string) (err error) {
	selection, err := c.selection(args, false)
	if err != nil {
		return err
	}
	if c.workers < 1 || c.workers > maxWorkers {
		return mashal.Usagef("--workers "+strconv.Itoa(min(max(c.workers, 1), maxWorkers)), "--workers %d is not between 1 and %d", c.workers, maxWorkers)
	}
	if c.all && c.annotator != "" {
		return mashal.Usagef("leave out one of them", "--all and --annotator cannot be combined: --all lists every model, --annotator one")
	}
	if slices.Contains(localAnnotators, c.annotator) && (!byModel(c.validator) || c.validator == noValidator) {
		return mashal.Usagef("mashal annotate "+selection.String(), "%s makes no requests, so there is nothing to plan", c.annotator)
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
	m, err := c.modelFlags.open(c.program, c.workers)
	if err != nil {
		return err
	}
	m.planning = true
	store, err := c.ledgerIfAny(ctx)
	if err != nil {
		return err
	}
	if store != nil {
		defer func() { err = errors.Join(err, store.Close()) }()
	}
	names, err := c.models(ctx, m, store)
	if err != nil {
		return err
	}
	counter := forecast.NewCounter()
	plans := make([]*forecast.Plan, len(names))
	for i, name := range names {
		cfg := forecast.Config{
			Text: text, Selection: selection, Ledger: store, Effort: llm.Effort(c.effort), Workers: c.workers, Batch: c.batch,
			Prices: m.prices, Limits: m.limits, Expected: expected, Counter: counter,
		}
		cfg.ValidateBelow = c.validateBelow()
		if c.deliberation == deliberationNone && cfg.Expected.Detection.Measured == 0 {
			cfg.Expected.Detection.OutputTokens -= annotate.ExpectedDeliberation
		}
		if err := c.setAnnotators(ctx, &cfg, m, name); err != nil {
			return err
		}
		if plans[i], err = forecast.New(ctx, cfg); err != nil {
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

// expected is the basis of a plan for a model on which nothing was measured.
var expected = forecast.Basis{
	Detection:       expectedPace(annotate.ExpectedAnswer),
	Validation:      expectedPace(annotate.ExpectedVerdicts),
	FigurativeShare: annotate.ExpectedShare, DoubtfulShare: annotate.ExpectedDoubtful, FigureTokens: annotate.ExpectedFigures,
}

func expectedPace(outputTokens float64) forecast.Pace {
	return forecast.Pace{OutputTokens: outputTokens, InputFactor: 1, FirstText: forecast.AssumedFirstText, SecondsPerToken: forecast.AssumedSecondsPerToken}
}

// models returns the names of the models to plan: the one that --annotator names,
// or those to compare, with those of the price file and of the ledger.
func (c *planCommand) models(ctx context.Context, m *models, store *ledger.Ledger) ([]string, error) {
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
	if store != nil {
		known, err := store.Models(ctx)
		if err != nil {
			return nil, err
		}
		for _, name := range known {
			names = append(names, llm.WithAddress(name))
		}
	}
	var unique []string
	for _, name := range names {
		if !slices.Contains(unique, name) {
			unique = append(unique, name)
		}
	}
	return unique, nil
}

// namesOf returns the names of the models that have a price.
func namesOf(prices *llm.Prices) []string {
	var names []string
	for _, p := range prices.All() {
		names = append(names, p.Vendor+":"+p.Model)
	}
	return slices.Compact(names)
}

// localRequests plans the requests of an annotator that makes none.
type localRequests struct{ pipeline.Finder }

// Requests returns no request.
func (localRequests) Requests(*mashal.ChapterText, []int) []llm.Request { return nil }

// setAnnotators sets the annotator and the validator that annotate would use with
// the same flags.
func (c *planCommand) setAnnotators(ctx context.Context, cfg *forecast.Config, m *models, annotator string) error {
	k := c.modelFlags
	k.annotator = annotator
	if err := k.check(); err != nil {
		return err
	}
	version := cfg.Text.Version()
	if byModel(annotator) {
		settings, err := k.config(ctx, m, cfg.Ledger, annotator, version, c.flags.Changed("temperature"))
		if err != nil {
			return err
		}
		settings.Votes, cfg.Votes = k.votes, k.votes
		if cfg.Annotator, err = annotate.New(settings); err != nil {
			return err
		}
	} else {
		finder, err := openLocal(annotator, "", version, false)
		if err != nil {
			return err
		}
		cfg.Annotator = localRequests{finder}
	}
	validator := k.validatorFor(annotator)
	if !byModel(validator) || validator == noValidator {
		return nil
	}
	settings, err := k.config(ctx, m, cfg.Ledger, validator, version, c.flags.Changed("temperature"))
	if err != nil {
		return err
	}
	cfg.Validator, err = annotate.NewValidator(settings)
	return err
}
