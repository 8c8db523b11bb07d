package index

import (
	"mashal"
	"mashal/bitset"
)

// ordinals is one more than the number of verses. Tables by ordinal have this
// length, because ordinals begin with 1.
var ordinals = mashal.Verses + 1

// chapters lists the chapters in the order of the canon.
var chapters = func() []mashal.Chapter {
	var list []mashal.Chapter
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		for n := 1; n <= b.Chapters(); n++ {
			list = append(list, mashal.Chapter{Book: b, Number: n})
		}
	}
	return list
}()

// chapterOf has the index in chapters of each verse's chapter, by ordinal. Facets look
// up every figure, for which a search in chapters would take too long.
var chapterOf = func() []uint16 {
	of := make([]uint16, 1, ordinals) // there is no verse 0
	for i, ch := range chapters {
		for range ch.Verses() {
			of = append(of, uint16(i))
		}
	}
	return of
}()

// refOf returns the verse with an ordinal from 1.
func refOf(ordinal int) mashal.Ref {
	ch := chapters[chapterOf[ordinal]]
	return mashal.Ref{Chapter: ch, Verse: ordinal - ch.FirstOrdinal() + 1}
}

// bookVerses returns the ordinals of a book's verses. The end is exclusive.
func bookVerses(b mashal.Book) (first, end int) {
	last := mashal.Chapter{Book: b, Number: b.Chapters()}
	return mashal.Chapter{Book: b, Number: 1}.FirstOrdinal(), last.FirstOrdinal() + last.Verses()
}

// selectedVerses returns the verses of a selection, by ordinal.
func selectedVerses(selection mashal.Selection) (bitset.Set, error) {
	verses := bitset.New(ordinals)
	for _, p := range selection {
		if !p.Valid() || p.First < 1 || p.Last > p.Verses() {
			return nil, mashal.NewFieldError("selection", p.String(), "", "Chapters and verses are numbered as in the Hebrew Bible.", "there is no %s", p)
		}
		first := p.Chapter.FirstOrdinal() + p.First - 1
		verses.AddRange(first, first+p.Len())
	}
	return verses, nil
}
