package index

import (
	"cmp"
	"slices"

	"mashal"
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

// refOf returns the verse with an ordinal from 1.
func refOf(ordinal int) mashal.Ref {
	i, found := slices.BinarySearchFunc(chapters, ordinal, func(ch mashal.Chapter, ordinal int) int {
		return cmp.Compare(ch.FirstOrdinal(), ordinal)
	})
	if !found {
		i--
	}
	return mashal.Ref{Chapter: chapters[i], Verse: ordinal - chapters[i].FirstOrdinal() + 1}
}
