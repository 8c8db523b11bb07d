package mashal

import "fmt"

// A Chapter is one chapter of one book, in Hebrew numbering from 1. Workers
// process whole chapters, and a chapter enters the concordance as a whole.
type Chapter struct {
	Book   Book
	Number int
}

// Valid reports whether the book has the chapter.
func (c Chapter) Valid() bool { return c.Verses() > 0 }

// Verses returns the number of verses in the chapter, or 0 if the chapter does
// not exist.
func (c Chapter) Verses() int { return c.Book.Verses(c.Number) }

// String returns the reference for display: "Ezekiel 12".
func (c Chapter) String() string { return fmt.Sprintf("%s %d", c.Book, c.Number) }

// OSIS returns the reference in OSIS format: "Ezek.12".
func (c Chapter) OSIS() string { return fmt.Sprintf("%s.%d", c.Book.OSIS(), c.Number) }

// Compare returns a negative number if c precedes d in the canon, 0 if they are
// equal, and a positive number otherwise.
func (c Chapter) Compare(d Chapter) int {
	if c.Book != d.Book {
		return int(c.Book) - int(d.Book)
	}
	return c.Number - d.Number
}

// A Ref is a reference to one verse, in Hebrew numbering.
type Ref struct {
	Chapter
	Verse int
}

// Valid reports whether the chapter has the verse.
func (r Ref) Valid() bool { return r.Verse >= 1 && r.Verse <= r.Verses() }

// String returns the reference for display: "Ezekiel 12:3".
func (r Ref) String() string { return fmt.Sprintf("%s:%d", r.Chapter, r.Verse) }

// OSIS returns the reference in OSIS format: "Ezek.12.3".
func (r Ref) OSIS() string { return fmt.Sprintf("%s.%d", r.Chapter.OSIS(), r.Verse) }

// Compare returns a negative number if r precedes s in the canon, 0 if they are
// equal, and a positive number otherwise.
func (r Ref) Compare(s Ref) int {
	if c := r.Chapter.Compare(s.Chapter); c != 0 {
		return c
	}
	return r.Verse - s.Verse
}

// A Passage is the verses First to Last of one chapter, both included. It is
// the unit of one request to a model: the request shows the whole chapter and
// asks for the figures of the passage.
type Passage struct {
	Chapter
	First, Last int
}

// Whole returns the passage of all verses of a chapter.
func Whole(c Chapter) Passage { return Passage{c, 1, c.Verses()} }

// Len returns the number of verses in the passage.
func (p Passage) Len() int { return p.Last - p.First + 1 }

// Numbers returns the verse numbers First to Last.
func (p Passage) Numbers() []int {
	verses := make([]int, 0, p.Len())
	for v := p.First; v <= p.Last; v++ {
		verses = append(verses, v)
	}
	return verses
}

// IsWhole reports whether the passage contains all verses of its chapter.
func (p Passage) IsWhole() bool { return p.First == 1 && p.Last == p.Verses() }

// Contains reports whether the passage contains the verse.
func (p Passage) Contains(verse int) bool { return verse >= p.First && verse <= p.Last }

// String returns "Ezekiel 12" for a whole chapter, otherwise "Ezekiel 12:3-9" or
// "Ezekiel 12:3". The result can be parsed as a selection.
func (p Passage) String() string {
	switch {
	case p.IsWhole():
		return p.Chapter.String()
	case p.First == p.Last:
		return fmt.Sprintf("%s:%d", p.Chapter, p.First)
	}
	return fmt.Sprintf("%s:%d-%d", p.Chapter, p.First, p.Last)
}

// Ordinal returns the position of the verse in the canon, from 1 to Verses.
func (r Ref) Ordinal() int { return r.Chapter.FirstOrdinal() + r.Verse - 1 }

// FirstOrdinal returns the Ordinal of the chapter's first verse.
func (c Chapter) FirstOrdinal() int { return firstOrdinals[c.Book-1][c.Number-1] }

// Verses is the number of verses of the Hebrew Bible.
var Verses = func() (n int) {
	for b := Book(1); b <= Books; b++ {
		for _, verses := range books[b-1].verses {
			n += int(verses)
		}
	}
	return n
}()

// firstOrdinals holds the FirstOrdinal of each chapter, by book and chapter.
var firstOrdinals = func() (first [Books][]int) {
	next := 1
	for b := Book(1); b <= Books; b++ {
		for _, verses := range books[b-1].verses {
			first[b-1] = append(first[b-1], next)
			next += int(verses)
		}
	}
	return first
}()
