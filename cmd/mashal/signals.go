package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"mashal"
)

// untilSignal gives a context that ends at the first SIGINT, SIGTERM or SIGHUP
// (a terminal that was closed, unless nohup had it ignored), with an
// Interrupted error as its cause. A second signal ends the process at once,
// which loses nothing: what is committed is committed, and the same command
// finds the rest again.
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
