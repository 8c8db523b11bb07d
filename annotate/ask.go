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

// maxBatches is the number of batches in a row in which the requests for some verses may
// fail without any progress because of the server, before the next model is asked for
// them. It is twice as many if the answers are of no use, because requests for fewer
// verses may help.
const maxBatches = 4

// A job is verses to request from a model, and how earlier requests for them ended.
type job struct {
	verses      []int
	shown       []int // verses of the chapter that the prompt shows; nil for all
	model       int   // index in Models
	incomplete  int   // complete answers in a row that lacked these verses
	kind        llm.Kind
	failed      int  // requests in a row that failed with kind
	failedInRow int  // requests in a row that failed without an answer, of any kind
	outages     int  // of the model's server before the last failure
	asked       bool // an answer came that did not have these verses
	refused     *refusedPassage

	// skipped are the models that were not asked because they were paused. They are
	// asked when the last model has failed; returned is set then.
	skipped  []int
	returned bool
}

// next returns the job for the same verses that follows from the next model, which
// is shown the whole chapter.
func (j *job) next() job {
	return job{verses: j.verses, model: j.model + 1, skipped: j.skipped}
}

// hasNext reports whether a model follows on that of a job.
func (a *asker) hasNext(j *job) bool { return !j.returned && j.model+1 < len(a.config.Models) }

// back returns the job for the first model that was skipped, and none if there is none.
func (j *job) back() []job {
	if len(j.skipped) == 0 {
		return nil
	}
	return []job{{verses: j.verses, model: j.skipped[0], skipped: j.skipped[1:], returned: true}}
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
		if j.refused.exhausted() {
			if len(j.skipped) > 0 {
				jobs = append(j.back(), jobs...)
				continue
			}
			why := mashal.Failure{Kind: failureKind(llm.Refused), Reason: fmt.Sprintf("the passage and its parts were refused %d times", j.refused.times)}
			if err := failAll(j.verses, why, fail); err != nil {
				return err
			}
			continue
		}
		a.more = a.more || len(jobs) > 0
		r, err := a.call(ctx, q, &j)
		if errors.Is(err, llm.ErrPaused) {
			next := j.next()
			next.skipped = append(slices.Clone(j.skipped), j.model)
			jobs = append([]job{next}, jobs...)
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
			j.refused.answered++
		}
		if j.verses = r.unanswered(j.verses); len(j.verses) == 0 {
			continue // all verses are here, also if the request failed
		}
		if len(r.taken) > 0 {
			j.failed, j.failedInRow = 0, 0 // there is progress
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
			next, err = a.afterFailure(ctx, q, &j, r, fail)
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
	switch {
	case stop.Fatal:
	case a.hasNext(j):
		return []job{j.next()}, nil
	case len(j.skipped) > 0:
		return j.back(), nil
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
func (a *asker) afterFailure(ctx context.Context, q *question, j *job, r *reply, fail func(int, mashal.Failure) error) ([]job, error) {
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
	situation := llm.Situation{Attempts: j.failed, CanSplit: len(j.verses) > 1, HasNext: a.hasNext(j), Worked: r.worked}
	if kind == llm.Refused {
		if j.refused == nil {
			j.refused = &refusedPassage{verses: len(j.verses)}
		}
		j.refused.times++
		situation.Refusals, situation.Verses, situation.Answered = j.refused.times, j.refused.verses, j.refused.answered
		situation.CanSplit = situation.CanSplit || canNarrow(q, j, r.err)
	}
	d := a.config.Policy.Decide(r.err, situation)
	if j.failedInRow++; kind == llm.Refused || kind == llm.TooLong || kind == llm.TooLarge {
		j.failedInRow = 0 // what follows asks for less
	}
	most := maxBatches
	if !kind.MayPass() && kind != llm.RateLimited {
		most *= 2
	}
	if a.session.Batched && j.failedInRow >= most && (d.Action == llm.Wait || d.Action == llm.Split) {
		d = llm.Decision{Action: llm.GiveUp, Reason: fmt.Sprintf("%s in %d batches in a row: %s", kind, j.failedInRow, causeOf(r.err))}
		if situation.HasNext {
			d.Action = llm.NextModel
		}
	}
	switch d.Action {
	case llm.Wait:
		if !r.recorded {
			if err := a.session.Wait(ctx, d.Wait); err != nil {
				return nil, err
			}
		}
		return []job{*j}, nil
	case llm.Split:
		if kind == llm.Refused {
			return partsOfRefused(q, j, r.err), nil
		}
		return j.split((len(j.verses) + 1) / 2), nil
	case llm.NextModel:
		return []job{j.next()}, nil
	case llm.Stop:
		return nil, runError(r.err)
	}
	if len(j.skipped) > 0 {
		return j.back(), nil
	}
	return nil, failAll(j.verses, mashal.Failure{Kind: failureKind(kind), Reason: d.Reason}, fail)
}

// causeOf returns the cause of a failed request, without the model and the kind.
func causeOf(err error) string {
	var e *llm.Error
	if errors.As(err, &e) && e.Err != nil {
		return e.Err.Error()
	}
	return err.Error()
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
	case a.hasNext(j):
		return []job{j.next()}, nil
	case len(j.skipped) > 0:
		return j.back(), nil
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
		next := *j
		next.verses = part
		jobs = append(jobs, next)
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
