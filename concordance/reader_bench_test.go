package concordance_test

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"math/rand/v2"
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
	"mashal/sqlite"
)

// synthetic gives a verse figures as a model would, one on average, with
// thousands of specific tags and hundreds of words of explanation.
func synthetic(r *rand.Rand) func(v *mashal.Verse) []mashal.JudgedFigure {
	const letters = "etaoinshrdlucmfwypvbgk"
	vocabulary := make([]string, 3000)
	for i := range vocabulary {
		var b strings.Builder
		for range 3 + r.IntN(7) {
			b.WriteByte(letters[r.IntN(len(letters))])
		}
		vocabulary[i] = b.String()
	}
	// A word is the rarer the later it is in the vocabulary.
	word := func() string { return vocabulary[int(float64(len(vocabulary))*r.Float64()*r.Float64()*r.Float64())] }
	sentence := func(n int) string {
		list := make([]string, n)
		for i := range list {
			list[i] = word()
		}
		return strings.Join(list, " ")
	}
	label := func(prefix string, n int) string {
		return fmt.Sprintf("%s %d", prefix, int(float64(n)*r.Float64()*r.Float64()))
	}
	return func(v *mashal.Verse) []mashal.JudgedFigure {
		var list []mashal.JudgedFigure
		for range []int{0, 0, 0, 1, 1, 1, 1, 2, 2, 4}[r.IntN(10)] {
			first := 1 + r.IntN(len(v.Words))
			span := mashal.ExactSpan(mashal.WordRange{First: first, Last: min(first+r.IntN(4), len(v.Words))})
			j := mashal.JudgedFigure{Figure: mashal.Figure{
				Types: []mashal.Type{mashal.Types[r.IntN(7)]}, Span: span, English: v.EnglishOf(span),
				Target:      mashal.Tag{Specific: sentence(2), Category: label("category", 60), Domain: label("domain", 12)},
				Vehicle:     mashal.Tag{Specific: sentence(2), Category: label("category", 60), Domain: label("domain", 12)},
				Ground:      mashal.Tag{Specific: sentence(3), Category: label("category", 60), Domain: label("domain", 12)},
				Posture:     mashal.Tag{Specific: label("posture", 40), Category: label("category", 10)},
				Explanation: sentence(30), Confidence: .6 + .4*r.Float64(), Speaker: label("speaker", 200), Purpose: sentence(5), Source: "synthetic",
			}}
			if r.IntN(3) == 0 {
				j.Subtype = label("subtype", 20)
			}
			if r.IntN(2) == 0 {
				j.Verdicts = []mashal.Verdict{{Type: j.Types[0], Decision: pick(r, []mashal.Decision{mashal.Valid, mashal.Valid, mashal.Invalid}), Reason: sentence(8), By: "judge"}}
			}
			list = append(list, j)
		}
		return list
	}
}

// A synthetic file has all chapters, read once.
var small = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "concordance")
	if err != nil {
		return "", err
	}
	cleanup = append(cleanup, dir)
	r := rand.New(rand.NewPCG(1, 2))
	find := synthetic(r)
	s := newShelf()
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		for n := 1; n <= b.Chapters(); n++ {
			id := int64(len(s.readings)) + 1
			s.readings[id] = reading(id, mashal.Chapter{Book: b, Number: n}, model, find)
		}
	}
	path := filepath.Join(dir, "concordance.db")
	_, err = concordance.Build(context.Background(), path, s, text(), concordance.BuildOptions{})
	return path, err
})

// large is the small file with every figure 20 times, in the same readings;
// every fifth copy has tags of its own.
var large = sync.OnceValues(func() (string, error) {
	from, err := small()
	if err != nil {
		return "", err
	}
	ctx := context.Background()
	source, err := sqlite.OpenReadOnly(ctx, from)
	if err != nil {
		return "", err
	}
	defer source.Close()
	path := filepath.Join(filepath.Dir(from), "large.db")
	if err := source.CopyTo(ctx, path); err != nil {
		return "", err
	}
	db, err := sqlite.Open(ctx, path)
	if err != nil {
		return "", err
	}
	const copies = `(WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k WHERE n < 19) SELECT n FROM k)`
	err = db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		for _, s := range []string{
			`INSERT INTO figure SELECT f.id + 4 * k.n, f.reading, f.verse, f.ordinal + 4 * k.n, f.citation || '~' || (k.n + 1), f.words, f.grounding, f.score,
				f.hebrew, f.hebrew_stripped, f.hebrew_traditional, f.hebrew_forms, f.hebrew_place, f.hebrew_traditional_place,
				f.english, f.english_traditional, f.english_place, f.english_traditional_place, f.subtype, f.explanation, f.confidence, f.speaker, f.purpose, f.source
				FROM figure f, ` + copies + ` k`,
			`INSERT INTO figure_type SELECT t.figure + 4 * k.n, t.type, t.detected, t.final FROM figure_type t, ` + copies + ` k`,
			`INSERT INTO figure_tag SELECT t.figure + 4 * k.n, t.side, t.specific || ' ' || k.n / 5, t.category, t.domain FROM figure_tag t, ` + copies + ` k`,
			`INSERT INTO verdict SELECT d.figure + 4 * k.n, d.ordinal, d.type, d.decision, d.to_type, d.reason, d.by FROM verdict d, ` + copies + ` k`,
			`UPDATE verse_reading SET figures = figures * 20`,
			`INSERT INTO figure_text (figure_text) VALUES ('rebuild')`,
			`ANALYZE`,
		} {
			if _, err := tx.ExecContext(ctx, s); err != nil {
				return fmt.Errorf("%.40s: %w", s, err)
			}
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return path, db.Close()
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
			l := lexicon()
			before := heap()
			r, err := concordance.OpenReader(b.Context(), path, l)
			if err != nil {
				b.Fatal(err)
			}
			defer r.Close()
			index := heap() - before
			for _, q := range questions {
				b.Run(strings.ReplaceAll(q.name, " ", "-"), func(b *testing.B) {
					var took []time.Duration
					for range b.N {
						start := time.Now()
						if err := r.View(b.Context(), func(s *concordance.Snapshot) error { return q.ask(b.Context(), s) }); err != nil {
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
					r, err := concordance.OpenReader(b.Context(), path, l)
					if err != nil {
						b.Fatal(err)
					}
					if err := r.Close(); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(index)/1e6, "index-MB")
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

func BenchmarkLexicon(b *testing.B) {
	d := chapters(everyChapter())
	before := heap()
	var l *concordance.Lexicon
	for b.Loop() {
		var err error
		if l, err = concordance.NewLexicon(d); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(heap()-before)/1e6, "MB")
	runtime.KeepAlive(l)
}

// chapters is a text that is decoded already.
type chapters []*mashal.ChapterText

func (c chapters) Chapters() iter.Seq[*mashal.ChapterText] { return slices.Values(c) }

// A benchQuestion is what one page of the explorer asks.
type benchQuestion struct {
	name string
	ask  func(ctx context.Context, s *concordance.Snapshot) error
}

// page is a page of 50 figures or verses, with facets if they are wanted.
func page(f concordance.Filter, p concordance.Page, verses, facets bool) func(context.Context, *concordance.Snapshot) error {
	return func(ctx context.Context, s *concordance.Snapshot) error {
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
func of(f concordance.Filter, fn func(ctx context.Context, m *concordance.Matches) error) func(context.Context, *concordance.Snapshot) error {
	return func(ctx context.Context, s *concordance.Snapshot) error {
		m, err := s.Match(ctx, f)
		if err != nil {
			return err
		}
		return fn(ctx, m)
	}
}

var anyFigure = concordance.Filter{}

var heaviest = concordance.Filter{
	Types: []mashal.Type{mashal.Metaphor, mashal.Simile, mashal.Idiom}, Verdicts: []concordance.Status{concordance.StatusValid, concordance.StatusOpen},
	English: "the", Vehicle: concordance.TagFilter{Any: "a; e; o"}, Target: concordance.TagFilter{Any: "i; u"},
	Outcomes: concordance.Outcomes,
}

var questions = []benchQuestion{
	{"page", page(anyFigure, concordance.Page{}, false, false)},
	{"page last", page(anyFigure, concordance.Page{Offset: 24_000}, false, false)},
	{"page by hebrew", page(anyFigure, concordance.Page{Order: concordance.ByHebrew, Offset: 10_000}, false, false)},
	{"page of verses", page(anyFigure, concordance.Page{}, true, false)},
	{"page with facets", page(anyFigure, concordance.Page{}, false, true)},
	{"heaviest with facets", page(heaviest, concordance.Page{}, true, true)},
	{"hebrew", page(concordance.Filter{Hebrew: "ארץ"}, concordance.Page{}, true, false)},
	{"lemma in figure", page(concordance.Filter{Lemma: "רעה"}, concordance.Page{}, false, true)},
	{"english common", page(concordance.Filter{English: "the"}, concordance.Page{}, false, false)},
	{"text", page(concordance.Filter{Text: "the lord"}, concordance.Page{}, false, false)},
	{"kwic lemma", of(anyFigure, func(ctx context.Context, m *concordance.Matches) error {
		_, err := m.Occurrences(ctx, concordance.KWIC{Key: concordance.KeyLemma, Lemma: "430", Literal: true, Order: concordance.KWICByLeft, Limit: 50})
		return err
	})},
	{"kwic phrase", of(anyFigure, func(ctx context.Context, m *concordance.Matches) error {
		_, err := m.Occurrences(ctx, concordance.KWIC{Order: concordance.KWICByRight, Limit: 50})
		return err
	})},
	{"kwic groups", of(anyFigure, func(_ context.Context, m *concordance.Matches) error {
		lines, err := m.Lines(concordance.KWIC{})
		if err == nil {
			_, _, err = lines.Groups(concordance.GroupByForm, 24)
		}
		return err
	})},
	{"kwic narrowed", of(anyFigure, func(ctx context.Context, m *concordance.Matches) error {
		_, err := m.Occurrences(ctx, concordance.KWIC{Before: "יהוה", Order: concordance.KWICByRight, Limit: 50})
		return err
	})},
	{"dispersion", of(anyFigure, func(_ context.Context, m *concordance.Matches) error {
		_, err := m.Dispersion(0, "430")
		return err
	})},
	{"flows", of(anyFigure, func(_ context.Context, m *concordance.Matches) error { m.Flows(concordance.Specific, 40); return nil })},
	{"atlas", of(anyFigure, func(_ context.Context, m *concordance.Matches) error {
		m.Atlas(concordance.Category, 20, 20)
		return nil
	})},
	{"types", of(anyFigure, func(_ context.Context, m *concordance.Matches) error {
		m.Types(concordance.ByGenres)
		m.Totals()
		return nil
	})},
	{"chapter", func(ctx context.Context, s *concordance.Snapshot) error {
		_, err := s.Chapter(ctx, mashal.Chapter{Book: 27, Number: 119}, false)
		return err
	}},
	{"suggest", func(_ context.Context, s *concordance.Snapshot) error { s.Suggest("sh", 10); return nil }},
	{"suggest hebrew", func(_ context.Context, s *concordance.Snapshot) error { s.Suggest("ה", 10); return nil }},
}
