package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"

	"mashal"
)

// Write writes failures.json, manifest.json and timeline.svg into the folder dir.
// Each file is written whole or not at all. retry returns the command that
// annotates only a selection.
func (r *Report) Write(dir string, retry func(mashal.Selection) []string) error {
	title := fmt.Sprintf("%s by %s: %s, %s", r.Run.Selection, r.Run.Annotator.Name, Count(r.Run.Workers, "worker"), shortDuration(r.Wall))
	if len(r.Attempts) > 0 {
		title += fmt.Sprintf(", efficiency %.0f %%", 100*r.Efficiency)
	}
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{"failures.json", func(w io.Writer) error { return writeJSON(w, r.FailuresFile(retry)) }},
		{"manifest.json", func(w io.Writer) error { return writeJSON(w, r.manifestFile()) }},
		{"timeline.svg", func(w io.Writer) error { return WriteTimeline(w, title, r.Run.Workers, r.Wall, r.bars()) }},
	} {
		var content bytes.Buffer
		if err := file.write(&content); err != nil {
			return fmt.Errorf("make %s: %w", file.name, err)
		}
		if err := writeAtomically(filepath.Join(dir, file.name), content.Bytes(), privateFile); err != nil {
			return &mashal.Error{Op: "write the run's report", Err: withoutSyscall(err), Hint: "The ledger has everything that the report would contain."}
		}
	}
	return nil
}

// bars returns the periods in which workers worked, and those in which they
// waited with an attempt, for the timeline.
func (r *Report) bars() []Bar {
	var bars []Bar
	for i := range r.Attempts {
		a := &r.Attempts[i]
		bar := Bar{
			Chapter: a.Chapter, Validation: a.Purpose == mashal.Validation, Outcome: a.Outcome,
			Label: Count(a.Verses, "verse") + ", " + Count(a.Figures, "figure"),
		}
		for _, p := range a.Worked() {
			bar.Worker, bar.Start, bar.End = p.Worker, p.Started.Sub(r.Run.Started), p.Ended.Sub(r.Run.Started)
			bars = append(bars, bar)
		}
		for _, w := range a.Waits {
			if !w.Held {
				continue
			}
			ended := w.Ended
			if ended.IsZero() {
				ended = a.Ended
			}
			waiting := bar
			waiting.Waiting, waiting.Worker = true, w.Worker
			waiting.Start, waiting.End = w.Started.Sub(r.Run.Started), ended.Sub(r.Run.Started)
			bars = append(bars, waiting)
		}
	}
	return bars
}

func writeJSON(w io.Writer, value any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(value)
}
