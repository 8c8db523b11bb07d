package main

import (
	"fmt"
	"io"
	"strings"

	"mashal"
)

// measure trains without the tags of every fifth chapter and reports how well
// the alignment finds there what the tags say of words of meaning. The tags
// have mistakes of their own, so 1 is out of reach.
func (b *bible) measure(w io.Writer) error {
	held := map[mashal.Chapter]bool{}
	for i, ch := range b.chapters {
		held[ch.Chapter] = i%5 == 2
	}
	a := newAligner(b, func(ref mashal.Ref) bool { return held[ref.Chapter] })
	a.train()
	var tagged, aligned, right int
	var words, placed, meaning, meaningPlaced int
	for _, p := range a.pairings {
		a.decode(p)
		for j, g := range p.gloss {
			words++
			if g.Hebrew > 0 {
				placed++
			}
			if !functionWords[strings.ToLower(p.english(g))] {
				meaning++
				if g.Hebrew > 0 {
					meaningPlaced++
				}
			}
			if !p.silent || p.tags[j] == 0 || !p.has(p.tags[j]) {
				continue
			}
			tagged++
			if g.Hebrew == 0 {
				continue
			}
			aligned++
			if strongs(&p.words[g.Hebrew-1]) == p.tags[j] {
				right++
			}
		}
	}
	precision, recall := float64(right)/float64(aligned), float64(right)/float64(tagged)
	_, err := fmt.Fprintf(w, "held out: %d tagged words of meaning, %d aligned, %d as tagged\nprecision %.3f recall %.3f F1 %.3f\n"+
		"all: %.3f of %d English words aligned, %.3f of words of meaning\n",
		tagged, aligned, right, precision, recall, 2*precision*recall/(precision+recall),
		float64(placed)/float64(words), words, float64(meaningPlaced)/float64(meaning))
	return err
}

// has reports whether the verse has a word of that Strong's number.
func (p *pairing) has(number int) bool {
	for i := range p.words {
		if strongs(&p.words[i]) == number {
			return true
		}
	}
	return false
}
