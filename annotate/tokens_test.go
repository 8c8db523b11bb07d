package annotate_test

import (
	"math"
	"testing"

	"github.com/tiktoken-go/tokenizer"

	"mashal"
	"mashal/annotate"
	"mashal/llm"
)

// TestCountTokens compares the estimate that plans are made of with
// o200k_base: what is asked of every eighth chapter of the Bible and at least
// one of each book, and the instructions.
func TestCountTokens(t *testing.T) {
	const (
		ofBook = .08 // of difference, at most
		ofAll  = .04
	)
	enc, err := tokenizer.Get(tokenizer.O200kBase)
	if err != nil {
		t.Fatal(err)
	}
	off := func(texts ...string) (is, estimated int64) {
		for _, s := range texts {
			n, err := enc.Count(s)
			if err != nil {
				t.Fatal(err)
			}
			is += int64(n)
			estimated += llm.CountTokens(s)
		}
		return is, estimated
	}
	differs := func(is, estimated int64) float64 { return float64(estimated)/float64(is) - 1 }

	first := chapter(t, 1, 1)
	figure := mashal.Result{Verse: 1, Figures: make([]mashal.Figure, 1)}
	for name, ask := range map[string]llm.Request{
		"detection":  annotate.DetectionRequest(first, []int{1}),
		"validation": annotate.ValidationRequest(first, []mashal.Result{figure}),
	} {
		is, estimated := off(ask.System, string(ask.Schema.JSON))
		if d := differs(is, estimated); math.Abs(d) > ofAll {
			t.Errorf("the instructions of %s have %d tokens, estimated %d, %+.1f %%", name, is, estimated, 100*d)
		}
	}

	var is, estimated int64
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		var bookIs, bookEstimated int64
		for number := 1; number <= b.Chapters(); number += 8 {
			ch := chapter(t, b, number)
			ask := annotate.DetectionRequest(ch, allVerses(ch))
			i, e := off(ask.Shared, ask.Prompt)
			bookIs += i
			bookEstimated += e
		}
		d := differs(bookIs, bookEstimated)
		t.Logf("%-16s %7d tokens, estimated %7d, %+.1f %%", b.Name(), bookIs, bookEstimated, 100*d)
		if math.Abs(d) > ofBook {
			t.Errorf("%s: %d tokens are estimated as %d, %+.1f %%", b.Name(), bookIs, bookEstimated, 100*d)
		}
		is += bookIs
		estimated += bookEstimated
	}
	d := differs(is, estimated)
	t.Logf("%-16s %7d tokens, estimated %7d, %+.1f %%", "all", is, estimated, 100*d)
	if math.Abs(d) > ofAll {
		t.Errorf("all: %d tokens are estimated as %d, %+.1f %%", is, estimated, 100*d)
	}
}
