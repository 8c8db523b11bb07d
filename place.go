package mashal

import "slices"

// A place is one end of a range as typed: books, a chapter, or a verse.
type place struct {
	books   BookRange
	chapter int // 0: the whole of the books
	verse   int // 0: the whole chapter
}

func (p place) first() Ref {
	return Ref{Chapter{p.books.First, max(1, p.chapter)}, max(1, p.verse)}
}

func (p place) last() Ref {
	ch := Chapter{p.books.Last, p.chapter}
	if p.chapter == 0 {
		ch.Number = ch.Book.Chapters()
	}
	if p.verse == 0 {
		return Ref{ch, ch.Verses()}
	}
	return Ref{ch, p.verse}
}

func (p place) String() string {
	switch ch := (Chapter{p.books.First, p.chapter}); {
	case p.chapter == 0:
		return p.books.String()
	case p.verse == 0:
		return ch.String()
	default:
		return Ref{ch, p.verse}.String()
	}
}

// A refRange is the verses from one to another, both included.
type refRange struct{ from, to Ref }

// passagesOf cuts ranges into passages of one chapter each. It sorts the ranges.
func passagesOf(ranges []refRange) []Passage {
	slices.SortFunc(ranges, func(a, b refRange) int { return a.from.Compare(b.from) })
	var passages []Passage
	var end Ref // of what is covered so far
	for _, r := range ranges {
		if r.to.Compare(end) <= 0 {
			continue
		}
		from := r.from
		if from.Compare(end) < 0 {
			from = end
		}
		for ch := from.Chapter; ch.Compare(r.to.Chapter) <= 0; ch = nextChapter(ch) {
			part := Whole(ch)
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
func nextChapter(ch Chapter) Chapter {
	if ch.Number < ch.Book.Chapters() {
		return Chapter{ch.Book, ch.Number + 1}
	}
	return Chapter{ch.Book + 1, 1}
}
