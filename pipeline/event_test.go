package pipeline_test

import (
	"strings"
	"testing"

	"mashal"
	"mashal/pipeline"
)

// TestEndedSaysHowMuchFailed checks that a task failed in part only if some verses are done.
func TestEndedSaysHowMuchFailed(t *testing.T) {
	for _, test := range []struct {
		ended, failed int
		want          string
	}{
		{28, 28, "failed after 0.00s (28 verses)"},
		{1, 1, "failed after 0.00s (1 verse)"},
		{28, 27, "failed in part after 0.00s (28 verses, 0 figures, 27 failed)"},
		{28, 1, "failed in part after 0.00s (28 verses, 0 figures, 1 failed)"},
	} {
		e := pipeline.Ended{Outcome: mashal.Failed, Ended: test.ended, Failed: test.failed}
		if got := e.String(); !strings.Contains(got, test.want) {
			t.Errorf("%d of %d: %q, not %q", test.failed, test.ended, got, test.want)
		}
	}
}
