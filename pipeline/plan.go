package pipeline

import (
	"context"
	"time"

	"mashal"
	"mashal/corpus"
	"mashal/ledger"
	"mashal/llm"
)

// A Detector says what it would ask a model for the figures of some verses of a
// chapter: one request for each of its passages, or none if it needs no model.
type Detector interface {
	Identity() mashal.Annotator
	Passages(verses []int) [][]int
	Requests(chapter *mashal.ChapterText, verses []int) []llm.Request
}

// A Judge says what it would ask a model for verdicts on the figures of some
// results.
type Judge interface {
	Identity() mashal.Annotator
	Passages(verses []int) [][]int
	Requests(chapter *mashal.ChapterText, results []mashal.Result) []llm.Request
}

// A PlanConfig says what to plan for.
type PlanConfig struct {
	Text      *corpus.Corpus
	Selection mashal.Selection
	Ledger    *ledger.Ledger // what was done before and what it took; nil: nothing was
	Detector  Detector
	Judge     Judge // nil: nobody judges
	Effort    llm.Effort
	Workers   int // from 1
	Prices    *llm.Prices
	Limits    llm.Limits // of the key, where they are known
	Expected  Experience // of models that the ledger knows nothing of
	Counter   *Counter
}

// A Plan is what is to do and what it will take, said before anything is spent.
// It takes everything to go well: what has to be asked again comes on top.
type Plan struct {
	Detector, Judge mashal.Annotator // the judge's name is "" if there is none
	AlreadyDone     int              // verses that are not read again
	Books           []PlannedBook    // that something is to do in, in canonical order
	Total           PlannedBook      // without a book
	Time            time.Duration    // at Workers requests at once, longest first
	SpentBefore     mashal.Money     // on the same work, by earlier runs: a budget counts it too
	Budget          mashal.Cost      // the smallest that does: what requests under way may cost is set aside
	Experience      Experience       // what all this is reckoned by
}

// A PlannedBook is what is to do in one book.
type PlannedBook struct {
	Book       mashal.Book
	Chapters   int
	Verses     int          // to read
	ToValidate int          // verses read before whose figures are to be judged
	Detection  ledger.Spend // as expected
	Validation ledger.Spend
}

// Spend is what is expected to be spent, on both.
func (b *PlannedBook) Spend() ledger.Spend {
	s := b.Detection
	s.Add(b.Validation)
	return s
}

// NewPlan plans what a run with the same settings would do now.
func NewPlan(ctx context.Context, cfg PlanConfig) (*Plan, error) {
	p := &planner{PlanConfig: cfg, plan: &Plan{Detector: cfg.Detector.Identity()}, detector: modelNamed(cfg.Detector.Identity().Name)}
	var judge string
	if cfg.Judge != nil {
		p.plan.Judge = cfg.Judge.Identity()
		p.judge, judge = modelNamed(p.plan.Judge.Name), p.plan.Judge.Fingerprint
	}
	p.plan.Experience = cfg.Expected
	todo := ledger.Everything(cfg.Selection)
	if cfg.Ledger != nil {
		var err error
		if todo, err = cfg.Ledger.Todo(ctx, p.plan.Detector.Fingerprint, judge, cfg.Selection); err != nil {
			return nil, err
		}
		if p.plan.SpentBefore, err = cfg.Ledger.SpentBefore(ctx, p.plan.Detector.Fingerprint, cfg.Selection); err != nil {
			return nil, err
		}
		if err := p.learn(ctx); err != nil {
			return nil, err
		}
	}
	p.plan.AlreadyDone = todo.AlreadyDone
	for _, w := range todo.Work {
		if err := p.read(w); err != nil {
			return nil, err
		}
	}
	for _, w := range todo.Validate {
		if err := p.judgeFound(ctx, w); err != nil {
			return nil, err
		}
	}
	p.finish()
	return p.plan, nil
}
