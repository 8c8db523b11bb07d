package report

import (
	"fmt"
	"strings"
	"time"

	"mashal"
	"mashal/ledger"
)

// A FailuresFile is the content of failures.json: what did not succeed and the
// commands that retry it. Names and structure are those of Tzafun's files, so that
// programs written for them can read it; a list without entries is empty, not
// absent.
type FailuresFile struct {
	RunID            string          `json:"run_id"`
	PipelineVersion  string          `json:"pipeline_version"`
	StartedAt        time.Time       `json:"started_at"`
	CompletedAt      time.Time       `json:"completed_at"`
	Summary          FailuresSummary `json:"summary"`
	FailedItems      []FailedItem    `json:"failed_items"`
	ValidationIssues []FailedItem    `json:"validation_issues"`
	Corruptions      []FailedItem    `json:"streaming_corruptions"`
	RetryCommands    []string        `json:"retry_commands"`
}

// FailuresSummary counts what a FailuresFile lists.
type FailuresSummary struct {
	Verses           int `json:"verses"`
	FailedItems      int `json:"failed_items"`
	FailedVerses     int `json:"failed_verses"`
	FailedChapters   int `json:"failed_chapters"`
	NotRunVerses     int `json:"not_run_verses"`
	ValidationIssues int `json:"validation_issues"`
	Corruptions      int `json:"streaming_corruptions"`
}

// A FailedItem is a verse or a chapter that did not succeed.
type FailedItem struct {
	Type         string    `json:"type"` // "chapter" if every verse of it failed for one reason, else "verse"
	Book         string    `json:"book"`
	Chapter      int       `json:"chapter"`
	Verse        int       `json:"verse,omitempty"`
	Reason       string    `json:"reason"`
	ErrorType    string    `json:"error_type"`
	RetryCommand string    `json:"retry_command"`
	Timestamp    time.Time `json:"timestamp"`

	Reference mashal.Chapter `json:"-"` // Book and Chapter
}

// FailuresFile returns what did not succeed. retry returns the command that
// annotates only a selection.
func (r *Report) FailuresFile(retry func(mashal.Selection) []string) FailuresFile {
	f := FailuresFile{
		RunID: r.Run.ID, PipelineVersion: r.Run.Version, StartedAt: r.Run.Started, CompletedAt: r.Run.Ended,
		FailedItems: []FailedItem{}, ValidationIssues: []FailedItem{}, Corruptions: []FailedItem{}, RetryCommands: []string{},
	}
	command := func(p mashal.Passage) string { return ShellLine(retry(mashal.Selection{p})) }
	for chapter, failed := range byChapter(r.Failures) {
		f.Summary.FailedChapters++
		if whole := mashal.Whole(chapter); len(failed) == whole.Len() && sameReason(failed) {
			f.FailedItems = append(f.FailedItems, newFailedItem(failed[0], "chapter", command(whole)))
			continue
		}
		for _, v := range failed {
			only := mashal.Passage{Chapter: chapter, First: v.Ref.Verse, Last: v.Ref.Verse}
			f.FailedItems = append(f.FailedItems, newFailedItem(v, "verse", command(only)))
		}
	}
	for _, v := range r.Unvalidated {
		only := mashal.Passage{Chapter: v.Ref.Chapter, First: v.Ref.Verse, Last: v.Ref.Verse}
		if v.At.IsZero() {
			v.At = r.Run.Ended
		}
		f.ValidationIssues = append(f.ValidationIssues, newFailedItem(v, "verse", command(only)))
	}
	f.Corruptions = append(f.Corruptions, r.corruptions(command)...)
	f.Summary.ValidationIssues, f.Summary.Corruptions = len(f.ValidationIssues), len(f.Corruptions)
	if len(r.Failures)+len(r.Unvalidated) > 0 {
		f.RetryCommands = append(f.RetryCommands, ShellLine(r.Run.Command))
	}
	for _, n := range r.Totals.Verses {
		f.Summary.Verses += n
	}
	f.Summary.NotRunVerses = r.Totals.Verses[mashal.NotRun] + r.Totals.Verses[mashal.Running]
	f.Summary.FailedVerses = len(r.Failures)
	f.Summary.FailedItems = len(f.FailedItems)
	return f
}

// corruptions returns the verses that were damaged or missing in answers. Most of
// them were requested again and came; the others are among the failed items too.
func (r *Report) corruptions(command func(mashal.Passage) string) (items []FailedItem) {
	for i := range r.Requests {
		q := &r.Requests[i]
		for _, d := range q.Damage {
			items = append(items, newFailedItem(ledger.FailedVerse{
				Ref: mashal.Ref{Chapter: q.Chapter, Verse: d.Verse}, At: q.Ended,
				Failure: mashal.Failure{Kind: d.State, Reason: strings.TrimSuffix(fmt.Sprintf("in an answer of %s: %s", q.Model, d.Reason), ": ")},
			}, "verse", command(mashal.Passage{Chapter: q.Chapter, First: d.Verse, Last: d.Verse})))
		}
	}
	return items
}

// newFailedItem returns a verse that failed as an item of the given type.
func newFailedItem(v ledger.FailedVerse, kind, command string) FailedItem {
	item := FailedItem{
		Type: kind, Book: v.Ref.Book.Name(), Chapter: v.Ref.Number, Reason: v.Failure.Reason,
		ErrorType: v.Failure.Kind, RetryCommand: command, Timestamp: v.At, Reference: v.Ref.Chapter,
	}
	if kind == "verse" {
		item.Verse = v.Ref.Verse
	}
	return item
}

// byChapter iterates over failures, which are in canonical order, by chapter.
func byChapter(failures []ledger.FailedVerse) func(yield func(mashal.Chapter, []ledger.FailedVerse) bool) {
	return func(yield func(mashal.Chapter, []ledger.FailedVerse) bool) {
		for len(failures) > 0 {
			n := 1
			for n < len(failures) && failures[n].Ref.Chapter == failures[0].Ref.Chapter {
				n++
			}
			if !yield(failures[0].Ref.Chapter, failures[:n]) {
				return
			}
			failures = failures[n:]
		}
	}
}

// sameReason reports whether all verses failed in the same way.
func sameReason(failed []ledger.FailedVerse) bool {
	for _, v := range failed {
		if v.Failure != failed[0].Failure {
			return false
		}
	}
	return true
}
