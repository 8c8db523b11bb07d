package report_test

import (
	"strings"
	"testing"

	"mashal"
	"mashal/report"
)

// TestSummarySaysHowMuchFailed checks that a run failed in part only if some verses are
// done, and that the sizes of logs are told apart from the summary.
func TestSummarySaysHowMuchFailed(t *testing.T) {
	for _, test := range []struct {
		done, failed int
		state        mashal.RunState
		want         string
	}{
		{0, 21, mashal.RunIncomplete, "run r failed: 0 verses"},
		{20, 1, mashal.RunIncomplete, "run r failed in part: 20 verses"},
		{21, 0, mashal.RunDone, "run r done: 21 verses"},
		{21, 0, mashal.RunIncomplete, "run r incomplete: 21 verses"}, // figures were not validated
		{0, 3, mashal.RunInterrupted, "run r interrupted: 0 verses"},
	} {
		r := &report.Report{Run: mashal.Run{ID: "r", State: test.state, Workers: 1}, ConcordanceWAL: 4 << 20, Attempts: []mashal.Attempt{{}}}
		r.Totals.Verses = map[mashal.State]int{mashal.Done: test.done, mashal.Failed: test.failed}
		got := r.Summary()
		if !strings.HasPrefix(got, test.want) || strings.Contains(got, "write-ahead") {
			t.Errorf("%q, not %q", got, test.want)
		}
		if got := r.LogSizes(); !strings.HasPrefix(got, "write-ahead logs reached 4") || strings.Contains(got, "ledger") {
			t.Error(got)
		}
	}
}
