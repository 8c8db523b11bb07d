package main

import (
	"math"
	"strconv"
	"strings"

	"mashal"
)

// The alignment gives each English word the Hebrew word that it renders. It is
// a hidden Markov model (Vogel, Ney and Tillmann 1996): the Hebrew word that
// an English word renders lies near the one that the English word before it
// renders, and its morphemes translate into English words with probabilities
// learned from the whole text by expectation maximisation. The Strong's tags
// of the English are evidence where verses have the same number: they raise
// the probability of the word they name.
//
// Arithmetic is deterministic on every machine: sums have one order, products
// are rounded before they are added (the conversions to float64 forbid fused
// operations), and no transcendental function is used.

const (
	lexiconRounds = 5    // of Model 1, where any word may render any
	markovRounds  = 2    // of the whole model; with more the rare words drift
	nullWeight    = 0.12 // how likely an English word is to render nothing
	maxJump       = 8    // jumps further than that are equally likely
	tagWeight     = 100  // how much likelier a tag makes the word it names
)

// A pairing is one English verse before the aligner with the Hebrew verses that
// it translates: English words and Hebrew morphemes, and for each pair of them
// the number of its lexicon entry.
type pairing struct {
	verses []*mashal.Verse
	words  []mashal.Word        // of all the verses
	gloss  []mashal.EnglishWord // of the English, their words numbered through
	stems  []int                // of the English words
	tags   []int                // Strong's number of each English word, 0 for none that is credible
	owner  []int                // the Hebrew word from 0 of each morpheme
	lens   []float64            // how many morphemes each Hebrew word has
	pairs  []int32              // English word × (no word, morphemes)
	silent bool                 // the tags are kept from the model
}

func (p *pairing) english(g mashal.EnglishWord) string { return p.verses[0].English[g.Start:g.End] }

func (p *pairing) row(j int) []int32 { n := len(p.owner) + 1; return p.pairs[j*n : (j+1)*n] }

// An aligner is the model. Entries of the lexicon are pairs of a morpheme and
// an English stem that meet in a verse.
type aligner struct {
	pairings []*pairing
	english  []int     // of an entry
	hebrew   []int     // of an entry
	prob     []float64 // P(English | Hebrew)
	score    []float64 // of an entry: prob, but weighed from both sides
	count    []float64
	perHeb   []float64 // sum of counts by morpheme
	perEng   []float64 // and by stem
	jump     [2*maxJump + 1]float64
	jumps    [2*maxJump + 1]float64 // counts
}

// newAligner takes all verses that have English. The tags of those for which
// silent says so are not used; they can then serve to measure the result.
func newAligner(b *bible, silent func(mashal.Ref) bool) *aligner {
	a := &aligner{}
	morphemeIDs, stemIDs := map[string]int{"": 0}, map[string]int{}
	entries := map[[2]int32]int32{}
	for _, verses := range b.together() {
		p := &pairing{verses: verses, gloss: glosses(verses[0].English), silent: silent(verses[0].Ref)}
		ids := []int{0}
		for _, v := range verses {
			p.words = append(p.words, v.Words...)
		}
		for n := range p.words {
			ms := morphemes(&p.words[n])
			for _, m := range ms {
				ids = append(ids, number(morphemeIDs, m))
				p.owner = append(p.owner, n)
			}
			p.lens = append(p.lens, float64(len(ms)))
		}
		for _, g := range p.gloss {
			word := p.english(g)
			s := number(stemIDs, stem(word))
			p.stems = append(p.stems, s)
			p.tags = append(p.tags, contentTag(word, b.tags[verses[0].Ref][g.Start]))
			for _, h := range ids {
				key := [2]int32{int32(h), int32(s)}
				e, ok := entries[key]
				if !ok {
					e = int32(len(a.hebrew))
					entries[key] = e
					a.hebrew, a.english = append(a.hebrew, h), append(a.english, s)
				}
				p.pairs = append(p.pairs, e)
			}
		}
		p.dropIncredible()
		a.pairings = append(a.pairings, p)
	}
	a.prob, a.score, a.count = make([]float64, len(a.hebrew)), make([]float64, len(a.hebrew)), make([]float64, len(a.hebrew))
	a.perHeb, a.perEng = make([]float64, len(morphemeIDs)), make([]float64, len(stemIDs))
	for i := range a.score {
		a.score[i] = 1
	}
	for i := range a.jump {
		d := i - maxJump
		a.jump[i] = 1 / (1 + math.Abs(float64(d-1)))
	}
	return a
}

// together lists the verses, with those in one that a single English verse
// translates: pairs that share one, and psalm titles of two verses.
func (b *bible) together() [][]*mashal.Verse {
	var groups [][]*mashal.Verse
	for _, ch := range b.chapters {
		for i := range ch.Verses {
			v := &ch.Verses[i]
			if n := len(groups) - 1; n >= 0 && (v.Status == mashal.EnglishNone ||
				v.Status == mashal.EnglishShared && groups[n][0].English == v.English) {
				groups[n] = append(groups[n], v)
				continue
			}
			groups = append(groups, []*mashal.Verse{v})
		}
	}
	return groups
}

func number(ids map[string]int, s string) int {
	id, ok := ids[s]
	if !ok {
		id = len(ids)
		ids[s] = id
	}
	return id
}

// contentTag is the Strong's number of a tag on a word of meaning, else 0.
func contentTag(word, tag string) int {
	n, err := strconv.Atoi(tag)
	if err != nil || functionWords[strings.ToLower(word)] {
		return 0
	}
	return n
}

// dropIncredible drops the tags that name a lemma in more places of the English
// than the Hebrew has it: in Isaiah 1:8 "shelter" and "hut" are both tagged as
// the one sukkah. Words next to each other are one place ("burnt offering").
func (p *pairing) dropIncredible() {
	left, last := map[int]int{}, map[int]int{}
	for i := range p.words {
		left[strongs(&p.words[i])]++
	}
	for j, t := range p.tags {
		if before, seen := last[t]; !seen || j-before > 2 {
			left[t]--
		}
		last[t] = j
	}
	for j, t := range p.tags {
		if left[t] < 0 {
			p.tags[j] = 0
		}
	}
}

// align sets the glosses of all verses.
func (b *bible) align() {
	a := newAligner(b, func(mashal.Ref) bool { return false })
	a.train()
	for _, p := range a.pairings {
		a.decode(p)
	}
}

func (a *aligner) train() {
	for range lexiconRounds {
		for _, p := range a.pairings {
			a.expectLexicon(p)
		}
		a.maximise()
	}
	for range markovRounds {
		for _, p := range a.pairings {
			m := a.run(p)
			a.expectMarkov(p, m)
		}
		a.maximise()
		a.maximiseJumps()
	}
}

// near is the prior of Model 1: words stand near the diagonal of the verse.
func near(p *pairing, j, word int) float64 {
	d := math.Abs(float64(j)/float64(len(p.stems)) - float64(word)/float64(len(p.lens)))
	return 1 / (1 + float64(8*d))
}

func (a *aligner) expectLexicon(p *pairing) {
	weights := make([]float64, len(p.owner)+1)
	for j := range p.stems {
		row := p.row(j)
		weights[0] = float64(nullWeight * a.score[row[0]])
		sum := weights[0]
		for i, word := range p.owner {
			w := float64(float64(a.score[row[i+1]]*near(p, j, word)) * a.tagged(p, j, word))
			weights[i+1] = w
			sum += w
		}
		for i, w := range weights {
			a.count[row[i]] += w / sum
		}
	}
}

// tagged is the factor by which a tag makes a word likelier.
func (a *aligner) tagged(p *pairing, j, word int) float64 {
	if t := p.tags[j]; t != 0 && !p.silent && strongs(&p.words[word]) == t {
		return tagWeight
	}
	return 1
}

// maximise turns counts into probabilities. Small counts are discounted, as a
// prior that wants few translations per morpheme would (the discount is a
// rational stand-in for exp ψ): without it rare Hebrew words attract whatever
// stands near. For the same reason the score of an entry is the mean of the
// probabilities in both directions, geometric, that of the model three times.
func (a *aligner) maximise() {
	clear(a.perHeb)
	clear(a.perEng)
	for i, c := range a.count {
		a.perHeb[a.hebrew[i]] += c
		a.perEng[a.english[i]] += c
	}
	for i, c := range a.count {
		d := float64(c*c) / (c + 0.5)
		a.prob[i] = d / (a.perHeb[a.hebrew[i]] + 1)
		back := d / (a.perEng[a.english[i]] + 1)
		a.score[i] = math.Sqrt(float64(a.prob[i]*math.Sqrt(float64(a.prob[i]*back)))) + 1e-7
		a.count[i] = 0
	}
}
