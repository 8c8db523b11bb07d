package annotate

import (
	"context"
	"fmt"
	"time"

	"mashal"
	"mashal/llm"
	"mashal/salvage"
)

// A Session is what one call of Annotate or Validate needs from its caller.
type Session struct {
	// Recorder stores requests and answers. Nil stores nothing.
	Recorder Recorder

	// Found is called when an answer that the recorder has found was decoded, with the
	// report on the verses asked for. Its error ends the call. Nil does nothing.
	Found func(ctx context.Context, a *mashal.Answer, report *salvage.Report) error

	// Defer is called before a request is made, with the request as it is recorded and
	// as it is sent. If it returns true, the request is not made: its verses get no
	// result, and the call of Annotate or Validate goes on with the others. Nil defers
	// nothing.
	Defer func(ctx context.Context, q mashal.Request, send llm.Request) (deferred bool, err error)

	// Batched is set if requests that follow from failed ones are sent in later batches,
	// each of which can take a day: few of them follow.
	Batched bool

	// Trial is set if the results are not recorded, because they are to be emitted again
	// in another call.
	Trial bool

	// Wait blocks for d before a failed request is made again. It returns an
	// error when ctx ends or the caller does not want to go on. Nil waits for d
	// or until ctx ends.
	Wait func(ctx context.Context, d time.Duration) error

	// Withdraw makes verses undone whose results were emitted: they turned out to be a
	// draft in the model's reasoning, or the answer to a prompt that the server had
	// cut. Their results are emitted later. Nil fails the call in such a case.
	Withdraw func(verses []int) error

	// Learned is called when something became known of what a model's server
	// accepts. Its error ends the call. Nil does nothing.
	Learned func(m Model) error

	// Queued is called after a request that was held back by the limits of its
	// key for d, counted from start, before it was sent. Its error ends the call.
	// Nil does nothing.
	Queued func(start time.Time, d time.Duration) error

	// Stopping is closed when no request may be sent any more: what waits for the
	// brake or for the limits of a key then ends, and no retry, fallback, other
	// reading or request for missing verses follows. Requests under way go on, unless
	// the context of the call ends: then they are cut. In both cases every complete
	// verse that has arrived is emitted, and the call returns an error that wraps
	// context.Canceled if verses are left. Nil never is closed.
	Stopping <-chan struct{}

	// Paused is called when the brake of a model pauses the run, before each
	// probe, and when the pause is over. Nil does nothing.
	Paused func(llm.Pause)

	// Answered is called after a request that a model answered, with the name of
	// the model that was asked, the name that the server gave, and the server's mark
	// of its configuration, if it gave one. Nil does nothing.
	Answered func(asked, model, build string)
}

// withDefaults returns the session with functions in place of nil.
func (s Session) withDefaults() Session {
	if s.Recorder == nil {
		s.Recorder = noRecorder{}
	}
	if s.Found == nil {
		s.Found = func(context.Context, *mashal.Answer, *salvage.Report) error { return nil }
	}
	if s.Wait == nil {
		s.Wait = wait
	}
	if s.Learned == nil {
		s.Learned = func(Model) error { return nil }
	}
	if s.Queued == nil {
		s.Queued = func(time.Time, time.Duration) error { return nil }
	}
	if s.Paused == nil {
		s.Paused = func(llm.Pause) {}
	}
	if s.Answered == nil {
		s.Answered = func(string, string, string) {}
	}
	return s
}

// wait blocks for d, or until ctx ends and returns its error.
func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// errStopping is the error of a request that is not made because Session.Stopping is
// closed.
var errStopping = fmt.Errorf("no request is made any more: %w", context.Canceled)

// stopping reports whether no request may be made any more.
func (a *asker) stopping() bool {
	select {
	case <-a.session.Stopping:
		return true
	default:
		return false
	}
}
