package pipeline

import (
	"context"
	"time"

	"mashal"
	"mashal/ledger"
	"mashal/llm"
)

// Experience is what a plan is reckoned by.
type Experience struct {
	Detection, Validation Pace

	JudgedOn int     // verses that Judged was counted on; 0: it is assumed
	Judged   float64 // the share of the verses read that have figures to be judged, 0 to 1

	ShownOn int     // verses that Shown was counted on; 0: it is assumed
	Shown   float64 // tokens that a validator is shown of the figures of each of these
}

// A Pace is how much a model reads and writes, and how fast, for one purpose.
type Pace struct {
	Verses    int     // asked for, that all this was measured on; 0: it is assumed
	Text      float64 // tokens written per verse asked for, of the answer itself
	Reasoning float64 // tokens of reasoning, likewise
	Counted   float64 // tokens its vendor counts for one that llm.CountTokens does

	FirstText time.Duration // from the request to the first text
	PerToken  float64       // seconds per token of text after that
}

// What is assumed of a model that nothing was measured of: a minute to the first
// text, and 62 tokens per second after that.
const (
	AssumedFirstText = time.Minute
	AssumedPerToken  = 1.0 / 62
)

// How many of a model's latest requests are looked at, and of how many of these
// the prompts are counted.
const (
	measuredOn = 500
	countedOn  = 50
)

// learn takes from the ledger what it knows of the models.
func (p *planner) learn(ctx context.Context) error {
	e := &p.plan.Experience
	if _, err := p.measure(ctx, &e.Detection, p.plan.Detector.Name, ledger.Detection); err != nil {
		return err
	}
	if p.Judge == nil {
		return nil
	}
	shown, err := p.measure(ctx, &e.Validation, p.plan.Judge.Name, ledger.Validation)
	if err != nil {
		return err
	}
	if shown.verses > 0 {
		e.ShownOn, e.Shown = shown.verses, float64(shown.tokens)/float64(shown.verses)
	}
	found, err := p.Ledger.Found(ctx, p.plan.Detector.Name)
	if err != nil {
		return err
	}
	if found.Verses > 0 {
		e.JudgedOn, e.Judged = found.Verses, float64(found.Figurative)/float64(found.Verses)
	}
	return nil
}

// shown are prompts, without what they share with others, and the verses they
// ask for.
type shown struct {
	tokens int64
	verses int
}

// measure puts in place of a pace what was measured at the same effort, if
// anything was.
func (p *planner) measure(ctx context.Context, pace *Pace, model string, purpose ledger.Purpose) (prompts shown, err error) {
	requests, err := p.Ledger.ModelRequests(ctx, model, purpose, measuredOn)
	if err != nil {
		return prompts, err
	}
	schema, err := p.schema(purpose)
	if err != nil {
		return prompts, err
	}
	var used mashal.Tokens
	var first, writing time.Duration
	var n, verses int
	var counted, ours int64
	for _, r := range requests {
		if r.Settings["effort"] != string(p.Effort) {
			continue
		}
		n++
		verses += len(r.Verses)
		used.Add(r.Response.Usage)
		first += r.Response.FirstText
		writing += r.Response.Duration - r.Response.FirstText
		if n > countedOn {
			continue
		}
		said, err := p.Ledger.Dialogue(ctx, r.ID)
		if err != nil {
			return prompts, err
		}
		prompt := llm.CountTokens(said.Prompt)
		prompts.tokens += prompt
		prompts.verses += len(r.Verses)
		counted += r.Response.Usage.Input
		ours += p.Counter.count(said.System) + p.Counter.count(said.Shared) + prompt + schema
	}
	written := used.Output - used.Reasoning
	if n == 0 || verses == 0 || written <= 0 {
		return shown{}, nil
	}
	*pace = Pace{
		Verses: verses, Text: float64(written) / float64(verses), Reasoning: float64(used.Reasoning) / float64(verses), Counted: 1,
		FirstText: first / time.Duration(n), PerToken: writing.Seconds() / float64(written),
	}
	if counted > 0 && ours > 0 {
		pace.Counted = float64(counted) / float64(ours)
	}
	return prompts, nil
}

// schema is the tokens of the form that answers are held to, which is not kept
// with the prompts.
func (p *planner) schema(purpose ledger.Purpose) (int64, error) {
	text, err := p.Text.Chapter(p.Selection[0].Chapter)
	if err != nil {
		return 0, err
	}
	if purpose == ledger.Validation {
		return p.Counter.validation(p.Judge, text, 0).schema, nil
	}
	for _, s := range p.Counter.detection(p.Detector, text, []int{1}) {
		return s.schema, nil
	}
	return 0, nil
}
