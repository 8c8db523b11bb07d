package index

import (
	"slices"
	"strconv"
	"sync"

	"mashal"
)

// A Division is a way to divide the text into parts.
type Division string

// The divisions.
const (
	ByBooks    Division = "book"
	BySections Division = "section"
	ByGenres   Division = "genre"
	ByPeriods  Division = "period"
)

// Divisions lists all divisions.
var Divisions = []Division{ByBooks, BySections, ByGenres, ByPeriods}

// A division is a list of parts and the part of each verse.
type division struct {
	parts []part
	of    []int16 // by ordinal of the verse, its part; -1 for none
}

type part struct{ name, label string }

// divide returns a division of parts; of returns the part of a chapter, or -1
// for none.
func divide(parts []part, of func(mashal.Chapter) int) *division {
	d := &division{parts, make([]int16, 1, ordinals)}
	for _, ch := range chapters {
		n := int16(of(ch))
		for range ch.Verses() {
			d.of = append(d.of, n)
		}
	}
	return d
}

// divisions are computed once, because the text is always the same.
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
		return divide(parts, func(ch mashal.Chapter) int { return slices.Index(Genres, genreOf(ch)) })
	}),
	ByPeriods: dividePeriods,
}

// undivided is the whole text as one part.
var undivided = sync.OnceValue(func() *division { return divide([]part{{}}, func(mashal.Chapter) int { return 0 }) })

// chaptersOf divides a book into its chapters.
func chaptersOf(book mashal.Book) *division {
	var parts []part
	for n := 1; n <= book.Chapters(); n++ {
		parts = append(parts, part{strconv.Itoa(n), mashal.Chapter{Book: book, Number: n}.String()})
	}
	d := &division{parts, slices.Repeat([]int16{-1}, ordinals)}
	first, end := bookVerses(book)
	for verse := first; verse < end; verse++ {
		d.of[verse] = int16(refOf(verse).Number - 1)
	}
	return d
}
