package commandtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"mashal"
	"mashal/ledger"
	"mashal/report"
)

// Scale is the factor by which the time of a simulated model, and the waits of Annotate,
// are shorter than those of a real model.
const Scale = 5000

// Impatient are flags for servers that stall. Without them the timeout is one that a busy
// machine does not meet.
var Impatient = []string{"--timeout", "300ms"}

// ServedAs is the name of all simulators of a test, which are on different ports and stand
// for one server.
const ServedAs = "simulator"

// A ModelRun is the outcome of `mashal annotate` with a simulated model.
type ModelRun struct {
	Dir    string // the data folder
	Code   int    // the exit code
	Stderr string
}

// Annotate annotates with a model of the vendor at base.
func Annotate(t testing.TB, base, vendor, dir string, args ...string) ModelRun {
	t.Helper()
	return AnnotateBy(t, base, dir, append(args, "--annotator", vendor+":m", "--passage", "12")...)
}

// AnnotateBy annotates with the models in args. The models of all vendors are at base, which
// is the server ServedAs unless args has a fallback, which may be on another.
func AnnotateBy(t testing.TB, base, dir string, args ...string) ModelRun {
	t.Helper()
	if !slices.Contains(args, "--fallback") {
		args = append(args, "--served-as", ServedAs)
	}
	var stderr bytes.Buffer
	p := Program{Env: Vendors(base), Stderr: &stderr, Backoff: func(d time.Duration) time.Duration { return d / Scale }}
	// Both are limits that a busy machine does not meet; the patience is divided by Scale.
	code := p.Run(t.Context(), append(append([]string{"annotate", "--timeout", "2m", "--patience", "10000h"}, args...),
		"--dir", dir, "--workers", "4", "--quiet")...)
	return ModelRun{dir, code, stderr.String()}
}

// Readings returns the readings of the data folder by reference, without their times.
func (r ModelRun) Readings(t testing.TB) map[string]mashal.VerseReading {
	t.Helper()
	all := map[string]mashal.VerseReading{}
	r.ask(t, func(book *ledger.Ledger) error {
		revisions, err := book.Revisions(t.Context())
		if err != nil {
			return err
		}
		for id := range revisions {
			reading, err := book.Reading(t.Context(), id)
			if err != nil {
				return err
			}
			for _, v := range reading.Verses {
				v.At = time.Time{}
				all[mashal.Ref{Chapter: reading.Chapter, Verse: v.Verse}.String()] = v
			}
		}
		return nil
	})
	return all
}

// Calls returns the requests of the latest run.
func (r ModelRun) Calls(t testing.TB) (list []mashal.Call) {
	t.Helper()
	r.ask(t, func(book *ledger.Ledger) error {
		runs, _, err := book.RunPage(t.Context(), 0, 1)
		if err != nil || len(runs) != 1 {
			return fmt.Errorf("%d runs: %w", len(runs), err)
		}
		list, err = book.RunCalls(t.Context(), runs[0].Run.ID)
		return err
	})
	return list
}

// Outcomes counts the requests of all runs by their outcome.
func (r ModelRun) Outcomes(t testing.TB) map[string]int {
	t.Helper()
	outcomes := map[string]int{}
	EachRun(t, r.Dir, func(book *ledger.Ledger, run string) error {
		calls, err := book.RunCalls(t.Context(), run)
		for i := range calls {
			outcomes[calls[i].Outcome]++
		}
		return err
	})
	return outcomes
}

// Failures returns the verses and chapters that failures.json of the only run names.
func (r ModelRun) Failures(t testing.TB) (failed, unvalidated map[string]bool) {
	t.Helper()
	var f struct {
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
	if err := json.Unmarshal([]byte(r.FailuresText(t)), &f); err != nil {
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

// FailuresText returns failures.json of the only run.
func (r ModelRun) FailuresText(t testing.TB) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(r.Dir, "runs", "*", "failures.json"))
	if err != nil || len(files) != 1 {
		t.Fatalf("reports %v, %v", files, err)
	}
	return Read(t, files[0])
}

// ask calls read with the ledger of the data folder.
func (r ModelRun) ask(t testing.TB, read func(*ledger.Ledger) error) {
	t.Helper()
	book, err := ledger.OpenReadOnly(t.Context(), report.Folder(r.Dir).Ledger())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := book.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := read(book); err != nil {
		t.Fatal(err)
	}
}
