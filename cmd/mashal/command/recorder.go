package command

import (
	"context"
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
		Recorder: requestRecorder{t.Recorder, t},
		Found: func(ctx context.Context, a *mashal.Answer, report *salvage.Report) error {
			if a.Call == 0 {
				return nil
			}
			if err := t.Recorder.RecordDamage(ctx, a.Call, annotate.DamageOf(report, a.Err)); err != nil {
				return err
			}
			return t.Used(ctx, a, lackingOf(report))
		},
		Defer: func(ctx context.Context, q mashal.Request, send llm.Request) (bool, error) {
			if t.Batch == nil {
				return false, nil
			}
			return t.Batch.Defer(ctx, batch.Call{Request: q, Send: send})
		},
		Batched: t.Batch.InBatches(),
		Trial:   t.Batch.IsTrial(),
		Wait: func(ctx context.Context, d time.Duration) error {
			if b != nil {
				d = b(d)
			}
			return t.Wait(ctx, d)
		},
		Withdraw: func(verses []int) error { return t.Withdraw(ctx, verses) },
		Queued:   func(start time.Time, d time.Duration) error { return t.Queued(ctx, start, d) },
		Learned:  func(m annotate.Model) error { return recordCapabilities(ctx, t, m) },
		Stopping: t.Stopping(),
		Paused:   t.Paused,
		Answered: t.Answered,
	}
}

// A requestRecorder records the requests of a task in the ledger.
type requestRecorder struct {
	*ledger.Recorder
	task *pipeline.Task
}

// Find returns the recorded answer to the same request.
func (r requestRecorder) Find(ctx context.Context, q mashal.Request) (*mashal.Answer, error) {
	if r.task.Batch != nil {
		return r.task.Batch.Find(ctx, q)
	}
	return r.Recorder.Find(ctx, q)
}

// Begin records a request that is about to be sent.
func (r requestRecorder) Begin(ctx context.Context, q mashal.Request) (annotate.Recording, error) {
	recording, err := r.Recorder.Begin(ctx, q)
	if err != nil {
		return nil, err
	}
	return answerRecorder{recording, r.task, pipeline.Asked{Model: q.Model, Of: q.Verses, Started: time.Now()}}, nil
}

// An answerRecorder records the answer to one request while it arrives.
type answerRecorder struct {
	*ledger.Recording
	task *pipeline.Task
	pipeline.Asked
}

// End records how the request ended.
func (r answerRecorder) End(ctx context.Context, resp llm.Response, report *salvage.Report, failure error) error {
	err := r.Recording.End(ctx, resp, annotate.DamageOf(report, failure), failure)
	r.Response, r.Failure, r.Lacking = resp, failure, lackingOf(report)
	r.task.Asked(r.Asked)
	return err
}

// lackingOf returns the verses that an answer does not have, or has damaged.
func lackingOf(report *salvage.Report) (verses []int) {
	for _, o := range report.Verses {
		if o.State != salvage.Recovered {
			verses = append(verses, o.Verse)
		}
	}
	return verses
}
