package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	ossignal "os/signal"
	"runtime"
	"syscall"
	"testing"

	"mashal"
)

// stubborn is a program that is asked to stop and does not come to it.
func stubborn() {
	ctx, _, release := untilSignal(context.Background(), os.Stderr)
	defer release()
	fmt.Println("ready")
	<-ctx.Done()
	e, _ := errors.AsType[*mashal.Error](context.Cause(ctx))
	fmt.Println("asked to stop", e != nil && e.Code == mashal.Interrupted)
	select {}
}

// TestSecondSignal wants the first signal to ask and the second to stop at
// once, in all kinds.
func TestSecondSignal(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process cannot be sent signals on Windows")
	}
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(signal.String(), func(t *testing.T) {
			// Under nohup a hangup is ignored, and by our children too: whoever
			// has it caught gives them the default instead.
			caught := make(chan os.Signal, 1)
			ossignal.Notify(caught, signal)
			defer ossignal.Stop(caught)
			cmd := exec.Command("stubborn")
			stdout, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(stdout)
			for _, want := range []string{"ready", "asked to stop true"} {
				if !lines.Scan() || lines.Text() != want {
					t.Fatalf("it said %q, not %q", lines.Text(), want)
				}
				if err := cmd.Process.Signal(signal); err != nil {
					t.Fatal(err)
				}
			}
			if failed, ok := errors.AsType[*exec.ExitError](cmd.Wait()); !ok || failed.ExitCode() != exitInterrupted {
				t.Errorf("it ended with %v, not with exit code %d", failed, exitInterrupted)
			}
		})
	}
}
