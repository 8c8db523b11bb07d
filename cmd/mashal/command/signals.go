package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"mashal"
	"mashal/llm"
)

// defaultGrace is how long requests under way may go on after SIGTERM.
const defaultGrace = 20 * time.Second

// exitDelay is how long a command may take to record what it holds after a second
// signal.
const exitDelay = time.Second

// A stopper stops a command in two steps when the process gets a signal. The first
// step ends the context of the command: no request to a model begins any more. The
// second step ends the context of its work: requests under way are cut, and what has
// arrived of their answers is kept.
//
//   - SIGINT takes the first step. Requests under way finish.
//   - SIGTERM and SIGHUP take it too, and the second one after the grace period. SIGHUP
//     is ignored if the process was started with nohup.
//   - A second signal takes the second step at once, and ends the process a second
//     later if the command has not ended. No committed work is lost.
type stopper struct {
	work   context.Context // of requests under way
	cut    context.CancelCauseFunc
	cancel context.CancelCauseFunc // of the context of the command
	grace  atomic.Int64            // a time.Duration; see setGrace
	killed atomic.Bool             // the first signal was one after which requests are cut
	stderr io.Writer
}

// untilSignal returns the context of a command, whose cause is an Interrupted error
// after the first signal, and the stopper that ends it. release must be called.
func untilSignal(parent context.Context, stderr io.Writer) (ctx context.Context, s *stopper, release func()) {
	s = &stopper{stderr: stderr}
	s.grace.Store(int64(defaultGrace))
	ctx, s.cancel = context.WithCancelCause(parent)
	s.work, s.cut = context.WithCancelCause(context.WithoutCancel(parent))
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(signals, syscall.SIGHUP)
	}
	released, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		s.wait(signals, released)
	}()
	return ctx, s, func() {
		signal.Stop(signals)
		close(released)
		<-ended
		s.cancel(nil)
		s.cut(nil)
	}
}

// setGrace sets how long requests under way may go on after SIGTERM.
func (s *stopper) setGrace(d time.Duration) { s.grace.Store(int64(d)) }

// willCut returns the time after which requests under way are cut, and false if they
// may finish.
func (s *stopper) willCut() (after time.Duration, cut bool) {
	return time.Duration(s.grace.Load()), s.killed.Load()
}

// wait takes the steps as signals arrive, until released is closed.
func (s *stopper) wait(signals <-chan os.Signal, released <-chan struct{}) {
	var graceOver <-chan time.Time
	select {
	case first := <-signals:
		if first != os.Interrupt {
			s.killed.Store(true)
			timer := time.NewTimer(time.Duration(s.grace.Load()))
			defer timer.Stop()
			graceOver = timer.C
		}
		s.cancel(&mashal.Error{Code: mashal.Interrupted, Op: "interrupted"})
	case <-released:
		return
	}
	select {
	case <-graceOver:
		s.cutWork(fmt.Sprintf("cut %s after the signal to stop", time.Duration(s.grace.Load())))
		select {
		case <-signals:
		case <-released:
			return
		}
	case <-signals:
		s.cutWork("cut by the second signal to stop")
	case <-released:
		return
	}
	timer := time.NewTimer(exitDelay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-released:
		return
	}
	fmt.Fprintln(s.stderr, "mashal: stopped at once; the same command resumes")
	os.Exit(exitInterrupted)
}

// cutWork ends the context of the work. The requests under way fail with why.
func (s *stopper) cutWork(why string) {
	s.cut(&llm.Error{Kind: llm.Canceled, Err: errors.New(why + "; it is paid in part")})
}
