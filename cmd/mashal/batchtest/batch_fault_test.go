package batchtest

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mashal"
	"mashal/cmd/mashal/commandtest"
	"mashal/ledger"
	"mashal/llm"
	"mashal/llm/llmsim"
)

// TestBatchFaultMatrix is TestFaultMatrix in batches, with the faults of batches too:
// every verse comes to what it comes to online without faults, or it has failed and
// the report says so. With faults of the model, every verse comes to what it comes to
// online with the same fault.
func TestBatchFaultMatrix(t *testing.T) {
	t.Parallel()
	const selection = "Ezekiel 15-17"
	damages := []llmsim.Fault{llmsim.RawBytes, llmsim.Truncate, llmsim.Mix}
	t.Run("vendors", func(t *testing.T) {
		for _, vendor := range commandtest.MatrixVendors("openai", "openai-responses", "anthropic", "gemini") {
			t.Run(vendor, func(t *testing.T) {
				t.Parallel()
				base, stop := commandtest.Simulate(t, commandtest.BatchTimes...)
				calm := commandtest.Annotate(t, base, vendor, t.TempDir(), selection)
				stop()
				if calm.Code != 0 {
					t.Fatalf("online the exit code is %d: %s", calm.Code, calm.Stderr)
				}
				want := calm.Readings(t)
				faults := []string{"none=0", "batch=0.3", "service=0.2,batch=0.3"}
				for _, fault := range slices.Concat(llmsim.BatchFaults(), llmsim.ModelFaults(), damages) {
					faults = append(faults, string(fault)+"=0.2")
				}
				for _, fault := range faults {
					t.Run(fault, func(t *testing.T) {
						args := slices.Clone(commandtest.BatchTimes)
						if fault != "none=0" {
							args = append(args, "--fault", fault)
						}
						path := filepath.Join(t.TempDir(), "served.jsonl")
						base, stop := commandtest.Simulate(t, append(args, "--log", path)...)
						run := commandtest.Annotate(t, base, vendor, t.TempDir(), selection, "--batch", "--wait")
						stop()
						name, _, _ := strings.Cut(fault, "=")
						if ofModel := llmsim.Fault(name); slices.Contains(llmsim.ModelFaults(), ofModel) || slices.Contains(damages, ofModel) {
							base, stop := commandtest.Simulate(t, args...)
							online := commandtest.Annotate(t, base, vendor, t.TempDir(), selection)
							stop()
							if diff := cmp.Diff(online.Readings(t), run.Readings(t)); diff != "" {
								t.Errorf("exit code %d online, %d in batches: %s%s\n(-online +in batches):\n%s", online.Code, run.Code, online.Stderr, run.Stderr, diff)
							}
							return
						}
						run.Check(t, want, false)
						if fault == "none=0" {
							halfPrice(t, calm, run)
							for hash, n := range commandtest.AnswersByRequest(commandtest.SimulatorLog(t, path)) {
								if n > 1 {
									t.Errorf("request %s was answered %d times", hash, n)
								}
							}
						}
					})
				}
			})
		}
	})
}

// halfPrice checks that each call of a run in batches is recorded as that of the run
// online is: for the same verses, with the same counts of tokens but for the cache.
func halfPrice(t *testing.T, online, batches commandtest.ModelRun) {
	t.Helper()
	count := func(r commandtest.ModelRun) map[string]mashal.Tokens {
		calls := map[string]mashal.Tokens{}
		commandtest.EachRun(t, r.Dir, func(book *ledger.Ledger, run string) error {
			list, err := book.RunCalls(t.Context(), run)
			for _, c := range list {
				tokens := c.Tokens
				tokens.CachedInput, tokens.CacheWrite = 0, 0
				calls[fmt.Sprint(c.Purpose, c.Chapter, c.Verses, c.Model)] = tokens
			}
			return err
		})
		return calls
	}
	got := count(batches)
	for call, tokens := range count(online) {
		if got[call] != tokens {
			t.Errorf("%s used %+v, online %+v", call, got[call], tokens)
		}
	}
}

// TestBatchIsLeft leaves a batch, is told where it stands, is not let to pay for its
// verses twice, and takes it up.
func TestBatchIsLeft(t *testing.T) {
	t.Parallel()
	prices := commandtest.Prices(t)
	for _, vendor := range []string{"openai", "anthropic", "gemini"} {
		t.Run(vendor, func(t *testing.T) {
			t.Parallel()
			var served commandtest.Buffer
			clock := commandtest.NewClock()
			base := commandtest.SimulateAt(t, clock, llmsim.Config{BatchTime: 3 * time.Hour, Log: &served})
			dir := t.TempDir()
			run := func(args ...string) commandtest.ModelRun {
				return commandtest.Annotate(t, base, vendor, dir, append([]string{"--prices", prices}, args...)...)
			}
			left := run("Obadiah", "--batch")
			if left.Code != 0 {
				t.Fatalf("%s: left with exit code %d: %s", vendor, left.Code, left.Stderr)
			}
			if twice := run("Obadiah"); twice.Code != 2 || !strings.Contains(twice.Stderr, "is in a batch under way") {
				t.Errorf("%s: without --batch: exit code %d: %s", vendor, twice.Code, twice.Stderr)
			}
			if part := run("Obadiah 1:1-5", "--batch"); part.Code != 0 {
				t.Errorf("%s: a part: exit code %d: %s", vendor, part.Code, part.Stderr)
			}
			book := commandtest.OpenLedger(t, dir)
			if open, err := book.OpenBatches(t.Context()); err != nil || len(open) != 1 || open[0].VendorID == "" || open[0].Requests != 2 {
				t.Errorf("%s: %v, the batches under way are %+v", vendor, err, open)
			}
			for range 3 { // the figures, the verdicts, and what is then left: nothing
				clock.Advance(3 * time.Hour)
				if r := run("Obadiah", "--batch"); r.Code != 0 {
					t.Fatalf("%s: exit code %d: %s", vendor, r.Code, r.Stderr)
				}
			}
			if open, err := book.OpenBatches(t.Context()); err != nil || len(open) > 0 {
				t.Errorf("%s: %v, the batches under way are %+v", vendor, err, open)
			}
			verses := commandtest.ModelRun{Dir: dir}.Readings(t)
			done := 0
			for _, v := range verses {
				if v.State == mashal.Done {
					done++
				}
			}
			if done != 21 {
				t.Errorf("%s: %d verses are done", vendor, done)
			}
			for hash, n := range commandtest.AnswersByRequest(commandtest.Entries(t, &served)) {
				if n > 1 {
					t.Errorf("%s: request %s was answered %d times", vendor, hash, n)
				}
			}
			if r := run("Obadiah"); r.Code != 0 {
				t.Errorf("%s: afterwards, online: exit code %d: %s", vendor, r.Code, r.Stderr)
			}
		})
	}
}

// TestBatchWithoutParameter annotates in batches by models that refuse a parameter of
// every request: the next batch does not have it, nor does that of another command.
func TestBatchWithoutParameter(t *testing.T) {
	t.Parallel()
	for _, vendor := range []string{"openai", "openai-responses", "anthropic", "gemini"} {
		for _, fault := range []llmsim.Fault{llmsim.NoSchema, llmsim.NoSchemaQuiet, llmsim.NoSchemaError, llmsim.NoTemperature, llmsim.NoEffort, llmsim.NoLimit} {
			t.Run(vendor+"/"+string(fault), func(t *testing.T) {
				t.Parallel()
				base, stop := commandtest.Simulate(t, append(slices.Clone(commandtest.BatchTimes), "--fault", string(fault)+"=1")...)
				defer stop()
				dir := t.TempDir()
				args := []string{"Obadiah", "--batch", "--wait", "--validator", "none", "--temperature", "0", "--effort", "low", "--max-output", "20000"}
				if run := commandtest.Annotate(t, base, vendor, dir, args...); run.Code != 0 {
					t.Fatalf("exit code %d: %s", run.Code, run.Stderr)
				}
				args[0] = "Joel 1"
				if run := commandtest.Annotate(t, base, vendor, dir, args...); run.Code != 0 {
					t.Fatalf("exit code %d: %s", run.Code, run.Stderr)
				}
				batches, err := commandtest.OpenLedger(t, dir).Batches(t.Context())
				const want = 3
				if err != nil || len(batches) != want {
					t.Errorf("%v; %d batches were sent for two chapters, want %d", err, len(batches), want)
				}
				if fault != llmsim.NoSchemaError {
					return
				}
				// The failure may have passed, which one request of a later batch finds out. Each
				// command is a process of its own.
				args = []string{"Jonah 1-2", "Joel 2-3", "--batch", "--validator", "none", "--temperature", "0", "--effort", "low", "--max-output", "20000"}
				for open := true; open; {
					if run := commandtest.Annotate(t, base, vendor, dir, args...); run.Code != 0 {
						t.Fatalf("exit code %d: %s", run.Code, run.Stderr)
					}
					list, err := commandtest.OpenLedger(t, dir).OpenBatches(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					open = len(list) > 0
				}
				if batches, err := commandtest.OpenLedger(t, dir).Batches(t.Context()); err != nil || len(batches) != want+1 {
					t.Errorf("%v; %d batches were sent for the third chapter", err, len(batches)-want)
				}
			})
		}
	}
}

// TestBatchOfUselessAnswers annotates in batches by models whose answers are of no
// use: every verse fails for the reason that it has online, and what to do is said
// once. Nothing is asked twice.
func TestBatchOfUselessAnswers(t *testing.T) {
	t.Parallel()
	for fault, reason := range map[llmsim.Fault]string{llmsim.PromptCut: "raise its context", llmsim.OnlyReasoning: llm.ReasoningAdvice} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			base, stop := commandtest.Simulate(t, append(slices.Clone(commandtest.BatchTimes), "--fault", string(fault)+"=1")...)
			defer stop()
			dir := t.TempDir()
			run := commandtest.Annotate(t, base, "openai", dir, "Obadiah", "Joel 1", "--batch", "--wait", "--validator", "none")
			if run.Code != 3 {
				t.Fatalf("exit code %d: %s", run.Code, run.Stderr)
			}
			failures, err := filepath.Glob(filepath.Join(dir, "runs", "*", "failures.json"))
			if err != nil || len(failures) != 1 {
				t.Fatal(failures, err)
			}
			text, err := os.ReadFile(failures[0])
			if err != nil || !strings.Contains(string(text), reason) {
				t.Errorf("%v; the failures do not say %q: %s", err, reason, text)
			}
			batches, err := commandtest.OpenLedger(t, dir).Batches(t.Context())
			if err != nil || len(batches) != 1 {
				t.Errorf("%v; %d batches were sent", err, len(batches))
			}
		})
	}
}

// TestBatchesAreFew annotates in batches whose requests all fail. Each batch can take a
// day, so few follow, and the verses fail with their number.
func TestBatchesAreFew(t *testing.T) {
	t.Parallel()
	for fault, most := range map[string]int{"rate-limited-quiet=1": 4, "server-error=1": 4, "overloaded=1": 4, "batch-partial=1": 4, "other-format=1": 3, "empty=1": 8, "empty=0.5,server-error=1": 8} {
		for _, vendor := range []string{"openai", "anthropic", "gemini"} {
			t.Run(vendor+"/"+fault, func(t *testing.T) {
				t.Parallel()
				base, stop := commandtest.Simulate(t, append(slices.Clone(commandtest.BatchTimes), "--fault", fault)...)
				defer stop()
				dir := t.TempDir()
				run := commandtest.Annotate(t, base, vendor, dir, "Ezekiel 16", "--batch", "--wait", "--validator", "none")
				batches, err := commandtest.OpenLedger(t, dir).Batches(t.Context())
				if run.Code != 3 || err != nil || len(batches) > most {
					t.Errorf("exit code %d after %d batches, %v: %s", run.Code, len(batches), err, run.Stderr)
				}
				if why := run.FailuresText(t); most == 4 && !strings.Contains(why, "in 4 batches in a row") {
					t.Errorf("the failures are %s", why)
				}
			})
		}
	}
}

// TestBatchOfRefusedVerse annotates in batches where a filter refuses each prompt that
// shows one verse: only that verse fails.
func TestBatchOfRefusedVerse(t *testing.T) {
	t.Parallel()
	for _, fault := range []llmsim.Fault{llmsim.VerseBlocked, llmsim.VerseBlockedQuiet} {
		for _, vendor := range []string{"openai", "openai-responses", "anthropic", "gemini"} {
			t.Run(vendor+"/"+string(fault), func(t *testing.T) {
				t.Parallel()
				base, stop := commandtest.Simulate(t, append(slices.Clone(commandtest.BatchTimes), "--fault", string(fault)+"=1")...)
				defer stop()
				run := commandtest.Annotate(t, base, vendor, t.TempDir(), "Obadiah", "--batch", "--wait", "--validator", "none")
				if run.Code != 3 {
					t.Errorf("exit code %d: %s", run.Code, run.Stderr)
				}
				for place, v := range run.Readings(t) {
					if (v.State == mashal.Failed) != strings.HasSuffix(place, ":3") {
						t.Errorf("%s is %s", place, v.State)
					}
				}
			})
		}
	}
}

// TestBatchFinishesOnline requests what is missing in the answers of a batch one by
// one.
func TestBatchFinishesOnline(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "served.jsonl")
	base, stop := commandtest.Simulate(t, append(slices.Clone(commandtest.BatchTimes), "--fault", "batch-partial=1", "--log", path)...)
	run := commandtest.Annotate(t, base, "anthropic", t.TempDir(), "Ezekiel 15-17", "--batch", "--wait", "--finish-online")
	stop()
	if run.Code != 0 {
		t.Fatalf("exit code %d: %s", run.Code, run.Stderr)
	}
	inBatch, online := map[string]int{}, 0
	for _, e := range commandtest.SimulatorLog(t, path) {
		if e.Batch != "" {
			inBatch[e.Batch]++
		} else {
			online++
		}
	}
	if len(inBatch) != 2 || online == 0 {
		t.Errorf("%d batches and %d requests one by one", len(inBatch), online)
	}
}

// TestBatchBudget sends as much at a time as the budget allows, and stops if it
// allows nothing.
func TestBatchBudget(t *testing.T) {
	t.Parallel()
	prices := commandtest.Prices(t)
	base, stop := commandtest.Simulate(t, commandtest.BatchTimes...)
	defer stop()
	dir := t.TempDir()
	run := func(budget string, args ...string) commandtest.ModelRun {
		return commandtest.Annotate(t, base, "anthropic", dir, append([]string{"Ezekiel 15-16", "--batch", "--prices", prices, "--budget", budget, "--max-output", "8000"}, args...)...)
	}
	if r := run("0.05", "--wait"); r.Code != 4 || !strings.Contains(r.Stderr, "could cost") {
		t.Errorf("exit code %d: %s", r.Code, r.Stderr)
	}
	if r := run("0.40", "--wait"); r.Code != 0 {
		t.Errorf("exit code %d: %s", r.Code, r.Stderr)
	}
	if spent := commandtest.Spent(t, dir); spent > mashal.Dollar*40/100 || spent == 0 {
		t.Errorf("%s were spent", spent)
	}
	batches, err := commandtest.OpenLedger(t, dir).Batches(t.Context())
	if err != nil || len(batches) < 3 {
		t.Errorf("%v; all was sent in %d batches", err, len(batches))
	}
}

// TestBatchNotServed says at once that a server has no batches.
func TestBatchNotServed(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	for _, vendor := range []string{"openai", "openai-responses", "anthropic", "gemini"} {
		run := commandtest.Annotate(t, server.URL, vendor, t.TempDir(), "Obadiah", "--batch")
		if run.Code != 2 || !strings.Contains(run.Stderr, "no batch interface") || !strings.Contains(run.Stderr, "Leave out --batch") {
			t.Errorf("%s: exit code %d: %s", vendor, run.Code, run.Stderr)
		}
	}
	server.Close()
	if run := commandtest.Annotate(t, server.URL, "openai", t.TempDir(), "Obadiah", "--batch"); run.Code != 2 || !strings.Contains(run.Stderr, "refused") {
		t.Errorf("exit code %d: %s", run.Code, run.Stderr)
	}
}

// TestBatchInterrupted interrupts the program while it waits for a batch.
func TestBatchInterrupted(t *testing.T) {
	t.Parallel()
	base, _ := commandtest.Simulate(t, "--scale", "60", "--batch-time", "1h")
	ctx, cancel := context.WithCancelCause(t.Context())
	stderr := &commandtest.Watch{Text: " sent (", Found: func() { cancel(&mashal.Error{Code: mashal.Interrupted, Op: "interrupted"}) }}
	p := commandtest.Program{Env: commandtest.Vendors(base), Stderr: stderr, Backoff: func(d time.Duration) time.Duration { return d / 10 }}
	code := p.Run(ctx, "annotate", "Obadiah", "--annotator", "openai:m", "--batch", "--wait", "--dir", t.TempDir())
	if code != 130 || !strings.Contains(stderr.String(), "The same command takes them up: mashal annotate Obadiah") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}
