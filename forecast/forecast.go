package forecast

import (
	"context"
	"time"

	"mashal"
	"mashal/corpus"
	"mashal/ledger"
	"mashal/llm"
)

// An Annotator returns the requests that it would make to find the figures of some
// verses of a chapter: one for each passage, or none if it asks no model.
type Annotator interface {
	Identity() mashal.Annotator
	Passages(verses []int) [][]int
	Requests(chapter *mashal.ChapterText, verses []int) []llm.Request
}

// A Validator returns the requests that it would make to validate the figures of
// some results.
type Validator interface {
	Identity() mashal.Annotator
	Passages(verses []int) [][]int
	Requests(chapter *mashal.ChapterText, results []mashal.Result) []llm.Request
}

// A Config says what to plan.
type Config struct {
	Text      *corpus.Corpus
	Selection mashal.Selection
	Ledger    *ledger.Ledger // what was done before, and what it took; nil: nothing was
	Annotator Annotator
	Validator Validator // nil: figures are not validated

	// ValidateBelow is the confidence that a figure of a verse must be below for the
	// verse to be validated; 0 validates all.
	ValidateBelow float64

	Votes    int // readings of each passage, one after the other; 0 is 1
	Effort   llm.Effort
	Workers  int  // from 1
	Batch    bool // requests are sent in batches, at the vendor's price for these
	Prices   *llm.Prices
	Limits   llm.Limits // of the key, as far as they are known
	Expected Basis      // for models that the ledger knows nothing of
	Counter  *Counter
}

// A Plan is what is still to do and what it is expected to take. It assumes that
// nothing fails: requests that are made again come on top.
type Plan struct {
	Annotator, Validator mashal.Annotator // the validator's name is "" if there is none
	AlreadyDone          int              // verses that are not annotated again
	Books                []Book           // in which something is to do, in canonical order
	Total                Book             // of all books
	Time                 time.Duration    // with Workers requests at once, the longest first; of batches the longest that they may take
	SpentBefore          mashal.Money     // on the same work by earlier runs, which counts against a budget
	Budget               mashal.Cost      // the smallest budget that suffices: the highest cost of requests in flight, or of a batch, is reserved
	Basis                Basis            // of the expectations
}

// A Book is what is to do in one book.
type Book struct {
	Book       mashal.Book
	Chapters   int
	Verses     int          // to annotate
	ToValidate int          // verses annotated before whose figures are to be validated
	Detection  mashal.Spend // as expected
	Validation mashal.Spend
}

// Spend returns what detection and validation are expected to use and cost.
func (b *Book) Spend() mashal.Spend {
	s := b.Detection
	s.Add(b.Validation)
	return s
}

// BatchTime is the time within which vendors answer a batch.
const BatchTime = 24 * time.Hour

// New returns the plan of a run with these settings.
func New(ctx context.Context, cfg Config) (*Plan, error) {
	p := &planner{
		cfg: cfg, plan: &Plan{Annotator: cfg.Annotator.Identity(), Basis: cfg.Expected}, annotator: modelOf(cfg.Annotator.Identity().Name),
		books: map[mashal.Book]*Book{}, counted: map[mashal.Chapter]bool{}, worst: map[mashal.Purpose]mashal.Money{},
	}
	var validator string
	if cfg.Validator != nil {
		p.plan.Validator = cfg.Validator.Identity()
		p.validator, validator = modelOf(p.plan.Validator.Name), p.plan.Validator.Fingerprint
	}
	todo := ledger.FullTodo(cfg.Selection)
	if cfg.Ledger != nil {
		var err error
		if todo, err = cfg.Ledger.Todo(ctx, p.plan.Annotator.Fingerprint, validator, cfg.ValidateBelow, cfg.Selection); err != nil {
			return nil, err
		}
		if p.plan.SpentBefore, err = cfg.Ledger.SpentBefore(ctx, p.plan.Annotator.Fingerprint, cfg.Selection); err != nil {
			return nil, err
		}
		if err := p.measureAll(ctx); err != nil {
			return nil, err
		}
	}
	p.plan.AlreadyDone = todo.AlreadyDone
	for _, w := range todo.Work {
		if err := p.addDetection(w); err != nil {
			return nil, err
		}
	}
	for _, w := range todo.Validate {
		if err := p.addValidation(ctx, w); err != nil {
			return nil, err
		}
	}
	p.finish()
	return p.plan, nil
}
