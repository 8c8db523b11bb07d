package api

import (
	"strings"

	"mashal"
	"mashal/concordance/index"
	"mashal/corpus/lexicon"
	"mashal/explore/filters"
	"mashal/explore/web"
	"mashal/markup"
)

// A lineJSON is an occurrence with its context.
type lineJSON struct {
	refJSON
	Words   string         `json:"words"`  // of the key, such as "3-5,8"; "" if its span is unknown
	Before  string         `json:"before"` // Hebrew before the key
	Key     string         `json:"key"`    // Hebrew of the key, including gaps between its parts
	After   string         `json:"after"`
	Lemma   *lexicon.Lemma `json:"lemma,omitempty"`
	Use     mashal.Use     `json:"use"`
	Figures []figureV1     `json:"figures"` // empty unless the key is figurative
}

// answerLines answers with one line for each matching figure or each occurrence of
// a lemma.
func answerLines(req *web.Request) (any, error) {
	k := index.KWIC{
		Key:     index.KWICKey(req.Params.Choice("key", web.Names(index.KWICKeys)...)),
		Outside: req.Params.Flag("outside"), Traditional: req.View.Traditional,
	}
	if k.Key == index.KeyLemma {
		if k.Lemma = req.Params.Text("lemma"); k.Lemma == "" {
			req.Params.Refuse("lemma", "", "", web.Msg("key=lemma requires lemma."))
		}
	} else if k.Outside {
		req.Params.Refuse("outside", "1", "", web.Msg("outside=1 requires key=lemma and lemma."))
	}
	filters.ReadNear(req, &k)
	sample := filters.ReadOrders(req, &k)
	part := readPart(req)
	m, _, err := filters.MatchFigures(req)
	if err != nil {
		return nil, err
	}
	all, err := m.Lines(k)
	if err != nil {
		return nil, err
	}
	shown := all
	if sample > 0 {
		shown = all.Sample(sample, k.Seed)
	}
	found, err := shown.Page(req.Context(), index.Page{Limit: part.Limit, Offset: part.Offset, Traditional: k.Traditional})
	if err != nil {
		return nil, err
	}
	lines := make([]lineJSON, 0, len(found.Lines))
	for i := range found.Lines {
		line, err := newAPILine(req, &found.Lines[i])
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return struct {
		listPart
		sourceJSON
		index.UseCount
		NotRun   int               `json:"not_run"`
		SortedBy []index.KWICOrder `json:"sorted_by"`
		Sample   *sampleJSON       `json:"sample,omitempty"` // missing if all lines are listed
		Lines    []lineJSON        `json:"lines"`
	}{part.of(found.Total, req), newSource(m), found.UseCount, found.NotRun, k.Orders(), newSample(shown, all, k.Seed), lines}, nil
}

// A sampleJSON says which lines were drawn.
type sampleJSON struct {
	Lines int    `json:"lines"`
	Of    int    `json:"of"`
	Seed  uint64 `json:"seed"`
}

// newSample returns the description of a sample, or nil if all lines were drawn.
func newSample(drawn, of *index.Lines, seed uint64) *sampleJSON {
	if drawn.Total() == of.Total() {
		return nil
	}
	return &sampleJSON{drawn.Total(), of.Total(), seed}
}

func newAPILine(req *web.Request, o *index.Occurrence) (lineJSON, error) {
	line := lineJSON{refJSON: newAPIRef(o.Ref), Words: mashal.Span{Ranges: o.Words}.String(), Lemma: o.Lemma, Use: o.Use, Figures: []figureV1{}}
	verse, err := req.Text.Verse(o.Ref)
	if err != nil {
		return line, err
	}
	pieces := markup.HebrewPieces(verse, req.View.Style())
	if ranges := markup.HebrewRanges(o.Words); len(ranges) > 0 {
		first, end := ranges[0].First, ranges[len(ranges)-1].Last+1
		line.Before, line.Key, line.After = strings.Join(pieces[:first], ""), strings.Join(pieces[first:end], ""), strings.Join(pieces[end:], "")
	} else {
		line.Before = strings.Join(pieces, "")
	}
	for i := range o.Figures {
		line.Figures = append(line.Figures, newAPIFigure(req, &o.Figures[i], web.MaxShown))
	}
	return line, nil
}
