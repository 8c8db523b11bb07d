package annotate

import (
	"mashal"
	"mashal/hebrew"
)

const (
	// alike is the likeness below which two words are not taken for one
	// another.
	alike = .5
	// alikeJoined is the same for two words taken as one: less alike, one of
	// them is more likely to be missing.
	alikeJoined = .8
	// apart is what a word of the verse between two that are matched costs:
	// too little to give up a match for, enough to prefer the nearer one.
	apart = .01
)

// align places a quotation whose words are not all those of the verse: the
// monotone matching of its words with the verse's that is most alike. One word
// may match two written apart or together. The score is the mean likeness over
// the quotation's words.
// Words is the verse in bare letters.
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
	if score < least {
		return mashal.Span{Grounding: mashal.Unanchored}
	}
	span := mashal.ExactSpan(ranges...)
	span.Grounding, span.Score = mashal.Aligned, score
	return span
}

// A cell is the best alignment so far and its last step: how many words of the
// quotation and of the verse it took. A step that takes words of one only
// leaves them unmatched.
type cell struct {
	score        float64
	words, verse int
	likeness     float64
}

func cellOf(cells [][]cell, quote, verse [][]rune, i, j int) cell {
	if i == 0 {
		return cell{} // the quotation may begin anywhere
	}
	best := cell{score: cells[i-1][j].score, words: 1}
	if j == 0 {
		return best
	}
	if skipped := cells[i][j-1].score - apart; skipped > best.score {
		best = cell{score: skipped, verse: 1}
	}
	try := func(words, of int, a, b []rune) {
		l := likeness(a, b)
		if l < alike || words+of > 2 && l < alikeJoined {
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

// likeness is 1 for equal words and falls with the letters that must be added,
// dropped or exchanged. A vav or yod more or less is mostly full or defective
// spelling of one word, and counts a fifth.
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

func weight(r rune) float64 {
	if r == 'ו' || r == 'י' {
		return .2
	}
	return 1
}
