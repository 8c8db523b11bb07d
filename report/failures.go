package report

import (
	"slices"
	"time"

	"mashal"
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

	Reasons []mashal.FailureCount `json:"reasons"` // of FailedVerses, by kind
	Stopped string                `json:"stopped"` // why the run stopped early; "" if it did not
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
}

// FailuresFile returns what did not succeed. retry returns the command that
// annotates only a selection.
func (r *Report) FailuresFile(retry func(mashal.Selection) []string) FailuresFile {
	f := FailuresFile{
		RunID: r.Run.ID, PipelineVersion: r.Run.Version, StartedAt: r.Run.Started, CompletedAt: r.Run.Ended,
		FailedItems:      failedItems(GroupFailures(r.Failures, retry)),
		ValidationIssues: failedItems(WithRetry(r.Unvalidated, retry)),
		Corruptions:      failedItems(WithRetry(r.Damaged, retry)),
		RetryCommands:    []string{},
	}
	for i := range f.ValidationIssues {
		if item := &f.ValidationIssues[i]; item.Timestamp.IsZero() {
			item.Timestamp = r.Run.Ended
		}
	}
	// The command of the run does it again, if there is any for a part of it.
	if again := slices.ContainsFunc(slices.Concat(f.FailedItems, f.ValidationIssues), func(i FailedItem) bool { return i.RetryCommand != "" }); again || r.Run.Note != "" {
		f.RetryCommands = append(f.RetryCommands, ShellLine(r.Run.Command))
	}
	for _, n := range r.Totals.Verses {
		f.Summary.Verses += n
	}
	for range byChapter(r.Failures) {
		f.Summary.FailedChapters++
	}
	f.Summary.NotRunVerses = r.Totals.Verses[mashal.NotRun] + r.Totals.Verses[mashal.Running]
	f.Summary.FailedVerses, f.Summary.Stopped = len(r.Failures), r.Run.Note
	f.Summary.Reasons = append([]mashal.FailureCount{}, failureCounts(r.Failures)...)
	f.Summary.FailedItems, f.Summary.ValidationIssues, f.Summary.Corruptions = len(f.FailedItems), len(f.ValidationIssues), len(f.Corruptions)
	return f
}

// GroupFailures returns failures, which are in canonical order, with the
// command that retries each. If all verses of a chapter failed for the same
// reason, one failure without a verse stands for them.
func GroupFailures(failures []mashal.FailedVerse, retry func(mashal.Selection) []string) (list []mashal.FailedVerse) {
	for chapter, failed := range byChapter(failures) {
		if len(failed) == chapter.Verses() && sameReason(failed) {
			failed = slices.Clone(failed[:1])
			failed[0].Ref.Verse = 0
		}
		list = append(list, WithRetry(failed, retry)...)
	}
	return list
}

// WithRetry returns a copy of failures with the command that retries each.
func WithRetry(failures []mashal.FailedVerse, retry func(mashal.Selection) []string) []mashal.FailedVerse {
	list := slices.Clone(failures)
	for i := range list {
		ref := list[i].Ref
		passage := mashal.Passage{Chapter: ref.Chapter, First: ref.Verse, Last: ref.Verse}
		if ref.Verse == 0 {
			passage = mashal.Whole(ref.Chapter)
		}
		list[i].Retry = ShellLine(retry(mashal.Selection{passage}))
	}
	return list
}

// failedItems returns failures as the items of a file.
func failedItems(failures []mashal.FailedVerse) []FailedItem {
	items := make([]FailedItem, len(failures))
	for i, v := range failures {
		kind := "verse"
		if v.Ref.Verse == 0 {
			kind = "chapter"
		}
		items[i] = FailedItem{
			Type: kind, Book: v.Ref.Book.Name(), Chapter: v.Ref.Number, Verse: v.Ref.Verse, Reason: v.Failure.Reason,
			ErrorType: v.Failure.Kind, RetryCommand: v.Retry, Timestamp: v.At,
		}
	}
	return items
}

// byChapter iterates over failures, which are in canonical order, by chapter.
func byChapter(failures []mashal.FailedVerse) func(yield func(mashal.Chapter, []mashal.FailedVerse) bool) {
	return func(yield func(mashal.Chapter, []mashal.FailedVerse) bool) {
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
func sameReason(failed []mashal.FailedVerse) bool {
	for _, v := range failed {
		if v.Failure != failed[0].Failure {
			return false
		}
	}
	return true
}
