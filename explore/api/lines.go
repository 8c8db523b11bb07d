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
		Order:   index.KWICOrder(req.Params.Choice("order", web.Names(index.KWICOrders)...)),
		Outside: req.Params.Flag("outside"), Traditional: req.View.Traditional,
	}
	if k.Key == index.KeyLemma {
		if k.Lemma = req.Params.Text("lemma"); k.Lemma == "" {
			req.Params.Refuse("lemma", "", "", web.Msg("key=lemma requires lemma."))
		}
	} else if k.Outside {
		req.Params.Refuse("outside", "1", "", web.Msg("outside=1 requires key=lemma and lemma."))
	}
	part := readPart(req)
	m, _, err := filters.MatchFigures(req)
	if err != nil {
		return nil, err
	}
	k.Limit, k.Offset = part.Limit, part.Offset
	found, err := m.Occurrences(req.Context(), k)
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
		NotRun int        `json:"not_run"`
		Lines  []lineJSON `json:"lines"`
	}{part.of(found.Total, req), newSource(m), found.UseCount, found.NotRun, lines}, nil
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
