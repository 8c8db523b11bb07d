package annotate

import (
	"mashal"
	"mashal/hebrew"
)

const (
	// minLikeness is the lowest likeness at which two words are matched.
	minLikeness = .5
	// minJoinedLikeness is the lowest likeness at which two words are matched with
	// one. Below it, one of the two is more likely to be missing.
	minJoinedLikeness = .8
	// gapCost is the cost of an unmatched word of the verse between two matched
	// ones: too low to give up a match, enough to prefer the nearer of two.
	gapCost = .01
)

// align returns the span of a quotation whose words differ from those of the
// verse: the monotone matching of its words with the words of the verse that has
// the highest likeness. One word may match two that are written together or apart.
// The score is the mean likeness of the quotation's words. words is the verse
// without points and accents.
func align(words []string, parts [][]string) mashal.Span {
	var quote [][]rune
	for _, part := range parts {
		for _, w := range part {
			quote = append(quote, []rune(hebrew.Letters(w)))
		}
	}
	verse := make([][]rune, len(words))
	for i, w := range words {
		verse[i] = []rune(w)
	}

	// cells[i][j] is the best alignment of the first i words of the quotation
	// with the first j of the verse.
	cells := make([][]cell, len(quote)+1)
	for i := range cells {
		cells[i] = make([]cell, len(verse)+1)
		for j := range cells[i] {
			cells[i][j] = cellOf(cells, quote, verse, i, j)
		}
	}
	last := len(quote)
	end := 0
	for j := range cells[last] {
		if cells[last][j].score > cells[last][end].score {
			end = j
		}
	}
	var ranges []mashal.WordRange
	likeness := 0.
	for i, j := last, end; i > 0; {
		c := cells[i][j]
		if c.words > 0 && c.verse > 0 {
			ranges = append(ranges, mashal.WordRange{First: j - c.verse + 1, Last: j})
			likeness += c.likeness * float64(c.words)
		}
		i, j = i-c.words, j-c.verse
	}
	score := likeness / float64(len(quote))
	if score < minScore {
		return mashal.Span{Grounding: mashal.Unanchored}
	}
	span := mashal.ExactSpan(ranges...)
	span.Grounding, span.Score = mashal.Aligned, score
	return span
}

// A cell is the best alignment of two prefixes, and its last step: how many words
// of the quotation and of the verse it matched. A step with words of one only
// leaves them unmatched.
type cell struct {
	score        float64
	words, verse int
	likeness     float64
}

// cellOf returns the cell for i words of the quotation and j words of the verse.
func cellOf(cells [][]cell, quote, verse [][]rune, i, j int) cell {
	if i == 0 {
		return cell{} // the quotation may begin anywhere
	}
	best := cell{score: cells[i-1][j].score, words: 1}
	if j == 0 {
		return best
	}
	if skipped := cells[i][j-1].score - gapCost; skipped > best.score {
		best = cell{score: skipped, verse: 1}
	}
	try := func(words, of int, a, b []rune) {
		l := likeness(a, b)
		if l < minLikeness || words+of > 2 && l < minJoinedLikeness {
			return
		}
		if s := cells[i-words][j-of].score + l*float64(words); s > best.score {
			best = cell{s, words, of, l}
		}
	}
	try(1, 1, quote[i-1], verse[j-1])
	if j > 1 {
		try(1, 2, quote[i-1], joined(verse[j-2], verse[j-1]))
	}
	if i > 1 {
		try(2, 1, joined(quote[i-2], quote[i-1]), verse[j-1])
	}
	return best
}

func joined(a, b []rune) []rune { return append(append(make([]rune, 0, len(a)+len(b)), a...), b...) }

// likeness returns 1 for equal words, and less for each letter that must be
// inserted, deleted or replaced. An inserted or deleted vav or yod counts a fifth:
// it is mostly full or defective spelling of the same word. The distance is kept
// by hand, because libraries for edit distance have no weights by letter.
func likeness(a, b []rune) float64 {
	if string(a) == string(b) {
		return 1
	}
	longer := max(len(a), len(b))
	row := make([]float64, len(b)+1)
	for j, r := range b {
		row[j+1] = row[j] + weight(r)
	}
	for _, r := range a {
		diagonal := row[0]
		row[0] += weight(r)
		for j, s := range b {
			cost := diagonal
			if r != s {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j+1]+weight(r), row[j]+weight(s))
		}
	}
	return max(0, 1-row[len(b)]/float64(longer))
}

// weight returns the cost of inserting or deleting a letter.
func weight(r rune) float64 {
	if r == 'ו' || r == 'י' {
		return .2
	}
	return 1
}
