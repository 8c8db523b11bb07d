package command

import (
	"strings"
	"testing"

	"mashal/reference"
	"mashal/report"
)

// TestRetryCommand: what a run was started with is kept, but for what it read.
func TestRetryCommand(t *testing.T) {
	joel, err := reference.ParseSelection([]string{"Joel 3:2"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ command, want string }{
		{"mashal annotate Joel Hosea 1-3", "mashal annotate 'Joel 3:2'"},
		{"mashal annotate Joel --dir d --again --workers 3", "mashal annotate 'Joel 3:2' --dir d --workers 3"},
		{"go run ./cmd/mashal annotate all --annotator openai:m", "go run ./cmd/mashal annotate 'Joel 3:2' --annotator openai:m"},
		{"mashal import folder --as openai:m", ""}, /* the same files would fail in the same way */
	} {
		got := report.ShellLine(retryCommand(strings.Fields(c.command), joel))
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.command, got, c.want)
		}
	}
}
