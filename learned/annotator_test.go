package learned_test

import (
	"context"
	"sync"
	"testing"

	"mashal"
	"mashal/corpus"
	"mashal/learned"
	"mashal/rules"
)

var text = sync.OnceValue(func() *corpus.Corpus {
	c, err := corpus.Open()
	if err != nil {
		panic(err)
	}
	return c
})

// BenchmarkBible annotates the whole Bible on one processor.
func BenchmarkBible(b *testing.B) {
	set, err := rules.Default()
	if err != nil {
		b.Fatal(err)
	}
	offline, err := learned.New(set, text().Version(), learned.Options{Rules: true})
	if err != nil {
		b.Fatal(err)
	}
	for _, a := range []interface {
		Identity() mashal.Annotator
		Annotate(context.Context, *mashal.ChapterText, []int, func(mashal.Result) error) error
	}{set.Annotator(text().Version()), offline} {
		b.Run(a.Identity().Name, func(b *testing.B) {
			for b.Loop() {
				figures := 0
				for ch := range text().Chapters() {
					if err := a.Annotate(context.Background(), ch, mashal.Whole(ch.Chapter).Numbers(), func(r mashal.Result) error {
						figures += len(r.Figures)
						return nil
					}); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(figures), "figures")
			}
		})
	}
}
