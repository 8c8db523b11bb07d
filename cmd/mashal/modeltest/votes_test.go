package modeltest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"mashal"
	"mashal/cmd/mashal/commandtest"
	"mashal/ledger"
)

// TestVotes checks that --votes makes as many readings as asked for, with faults too, that
// they are planned, paid for, counted and parsed again, and that figures have their support.
func TestVotes(t *testing.T) {
	t.Parallel()
	base, stop := commandtest.Simulate(t, "--scale", fmt.Sprint(commandtest.Scale), "--fault", "cut=0.3", "--seed", "3")
	dir := t.TempDir()
	var plans []struct{ Requests, Votes int }
	code, out, log := commandtest.Run(t, dir, "plan", "Joel", "--annotator", "openai:gpt-5.1", "--validate", "none", "--votes", "3", "--json")
	if err := json.Unmarshal([]byte(out), &plans); code != 0 || err != nil || len(plans) != 1 || plans[0].Requests != 12 || plans[0].Votes != 3 {
		t.Errorf("exit code %d, %v, %+v; want 12 requests for 4 chapters: %s", code, err, plans, log)
	}
	if run := commandtest.Annotate(t, base, "openai", dir, "Joel", "--votes", "3", "--validate", "none"); run.Code != 0 {
		t.Fatal(run.Stderr)
	}
	stop() // nothing can be requested from here on
	commandtest.EachRun(t, dir, func(book *ledger.Ledger, run string) error {
		calls, err := book.RunCalls(t.Context(), run)
		whole := 0
		for i := range calls {
			if calls[i].Outcome == mashal.CallDone {
				whole++
			}
		}
		if whole < 12 {
			t.Errorf("%d of %d calls are complete, want at least 12", whole, len(calls))
		}
		totals, errTotals := book.RunTotals(t.Context(), run)
		if totals.Verses[mashal.Done] != 73 {
			t.Errorf("verses %v, want 73 done", totals.Verses)
		}
		if err == nil {
			err = errTotals
		}
		return err
	})
	if _, out, _ := commandtest.Run(t, dir, "search", "--in", "Joel", "--json", "--limit", "1"); !strings.Contains(out, "(3 of 3 readings)") {
		t.Errorf("the figure has no support: %s", out)
	}
	if code, out, log := commandtest.Run(t, dir, "reparse", "--dry-run"); code != 0 || !strings.Contains(out, "nothing changes") {
		t.Errorf("exit code %d: %s%s", code, out, log)
	}
	for want, args := range map[string][]string{
		"exclude each other":      {"annotate", "Joel", "--annotator", "openai:gpt-5.1", "--votes", "3", "--batch"},
		"is not between 1 and 25": {"annotate", "Joel", "--annotator", "openai:gpt-5.1", "--votes", "0"},
		"--votes is only for":     {"annotate", "Joel", "--votes", "3"},
		"the rules find the same": {"annotate", "Joel", "--annotator", "rules", "--validator", "openai:gpt-5.1", "--votes", "3"},
	} {
		if code, _, log := commandtest.Run(t, dir, args...); code != 2 || !strings.Contains(log, want) {
			t.Errorf("%v ends with %d: %s, want %q", args, code, log, want)
		}
	}
}
