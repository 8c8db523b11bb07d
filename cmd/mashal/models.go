package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"time"

	"github.com/joho/godotenv"
	"github.com/spf13/cobra"

	"mashal"
	"mashal/annotate"
	"mashal/llm"
	"mashal/llm/anthropic"
	"mashal/llm/gemini"
	"mashal/llm/openai"
)

// dotEnv is where keys may stand instead of in the environment, which comes
// first.
const dotEnv = ".env"

const maxDotEnv = 64 << 10 // bytes

// environment is the environment with what .env in the working folder adds.
func (p *program) environment() (getenv func(string) string, err error) {
	content, err := readRegular(dotEnv, maxDotEnv)
	if errors.Is(err, os.ErrNotExist) {
		return p.getenv, nil
	}
	var added map[string]string
	if err == nil && len(content) <= maxDotEnv {
		added, err = godotenv.UnmarshalBytes(content)
	}
	if added == nil || err != nil {
		// The library's error quotes the line, which may hold a key.
		return nil, mashal.Usagef("a text file of lines NAME=value, or none", "%s in the working folder cannot be read", dotEnv)
	}
	return func(name string) string { return cmp.Or(p.getenv(name), added[name]) }, nil
}

// models opens models by their names. All that use one key share its limiter.
type models struct {
	getenv   func(string) string
	sleep    func(context.Context, time.Duration) error
	baseURL  string // for models whose name has none; "" for the vendor's own, or the environment's
	workers  int
	timeout  time.Duration
	limits   llm.Limits
	prices   *llm.Prices
	budget   *llm.Budget // set before the first request; nil for none
	limiters map[string]*llm.Limiter
	unasked  bool // models are only named: no key is needed
}

// unasked is the provider of models that nothing is asked of: it has a vendor's
// name.
type unasked string

func (u unasked) Name() string { return string(u) }

func (u unasked) Stream(_ context.Context, req llm.Request, _ func([]byte) error) (llm.Response, error) {
	return llm.Response{}, &llm.Error{Kind: llm.Canceled, Provider: string(u), Model: req.Model, Err: errors.New("it was only to be planned for")}
}

// firstTextPatience is how much longer than for the next piece of text the
// first one is waited for: models think before they write.
const firstTextPatience = 5

// open gives the model of a name such as openai:gpt-5.1.
func (m *models) open(name string) (annotate.Model, error) {
	model, err := llm.ParseModel(name)
	if err != nil {
		var named *llm.ModelError
		if errors.As(err, &named) {
			return annotate.Model{}, &mashal.Error{Code: mashal.Usage, Op: named.Error(), Hint: named.Hint()}
		}
		return annotate.Model{}, err
	}
	if m.unasked {
		return annotate.Model{Name: model.Name, Provider: unasked(model.Vendor)}, nil
	}
	provider, address, err := m.provider(model)
	if err != nil {
		hint := "Set the key in the environment or in a .env file in the working folder; mashal simulate needs none of its own."
		return annotate.Model{}, &mashal.Error{Code: mashal.Usage, Op: "ask " + model.Short(), Err: errors.Unwrap(err), Hint: hint}
	}
	// A key's limits are for all protocols of its vendor.
	key := strings.TrimSuffix(model.Vendor, "-responses") + "@" + address
	if m.limiters == nil {
		m.limiters = map[string]*llm.Limiter{}
	}
	if m.limiters[key] == nil {
		m.limiters[key] = llm.NewLimiter(m.workers, m.limits)
	}
	return annotate.Model{Name: model.Name, Provider: &llm.Client{
		Provider: provider, Limiter: m.limiters[key], Budget: m.budget, Prices: m.prices,
		FirstText: firstTextPatience * m.timeout, Idle: m.timeout,
	}}, nil
}

func (m *models) provider(model llm.Model) (p llm.Provider, address string, err error) {
	at := cmp.Or(model.BaseURL, m.baseURL)
	switch model.Vendor {
	case "anthropic":
		c := anthropic.FromEnv(m.getenv)
		c.BaseURL = cmp.Or(at, c.BaseURL)
		p, err = anthropic.New(c)
		return p, c.BaseURL, err
	case "gemini":
		c := gemini.FromEnv(m.getenv)
		c.BaseURL = cmp.Or(at, c.BaseURL)
		p, err = gemini.New(c)
		return p, c.BaseURL, err
	}
	c := openai.FromEnv(m.getenv)
	c.BaseURL = cmp.Or(at, c.BaseURL)
	c.Responses = model.Vendor == "openai-responses"
	p, err = openai.New(c)
	return p, c.BaseURL, err
}

// asking is the flags by which models are chosen and held to a budget.
type asking struct {
	annotator   string
	validator   string
	fallback    []string
	passage     int
	effort      string
	temperature float64
	maxOutput   int
	baseURL     string
	budget      string
	prices      string
	rpm, tpm    int64
	timeout     time.Duration
}

// defaultPassage is how many verses are asked for at once, about. Measured
// with the simulator: docs/models.md has the table.
const defaultPassage = 50

// byModel reports whether a name is a model's and not that of the rules.
func byModel(name string) bool { return name != "" && name != "rules" }

// define gives a command the flags.
func (k *asking) define(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&k.annotator, "annotator", "", "what finds the figures: rules, or a model as `vendor:model` (default: rules)")
	flags.StringVar(&k.validator, "validator", "", "the `model` that judges what was found, or none (default: the annotator, if it is a model)")
	flags.StringSliceVar(&k.fallback, "fallback", nil, "`models` to ask for what fails, in turn")
	flags.IntVar(&k.passage, "passage", defaultPassage, "ask for about so many `verses` at once; 0: whole chapters")
	flags.StringVar(&k.effort, "effort", "", "how much a model reasons: none, minimal, low, medium, high, xhigh, max")
	flags.Float64Var(&k.temperature, "temperature", 0, "the temperature to ask for (default: the model's)")
	flags.IntVar(&k.maxOutput, "max-output", 0, "`tokens` an answer may have, reasoning included (default: the vendor's)")
	flags.StringVar(&k.baseURL, "base-url", "", "the `address` of the server to ask, in place of the vendor's own")
	flags.StringVar(&k.budget, "budget", "", "US `dollars` that this work may cost; nothing is asked that could cost more")
	flags.StringVar(&k.prices, "prices", "", "a price `file` that adds to the prices built in (docs/models.md)")
	flags.Int64Var(&k.rpm, "requests-per-minute", 0, "the key's limit, where the vendor does not tell")
	flags.DurationVar(&k.timeout, "timeout", llm.DefaultIdle, "give up on a request that falls silent for so long; on one that has said\nnothing yet, after five times that")
	flags.Int64Var(&k.tpm, "tokens-per-minute", 0, "likewise, of tokens")
	models := func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return completeModels(), cobra.ShellCompDirectiveNoFileComp
	}
	registerCompletion(cmd, "annotator", models)
	registerCompletion(cmd, "validator", models)
	registerCompletion(cmd, "fallback", models)
	registerCompletion(cmd, "effort", func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		var names []cobra.Completion
		for _, e := range llm.Efforts() {
			names = append(names, string(e))
		}
		return names, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	})
}

// completeModels offers the models whose prices are known, and the rules.
func completeModels() []cobra.Completion {
	names := []cobra.Completion{"rules"}
	for _, p := range llm.DefaultPrices().All() {
		if name := p.Vendor + ":" + p.Model; names[len(names)-1] != name {
			names = append(names, name)
		}
	}
	return names
}

// check refuses what contradicts itself before anything is opened.
func (k *asking) check(given func(string) bool) error {
	if !byModel(k.annotator) && !byModel(k.validator) {
		for _, flag := range []string{"fallback", "passage", "effort", "temperature", "max-output", "base-url", "budget", "requests-per-minute", "tokens-per-minute", "timeout"} {
			if given(flag) {
				return mashal.Usagef("--annotator openai:gpt-5.1 --"+flag+" …", "--%s is for models, and rules need none", flag)
			}
		}
	}
	if k.passage < 0 {
		return mashal.Usagef(fmt.Sprintf("--passage %d, or --passage 0 for whole chapters", defaultPassage), "--passage %d is not a number of verses", k.passage)
	}
	if k.timeout <= 0 {
		return mashal.Usagef("--timeout 2m", "--timeout %s leaves no time for an answer", k.timeout)
	}
	if k.maxOutput < 0 || k.rpm < 0 || k.tpm < 0 {
		return mashal.Usagef("leave it out", "a limit below 0 cannot be kept")
	}
	if k.effort != "" {
		if _, err := llm.ParseEffort(k.effort); err != nil {
			return mashal.Usagef("--effort low", "%s", err)
		}
	}
	return nil
}

// open gives what opens the models, without a budget.
func (k *asking) open(p *program, workers int) (*models, error) {
	getenv, err := p.environment()
	if err != nil {
		return nil, err
	}
	prices := llm.DefaultPrices()
	if k.prices != "" {
		data, err := readRegular(k.prices, 1<<20)
		if err == nil {
			err = prices.Read(strings.NewReader(string(data)), k.prices)
		}
		if err != nil {
			return nil, &mashal.Error{Code: mashal.Usage, Op: "read the price file", Err: err, Hint: "Leave --prices out to use the prices built in."}
		}
	}
	return &models{
		getenv: getenv, sleep: p.sleep, baseURL: k.baseURL, workers: workers, timeout: k.timeout, prices: prices,
		limits: llm.Limits{Requests: llm.Window{Limit: k.rpm}, Tokens: llm.Window{Limit: k.tpm}},
	}, nil
}

// config is how a model is asked, and after it the fallbacks.
func (k *asking) config(m *models, first string, textVersion string, temperature bool) (annotate.Config, error) {
	c := annotate.Config{
		Passage: k.passage, Effort: llm.Effort(k.effort), MaxOutput: k.maxOutput, TextVersion: textVersion,
		Recorder: recorder{}, Sleep: m.sleep, Policy: llm.DefaultPolicy,
	}
	c.Policy.Jitter = rand.Float64
	if temperature {
		c.Temperature = &k.temperature
	}
	for _, name := range append([]string{first}, k.fallback...) {
		model, err := m.open(name)
		if err != nil {
			return c, err
		}
		c.Models = append(c.Models, model)
	}
	return c, nil
}
