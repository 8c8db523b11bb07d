package forecast

import (
	"context"
	"math"
	"time"

	"mashal"
	"mashal/llm"
)

// A Basis is what a plan expects of the models, and how that is known.
type Basis struct {
	Detection, Validation Pace

	FigurativeShare    float64 // the share of the annotated verses that have figures, 0 to 1
	FigurativeMeasured int     // verses on which FigurativeShare was measured; 0: it is assumed

	DoubtfulShare float64 // the share of the verses with figures that are validated if only doubtful ones are, 0 to 1

	FigureTokens         float64 // tokens that show a validator the figures of one verse
	FigureTokensMeasured int     // verses on which FigureTokens was measured; 0: it is assumed
}

// A Pace is how much a model writes for one purpose, and how fast.
type Pace struct {
	Measured        int     // verses on which all this was measured; 0: it is assumed
	OutputTokens    float64 // of the answer itself, per verse asked for
	ReasoningTokens float64 // per verse asked for
	InputFactor     float64 // tokens that the vendor counts for one of llm.CountTokens

	FirstText       time.Duration // from sending a request to the first text
	CacheDelay      time.Duration // from sending a request until others with the same instructions find them in the vendor's cache
	SecondsPerToken float64       // of text after that
}

// count returns the vendor's count of tokens for one of llm.CountTokens.
func (p Pace) count(tokens int64) int64 { return int64(math.Round(float64(tokens) * p.InputFactor)) }

// What is assumed of a model on which nothing was measured.
const (
	AssumedFirstText       = time.Minute
	AssumedSecondsPerToken = 1.0 / 62
)

const (
	measuredRequests = 500 // the latest of a model on which its pace is measured
	countedRequests  = 50  // of these, those whose prompts are counted
)

// measureAll replaces what is assumed by what the ledger knows of the models.
func (p *planner) measureAll(ctx context.Context) error {
	b := &p.plan.Basis
	if _, err := p.measure(ctx, &b.Detection, p.plan.Annotator.Name, mashal.Detection); err != nil {
		return err
	}
	if p.cfg.Validator == nil {
		return nil
	}
	prompts, err := p.measure(ctx, &b.Validation, p.plan.Validator.Name, mashal.Validation)
	if err != nil {
		return err
	}
	if prompts.verses > 0 {
		b.FigureTokensMeasured, b.FigureTokens = prompts.verses, float64(prompts.tokens)/float64(prompts.verses)
	}
	found, err := p.cfg.Ledger.FigureRate(ctx, p.plan.Annotator.Name)
	if err != nil {
		return err
	}
	if found.Verses > 0 {
		b.FigurativeMeasured, b.FigurativeShare = found.Verses, float64(found.Figurative)/float64(found.Verses)
	}
	if found.Figurative > 0 {
		b.DoubtfulShare = float64(found.Doubtful) / float64(found.Figurative)
	}
	return nil
}

// countedPrompts are the tokens of prompts, without the parts that requests share,
// and the verses that they ask for.
type countedPrompts struct {
	tokens int64
	verses int
}

// measure replaces pace by what was measured on a model's requests with the same
// effort. It leaves pace if there are none.
func (p *planner) measure(ctx context.Context, pace *Pace, model string, purpose mashal.Purpose) (prompts countedPrompts, err error) {
	requests, err := p.cfg.Ledger.ModelCalls(ctx, model, purpose, measuredRequests)
	if err != nil {
		return prompts, err
	}
	schema, err := p.schemaTokens(purpose)
	if err != nil {
		return prompts, err
	}
	var used mashal.Tokens
	var first, writing time.Duration
	var n, online, verses int
	var timed []mashal.Call
	var vendorCount, ourCount, onlineWritten int64
	for _, r := range requests {
		if r.Settings["effort"] != string(p.cfg.Effort) {
			continue
		}
		n++
		verses += len(r.Verses)
		used.Add(r.Tokens)
		if r.Settings["batch"] == "" { // when a batch is answered says nothing
			online++
			first += r.FirstText
			writing += r.Duration - r.FirstText
			onlineWritten += r.Tokens.Output - r.Tokens.Reasoning
			timed = append(timed, r)
		}
		if n > countedRequests {
			continue
		}
		dialogue, err := p.cfg.Ledger.Dialogue(ctx, r.ID)
		if err != nil {
			return prompts, err
		}
		prompt := llm.CountTokens(dialogue.Prompt)
		prompts.tokens += prompt
		prompts.verses += len(r.Verses)
		vendorCount += r.Tokens.Input
		ourCount += p.cfg.Counter.count(dialogue.System) + p.cfg.Counter.count(dialogue.Shared) + prompt + schema
	}
	written := used.Output - used.Reasoning
	if n == 0 || verses == 0 || written <= 0 {
		return countedPrompts{}, nil
	}
	pace.Measured, pace.OutputTokens, pace.ReasoningTokens, pace.InputFactor = verses, float64(written)/float64(verses), float64(used.Reasoning)/float64(verses), 1
	pace.CacheDelay = pace.FirstText
	if online > 0 && onlineWritten > 0 {
		pace.FirstText, pace.SecondsPerToken = first/time.Duration(online), writing.Seconds()/float64(onlineWritten)
		_, asked := p.paceOf(&request{purpose: purpose})
		pace.CacheDelay = cacheDelay(timed, llm.CachingOf(asked.Vendor).Life, pace.FirstText)
	}
	if vendorCount > 0 && ourCount > 0 {
		pace.InputFactor = float64(vendorCount) / float64(ourCount)
	}
	return prompts, nil
}

// schemaTokens returns the tokens of the schema that answers must have, which the
// ledger does not keep with the prompts.
func (p *planner) schemaTokens(purpose mashal.Purpose) (int64, error) {
	text, err := p.cfg.Text.Chapter(p.cfg.Selection[0].Chapter)
	if err != nil {
		return 0, err
	}
	if purpose == mashal.Validation {
		return p.cfg.Counter.validation(p.cfg.Validator, text, 0).schema, nil
	}
	for _, s := range p.cfg.Counter.detection(p.cfg.Annotator, text, []int{1}) {
		return s.schema, nil
	}
	return 0, nil
}
