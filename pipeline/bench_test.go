package pipeline_test

import (
	"testing"

	"mashal"
	"mashal/corpus"
	"mashal/pipeline"
	"mashal/reference"
	"mashal/report"
	"mashal/rules"
)

// BenchmarkWholeBible is `annotate all`: 23,213 verses by the embedded rules,
// two workers, into a ledger and a concordance on this disk.
func BenchmarkWholeBible(b *testing.B) {
	text, err := corpus.Open()
	if err != nil {
		b.Fatal(err)
	}
	set, err := rules.Default()
	if err != nil {
		b.Fatal(err)
	}
	all, err := reference.ParseSelection([]string{"all"})
	if err != nil {
		b.Fatal(err)
	}
	var efficiency float64
	for b.Loop() {
		run, err := pipeline.Run(b.Context(), pipeline.Config{
			Folder: report.Folder(b.TempDir()), Text: text, Selection: all, Annotator: pipeline.Local(set.Annotator(text.Version())),
			Workers: 2, Version: "bench", Command: []string{"mashal"}, RetryCommand: func(mashal.Selection) []string { return nil },
		})
		if err != nil {
			b.Fatal(err)
		}
		efficiency += run.Efficiency
	}
	b.ReportMetric(float64(all.Verses()*b.N)/b.Elapsed().Seconds(), "verses/s")
	b.ReportMetric(efficiency/float64(b.N), "efficiency")
}
