package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mashal"
	"mashal/ledger"
	"mashal/llm/llmsim"
	"mashal/report"
)

// simulatedScale is how much faster than a real model's the time of the
// simulated one runs, and the waits of who asks it.
const simulatedScale = 5000

// A modelRun is one `mashal annotate` by a simulated model.
type modelRun struct {
	dir    string
	code   int
	stderr string
}

// annotateSimulated annotates by a model of the vendor at base.
func annotateSimulated(t *testing.T, base, vendor, dir string, args ...string) modelRun {
	t.Helper()
	return annotateBy(t, base, dir, append(args, "--annotator", vendor+":m", "--passage", "12")...)
}

// impatient are flags for servers that stall. Without them the timeout is one
// that a busy machine does not meet.
var impatient = []string{"--timeout", "300ms"}

// servedAs is the name of the simulators of a test, which are on different ports and
// stand for one server.
const servedAs = "simulator"

// annotateBy annotates, with all vendors' models at base, which is the server
// servedAs, unless a fallback is on another.
func annotateBy(t *testing.T, base, dir string, args ...string) modelRun {
	t.Helper()
	env := map[string]string{
		"OPENAI_API_KEY": testKey, "OPENAI_BASE_URL": base + "/v1", "ANTHROPIC_API_KEY": testKey, "ANTHROPIC_BASE_URL": base,
		"GEMINI_API_KEY": testKey, "GOOGLE_GEMINI_BASE_URL": base,
	}
	if !slices.Contains(args, "--fallback") {
		args = append(args, "--served-as", servedAs)
	}
	var stdout, stderr bytes.Buffer
	p := &program{
		stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, getenv: func(name string) string { return env[name] }, name: []string{"mashal"},
		backoff: func(d time.Duration) time.Duration { return d / simulatedScale },
	}
	code := p.execute(t.Context(), append(append([]string{"annotate", "--timeout", "2m"}, args...),
		"--dir", dir, "--workers", "4", "--quiet"))
	return modelRun{dir, code, stderr.String()}
}

// testKey is a key that nothing may print or keep.
const testKey = "sk-test-4f8d2c1b9a7e6053"

// readings is all that a run left: what was found in each verse, and what was
// decided about it.
func (r modelRun) readings(t *testing.T) map[string]mashal.VerseReading {
	t.Helper()
	book, err := ledger.OpenReadOnly(t.Context(), report.Folder(r.dir).Ledger())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := book.Close(); err != nil {
			t.Error(err)
		}
	}()
	revisions, err := book.Revisions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]mashal.VerseReading{}
	for id := range revisions {
		reading, err := book.Reading(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range reading.Verses {
			v.At = time.Time{}
			all[mashal.Ref{Chapter: reading.Chapter, Verse: v.Verse}.String()] = v
		}
	}
	return all
}

// A reported is what failures.json says of a run.
type reported struct {
	Failed []struct {
		Type    string
		Book    string
		Chapter int
		Verse   int
	} `json:"failed_items"`
	Validation []struct {
		Book    string
		Chapter int
		Verse   int
	} `json:"validation_issues"`
}

func (r modelRun) failures(t *testing.T) (failed, unvalidated map[string]bool) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(r.dir, "runs", "*", "failures.json"))
	if err != nil || len(files) != 1 {
		t.Fatalf("reports %v, %v", files, err)
	}
	content, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var f reported
	if err := json.Unmarshal(content, &f); err != nil {
		t.Fatal(err)
	}
	failed, unvalidated = map[string]bool{}, map[string]bool{}
	for _, item := range f.Failed {
		if item.Type == "chapter" {
			failed[fmt.Sprintf("%s %d", item.Book, item.Chapter)] = true
			continue
		}
		failed[fmt.Sprintf("%s %d:%d", item.Book, item.Chapter, item.Verse)] = true
	}
	for _, item := range f.Validation {
		unvalidated[fmt.Sprintf("%s %d:%d", item.Book, item.Chapter, item.Verse)] = true
	}
	return failed, unvalidated
}

// TestFaultMatrix asks each vendor's model with each fault in one answer of
// five, and with all together. Every verse comes to what it comes to without
// faults, field by field, or it has failed and the report says so, or it was kept as
// odd and the damage of its request says so.
//
// One thing no reader can tell: that English prose has lost bytes in its middle
// where both ends still make words. Such verses may differ in their prose, and
// in nothing else; they are counted, and held to salvage's bound.
func TestFaultMatrix(t *testing.T) {
	t.Parallel()
	const selection = "Ezekiel 15-17"
	scale := []string{"--scale", fmt.Sprint(simulatedScale), "--first-token", "60s", "--tokens-per-second", "62", "--tokens-per-event", "16", "--seed", "7"}
	var verses, reworded, kept atomic.Int64
	t.Run("vendors", func(t *testing.T) {
		for _, vendor := range matrixVendors("openai", "anthropic", "gemini") {
			t.Run(vendor, func(t *testing.T) {
				t.Parallel()
				base, stop := simulated(t, scale...)
				calm := annotateSimulated(t, base, vendor, t.TempDir(), selection)
				stop()
				if calm.code != 0 {
					t.Fatalf("without faults the exit code is %d: %s", calm.code, calm.stderr)
				}
				want := calm.readings(t)
				for _, fault := range append(llmsim.FaultNames(), "all") {
					if stopsRun[fault] {
						continue // TestAccountFaults and TestHabits have them
					}
					t.Run(string(fault), func(t *testing.T) {
						t.Parallel()
						args := []string{selection}
						if fault == llmsim.Stall || fault == "all" {
							args = append(args, impatient...)
						}
						base, stop := simulated(t, append(slices.Clone(scale), "--fault", string(fault)+"=0.2")...)
						run := annotateSimulated(t, base, vendor, t.TempDir(), args...)
						stop()
						verses.Add(int64(len(want)))
						lost, marked := run.check(t, want, losesText[fault])
						reworded.Add(int64(lost))
						kept.Add(int64(marked))
					})
				}
			})
		}
	})
	t.Logf("of %d verses %d have prose that lost its middle, and %d differ and were kept as odd", verses.Load(), reworded.Load(), kept.Load())
	if float64(reworded.Load()) > .0005*float64(verses.Load()) || float64(kept.Load()) > .001*float64(verses.Load()) {
		t.Error("more than 0.05 %, or 0.1 % of them odd")
	}
}

// matrixVendors returns the vendors that a matrix of faults plays: all, and under the race
// detector the first. There each takes a minute; tools/test plays all without it.
func matrixVendors(all ...string) []string {
	if underRace {
		return all[:1]
	}
	return all
}

// stopsRun are the faults after which no request of the run can succeed.
var stopsRun = map[llmsim.Fault]bool{
	llmsim.OutOfCredit: true, llmsim.DailyLimit: true, llmsim.UnknownModel: true, llmsim.NoSuchPath: true, llmsim.LoginPage: true,
	llmsim.ModelError: true, llmsim.NotServed: true, llmsim.UnknownForm: true, llmsim.Elsewhere: true,
}

// losesText are the faults that can take bytes out of the middle of a text.
var losesText = map[llmsim.Fault]bool{llmsim.Drop: true, llmsim.Dup: true, llmsim.Reorder: true, llmsim.Mix: true, "all": true}

// odd returns the verses that were kept although they looked odd.
func (r modelRun) odd(t *testing.T) map[string]bool {
	t.Helper()
	book, err := ledger.OpenReadOnly(t.Context(), report.Folder(r.dir).Ledger())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := book.Close(); err != nil {
			t.Error(err)
		}
	}()
	runs, err := filepath.Glob(filepath.Join(r.dir, "runs", "*"))
	if err != nil || len(runs) != 1 {
		t.Fatalf("runs %v, %v", runs, err)
	}
	damaged, err := book.DamagedVerses(t.Context(), filepath.Base(runs[0]))
	if err != nil {
		t.Fatal(err)
	}
	places := map[string]bool{}
	for _, d := range damaged {
		if strings.Contains(d.Failure.Reason, "kept, but odd") {
			places[d.Ref.String()] = true
		}
	}
	return places
}

// check holds a run to what is true of every verse, and counts those whose
// prose alone differs, if that is to be borne. A verse that has lost bytes may also be
// kept as odd, whatever it lost: those are marked.
func (r modelRun) check(t *testing.T, want map[string]mashal.VerseReading, prose bool) (reworded, marked int) {
	t.Helper()
	failed, unvalidated := r.failures(t)
	var odd map[string]bool
	if prose {
		odd = r.odd(t)
	}
	got := r.readings(t)
	for place, w := range want {
		g, ok := got[place]
		chapter, _, _ := strings.Cut(place, ":")
		switch reported := failed[place] || failed[chapter]; {
		case !ok:
			t.Errorf("%s has no end", place)
			continue
		case (g.State == mashal.Failed) != reported:
			t.Errorf("%s is %s, and reported as failed: %v", place, g.State, reported)
			continue
		case g.State == mashal.Failed:
			continue
		}
		if w.Figures = slices.Clone(w.Figures); unvalidated[place] {
			for i := range w.Figures {
				w.Figures[i].Verdicts = nil
			}
		}
		diff := cmp.Diff(w, g)
		if diff == "" {
			continue
		}
		if odd[place] {
			marked++
			continue
		}
		if prose && cmp.Equal(withoutProse(w), withoutProse(g)) {
			reworded++
			continue
		}
		t.Errorf("%s (-without faults +with):\n%s", place, diff)
	}
	wantCode := 0
	if len(failed)+len(unvalidated) > 0 {
		wantCode = 3
	}
	if r.code != wantCode {
		t.Errorf("exit code %d, want %d with %d failed and %d not validated: %s", r.code, wantCode, len(failed), len(unvalidated), r.stderr)
	}
	return reworded, marked
}

// unword takes out of a figure what a model says in words of its own.
func unword(f *mashal.Figure) {
	f.Explanation, f.Speaker, f.Purpose = "", "", ""
	f.Target.Specific, f.Vehicle.Specific, f.Ground.Specific, f.Posture.Specific = "", "", "", ""
}

// withoutProse is a reading without what a model says in words of its own.
func withoutProse(v mashal.VerseReading) mashal.VerseReading {
	v.Deliberation = ""
	v.Figures = slices.Clone(v.Figures)
	for i := range v.Figures {
		f := &v.Figures[i]
		unword(&f.Figure)
		f.Verdicts = slices.Clone(f.Verdicts)
		for k := range f.Verdicts {
			f.Verdicts[k].Reason = ""
		}
	}
	return v
}
