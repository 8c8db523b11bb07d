package habittest

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mashal"
	"mashal/cmd/mashal/commandtest"
	"mashal/llm/llmsim"
	"mashal/report"
)

// everyParameter are flags with which requests have all optional parameters.
var everyParameter = []string{"--max-output", "20000", "--temperature", "0", "--effort", "low"}

// TestRefusedParameters annotates with each vendor's model on a server that refuses
// a parameter of every request. The verses come to what they come to without the
// fault, the server refuses few requests, and the next run none.
func TestRefusedParameters(t *testing.T) {
	t.Parallel()
	const selection, next = "Obadiah", "Joel 1"
	scale := []string{"--scale", fmt.Sprint(commandtest.Scale), "--seed", "7"}
	for _, vendor := range []string{"openai", "openai-responses", "anthropic", "gemini"} {
		t.Run(vendor, func(t *testing.T) {
			t.Parallel()
			base, stop := commandtest.Simulate(t, scale...)
			calm := commandtest.Annotate(t, base, vendor, t.TempDir(), append([]string{selection, next}, everyParameter...)...)
			stop()
			if calm.Code != 0 {
				t.Fatalf("without faults the exit code is %d: %s", calm.Code, calm.Stderr)
			}
			want := calm.Readings(t)
			for _, fault := range []llmsim.Fault{
				llmsim.NoSchema, llmsim.NoSchemaQuiet, llmsim.NoSchemaError, llmsim.NoLimit, llmsim.NoTemperature, llmsim.NoEffort, llmsim.NoSystem, llmsim.NoOptions, llmsim.NoStream,
			} {
				t.Run(string(fault), func(t *testing.T) {
					t.Parallel()
					dir := t.TempDir()
					base, stop := commandtest.Simulate(t, append([]string{"--fault", string(fault) + "=1"}, scale...)...)
					defer stop()
					first := commandtest.Annotate(t, base, vendor, dir, append([]string{selection}, everyParameter...)...)
					refused := 0
					for outcome, n := range first.Outcomes(t) {
						if outcome != mashal.CallDone {
							refused += n
						}
					}
					// Each of the four workers may have sent a request before the first was refused.
					if first.Code != 0 || refused > 16 {
						t.Errorf("exit code %d with %d refused requests: %s", first.Code, refused, first.Stderr)
					}
					second := commandtest.Annotate(t, base, vendor, dir, append([]string{next}, everyParameter...)...)
					again := -refused
					for outcome, n := range second.Outcomes(t) {
						if outcome != mashal.CallDone {
							again += n
						}
					}
					if second.Code != 0 || again != 0 {
						t.Errorf("the next run: exit code %d with %d refused requests: %s", second.Code, again, second.Stderr)
					}
					if diff := cmp.Diff(want, second.Readings(t)); diff != "" {
						t.Errorf("(-without fault +with):\n%s", diff)
					}
				})
			}
		})
	}
}

// TestRefusedPrompts annotates where every prompt is refused. The verses fail with
// the reason, without long waits and without a request for each verse if all are too
// large, and the fallback is asked.
func TestRefusedPrompts(t *testing.T) {
	t.Parallel()
	scale := []string{"--scale", fmt.Sprint(commandtest.Scale), "--seed", "7"}
	base, stopCalm := commandtest.Simulate(t, scale...)
	t.Cleanup(stopCalm)
	for _, vendor := range []string{"openai", "openai-responses", "anthropic", "gemini"} {
		for fault, outcome := range map[llmsim.Fault]string{llmsim.ContextFull: "too large", llmsim.TooLarge: "too large", llmsim.PromptBlocked: "refused", llmsim.ContentCode: "refused", llmsim.Refusal: "refused"} {
			t.Run(vendor+" "+string(fault), func(t *testing.T) {
				t.Parallel()
				at, stop := commandtest.Simulate(t, append([]string{"--fault", string(fault) + "=1"}, scale...)...)
				defer stop()
				run := commandtest.Annotate(t, at, vendor, t.TempDir(), "Obadiah", "--validator", "none")
				outcomes := run.Outcomes(t)
				if run.Code != 3 || outcomes[outcome] == 0 || len(outcomes) != 1 {
					t.Errorf("exit code %d after %v: %s", run.Code, outcomes, run.Stderr)
				}
				if outcomes[outcome] > 12 {
					t.Errorf("%d requests", outcomes[outcome])
				}
				failed, _ := run.Failures(t)
				if len(failed) == 0 {
					t.Error("no failure is reported")
				}
				path := ""
				if strings.HasPrefix(vendor, "openai") {
					path = "/v1"
				}
				rescued := commandtest.Annotate(t, at, vendor, t.TempDir(), "Obadiah", "--validator", "none", "--fallback", vendor+":other@"+base+path)
				if rescued.Code != 0 {
					t.Errorf("with a fallback: exit code %d: %s", rescued.Code, rescued.Stderr)
				}
			})
		}
	}
}

// TestRefusedVerse annotates where a filter refuses each prompt that shows one verse. Only
// that verse fails, in whichever passage it is, and the fallback is asked for it.
func TestRefusedVerse(t *testing.T) {
	t.Parallel()
	scale := []string{"--scale", fmt.Sprint(commandtest.Scale), "--seed", "7"}
	base, stopCalm := commandtest.Simulate(t, scale...)
	t.Cleanup(stopCalm)
	for _, vendor := range []string{"openai", "openai-responses", "anthropic", "gemini"} {
		for fault, most := range map[llmsim.Fault]int{llmsim.VerseBlocked: 3 + 3 + 2, llmsim.VerseBlockedQuiet: 10 + 2 + 2 + 2} {
			t.Run(vendor+" "+string(fault), func(t *testing.T) {
				t.Parallel()
				at, stop := commandtest.Simulate(t, append([]string{"--fault", string(fault) + "=1"}, scale...)...)
				defer stop()
				run := commandtest.Annotate(t, at, vendor, t.TempDir(), "Obadiah", "Jonah 2", "--passage", "4", "--validator", "none")
				failed, _ := run.Failures(t)
				if n := len(run.Calls(t)); run.Code != 3 || len(failed) != 2 || n > 2*most {
					t.Errorf("exit code %d after %d requests, %v failed: %s", run.Code, n, failed, run.Stderr)
				}
				for place, v := range run.Readings(t) {
					if (v.State == mashal.Failed) != strings.HasSuffix(place, ":3") {
						t.Errorf("%s is %s", place, v.State)
					}
				}
				path := ""
				if strings.HasPrefix(vendor, "openai") {
					path = "/v1"
				}
				rescued := commandtest.Annotate(t, at, vendor, t.TempDir(), "Obadiah", "--validator", "none", "--fallback", vendor+":other@"+base+path)
				if rescued.Code != 0 {
					t.Errorf("with a fallback: exit code %d: %s", rescued.Code, rescued.Stderr)
				}
			})
		}
	}
}

// TestAccountFaults annotates where no request can succeed: the first answer stops
// the run with exit code 2, the reason and what to do, and no verse has failed.
func TestAccountFaults(t *testing.T) {
	t.Parallel()
	for _, vendor := range []string{"openai", "openai-responses", "anthropic", "gemini"} {
		for fault, want := range map[llmsim.Fault]struct{ outcome, hint string }{
			llmsim.OutOfCredit: {"quota", "credit"}, llmsim.DailyLimit: {"quota", "when it resets"},
			llmsim.UnknownModel: {"unknown model", "model's name"}, llmsim.ModelError: {"unknown model", "model's name"}, llmsim.NotServed: {"auth", "country or region"}, llmsim.NoSuchPath: {"wrong address", "address"},
		} {
			t.Run(vendor+" "+string(fault), func(t *testing.T) {
				t.Parallel()
				base, stop := commandtest.Simulate(t, "--scale", fmt.Sprint(commandtest.Scale), "--fault", string(fault)+"=1")
				defer stop()
				dir := t.TempDir()
				run := commandtest.Annotate(t, base, vendor, dir, "Joel")
				outcomes := run.Outcomes(t)
				delete(outcomes, "canceled") // in flight when the first answer came
				if run.Code != 2 || outcomes[want.outcome] == 0 || outcomes[want.outcome] > 2*4 || len(outcomes) != 1 {
					t.Errorf("exit code %d after %v: %s", run.Code, outcomes, run.Stderr)
				}
				if !strings.Contains(run.Stderr, want.outcome) || !strings.Contains(run.Stderr, want.hint) {
					t.Errorf("it says %s", run.Stderr)
				}
				if failed, _ := run.Failures(t); len(failed) > 0 {
					t.Errorf("%d verses failed", len(failed))
				}
				if _, err := os.Stat(report.Folder(dir).Ledger()); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// TestNothingForNothing annotates where the only event of each stream is an error.
// Nothing was generated, so nothing is charged.
func TestNothingForNothing(t *testing.T) {
	t.Parallel()
	for _, vendor := range []string{"openai", "openai-responses", "anthropic", "gemini"} {
		t.Run(vendor, func(t *testing.T) {
			t.Parallel()
			base, stop := commandtest.Simulate(t, "--scale", fmt.Sprint(commandtest.Scale), "--fault", "error-event@0=1")
			defer stop()
			run := commandtest.Annotate(t, base, vendor, t.TempDir(), "Obadiah", "--validator", "none", "--patience", "100ms")
			calls := run.Calls(t)
			if run.Code != 3 || len(calls) == 0 {
				t.Errorf("exit code %d after %d requests: %s", run.Code, len(calls), run.Stderr)
			}
			for _, c := range calls {
				if c.Outcome != "overloaded" || c.Tokens.Total() != 0 || c.Cost.Amount != 0 {
					t.Errorf("a request is %s, with %+v at %s", c.Outcome, c.Tokens, c.Cost)
				}
			}
		})
	}
}
