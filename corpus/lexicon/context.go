package lexicon

import (
	"cmp"
	"slices"
)

// contexts are the places of all contexts in the alphabet, by their letters
// and word by word, from 1: so that lines are put in order by numbers. They
// take half a second and 2.4 MB.
type contexts struct {
	from []uint32 // of what is read from each word on to the end of its verse
	back []uint32 // of what is read from each word back to the beginning of its verse
}

func (l *Lexicon) rankContexts() *contexts {
	n := len(l.Form)
	verse, end := make([]uint32, n), make([]uint32, n) // of each word's verse, the first word and the one after the last
	for v, first := range l.First[:len(l.First)-1] {
		for w := first; w < l.First[v+1]; w++ {
			verse[w], end[w] = first, l.First[v+1]
		}
	}
	letters := make([]uint32, n)
	for w, form := range l.Form {
		letters[w] = l.Letters[form]
	}
	return &contexts{
		from: rank(n, func(a, b uint32) int { return slices.Compare(letters[a:end[a]], letters[b:end[b]]) }),
		back: rank(n, func(a, b uint32) int {
			for i := uint32(0); ; i++ {
				switch ended, otherEnded := a-verse[a] < i, b-verse[b] < i; {
				case ended && otherEnded:
					return 0
				case ended:
					return -1
				case otherEnded:
					return 1
				case letters[a-i] != letters[b-i]:
					return cmp.Compare(letters[a-i], letters[b-i])
				}
			}
		}),
	}
}

// rank is the place of each of n things in an order, from 1; equal things have
// the same.
func rank(n int, compare func(a, b uint32) int) []uint32 {
	sorted := make([]uint32, n)
	for i := range sorted {
		sorted[i] = uint32(i)
	}
	slices.SortFunc(sorted, compare)
	ranks := make([]uint32, n)
	for i, thing := range sorted {
		if ranks[thing] = uint32(i) + 1; i > 0 && compare(sorted[i-1], thing) == 0 {
			ranks[thing] = ranks[sorted[i-1]]
		}
	}
	return ranks
}

// Before is the place of the context that ends before a word of a verse; 0 if
// the verse begins with the word.
func (c *contexts) Before(l *Lexicon, verse, word int) uint32 {
	if first, _ := l.Verse(verse); word == first {
		return 0
	}
	return c.back[word-1]
}

// After is the place of the context that begins with a word; 0 if that is
// after the end of the verse.
func (c *contexts) After(l *Lexicon, verse, word int) uint32 {
	if _, end := l.Verse(verse); word == end {
		return 0
	}
	return c.from[word]
}
