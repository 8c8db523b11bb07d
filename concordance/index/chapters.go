package index

import "mashal"

// A ChapterCount says how much of a chapter was read, and how many figures
// were found in it.
type ChapterCount struct {
	Chapter mashal.Chapter `json:"-"`
	Figures int            `json:"figures"`
	Read    int            `json:"read"`   // verses of the selection, done
	Failed  int            `json:"failed"` // verses of the selection, in no reading done
	Words   int            `json:"words"`  // of the verses read
}

// Chapters counts by chapter of the whole canon, all 929 of them.
func (m *Matches) Chapters() []ChapterCount {
	counts := make([]ChapterCount, 0, chapterOf[len(chapterOf)-1]+1)
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		for n := 1; n <= b.Chapters(); n++ {
			counts = append(counts, ChapterCount{Chapter: mashal.Chapter{Book: b, Number: n}})
		}
	}
	for row := range m.rows.Each() {
		counts[chapterOf[m.verse[row]]].Figures++
	}
	m.eachRead(func(verse, words int) {
		c := &counts[chapterOf[verse]]
		c.Read++
		c.Words += words
	})
	for verse := range m.coverage().failed.Each() {
		counts[chapterOf[verse]].Failed++
	}
	return counts
}

// chapterOf is the place of a verse's chapter in the canon, from 0, by the
// verse's id.
var chapterOf = func() []uint16 {
	of := []uint16{0} // there is no verse 0
	chapter := uint16(0)
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		for n := 1; n <= b.Chapters(); n++ {
			for range b.Verses(n) {
				of = append(of, chapter)
			}
			chapter++
		}
	}
	return of
}()
