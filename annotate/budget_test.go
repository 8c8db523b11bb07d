package annotate_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/tiktoken-go/tokenizer"

	"mashal"
	"mashal/annotate"
)

// A tally is tokens by what they are spent on.
type tally struct {
	parts map[string]int
	order []string
}

func (c *tally) add(part string, tokens int) {
	if c.parts == nil {
		c.parts = map[string]int{}
	}
	if _, ok := c.parts[part]; !ok {
		c.order = append(c.order, part)
	}
	c.parts[part] += tokens
}

func (c *tally) sum() (n int) {
	for _, tokens := range c.parts {
		n += tokens
	}
	return n
}

// What a verse cost with the prompts and answers of 582f332, in the same measure.
const (
	longIn, longOut = 431.2, 235.8
	longInAtPrice   = 290.0 // with cached input at a tenth
)

// cachedPrice is the price of cached input as a share of that of other input, at
// OpenAI, Anthropic and Google.
const cachedPrice = .1

// TestTokens holds what the ten chapters Ezekiel 21-30 cost in tokens to what
// they may cost, and to what they cost before.
func TestTokens(t *testing.T) {
	report, used := countTokens(t)
	golden(t, "tokens.golden", report)
	for _, c := range []struct {
		what         string
		is, was, may float64
	}{
		{"in", used.in, longIn, .75},
		{"in, cached input at its price", used.atPrice, longInAtPrice, .75},
		{"out", used.out, longOut, .85},
	} {
		if c.is > c.may*c.was {
			t.Errorf("%.1f tokens %s per verse, want at most %g x %.1f", c.is, c.what, c.may, c.was)
		}
	}
}

// BenchmarkTokens prints them: detection and validation together, one passage a
// chapter.
func BenchmarkTokens(b *testing.B) {
	var used usedTokens
	for b.Loop() {
		_, used = countTokens(b)
	}
	b.ReportMetric(used.in, "in/verse")
	b.ReportMetric(used.atPrice, "in-cached-at-price/verse")
	b.ReportMetric(used.out, "out/verse")
	b.ReportMetric(used.in/longIn, "in/582f332")
	b.ReportMetric(used.atPrice/longInAtPrice, "in-cached-at-price/582f332")
	b.ReportMetric(used.out/longOut, "out/582f332")
}

// usedTokens are tokens per verse. in is what is sent, whether or not a cache has
// it; atPrice counts what it has at its price.
type usedTokens struct{ in, atPrice, out float64 }

// countTokens counts what Ezekiel 21-30 costs in tokens per verse, with what
// was recorded of it expressed in our form and one passage a chapter. The
// recordings have neither speaker, purpose nor verdicts: a speaker of the
// usual length, the recorded posture's category for the purpose, and the
// recorded ground as the reason of each figure's verdicts stand in for them.
func countTokens(t testing.TB) (report string, used usedTokens) {
	t.Helper()
	enc, err := tokenizer.Get(tokenizer.O200kBase)
	if err != nil {
		t.Fatal(err)
	}
	tokens := func(s string) int {
		n, err := enc.Count(s)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	var in, out, old, less tally
	sizes := []int{0, 16, 8, 4, 1}                                    // verses a passage, 0 for the chapter
	asked, cached := make([]int, len(sizes)), make([]int, len(sizes)) // in, of detection
	verses, figures, figurative, doubtful := 0, 0, 0, 0
	for number := 21; number <= 30; number++ {
		all := recordings(t, fmt.Sprintf("Ezekiel_%d_*.json", number))
		r := all[len(all)-1] // what its author ended with
		for i := range r.results {
			for k := range r.results[i].Figures {
				f := &r.results[i].Figures[k]
				f.Speaker, f.Purpose = "YHWH", f.Posture.Category
				figures++
			}
		}
		verses += len(r.results)
		var doubts []mashal.Result
		for _, result := range r.results {
			if len(result.Figures) > 0 {
				figurative++
			}
			if result.ToValidate(mashal.DoubtBelow) {
				doubts = append(doubts, result)
			}
		}
		doubtful += len(doubts)
		old.add("recorded response", tokens(string(r.bytes)))

		ask := annotate.DetectionRequest(r.chapter, allVerses(r.chapter))
		in.add("detection: instructions", tokens(ask.System))
		in.add("detection: schema", tokens(string(ask.Schema.JSON)))
		in.add("detection: chapter", tokens(ask.Shared))
		in.add("detection: passage", tokens(ask.Prompt))
		prefix := tokens(ask.System) + tokens(string(ask.Schema.JSON)) + tokens(ask.Shared)
		for i, size := range sizes {
			n := 1
			if size > 0 {
				n = (len(r.chapter.Verses) + size - 1) / size
			}
			asked[i] += n * (prefix + tokens(ask.Prompt))
			cached[i] += (n - 1) * prefix
		}
		out.add("detection", tokens(string(answer(t, r.results...))))
		brief := make([]mashal.Result, len(r.results))
		for i := range r.results {
			brief[i] = mashal.Result{Verse: r.results[i].Verse, Figures: r.results[i].Figures}
		}
		less.add("without deliberation", tokens(string(answer(t, brief...))))

		ask = annotate.ValidationRequest(r.chapter, r.results)
		in.add("validation: instructions", tokens(ask.System))
		in.add("validation: schema", tokens(string(ask.Schema.JSON)))
		in.add("validation: chapter", tokens(ask.Shared))
		in.add("validation: figures", tokens(ask.Prompt))
		out.add("validation", tokens(string(judged(t, r.results))))
		ask = annotate.ValidationRequest(r.chapter, doubts)
		less.add("validation of doubtful, in", tokens(ask.System)+tokens(string(ask.Schema.JSON))+tokens(ask.Shared)+tokens(ask.Prompt))
		less.add("validation of doubtful, out", tokens(string(judged(t, doubts))))
	}
	if verses != 291 {
		t.Errorf("%d verses, want 291", verses)
	}
	var b strings.Builder
	per := func(n int) float64 { return float64(n) / float64(verses) }
	fmt.Fprintf(&b, "Ezekiel 21-30: %d verses, %d figures, one passage a chapter; o200k_base, tokens per verse\n", verses, figures)
	for _, c := range []struct {
		name string
		*tally
	}{{"in", &in}, {"out", &out}} {
		fmt.Fprintf(&b, "\n%-28s %6.1f\n", c.name, per(c.sum()))
		for _, part := range c.order {
			fmt.Fprintf(&b, "  %-26s %6.1f\n", part, per(c.parts[part]))
		}
	}
	// After the first chapter the instructions and the schema are read from the
	// vendor's cache.
	repeated := 0
	for _, part := range []string{"detection: instructions", "detection: schema", "validation: instructions", "validation: schema"} {
		repeated += in.parts[part] * 9 / 10
	}
	used = usedTokens{per(in.sum()), per(in.sum()) - (1-cachedPrice)*per(repeated), per(out.sum())}
	fmt.Fprintf(&b, "\nof in, cached from the second chapter on  %.1f\n", per(repeated))
	fmt.Fprintf(&b, "in, with cached input at its price        %.1f\n", used.atPrice)
	fmt.Fprintf(&b, "out of detection without deliberation     %.1f\n", per(less.parts["without deliberation"]))
	fmt.Fprintf(&b, "validation of doubtful figures: in %.1f, out %.1f\n", per(less.parts["validation of doubtful, in"]), per(less.parts["validation of doubtful, out"]))
	fmt.Fprintf(&b, "the recorded responses themselves, out    %.1f\n", per(old.sum()))
	fmt.Fprintf(&b, "\nas a share of 582f332: in %.3f, with cached input at its price %.3f, out %.3f\n", used.in/longIn, used.atPrice/longInAtPrice, used.out/longOut)
	b.WriteString("\ndetection by passages: verses a passage, in, of these cached since the passage before, the others\n")
	for i, size := range sizes {
		name := fmt.Sprint(size)
		if size == 0 {
			name = "chapter"
		}
		fmt.Fprintf(&b, "  %-8s %7.1f %7.1f %7.1f\n", name, per(asked[i]), per(cached[i]), per(asked[i]-cached[i]))
	}
	share := float64(figurative) / float64(verses)
	for _, expected := range []struct {
		what   string
		is, as float64
	}{
		{"ExpectedShare", annotate.ExpectedShare, share},
		{"ExpectedDoubtful", annotate.ExpectedDoubtful, float64(doubtful) / float64(figurative)},
		{"ExpectedFigures", annotate.ExpectedFigures, per(in.parts["validation: figures"]) / share},
		{"ExpectedVerdicts", annotate.ExpectedVerdicts, per(out.parts["validation"]) / share},
		{"ExpectedAnswer", annotate.ExpectedAnswer, per(out.parts["detection"])},
		{"ExpectedDeliberation", annotate.ExpectedDeliberation, per(out.parts["detection"] - less.parts["without deliberation"])},
	} {
		if math.Abs(expected.is/expected.as-1) > .001 {
			t.Errorf("%s is %g, want %.4g", expected.what, expected.is, expected.as)
		}
	}
	return b.String(), used
}

// judged is a response that finds every figure what it is said to be.
func judged(t testing.TB, results []mashal.Result) []byte {
	t.Helper()
	var judgements []mashal.Judgement
	for _, r := range results {
		j := mashal.Judgement{Verse: r.Verse}
		for _, f := range r.Figures {
			var verdicts []mashal.Verdict
			for _, y := range f.Types {
				verdicts = append(verdicts, mashal.Verdict{Type: y, Decision: mashal.Valid, Reason: f.Ground.Specific})
			}
			j.Verdicts = append(j.Verdicts, verdicts)
		}
		if len(r.Figures) > 0 {
			judgements = append(judgements, j)
		}
	}
	b, err := annotate.EncodeVerdicts(judgements)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
