package llm_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mashal/llm"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (-update writes it anew):\n%s", file, got)
	}
}

// TestPolicy holds the decisions of the policy, for every kind of failure and
// number of attempts, to a golden file.
func TestPolicy(t *testing.T) {
	var b strings.Builder
	for _, kind := range llm.Kinds() {
		for _, s := range []llm.Situation{{CanSplit: true, HasNext: true}, {HasNext: true}, {}} {
			fmt.Fprintf(&b, "%s", kind)
			if s.CanSplit {
				b.WriteString(", can split")
			}
			if s.HasNext {
				b.WriteString(", has next")
			}
			b.WriteString(":")
			for s.Attempts = 1; ; s.Attempts++ {
				d := llm.DefaultPolicy.Decide(&llm.Error{Kind: kind, Err: errors.New("why")}, s)
				if d.Reason == "" {
					t.Errorf("%s: no reason", kind)
				}
				if d.Action != llm.Wait {
					fmt.Fprintf(&b, " %s (%s)\n", d.Action, d.Reason)
					break
				}
				fmt.Fprintf(&b, " %s", d.Wait)
				if s.Attempts > 100 {
					t.Fatalf("%s is retried without end", kind)
				}
			}
		}
	}
	golden(t, "policy.txt", b.String())
}

func TestPolicyObeysWaits(t *testing.T) {
	p := llm.Policy{Base: time.Second, Most: time.Minute}
	told := func(d time.Duration) error {
		return fmt.Errorf("detect Ezekiel 21: %w", &llm.Error{Kind: llm.RateLimited, RetryAfter: d})
	}
	if d := p.Decide(told(37*time.Second), llm.Situation{Attempts: 3}); d.Action != llm.Wait || d.Wait != 37*time.Second {
		t.Errorf("told to wait 37 s: %+v", d)
	}
	if d := p.Decide(told(2*time.Hour), llm.Situation{Attempts: 1, HasNext: true, CanSplit: true}); d.Action != llm.NextModel || !strings.Contains(d.Reason, "2h0m0s") {
		t.Errorf("told to wait two hours: %+v", d)
	}
	if d := p.Decide(told(2*time.Hour), llm.Situation{Attempts: 1}); d.Action != llm.GiveUp {
		t.Errorf("told to wait two hours, no other model: %+v", d)
	}
	if d := p.Decide(errors.New("disk full"), llm.Situation{Attempts: 1, HasNext: true}); d.Action != llm.GiveUp || !strings.Contains(d.Reason, "disk full") {
		t.Errorf("an error that is not a failure of a request: %+v", d)
	}
	if d := p.Decide(nil, llm.Situation{}); d.Action != llm.GiveUp {
		t.Errorf("no failure: %+v", d)
	}
}

func TestPolicyJitter(t *testing.T) {
	for _, j := range []float64{0, 0.5, 0.999} {
		p := llm.Policy{Base: 8 * time.Second, Most: time.Minute, Jitter: func() float64 { return j }}
		d := p.Decide(&llm.Error{Kind: llm.Overloaded}, llm.Situation{Attempts: 1})
		if want := 4*time.Second + time.Duration(j*float64(4*time.Second)); d.Wait != want {
			t.Errorf("jitter %g: wait %s, want %s", j, d.Wait, want)
		}
	}
}
