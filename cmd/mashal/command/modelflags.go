package command

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mashal"
	"mashal/annotate"
	"mashal/ledger"
	"mashal/llm"
)

// modelFlags are the flags that choose models and limit what they cost.
type modelFlags struct {
	annotator    string
	validator    string
	validate     string
	fallback     []string
	deliberation string
	passage      int
	votes        int
	effort       string
	temperature  float64
	maxOutput    int
	baseURL      string
	servedAs     string
	headers      []string
	budget       string
	prices       string
	rpm, tpm     int64
	timeout      time.Duration
	brake        int
	patience     time.Duration
	omit         []string
	probe        bool
	totalTimeout time.Duration

	flags *pflag.FlagSet // all of these
}

// defaultTotal is the limit of a request in all. A local model that reasons takes
// the better part of it for a passage; a server that only pings takes all of it.
const defaultTotal = time.Hour

// maxBrake is the largest value of --brake: a request is given up after about as
// many failures.
const maxBrake = 1000

// maxVotes is the largest value of --votes.
const maxVotes = 25

// defaultPassage is the default length of a passage in verses. It was measured
// with the simulator; docs/models.md has the table.
const defaultPassage = 50

// The values of --validate and --deliberation.
const (
	validateAll, validateDoubtful, validateNone = "all", "doubtful", "none"
	deliberationFull, deliberationNone          = "full", "none"
)

// validatorFor returns the name of the validator of figures that an annotator finds.
func (f *modelFlags) validatorFor(annotator string) string {
	if f.validate == validateNone {
		return noValidator
	}
	return cmp.Or(f.validator, annotator)
}

// validateBelow returns the confidence below which figures are validated, and 0 for
// all.
func (f *modelFlags) validateBelow() float64 {
	if f.validate == validateDoubtful {
		return mashal.DoubtBelow
	}
	return 0
}

// define adds the flags to a command.
func (f *modelFlags) define(cmd *cobra.Command) {
	flags := pflag.NewFlagSet("models", pflag.ContinueOnError)
	flags.StringVar(&f.annotator, "annotator", "", "annotator that finds the figures: offline, rules, learned, or a language model\nnamed `vendor:model` (default: offline, or rules if --rules is given)")
	flags.StringVar(&f.validator, "validator", "", "`model` that validates the figures, or none (default: the annotator, if it is a model)")
	flags.StringVar(&f.validate, "validate", validateAll, "which figures are validated: all, doubtful, or none; doubtful ones have\na confidence of 90 % or less, and the others of their verses are validated too")
	flags.StringSliceVar(&f.fallback, "fallback", nil, "`models` to request failed verses from, one after the other, and all verses while\nthe server of the model before is down")
	flags.IntVar(&f.passage, "passage", defaultPassage, "about how many `verses` one request asks for; 0 for whole chapters")
	flags.StringVar(&f.deliberation, "deliberation", deliberationFull, "what the model weighed in each verse: full, or none, which saves a quarter of the\noutput")
	flags.IntVar(&f.votes, "votes", 1, "how often the model reads each passage; of several `readings` the figures that\nmost have are kept, with their support; each reading is paid for")
	flags.StringVar(&f.effort, "effort", "", "how much the model reasons: none, minimal, low, medium, high, xhigh, max")
	flags.Float64Var(&f.temperature, "temperature", 0, "sampling temperature (default: the model's)")
	flags.IntVar(&f.maxOutput, "max-output", 0, "limit of an answer in `tokens`, reasoning included (default: the vendor's)")
	flags.StringVar(&f.baseURL, "base-url", "", "`address` of the server, instead of the vendor's own")
	flags.StringVar(&f.servedAs, "served-as", "", "`name` for the server in the annotator's name, instead of its address: what was\ndone under that name is not done again when the address changes")
	flags.StringArrayVar(&f.headers, "header", nil, headerHelp)
	flags.StringVar(&f.budget, "budget", "", "limit of the cost in US `dollars`; no request is made that could exceed it")
	flags.StringVar(&f.prices, "prices", "", "price `file` that adds to the built-in prices (docs/models.md)")
	flags.Int64Var(&f.rpm, "requests-per-minute", 0, "limit of the key, if the vendor's answers do not contain it")
	flags.DurationVar(&f.timeout, "timeout", llm.DefaultIdle, "cancel a request when nothing arrives from the server for this long, or for five\ntimes as long before the first text; comments and reasoning count as well")
	flags.DurationVar(&f.totalTimeout, "total-timeout", defaultTotal, "cancel a request that takes longer in all; 0 for no limit")
	flags.IntVar(&f.brake, "brake", llm.DefaultBrake.Limit, "pause the run after so many `failures` in a row")
	flags.DurationVar(&f.patience, "patience", llm.DefaultBrake.Patience, "the longest pause; then the run stops (with --fallback, of the last model)")
	flags.StringSliceVar(&f.omit, "omit", nil, "`parameters` that requests must not have: "+strings.ReplaceAll(llm.AllParameters.String(), ",", ", ")+"\n(docs/models.md; what a server refuses is left out in any case)")
	flags.BoolVar(&f.probe, "probe", false, "find out again what the servers of the models accept, instead of using what\nearlier runs found out")
	flags.Int64Var(&f.tpm, "tokens-per-minute", 0, "limit of the key in tokens, likewise")
	f.flags = flags
	cmd.Flags().AddFlagSet(flags)
	models := func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return completeModels(), cobra.ShellCompDirectiveNoFileComp
	}
	registerCompletion(cmd, "annotator", models)
	registerCompletion(cmd, "validator", models)
	registerCompletion(cmd, "fallback", models)
	for name, values := range map[string][]cobra.Completion{"validate": {validateAll, validateDoubtful, validateNone}, "deliberation": {deliberationFull, deliberationNone}} {
		registerCompletion(cmd, name, func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
			return values, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
		})
	}
	registerCompletion(cmd, "effort", func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		var names []cobra.Completion
		for _, e := range llm.Efforts() {
			names = append(names, string(e))
		}
		return names, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	})
}

// completeModels returns the completions of an annotator's name: those that are part of
// the program, and the models with a built-in price.
func completeModels() []cobra.Completion {
	names := append([]cobra.Completion{}, localAnnotators...)
	for _, p := range llm.DefaultPrices().All() {
		if name := p.Vendor + ":" + p.Model; names[len(names)-1] != name {
			names = append(names, name)
		}
	}
	return names
}

// withoutModel lists the flags that are allowed if no model is named.
var withoutModel = []string{"annotator", "validator", "prices"}

// check returns an error if flags have impossible values or contradict each other.
func (f *modelFlags) check() error {
	if !byModel(f.annotator) && !byModel(f.validator) {
		var without error
		f.flags.VisitAll(func(flag *pflag.Flag) {
			if flag.Changed && without == nil && !slices.Contains(withoutModel, flag.Name) {
				without = mashal.Usagef("--annotator openai:gpt-5.1 --"+flag.Name+" …", "--%s is only for models; --annotator names none", flag.Name)
			}
		})
		if without != nil {
			return without
		}
	}
	if !slices.Contains([]string{validateAll, validateDoubtful, validateNone}, f.validate) {
		return mashal.Usagef("--validate doubtful", "--validate %q is not all, doubtful or none", f.validate)
	}
	if f.deliberation != deliberationFull && f.deliberation != deliberationNone {
		return mashal.Usagef("--deliberation none", "--deliberation %q is not full or none", f.deliberation)
	}
	if f.validator == noValidator && f.validate == validateDoubtful || byModel(f.validator) && f.validator != noValidator && f.validate == validateNone {
		return mashal.Usagef("leave out one of them", "--validator %s and --validate %s exclude each other", f.validator, f.validate)
	}
	if f.flags.Changed("served-as") && f.servedAs == "" {
		return mashal.Usagef("--served-as lab", "--served-as has no name")
	}
	if _, err := parseHeaders(f.headers); err != nil {
		return err
	}
	if f.passage < 0 {
		return mashal.Usagef(fmt.Sprintf("--passage %d, or --passage 0 for whole chapters", defaultPassage), "--passage %d is negative", f.passage)
	}
	if f.votes < 1 || f.votes > maxVotes {
		return mashal.Usagef("--votes 3", "--votes %d is not between 1 and %d", f.votes, maxVotes)
	}
	if f.votes > 1 && !byModel(f.annotator) {
		return mashal.Usagef("--annotator openai:gpt-5.1 --votes 3", "--votes is only for models that annotate: the rules find the same each time")
	}
	if f.timeout <= 0 {
		return mashal.Usagef("--timeout 2m", "--timeout %s is too short for any answer", f.timeout)
	}
	if f.totalTimeout < 0 {
		return mashal.Usagef("--total-timeout 1h, or --total-timeout 0 for no limit", "--total-timeout %s is below 0", f.totalTimeout)
	}
	if f.brake < 1 || f.brake > maxBrake {
		return mashal.Usagef("--brake "+strconv.Itoa(llm.DefaultBrake.Limit), "--brake %d is not between 1 and %d", f.brake, maxBrake)
	}
	if f.patience < 0 {
		return mashal.Usagef("--patience 10m", "--patience %s is below 0", f.patience)
	}
	if f.maxOutput < 0 || f.rpm < 0 || f.tpm < 0 {
		return mashal.Usagef("leave the flag out for no limit", "a limit is negative")
	}
	if _, err := llm.ParseParameters(strings.Join(f.omit, ",")); err != nil {
		return mashal.Usagef("--omit schema", "--omit: %s", err)
	}
	if f.effort != "" {
		if _, err := llm.ParseEffort(f.effort); err != nil {
			return mashal.Usagef("--effort low", "%s", err)
		}
	}
	return nil
}

// open returns the models that the flags describe, without a budget.
func (f *modelFlags) open(p *program, workers int) (*models, error) {
	if f.baseURL != "" {
		// Before anything is recorded: the command line is part of the run.
		if _, err := llm.ParseRecordedAddress(f.baseURL); err != nil {
			return nil, &mashal.Error{Code: mashal.Usage, Op: "read --base-url", Err: err, Hint: "Give an address such as http://127.0.0.1:8080/v1."}
		}
	}
	headers, err := parseHeaders(f.headers)
	if err != nil {
		return nil, err
	}
	getenv, err := p.environment()
	if err != nil {
		return nil, err
	}
	served := ""
	if f.servedAs != "" {
		if served, err = llm.ParseServedAs(f.servedAs); err != nil {
			return nil, &mashal.Error{Code: mashal.Usage, Op: "read --served-as", Err: err, Hint: "Give a name such as lab, or the address under which the work was done before, such as 127.0.0.1:8089."}
		}
	}
	prices := llm.DefaultPrices()
	if f.prices != "" {
		data, err := readRegular(f.prices, 1<<20)
		if err == nil {
			err = prices.Read(strings.NewReader(string(data)), f.prices)
		}
		if err != nil {
			return nil, &mashal.Error{Code: mashal.Usage, Op: "read the price file", Err: err, Hint: "Leave --prices out to use the built-in prices."}
		}
	}
	omit, err := llm.ParseParameters(strings.Join(f.omit, ","))
	if err != nil {
		return nil, err // check has refused it before
	}
	brake := llm.DefaultBrake
	brake.Limit, brake.Patience = f.brake, f.patience
	if p.backoff != nil {
		brake.Patience, brake.Base, brake.Most = p.backoff(brake.Patience), p.backoff(brake.Base), p.backoff(brake.Most)
	}
	return &models{
		brake: brake, capabilities: capabilities{omit: omit},
		getenv: getenv, baseURL: f.baseURL, servedAs: served, headers: headers, workers: workers, timeout: f.timeout, total: f.totalTimeout, prices: prices,
		limits: llm.Limits{Requests: llm.Window{Limit: f.rpm}, Tokens: llm.Window{Limit: f.tpm}},
	}, nil
}

// config returns the settings for requests to a model and then to the fallbacks. It
// finds out whether the model is simulated; store is nil if there is no ledger.
func (f *modelFlags) config(ctx context.Context, m *models, store *ledger.Ledger, first string, textVersion string, temperature bool) (annotate.Config, error) {
	simulated, err := m.isSimulated(ctx, store, first)
	if err != nil {
		return annotate.Config{}, err
	}
	c := annotate.Config{
		Passage: f.passage, Effort: llm.Effort(f.effort), MaxOutput: f.maxOutput, TextVersion: textVersion,
		Brief:  f.deliberation == deliberationNone,
		Policy: llm.DefaultPolicy, Simulated: simulated,
	}
	c.Policy.Jitter = rand.Float64
	if temperature {
		c.Temperature = &f.temperature
	}
	for i, name := range append([]string{first}, f.fallback...) {
		model, err := m.open(name, i < len(f.fallback))
		if err != nil {
			return c, err
		}
		c.Models = append(c.Models, model)
	}
	return c, nil
}
