package learned

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"mashal"
)

// reasons is the number of reasons that an explanation gives.
const reasons = 3

// explanation says in words how likely a figure is and what speaks most for it.
func (m *Model) explanation(c *Chapter, verse, d int, candidate *Candidate, p float64) string {
	v := &c.Verses[verse]
	weight := map[string]float64{}
	say := func(t *table, f *Feature) {
		if w := t.of(f.Key); w != nil && w[d] > 0 {
			if words := v.describe(f); words != "" {
				weight[words] += float64(w[d])
			}
		}
	}
	buf := c.VerseFeatures(nil, verse)
	for i := range buf {
		say(m.verse, &buf[i])
	}
	first, last := candidate.Words.First-1, candidate.Words.Last-1
	for i := first; i <= last; i++ {
		buf = c.WordFeatures(buf[:0], verse, i)
		for k := range buf {
			say(m.word, &buf[k])
		}
		// The word itself, by the company that it keeps elsewhere.
		if values := m.lemma[v.words[i].Lemma]; values != nil {
			if w := float64(values[(d*2+1)*groups]); w > 0 {
				weight[v.name(i)] += w
			}
		}
	}
	type reason struct {
		words  string
		weight float64
	}
	var list []reason
	for words, w := range weight {
		list = append(list, reason{words, w})
	}
	slices.SortFunc(list, func(a, b reason) int { return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.words, b.words)) })
	texts := make([]string, 0, reasons)
	for _, r := range list[:min(reasons, len(list))] {
		texts = append(texts, r.words)
	}
	what := fmt.Sprintf("A model trained on annotated books gives a %s here a probability of %d %%.", m.Detectors[d].Type, int(math.Round(p*100)))
	if len(texts) == 0 {
		return what
	}
	return what + " For it speak " + strings.Join(texts, "; ") + "."
}

// describe returns what a feature says in words, "" for what only grammarians would
// understand.
func (v *Verse) describe(f *Feature) string {
	at := int(f.at)
	switch f.kind {
	case kindLemma, kindPrefixLemma, kindLemmaBefore, kindLemmaAfter, kindLemmaBefore2, kindLemmaAfter2, kindColon,
		kindEnglish, kindEnglishAround, kindVerseLemma, kindVerseEnglish:
		if at < 0 || at >= len(v.words) || v.words[at].Lemma == 0 {
			return ""
		}
		return v.name(at)
	case kindPairBefore, kindPairAfter, kindVersePair:
		if at < 0 || at+1 >= len(v.words) {
			return ""
		}
		return v.name(at) + " next to " + v.name(at+1)
	case kindCategory, kindCategoryBefore, kindCategoryAfter, kindCategoryColon, kindVerseCategory, kindMorphCategory:
		return v.name(at) + " as a word for " + v.words[at].Category
	case kindRule, kindRuleType, kindVerseRule, kindVerseRuleType, kindRuleVerse, kindVerseRules:
		return "what the rules find in the verse"
	case kindNeighbourLemma, kindNeighbourType:
		return "the verses next to it"
	case kindGenre, kindVerseGenre:
		return "the genre of the chapter"
	}
	return ""
}

// name returns a word for people: its English and its Hebrew.
func (v *Verse) name(i int) string {
	hebrew := v.Text.Words[i].Text
	english := strings.Trim(v.Text.EnglishOf(mashal.ExactSpan(mashal.WordRange{First: i + 1, Last: i + 1})), " ,;:.!?()—’‘“”")
	if english == "" || len(english) > 30 {
		return hebrew
	}
	return "“" + english + "” (" + hebrew + ")"
}

// likelihoods says how likely each type is in a verse, the likeliest first.
func (m *Model) likelihoods(c *Chapter, verse int, s *Scores) string {
	type likelihood struct {
		t mashal.Type
		p float64
	}
	var list []likelihood
	for d := range m.Detectors {
		best := 0.0
		for _, candidate := range c.Verses[verse].Candidates(s.Verse[d], s.Words[d]) {
			best = max(best, m.Detectors[d].Probability(&candidate))
		}
		list = append(list, likelihood{m.Detectors[d].Type, best})
	}
	slices.SortStableFunc(list, func(a, b likelihood) int { return cmp.Compare(b.p, a.p) })
	texts := make([]string, len(list))
	for i, l := range list {
		texts[i] = fmt.Sprintf("%s %d %%", l.t, int(math.Round(l.p*100)))
	}
	return strings.Join(texts, ", ")
}

func round2(p float64) float64 { return math.Round(p*100) / 100 }
