package command

import (
	"slices"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
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
