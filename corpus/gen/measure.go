package main

import (
	"fmt"
	"io"
	"strings"

	"mashal"
)

// measure trains without the tags of every fifth chapter, and writes how often the
// alignment of content words in these chapters agrees with the tags. Some tags are
// wrong, so the measures cannot reach 1.
func (b *bible) measure(w io.Writer) error {
	heldOut := map[mashal.Chapter]bool{}
	for i, ch := range b.chapters {
		heldOut[ch.Chapter] = i%5 == 2
	}
	a := newAligner(b, func(ref mashal.Ref) bool { return heldOut[ref.Chapter] })
	a.train()
	var tagged, aligned, right int
	var words, placed, content, contentPlaced int
	for _, p := range a.pairings {
		a.decode(p)
		for j, g := range p.aligned {
			words++
			if g.Hebrew > 0 {
				placed++
			}
			if !functionWords[strings.ToLower(p.text(g))] {
				content++
				if g.Hebrew > 0 {
					contentPlaced++
				}
			}
			if !p.heldOut || p.tags[j] == 0 || !p.has(p.tags[j]) {
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
	_, err := fmt.Fprintf(w, "held out: %d tagged content words, %d aligned, %d as tagged\nprecision %.3f recall %.3f F1 %.3f\n"+
		"all: %.3f of %d English words aligned, %.3f of content words\n",
		tagged, aligned, right, precision, recall, 2*precision*recall/(precision+recall),
		float64(placed)/float64(words), words, float64(contentPlaced)/float64(content))
	return err
}

// has reports whether a Hebrew word of the pairing has the Strong's number.
func (p *pairing) has(number int) bool {
	for i := range p.words {
		if strongs(&p.words[i]) == number {
			return true
		}
	}
	return false
}
