package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mashal"
	"mashal/pipeline"
)

// A paid annotator is a scripted one that is not the rules, and reads so many
// verses at once.
type paid struct {
	scripted
	most int
}

func (p *paid) Identity() mashal.Annotator {
	return mashal.Annotator{Name: "model", Kind: mashal.ByModel, Version: "1", Fingerprint: "model" + p.mark}
}

func (p *paid) Passages(verses []int) [][]int {
	if p.most == 0 {
		return [][]int{verses}
	}
	return slices.Collect(slices.Chunk(verses, p.most))
}

// A judge finds every figure valid, unless its script says otherwise.
type judge struct {
	script func(ctx context.Context, ref mashal.Ref) error

	mu    sync.Mutex
	asked []passage
}

func (*judge) Identity() mashal.Annotator {
	return mashal.Annotator{Name: "judge", Kind: mashal.ByModel, Version: "1", Fingerprint: "judge"}
}

func (*judge) Passages(verses []int) [][]int { return [][]int{verses} }

func (j *judge) Validate(ctx context.Context, t *pipeline.Task, emit func(mashal.Judgement) error) error {
	j.mu.Lock()
	j.asked = append(j.asked, passage{t.Chapter.Chapter, t.Verses})
	j.mu.Unlock()
	for _, r := range t.Results {
		judgement := mashal.Judgement{Verse: r.Verse}
		if j.script != nil {
			if err := j.script(ctx, mashal.Ref{Chapter: t.Chapter.Chapter, Verse: r.Verse}); errors.Is(err, errSilent) {
				continue
			} else if err != nil {
				return err
			}
		}
		for _, f := range r.Figures {
			var verdicts []mashal.Verdict
			for _, t := range f.Types {
				verdicts = append(verdicts, mashal.Verdict{Type: t, Decision: mashal.Valid, Reason: "so it is", By: "judge"})
			}
			judgement.Verdicts = append(judgement.Verdicts, verdicts)
		}
		if err := emit(judgement); err != nil {
			return err
		}
	}
	return nil
}

// order records what begins, in short.
func order(cfg *pipeline.Config) *[]string {
	var begun []string
	cfg.Observe = func(e pipeline.Event) {
		if s, ok := e.(pipeline.Started); ok {
			begun = append(begun, strings.TrimPrefix(string(s.Purpose), "detection")+" "+s.Reference())
		}
	}
	return &begun
}

// TestValidationBesideReading: what was found is judged before the next chapter
// is read, as long as there is more to read than workers, and the concordance
// has both.
func TestValidationBesideReading(t *testing.T) {
	second := &judge{}
	cfg := testConfig(t, "Joel 1-2 Obadiah", &paid{})
	cfg.Validator, cfg.Workers = second, 1
	begun := order(&cfg)
	report, err := pipeline.Run(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{" Joel 2", "validation Joel 2", " Obadiah 1", " Joel 1", "validation Obadiah 1", "validation Joel 1"}
	if !slices.Equal(*begun, want) {
		t.Errorf("begun in the order\n%q, want\n%q", *begun, want)
	}
	const figures = 20 + 27 + 21
	if c := report.Coverage; c.Figures != figures || c.Judged != figures || len(report.Unvalidated) != 0 {
		t.Errorf("coverage %+v, %d not validated", c, len(report.Unvalidated))
	}
	decided := 0
	for _, row := range rows(t, cfg.Folder) {
		if strings.Contains(row, "so it is") {
			decided++
		}
	}
	if decided != figures {
		t.Errorf("the concordance has %d verdicts, want %d", decided, figures)
	}
	manifest := readJSON(t, filepath.Join(cfg.Folder.Run(report.Run.ID), "manifest.json"))
	if v, ok := manifest["validation"].(map[string]any); !ok || v["figures_validated"] != float64(figures) || v["validator"] != "judge" {
		t.Errorf("the manifest says %v of the validation", manifest["validation"])
	}
	if _, err := pipeline.Run(t.Context(), cfg); err != nil || len(second.asked) != 3 {
		t.Errorf("the same command judged %d times in all, %v", len(second.asked), err)
	}
}

// TestValidationFails in part, or altogether: what is not judged is named, is
// no less a figure, and is judged next time.
func TestValidationFails(t *testing.T) {
	for name, test := range map[string]struct {
		script func(ctx context.Context, ref mashal.Ref) error
		failed int
	}{
		"silent of a verse": {func(_ context.Context, ref mashal.Ref) error {
			if ref.Verse == 3 {
				return errSilent
			}
			return nil
		}, 1},
		"gives up": {func(_ context.Context, ref mashal.Ref) error {
			if ref.Verse == 20 {
				return errors.New("the line is dead")
			}
			return nil
		}, 2},
		"breaks down": {func(context.Context, mashal.Ref) error { panic("oh") }, 21},
	} {
		t.Run(name, func(t *testing.T) {
			second := &judge{script: test.script}
			cfg := testConfig(t, "Obadiah", &paid{})
			cfg.Validator = second
			report, err := pipeline.Run(t.Context(), cfg)
			if mashal.CodeOf(err) != mashal.Incomplete || !strings.Contains(err.Error(), "could not be validated") {
				t.Errorf("the run ended with %v", err)
			}
			if len(report.Unvalidated) != test.failed || len(report.Failures) != 0 || report.Coverage.Figures-report.Coverage.Judged != test.failed {
				t.Errorf("%d not validated, %d failed, coverage %+v", len(report.Unvalidated), len(report.Failures), report.Coverage)
			}
			failures := readJSON(t, filepath.Join(cfg.Folder.Run(report.Run.ID), "failures.json"))
			if issues, _ := failures["validation_issues"].([]any); len(issues) != test.failed {
				t.Errorf("failures.json names %d of %d", len(issues), test.failed)
			}
			final := 0
			for _, row := range rows(t, cfg.Folder) {
				if strings.HasPrefix(row, "figure_type") && strings.Contains(row, "final=1") {
					final++
				}
			}
			if final != 21 {
				t.Errorf("the concordance has %d figures of a final type, want all 21", final)
			}
			second.script, second.asked = nil, nil
			if _, err := pipeline.Run(t.Context(), cfg); err != nil {
				t.Errorf("again: %v", err)
			}
			if len(second.asked) != 1 || len(second.asked[0].verses) != test.failed {
				t.Errorf("asked again for %v", second.asked)
			}
		})
	}
}

// TestNothingElseCanWork: an annotator or a validator that says so ends the run,
// nothing is a failure of a verse, and the same command goes on.
func TestNothingElseCanWork(t *testing.T) {
	over := &mashal.Error{Code: mashal.OverBudget, Op: "ask", Err: errors.New("it would cost more")}
	first, second := &paid{most: 10}, &judge{}
	first.script = func(_ context.Context, _ *pipeline.Task, ref mashal.Ref, r mashal.Result) (mashal.Result, error) {
		if ref.Verse == 15 {
			return r, fmt.Errorf("annotate: %w", over)
		}
		return r, nil
	}
	cfg := testConfig(t, "Obadiah", first)
	cfg.Validator, cfg.Workers = second, 1
	report, err := pipeline.Run(t.Context(), cfg)
	if mashal.CodeOf(err) != mashal.OverBudget || report == nil || report.Run.State != mashal.RunInterrupted {
		t.Fatalf("the run ended with %v as %+v", err, report)
	}
	if v := report.Totals.Verses; v[mashal.Failed] != 0 || v[mashal.Done] < 4 || v[mashal.Done]+v[mashal.NotRun] != 21 {
		t.Errorf("verses %v", v)
	}
	if entries, err := os.ReadDir(string(cfg.Folder)); err != nil || len(entries) == 0 {
		t.Fatal(err)
	}
	if got := strings.Join(rows(t, cfg.Folder), "\n"); strings.Contains(got, "first-word") {
		t.Error("readers see a chapter that is half-read")
	}

	first.script = nil
	second.script = func(_ context.Context, ref mashal.Ref) error {
		if ref.Verse > 5 {
			return over
		}
		return nil
	}
	report, err = pipeline.Run(t.Context(), cfg)
	if mashal.CodeOf(err) != mashal.OverBudget || report.Totals.Verses[mashal.Failed] != 0 || len(report.Failures) != 0 {
		t.Errorf("over budget at judging: %v", err)
	}
	second.script = nil
	if report, err = pipeline.Run(t.Context(), cfg); err != nil || report.Coverage.Judged != report.Coverage.Figures || len(report.Unvalidated) != 0 {
		t.Errorf("resumed: %v, %+v", err, report)
	}
	want := testConfig(t, "Obadiah", &paid{})
	want.Validator = &judge{}
	if _, err := pipeline.Run(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(rows(t, want.Folder), rows(t, cfg.Folder)) {
		t.Error("the concordance is not that of an undisturbed run")
	}
}

// TestPassagesShareTheWorkers: the passages of one chapter are read at once by
// as many workers as there are.
func TestPassagesShareTheWorkers(t *testing.T) {
	first := &paid{most: 7}
	var together sync.WaitGroup
	together.Add(3)
	first.script = func(_ context.Context, _ *pipeline.Task, ref mashal.Ref, r mashal.Result) (mashal.Result, error) {
		if ref.Verse%7 == 1 { // the first of each passage
			together.Done()
			together.Wait()
		}
		return r, nil
	}
	cfg := testConfig(t, "Obadiah", first)
	cfg.Workers = 3
	report, err := pipeline.Run(t.Context(), cfg)
	if err != nil || report.Totals.Verses[mashal.Done] != 21 || len(report.Attempts) != 3 {
		t.Fatalf("%v: %+v", err, report)
	}
	workers := map[int]bool{}
	for _, a := range report.Attempts {
		workers[a.Worker] = true
	}
	if len(workers) != 3 {
		t.Errorf("the workers were %v", workers)
	}
}

// TestWaitFreesTheWorker: with one worker, another passage is annotated while one
// waits before its request is made again.
func TestWaitFreesTheWorker(t *testing.T) {
	first := &paid{}
	obadiah := make(chan struct{})
	first.script = func(ctx context.Context, t *pipeline.Task, ref mashal.Ref, r mashal.Result) (mashal.Result, error) {
		switch {
		case ref.Book.Name() == "Obadiah" && ref.Verse == 21:
			close(obadiah)
		case ref.Book.Name() == "Joel" && ref.Verse == 1:
			for range 10_000 {
				if err := t.Wait(ctx, time.Millisecond); err != nil {
					return r, err
				}
				select {
				case <-obadiah:
					return r, nil
				default:
				}
			}
			return r, errors.New("no other task was started")
		}
		return r, nil
	}
	cfg := testConfig(t, "Joel 2 Obadiah", first)
	cfg.Workers = 1
	if _, err := pipeline.Run(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
}

// TestStoppingEndsWaits: a run that is told to stop does not wait to make a request
// again.
func TestStoppingEndsWaits(t *testing.T) {
	first := &paid{}
	stop := make(chan struct{})
	first.script = func(ctx context.Context, t *pipeline.Task, ref mashal.Ref, r mashal.Result) (mashal.Result, error) {
		if ref.Verse == 5 {
			close(stop)
			return r, t.Wait(ctx, time.Hour)
		}
		return r, nil
	}
	cfg := testConfig(t, "Obadiah", first)
	cfg.Stop = stop
	report, err := pipeline.Run(t.Context(), cfg)
	if mashal.CodeOf(err) != mashal.Interrupted || report.Totals.Verses[mashal.Done] != 4 || report.Totals.Verses[mashal.NotRun] != 17 {
		t.Errorf("%v: %+v", err, report.Totals)
	}
}

// TestValidateDoubtful: only verses with a figure below the confidence are
// validated, and the run is done. The scripted annotator is half sure of all.
func TestValidateDoubtful(t *testing.T) {
	for below, want := range map[float64]int{.5: 0, .6: 21, 0: 21} {
		second := &judge{}
		cfg := testConfig(t, "Obadiah", &paid{})
		cfg.Validator, cfg.ValidateBelow = second, below
		report, err := pipeline.Run(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		if c := report.Coverage; c.Figures != 21 || c.Judged != want || len(second.asked) != min(want, 1) || report.Run.State != mashal.RunDone {
			t.Errorf("below %g: %+v, asked %d times, %s", below, c, len(second.asked), report.Run.State)
		}
	}
}
