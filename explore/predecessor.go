package explore

import (
	"errors"
	"slices"

	"mashal"
	"mashal/concordance/index"
	"mashal/markup"
)

// The API of the explorer that came before this one, so that its page runs on
// ours: the same addresses, parameters and fields. Where it ignored what it
// did not know, let % be a wildcard and guessed totals, this refuses, does not
// and counts; docs/explorer.md lists the differences. predecessorask.go reads
// its parameters, predecessorverse.go has its fields of a verse.

// A formerPage is which part of the verses there are.
type formerPage struct {
	Limit   int  `json:"limit"`
	Offset  int  `json:"offset"`
	Total   int  `json:"total"`
	HasMore bool `json:"has_more"`
	Figures int  `json:"total_figurative_instances"`
}

// formerVerses answers /api/verses.
func formerVerses(v *visit) (any, error) {
	limit, offset := v.params.number("limit", apiLimit, 1, maxAPILimit), v.params.number("offset", 0, 0, maxPage)
	f, err := findFormer(v)
	if err != nil {
		return nil, err
	}
	found, err := f.matches.Verses(v.ctx(), index.Page{Limit: limit, Offset: offset})
	if err != nil {
		return nil, err
	}
	verses, err := newFormerVerses(v, found.Verses, f.question.shown)
	return struct {
		Verses     []formerVerse `json:"verses"`
		Pagination formerPage    `json:"pagination"`
	}{verses, formerPage{limit, offset, found.Total, offset+limit < found.Total, f.figures}}, err
}

// formerCount answers /api/verses/count.
func formerCount(v *visit) (any, error) {
	f, err := findFormer(v)
	if err != nil {
		return nil, err
	}
	return struct {
		Total   int `json:"total"`
		Figures int `json:"total_figurative_instances"`
	}{f.matches.VerseTotal(), f.figures}, nil
}

// A formerFound is what is found of what is asked.
type formerFound struct {
	question formerQuestion
	matches  *index.Matches
	figures  int // that are asked for and figurative after all verdicts; none where only verses without any are
}

func findFormer(req *visit) (f formerFound, err error) {
	if f.question, err = readFormerQuestion(req); err != nil {
		return f, err
	}
	if f.matches, err = matchFormer(req, f.question.filter); err != nil {
		return f, err
	}
	figurative := f.matches
	switch {
	case f.question.filter.Outcomes != nil && !slices.Contains(f.question.filter.Outcomes, index.WithFigures):
		return f, nil
	case len(f.question.filter.Types) == 0:
		of := f.question.filter
		of.Types = mashal.Types
		if figurative, err = matchFormer(req, of); err != nil {
			return f, err
		}
	}
	f.figures = figurative.Total()
	return f, nil
}

// matchFormer finds what is asked, with errors that name the parameters.
func matchFormer(req *visit, f index.Filter) (*index.Matches, error) {
	m, err := req.snapshot.Match(req.ctx(), f)
	if e, ok := errors.AsType[*mashal.FieldError](err); ok {
		req.params.refuse("search_"+e.Field, e.Value, e.Nearest, errorMessage(e))
		err = req.params.check()
	}
	return m, err
}

// formerStatistics answers /api/statistics.
func formerStatistics(v *visit) (any, error) {
	if err := v.params.check(); err != nil {
		return nil, err
	}
	m, err := matchFormer(v, index.Filter{})
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
	for _, r := range v.snapshot.Readings() {
		if r.Current && r.Figures > 0 {
			models[markup.Plain(r.Annotator)] += r.Figures
		}
	}
	return struct {
		Verses int                 `json:"total_verses"`
		Total  int                 `json:"total_instances"`
		Books  []string            `json:"books"`
		Types  map[mashal.Type]int `json:"type_counts"`
		Models map[string]int      `json:"model_usage"`
	}{totals.Read + totals.Failed, totals.Figures, books, types, models}, nil
}

// formerSuggestions answers /api/search/suggestions: values of a side that
// have what was typed in them.
func formerSuggestions(v *visit) (any, error) {
	const most, least = 10, 2 // suggestions; characters from which there are any
	sides := []string{"target", "vehicle", "ground", "posture"}
	field, typed := v.params.text("field"), v.params.text("query")
	if field != "" {
		field = v.params.known("field", field, sides)
	}
	if err := v.params.check(); err != nil {
		return nil, err
	}
	values := []string{}
	if field != "" && len([]rune(typed)) >= least {
		for _, value := range v.snapshot.TagValues(field, typed, most) {
			values = append(values, v.view.Prose(value).Text)
		}
	}
	return values, nil
}
