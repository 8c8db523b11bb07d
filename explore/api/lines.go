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

// An lineJSON is a line of a KWIC: the verse around the key.
type lineJSON struct {
	refJSON
	Words   string         `json:"words"`  // of the key, "3-5,8"; "" if it has no place
	Before  string         `json:"before"` // the Hebrew read before the key
	Key     string         `json:"key"`    // with what stands between its parts
	After   string         `json:"after"`
	Lemma   *lexicon.Lemma `json:"lemma,omitempty"`
	Figures []figureV1     `json:"figures"` // none if the key is used literally
}

// answerLines lines up figures, or the words of a lemma, with their contexts.
func answerLines(v *web.Request) (any, error) {
	k := index.KWIC{
		Key:     index.KWICKey(v.Params.Choice("key", web.Names(index.KWICKeys)...)),
		Order:   index.KWICOrder(v.Params.Choice("order", web.Names(index.KWICOrders)...)),
		Literal: v.Params.Flag("literal"), Traditional: v.View.Traditional,
	}
	if k.Key == index.KeyLemma {
		if k.Lemma = v.Params.Text("lemma"); k.Lemma == "" {
			v.Params.Refuse("lemma", "", "", web.Msg("The words of a lemma are to be lined up, and none is given."))
		}
	} else if k.Literal {
		v.Params.Refuse("literal", "1", "", web.Msg("Literal uses are those of a lemma: give key=lemma and lemma."))
	}
	part := readPart(v)
	m, _, err := filters.MatchFigures(v)
	if err != nil {
		return nil, err
	}
	k.Limit, k.Offset = part.Limit, part.Offset
	found, err := m.Occurrences(v.Ctx(), k)
	if err != nil {
		return nil, err
	}
	lines := make([]lineJSON, 0, len(found.Lines))
	for i := range found.Lines {
		line, err := newAPILine(v, &found.Lines[i])
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return struct {
		listPart
		Figurative int        `json:"figurative"`
		Literal    int        `json:"literal"`
		Lines      []lineJSON `json:"lines"`
	}{part.of(found.Total, v), found.Figurative, found.Literal, lines}, nil
}

func newAPILine(req *web.Request, o *index.Occurrence) (lineJSON, error) {
	line := lineJSON{refJSON: newAPIRef(o.Ref), Words: mashal.Span{Ranges: o.Words}.String(), Lemma: o.Lemma, Figures: []figureV1{}}
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
