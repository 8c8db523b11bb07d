package index_test

import (
	"testing"

	"mashal"
	"mashal/concordance/index"
)

// TestChaptersAgreeWithTypesByChapter holds the counts of all chapters to those of each
// book.
func TestChaptersAgreeWithTypesByChapter(t *testing.T) {
	view(t, openReader(t, dbPath(t, searched(t))), func(s *index.Snapshot) {
		m := match(t, s, index.Filter{})
		all := m.Chapters()
		if len(all) != 929 {
			t.Fatalf("there are %d chapters", len(all))
		}
		figures := 0
		for b := mashal.Book(1); b <= mashal.Books; b++ {
			for i, along := range m.TypesByChapter(b) {
				want := index.ChapterCount{
					Chapter: mashal.Chapter{Book: b, Number: i + 1}, Figures: along.Figures, Extent: along.Extent,
				}
				if all[0] != want {
					t.Errorf("%+v, not %+v", all[0], want)
				}
				figures += all[0].Figures
				all = all[1:]
			}
		}
		if figures != m.Total() || figures == 0 {
			t.Errorf("%d figures in all chapters, %d in all", figures, m.Total())
		}
	})
}
