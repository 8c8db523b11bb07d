package reference

import (
	"slices"

	"mashal"
)

// An endpoint is one end of a range as typed: books, a chapter or a verse.
type endpoint struct {
	books   mashal.BookRange
	chapter int // 0 for all of the books
	verse   int // 0 for the whole chapter
}

// first returns the first verse that the endpoint includes.
func (e endpoint) first() mashal.Ref {
	return mashal.Ref{Chapter: mashal.Chapter{Book: e.books.First, Number: max(1, e.chapter)}, Verse: max(1, e.verse)}
}

// last returns the last verse that the endpoint includes.
func (e endpoint) last() mashal.Ref {
	ch := mashal.Chapter{Book: e.books.Last, Number: e.chapter}
	if e.chapter == 0 {
		ch.Number = ch.Book.Chapters()
	}
	if e.verse == 0 {
		return mashal.Ref{Chapter: ch, Verse: ch.Verses()}
	}
	return mashal.Ref{Chapter: ch, Verse: e.verse}
}

// value returns the endpoint as a mashal.BookRange, Chapter or Ref, for a
// message. Its English form is such as "Ezekiel 12:3".
func (e endpoint) value() any {
	switch ch := (mashal.Chapter{Book: e.books.First, Number: e.chapter}); {
	case e.chapter == 0:
		return e.books
	case e.verse == 0:
		return ch
	default:
		return mashal.Ref{Chapter: ch, Verse: e.verse}
	}
}

// A refRange is the verses from one reference to another, both included.
type refRange struct{ from, to mashal.Ref }

// passagesOf splits ranges into passages of one chapter each. It sorts ranges in
// place.
func passagesOf(ranges []refRange) []mashal.Passage {
	slices.SortFunc(ranges, func(a, b refRange) int { return a.from.Compare(b.from) })
	var passages []mashal.Passage
	var end mashal.Ref // the last verse covered so far
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

// nextChapter returns the next chapter of the canon.
func nextChapter(ch mashal.Chapter) mashal.Chapter {
	if ch.Number < ch.Book.Chapters() {
		return mashal.Chapter{Book: ch.Book, Number: ch.Number + 1}
	}
	return mashal.Chapter{Book: ch.Book + 1, Number: 1}
}
