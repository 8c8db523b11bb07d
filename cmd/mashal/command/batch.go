package command

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/pflag"

	"mashal"
	"mashal/annotate"
	"mashal/batch"
	"mashal/ledger"
	"mashal/llm"
	"mashal/pipeline"
)

// batchFlags are the flags of requests in batches.
type batchFlags struct {
	batch        bool
	wait         bool
	finishOnline bool
}

// define adds the flags to a command.
func (f *batchFlags) define(flags *pflag.FlagSet) {
	flags.BoolVar(&f.batch, "batch", false, "send the requests in batches, which are answered within a day at half the price")
	flags.BoolVar(&f.wait, "wait", false, "with --batch: stay until the batches have ended, and send what is missing in others;\nwith --fleet: stay until the run has ended, and enter its chapters into the concordance")
	flags.BoolVar(&f.finishOnline, "finish-online", false, "with --batch: request what is missing in the answers at once, not in another batch")
}

// batchFlagNames lists the flags, for command lines that repeat one.
var batchFlagNames = []string{"batch", "wait", "finish-online"}

// words returns the flags that are set, as words of a command line.
func (f *batchFlags) words() (words []string) {
	for i, set := range []bool{f.batch, f.wait, f.finishOnline} {
		if set {
			words = append(words, "--"+batchFlagNames[i])
		}
	}
	return words
}

// check returns an error if the flags contradict others. A run of a fleet can be waited
// for too.
func (f *batchFlags) check(models *modelFlags, fleet bool) error {
	if f.finishOnline && !f.batch {
		return mashal.Usagef("--batch --finish-online", "--finish-online is for batches")
	}
	if f.wait && !f.batch && !fleet {
		return mashal.Usagef("--batch --wait, or --fleet --wait", "--wait is for batches and for runs of a fleet; without them the command always stays until the run has ended")
	}
	if f.batch && !byModel(models.annotator) && (!byModel(models.validator) || models.validator == noValidator) {
		return mashal.Usagef("--annotator openai:gpt-5.1 --batch", "--batch is for models, and no model is named")
	}
	if f.batch && models.votes > 1 {
		return mashal.Usagef("leave out one of them", "--batch and --votes exclude each other: the readings of a passage are requested one after the other")
	}
	return nil
}

// sender returns the sender of batches to the models of an annotator and of a
// validator.
func (f *batchFlags) sender(p *program, budget *llm.Budget, configs ...*annotate.Config) (*batch.Sender, error) {
	conf := batch.Config{
		Clients: map[string]*llm.Client{}, CheckKind: map[string]func(string) error{}, Capabilities: map[string]*llm.Capabilities{},
		Budget: budget, Wait: f.wait, FinishOnline: f.finishOnline && p.cancelling == nil, Cancel: p.cancelling, Backoff: p.backoff,
	}
	for _, c := range configs {
		if c == nil {
			continue
		}
		for _, m := range c.Models {
			client, ok := m.Provider.(*llm.Client)
			if !ok {
				return nil, fmt.Errorf("the provider of %s has no batches", m)
			}
			name := m.String()
			conf.Clients[name], conf.Capabilities[name] = client, m.Capabilities
			conf.CheckKind[name] = func(answered string) error { return c.CheckKind(m, answered) }
		}
	}
	return batch.New(conf)
}

// batchEvent is the event of --json for what happened to a batch.
type batchEvent struct {
	Event    string `json:"event"` // "batch"
	Batch    string `json:"batch"`
	Key      string `json:"key"`
	Model    string `json:"model"`
	Purpose  string `json:"purpose"`
	State    string `json:"state"`
	Requests int    `json:"requests"`
	Answered int    `json:"answered"`
	Failed   int    `json:"failed"`
	Missing  int    `json:"not_processed"`
	Text     string `json:"text"`
}

// leftEvent is the event of --json for a run that ends while batches are under way.
type leftEvent struct {
	Event   string `json:"event"` // "left"
	Batches int    `json:"batches"`
	Kept    int    `json:"requests_over_budget"`
}

func newBatchEvent(e pipeline.Batched) batchEvent {
	b := &e.Batch
	return batchEvent{"batch", b.VendorID, b.Key, b.Model, string(b.Purpose), string(b.State), b.Requests, b.Answered, b.Failed, b.Unanswered, e.What}
}

// mustNotBeInBatch returns an error if verses of the selection are in a batch under
// way and the command does not use batches: they would be paid for twice.
func mustNotBeInBatch(ctx context.Context, store *ledger.Ledger, cfg *pipeline.Config) error {
	passages, err := store.BatchedPassages(ctx, cfg.Annotator.Identity().Fingerprint)
	if err != nil {
		return err
	}
	for _, p := range passages {
		if p.Open == 0 || p.Purpose == mashal.Validation && cfg.Validator == nil {
			continue
		}
		for _, part := range cfg.Selection.Passages(p.Chapter) {
			if i := slices.IndexFunc(p.Verses, part.Contains); i >= 0 {
				return &mashal.Error{
					Code: mashal.Usage, Op: "annotate without --batch",
					Err:  fmt.Errorf("%s:%d is in a batch under way, and would be paid for twice", p.Chapter, p.Verses[i]),
					Hint: "Add --batch, which takes the batch up. mashal status shows it.",
				}
			}
		}
	}
	return nil
}
