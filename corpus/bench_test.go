package corpus_test

import (
	"runtime"
	"testing"

	"mashal"
	"mashal/corpus"
)

func BenchmarkOpen(b *testing.B) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	kept, err := corpus.Open()
	if err != nil {
		b.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := corpus.Open(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(int64(after.HeapAlloc)-int64(before.HeapAlloc))/1e6, "heap-MB")
	runtime.KeepAlive(kept)
}

func BenchmarkWholeText(b *testing.B) {
	c := open()
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		for ch := range c.Chapters() {
			n += len(ch.Verses)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "verses/s")
}

func BenchmarkChapter(b *testing.B) {
	longest := mashal.Chapter{Book: 27, Number: 119}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := open().Chapter(longest); err != nil {
			b.Fatal(err)
		}
	}
}
