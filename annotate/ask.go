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
	failed     int  // requests in a row that failed with kind
	outages    int  // of the model's server before the last failure
	asked      bool // an answer came that did not have these verses
	refused    *refusedPassage
}

// A refusedPassage is what the parts of a passage share that a model has refused.
type refusedPassage struct {
	verses   int  // of the passage
	times    int  // how often the passage and its parts were refused
	answered bool // a part was answered
}

// hopeless reports whether all of the passage is refused, as far as is affordable to
// find out.
func (r *refusedPassage) hopeless() bool {
	return r != nil && !r.answered && r.times >= llm.MostRefusals(r.verses)
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
		if j.refused.hopeless() {
			why := mashal.Failure{Kind: failureKind(llm.Refused), Reason: fmt.Sprintf("the passage and its parts were refused %d times", j.refused.times)}
			if err := failAll(j.verses, why, fail); err != nil {
				return err
			}
			continue
		}
		a.more = a.more || len(jobs) > 0
		r, err := a.call(ctx, q, j.model, j.verses)
		if errors.Is(err, llm.ErrPaused) {
			jobs = append([]job{{verses: j.verses, model: j.model + 1}}, jobs...)
			continue
		}
		if stop := llm.AsStop(err); stop != nil {
			r, err = &reply{stop: stop}, nil
		}
		if err != nil {
			return err
		}
		if r.deferred {
			continue
		}
		if j.refused != nil && len(r.taken) > 0 {
			j.refused.answered = true
		}
		if j.verses = r.unanswered(j.verses); len(j.verses) == 0 {
			continue // all verses are here, also if the request failed
		}
		if len(r.taken) > 0 {
			j.failed = 0 // there is progress
		}
		j.asked = j.asked || r.report != nil
		if err := ctx.Err(); err != nil {
			return err
		}
		var next []job
		switch {
		case r.again:
			next = []job{j}
		case r.stop != nil:
			next, err = a.afterStop(&j, jobs, r.stop, fail)
		case r.err != nil:
			next, err = a.afterFailure(ctx, &j, r, fail)
			if llm.KindOf(r.err) == llm.Refused && len(next) > 1 {
				// Both halves are asked for before the halves of one, so that it shows early
				// whether all of the passage is refused.
				jobs, next = append(jobs, next...), nil
			}
		default:
			next, err = a.afterIncomplete(&j, r, fail)
		}
		if err != nil {
			return err
		}
		jobs = append(next, jobs...)
	}
	return nil
}

// afterStop returns the job that follows when the brake of a model has stopped:
// the next model is asked. Without one the run ends, and the verses of j and of the
// jobs that follow have failed if they were asked for and no answer could be used.
// Otherwise they stay not run.
func (a *asker) afterStop(j *job, others []job, stopped error, fail func(int, mashal.Failure) error) ([]job, error) {
	stop := llm.AsStop(stopped)
	if j.model+1 < len(a.config.Models) && !stop.Fatal {
		return []job{{verses: j.verses, model: j.model + 1}}, nil
	}
	if stop.Unusable && !stop.Fatal && j.asked {
		why := mashal.Failure{Kind: failureKind(stop.Kind), Reason: stop.Error()}
		for _, j := range append([]job{*j}, others...) {
			if !j.asked {
				continue
			}
			if err := failAll(j.verses, why, fail); err != nil {
				return nil, err
			}
		}
	}
	return nil, runError(stopped)
}

// failureKind returns a kind of failure as a verse has it.
func failureKind(k llm.Kind) string {
	if k == llm.KindNone {
		return "missing"
	}
	return strings.ReplaceAll(k.String(), " ", "-")
}

// afterFailure returns the jobs that follow on a failed request, as the policy
// decides. During an outage that pauses the run the same request follows, and the
// failures that the outage explains do not count. j has the verses that are not
// answered.
func (a *asker) afterFailure(ctx context.Context, j *job, r *reply, fail func(int, mashal.Failure) error) ([]job, error) {
	kind := llm.KindOf(r.err)
	if kind == llm.KindNone {
		return nil, r.err
	}
	if kind != j.kind {
		j.kind, j.failed = kind, 0
	}
	if r.outages != j.outages { // the earlier failures were the server's
		j.outages, j.failed = r.outages, 0
	}
	j.failed++
	if r.held {
		return []job{*j}, nil // the brake decides when it is sent again
	}
	situation := llm.Situation{Attempts: j.failed, CanSplit: len(j.verses) > 1, HasNext: j.model+1 < len(a.config.Models), Worked: r.worked}
	if kind == llm.Refused {
		if j.refused == nil {
			j.refused = &refusedPassage{verses: len(j.verses)}
		}
		j.refused.times++
		situation.Refusals, situation.Verses = j.refused.times, j.refused.verses
	}
	d := a.config.Policy.Decide(r.err, situation)
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
	return nil, failAll(j.verses, mashal.Failure{Kind: failureKind(kind), Reason: d.Reason}, fail)
}

// failAll gives verses up for one reason.
func failAll(verses []int, why mashal.Failure, fail func(int, mashal.Failure) error) error {
	for _, v := range verses {
		if err := fail(v, why); err != nil {
			return err
		}
	}
	return nil
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
		jobs = append(jobs, job{part, j.model, j.incomplete, j.kind, j.failed, j.outages, j.asked, j.refused})
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
