package pipeline_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"mashal"
	"mashal/concordance"
	"mashal/concordance/concordancetest"
	"mashal/corpus"
	"mashal/ledger"
	"mashal/pipeline"
	"mashal/reference"
	"mashal/report"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A scripted annotator finds one metaphor on the first word of every verse,
// unless its script says otherwise. It remembers what it was asked.
type scripted struct {
	mark   string
	script func(ctx context.Context, t *pipeline.Task, ref mashal.Ref, ordinary mashal.Result) (mashal.Result, error)

	mu    sync.Mutex
	asked []passage
}

// A passage is what an annotator was asked for at once.
type passage struct {
	mashal.Chapter
	verses []int
}

func (p passage) String() string {
	return pipeline.Assignment{Chapter: p.Chapter, Verses: p.verses}.Reference()
}

func (s *scripted) Identity() mashal.Annotator {
	return mashal.Annotator{Name: "scripted", Kind: mashal.ByRules, Version: "1", Fingerprint: "scripted" + s.mark}
}

func (s *scripted) Passages(verses []int) [][]int { return [][]int{verses} }

var errSilent = errors.New("say nothing")

func (s *scripted) Annotate(ctx context.Context, t *pipeline.Task, emit func(mashal.Result) error) error {
	s.mu.Lock()
	s.asked = append(s.asked, passage{t.Chapter.Chapter, t.Verses})
	s.mu.Unlock()
	for _, v := range t.Verses {
		result := mashal.Result{Verse: v, Figures: []mashal.Figure{{
			Types: []mashal.Type{mashal.Metaphor}, Span: mashal.ExactSpan(mashal.WordRange{First: 1, Last: 1}),
			Explanation: "the first word", Confidence: 0.5, Source: "first-word",
		}}}
		if s.script != nil {
			var err error
			result, err = s.script(ctx, t, mashal.Ref{Chapter: t.Chapter.Chapter, Verse: v}, result)
			if errors.Is(err, errSilent) {
				continue
			}
			if err != nil {
				return err
			}
		}
		if err := emit(result); err != nil {
			return err
		}
	}
	return nil
}

// opened is the text, and what is to be read of it.
func opened(t *testing.T, selection string) (*corpus.Corpus, mashal.Selection) {
	t.Helper()
	text, err := corpus.Open()
	if err != nil {
		t.Fatal(err)
	}
	selected, err := reference.ParseSelection(strings.Fields(selection))
	if err != nil {
		t.Fatal(err)
	}
	return text, selected
}

func testConfig(t *testing.T, selection string, annotator pipeline.Annotator) pipeline.Config {
	t.Helper()
	text, selected := opened(t, selection)
	return pipeline.Config{
		Folder: report.Folder(t.TempDir()), Text: text, Selection: selected, Annotator: annotator, Workers: 2, Version: "test",
		Command:      []string{"mashal", "annotate", selection},
		RetryCommand: func(s mashal.Selection) []string { return []string{"mashal", "annotate", s.String()} },
	}
}

// ofOneRun matches what differs between two runs that did the same: their
// names, their times, and the order in which chapters ended.
var ofOneRun = regexp.MustCompile(`20\d{6}T\d{6}Z-[0-9a-f]+|20\d\d-\d\d-\d\d[T ][0-9:.]+|revision=\d+`)

// rows is what readers of a concordance see of a selection's figures.
func rows(t *testing.T, f report.Folder) []string {
	t.Helper()
	c, err := concordance.OpenReadOnly(t.Context(), f.Concordance())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var dump strings.Builder
	if err := concordancetest.Dump(t.Context(), c, &dump); err != nil {
		t.Fatal(err)
	}
	return strings.Split(ofOneRun.ReplaceAllString(dump.String(), "*"), "\n")
}

func states(t *testing.T, cfg pipeline.Config) map[mashal.State]int {
	t.Helper()
	l, err := ledger.OpenReadOnly(t.Context(), cfg.Folder.Ledger())
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	books, err := l.Status(t.Context(), cfg.Annotator.Identity().Fingerprint)
	if err != nil {
		t.Fatal(err)
	}
	sum := map[mashal.State]int{}
	for _, b := range books {
		for state, n := range b.Verses {
			sum[state] += n
		}
	}
	return sum
}

func readJSON(t *testing.T, path string) map[string]any {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var value map[string]any
	if err := json.Unmarshal(data, &value); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return value
}

func TestRunDoesAllOnce(t *testing.T) {
	annotator := &scripted{}
	cfg := testConfig(t, "Ezekiel 1-3", annotator)
	report, err := pipeline.Run(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	const verses = 28 + 10 + 27
	if got := report.Totals.Verses[mashal.Done]; got != verses || report.Totals.Figures != verses {
		t.Errorf("%d verses with %d figures, want %d with as many", got, report.Totals.Figures, verses)
	}
	if report.Efficiency <= 0 || report.Efficiency > 1 {
		t.Errorf("efficiency %v is not a share", report.Efficiency)
	}
	if got := states(t, cfg); got[mashal.Done] != verses || got[mashal.NotRun] != 23213-verses || got[mashal.Failed]+got[mashal.Running] != 0 {
		t.Errorf("states %v", got)
	}
	dir := cfg.Folder.Run(report.Run.ID)
	failures := readJSON(t, filepath.Join(dir, "failures.json"))
	if items, ok := failures["failed_items"].([]any); !ok || len(items) != 0 {
		t.Errorf("failed_items is %v, want an empty list", failures["failed_items"])
	}
	manifest := readJSON(t, filepath.Join(dir, "manifest.json"))
	if got := len(manifest["chapters_processed"].([]any)); got != 3 {
		t.Errorf("the manifest has %d chapters, want 3", got)
	}
	if raw, err := os.ReadFile(filepath.Join(dir, "manifest.json")); err != nil || regexp.MustCompile(`\d\.\d{7}`).Match(raw) {
		t.Errorf("the manifest has times finer than the ledger's (%v):\n%s", err, raw)
	}
	for _, name := range []string{"timeline.svg", "run.log"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}

	before := rows(t, cfg.Folder)
	report, err = pipeline.Run(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if len(annotator.asked) != 3 || report.Run.AlreadyDone != verses {
		t.Errorf("the second run asked again (%d times in all) or says that %d verses were done", len(annotator.asked), report.Run.AlreadyDone)
	}
	if after := rows(t, cfg.Folder); !slices.Equal(before, after) {
		t.Error("the second run changed the concordance")
	}

	cfg.Again = true
	if _, err = pipeline.Run(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	if len(annotator.asked) != 6 {
		t.Errorf("with Again %d chapters were read in all, want 6", len(annotator.asked))
	}
}

func TestLongestFirstWithOneWorker(t *testing.T) {
	annotator := &scripted{}
	cfg := testConfig(t, "Psalms 117-119", annotator)
	cfg.Workers = 1
	if _, err := pipeline.Run(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	want := []string{"Psalms 119", "Psalms 118", "Psalms 117"}
	for i, p := range annotator.asked {
		if p.String() != want[i] {
			t.Errorf("chapter %d was %s, want %s", i+1, p, want[i])
		}
	}
}

// What an annotator does wrong costs the verses it concerns, by name, and
// nothing else; reading again asks for those alone.
func TestFailuresAreNamed(t *testing.T) {
	broken := errors.New("the well is dry")
	for _, test := range []struct {
		name   string
		fault  func(ref mashal.Ref, ordinary mashal.Result) (mashal.Result, error)
		failed []int // verses of Joel 2
		kind   string
		items  int // in failures.json
		retry  string
	}{
		{"gives up in the middle", func(ref mashal.Ref, r mashal.Result) (mashal.Result, error) {
			if ref.Number == 2 && ref.Verse == 25 {
				return r, broken
			}
			return r, nil
		}, []int{25, 26, 27}, "internal", 3, "mashal annotate 'Joel 2:25'"},
		{"gives up at once", func(ref mashal.Ref, r mashal.Result) (mashal.Result, error) {
			if ref.Number == 2 {
				return r, broken
			}
			return r, nil
		}, span(1, 27), "internal", 1, "mashal annotate 'Joel 2'"},
		{"is silent about a verse", func(ref mashal.Ref, r mashal.Result) (mashal.Result, error) {
			if ref.Number == 2 && ref.Verse == 7 {
				return r, errSilent
			}
			return r, nil
		}, []int{7}, "missing", 1, "mashal annotate 'Joel 2:7'"},
		{"names a word that is not there", func(ref mashal.Ref, r mashal.Result) (mashal.Result, error) {
			if ref.Number == 2 && ref.Verse == 7 {
				r.Figures[0].Span = mashal.ExactSpan(mashal.WordRange{First: 99, Last: 99})
			}
			return r, nil
		}, []int{7}, "invalid", 1, "mashal annotate 'Joel 2:7'"},
		{"breaks down", func(ref mashal.Ref, r mashal.Result) (mashal.Result, error) {
			if ref.Number == 2 && ref.Verse == 27 {
				panic("out of ink")
			}
			return r, nil
		}, []int{27}, "internal", 1, "mashal annotate 'Joel 2:27'"},
		{"says that it failed", func(ref mashal.Ref, r mashal.Result) (mashal.Result, error) {
			if ref.Number == 2 && ref.Verse == 3 {
				return mashal.Result{Verse: 3, Failure: &mashal.Failure{Kind: "refused", Reason: "it would not"}}, nil
			}
			return r, nil
		}, []int{3}, "refused", 1, "mashal annotate 'Joel 2:3'"},
	} {
		t.Run(test.name, func(t *testing.T) {
			annotator := &scripted{script: func(_ context.Context, _ *pipeline.Task, ref mashal.Ref, r mashal.Result) (mashal.Result, error) {
				return test.fault(ref, r)
			}}
			cfg := testConfig(t, "Joel", annotator)
			report, err := pipeline.Run(t.Context(), cfg)
			if mashal.CodeOf(err) != mashal.Incomplete {
				t.Fatalf("the error is %v, want one that says incomplete", err)
			}
			var failed []int
			for _, f := range report.Failures {
				failed = append(failed, f.Ref.Verse)
				if f.Failure.Kind != test.kind || f.Failure.Reason == "" || f.Ref.Number != 2 {
					t.Errorf("%s failed as %+v, want %s in chapter 2", f.Ref, f.Failure, test.kind)
				}
			}
			if !slices.Equal(failed, test.failed) {
				t.Errorf("verses %v failed, want %v", failed, test.failed)
			}
			if done := report.Totals.Verses[mashal.Done]; done != 73-len(test.failed) {
				t.Errorf("%d verses done, want %d", done, 73-len(test.failed))
			}
			file := readJSON(t, filepath.Join(cfg.Folder.Run(report.Run.ID), "failures.json"))
			items := file["failed_items"].([]any)
			if len(items) != test.items {
				t.Fatalf("%d failed items, want %d", len(items), test.items)
			}
			item := items[0].(map[string]any)
			if item["retry_command"] != test.retry || item["error_type"] != test.kind || item["book"] != "Joel" {
				t.Errorf("failed item %v", item)
			}

			annotator.script, annotator.asked = nil, nil
			if _, err := pipeline.Run(t.Context(), cfg); err != nil {
				t.Fatal(err)
			}
			asked := 0
			for _, p := range annotator.asked {
				asked += len(p.verses)
			}
			if asked != len(test.failed) {
				t.Errorf("the second run asked for %d verses, want the %d that failed", asked, len(test.failed))
			}
			if got := states(t, cfg); got[mashal.Done] != 73 || got[mashal.Failed] != 0 {
				t.Errorf("states after the second run: %v", got)
			}
		})
	}
}

func span(first, last int) []int {
	var s []int
	for v := first; v <= last; v++ {
		s = append(s, v)
	}
	return s
}

func undisturbed(t *testing.T, selection string) []string {
	t.Helper()
	cfg := testConfig(t, selection, &scripted{})
	if _, err := pipeline.Run(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	return rows(t, cfg.Folder)
}

func TestFirstSignalLetsChaptersEnd(t *testing.T) {
	stop := make(chan struct{})
	annotator := &scripted{}
	annotator.script = func(_ context.Context, _ *pipeline.Task, ref mashal.Ref, r mashal.Result) (mashal.Result, error) {
		if ref.Verse == 5 && len(annotator.asked) == 1 {
			close(stop)
		}
		return r, nil
	}
	cfg := testConfig(t, "Joel", annotator)
	cfg.Workers, cfg.Stop = 1, stop
	report, err := pipeline.Run(t.Context(), cfg)
	if mashal.CodeOf(err) != mashal.Interrupted {
		t.Fatalf("the error is %v, want one that says interrupted", err)
	}
	if hint := err.(*mashal.Error).Hint; !strings.Contains(hint, "mashal annotate Joel") {
		t.Errorf("the hint %q does not name the command that resumes", hint)
	}
	// Joel 2 is the longest chapter.
	if got := report.Totals.Verses; got[mashal.Done] != 27 || got[mashal.NotRun] != 46 || got[mashal.Running] != 0 {
		t.Errorf("verses by state: %v", got)
	}
	cfg.Stop, annotator.script = nil, nil
	if _, err := pipeline.Run(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(undisturbed(t, "Joel"), rows(t, cfg.Folder)); diff != "" {
		t.Errorf("the resumed concordance differs from an undisturbed one (-undisturbed +resumed):\n%s", diff)
	}
	if len(annotator.asked) != 4 {
		t.Errorf("%d chapters were read, want each of the 4 once", len(annotator.asked))
	}
}

func TestSecondSignalKeepsVersesThatEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	annotator := &scripted{}
	annotator.script = func(ctx context.Context, _ *pipeline.Task, ref mashal.Ref, r mashal.Result) (mashal.Result, error) {
		if ref.Number == 2 && ref.Verse == 11 {
			cancel()
			<-ctx.Done()
			return r, ctx.Err()
		}
		return r, nil
	}
	cfg := testConfig(t, "Joel", annotator)
	cfg.Workers = 1
	report, err := pipeline.Run(ctx, cfg)
	if mashal.CodeOf(err) != mashal.Interrupted {
		t.Fatalf("the error is %v, want one that says interrupted", err)
	}
	if got := report.Totals.Verses; got[mashal.Done] != 10 || got[mashal.NotRun] != 63 || got[mashal.Failed] != 0 {
		t.Errorf("verses by state: %v", got)
	}
	if seen := rows(t, cfg.Folder); slices.ContainsFunc(seen, func(row string) bool { return strings.Contains(row, "Joel.2") }) {
		t.Error("half a chapter is in the concordance")
	}
	annotator.script, annotator.asked = nil, nil
	if _, err := pipeline.Run(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(annotator.asked, func(p passage) bool { return p.String() == "Joel 2:11-27" }) {
		t.Errorf("asked for %v, want Joel 2 from verse 11 on", annotator.asked)
	}
	if diff := cmp.Diff(undisturbed(t, "Joel"), rows(t, cfg.Folder)); diff != "" {
		t.Errorf("the resumed concordance differs from an undisturbed one (-undisturbed +resumed):\n%s", diff)
	}
}

// A process killed between ledger and concordance leaves the concordance
// behind; the next run brings it up.
func TestConcordanceCatchesUp(t *testing.T) {
	cfg := testConfig(t, "Joel Obadiah", &scripted{})
	if _, err := pipeline.Run(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	want := rows(t, cfg.Folder)
	if err := os.Remove(cfg.Folder.Concordance()); err != nil {
		t.Fatal(err)
	}
	if _, err := pipeline.Run(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	if got := rows(t, cfg.Folder); !slices.Equal(got, want) {
		t.Error("the concordance was not brought up to the ledger")
	}
}

// Readings of two ledgers have the same numbers: the folder's concordance must
// not keep what it had from the one when it is given the other.
// Neither another ledger nor an older copy of the same may take from the
// concordance what they lack, and the ledger is left as it was.
func TestConcordanceKeepsWhatTheLedgerLacks(t *testing.T) {
	cfg, other := testConfig(t, "Joel Obadiah", &scripted{}), testConfig(t, "Obadiah Jonah 1", &scripted{})
	first := cfg
	first.Selection = first.Selection[:1]
	for _, c := range []pipeline.Config{first, other} {
		if _, err := pipeline.Run(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	older, err := os.ReadFile(cfg.Folder.Ledger())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pipeline.Run(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "ledger.db")
	if err := os.WriteFile(copied, older, 0o644); err != nil {
		t.Fatal(err)
	}
	want := rows(t, cfg.Folder)
	for name, at := range map[string]string{"another": other.Folder.Ledger(), "older": copied} {
		c := cfg
		c.LedgerAt = at
		for range 2 {
			if _, err := pipeline.Run(t.Context(), c); mashal.CodeOf(err) != mashal.Usage {
				t.Errorf("%s: %v", name, err)
			}
		}
		if diff := cmp.Diff(want, rows(t, cfg.Folder)); diff != "" {
			t.Errorf("%s: the concordance was changed:\n%s", name, diff)
		}
		l, err := ledger.OpenReadOnly(t.Context(), at)
		if err != nil {
			t.Fatal(err)
		}
		if runs, err := l.Runs(t.Context()); err != nil || len(runs) != 1 {
			t.Errorf("%s: the ledger has %d runs, %v", name, len(runs), err)
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A ledger that was lost, or emptied by a full disk, must not take what was
// made from it along.
func TestLostLedgerLeavesTheConcordance(t *testing.T) {
	cfg := testConfig(t, "Obadiah", &scripted{})
	if _, err := pipeline.Run(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	want := rows(t, cfg.Folder)
	for name, lose := range map[string]func(path string) error{
		"gone":  os.Remove,
		"empty": func(path string) error { return os.WriteFile(path, nil, 0o600) },
	} {
		if err := lose(cfg.Folder.Ledger()); err != nil {
			t.Fatal(err)
		}
		for range 2 { // giving the command again does not help itself to it either
			if _, err := pipeline.Run(t.Context(), cfg); mashal.CodeOf(err) != mashal.Usage {
				t.Errorf("%s: %v", name, err)
			}
		}
		if info, err := os.Stat(cfg.Folder.Ledger()); err == nil && info.Size() > 0 || err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: a ledger was begun beside the concordance of another (%v)", name, err)
		}
		if diff := cmp.Diff(want, rows(t, cfg.Folder)); diff != "" {
			t.Errorf("%s: the concordance was changed:\n%s", name, diff)
		}
	}
	if err := os.Remove(cfg.Folder.Concordance()); err != nil {
		t.Fatal(err)
	}
	if _, err := pipeline.Run(t.Context(), cfg); err != nil {
		t.Errorf("begun anew: %v", err)
	}
}

// A run that cannot leave its reports does not begin, and does not stay open.
func TestNoPlaceForReports(t *testing.T) {
	annotator := &scripted{}
	cfg := testConfig(t, "Joel", annotator)
	if err := os.WriteFile(filepath.Join(string(cfg.Folder), "runs"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := pipeline.Run(t.Context(), cfg)
	var told *mashal.Error
	if !errors.As(err, &told) || told.Hint == "" {
		t.Errorf("the error %q does not say what to do", err)
	}
	if len(annotator.asked) != 0 {
		t.Errorf("%v was read without a place for the report", annotator.asked)
	}
	l, err := ledger.OpenReadOnly(t.Context(), cfg.Folder.Ledger())
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if last, err := l.LatestRun(t.Context()); err != nil || last.State != mashal.RunFailed {
		t.Errorf("the run ended as %q (%v), want failed", last.State, err)
	}
}

func TestEventsTellTheRun(t *testing.T) {
	cfg := testConfig(t, "Joel 3 Obadiah", &scripted{})
	cfg.Workers = 1
	var lines []string
	cfg.Observe = func(e pipeline.Event) {
		if ended, ok := e.(pipeline.Ended); ok {
			ended.Duration = 0
			e = ended
		}
		if _, ok := e.(pipeline.Finished); !ok {
			line := e.String()
			lines = append(lines, line[strings.Index(line, ":")+2:])
		}
	}
	if _, err := pipeline.Run(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"26 verses to annotate in 2 chapters with scripted, 1 worker",
		"Obadiah 1 started (21 verses)",
		"Obadiah 1 done in 0.00s (21 verses, 21 figures)",
		"Joel 3 started (5 verses)",
		"Joel 3 done in 0.00s (5 verses, 5 figures)",
	}
	if !slices.Equal(lines, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
}
