package concordance_test

import (
	"path/filepath"
	"sync"
	"testing"

	"mashal"
	"mashal/concordance"
)

// bible is a reading of all chapters in which every second verse has a figure.
var bible = sync.OnceValue(func() *shelf {
	s := newShelf()
	id := int64(0)
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		for n := 1; n <= b.Chapters(); n++ {
			id++
			s.readings[id] = reading(id, mashal.Chapter{Book: b, Number: n}, rules, some)
		}
	}
	return s
})

// decoded is the text, so that decoding it is not measured.
type decoded map[mashal.Chapter]*mashal.ChapterText

func (d decoded) Chapter(ch mashal.Chapter) (*mashal.ChapterText, error) { return d[ch], nil }

func wholeText(b *testing.B) decoded {
	b.Helper()
	d := decoded{}
	for ch := range text().Chapters() {
		d[ch.Chapter] = ch
	}
	return d
}

func BenchmarkSync(b *testing.B) {
	s, d := bible(), wholeText(b)
	b.ResetTimer()
	for range b.N {
		c, err := concordance.Open(b.Context(), filepath.Join(b.TempDir(), "concordance.db"))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := c.Sync(b.Context(), s, d); err != nil {
			b.Fatal(err)
		}
		if err := c.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(929*float64(b.N)/b.Elapsed().Seconds(), "chapters/s")
	b.ReportMetric(23213*float64(b.N)/b.Elapsed().Seconds(), "verses/s")
}

// BenchmarkPut puts one chapter after the other, each with a commit of its own.
func BenchmarkPut(b *testing.B) {
	s, d := bible(), wholeText(b)
	c := fresh(b)
	b.ResetTimer()
	for i := range b.N {
		r := s.readings[int64(i%929)+1]
		if err := c.Put(b.Context(), r, d[r.Chapter]); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "chapters/s")
}

func BenchmarkBuild(b *testing.B) {
	s, d := bible(), wholeText(b)
	path := filepath.Join(b.TempDir(), "concordance.db")
	b.ResetTimer()
	for range b.N {
		if _, err := concordance.Build(b.Context(), path, s, d, concordance.BuildOptions{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(23213*float64(b.N)/b.Elapsed().Seconds(), "verses/s")
}

// BenchmarkView asks what the predecessor's users ask.
func BenchmarkView(b *testing.B) {
	c := fresh(b)
	if _, err := c.Sync(b.Context(), bible(), text()); err != nil {
		b.Fatal(err)
	}
	for name, query := range map[string]string{
		"count": `SELECT book, chapter, COUNT(*) AS instances FROM figurative_language GROUP BY book, chapter`,
		"page":  `SELECT * FROM figurative_language WHERE book = 'Psalms' AND chapter = 119`,
		"whole": `SELECT * FROM figurative_language`,
	} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				if table(b, c, query) == "" {
					b.Fatal("nothing")
				}
			}
		})
	}
}
