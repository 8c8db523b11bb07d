package explore

import (
	"slices"

	"mashal"

	"mashal/concordance/index"
	"mashal/nearest"
	"mashal/reference"
)

// apiFacets counts what is wanted by each of its properties.
func apiFacets(v *visit) (any, error) {
	top := v.params.number("top", facetTop, 1, maxAPILimit)
	m, _, err := v.matchFigures()
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

// apiChapters counts what is wanted by chapter.
func apiChapters(v *visit) (any, error) {
	m, f, err := v.matchFigures()
	if err != nil {
		return nil, err
	}
	type chapterCount struct {
		apiChapterRef
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

// apiStatistics sums up what is wanted, and in what.
func apiStatistics(v *visit) (any, error) {
	by := index.Division(v.params.choice("by", string(index.BySections), string(index.ByBooks), string(index.ByGenres), string(index.ByPeriods)))
	level := index.Level(v.params.choice("level", string(index.Domain), string(index.Category), string(index.Specific)))
	top := v.params.number("top", 20, 1, 50)
	m, _, err := v.matchFigures()
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

// apiReadings lists who read which chapter, and how it went.
func apiReadings(v *visit) (any, error) {
	part := readPart(v)
	annotator, run, current := v.params.text("annotator"), v.params.text("run"), v.params.flag("current")
	var selection mashal.Selection
	if in := v.params.text("in"); in != "" {
		var err error
		if selection, err = reference.ParseSelection([]string{in}); err != nil {
			v.params.refuseError("in", in, err)
		}
	}
	requireTally(v, "annotator", annotator, v.snapshot.Annotators())
	requireTally(v, "run", run, v.snapshot.Runs())
	if err := v.params.check(); err != nil {
		return nil, err
	}
	type readingOf struct {
		apiChapterRef
		index.ReadingInfo
	}
	found := []readingOf{}
	for _, r := range v.snapshot.Readings() {
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
func requireTally(req *visit, param, name string, tallies []index.Tally) {
	known := make([]string, len(tallies))
	for i, t := range tallies {
		known[i] = t.Name
	}
	if name != "" && !slices.Contains(known, name) {
		req.params.refuse(param, name, nearest.Name(name, known), msg("There is no %s in the concordance.", quoted(name)))
	}
}

// apiSuggestions are what someone who types may mean.
func apiSuggestions(v *visit) (any, error) {
	p, err := suggest(v)
	if err != nil {
		return nil, err
	}
	return p.json, nil
}
