package annotate

import (
	"context"
	"time"
)

// A Session is what one call of Annotate or Validate needs from its caller.
type Session struct {
	// Recorder stores requests and answers. Nil stores nothing.
	Recorder Recorder

	// Wait blocks for d before a failed request is made again. It returns an
	// error when ctx ends or the caller does not want to go on. Nil waits for d
	// or until ctx ends.
	Wait func(ctx context.Context, d time.Duration) error

	// Learned is called when something became known of what a model's server
	// accepts. Its error ends the call. Nil does nothing.
	Learned func(m Model) error

	// Queued is called after a request that was held back by the limits of its
	// key for d, counted from start, before it was sent. Its error ends the call.
	// Nil does nothing.
	Queued func(start time.Time, d time.Duration) error
}

// withDefaults returns the session with functions in place of nil.
func (s Session) withDefaults() Session {
	if s.Recorder == nil {
		s.Recorder = noRecorder{}
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
