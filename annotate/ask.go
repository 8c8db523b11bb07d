package annotate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"mashal"
	"mashal/llm"
)

// unsound is how many answers in a row that end well may lack a verse or hold
// it damaged before the next model is asked for it.
const unsound = 3

// An asker asks until every verse is answered or has failed for a reason. It
// serves one call of Annotate or Validate.
type asker struct {
	config   Config
	session  Session
	cacheKey string
	more     bool           // other requests on the same chapter follow
	made     map[string]int // requests by key
}

func newAsker(c Config, s Session, identity mashal.Annotator) *asker {
	return &asker{config: c, session: s.withDefaults(), cacheKey: identity.Fingerprint[:16], made: map[string]int{}}
}

// A job is verses to ask one model for, and what became of that so far.
type job struct {
	verses  []int
	model   int // index in Models
	unsound int // answers in a row that ended well and lacked these verses
	kind    llm.Kind
	failed  int // requests in a row that failed in the way of kind
}

// ask asks for the verses, ascending, in passages of the size configured. It
// calls fail for each verse that it gives up. An error means that no request
// can work any more, or what is not the models' doing.
func (a *asker) ask(ctx context.Context, q *question, verses []int, fail func(verse int, why mashal.Failure) error) error {
	var jobs []job
	for part := range pieces(verses, a.config.Passage) {
		jobs = append(jobs, job{verses: part})
	}
	for len(jobs) > 0 {
		j := jobs[0]
		jobs = jobs[1:]
		a.more = a.more || len(jobs) > 0
		r, err := a.call(ctx, q, a.config.Models[j.model], j.verses)
		if err != nil {
			return err
		}
		if j.verses = r.wanting(j.verses); len(j.verses) == 0 {
			continue // however the answer ended, nothing is lacking
		}
		if len(r.taken) > 0 {
			j.failed = 0 // it gets on
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		var again []job
		if r.err != nil {
			again, err = a.afterFailure(ctx, &j, r, fail)
		} else {
			again, err = a.afterUnsound(&j, r, fail)
		}
		if err != nil {
			return err
		}
		jobs = append(again, jobs...)
	}
	return nil
}

// afterFailure does what the policy says of a failed request; j has the verses
// it left wanting.
func (a *asker) afterFailure(ctx context.Context, j *job, r *reply, fail func(int, mashal.Failure) error) ([]job, error) {
	kind := llm.KindOf(r.err)
	if kind == llm.KindNone {
		return nil, r.err
	}
	if kind != j.kind {
		j.kind, j.failed = kind, 0
	}
	j.failed++
	d := a.config.Policy.Decide(r.err, llm.Situation{Attempts: j.failed, CanSplit: len(j.verses) > 1, HasNext: j.model+1 < len(a.config.Models)})
	switch d.Action {
	case llm.Wait:
		if !r.known {
			if err := a.session.Wait(ctx, d.Wait); err != nil {
				return nil, err
			}
		}
		return []job{*j}, nil
	case llm.Split:
		return j.smaller((len(j.verses) + 1) / 2), nil
	case llm.NextModel:
		return []job{{verses: j.verses, model: j.model + 1}}, nil
	case llm.Stop:
		return nil, stopped(r.err)
	}
	why := mashal.Failure{Kind: strings.ReplaceAll(kind.String(), " ", "-"), Reason: d.Reason}
	for _, v := range j.verses {
		if err := fail(v, why); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// afterUnsound asks again for what an answer lacks that ended well: in smaller
// passages, since a model that loses verses loses fewer of few, then by the
// next model.
func (a *asker) afterUnsound(j *job, r *reply, fail func(int, mashal.Failure) error) ([]job, error) {
	j.unsound++
	switch {
	case j.unsound < unsound:
		j.kind, j.failed = llm.KindNone, 0
		return j.smaller(max(1, len(j.verses)/2)), nil
	case j.model+1 < len(a.config.Models):
		return []job{{verses: j.verses, model: j.model + 1}}, nil
	}
	for _, v := range j.verses {
		if err := fail(v, r.why(v)); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// smaller is the job in passages of at most so many verses. What was counted
// against it stays: were each part tried as often as the whole, a server that
// is down would be asked hundreds of times for a chapter.
func (j *job) smaller(most int) []job {
	var jobs []job
	for part := range slices.Chunk(j.verses, most) {
		jobs = append(jobs, job{part, j.model, j.unsound, j.kind, j.failed})
	}
	return jobs
}

// pieces cuts verses into passages of at most so many, none much smaller than
// another; 0 does not cut.
func pieces(verses []int, most int) func(yield func([]int) bool) {
	n := 1
	if most > 0 {
		n = (len(verses) + most - 1) / most
	}
	return func(yield func([]int) bool) {
		for i := range n {
			if part := verses[i*len(verses)/n : (i+1)*len(verses)/n]; len(part) > 0 && !yield(part) {
				return
			}
		}
	}
}

// stopped is the error of a run that no request can go on with.
func stopped(err error) error {
	e := &mashal.Error{Code: mashal.Usage, Op: "ask a language model", Err: err}
	switch llm.KindOf(err) {
	case llm.OverBudget:
		e.Code, e.Hint = mashal.OverBudget, "Raise the budget and run the same command: what is done is kept."
		if errors.Is(err, llm.ErrPriceUnknown) {
			e.Hint = "Give the model's price in a price file, with --prices FILE, or leave --budget out."
		}
	case llm.Auth:
		e.Hint = "Check the key in the environment."
	case llm.UnknownModel:
		e.Hint = "Check the model's name, and that the key may use it."
	case llm.Quota:
		e.Hint = "Check the credit of the account; the same command then goes on."
	case llm.Canceled:
		return errors.Join(context.Canceled, err)
	default:
		return fmt.Errorf("ask a language model: %w", err)
	}
	return e
}
