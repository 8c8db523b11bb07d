package reference

import (
	"slices"

	"mashal"
)

// A place is one end of a range as typed: books, a chapter, or a verse.
type place struct {
	books   mashal.BookRange
	chapter int // 0: the whole of the books
	verse   int // 0: the whole chapter
}

func (p place) first() mashal.Ref {
	return mashal.Ref{Chapter: mashal.Chapter{Book: p.books.First, Number: max(1, p.chapter)}, Verse: max(1, p.verse)}
}

func (p place) last() mashal.Ref {
	ch := mashal.Chapter{Book: p.books.Last, Number: p.chapter}
	if p.chapter == 0 {
		ch.Number = ch.Book.Chapters()
	}
	if p.verse == 0 {
		return mashal.Ref{Chapter: ch, Verse: ch.Verses()}
	}
	return mashal.Ref{Chapter: ch, Verse: p.verse}
}

func (p place) String() string {
	switch ch := (mashal.Chapter{Book: p.books.First, Number: p.chapter}); {
	case p.chapter == 0:
		return p.books.String()
	case p.verse == 0:
		return ch.String()
	default:
		return mashal.Ref{Chapter: ch, Verse: p.verse}.String()
	}
}

// A refRange is the verses from one to another, both included.
type refRange struct{ from, to mashal.Ref }

// passagesOf cuts ranges into passages of one chapter each. It sorts the ranges.
func passagesOf(ranges []refRange) []mashal.Passage {
	slices.SortFunc(ranges, func(a, b refRange) int { return a.from.Compare(b.from) })
	var passages []mashal.Passage
	var end mashal.Ref // of what is covered so far
	for _, r := range ranges {
		if r.to.Compare(end) <= 0 {
			continue
		}
		from := r.from
		if from.Compare(end) < 0 {
			from = end
		}
		for ch := from.Chapter; ch.Compare(r.to.Chapter) <= 0; ch = nextChapter(ch) {
			part := mashal.Whole(ch)
			if ch == from.Chapter {
				part.First = from.Verse
			}
			if ch == r.to.Chapter {
				part.Last = r.to.Verse
			}
			passages = append(passages, part)
		}
		end = r.to
	}
	return passages
}

// nextChapter is the chapter after one in the canon.
func nextChapter(ch mashal.Chapter) mashal.Chapter {
	if ch.Number < ch.Book.Chapters() {
		return mashal.Chapter{Book: ch.Book, Number: ch.Number + 1}
	}
	return mashal.Chapter{Book: ch.Book + 1, Number: 1}
}
