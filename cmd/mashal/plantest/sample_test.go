package plantest

import (
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"mashal/cmd/mashal/commandtest"
	"mashal/llm/llmsim"
)

// sampled runs annotate --json with a sample and returns its last two events.
func sampled(t *testing.T, args ...string) (end finishedEvent, s sampleEvent) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(commandtest.Output(t, 0, append([]string{"annotate", "--json"}, args...)...)), "\n")
	for i, to := range map[int]any{2: &end, 1: &s} {
		if err := json.Unmarshal([]byte(lines[len(lines)-i]), to); err != nil {
			t.Fatal(err)
		}
	}
	if end.Event != "finished" || s.Event != "sample" {
		t.Fatalf("the last events are %s and %s", end.Event, s.Event)
	}
	return end, s
}

// TestSample annotates a sample of a book and then the book: the estimate holds,
// nothing of the sample is requested twice, and the same sample costs nothing again.
func TestSample(t *testing.T) {
	t.Parallel()
	log := filepath.Join(t.TempDir(), "served.jsonl")
	base, stop := commandtest.Simulate(t, "--tokens-per-event", "64", "--log", log)
	dir := t.TempDir()
	commandtest.Output(t, 0, "annotate", "Ezekiel", "1-10", "--dir", dir, "-q") // other readings of some chapters
	flags := []string{"--annotator", "openai:gpt-5.1", "--base-url", base + "/v1", "--dir", dir, "--workers", "8"}
	sampling := append([]string{"Ezekiel", "--sample", "12", "--seed", "6"}, flags...)
	end, s := sampled(t, sampling...)
	if s.Passages != 12 || s.Of != 49 || s.OfVerses != 1273 || s.Verses != end.Verses["done"] || math.Abs(s.Spent-end.Cost) > 1e-9 || s.Seed != 6 {
		t.Errorf("%+v of a run with %+v", s, end)
	}
	if len(s.Rates) < 2 || !strings.HasPrefix(s.Rates[0].Annotator, "openai:gpt-5.1") || s.Rates[1].Annotator != "rules" || s.Rates[0].Figures != end.Figures ||
		s.Rates[1].Figures != end.Figures || s.Rates[1].Verses != s.Verses { // the simulated model answers with the rules' figures
		t.Errorf("rates %+v, want %d figures", s.Rates, end.Figures)
	}
	if e := s.Output; e == nil || e.Low == nil || *e.Low >= e.Total || *e.High <= e.Total {
		t.Errorf("output %+v", e)
	}
	first := llmsim.Count(commandtest.SimulatorLog(t, log))

	again, same := sampled(t, sampling...)
	if again.Requests != 0 || fmt.Sprintf("%.9f", same.Spent) != fmt.Sprintf("%.9f", s.Spent) || same.Cost.Total != s.Cost.Total {
		t.Errorf("once more: %d requests, %+v", again.Requests, same)
	}
	whole := annotated(t, append([]string{"Ezekiel"}, flags...)...)
	stop()
	entries := commandtest.SimulatorLog(t, log)
	served := llmsim.Count(entries)
	if whole.AlreadyDone != s.Verses || whole.Verses["done"]+s.Verses != 1273 || served.Requests != first.Requests+whole.Requests {
		t.Errorf("the whole: %+v after %d verses", whole, s.Verses)
	}
	hashes := map[string]bool{}
	for _, e := range entries {
		if hashes[e.Hash] {
			t.Errorf("%s was requested twice", e.Hash)
		}
		hashes[e.Hash] = true
	}
	for what, estimate := range map[string]struct {
		e  *estimateEvent
		is float64
	}{"cost": {s.Cost, s.Spent + whole.Cost}, "input": {s.Input, float64(served.Input)}, "output": {s.Output, float64(served.Output)}} {
		t.Logf("%s: estimated %.4g (%.4g to %.4g), was %.4g", what, estimate.e.Total, *estimate.e.Low, *estimate.e.High, estimate.is)
		if estimate.is < *estimate.e.Low || estimate.is > *estimate.e.High {
			t.Errorf("%s: %.4g is not in the interval %.4g to %.4g", what, estimate.is, *estimate.e.Low, *estimate.e.High)
		}
	}
}

// TestSampleForPeople prints a sample, and the command for the whole.
func TestSampleForPeople(t *testing.T) {
	t.Parallel()
	base, _ := commandtest.Simulate(t, "--tokens-per-event", "64")
	dir := t.TempDir()
	flags := []string{"Joel", "Obadiah", "--annotator", "openai:gpt-5.1", "--base-url", base + "/v1", "--dir", dir, "--sample", "2"}
	out := commandtest.Output(t, 0, append([]string{"annotate"}, flags...)...)
	for _, want := range []string{
		"sample: 2 of 5 passages, with ", "of 94 verses, seed 1\n", "cost of the whole selection: about $0.", " (95 % interval: $0.", "figures per 100 verses", "\nrules ",
		"The whole: ", " annotate 'Joel; Obadiah' ",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the report has no %q:\n%s", want, out)
		}
	}
	if strings.Contains(out[strings.Index(out, "The whole:"):], "--sample") {
		t.Errorf("the command for the whole samples again:\n%s", out)
	}
	commandtest.Output(t, 2, "annotate", "Joel", "--sample", "0")
	commandtest.Output(t, 2, "annotate", "Joel", "--seed", "4")
}

// TestValidateFlag validates only figures in doubt, then all of them. The recorded model
// is sure of some of its figures; no rule is.
func TestValidateFlag(t *testing.T) {
	t.Parallel()
	base, _ := commandtest.Simulate(t, "--tokens-per-event", "64", "--recorded", commandtest.Recorded(t))
	flags := []string{"Ezekiel", "16-18", "--annotator", "openai:gpt-5.1", "--base-url", base + "/v1", "--dir", t.TempDir()}
	p := planned(t, append(flags, "--validate", "doubtful")...)
	doubtful := annotated(t, append(flags, "--validate", "doubtful")...)
	if doubtful.Validated == 0 || doubtful.Validated >= doubtful.Figures || doubtful.Outcome != "done" || doubtful.Unvalidated != 0 {
		t.Errorf("%+v", doubtful)
	}
	if all := planned(t, flags...); all.ToValidate == 0 || p.Validation.Input >= planned(t, append(flags, "--validate", "all", "--dir", t.TempDir())...).Validation.Input {
		t.Errorf("planned %+v for doubtful figures, then %+v", p.Validation, all)
	}
	rest := annotated(t, flags...)
	if rest.Verses["done"] != 0 || rest.Requests == 0 || doubtful.Validated+rest.Validated < doubtful.Figures {
		t.Errorf("the rest: %+v", rest)
	}
	commandtest.Output(t, 2, append([]string{"annotate"}, append(flags, "--validate", "some")...)...)
	commandtest.Output(t, 2, append([]string{"annotate"}, append(flags, "--validate", "none", "--validator", "openai:gpt-5.1")...)...)
	commandtest.Output(t, 2, append([]string{"annotate"}, append(flags, "--validate", "doubtful", "--validator", "none")...)...)
}

// TestDeliberationFlag: without deliberation another annotator reads the same
// figures at fewer tokens.
func TestDeliberationFlag(t *testing.T) {
	t.Parallel()
	base, _ := commandtest.Simulate(t, "--tokens-per-event", "64")
	flags := []string{"Joel", "--annotator", "openai:gpt-5.1", "--base-url", base + "/v1", "--dir", t.TempDir(), "--validate", "none"}
	full := annotated(t, flags...)
	brief := annotated(t, append(flags, "--deliberation", "none")...)
	if brief.Verses["done"] != 73 || brief.Figures != full.Figures || brief.Output >= full.Output {
		t.Errorf("%+v after %+v", brief, full)
	}
	commandtest.Output(t, 2, append([]string{"annotate"}, append(flags, "--deliberation", "some")...)...)
}
