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
	slices.SortFunc(list, func(a, b reason) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.kind, b.kind), cmp.Compare(a.at, b.at), cmp.Compare(a.Key, b.Key))
	})
	texts := make([]string, 0, reasons)
	for i := range list {
		text := v.describe(&list[i].Feature)
		if text != "" && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
		if len(texts) == reasons {
			break
		}
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

// deliberation says how likely a metaphor is in a verse.
func (m *Model) deliberation(c *Chapter, verse int, s *Scores) string {
	for d := range m.Detectors {
		if m.Detectors[d].Type == mashal.Metaphor {
			best := 0.0
			for _, candidate := range c.Verses[verse].Candidates(s.Verse[d], s.Words[d]) {
				best = max(best, m.Detectors[d].Probability(&candidate))
			}
			return fmt.Sprintf("Probability of a metaphor: %d %%.", int(math.Round(best*100)))
		}
	}
	return ""
}

func round2(p float64) float64 { return math.Round(p*100) / 100 }
