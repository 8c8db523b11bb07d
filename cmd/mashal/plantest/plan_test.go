package plantest

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mashal/cmd/mashal/commandtest"
	"mashal/llm"
	"mashal/llm/llmsim"
)

func planned(t *testing.T, args ...string) plannedModel {
	t.Helper()
	var plans []plannedModel
	if err := json.Unmarshal([]byte(commandtest.Output(t, 0, append([]string{"plan", "--json"}, args...)...)), &plans); err != nil || len(plans) != 1 {
		t.Fatalf("%d plans, %v", len(plans), err)
	}
	return plans[0]
}

// annotated runs annotate and returns its last event.
func annotated(t *testing.T, args ...string) (end finishedEvent) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(commandtest.Output(t, 0, append([]string{"annotate", "--json"}, args...)...)), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &end); err != nil || end.Event != "finished" {
		t.Fatalf("%v: %s", err, lines[len(lines)-1])
	}
	return end
}

// TestPlanHolds plans Ezekiel 21-30, does it, and compares: by what is built in
// against answers as they were recorded, by what the rest of the book has
// taught, and by what a reading of the same chapters at another temperature has.
func TestPlanHolds(t *testing.T) {
	t.Parallel()
	type test struct {
		name, model string
		simulator   []string
		flags       []string
		before      []string // read before
		off         float64  // of tokens and cost, at most
		uncertain   int      // requests, because small passages may have no figures
	}
	rest, same := []string{"Ezekiel", "1-20", "31-48"}, []string{"Ezekiel", "21-30", "--temperature", "0.5"}
	tests := []test{
		{"the rest of the book", "openai:gpt-5.1", []string{"--reasoning", "300"}, nil, rest, .10, 0},
		{"whole chapters, anthropic", "anthropic:claude-opus-4-5", nil, []string{"--passage", "0"}, same, .03, 0},
		{"small passages, gemini", "gemini:gemini-3.1-pro-preview", nil, []string{"--passage", "12", "--workers", "2"}, same, .03, 2},
		{"nobody judges, openai-responses", "openai-responses:gpt-5.1", nil, []string{"--validator", "none"}, same, .03, 0},
	}
	if _, err := os.Stat("../../../../shared/recorded"); err == nil || os.Getenv("MASHAL_NO_SKIP") != "" {
		tests = append(tests, test{"built in", "openai:gpt-5.1", []string{"--recorded", commandtest.Recorded(t)}, nil, nil, .10, 0})
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			log := filepath.Join(t.TempDir(), "served.jsonl")
			server := append([]string{"--scale", "600", "--first-token", "20s", "--tokens-per-second", "100", "--tokens-per-event", "64"}, test.simulator...)
			serve := func(args ...string) (base string, stop func()) {
				base, stop = commandtest.Simulate(t, append(args, server...)...)
				if strings.HasPrefix(test.model, "openai") {
					base += "/v1"
				}
				return base, stop
			}
			flags := append([]string{"--annotator", test.model, "--served-as", commandtest.ServedAs, "--dir", t.TempDir()}, test.flags...)
			if test.before != nil { // of a server whose cache is its own
				base, stop := serve()
				annotated(t, append(append(slices.Clone(test.before), flags...), "--base-url", base, "--workers", "16")...)
				stop()
			}
			base, stop := serve("--log", log)
			flags = append([]string{"Ezekiel", "21-30", "--base-url", base}, flags...)
			p := planned(t, flags...)
			end := annotated(t, flags...)
			stop()

			served := llmsim.Count(commandtest.SimulatorLog(t, log))
			if p.Verses != 291 || max(p.Requests-served.Requests, served.Requests-p.Requests) > test.uncertain {
				t.Errorf("%d verses in %d requests, want 291 in %d", p.Verses, p.Requests, served.Requests)
			}
			compare := func(what string, planned, is float64) {
				d := planned/is - 1
				t.Logf("%s: planned %.4f, was %.4f, %+.1f %%", what, planned, is, 100*d)
				if !(math.Abs(d) <= test.off) {
					t.Errorf("%s: planned %g, was %g, %+.1f %%", what, planned, is, 100*d)
				}
			}
			compare("tokens in", float64(p.Input), float64(served.Input))
			compare("tokens out", float64(p.Output), float64(served.Output))
			// How much the cache still held depends on how fast this machine was.
			t.Logf("cached: planned %d, was %d; cost: planned $%.4f, was $%.4f", p.Cached, served.Cached, *p.Cost, end.Cost)
			vendor, name, _ := strings.Cut(test.model, ":")
			price, _ := llm.DefaultPrices().Find(vendor, name, 0)
			unread := price.Input
			if llm.CachingOf(vendor).Writes {
				unread = price.CacheWrite
			}
			compare("cost, cached as planned", *p.Cost, end.Cost+float64(served.Cached-p.Cached)*(unread-price.Cached)/1e6)

			// What is done is not planned again.
			if p := planned(t, flags...); p.Verses+p.ToValidate+p.Requests != 0 || p.AlreadyDone != 291 {
				t.Errorf("still planned: %+v", p)
			}
		})
	}
}

// TestPlanTable compares plans with what the simulator bills, for passages of several
// lengths, three vendors, with and without batches, and each way to validate: all are
// within a tenth, or within one request.
func TestPlanTable(t *testing.T) {
	t.Parallel()
	models := []string{"openai:gpt-5.1", "anthropic:claude-opus-4-5", "gemini:gemini-3.1-pro-preview"}
	for i, passage := range []string{"1", "5", "12", "25"} {
		for k, model := range models {
			validate := []string{"all", "doubtful", "none"}[(i+k)%3]
			batch := (i+k)%2 == 1
			t.Run(fmt.Sprintf("%s of %s, batch %v, validate %s", passage, model, batch, validate), func(t *testing.T) {
				t.Parallel()
				base, _ := commandtest.Simulate(t, "--scale", "200000", "--first-token", "20s", "--tokens-per-second", "100", "--tokens-per-event", "64", "--batch-time", "1h")
				if strings.HasPrefix(model, "openai") {
					base += "/v1"
				}
				flags := []string{"Ezekiel", "24", "Ezekiel", "26", "--annotator", model, "--served-as", commandtest.ServedAs, "--base-url", base, "--dir", t.TempDir(), "--passage", passage, "--validate", validate}
				annotated(t, append(slices.Clone(flags), "--temperature", "0.5")...) // teaches what the model writes
				if batch {
					flags = append(flags, "--batch")
				}
				p := planned(t, flags...)
				if batch {
					flags = append(flags, "--wait")
				}
				end := annotated(t, flags...)
				vendor, name, _ := strings.Cut(model, ":")
				price, _ := llm.DefaultPrices().Find(vendor, name, 0)
				unread := price.Input
				if llm.CachingOf(vendor).Writes {
					unread = price.CacheWrite
				}
				// How much the cache holds depends on how fast this machine is.
				cost := end.Cost + float64(end.Cached-p.Cached)*(unread-price.Cached)/1e6
				for what, of := range map[string][2]float64{
					"requests": {float64(p.Requests), float64(end.Requests)}, "tokens in": {float64(p.Input), float64(end.Input)},
					"tokens out": {float64(p.Output), float64(end.Output)}, "cost": {*p.Cost, cost},
				} {
					// One request of nine is more than a tenth.
					if off := of[0]/of[1] - 1; math.Abs(off) > .10 && (what != "requests" || math.Abs(of[0]-of[1]) > 1) {
						t.Errorf("%s: planned %g, was %g, %+.1f %%", what, of[0], of[1], 100*off)
					}
				}
			})
		}
	}
}

// TestPlannedBudget: the budget that is said to do does, and a cent less than
// what is set aside for one request does not.
func TestPlannedBudget(t *testing.T) {
	t.Parallel()
	base, _ := commandtest.Simulate(t, "--tokens-per-event", "64")
	flags := []string{"--annotator", "openai:gpt-5.1", "--base-url", base + "/v1", "--dir", t.TempDir()}
	annotated(t, append([]string{"Ezekiel", "1-12"}, flags...)...)
	p := planned(t, append([]string{"Ezekiel", "13-20"}, flags...)...)
	commandtest.Output(t, 4, append([]string{"annotate", "Ezekiel", "13-20", "--budget", fmt.Sprintf("%.4f", *p.Cost+.2)}, flags...)...)
	p = planned(t, append([]string{"Ezekiel", "13-20"}, flags...)...)
	if p.SpentBefore == 0 || *p.Budget < p.SpentBefore+*p.Cost {
		t.Errorf("$%g were spent and $%g are to come, but a budget of $%g would do", p.SpentBefore, *p.Cost, *p.Budget)
	}
	// How much the cache holds depends on how fast this machine is: no more than if it held nothing.
	price, _ := llm.DefaultPrices().Find("openai", "gpt-5.1", 0)
	budget := *p.Budget + float64(p.Cached)*(price.Input-price.Cached)/1e6
	end := annotated(t, append([]string{"Ezekiel", "13-20", "--budget", fmt.Sprint(budget)}, flags...)...)
	if end.Outcome != "done" {
		t.Errorf("with the budget planned the run ended %s", end.Outcome)
	}
}

// TestPlanOfFound: figures that are there and not judged are planned, at their
// real size.
func TestPlanOfFound(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	commandtest.Output(t, 0, "annotate", "Ezekiel", "15-18", "--annotator", "rules", "--dir", dir, "-q")
	base, _ := commandtest.Simulate(t, "--tokens-per-event", "64")
	flags := []string{"Ezekiel", "15-18", "--annotator", "rules", "--validator", "openai:gpt-5.1", "--base-url", base + "/v1", "--dir", dir}
	p := planned(t, flags...)
	end := annotated(t, flags...)
	if p.Verses != 0 || p.ToValidate == 0 || p.Requests != end.Requests || math.Abs(float64(p.Input)/float64(end.Input)-1) > .01 {
		t.Errorf("planned %+v, was %+v", p, end)
	}
}
