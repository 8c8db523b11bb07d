package page

import (
	"encoding/json"
	"io"
	"strings"

	"mashal"
	"mashal/evaluate"
)

// A Comparison is how the annotation After differs from Before.
type Comparison struct {
	Before     Side                  `json:"before"`
	After      Side                  `json:"after"`
	Reference  *Side                 `json:"reference,omitempty"`
	Selection  string                `json:"selection,omitempty"`
	Detected   bool                  `json:"detected"`
	Judgements []*evaluate.Judgement `json:"judgements,omitempty"`
	*evaluate.Differences

	Text func(mashal.Ref, mashal.Span) string `json:"-"` // the Hebrew of a span
}

// WriteHTML writes the comparison as a page.
func (c *Comparison) WriteHTML(w io.Writer) error {
	return write(w, "comparison.html", c)
}

// LeftOut returns the verses that the measures of figures and words leave out.
func (c *Comparison) LeftOut() (most evaluate.LeftOut) {
	for _, j := range c.Judgements {
		if j.LeftOut.Verses > most.Verses {
			most = j.LeftOut
		}
	}
	return most
}

// A FigureText is a figure in a list of differences.
type FigureText struct {
	Types   []mashal.Type `json:"types"`
	Words   string        `json:"words"` // "3-5,8"; "" if unknown
	Hebrew  string        `json:"hebrew,omitempty"`
	Target  string        `json:"target,omitempty"`
	Vehicle string        `json:"vehicle,omitempty"`
}

// figureText returns the figure of a difference, or nil.
func figureText(c *Comparison, ref mashal.Ref, f *mashal.Figure) *FigureText {
	if f == nil {
		return nil
	}
	t := &FigureText{Types: f.Types, Words: f.Span.String(), Target: strings.Join(f.Target.Levels(), " / "), Vehicle: strings.Join(f.Vehicle.Levels(), " / ")}
	if c.Text != nil {
		t.Hebrew = c.Text(ref, f.Span)
	}
	return t
}

// A Difference is an element of the list of differences as JSON.
type Difference struct {
	Verse   string            `json:"verse"` // Ps.23.1
	Changes []evaluate.Change `json:"changes"`
	Before  *FigureText       `json:"before"`
	After   *FigureText       `json:"after"`
}

// Listed returns the differences with their texts.
func (c *Comparison) Listed() []Difference {
	list := make([]Difference, 0, len(c.List))
	for _, d := range c.List {
		list = append(list, Difference{d.Ref.OSIS(), d.Changes, figureText(c, d.Ref, d.Before), figureText(c, d.Ref, d.After)})
	}
	return list
}

// MarshalJSON writes the list of differences with the texts of the figures.
func (c *Comparison) MarshalJSON() ([]byte, error) {
	type plain Comparison
	return json.Marshal(struct {
		*plain
		List []Difference `json:"list"`
	}{(*plain)(c), c.Listed()})
}
