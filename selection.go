package mashal

import (
	"slices"
	"strconv"
	"strings"
)

// A Selection is a set of verses of the Hebrew Bible: passages in canonical
// order. No passage is empty, and passages of one chapter neither overlap nor
// are adjacent, so equal sets are equal slices.
type Selection []Passage

// Select returns the selection of the verses of all given passages. They can be
// in any order and overlap. Each must lie within its chapter.
func Select(passages ...Passage) Selection {
	sorted := slices.Clone(passages)
	slices.SortFunc(sorted, func(p, q Passage) int {
		if c := p.Chapter.Compare(q.Chapter); c != 0 {
			return c
		}
		return p.First - q.First
	})
	selection := Selection(sorted[:0])
	for _, p := range sorted {
		if n := len(selection); n > 0 && selection[n-1].Chapter == p.Chapter && p.First <= selection[n-1].Last+1 {
			selection[n-1].Last = max(selection[n-1].Last, p.Last)
			continue
		}
		selection = append(selection, p)
	}
	return selection
}

// Chapters returns the chapters that have selected verses, in canonical order.
func (s Selection) Chapters() []Chapter {
	var chapters []Chapter
	for _, p := range s {
		if n := len(chapters); n == 0 || chapters[n-1] != p.Chapter {
			chapters = append(chapters, p.Chapter)
		}
	}
	return chapters
}

// Verses returns the number of verses selected.
func (s Selection) Verses() int {
	n := 0
	for _, p := range s {
		n += p.Len()
	}
	return n
}

// Passages returns the selected passages of one chapter, in ascending order.
func (s Selection) Passages(ch Chapter) []Passage {
	first, _ := slices.BinarySearchFunc(s, ch, func(p Passage, ch Chapter) int { return p.Chapter.Compare(ch) })
	last := first
	for last < len(s) && s[last].Chapter == ch {
		last++
	}
	return s[first:last:last]
}

// String returns the selection as a user would type it, such as "Ezekiel 1-3,5;
// Psalms 23:1-6,9; Joel". Groups of books have their names. The result can be
// parsed with reference.ParseSelection. Two chapters are "Ezekiel 1; 3", because
// "Ezekiel 1,3" is a verse in some languages.
func (s Selection) String() string {
	var byBook [Books + 1]Selection
	for rest := s; len(rest) > 0; {
		book := rest[0].Book
		n := slices.IndexFunc(rest, func(p Passage) bool { return p.Book != book })
		if n < 0 {
			n = len(rest)
		}
		byBook[book], rest = rest[:n], rest[n:]
	}
	var parts []string
	for b := Book(1); b <= Books; b++ {
		if g := wholeGroup(&byBook, b); g != nil {
			parts = append(parts, g.Name)
			b = g.Books.Last
		} else if len(byBook[b]) > 0 {
			parts = append(parts, byBook[b].withinBook())
		}
	}
	return strings.Join(parts, "; ")
}

// wholeGroup returns the largest group that begins with the book b and of which
// all verses are selected, or nil. byBook holds the selection of each book.
func wholeGroup(byBook *[Books + 1]Selection, b Book) *BookGroup {
	for i := range BookGroups {
		g := &BookGroups[i]
		if g.Divided || g.Books.First != b {
			continue
		}
		whole := true
		for member := g.Books.First; member <= g.Books.Last; member++ {
			whole = whole && byBook[member].isWholeBook()
		}
		if whole {
			return g
		}
	}
	return nil
}

// isWholeBook reports whether a selection within one book contains all its
// verses.
func (s Selection) isWholeBook() bool {
	return len(s) > 0 && len(s) == s[0].Book.Chapters() &&
		!slices.ContainsFunc(s, func(p Passage) bool { return !p.IsWhole() })
}

// withinBook formats a selection within one book, such as "Ezekiel 1-3,5".
func (s Selection) withinBook() string {
	book := s[0].Book
	if s.isWholeBook() {
		return book.Name()
	}
	b := []byte(book.Name())
	runs := 0 // of chapters, joined by commas so far
	for i, separator := 0, " "; i < len(s); {
		p, j := s[i], i+1
		if p.IsWhole() && book.Chapters() > 1 {
			for j < len(s) && s[j].IsWhole() && s[j].Number == s[j-1].Number+1 {
				j++
			}
			if i > 0 && s[i-1].IsWhole() && !(runs == 1 && s.readsAsVerse(i, j)) {
				separator = ","
			}
			b = appendRange(append(b, separator...), p.Number, s[j-1].Number)
			runs++
		} else {
			runs = 0
			b = strconv.AppendInt(append(b, separator...), int64(p.Number), 10)
			b = appendRange(append(b, ':'), p.First, p.Last)
			for ; j < len(s) && s[j].Chapter == p.Chapter; j++ {
				b = appendRange(append(b, ','), s[j].First, s[j].Last)
			}
		}
		i, separator = j, "; "
	}
	return string(b)
}

// readsAsVerse reports whether "1,3" would be chapters for one reader and a verse for
// another: the run of chapters before s[i] is a single one, which has as many verses,
// and no chapter follows that from s[i] to s[j-1].
func (s Selection) readsAsVerse(i, j int) bool {
	single := i < 2 || !s[i-2].IsWhole() || s[i-2].Number < s[i-1].Number-1
	return single && s[i].Number <= s[i-1].Verses() && (j == len(s) || !s[j].IsWhole())
}

// appendRange appends "first-last", or "first" if the two are equal.
func appendRange(b []byte, first, last int) []byte {
	b = strconv.AppendInt(b, int64(first), 10)
	if last > first {
		b = strconv.AppendInt(append(b, '-'), int64(last), 10)
	}
	return b
}
