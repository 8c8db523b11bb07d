package main

import (
	"context"
	"strconv"
	"time"

	"mashal"
	"mashal/annotate"
	"mashal/batch"
	"mashal/ledger"
	"mashal/llm"
	"mashal/pipeline"
	"mashal/salvage"
)

// A modelAnnotator runs an annotate.Annotator as an annotator of the pipeline.
type modelAnnotator struct {
	*annotate.Annotator
	backoff backoff
}

// Annotate finds the figures of a task.
func (m modelAnnotator) Annotate(ctx context.Context, t *pipeline.Task, emit func(mashal.Result) error) error {
	return m.Annotator.Annotate(ctx, t.Chapter, t.Verses, m.backoff.session(ctx, t), emit)
}

// A modelValidator runs an annotate.Validator as a validator of the pipeline.
type modelValidator struct {
	*annotate.Validator
	backoff backoff
}

// Validate validates the figures of a task.
func (m modelValidator) Validate(ctx context.Context, t *pipeline.Task, emit func(mashal.Judgement) error) error {
	return m.Validator.Validate(ctx, t.Chapter, t.Results, m.backoff.session(ctx, t), emit)
}

// A backoff changes how long a task waits before a failed request is made again.
// Nil changes nothing; tests with a simulated model shorten the waits.
type backoff func(time.Duration) time.Duration

// session returns what annotate needs for a task: its requests are recorded in
// the ledger, and its worker is free while it waits.
func (b backoff) session(ctx context.Context, t *pipeline.Task) annotate.Session {
	return annotate.Session{
		Recorder: requestRecorder{t.Recorder, t.Batch},
		Wait: func(ctx context.Context, d time.Duration) error {
			if b != nil {
				d = b(d)
			}
			return t.Wait(ctx, d)
		},
		Queued: func(start time.Time, d time.Duration) error { return t.Queued(ctx, start, d) },
	}
}

// A requestRecorder records the requests of a task in the ledger.
type requestRecorder struct {
	requests *ledger.Recorder
	batch    *pipeline.Deferral // nil if no request is left to a batch
}

// Find returns an answer that the ledger has to the same request.
func (r requestRecorder) Find(ctx context.Context, c annotate.Call) (*annotate.Answer, error) {
	var known *ledger.Answer
	var deferred bool
	var err error
	if r.batch != nil {
		known, deferred, err = r.batch.Find(ctx, batch.Call{Request: requestOf(&c), Send: c.Request}, c.Repeat)
	} else {
		known, err = r.requests.Find(ctx, c.Key, c.Repeat)
	}
	if deferred {
		return nil, annotate.ErrDeferred
	}
	if known == nil || err != nil {
		return nil, err
	}
	a := &annotate.Answer{Text: known.Text, Response: known.Response, Err: known.Err}
	if known.Batched != 0 {
		a.Report = func(ctx context.Context, report *salvage.Report) error {
			return r.requests.RecordDamage(ctx, known.Batched, damageOf(report, known.Err))
		}
	}
	return a, nil
}

// requestOf returns a call as the ledger records it.
func requestOf(c *annotate.Call) ledger.Request {
	return ledger.Request{
		Key: c.Key, Purpose: c.Purpose, Verses: c.Verses, Model: c.Model,
		System: c.Request.System, Shared: c.Request.Shared, Prompt: c.Request.Prompt, Settings: settingsOf(&c.Request),
	}
}

// Begin records a request that is about to be made.
func (r requestRecorder) Begin(ctx context.Context, c annotate.Call) (annotate.Recording, error) {
	asking, err := r.requests.Begin(ctx, requestOf(&c))
	if err != nil {
		return nil, err
	}
	return answerRecorder{asking}, nil
}

// settingsOf returns what a request contains besides its prompt.
func settingsOf(r *llm.Request) map[string]string {
	s := map[string]string{}
	if r.Effort != "" {
		s["effort"] = string(r.Effort)
	}
	if r.Temperature != nil {
		s["temperature"] = strconv.FormatFloat(*r.Temperature, 'g', -1, 64)
	}
	if r.MaxOutput > 0 {
		s["max_output"] = strconv.Itoa(r.MaxOutput)
	}
	if r.Schema != nil {
		s["schema"] = r.Schema.Name
	}
	return s
}

// An answerRecorder records the answer to one request while it arrives.
type answerRecorder struct{ *ledger.Recording }

// End records how the request ended.
func (r answerRecorder) End(ctx context.Context, resp llm.Response, report *salvage.Report, failure error) error {
	return r.Recording.End(ctx, resp, damageOf(report, failure), failure)
}

// damageOf returns the verses that an answer lacks or holds damaged. Verses that a
// failed request did not reach are not damage.
func damageOf(report *salvage.Report, failure error) (damage []mashal.Damage) {
	for _, o := range report.Verses {
		if o.State != salvage.Recovered && (failure == nil || o.State != salvage.Missing) {
			damage = append(damage, mashal.Damage{Verse: o.Verse, State: o.State.String(), Reason: o.Reason})
		}
	}
	return damage
}
