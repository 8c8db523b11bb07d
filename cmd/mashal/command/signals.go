package command

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"mashal"
)

// untilSignal returns a context that is cancelled by the first SIGINT, SIGTERM or
// SIGHUP, with an Interrupted error as its cause. SIGHUP is ignored if the process
// was started with nohup. A second signal ends the process at once. No committed
// work is lost, and the same command resumes.
func untilSignal(parent context.Context, stderr io.Writer) (ctx context.Context, release func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(signals, syscall.SIGHUP)
	}
	released, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-signals:
			cancel(&mashal.Error{Code: mashal.Interrupted, Op: "interrupted"})
		case <-released:
			return
		}
		select {
		case <-signals:
			fmt.Fprintln(stderr, "mashal: stopped at once; the same command resumes")
			os.Exit(exitInterrupted)
		case <-released:
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(released)
		<-ended
		cancel(nil)
	}
}
