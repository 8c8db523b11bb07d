package mashal

import "fmt"

// A Chapter is one chapter of one book, in Hebrew numbering from 1: the unit
// that a worker takes and that enters the concordance as a whole.
type Chapter struct {
	Book   Book
	Number int
}

// Valid reports whether the book has the chapter.
func (c Chapter) Valid() bool { return c.Verses() > 0 }

// Verses is the number of verses in the chapter, 0 where there is none such.
func (c Chapter) Verses() int { return c.Book.Verses(c.Number) }

// String is the form people read: "Ezekiel 12".
func (c Chapter) String() string { return fmt.Sprintf("%s %d", c.Book, c.Number) }

// OSIS is the form programs read: "Ezek.12".
func (c Chapter) OSIS() string { return fmt.Sprintf("%s.%d", c.Book.OSIS(), c.Number) }

// Compare orders chapters as the canon does.
func (c Chapter) Compare(d Chapter) int {
	if c.Book != d.Book {
		return int(c.Book) - int(d.Book)
	}
	return c.Number - d.Number
}

// A Ref is one verse in Hebrew numbering.
type Ref struct {
	Chapter
	Verse int
}

// Valid reports whether the chapter has the verse.
func (r Ref) Valid() bool { return r.Verse >= 1 && r.Verse <= r.Verses() }

// String is the form people read: "Ezekiel 12:3".
func (r Ref) String() string { return fmt.Sprintf("%s:%d", r.Chapter, r.Verse) }

// OSIS is the form programs read: "Ezek.12.3".
func (r Ref) OSIS() string { return fmt.Sprintf("%s.%d", r.Chapter.OSIS(), r.Verse) }

// Compare orders references as the canon does.
func (r Ref) Compare(s Ref) int {
	if c := r.Chapter.Compare(s.Chapter); c != 0 {
		return c
	}
	return r.Verse - s.Verse
}

// A Passage is the verses First to Last (inclusive) of one chapter: what is
// asked of an annotator at once, while the whole chapter is shown to it.
type Passage struct {
	Chapter
	First, Last int
}

// Whole is the passage that covers all of a chapter.
func Whole(c Chapter) Passage { return Passage{c, 1, c.Verses()} }

// Len is the number of verses in the passage.
func (p Passage) Len() int { return p.Last - p.First + 1 }

// Numbers are the numbers of the passage's verses.
func (p Passage) Numbers() []int {
	verses := make([]int, 0, p.Len())
	for v := p.First; v <= p.Last; v++ {
		verses = append(verses, v)
	}
	return verses
}

// IsWhole reports whether the passage covers all of its chapter.
func (p Passage) IsWhole() bool { return p.First == 1 && p.Last == p.Verses() }

// Contains reports whether the passage has the verse.
func (p Passage) Contains(verse int) bool { return verse >= p.First && verse <= p.Last }

// String is "Ezekiel 12" for a whole chapter, else "Ezekiel 12:3-9" or
// "Ezekiel 12:3"; it parses as a selection.
func (p Passage) String() string {
	switch {
	case p.IsWhole():
		return p.Chapter.String()
	case p.First == p.Last:
		return fmt.Sprintf("%s:%d", p.Chapter, p.First)
	}
	return fmt.Sprintf("%s:%d-%d", p.Chapter, p.First, p.Last)
}

// Ordinal returns the position of the verse in the canon, from 1.
func (r Ref) Ordinal() int { return r.Chapter.FirstOrdinal() + r.Verse - 1 }

// FirstOrdinal returns the Ordinal of the chapter's first verse.
func (c Chapter) FirstOrdinal() int { return firstOrdinals[c.Book-1][c.Number-1] }

// Verses is the number of verses of the Hebrew Bible: the highest Ordinal.
var Verses = func() (n int) {
	for b := Book(1); b <= Books; b++ {
		for _, verses := range books[b-1].verses {
			n += int(verses)
		}
	}
	return n
}()

// firstOrdinals holds the FirstOrdinal of each chapter.
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
