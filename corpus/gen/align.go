package main

import (
	"math"
	"strconv"
	"strings"

	"mashal"
)

// The alignment finds the Hebrew word that each English word translates. It uses a
// hidden Markov model (Vogel, Ney and Tillmann 1996). The states are the Hebrew words
// of a verse. The transition probabilities prefer short jumps between the Hebrew words
// of successive English words. The emission probabilities are those of an English word
// given the morphemes of the Hebrew word, and are learned from the whole text by
// expectation maximisation. Where a verse has the same number in both texts, the
// Strong's tags of the English raise the probability of the tagged word.
//
// The result is the same on every machine: sums are computed in a fixed order, the
// conversions of products to float64 prevent fused operations, and no transcendental
// function is used.

const (
	lexiconRounds = 5    // rounds of training without jumps (IBM Model 1)
	markovRounds  = 2    // rounds of training of the whole model; more make rare words worse
	nullWeight    = 0.12 // the prior probability that an English word is unaligned
	maxJump       = 8    // all longer jumps have the same probability
	tagWeight     = 100  // the factor by which a tag raises the probability of its word
)

// A pairing is one English verse and the Hebrew verses that it translates. Words of
// these verses are numbered continuously.
type pairing struct {
	verses    []*mashal.Verse
	words     []mashal.Word        // the words of all verses
	aligned   []mashal.EnglishWord // the words of the English
	stems     []int                // the id of the stem of each English word
	tags      []int                // the Strong's number of each English word, 0 if it has none or a wrong one
	wordOf    []int                // the Hebrew word, from 0, of each morpheme
	morphemes []float64            // the number of morphemes of each Hebrew word
	entries   []int32              // the lexicon entry of each pair of an English word and no word or a morpheme
	heldOut   bool                 // whether the model must not use the tags
}

// text returns the text of an English word.
func (p *pairing) text(g mashal.EnglishWord) string { return p.verses[0].English[g.Start:g.End] }

// row returns the lexicon entries of English word j: first that with no word, then one
// for each morpheme.
func (p *pairing) row(j int) []int32 { n := len(p.wordOf) + 1; return p.entries[j*n : (j+1)*n] }

// An aligner is the model. Its lexicon has an entry for each morpheme and English stem
// that occur in the same verse.
type aligner struct {
	pairings      []*pairing
	english       []int                  // the stem of each entry
	hebrew        []int                  // the morpheme of each entry
	prob          []float64              // the probability of the stem given the morpheme
	score         []float64              // a mean of the probabilities in both directions
	count         []float64              // the expected number of occurrences of each entry
	sumByMorpheme []float64              // the sum of count for each morpheme
	sumByStem     []float64              // the sum of count for each stem
	jump          [2*maxJump + 1]float64 // the probability of each jump
	jumpCount     [2*maxJump + 1]float64 // the expected number of occurrences of each jump
}

// newAligner returns an untrained aligner for all verses of b that have English. The
// aligner does not use the tags of the verses for which heldOut returns true, so they
// can be used to measure the result.
func newAligner(b *bible, heldOut func(mashal.Ref) bool) *aligner {
	a := &aligner{}
	morphemeIDs, stemIDs := map[string]int{"": 0}, map[string]int{}
	entries := map[[2]int32]int32{}
	for _, verses := range b.versesByEnglish() {
		p := &pairing{verses: verses, aligned: englishWords(verses[0].English), heldOut: heldOut(verses[0].Ref)}
		ids := []int{0}
		for _, v := range verses {
			p.words = append(p.words, v.Words...)
		}
		for n := range p.words {
			ms := morphemes(&p.words[n])
			for _, m := range ms {
				ids = append(ids, number(morphemeIDs, m))
				p.wordOf = append(p.wordOf, n)
			}
			p.morphemes = append(p.morphemes, float64(len(ms)))
		}
		for _, g := range p.aligned {
			word := p.text(g)
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
				p.entries = append(p.entries, e)
			}
		}
		p.dropWrongTags()
		a.pairings = append(a.pairings, p)
	}
	a.prob, a.score, a.count = make([]float64, len(a.hebrew)), make([]float64, len(a.hebrew)), make([]float64, len(a.hebrew))
	a.sumByMorpheme, a.sumByStem = make([]float64, len(morphemeIDs)), make([]float64, len(stemIDs))
	for i := range a.score {
		a.score[i] = 1
	}
	for i := range a.jump {
		d := i - maxJump
		a.jump[i] = 1 / (1 + math.Abs(float64(d-1)))
	}
	return a
}

// versesByEnglish returns all verses, grouped by the English verse that translates
// them. A group has two verses if they share an English verse, or if they are the
// title of a psalm.
func (b *bible) versesByEnglish() [][]*mashal.Verse {
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

// number returns the id of s in ids. It adds s with the next id if it is missing.
func number(ids map[string]int, s string) int {
	id, ok := ids[s]
	if !ok {
		id = len(ids)
		ids[s] = id
	}
	return id
}

// contentTag returns the Strong's number of a tag on a content word, or 0.
func contentTag(word, tag string) int {
	n, err := strconv.Atoi(tag)
	if err != nil || functionWords[strings.ToLower(word)] {
		return 0
	}
	return n
}

// dropWrongTags removes the tags of a lemma that has more tags than occurrences in the
// Hebrew. For example, "shelter" and "hut" in Isaiah 1:8 are both tagged as the only
// sukkah. Adjacent English words count as one, such as "burnt offering".
func (p *pairing) dropWrongTags() {
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

// align trains a model and sets the English words of all verses, aligned by it.
func (b *bible) align() {
	a := newAligner(b, func(mashal.Ref) bool { return false })
	a.train()
	for _, p := range a.pairings {
		a.decode(p)
	}
}

// train learns the probabilities of the lexicon and of jumps from the whole text.
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

// nearDiagonal returns the prior of Model 1, which is higher for words at similar
// positions of the English and the Hebrew.
func nearDiagonal(p *pairing, j, word int) float64 {
	d := math.Abs(float64(j)/float64(len(p.stems)) - float64(word)/float64(len(p.morphemes)))
	return 1 / (1 + float64(8*d))
}

// expectLexicon adds the expected counts of a pairing by Model 1.
func (a *aligner) expectLexicon(p *pairing) {
	weights := make([]float64, len(p.wordOf)+1)
	for j := range p.stems {
		row := p.row(j)
		weights[0] = float64(nullWeight * a.score[row[0]])
		sum := weights[0]
		for i, word := range p.wordOf {
			w := float64(float64(a.score[row[i+1]]*nearDiagonal(p, j, word)) * a.tagFactor(p, j, word))
			weights[i+1] = w
			sum += w
		}
		for i, w := range weights {
			a.count[row[i]] += w / sum
		}
	}
}

// tagFactor returns the factor by which the tag of English word j raises the
// probability of a Hebrew word.
func (a *aligner) tagFactor(p *pairing, j, word int) float64 {
	if t := p.tags[j]; t != 0 && !p.heldOut && strongs(&p.words[word]) == t {
		return tagWeight
	}
	return 1
}

// maximise computes the probabilities from the counts, and resets the counts. It
// discounts small counts, which corresponds to a prior for few translations per
// morpheme (the discount approximates exp ψ by a rational function). Otherwise rare
// Hebrew words would be aligned with any neighbouring words. For the same reason the
// score of an entry is a geometric mean of the probabilities in both directions, in
// which the direction of the model has three times the weight.
func (a *aligner) maximise() {
	clear(a.sumByMorpheme)
	clear(a.sumByStem)
	for i, c := range a.count {
		a.sumByMorpheme[a.hebrew[i]] += c
		a.sumByStem[a.english[i]] += c
	}
	for i, c := range a.count {
		d := float64(c*c) / (c + 0.5)
		a.prob[i] = d / (a.sumByMorpheme[a.hebrew[i]] + 1)
		back := d / (a.sumByStem[a.english[i]] + 1)
		a.score[i] = math.Sqrt(float64(a.prob[i]*math.Sqrt(float64(a.prob[i]*back)))) + 1e-7
		a.count[i] = 0
	}
}
