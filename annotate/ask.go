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

// maxIncomplete is the number of complete answers in a row that may lack a verse,
// or contain it damaged, before the next model is asked for the verse.
const maxIncomplete = 3

// An asker makes requests until every verse is answered or has failed. It is used
// for one call of Annotate or Validate.
type asker struct {
	config   Config
	session  Session
	cacheKey string
	more     bool           // more requests for the same chapter follow
	made     map[string]int // number of requests, by key
}

func newAsker(c Config, s Session, identity mashal.Annotator) *asker {
	return &asker{config: c, session: s.withDefaults(), cacheKey: identity.Fingerprint[:16], made: map[string]int{}}
}

// A job is verses to request from a model, and how earlier requests for them ended.
type job struct {
	verses     []int
	model      int // index in Models
	incomplete int // complete answers in a row that lacked these verses
	kind       llm.Kind
	failed     int // requests in a row that failed with kind
}

// ask requests the verses, ascending, in passages of the configured length. It
// calls fail for each verse that it gives up. An error means that no other request
// can succeed, or that something other than a model failed.
func (a *asker) ask(ctx context.Context, q *question, verses []int, fail func(verse int, why mashal.Failure) error) error {
	var jobs []job
	for part := range passages(verses, a.config.Passage) {
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
		if j.verses = r.unanswered(j.verses); len(j.verses) == 0 {
			continue // all verses are here, also if the request failed
		}
		if len(r.taken) > 0 {
			j.failed = 0 // there is progress
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		var next []job
		if r.again {
			jobs = append([]job{j}, jobs...)
			continue
		}
		if r.err != nil {
			next, err = a.afterFailure(ctx, &j, r, fail)
		} else {
			next, err = a.afterIncomplete(&j, r, fail)
		}
		if err != nil {
			return err
		}
		jobs = append(next, jobs...)
	}
	return nil
}

// afterFailure returns the jobs that follow on a failed request, as the policy
// decides. j has the verses that are not answered.
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
		if !r.recorded {
			if err := a.session.Wait(ctx, d.Wait); err != nil {
				return nil, err
			}
		}
		return []job{*j}, nil
	case llm.Split:
		return j.split((len(j.verses) + 1) / 2), nil
	case llm.NextModel:
		return []job{{verses: j.verses, model: j.model + 1}}, nil
	case llm.Stop:
		return nil, runError(r.err)
	}
	why := mashal.Failure{Kind: strings.ReplaceAll(kind.String(), " ", "-"), Reason: d.Reason}
	for _, v := range j.verses {
		if err := fail(v, why); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// afterIncomplete returns the jobs that follow on a complete answer without some
// verses. They are requested in shorter passages, of which models lose fewer
// verses, and then from the next model.
func (a *asker) afterIncomplete(j *job, r *reply, fail func(int, mashal.Failure) error) ([]job, error) {
	j.incomplete++
	switch {
	case j.incomplete < maxIncomplete:
		j.kind, j.failed = llm.KindNone, 0
		return j.split(max(1, len(j.verses)/2)), nil
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

// split divides the job into passages of at most the given number of verses. They
// keep its counts of failures: otherwise each part would be retried as often as the
// whole, which is hundreds of requests for a chapter while a server is down.
func (j *job) split(most int) []job {
	var jobs []job
	for part := range slices.Chunk(j.verses, most) {
		jobs = append(jobs, job{part, j.model, j.incomplete, j.kind, j.failed})
	}
	return jobs
}

// passages divides verses into passages of nearly equal length, of at most the
// given number of verses; 0 does not divide them.
func passages(verses []int, most int) func(yield func([]int) bool) {
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

// runError returns the error after which no other request of the run can succeed.
func runError(err error) error {
	e := &mashal.Error{Code: mashal.Usage, Op: "ask a language model", Err: err}
	switch llm.KindOf(err) {
	case llm.OverBudget:
		e.Code, e.Hint = mashal.OverBudget, "Raise the budget and run the same command again: what is done is kept."
		if errors.Is(err, llm.ErrPriceUnknown) {
			e.Hint = "Add the model's price in a price file with --prices FILE, or leave --budget out."
		}
	case llm.Auth:
		e.Hint = "Check the key in the environment."
	case llm.UnknownModel:
		e.Hint = "Check the model's name, and that the key has access to it."
	case llm.WrongAddress:
		e.Hint = "Check the address of the server. For a server that speaks OpenAI's protocol it should end in /v1."
	case llm.Quota:
		e.Hint = "Check the credit of the account, and run the same command again."
	case llm.Canceled:
		return errors.Join(context.Canceled, err)
	default:
		return fmt.Errorf("ask a language model: %w", err)
	}
	return e
}
