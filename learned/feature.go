package learned

import "mashal/rules"

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
	kindCategoryPair
	kindVerseCategoryPair
)

// mix returns the key of a feature. It is not 0, which marks free slots of tables.
func mix(k kind, a, b uint32) uint32 {
	h := uint64(k)*0x9e3779b97f4a7c15 ^ uint64(a)*0xff51afd7ed558ccd ^ uint64(b)*0xc4ceb9fe1a85ec53
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	h ^= h >> 32
	return max(uint32(h), 1)
}

// list collects features.
type list []Feature

// add appends a feature that does not occur yet.
func (l *list) add(k kind, a, b uint32, at int) {
	*l = append(*l, Feature{mix(k, a, b), k, int16(at)})
}

// addOnce appends a feature, unless it is among those of the same kind at the end of the
// list.
func (l *list) addOnce(k kind, a, b uint32, at int) {
	key := mix(k, a, b)
	for i := len(*l) - 1; i >= 0 && (*l)[i].kind == k; i-- {
		if (*l)[i].Key == key {
			return
		}
	}
	*l = append(*l, Feature{key, k, int16(at)})
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
	l.add(kindGenre, hashText(string(c.genre)), 0, -1)
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
	from, to := i, i+1
	for from > 0 && v.colon[from-1] == v.colon[i] {
		from--
	}
	for to < len(v.words) && v.colon[to] == v.colon[i] {
		to++
	}
	for j := from; j < to; j++ {
		if j != i {
			l.addOnce(kindColon, v.words[j].Lemma, 0, j)
		}
	}
	for j := from; j < to; j++ {
		if j != i && v.words[j].Category != "" {
			l.addOnce(kindCategoryColon, hashText(v.words[j].Category), 0, j)
		}
	}
	for j := from; j < to; j++ {
		if j != i && w.Category != "" && v.words[j].Category != "" {
			l.addOnce(kindCategoryPair, hashText(w.Category), hashText(v.words[j].Category), i)
		}
	}
	for _, e := range v.english[i] {
		l.addOnce(kindEnglish, e, 0, i)
	}
	for j := max(0, i-1); j < min(len(v.words), i+2); j++ {
		for _, e := range v.english[j] {
			if j != i {
				l.addOnce(kindEnglishAround, e, 0, j)
			}
		}
	}
	for _, k := range v.at[i] {
		l.addOnce(kindRule, hashText(v.Hits[k].Source), 0, i)
	}
	for _, k := range v.at[i] {
		for _, t := range v.Hits[k].Types {
			l.addOnce(kindRuleType, hashText(string(t)), 0, i)
		}
	}
	for k := range v.Hits {
		for _, t := range v.Hits[k].Types {
			l.addOnce(kindRuleVerse, hashText(string(t)), 0, -1)
		}
	}
	return l
}

// noWord stands for the word before the first and after the last one.
var noWord rules.Word

// VerseFeatures appends the features of a verse as a whole.
func (c *Chapter) VerseFeatures(buf []Feature, verse int) []Feature {
	l, v := list(buf), &c.Verses[verse]
	l.add(kindVerseBias, 0, 0, -1)
	l.add(kindVerseGenre, hashText(string(c.genre)), 0, -1)
	l.add(kindVerseLength, uint32(min(len(v.words)/5, 6)), 0, -1)
	l.add(kindVerseRules, uint32(min(len(v.Hits), 4)), 0, -1)
	for i := range v.words {
		l.addOnce(kindVerseLemma, v.words[i].Lemma, 0, i)
	}
	for i := range v.words {
		l.addOnce(kindVerseMorph, hashText(v.words[i].Morph), 0, i)
	}
	for i := range v.words {
		if v.words[i].Category != "" {
			l.addOnce(kindVerseCategory, hashText(v.words[i].Category), 0, i)
		}
	}
	for i := range v.words {
		for j := i + 1; j < len(v.words) && v.colon[j] == v.colon[i]; j++ {
			if a, b := v.words[i].Category, v.words[j].Category; a != "" && b != "" && a != b {
				l.addOnce(kindVerseCategoryPair, hashText(min(a, b)), hashText(max(a, b)), i)
			}
		}
	}
	for i := 1; i < len(v.words); i++ {
		l.addOnce(kindVersePair, v.words[i-1].Lemma, v.words[i].Lemma, i-1)
	}
	for i := range v.words {
		for _, e := range v.english[i] {
			l.addOnce(kindVerseEnglish, e, 0, i)
		}
	}
	for k := range v.Hits {
		l.addOnce(kindVerseRule, hashText(v.Hits[k].Source), 0, -1)
	}
	for k := range v.Hits {
		for _, t := range v.Hits[k].Types {
			l.addOnce(kindVerseRuleType, hashText(string(t)), 0, -1)
		}
	}
	for n := max(0, verse-1); n <= min(len(c.Verses)-1, verse+1); n++ {
		for i := range c.Verses[n].words {
			if n != verse {
				l.addOnce(kindNeighbourLemma, c.Verses[n].words[i].Lemma, 0, -1)
			}
		}
	}
	for n := max(0, verse-1); n <= min(len(c.Verses)-1, verse+1); n++ {
		for k := range c.Verses[n].Hits {
			for _, t := range c.Verses[n].Hits[k].Types {
				if n != verse {
					l.addOnce(kindNeighbourType, hashText(string(t)), uint32(n-verse+1), -1)
				}
			}
		}
	}
	return l
}
