package pipeline

import (
	"context"

	"mashal"
)

// A Given is an annotator whose findings are known before it is asked: read
// again from answers that were kept, or brought from elsewhere.
type Given struct {
	As      mashal.Annotator
	Results map[mashal.Chapter]map[int]mashal.Result // by verse
}

var _ Annotator = (*Given)(nil)

// Identity is whoever found them.
func (g *Given) Identity() mashal.Annotator { return g.As }

// Passages does not cut: nothing is asked of anybody.
func (g *Given) Passages(verses []int) [][]int { return [][]int{verses} }

// Annotate emits what is known of the verses, and nothing of others.
func (g *Given) Annotate(_ context.Context, ch *mashal.ChapterText, verses []int, emit func(mashal.Result) error) error {
	for _, v := range verses {
		r, known := g.Results[ch.Chapter][v]
		if !known {
			continue
		}
		if err := emit(r); err != nil {
			return err
		}
	}
	return nil
}

// Selection is the verses of which something is known.
func (g *Given) Selection() mashal.Selection {
	var s mashal.Selection
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		for n := 1; n <= b.Chapters(); n++ {
			ch := mashal.Chapter{Book: b, Number: n}
			known := g.Results[ch]
			for v := 1; v <= ch.Verses(); v++ {
				if _, ok := known[v]; !ok {
					continue
				}
				if last := len(s) - 1; last >= 0 && s[last].Chapter == ch && s[last].Last == v-1 {
					s[last].Last = v
					continue
				}
				s = append(s, mashal.Passage{Chapter: ch, First: v, Last: v})
			}
		}
	}
	return s
}
