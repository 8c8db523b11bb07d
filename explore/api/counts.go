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

// answerFacets counts what is wanted by each of its properties.
func answerFacets(v *web.Request) (any, error) {
	top := v.Params.Number("top", filters.FacetTop, 1, MaxAPILimit)
	m, _, err := filters.MatchFigures(v)
	if err != nil {
		return nil, err
	}
	facets := m.Facets(top)
	for i := range facets {
		facets[i].Values = list(facets[i].Values)
	}
	return struct {
		Figures int           `json:"figures"`
		Verses  int           `json:"verses"`
		Facets  []index.Facet `json:"facets"`
	}{m.Total(), m.VerseTotal(), facets}, nil
}

// answerChapters counts what is wanted by chapter.
func answerChapters(v *web.Request) (any, error) {
	m, f, err := filters.MatchFigures(v)
	if err != nil {
		return nil, err
	}
	type chapterCount struct {
		chapterJSON
		index.ChapterCount
		Verses int `json:"verses"` // of the chapter
	}
	counts := []chapterCount{}
	for _, c := range m.Chapters() {
		if f.Selection == nil || len(f.Selection.Passages(c.Chapter)) > 0 {
			counts = append(counts, chapterCount{newAPIChapterRef(c.Chapter), c, c.Chapter.Verses()})
		}
	}
	return map[string]any{"chapters": counts}, nil
}

// answerStatisticsV1 sums up what is wanted, and in what.
func answerStatisticsV1(v *web.Request) (any, error) {
	by := index.Division(v.Params.Choice("by", string(index.BySections), string(index.ByBooks), string(index.ByGenres), string(index.ByPeriods)))
	level := index.Level(v.Params.Choice("level", string(index.Domain), string(index.Category), string(index.Specific)))
	top := v.Params.Number("top", 20, 1, 50)
	m, _, err := filters.MatchFigures(v)
	if err != nil {
		return nil, err
	}
	type totals struct {
		Figures   int                  `json:"figures"`
		Verses    int                  `json:"verses"` // that have them
		Types     map[mashal.Type]int  `json:"types"`
		Statuses  map[index.Status]int `json:"statuses"`
		Selected  int                  `json:"selected"` // verses of the selection: read, failed or not run
		Read      int                  `json:"read"`
		Failed    int                  `json:"failed"`
		NotRun    int                  `json:"not_run"`
		NoneFound int                  `json:"none_found"` // of those read
		Words     int                  `json:"words"`      // of the verses read
	}
	t := m.Totals()
	table := m.Crosstab(level, top, top)
	table.Targets, table.Vehicles, table.Cells = list(table.Targets), list(table.Vehicles), list(table.Cells)
	return struct {
		Totals   totals            `json:"totals"`
		By       index.Division    `json:"by"`
		Parts    []index.TypeCount `json:"parts"`
		Pairs    []index.Pair      `json:"pairs"`
		Level    index.Level       `json:"level"`
		Crosstab index.Crosstab    `json:"crosstab"`
	}{
		totals{t.Figures, t.Verses, t.Types, t.Statuses, t.Selected, t.Read, t.Failed, t.NotRun, t.NoneFound, t.Words},
		by, list(m.Types(by)), m.Pairs(), level, table,
	}, nil
}

// answerReadings lists who read which chapter, and how it went.
func answerReadings(v *web.Request) (any, error) {
	part := readPart(v)
	annotator, run, current := v.Params.Text("annotator"), v.Params.Text("run"), v.Params.Flag("current")
	var selection mashal.Selection
	if in := v.Params.Text("in"); in != "" {
		var err error
		if selection, err = reference.ParseSelection([]string{in}); err != nil {
			web.RefuseError(v.Params, "in", in, err)
		}
	}
	requireTally(v, "annotator", annotator, v.Snapshot.Annotators())
	requireTally(v, "run", run, v.Snapshot.Runs())
	if err := v.Params.Check(); err != nil {
		return nil, err
	}
	type readingOf struct {
		chapterJSON
		index.ReadingInfo
	}
	found := []readingOf{}
	for _, r := range v.Snapshot.Readings() {
		if (annotator == "" || r.Annotator == annotator) && (run == "" || r.Run == run) && (!current || r.Current) &&
			(selection == nil || len(selection.Passages(r.Chapter)) > 0) {
			found = append(found, readingOf{newAPIChapterRef(r.Chapter), r})
		}
	}
	part = part.of(len(found), v)
	found = found[min(part.Offset, len(found)):]
	return struct {
		listPart
		Readings []readingOf `json:"readings"`
	}{part, found[:min(part.Limit, len(found))]}, nil
}

// requireTally refuses a name that is given and that nothing has.
func requireTally(req *web.Request, param, name string, tallies []index.Tally) {
	known := make([]string, len(tallies))
	for i, t := range tallies {
		known[i] = t.Name
	}
	if name != "" && !slices.Contains(known, name) {
		req.Params.Refuse(param, name, nearest.Name(name, known), web.Msg("There is no %s in the concordance.", web.Quoted(name)))
	}
}

// answerSuggestionsV1 are what someone who types may mean.
func answerSuggestionsV1(v *web.Request) (any, error) {
	p, err := suggest(v)
	if err != nil {
		return nil, err
	}
	return p.Json, nil
}
