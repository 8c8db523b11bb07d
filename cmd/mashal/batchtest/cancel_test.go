package batchtest

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"mashal"
	"mashal/cmd/mashal/commandtest"
	"mashal/ledger"
	"mashal/llm/llmsim"
)

// TestBatchCancelled cancels batches. What was answered until then is kept and paid for,
// nothing is sent, and a retry requests only the rest.
func TestBatchCancelled(t *testing.T) {
	t.Parallel()
	for _, vendor := range []string{"openai", "anthropic", "gemini"} {
		t.Run(vendor, func(t *testing.T) {
			t.Parallel()
			var served commandtest.Buffer
			clock := commandtest.NewClock()
			base := commandtest.SimulateAt(t, clock, llmsim.Config{BatchTime: time.Hour, Log: &served})
			dir := t.TempDir()
			prices := commandtest.File(t, "prices.csv", "vendor,model,above,input,cached,cache_write,output,batch,as_of,source\n"+vendor+",m,0,3,0.3,3.75,15,0.5,2026-11-25,test\n")
			do := func(args ...string) string {
				t.Helper()
				var out bytes.Buffer
				p := commandtest.Program{Env: commandtest.Vendors(base), Stdout: &out, Stderr: &out, Backoff: func(d time.Duration) time.Duration { return d / commandtest.Scale }}
				if code := p.Run(t.Context(), append(args, "--dir", dir)...); code != 0 {
					t.Fatalf("mashal %s: exit code %d\n%s", strings.Join(args, " "), code, &out)
				}
				return out.String()
			}
			annotate := []string{"annotate", "Hosea 1-6", "--annotator", vendor + ":m", "--passage", "12", "--validator", "none", "--prices", prices, "--quiet", "--batch"}
			do(annotate...)
			book := commandtest.OpenLedger(t, dir)
			batches := func() []mashal.Batch {
				t.Helper()
				list, err := book.Batches(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				return list
			}
			// The simulator answers what is due when it is asked. Gemini keeps nothing of a
			// cancelled batch.
			clock.Advance(30 * time.Minute)
			do(annotate...)
			if answered := len(commandtest.Entries(t, &served)) > 0; answered == (vendor == "gemini") {
				t.Fatalf("halfway, answers of the batch are logged: %v", answered)
			}
			clock.Step(time.Second) // the vendor takes some seconds to cancel
			if out := do("cancel", batches()[0].VendorID); !strings.Contains(out, "mashal retry requests the rest") {
				t.Errorf("cancel: %s", out)
			}
			cancelled := batches()
			if b := cancelled[0]; len(cancelled) != 1 || b.State != mashal.BatchEnded || b.Answered+b.Failed+b.Unanswered != b.Requests || b.Unanswered == 0 {
				t.Fatalf("the batches are %+v", cancelled)
			}
			b := cancelled[0]
			if (vendor == "gemini") != (b.Answered == 0) || (b.Cost > 0) != (b.Answered > 0) {
				t.Errorf("%d of %d requests were answered, for %s", b.Answered, b.Requests, b.Cost)
			}
			if spent := commandtest.Spent(t, dir); spent != b.Cost {
				t.Errorf("the runs cost %s, the batch %s", spent, b.Cost)
			}
			done := 0
			commandtest.EachRun(t, dir, func(book *ledger.Ledger, run string) error {
				list, err := book.RunCalls(t.Context(), run)
				done += len(list)
				return err
			})
			if done != b.Answered {
				t.Errorf("%d calls are recorded for %d answers", done, b.Answered)
			}
			if out := do("cancel"); !strings.Contains(out, "no batch is under way") {
				t.Errorf("cancel again: %s", out)
			}
			clock.Step(10 * time.Minute)
			do("retry", "--wait")
			answers := map[string]int{}
			for _, e := range commandtest.Entries(t, &served) {
				if e.Status == 200 {
					answers[e.Hash]++
				}
			}
			for hash, n := range answers {
				if n > 1 {
					t.Errorf("request %s was answered %d times", hash, n)
				}
			}
			for place, v := range (commandtest.ModelRun{Dir: dir}).Readings(t) {
				if v.State != mashal.Done {
					t.Errorf("%s is %s", place, v.State)
				}
			}
		})
	}
}
