package batchtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mashal"
	"mashal/cmd/mashal/commandtest"
	"mashal/ledger"
)

// TestBatchCancelled cancels batches with the program as it is built. What was
// answered until then is kept and paid for, nothing is sent, and a retry requests only
// the rest.
func TestBatchCancelled(t *testing.T) {
	t.Parallel()
	program := commandtest.Build(t)
	for _, vendor := range []string{"openai", "anthropic", "gemini"} {
		t.Run(vendor, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "served.jsonl")
			base, stop := commandtest.Simulate(t, "--scale", "1200", "--batch-time", "1h", "--log", path)
			defer stop()
			dir := t.TempDir()
			prices := commandtest.File(t, "prices.csv", "vendor,model,above,input,cached,cache_write,output,batch,as_of,source\n"+vendor+",m,0,3,0.3,3.75,15,0.5,2026-11-25,test\n")
			do := func(args ...string) string {
				t.Helper()
				cmd := exec.Command(program, append(args, "--dir", dir)...)
				cmd.Env = append(os.Environ(), "OPENAI_API_KEY="+commandtest.Key, "OPENAI_BASE_URL="+base+"/v1",
					"ANTHROPIC_API_KEY="+commandtest.Key, "ANTHROPIC_BASE_URL="+base, "GEMINI_API_KEY="+commandtest.Key, "GOOGLE_GEMINI_BASE_URL="+base)
				out, err := cmd.CombinedOutput()
				if err != nil {
					t.Fatalf("mashal %s: %v\n%s", strings.Join(args, " "), err, out)
				}
				return string(out)
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
			for vendor != "gemini" && len(commandtest.SimulatorLog(t, path)) == 0 {
				time.Sleep(20 * time.Millisecond)
				do(annotate...)
			}
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
			do("retry", "--wait")
			stop()
			answers := map[string]int{}
			for _, e := range commandtest.SimulatorLog(t, path) {
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
