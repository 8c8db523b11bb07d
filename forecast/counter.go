package forecast

import (
	"fmt"
	"math"

	"mashal"
	"mashal/llm"
)

// A size is a request in tokens, by the parts that other requests share.
type size struct {
	system, schema, shared, prompt int64
	most                           mashal.Tokens // the highest usage, for which a budget reserves
}

func (s size) total() int64 { return s.system + s.schema + s.shared + s.prompt }

// A Counter counts the tokens of requests and caches the counts by chapter, so
// that plans for many models cost as much as for one. All its requests may differ
// in their model only. It is not safe for concurrent use.
type Counter struct {
	texts       map[string]int64  // that many requests share
	detections  map[string][]size // by chapter and verses
	validations map[mashal.Chapter]size
}

// NewCounter returns an empty Counter.
func NewCounter() *Counter {
	return &Counter{texts: map[string]int64{}, detections: map[string][]size{}, validations: map[mashal.Chapter]size{}}
}

// count returns the tokens of a text that many requests share.
func (c *Counter) count(s string) int64 {
	n, ok := c.texts[s]
	if !ok {
		n = llm.CountTokens(s)
		c.texts[s] = n
	}
	return n
}

// size returns the size of a request.
func (c *Counter) size(r *llm.Request) size {
	s := size{system: c.count(r.System), shared: llm.CountTokens(r.Shared), prompt: llm.CountTokens(r.Prompt), most: llm.Estimate(*r)}
	if r.Schema != nil {
		s.schema = c.count(string(r.Schema.JSON))
	}
	return s
}

// detection returns the sizes of the requests for the figures of some verses.
func (c *Counter) detection(a Annotator, text *mashal.ChapterText, verses []int) []size {
	key := fmt.Sprint(text.Chapter, verses)
	sizes, ok := c.detections[key]
	if !ok {
		for _, r := range a.Requests(text, verses) {
			sizes = append(sizes, c.size(&r))
		}
		c.detections[key] = sizes
	}
	return sizes
}

// validation returns the size of a request that validates figures which are not
// known yet, but take the given number of tokens to show.
func (c *Counter) validation(v Validator, text *mashal.ChapterText, figures float64) size {
	s, ok := c.validations[text.Chapter]
	if !ok {
		for _, r := range v.Requests(text, []mashal.Result{{Verse: 1, Figures: make([]mashal.Figure, 1)}}) {
			s = c.size(&r)
		}
		c.validations[text.Chapter] = s
	}
	s.prompt = int64(math.Round(figures))
	s.most.Input += 2 * s.prompt // at most, as llm.Estimate counts
	return s
}
