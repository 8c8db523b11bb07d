package command

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mashal"
)

// TestCommandsRepeatFlags checks that a command that is printed or given again has every
// flag that can change what a model is asked.
func TestCommandsRepeatFlags(t *testing.T) {
	cmd := &cobra.Command{}
	new(modelFlags).define(cmd)
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Name != "probe" && !slices.Contains(repeated, f.Name) { // --probe asks nothing about the text
			t.Errorf("--%s is not repeated", f.Name)
		}
	})
}

// TestRepeatable checks the command with which a run is retried and its batches are
// cancelled: each flag once, and no --again after a run that has ended.
func TestRepeatable(t *testing.T) {
	for _, test := range []struct {
		name    string
		command string
		of      mashal.RunState
		model   string
		want    string
	}{
		{"in another folder", "mashal annotate Joel --dir old --annotator openai:gpt-5.1", mashal.RunInterrupted, "openai:gpt-5.1", "annotate Joel --annotator openai:gpt-5.1 --dir new"},
		{"with =", "go run ./cmd/mashal annotate Joel --dir=old -q", mashal.RunCut, "openai:gpt-5.1", "annotate Joel -q --dir new"},
		{"without a model", "mashal annotate Joel --annotator rules --dir old", mashal.RunInterrupted, "rules", "annotate Joel --dir new --annotator rules"},
		{"the default", "mashal annotate Joel", mashal.RunInterrupted, "offline", "annotate Joel --dir new --annotator offline"},
		{"another ledger", "mashal annotate Joel --ledger postgres://a/b --dir old", mashal.RunInterrupted, "x:y", "annotate Joel --dir new"},
		{"again, interrupted", "mashal annotate Joel --again", mashal.RunInterrupted, "x:y", "annotate Joel --again --dir new"},
		{"again, done", "mashal annotate Joel --again --batch", mashal.RunDone, "x:y", "annotate Joel --batch --dir new"},
		{"again, incomplete", "mashal annotate --again=true Joel", mashal.RunIncomplete, "x:y", "annotate Joel --dir new"},
	} {
		p := &program{dir: "new"}
		got, err := p.repeatable(&mashal.Run{ID: "r", Command: strings.Fields(test.command), State: test.of, Annotator: mashal.Annotator{Name: test.model}})
		if err != nil || strings.Join(got, " ") != test.want {
			t.Errorf("%s: %q, %v; want %q", test.name, strings.Join(got, " "), err, test.want)
		}
	}
}
