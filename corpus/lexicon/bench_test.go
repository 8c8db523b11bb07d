package lexicon_test

import (
	"iter"
	"os"
	"runtime"
	"slices"
	"testing"

	"mashal"
	"mashal/corpus/lexicon"
)

// decoded is a text that has been decoded, so that decoding is not measured.
type decoded struct {
	chapters []*mashal.ChapterText
	counts   []uint8
}

func (d decoded) Chapters() iter.Seq[*mashal.ChapterText] { return slices.Values(d.chapters) }
func (d decoded) WordCounts() []uint8                     { return d.counts }

func BenchmarkBuild(b *testing.B) {
	d := decoded{slices.Collect(text().Chapters()), text().WordCounts()}
	before := heap()
	var l *lexicon.Lexicon
	for b.Loop() {
		var err error
		if l, err = lexicon.New(d); err != nil {
			b.Fatal(err)
		}
		l.NumForms()
	}
	b.ReportMetric(float64(heap()-before)/1e6, "MB")
	runtime.KeepAlive(l)
}

// heap returns the number of bytes in use.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// BenchmarkDecodeEntries measures the first use of the dictionary.
func BenchmarkDecodeEntries(b *testing.B) {
	file, err := os.ReadFile("words.bin")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := lexicon.DecodeEntries(file); err != nil {
			b.Fatal(err)
		}
	}
}
