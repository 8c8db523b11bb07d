package index_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mashal"
	"mashal/concordance"
	"mashal/concordance/index"
	"mashal/concordance/synthetic"
)

// A synthetic file has all chapters, read once.
var small = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "concordance")
	if err != nil {
		return "", err
	}
	cleanup = append(cleanup, dir)
	find := synthetic.Figures()
	s := newSource()
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		for n := 1; n <= b.Chapters(); n++ {
			id := int64(len(s)) + 1
			s[id] = reading(id, mashal.Chapter{Book: b, Number: n}, model, find)
		}
	}
	path := filepath.Join(dir, "concordance.db")
	_, err = concordance.Build(context.Background(), path, s, text(), concordance.BuildOptions{})
	return path, err
})

// large is the small file with every figure 20 times.
var large = sync.OnceValues(func() (string, error) {
	from, err := small()
	if err != nil {
		return "", err
	}
	path := filepath.Join(filepath.Dir(from), "large.db")
	return path, synthetic.Multiply(context.Background(), from, path)
})

// cleanup is the folders of synthetic files.
var cleanup []string

// BenchmarkReader asks what the explorer asks, of 23,213 verses and 25,000 or
// 500,000 figures.
//
// Measured on 2 cores, in milliseconds of processor time: a page of 50 figures
// 0.8 (with 500,000 figures 3), of 50 verses 2 (20, for it has a thousand
// figures then), with all facets 4 (23), the heaviest filter with all facets 11
// (35), free text 6 (40), lines of a lemma 2 (6), the dispersion 1 (3), flows
// between 75,000 specific tags 6 (35), the atlas 0.5 (5), Psalm 119 with its
// figures 3 (39), suggestions 2 (2). The index takes 20 MB (65), of which the
// most is strings, and is made in 0.35 s (6).
func BenchmarkReader(b *testing.B) {
	for _, file := range []struct {
		name string
		path func() (string, error)
	}{{"25000", small}, {"500000", large}} {
		b.Run(file.name, func(b *testing.B) {
			path, err := file.path()
			if err != nil {
				b.Fatal(err)
			}
			l := textLexicon()
			before := heap()
			r, err := index.OpenReader(b.Context(), path, l)
			if err != nil {
				b.Fatal(err)
			}
			defer r.Close()
			indexBytes := heap() - before
			for _, q := range questions {
				b.Run(strings.ReplaceAll(q.name, " ", "-"), func(b *testing.B) {
					var took []time.Duration
					for range b.N {
						start := time.Now()
						if err := r.View(b.Context(), func(s *index.Snapshot) error { return q.ask(b.Context(), s) }); err != nil {
							b.Fatal(err)
						}
						took = append(took, time.Since(start))
					}
					slices.Sort(took)
					b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
					b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
				})
			}
			b.Run("open", func(b *testing.B) {
				for range b.N {
					r, err := index.OpenReader(b.Context(), path, l)
					if err != nil {
						b.Fatal(err)
					}
					if err := r.Close(); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(indexBytes)/1e6, "index-MB")
			})
		})
	}
}

// heap is the bytes in use.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// A benchQuestion is what one page of the explorer asks.
type benchQuestion struct {
	name string
	ask  func(ctx context.Context, s *index.Snapshot) error
}

// page is a page of 50 figures or verses, with facets if they are wanted.
func page(f index.Filter, p index.Page, verses, facets bool) func(context.Context, *index.Snapshot) error {
	return func(ctx context.Context, s *index.Snapshot) error {
		m, err := s.Match(ctx, f)
		if err != nil {
			return err
		}
		p.Limit = 50
		if verses {
			_, err = m.Verses(ctx, p)
		} else {
			_, err = m.Figures(ctx, p)
		}
		if facets {
			m.Facets(20)
		}
		return err
	}
}

// of answers from what a filter finds.
func of(f index.Filter, fn func(ctx context.Context, m *index.Matches) error) func(context.Context, *index.Snapshot) error {
	return func(ctx context.Context, s *index.Snapshot) error {
		m, err := s.Match(ctx, f)
		if err != nil {
			return err
		}
		return fn(ctx, m)
	}
}

var anyFigure = index.Filter{}

var heaviest = index.Filter{
	Types: []mashal.Type{mashal.Metaphor, mashal.Simile, mashal.Idiom}, Verdicts: []index.Status{index.StatusValid, index.StatusOpen},
	English: "the", Vehicle: index.TagFilter{Any: "a; e; o"}, Target: index.TagFilter{Any: "i; u"},
	Outcomes: mashal.Outcomes,
}

var questions = []benchQuestion{
	{"page", page(anyFigure, index.Page{}, false, false)},
	{"page last", page(anyFigure, index.Page{Offset: 24_000}, false, false)},
	{"page by hebrew", page(anyFigure, index.Page{Order: index.ByHebrew, Offset: 10_000}, false, false)},
	{"page of verses", page(anyFigure, index.Page{}, true, false)},
	{"page with facets", page(anyFigure, index.Page{}, false, true)},
	{"heaviest with facets", page(heaviest, index.Page{}, true, true)},
	{"hebrew", page(index.Filter{Hebrew: "ארץ"}, index.Page{}, true, false)},
	{"lemma in figure", page(index.Filter{Lemma: "רעה"}, index.Page{}, false, true)},
	{"english common", page(index.Filter{English: "the"}, index.Page{}, false, false)},
	{"text", page(index.Filter{Text: "the lord"}, index.Page{}, false, false)},
	{"kwic lemma", of(anyFigure, func(ctx context.Context, m *index.Matches) error {
		_, err := m.Occurrences(ctx, index.KWIC{Key: index.KeyLemma, Lemma: "430", Outside: true, Order: index.KWICByLeft, Limit: 50})
		return err
	})},
	{"kwic phrase", of(anyFigure, func(ctx context.Context, m *index.Matches) error {
		_, err := m.Occurrences(ctx, index.KWIC{Order: index.KWICByRight, Limit: 50})
		return err
	})},
	{"kwic groups", of(anyFigure, func(_ context.Context, m *index.Matches) error {
		lines, err := m.Lines(index.KWIC{})
		if err == nil {
			_, _, err = lines.Groups(index.GroupByForm, 24)
		}
		return err
	})},
	{"kwic narrowed", of(anyFigure, func(ctx context.Context, m *index.Matches) error {
		_, err := m.Occurrences(ctx, index.KWIC{Before: "יהוה", Order: index.KWICByRight, Limit: 50})
		return err
	})},
	{"dispersion", of(anyFigure, func(_ context.Context, m *index.Matches) error {
		lines, err := m.Lines(index.KWIC{Key: index.KeyLemma, Lemma: "430", Outside: true})
		if err != nil {
			return err
		}
		_, err = lines.Dispersion(0)
		return err
	})},
	{"crosstab", of(anyFigure, func(_ context.Context, m *index.Matches) error {
		m.Crosstab(index.Specific, 20, 20)
		return nil
	})},
	{"types", of(anyFigure, func(_ context.Context, m *index.Matches) error {
		m.Types(index.ByGenres)
		m.Totals()
		return nil
	})},
	{"chapter", func(ctx context.Context, s *index.Snapshot) error {
		_, err := s.Chapter(ctx, mashal.Chapter{Book: 27, Number: 119}, false)
		return err
	}},
	{"suggest", func(_ context.Context, s *index.Snapshot) error { s.Suggest("sh", 10); return nil }},
	{"suggest hebrew", func(_ context.Context, s *index.Snapshot) error { s.Suggest("ה", 10); return nil }},
}
