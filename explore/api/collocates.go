package api

import (
	"mashal/concordance/lemmas"
	"mashal/explore/filters"
	"mashal/explore/web"
	"mashal/explore/words"
)

// answerCollocates answers with the collocates of the keywords of matching lines.
func answerCollocates(req *web.Request) (any, error) {
	part, q := readPart(req), words.ReadCollocates(req)
	if !q.Chosen() {
		req.Params.Refuse("lemma", "", "", web.Msg("key=lemma requires lemma."))
	}
	m, _, err := filters.MatchFigures(req)
	if err != nil {
		return nil, err
	}
	c, err := q.Count(m)
	if err != nil {
		return nil, err
	}
	return struct {
		listPart
		sourceJSON
		lemmas.Vicinity
		*lemmas.Collocates
		List []lemmas.Collocate `json:"collocates"`
	}{part.of(len(c.List), req), newSource(m), q.Vicinity, c, partOf(c.List, part)}, nil
}

// answerMarked answers with the lemmas of the words in matching figures.
func answerMarked(req *web.Request) (any, error) {
	part, o := readPart(req), words.ReadMarked(req)
	m, _, err := filters.MatchFigures(req)
	if err != nil {
		return nil, err
	}
	f, err := lemmas.NewFigurative(m, o)
	if err != nil {
		return nil, err
	}
	return struct {
		listPart
		sourceJSON
		*lemmas.Figurative
		List []lemmas.Marked `json:"lemmas"`
	}{part.of(len(f.List), req), newSource(m), f, partOf(f.List, part)}, nil
}

// partOf returns a part of a list.
func partOf[T any](list []T, p listPart) []T {
	list = list[min(p.Offset, len(list)):]
	return list[:min(p.Limit, len(list))]
}
