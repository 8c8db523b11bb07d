package lexicon

import (
	"cmp"
	"slices"
)

// contexts rank the contexts of all words in alphabetical order, from 1, so
// that lines are sorted by numbers. They take 2.4 MB.
type contexts struct {
	following []uint32 // by word, the rank of the text from it to the end of its verse
	preceding []uint32 // by word, the rank of the text from it back to the start of its verse
}

// rankContexts compares contexts word by word, by their letters.
func (l *Lexicon) rankContexts() *contexts {
	t := l.tables()
	n := len(t.formOf)
	start, end := make([]uint32, n), make([]uint32, n) // by word, of its verse
	for v, first := range l.firstWord[:len(l.firstWord)-1] {
		for w := first; w < l.firstWord[v+1]; w++ {
			start[w], end[w] = first, l.firstWord[v+1]
		}
	}
	letters := make([]FormID, n)
	for w, form := range t.formOf {
		letters[w] = t.letters[form]
	}
	return &contexts{
		following: rank(n, func(a, b uint32) int { return slices.Compare(letters[a:end[a]], letters[b:end[b]]) }),
		preceding: rank(n, func(a, b uint32) int {
			for i := uint32(0); ; i++ {
				switch aEnded, bEnded := a-start[a] < i, b-start[b] < i; {
				case aEnded && bEnded:
					return 0
				case aEnded:
					return -1
				case bEnded:
					return 1
				case letters[a-i] != letters[b-i]:
					return cmp.Compare(letters[a-i], letters[b-i])
				}
			}
		}),
	}
}

// rank returns the ranks of the integers below n in an order, from 1. Equal
// ones have the same rank.
func rank(n int, compare func(a, b uint32) int) []uint32 {
	sorted := make([]uint32, n)
	for i := range sorted {
		sorted[i] = uint32(i)
	}
	slices.SortFunc(sorted, compare)
	ranks := make([]uint32, n)
	for i, v := range sorted {
		if ranks[v] = uint32(i) + 1; i > 0 && compare(sorted[i-1], v) == 0 {
			ranks[v] = ranks[sorted[i-1]]
		}
	}
	return ranks
}

// RankBefore returns the rank of the context that ends before a word of a
// verse, or 0 if the word is the first of the verse.
func (l *Lexicon) RankBefore(verse, word int) uint32 {
	if first, _ := l.Verse(verse); word == first {
		return 0
	}
	return l.contexts().preceding[word-1]
}

// RankFrom returns the rank of the context of a verse that begins with a word,
// or 0 if the word is the end of the verse.
func (l *Lexicon) RankFrom(verse, word int) uint32 {
	if _, end := l.Verse(verse); word == end {
		return 0
	}
	return l.contexts().following[word]
}
