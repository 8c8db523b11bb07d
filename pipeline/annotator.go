package pipeline

import (
	"context"

	"mashal"
)

// An Annotator finds figures in verses of a chapter. It is safe for concurrent
// use.
type Annotator interface {
	// Identity returns the name and the version under which results are recorded.
	Identity() mashal.Annotator

	// Passages divides verses of one chapter, ascending, into the passages that
	// are annotated at once. Workers share the passages of all chapters.
	Passages(verses []int) [][]int

	// Annotate calls emit once for each verse of the task, in any order and from
	// the calling goroutine. A verse without a result has failed. An error means
	// that Annotate gave up; the results emitted before remain. An error of type
	// *mashal.Error ends the run, because no other task can succeed either.
	Annotate(ctx context.Context, t *Task, emit func(mashal.Result) error) error
}

// A Validator decides whether figures that were found are right. The methods are
// as those of Annotator, for verses that have figures: Task.Results.
type Validator interface {
	Identity() mashal.Annotator
	Passages(verses []int) [][]int
	Validate(ctx context.Context, t *Task, emit func(mashal.Judgement) error) error
}

// A Finder finds figures in the text alone. It asks no model, records no requests
// and never waits: rules, for example.
type Finder interface {
	Identity() mashal.Annotator
	Passages(verses []int) [][]int
	Annotate(ctx context.Context, chapter *mashal.ChapterText, verses []int, emit func(mashal.Result) error) error
}

// Local returns a Finder as an Annotator.
func Local(f Finder) Annotator { return local{f} }

type local struct{ Finder }

// Annotate passes the verses of the task to the Finder.
func (l local) Annotate(ctx context.Context, t *Task, emit func(mashal.Result) error) error {
	return l.Finder.Annotate(ctx, t.Chapter, t.Verses, emit)
}
