package fleettest

import (
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"mashal/annotate"
	"mashal/cmd/mashal/commandtest"
	"mashal/llm/llmsim"
)

// TestBudget has three processes spend one budget, which is too small. What the vendor has
// served must not cost more, and the run must say why it ended.
func TestBudget(t *testing.T) {
	t.Parallel()
	log := filepath.Join(t.TempDir(), "served.jsonl")
	base, stop := commandtest.Simulate(t, append(slices.Clone(lasting), "--log", log)...)
	f := newFleet(t, commandtest.Vendors(base))
	crew := []*process{f.work(8), f.work(8), f.work(8)}
	const budget = "0.20"
	follow := f.start(append([]string{"annotate", "Hosea", "--quiet", "--dir", t.TempDir(), "--budget", budget, "--max-output", "2000", "--prices", commandtest.Prices(t), "--fleet", "--wait"}, byModel...)...)
	follow.exit(4)
	for _, p := range crew {
		_ = p.Process.Signal(syscall.SIGTERM)
		p.exit(0)
	}
	stop()
	cost := 0.0 // dollars
	entries := commandtest.SimulatorLog(t, log)
	for i := range entries {
		e := &entries[i]
		cost += (float64(e.Input-e.Cached)*3 + float64(e.Cached)*0.3 + float64(e.Output)*15) / 1e6
	}
	t.Logf("%d requests for $%.4f", len(entries), cost)
	if cost > 0.20 || cost < 0.05 {
		t.Errorf("the requests cost $%.4f, and the budget is $%s", cost, budget)
	}
	if !strings.Contains(follow.stdout.String()+follow.stderr.String(), "budget") {
		t.Errorf("it does not say why it has ended: %s%s", &follow.stdout, &follow.stderr)
	}
}

// TestBrake has three processes meet an outage of the vendor. Together they make as few
// requests as one process would, one at a time sends the probe, no verse fails, and the run
// ends after --patience.
func TestBrake(t *testing.T) {
	t.Parallel()
	log := filepath.Join(t.TempDir(), "served.jsonl")
	base, stop := commandtest.Simulate(t, "--scale", "100", "--fault", "outage=1", "--log", log)
	f := newFleet(t, commandtest.Vendors(base))
	crew := []*process{f.work(8), f.work(8), f.work(8)}
	f.start(append([]string{"annotate", "Hosea", "--quiet", "--dir", t.TempDir(), "--patience", "3s", "--fleet", "--wait"}, byModel...)...).exit(3)
	f.await("no verse has failed", `(SELECT count(*) = 197 AND bool_and(state = 'not run') FROM verse)`)
	for _, p := range crew {
		_ = p.Process.Signal(syscall.SIGTERM)
		p.exit(0)
	}
	stop()
	served := commandtest.SimulatorLog(t, log)
	first, probes := slices.IndexFunc(served, isProbe), 0
	for i := range served {
		if isProbe(served[i]) {
			probes++
		}
	}
	t.Logf("%d requests, %d before the first of %d probes", len(served), first, probes)
	// Five failures pause the run. Each process may send one more before it knows of the fifth.
	if first < 0 || first > 8 || len(served) != first+probes {
		t.Errorf("%d requests before the first probe, and %d after it that are none", first, len(served)-first-probes)
	}
}

// isProbe reports whether a request is a probe.
func isProbe(e llmsim.Entry) bool { return e.Prompt == annotate.ProbePrompt }
