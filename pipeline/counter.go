package pipeline

import (
	"fmt"
	"math"

	"mashal"
	"mashal/llm"
)

// A size is a request in tokens, by what of it others have too.
type size struct {
	system, schema, shared, prompt int64
	most                           mashal.Tokens // what is set aside for it
}

func (s size) total() int64 { return s.system + s.schema + s.shared + s.prompt }

// A Counter counts requests, and remembers what is asked of a chapter: to plan
// for many models costs as much as for one. It is for requests that differ in
// their models alone, and for one goroutine.
type Counter struct {
	known    map[string]int64  // texts that many requests have
	detected map[string][]size // by chapter and verses
	judged   map[mashal.Chapter]size
}

// NewCounter gives a Counter that has counted nothing.
func NewCounter() *Counter {
	return &Counter{known: map[string]int64{}, detected: map[string][]size{}, judged: map[mashal.Chapter]size{}}
}

func (c *Counter) count(s string) int64 {
	n, ok := c.known[s]
	if !ok {
		n = llm.CountTokens(s)
		c.known[s] = n
	}
	return n
}

func (c *Counter) size(r *llm.Request) size {
	s := size{system: c.count(r.System), shared: llm.CountTokens(r.Shared), prompt: llm.CountTokens(r.Prompt), most: llm.Estimate(*r)}
	if r.Schema != nil {
		s.schema = c.count(string(r.Schema.JSON))
	}
	return s
}

func (c *Counter) detection(d Detector, text *mashal.ChapterText, verses []int) []size {
	key := fmt.Sprint(text.Chapter, verses)
	sizes, ok := c.detected[key]
	if !ok {
		for _, r := range d.Requests(text, verses) {
			sizes = append(sizes, c.size(&r))
		}
		c.detected[key] = sizes
	}
	return sizes
}

// validation is the size of a request for verdicts on figures that are not
// known yet but take so many tokens to show.
func (c *Counter) validation(j Judge, text *mashal.ChapterText, figures float64) size {
	s, ok := c.judged[text.Chapter]
	if !ok {
		for _, r := range j.Requests(text, []mashal.Result{{Verse: 1, Figures: make([]mashal.Figure, 1)}}) {
			s = c.size(&r)
		}
		c.judged[text.Chapter] = s
	}
	s.prompt = int64(math.Round(figures))
	s.most.Input += 2 * s.prompt // as Estimate does it, at most
	return s
}
