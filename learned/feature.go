package learned

import (
	"cmp"
	"slices"

	"mashal/rules"
)

// A Feature is a fact about a word or a verse that can speak for a figure. Its key is
// a hash of what it says.
type Feature struct {
	Key  uint32
	kind kind
	at   int16 // the word that the fact is about; -1 for none
}

// A kind is a question that a feature answers.
type kind uint8

const (
	kindBias kind = iota
	kindLemma
	kindLemmaBefore
	kindLemmaAfter
	kindLemmaBefore2
	kindLemmaAfter2
	kindPairBefore
	kindPairAfter
	kindMorph
	kindMorphBefore
	kindMorphAfter
	kindPrefix
	kindSuffix
	kindCategory
	kindCategoryBefore
	kindCategoryAfter
	kindCategoryColon
	kindColon
	kindEnglish
	kindEnglishAround
	kindRule
	kindRuleType
	kindRuleVerse
	kindDivision
	kindGenre
	kindVerseBias
	kindVerseLemma
	kindVerseEnglish
	kindVersePair
	kindVerseCategory
	kindVerseRule
	kindVerseRuleType
	kindVerseRules
	kindVerseLength
	kindVerseMorph
	kindVerseGenre
	kindNeighbourLemma
	kindNeighbourType
	kindPrefixLemma
	kindMorphCategory
)

// mix returns the key of a feature.
func mix(k kind, a, b uint32) uint32 {
	h := uint64(k)*0x9e3779b97f4a7c15 ^ uint64(a)*0xff51afd7ed558ccd ^ uint64(b)*0xc4ceb9fe1a85ec53
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	h ^= h >> 32
	return uint32(h)
}

// list collects features.
type list []Feature

// add appends a feature.
func (l *list) add(k kind, a, b uint32, at int) {
	*l = append(*l, Feature{mix(k, a, b), k, int16(at)})
}

// WordFeatures appends the features of a word, counted from 0.
func (c *Chapter) WordFeatures(buf []Feature, verse, i int) []Feature {
	l, v := list(buf), &c.Verses[verse]
	word := func(j int) *rules.Word {
		if j < 0 || j >= len(v.words) {
			return &noWord
		}
		return &v.words[j]
	}
	w, before, after := &v.words[i], word(i-1), word(i+1)
	l.add(kindBias, 0, 0, -1)
	l.add(kindGenre, c.genre, 0, -1)
	l.add(kindLemma, w.Lemma, 0, i)
	l.add(kindPrefixLemma, w.Lemma, uint32(w.Prefixes), i)
	l.add(kindLemmaBefore, before.Lemma, 0, i-1)
	l.add(kindLemmaAfter, after.Lemma, 0, i+1)
	l.add(kindLemmaBefore2, word(i-2).Lemma, 0, i-2)
	l.add(kindLemmaAfter2, word(i+2).Lemma, 0, i+2)
	l.add(kindPairBefore, before.Lemma, w.Lemma, i-1)
	l.add(kindPairAfter, w.Lemma, after.Lemma, i)
	morph := hashText(w.Morph)
	l.add(kindMorph, morph, 0, i)
	l.add(kindMorphBefore, hashText(before.Morph), 0, i-1)
	l.add(kindMorphAfter, hashText(after.Morph), 0, i+1)
	l.add(kindPrefix, uint32(w.Prefixes), 0, i)
	l.add(kindDivision, uint32(w.Division), 0, i)
	if w.Suffix != "" {
		l.add(kindSuffix, hashText(w.Suffix), 0, i)
	}
	if w.Category != "" {
		l.add(kindCategory, hashText(w.Category), 0, i)
		l.add(kindMorphCategory, hashText(w.Category), morph, i)
	}
	if before.Category != "" {
		l.add(kindCategoryBefore, hashText(before.Category), 0, i-1)
	}
	if after.Category != "" {
		l.add(kindCategoryAfter, hashText(after.Category), 0, i+1)
	}
	for j := range v.words {
		if j == i || v.colon[j] != v.colon[i] {
			continue
		}
		l.add(kindColon, v.words[j].Lemma, 0, j)
		if category := v.words[j].Category; category != "" {
			l.add(kindCategoryColon, hashText(category), 0, j)
		}
	}
	for _, e := range v.english[i] {
		l.add(kindEnglish, e, 0, i)
	}
	for j := max(0, i-1); j < min(len(v.words), i+2); j++ {
		for _, e := range v.english[j] {
			if j != i {
				l.add(kindEnglishAround, e, 0, j)
			}
		}
	}
	for _, k := range v.at[i] {
		l.add(kindRule, hashText(v.Hits[k].Source), 0, i)
		for _, t := range v.Hits[k].Types {
			l.add(kindRuleType, hashText(string(t)), 0, i)
		}
	}
	for k := range v.Hits {
		for _, t := range v.Hits[k].Types {
			l.add(kindRuleVerse, hashText(string(t)), 0, -1)
		}
	}
	return distinct(l)
}

// noWord stands for the word before the first and after the last one.
var noWord rules.Word

// VerseFeatures appends the features of a verse as a whole.
func (c *Chapter) VerseFeatures(buf []Feature, verse int) []Feature {
	l, v := list(buf), &c.Verses[verse]
	l.add(kindVerseBias, 0, 0, -1)
	l.add(kindVerseGenre, c.genre, 0, -1)
	l.add(kindVerseLength, uint32(min(len(v.words)/5, 6)), 0, -1)
	l.add(kindVerseRules, uint32(min(len(v.Hits), 4)), 0, -1)
	for i := range v.words {
		w := &v.words[i]
		l.add(kindVerseLemma, w.Lemma, 0, i)
		l.add(kindVerseMorph, hashText(w.Morph), 0, i)
		if w.Category != "" {
			l.add(kindVerseCategory, hashText(w.Category), 0, i)
		}
		if i+1 < len(v.words) {
			l.add(kindVersePair, w.Lemma, v.words[i+1].Lemma, i)
		}
		for _, e := range v.english[i] {
			l.add(kindVerseEnglish, e, 0, i)
		}
	}
	for k := range v.Hits {
		l.add(kindVerseRule, hashText(v.Hits[k].Source), 0, -1)
		for _, t := range v.Hits[k].Types {
			l.add(kindVerseRuleType, hashText(string(t)), 0, -1)
		}
	}
	for side, n := range [2]int{verse - 1, verse + 1} {
		if n < 0 || n >= len(c.Verses) {
			continue
		}
		next := &c.Verses[n]
		for i := range next.words {
			l.add(kindNeighbourLemma, next.words[i].Lemma, 0, -1)
		}
		for k := range next.Hits {
			for _, t := range next.Hits[k].Types {
				l.add(kindNeighbourType, hashText(string(t)), uint32(side), -1)
			}
		}
	}
	return distinct(l)
}

// distinct drops features that occur again.
func distinct(features []Feature) []Feature {
	slices.SortStableFunc(features, func(a, b Feature) int { return cmp.Compare(a.Key, b.Key) })
	return slices.CompactFunc(features, func(a, b Feature) bool { return a.Key == b.Key })
}
