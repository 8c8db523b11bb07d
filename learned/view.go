package learned

import (
	"mashal"
	"mashal/rules"
)

// A Chapter holds what features examine in a chapter.
type Chapter struct {
	Verses []Verse
	genre  mashal.Genre
}

// A Verse is one verse of a Chapter.
type Verse struct {
	Text    *mashal.Verse
	Hits    []mashal.Figure // what the rules find
	words   []rules.Word
	colon   []int      // of each word, the number of its colon, which a zaqef or a stronger accent ends
	half    []int      // of each word, the number of its part of the verse, which an atnah ends
	english [][]uint32 // of each word, the stems of the content words that translate it
	at      [][]int    // of each word, the hits that contain it
}

// NewChapter examines a chapter. hits are the figures that the rules find in each of its
// verses.
func NewChapter(set *rules.Set, text *mashal.ChapterText, hits [][]mashal.Figure) *Chapter {
	c := &Chapter{Verses: make([]Verse, len(text.Verses)), genre: mashal.GenreOf(text.Chapter)}
	for i := range text.Verses {
		c.Verses[i].examine(set, &text.Verses[i], hits[i])
	}
	return c
}

func (v *Verse) examine(set *rules.Set, text *mashal.Verse, hits []mashal.Figure) {
	n := len(text.Words)
	v.Text, v.Hits, v.words = text, hits, set.Words(text, make([]rules.Word, 0, n))
	v.colon, v.half, v.english, v.at = make([]int, n), make([]int, n), make([][]uint32, n), make([][]int, n)
	colon, half := 0, 0
	for i := range v.words {
		v.colon[i], v.half[i] = colon, half
		if v.words[i].Division >= rules.DivisionZaqef {
			colon++
		}
		if v.words[i].Division >= rules.DivisionAtnah {
			half++
		}
	}
	for _, e := range text.EnglishWords {
		if e.Hebrew < 1 || e.Hebrew > n {
			continue
		}
		if h := stemHash(text.English[e.Start:e.End]); h != 0 {
			v.english[e.Hebrew-1] = append(v.english[e.Hebrew-1], h)
		}
	}
	for i := range hits {
		for _, r := range hits[i].Span.Ranges {
			for w := r.First; w <= min(r.Last, n); w++ {
				v.at[w-1] = append(v.at[w-1], i)
			}
		}
	}
}

// around is the number of verses before and after a verse that count as its
// surroundings: images run over several verses.
const around = 5
