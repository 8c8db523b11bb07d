package tzafun

import (
	"errors"
	"slices"

	"mashal"
	"mashal/concordance/index"
	"mashal/explore/api"
	"mashal/explore/web"
)

// A versePage describes the part of the list of verses that an answer contains.
type versePage struct {
	Limit   int  `json:"limit"`
	Offset  int  `json:"offset"`
	Total   int  `json:"total"`
	HasMore bool `json:"has_more"`
	Figures int  `json:"total_figurative_instances"`
}

// answerVerses handles /api/verses.
func answerVerses(req *web.Request) (any, error) {
	limit, offset := req.Params.Number("limit", api.ApiLimit, 1, api.MaxAPILimit), req.Params.Number("offset", 0, 0, web.MaxPage)
	f, err := findMatches(req)
	if err != nil {
		return nil, err
	}
	found, err := f.matches.Verses(req.Context(), index.Page{Limit: limit, Offset: offset})
	if err != nil {
		return nil, err
	}
	verses, err := newVerses(req, found.Verses, f.question.shown)
	return struct {
		Verses     []verseJSON `json:"verses"`
		Pagination versePage   `json:"pagination"`
	}{verses, versePage{limit, offset, found.Total, offset+limit < found.Total, f.figures}}, err
}

// answerCount handles /api/verses/count.
func answerCount(req *web.Request) (any, error) {
	f, err := findMatches(req)
	if err != nil {
		return nil, err
	}
	return struct {
		Total   int `json:"total"`
		Figures int `json:"total_figurative_instances"`
	}{f.matches.VerseTotal(), f.figures}, nil
}

// A result holds the matches of a request.
type result struct {
	question query
	matches  *index.Matches
	figures  int // number of matching figures that are figurative after all verdicts; 0 if only verses without figures are requested
}

// findMatches reads the parameters of a request and matches them.
func findMatches(req *web.Request) (f result, err error) {
	if f.question, err = readQuery(req); err != nil {
		return f, err
	}
	if f.matches, err = match(req, f.question.filter); err != nil {
		return f, err
	}
	figurative := f.matches
	switch {
	case f.question.filter.Outcomes != nil && !slices.Contains(f.question.filter.Outcomes, mashal.WithFigures):
		return f, nil
	case len(f.question.filter.Types) == 0:
		of := f.question.filter
		of.Types = mashal.Types
		if figurative, err = match(req, of); err != nil {
			return f, err
		}
	}
	f.figures = figurative.Total()
	return f, nil
}

// match returns the matches of a filter. Its errors name the parameters of Tzafun.
func match(req *web.Request, f index.Filter) (*index.Matches, error) {
	m, err := req.Snapshot.Match(req.Context(), f)
	if e, ok := errors.AsType[*mashal.FieldError](err); ok {
		req.Params.Refuse("search_"+e.Field, e.Value, e.Nearest, web.ErrorMessage(e))
		err = req.Params.Check()
	}
	return m, err
}

// answerStatistics handles /api/statistics.
func answerStatistics(req *web.Request) (any, error) {
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	m, err := match(req, index.Filter{Annotators: []string{index.Mixture}})
	if err != nil {
		return nil, err
	}
	totals := m.Totals()
	books := []string{}
	for _, part := range m.Types(index.ByBooks) {
		books = append(books, part.Label)
	}
	types := map[mashal.Type]int{}
	for _, t := range mashal.Types {
		types[t] = totals.Types[t]
	}
	models := map[string]int{}
	for _, r := range req.Snapshot.Readings() {
		if r.Current && r.Figures > 0 {
			models[web.Plain(r.Annotator)] += r.Figures
		}
	}
	return struct {
		Verses int                 `json:"total_verses"`
		Total  int                 `json:"total_instances"`
		Books  []string            `json:"books"`
		Types  map[mashal.Type]int `json:"type_counts"`
		Models map[string]int      `json:"model_usage"`
	}{totals.Done() + totals.Failed, totals.Figures, books, types, models}, nil
}

// answerSuggestions handles /api/search/suggestions: the values of a side that
// contain the typed text.
func answerSuggestions(req *web.Request) (any, error) {
	const most, least = 10, 2 // maximum number of suggestions; minimum number of typed characters
	sides := []string{"target", "vehicle", "ground", "posture"}
	field, typed := req.Params.Text("field"), req.Params.Text("query")
	if field != "" {
		field = req.Params.OneOf("field", field, sides)
	}
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	values := []string{}
	if field != "" && len([]rune(typed)) >= least {
		for _, value := range req.Snapshot.TagValues(field, typed, most) {
			values = append(values, req.View.Prose(value).Text)
		}
	}
	return values, nil
}
