package api

import (
	"slices"

	"mashal"
	"mashal/concordance/index"
	"mashal/explore/filters"
	"mashal/explore/web"
	"mashal/nearest"
	"mashal/reference"
)

// answerFacets answers with the facets of the matching figures.
func answerFacets(req *web.Request) (any, error) {
	top := req.Params.Number("top", filters.FacetTop, 1, MaxAPILimit)
	m, _, err := filters.MatchFigures(req)
	if err != nil {
		return nil, err
	}
	facets := m.Facets(top)
	for i := range facets {
		facets[i].Values = list(facets[i].Values)
	}
	return struct {
		sourceJSON
		Figures int           `json:"figures"`
		Verses  int           `json:"verses"`
		Facets  []index.Facet `json:"facets"`
	}{newSource(m), m.Total(), m.VerseTotal(), facets}, nil
}

// answerChapters answers with the number of matching figures in each chapter of the
// selection.
func answerChapters(req *web.Request) (any, error) {
	m, f, err := filters.MatchFigures(req)
	if err != nil {
		return nil, err
	}
	type chapterCount struct {
		chapterJSON
		index.ChapterCount
		NotRun int `json:"not_run"` // selected verses
		Verses int `json:"verses"`  // of the chapter
	}
	counts := []chapterCount{}
	for _, c := range m.Chapters() {
		if f.Selection == nil || len(f.Selection.Passages(c.Chapter)) > 0 {
			counts = append(counts, chapterCount{newAPIChapterRef(c.Chapter), c, m.NotRunIn(c.Chapter), c.Chapter.Verses()})
		}
	}
	return struct {
		sourceJSON
		Chapters []chapterCount `json:"chapters"`
	}{newSource(m), counts}, nil
}

// answerStatistics answers with the counts of matching figures by part of the text,
// and by target and vehicle.
func answerStatistics(req *web.Request) (any, error) {
	by := index.Division(req.Params.Choice("by", string(index.BySections), string(index.ByBooks), string(index.ByGenres), string(index.ByPeriods)))
	level := index.Level(req.Params.Choice("level", string(index.Domain), string(index.Category), string(index.Specific)))
	top := req.Params.Number("top", 20, 1, 50)
	m, _, err := filters.MatchFigures(req)
	if err != nil {
		return nil, err
	}
	type totals struct {
		Figures  int                  `json:"figures"`
		Verses   int                  `json:"verses"` // with such figures
		Types    map[mashal.Type]int  `json:"types"`
		Statuses map[index.Status]int `json:"statuses"`
		Selected int                  `json:"selected"` // verses of the selection
		index.Extent
		NotRun    int `json:"not_run"`
		NoneFound int `json:"none_found"` // number of Read without figures
		NotMarked int `json:"not_marked"` // number of Searched without figures
	}
	t := m.Totals()
	table := m.Crosstab(level, top, top)
	table.Targets, table.Vehicles, table.Cells = list(table.Targets), list(table.Vehicles), list(table.Cells)
	return struct {
		sourceJSON
		Totals   totals            `json:"totals"`
		By       index.Division    `json:"by"`
		Parts    []index.TypeCount `json:"parts"`
		Pairs    []index.Pair      `json:"pairs"`
		Level    index.Level       `json:"level"`
		Crosstab index.Crosstab    `json:"crosstab"`
	}{
		newSource(m),
		totals{t.Figures, t.Verses, t.Types, t.Statuses, t.Selected, t.Extent, t.NotRun, t.NoneFound, t.NotMarked},
		by, list(m.Types(by)), m.Pairs(), level, table,
	}, nil
}

// answerReadings lists readings, filtered by annotator, run and passage.
func answerReadings(req *web.Request) (any, error) {
	part := readPart(req)
	annotator, run, current := req.Params.Text("annotator"), req.Params.Text("run"), req.Params.Flag("current")
	var selection mashal.Selection
	if in := req.Params.Text("in"); in != "" {
		var err error
		if selection, err = reference.ParseSelection([]string{in}); err != nil {
			web.RefuseError(req.Params, "in", in, err)
		}
	}
	requireTally(req, "annotator", annotator, req.Snapshot.Annotators())
	requireTally(req, "run", run, req.Snapshot.Runs())
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	type readingOf struct {
		chapterJSON
		index.ReadingInfo
	}
	found := []readingOf{}
	for _, r := range req.Snapshot.Readings() {
		if (annotator == "" || r.Annotator == annotator) && (run == "" || r.Run == run) && (!current || r.Current) &&
			(selection == nil || len(selection.Passages(r.Chapter)) > 0) {
			found = append(found, readingOf{newAPIChapterRef(r.Chapter), r})
		}
	}
	part = part.of(len(found), req)
	found = found[min(part.Offset, len(found)):]
	return struct {
		listPart
		Readings []readingOf `json:"readings"`
	}{part, found[:min(part.Limit, len(found))]}, nil
}

// requireTally refuses the value of a parameter that names an annotator or a run
// which the concordance does not have.
func requireTally(req *web.Request, param, name string, tallies []index.Tally) {
	known := make([]string, len(tallies))
	for i, t := range tallies {
		known[i] = t.Name
	}
	if name != "" && !slices.Contains(known, name) {
		req.Params.Refuse(param, name, nearest.Name(name, known), web.Msg("%s is not in the concordance.", web.Quoted(name)))
	}
}

// answerSuggestions answers with suggestions for a text that is being typed.
func answerSuggestions(req *web.Request) (any, error) {
	p, err := suggest(req)
	if err != nil {
		return nil, err
	}
	return p.JSON, nil
}
