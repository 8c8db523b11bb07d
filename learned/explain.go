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

// A reason is a feature that speaks for a figure.
type reason struct {
	Feature
	weight float64
}

// compare orders reasons by weight, the largest first.
func (r *reason) compare(s *reason) int {
	if r.weight != s.weight {
		return cmp.Compare(s.weight, r.weight)
	}
	return cmp.Or(cmp.Compare(r.kind, s.kind), cmp.Compare(r.at, s.at), cmp.Compare(r.Key, s.Key))
}

// explanation says in words how likely a figure is and what speaks most for it.
func (m *Model) explanation(c *Chapter, verse, d int, candidate *Candidate, p float64) string {
	v := &c.Verses[verse]
	var list []reason
	add := func(t *table, features []Feature) {
		for i := range features {
			if w := t.of(features[i].Key); w != nil && w[d] > 0 {
				list = append(list, reason{features[i], float64(w[d])})
			}
		}
	}
	add(m.verse, c.VerseFeatures(nil, verse))
	var buf []Feature
	for i := candidate.Words.First - 1; i < candidate.Words.Last; i++ {
		buf = c.WordFeatures(buf[:0], verse, i)
		add(m.word, buf)
		// The word itself, by the company that it keeps elsewhere.
		if values := m.lemma[v.words[i].Lemma]; values != nil {
			if w := float64(values[(d*2+1)*groups]); w > 0 {
				list = append(list, reason{Feature{kind: kindLemma, at: int16(i)}, w})
			}
		}
	}
	texts := make([]string, 0, reasons)
	for len(texts) < reasons && len(list) > 0 {
		best := 0
		for i := range list {
			if list[i].compare(&list[best]) < 0 {
				best = i
			}
		}
		if text := v.describe(&list[best].Feature); text != "" && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
		list[best] = list[len(list)-1]
		list = list[:len(list)-1]
	}
	what := fmt.Sprintf("A %s with a probability of %d %%", m.Detectors[d].Type, int(math.Round(p*100)))
	if len(texts) == 0 {
		return what + "."
	}
	return what + ", because of " + strings.Join(texts, "; ") + "."
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
	case kindCategory, kindCategoryBefore, kindCategoryAfter, kindCategoryColon, kindVerseCategory, kindMorphCategory, kindCategoryPair, kindVerseCategoryPair:
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

// deliberation returns a note that names what found the figures of a verse.
func deliberation(figures []mashal.Figure) string {
	var sources []string
	for i := range figures {
		if s := figures[i].Source; !slices.Contains(sources, s) {
			sources = append(sources, s)
		}
	}
	if len(sources) == 0 {
		return "Nothing matches."
	}
	return "Matched: " + strings.Join(sources, ", ") + "."
}

func round2(p float64) float64 { return math.Round(p*100) / 100 }
