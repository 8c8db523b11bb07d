package habittest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mashal"
	"mashal/cmd/mashal/commandtest"
	"mashal/llm/llmsim"
)

// TestHabits plays the ways in which servers and models send an answer that is
// good. Each is read at once, and the request says what was not as asked.
func TestHabits(t *testing.T) {
	t.Parallel()
	quick := []string{"--scale", "5000", "--tokens-per-event", "3"}
	for _, vendor := range []string{"openai", "openai-responses", "anthropic", "gemini"} {
		t.Run(vendor, func(t *testing.T) {
			t.Parallel()
			base, stop := commandtest.Simulate(t, quick...)
			calm := commandtest.Annotate(t, base, vendor, t.TempDir(), "Obadiah")
			stop()
			want, requests := calm.Readings(t), len(calm.Calls(t))
			if calm.Code != 0 {
				t.Fatalf("without habits the exit code is %d: %s", calm.Code, calm.Stderr)
			}
			damaged := []llmsim.Fault{
				llmsim.ThinkTags, llmsim.ThinkUnopened, llmsim.ThinkAfter, llmsim.DraftUnmarked, llmsim.Harmony, llmsim.HarmonyBare, llmsim.VerseText, llmsim.VerseKeys, llmsim.VerseLast,
				llmsim.Quoted, llmsim.QuotedField,
			}
			for _, habit := range append(damaged, llmsim.Unstreamed, llmsim.Lines, llmsim.DataComments, llmsim.BareLines, llmsim.NoUsage,
				llmsim.AsChat, llmsim.AsResponses, llmsim.AsMessages, llmsim.AsGemini, llmsim.AsOllama, llmsim.AsCompletion, llmsim.AsText, llmsim.Wrapped, llmsim.List,
				llmsim.ToolCall, llmsim.FunctionCall, llmsim.MessageDeltas, llmsim.MessageSoFar, llmsim.ContentParts, llmsim.NoFinish) {
				t.Run(string(habit), func(t *testing.T) {
					base, stop := commandtest.Simulate(t, append(slices.Clone(quick), "--fault", string(habit)+"=1")...)
					run := commandtest.Annotate(t, base, vendor, t.TempDir(), "Obadiah")
					stop()
					calls := run.Calls(t)
					if run.Code != 0 || len(calls) != requests {
						t.Errorf("exit code %d after %d requests, want 0 after %d: %s", run.Code, len(calls), requests, run.Stderr)
					}
					if diff := cmp.Diff(want, run.Readings(t)); diff != "" {
						t.Errorf("-without the habit +with it:\n%s", diff)
					}
					for _, c := range calls {
						if c.Outcome != mashal.CallDone {
							t.Errorf("a request is %s: %s", c.Outcome, c.Error)
						}
						same := habit == llmsim.DraftUnmarked && c.Purpose == mashal.Validation // verdicts have no prose: the draft is the answer
						if got := len(c.Damage) > 0; got != (slices.Contains(damaged, habit) && !same) {
							t.Errorf("the damage of a request is %+v", c.Damage)
						}
						if habit == llmsim.NoUsage && vendor == "openai" && (c.Tokens.Reported || c.Tokens.Input == 0 || c.Tokens.Output == 0) {
							t.Errorf("the estimate is %+v", c.Tokens)
						}
					}
				})
			}
		})
	}
}

// TestUselessServers plays servers of which no answer can be used. None gets more
// than a request for each passage, and the reason says what to do.
func TestUselessServers(t *testing.T) {
	t.Parallel()
	for _, vendor := range []string{"openai", "openai-responses", "anthropic", "gemini"} {
		for habit, want := range map[llmsim.Fault]struct {
			code   int
			reason string // in failures.json, or on the terminal
			most   int    // requests
		}{
			llmsim.OnlyReasoning: {3, "reasoning used the limit: raise --max-output or lower --effort", 2},
			llmsim.PromptCut:     {3, "the server kept 1024 of ", 2},
			llmsim.LoginPage:     {2, "is not this API", 2},
			llmsim.UnknownForm:   {2, "is not this API", 2},
			llmsim.Elsewhere:     {2, "is not in this protocol", 2},
		} {
			t.Run(fmt.Sprint(vendor, " ", habit), func(t *testing.T) {
				t.Parallel()
				base, stop := commandtest.Simulate(t, "--scale", "5000", "--tokens-per-event", "20", "--fault", string(habit)+"=1")
				run := commandtest.Annotate(t, base, vendor, t.TempDir(), "Obadiah")
				stop()
				if calls := run.Calls(t); run.Code != want.code || len(calls) > want.most {
					t.Errorf("exit code %d after %d requests, want %d after %d: %s", run.Code, len(calls), want.code, want.most, run.Stderr)
				}
				if want.code == 2 {
					if !strings.Contains(run.Stderr, want.reason) {
						t.Errorf("the terminal does not say why: %s", run.Stderr)
					}
					return
				}
				if text := run.FailuresText(t); !strings.Contains(text, want.reason) {
					t.Errorf("failures.json does not say why: %s", text)
				}
				for place, v := range run.Readings(t) {
					if v.State != mashal.Failed {
						t.Errorf("%s is %s", place, v.State)
					}
				}
			})
		}
	}
}
