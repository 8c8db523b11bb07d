package concordance

import (
	"cmp"
	"math"
	"slices"

	"mashal"
)

// An Order is how figures follow each other.
type Order string

// The orders. What is equal in them follows the canon.
const (
	ByCanon      Order = "canon"
	ByBook       Order = "book"       // books by their English names, each in its own order
	ByConfidence Order = "confidence" // the highest first
	ByHebrew     Order = "hebrew"     // letters of the figure's words; unanchored ones last
	ByVehicle    Order = "vehicle"    // most specific level, without regard to case; unknown ones last
)

// Orders lists all.
var Orders = []Order{ByCanon, ByBook, ByConfidence, ByHebrew, ByVehicle}

// ordered is the rows that were found, in an order, from offset on, at most
// limit of them. A permutation of all rows is made once for a snapshot, so a
// page costs a walk along it.
func (m *Matches) ordered(o Order, offset, limit int) ([]int, error) {
	rows := make([]int, 0, min(limit, max(m.total-offset, 0)))
	skipped := 0
	take := func(row int) (more bool) {
		if skipped < offset {
			skipped++
			return true
		}
		if len(rows) < limit {
			rows = append(rows, row)
		}
		return len(rows) < limit
	}
	if o == "" || o == ByCanon {
		for row := range m.rows.each() {
			if !take(row) {
				break
			}
		}
		return rows, nil
	}
	permutation, ok := m.orders[o]
	if !ok {
		return nil, oneOf("order", "order", string(o), texts(Orders))
	}
	for _, row := range permutation() {
		if m.rows.has(int(row)) && !take(int(row)) {
			break
		}
	}
	return rows, nil
}

// permuted is all rows in an order; equal ones follow the canon.
func (s *Snapshot) permuted(compare func(a, b int) int) []uint32 {
	rows := make([]uint32, s.columns.len())
	for i := range rows {
		rows[i] = uint32(i)
	}
	slices.SortFunc(rows, func(a, b uint32) int {
		return cmp.Or(compare(int(a), int(b)), cmp.Compare(a, b))
	})
	return rows
}

// booksByName is the books in the order of their English names.
var booksByName = func() (books []mashal.Book) {
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		books = append(books, b)
	}
	slices.SortFunc(books, func(a, b mashal.Book) int { return cmp.Compare(a.Name(), b.Name()) })
	return books
}()

func (s *Snapshot) byBook() []uint32 {
	rows := make([]uint32, 0, s.columns.len())
	for _, b := range booksByName {
		first, end := bookVerses(b)
		for row := s.firstRow[first-1]; row < s.firstRow[end-1]; row++ {
			rows = append(rows, row)
		}
	}
	return rows
}

// bookVerses is the ordinals of a book's verses, the end exclusive.
func bookVerses(b mashal.Book) (first, end int) {
	last := mashal.Chapter{Book: b, Number: b.Chapters()}
	return int(ordinals[b-1][0]), int(firstOrdinal(last)) + last.Verses()
}

func (s *Snapshot) byConfidence() []uint32 {
	return s.permuted(func(a, b int) int { return cmp.Compare(s.confidence[b], s.confidence[a]) })
}

func (s *Snapshot) byHebrew() []uint32 {
	return s.permuted(func(a, b int) int {
		x, y := s.span(a), s.span(b)
		if len(x) == 0 || len(y) == 0 {
			return cmp.Compare(len(y), len(x))
		}
		return slices.CompareFunc(s.formsOf(a), s.formsOf(b), s.lexicon.compare)
	})
}

// formsOf is the forms of a figure's words.
func (s *Snapshot) formsOf(row int) []uint32 {
	first, _ := s.lexicon.verse(int(s.verse[row]))
	span := s.span(row)
	if len(span) == 1 {
		return s.lexicon.form[first+int(span[0].first)-1 : first+int(span[0].last)]
	}
	var forms []uint32
	for _, r := range span {
		forms = append(forms, s.lexicon.form[first+int(r.first)-1:first+int(r.last)]...)
	}
	return forms
}

func (s *Snapshot) byVehicle() []uint32 {
	rank := s.vehicleRanks()
	return s.permuted(func(a, b int) int { return cmp.Compare(rank[a], rank[b]) })
}

// vehicleRanks is the place of each row's vehicle in the alphabet, without
// regard to case; the unknown ones come last.
func (s *Snapshot) vehicleRanks() []uint32 {
	const vehicle = 1
	ofString := s.ranks()
	ranks := make([]uint32, s.columns.len())
	for row, n := range s.tags[vehicle] {
		specific := s.triples[n].specific
		if ranks[row] = ofString[specific]; specific == 0 {
			ranks[row] = math.MaxUint32
		}
	}
	return ranks
}

// ranks is the place of each string of the dictionary in the alphabet, without
// regard to case.
func (s *Snapshot) ranks() []uint32 {
	order := make([]uint32, len(s.strings))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return cmp.Compare(s.folded[a], s.folded[b]) })
	rank := make([]uint32, len(order))
	for place, n := range order {
		if place > 0 && s.folded[n] == s.folded[order[place-1]] {
			rank[n] = rank[order[place-1]]
			continue
		}
		rank[n] = uint32(place)
	}
	return rank
}
