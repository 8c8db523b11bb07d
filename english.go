package mashal

import "strings"

// EnglishOf returns the English of a span: the words that translate its Hebrew
// words, and the unaligned words between them. Where words between them
// translate other Hebrew words, the parts are joined by " ... ". Function words
// such as "of" and "the" are dropped from the end of a part. A part of function
// words alone is dropped, unless the span has no other part. EnglishOf returns
// "" if no English word is aligned with the span.
func (v *Verse) EnglishOf(s Span) string {
	type part struct{ first, last int } // indexes of EnglishWords
	var parts []part
	for i, w := range v.EnglishWords {
		if w.Hebrew == 0 || !s.Contains(w.Hebrew) {
			continue
		}
		if n := len(parts) - 1; n >= 0 && v.canJoin(parts[n].last+1, i) {
			parts[n].last = i
		} else {
			parts = append(parts, part{i, i})
		}
	}
	var texts, functionTexts []string
	for _, p := range parts {
		end := p.last
		for end > p.first && functionWords[v.englishWord(end)] == neverLast {
			end--
		}
		if end == p.first && functionWords[v.englishWord(end)] != contentWord {
			functionTexts = append(functionTexts, v.English[v.EnglishWords[p.first].Start:v.EnglishWords[p.last].End])
			continue
		}
		texts = append(texts, v.English[v.EnglishWords[p.first].Start:v.EnglishWords[end].End])
	}
	if len(texts) == 0 {
		texts = functionTexts
	}
	return strings.Join(texts, " ... ")
}

// maxJoined is the largest number of English words between two words of a span
// that canJoin accepts. Longer sequences are mostly clauses of their own whose
// alignment failed.
const maxJoined = 4

// canJoin reports whether the English words from up to to, which are not
// aligned with the span, may stand inside one part of its English. They may if
// each is unaligned or a function word.
func (v *Verse) canJoin(from, to int) bool {
	if to-from > maxJoined {
		return false
	}
	for i, w := range v.EnglishWords[from:to] {
		if w.Hebrew != 0 && functionWords[v.englishWord(from+i)] == contentWord {
			return false
		}
	}
	return true
}

// englishWord returns the English word with index i in lower case.
func (v *Verse) englishWord(i int) string {
	w := v.EnglishWords[i]
	return strings.ToLower(v.English[w.Start:w.End])
}

// A wordClass tells function words, which seldom translate a Hebrew word of
// their own, from content words.
type wordClass uint8

const (
	contentWord wordClass = iota
	anywhere              // a function word that can end a phrase, as in "went in"
	neverLast             // a function word that needs the word after it
)

var functionWords = map[string]wordClass{
	"a": neverLast, "an": neverLast, "the": neverLast, "of": neverLast, "and": neverLast, "to": anywhere, "in": anywhere,
	"is": neverLast, "are": neverLast, "was": neverLast, "were": neverLast, "am": neverLast, "be": anywhere, "been": anywhere, "being": anywhere,
	"has": neverLast, "have": neverLast, "had": neverLast, "will": neverLast, "shall": neverLast, "would": neverLast, "may": neverLast,
	"let": neverLast, "do": neverLast, "does": neverLast, "did": neverLast, "who": neverLast, "which": neverLast, "that": neverLast,
}
