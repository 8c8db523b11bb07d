// Package synthetic invents figures in large numbers, for benchmarks and load
// tests.
package synthetic

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"mashal"
)

// Figures returns a function that invents the figures of a verse, one on
// average, with thousands of specific tags and dozens of words of explanation:
// about 25,000 for the whole Bible. Given the same verses in the same order, it
// returns the same figures.
func Figures() func(v *mashal.Verse) []mashal.JudgedFigure {
	r := rand.New(rand.NewPCG(1, 2))
	const letters = "etaoinshrdlucmfwypvbgk"
	vocabulary := make([]string, 3000)
	for i := range vocabulary {
		var b strings.Builder
		for range 3 + r.IntN(7) {
			b.WriteByte(letters[r.IntN(len(letters))])
		}
		vocabulary[i] = b.String()
	}
	// Words are rarer the later they are in the vocabulary.
	word := func() string { return vocabulary[int(float64(len(vocabulary))*r.Float64()*r.Float64()*r.Float64())] }
	sentence := func(n int) string {
		list := make([]string, n)
		for i := range list {
			list[i] = word()
		}
		return strings.Join(list, " ")
	}
	label := func(prefix string, n int) string {
		return fmt.Sprintf("%s %d", prefix, int(float64(n)*r.Float64()*r.Float64()))
	}
	return func(v *mashal.Verse) []mashal.JudgedFigure {
		var list []mashal.JudgedFigure
		for range []int{0, 0, 0, 1, 1, 1, 1, 2, 2, 4}[r.IntN(10)] {
			first := 1 + r.IntN(len(v.Words))
			span := mashal.ExactSpan(mashal.WordRange{First: first, Last: min(first+r.IntN(4), len(v.Words))})
			j := mashal.JudgedFigure{Figure: mashal.Figure{
				Types: []mashal.Type{mashal.Types[r.IntN(7)]}, Span: span, English: v.EnglishOf(span),
				Target:      mashal.Tag{Specific: sentence(2), Category: label("category", 60), Domain: label("domain", 12)},
				Vehicle:     mashal.Tag{Specific: sentence(2), Category: label("category", 60), Domain: label("domain", 12)},
				Ground:      mashal.Tag{Specific: sentence(3), Category: label("category", 60), Domain: label("domain", 12)},
				Posture:     mashal.Tag{Specific: label("posture", 40), Category: label("category", 10)},
				Explanation: sentence(30), Confidence: .6 + .4*r.Float64(), Speaker: label("speaker", 200), Purpose: sentence(5), Source: "synthetic",
			}}
			if r.IntN(3) == 0 {
				j.Subtype = label("subtype", 20)
			}
			if r.IntN(2) == 0 {
				j.Verdicts = []mashal.Verdict{{Type: j.Types[0], Decision: []mashal.Decision{mashal.Valid, mashal.Valid, mashal.Invalid}[r.IntN(3)], Reason: sentence(8), By: "judge"}}
			}
			list = append(list, j)
		}
		return list
	}
}
