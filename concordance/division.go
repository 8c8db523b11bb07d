package concordance

import (
	"slices"

	"mashal"
)

// A Division is a way to divide the text.
type Division string

// The divisions.
const (
	ByBooks    Division = "book"
	BySections Division = "section"
	ByGenres   Division = "genre"
)

// Divisions lists all.
var Divisions = []Division{ByBooks, BySections, ByGenres}

// A division is the parts of the text and which verse is in which.
type division struct {
	parts []part
	of    func(verse int) int // by ordinal; -1 for none
}

type part struct{ name, label string }

// division is one of the three; an unknown one is of a single part.
func (s *Snapshot) division(by Division) *division {
	switch by {
	case ByBooks:
		d := &division{of: func(verse int) int { return int(refOf(verse).Book) - 1 }}
		for b := mashal.Book(1); b <= mashal.Books; b++ {
			d.parts = append(d.parts, part{b.OSIS(), b.Name()})
		}
		return d
	case BySections:
		d := &division{of: func(verse int) int { return int(refOf(verse).Book.Section()) - 1 }}
		for section := mashal.Torah; section <= mashal.Ketuvim; section++ {
			d.parts = append(d.parts, part{section.String(), section.String()})
		}
		return d
	case ByGenres:
		d := &division{of: func(verse int) int { return slices.Index(Genres, GenreOf(refOf(verse).Chapter)) }}
		for _, g := range Genres {
			d.parts = append(d.parts, part{string(g), string(g)})
		}
		return d
	}
	return &division{parts: []part{{}}, of: func(int) int { return 0 }}
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
	for _, e := range exceptions[ch.Book] {
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
var exceptions = map[mashal.Book][]struct {
	first, last int
	genre       Genre
}{
	1:  {{49, 49, Poetry}},
	2:  {{15, 15, Poetry}, {20, 23, Law}, {25, 31, Law}, {34, 40, Law}},
	3:  {{8, 10, Narrative}},
	4:  {{1, 10, Law}, {15, 15, Law}, {18, 19, Law}, {23, 24, Poetry}, {26, 30, Law}, {34, 36, Law}},
	5:  {{1, 3, Narrative}, {32, 33, Poetry}, {34, 34, Narrative}},
	7:  {{5, 5, Poetry}},
	9:  {{22, 22, Poetry}},
	12: {{36, 39, Narrative}},
	13: {{26, 29, Narrative}, {32, 32, Narrative}, {34, 45, Narrative}, {52, 52, Narrative}},
	36: {{7, 12, Apocalyptic}},
}
