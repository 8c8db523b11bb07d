package index

import (
	"slices"
	"strconv"
	"sync"

	"mashal"
)

// A Division is a way to divide the text.
type Division string

// The divisions.
const (
	ByBooks    Division = "book"
	BySections Division = "section"
	ByGenres   Division = "genre"
	ByPeriods  Division = "period"
)

// Divisions lists all.
var Divisions = []Division{ByBooks, BySections, ByGenres, ByPeriods}

// A division is the parts of the text and which verse is in which.
type division struct {
	parts []part
	of    []int16 // by ordinal of the verse; -1 for none
}

type part struct{ name, label string }

// divide makes a division of parts by what tells in which of them a chapter
// is; -1 for none.
func divide(parts []part, of func(mashal.Chapter) int) *division {
	d := &division{parts, make([]int16, len(refs))}
	for verse := 1; verse < len(refs); verse++ {
		if ref := refs[verse]; ref.Verse == 1 {
			d.of[verse] = int16(of(ref.Chapter))
		} else {
			d.of[verse] = d.of[verse-1]
		}
	}
	return d
}

// divisions are made once: the text is the same for all.
var divisions = map[Division]func() *division{
	ByBooks: sync.OnceValue(func() *division {
		var parts []part
		for b := mashal.Book(1); b <= mashal.Books; b++ {
			parts = append(parts, part{b.OSIS(), b.Name()})
		}
		return divide(parts, func(ch mashal.Chapter) int { return int(ch.Book) - 1 })
	}),
	BySections: sync.OnceValue(func() *division {
		var parts []part
		for section := mashal.Torah; section <= mashal.Ketuvim; section++ {
			parts = append(parts, part{section.String(), section.String()})
		}
		return divide(parts, func(ch mashal.Chapter) int { return int(ch.Book.Section()) - 1 })
	}),
	ByGenres: sync.OnceValue(func() *division {
		var parts []part
		for _, g := range Genres {
			parts = append(parts, part{string(g), string(g)})
		}
		return divide(parts, func(ch mashal.Chapter) int { return slices.Index(Genres, GenreOf(ch)) })
	}),
	ByPeriods: dividePeriods,
}

// undivided is all of the text as one part.
var undivided = sync.OnceValue(func() *division { return divide([]part{{}}, func(mashal.Chapter) int { return 0 }) })

// chaptersOf divides a book.
func chaptersOf(book mashal.Book) *division {
	var parts []part
	for n := 1; n <= book.Chapters(); n++ {
		parts = append(parts, part{strconv.Itoa(n), mashal.Chapter{Book: book, Number: n}.String()})
	}
	d := &division{parts, slices.Repeat([]int16{-1}, len(refs))}
	first, end := bookVerses(book)
	for verse := first; verse < end; verse++ {
		d.of[verse] = int16(refs[verse].Number - 1)
	}
	return d
}

// A Genre is the kind of writing that a chapter mostly is.
type Genre string

// The genres.
const (
	Narrative   Genre = "narrative"
	Law         Genre = "law"
	Prophecy    Genre = "prophecy"
	Poetry      Genre = "poetry" // psalms, songs, laments, blessings
	Wisdom      Genre = "wisdom"
	Apocalyptic Genre = "apocalyptic"
)

// Genres lists all in the order in which the canon first has them, save
// poetry.
var Genres = []Genre{Narrative, Law, Prophecy, Poetry, Wisdom, Apocalyptic}

// GenreOf is the genre of a chapter: that of its book, or of the larger part
// of the chapter where it stands out of its book. Chapters are not divided, so
// a song of a few verses in a narrative counts as narrative.
func GenreOf(ch mashal.Chapter) Genre {
	for _, e := range exceptions[ch.Book.OSIS()] {
		if e.first <= ch.Number && ch.Number <= e.last {
			return e.genre
		}
	}
	return genres[ch.Book]
}

// genres are those of whole books.
var genres = func() (list [mashal.Books + 1]Genre) {
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		switch b.OSIS() {
		case "Lev", "Deut":
			list[b] = Law
		case "Isa", "Jer", "Ezek", "Hos", "Joel", "Amos", "Obad", "Mic", "Nah", "Hab", "Zeph", "Hag", "Zech", "Mal":
			list[b] = Prophecy
		case "Ps", "Song", "Lam":
			list[b] = Poetry
		case "Prov", "Job", "Eccl":
			list[b] = Wisdom
		default:
			list[b] = Narrative
		}
	}
	return list
}()

// exceptions are chapters of another genre than their book: the songs and
// blessings in the narratives, the laws in Exodus and Numbers, the stories in
// the prophets and in Leviticus, the visions of Daniel.
var exceptions = map[string][]struct {
	first, last int
	genre       Genre
}{
	"Gen":  {{49, 49, Poetry}},
	"Exod": {{15, 15, Poetry}, {20, 23, Law}, {25, 31, Law}, {34, 40, Law}},
	"Lev":  {{8, 10, Narrative}},
	"Num":  {{1, 10, Law}, {15, 15, Law}, {18, 19, Law}, {23, 24, Poetry}, {26, 30, Law}, {34, 36, Law}},
	"Deut": {{1, 3, Narrative}, {32, 33, Poetry}, {34, 34, Narrative}},
	"Judg": {{5, 5, Poetry}},
	"2Sam": {{22, 22, Poetry}},
	"Isa":  {{36, 39, Narrative}},
	"Jer":  {{26, 29, Narrative}, {32, 32, Narrative}, {34, 45, Narrative}, {52, 52, Narrative}},
	"Dan":  {{7, 12, Apocalyptic}},
}
