package explore

import (
	"strings"

	"mashal"
	"mashal/concordance/index"
	"mashal/corpus/lexicon"
	"mashal/markup"
)

// An apiLine is a line of a KWIC: the verse around the key.
type apiLine struct {
	apiRef
	Words   string         `json:"words"`  // of the key, "3-5,8"; "" if it has no place
	Before  string         `json:"before"` // the Hebrew read before the key
	Key     string         `json:"key"`    // with what stands between its parts
	After   string         `json:"after"`
	Lemma   *lexicon.Lemma `json:"lemma,omitempty"`
	Figures []apiFigure    `json:"figures"` // none if the key is used literally
}

// apiLines lines up figures, or the words of a lemma, with their contexts.
func apiLines(v *visit) (any, error) {
	k := index.KWIC{
		Key:     index.KWICKey(v.params.choice("key", names(index.KWICKeys)...)),
		Order:   index.KWICOrder(v.params.choice("order", names(index.KWICOrders)...)),
		Literal: v.params.flag("literal"), Traditional: v.view.Traditional,
	}
	if k.Key == index.KeyLemma {
		if k.Lemma = v.params.text("lemma"); k.Lemma == "" {
			v.params.refuse("lemma", "", "", msg("The words of a lemma are to be lined up, and none is given."))
		}
	} else if k.Literal {
		v.params.refuse("literal", "1", "", msg("Literal uses are those of a lemma: give key=lemma and lemma."))
	}
	part := readPart(v)
	m, _, err := v.matchFigures()
	if err != nil {
		return nil, err
	}
	k.Limit, k.Offset = part.Limit, part.Offset
	found, err := m.Occurrences(v.ctx(), k)
	if err != nil {
		return nil, err
	}
	lines := make([]apiLine, 0, len(found.Lines))
	for i := range found.Lines {
		line, err := newAPILine(v, &found.Lines[i])
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return struct {
		listPart
		Figurative int       `json:"figurative"`
		Literal    int       `json:"literal"`
		Lines      []apiLine `json:"lines"`
	}{part.of(found.Total, v), found.Figurative, found.Literal, lines}, nil
}

func newAPILine(req *visit, o *index.Occurrence) (apiLine, error) {
	line := apiLine{apiRef: newAPIRef(o.Ref), Words: mashal.Span{Ranges: o.Words}.String(), Lemma: o.Lemma, Figures: []apiFigure{}}
	verse, err := req.text.Verse(o.Ref)
	if err != nil {
		return line, err
	}
	pieces := markup.HebrewPieces(verse, req.view.style())
	if ranges := markup.PieceRanges(o.Words); len(ranges) > 0 {
		first, end := ranges[0].First, ranges[len(ranges)-1].Last+1
		line.Before, line.Key, line.After = strings.Join(pieces[:first], ""), strings.Join(pieces[first:end], ""), strings.Join(pieces[end:], "")
	} else {
		line.Before = strings.Join(pieces, "")
	}
	for i := range o.Figures {
		line.Figures = append(line.Figures, newAPIFigure(req, &o.Figures[i], maxShown))
	}
	return line, nil
}
