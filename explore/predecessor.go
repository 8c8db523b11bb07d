package explore

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"mashal"
	"mashal/concordance"
	"mashal/hebrew"
	"mashal/typo"
)

// The API of the explorer that came before this one, so that its page runs on
// ours: the same addresses, parameters and fields. Where it ignored what it
// did not know, let % be a wildcard and guessed totals, this refuses, does not
// and counts; docs/explorer.md lists the differences.

// A formerQuestion is what the parameters ask.
type formerQuestion struct {
	filter  concordance.Filter
	figures concordance.Filter // of the figures that are shown in the verses
}

// formerQuestion reads the parameters that /api/verses and /api/verses/count
// have in common.
func (v *visit) formerQuestion() (formerQuestion, error) {
	p := v.params
	var q formerQuestion
	f := &q.filter
	f.Selection = v.formerSelection()
	f.Hebrew, f.English = p.text("search_hebrew"), p.text("search_english")
	f.Target.Any, f.Vehicle.Any = p.text("search_target"), p.text("search_vehicle")
	f.Ground.Any, f.Posture.Any = p.text("search_ground"), p.text("search_posture")
	f.AnySide = p.choice("search_operator", "OR", "AND") == "OR"
	f.Types = v.formerTypes()
	literal := p.choice("show_not_figurative", "false", "true") == "true"
	described := f.Target.Any+f.Vehicle.Any+f.Ground.Any+f.Posture.Any != ""
	if literal && len(f.Types) == len(mashal.Types) && !described {
		literal, f.Types = false, nil // all verses
	}
	q.figures.Types = f.Types
	switch {
	case described: // only figures are described
	case literal && len(f.Types) > 0:
		f.Outcomes = []concordance.Outcome{concordance.WithFigures, concordance.NoneLeft}
	case literal:
		f.Outcomes = []concordance.Outcome{concordance.NoneLeft}
	case len(f.Types) == 0:
		f.Outcomes = []concordance.Outcome{concordance.WithFigures, concordance.NoneFound, concordance.HasFailed}
	}
	return q, p.check()
}

// formerTypes reads "metaphor,simile".
func (v *visit) formerTypes() []mashal.Type {
	const param = "figurative_types"
	typed := v.params.text(param)
	var types []mashal.Type
	for name := range strings.SplitSeq(typed, ",") {
		t := mashal.Type(strings.ToLower(strings.TrimSpace(name)))
		switch {
		case t == "" || slices.Contains(types, t):
		case t.Valid():
			types = append(types, t)
		default:
			near := typo.Nearest(string(t), typeNames)
			if near != "" {
				near = strings.Replace(typed, name, near, 1)
			}
			v.params.refuse(param, typed, near, msg("%s is none of: %s.", quoted(name), strings.Join(typeNames, ", ")))
		}
	}
	return types
}

// formerSelection reads books, chapters and verses: all that are named by any
// book in any chapter.
func (v *visit) formerSelection() mashal.Selection {
	var books []mashal.Book
	for name := range strings.SplitSeq(v.params.text("books"), ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		if n, err := strconv.Atoi(name); err == nil && mashal.Book(n).Valid() && n == int(mashal.Book(n)) {
			books = append(books, mashal.Book(n))
			continue
		}
		book, err := mashal.ParseBook(name)
		if err != nil {
			v.params.refuseError("books", name, err)
			continue
		}
		books = append(books, book)
	}
	chapters, verses := v.formerNumbers("chapters", 150), v.formerNumbers("verses", 176)
	if books == nil && chapters == nil && verses == nil {
		return nil
	}
	if books == nil {
		for b := mashal.Book(1); b <= mashal.Books; b++ {
			books = append(books, b)
		}
	}
	passages := []mashal.Passage{}
	for _, book := range books {
		for n := 1; n <= book.Chapters(); n++ {
			ch := mashal.Chapter{Book: book, Number: n}
			switch {
			case chapters != nil && !chapters[n]:
			case verses == nil:
				passages = append(passages, mashal.Whole(ch))
			default:
				for verse := 1; verse <= ch.Verses(); verse++ {
					if verses[verse] {
						passages = append(passages, mashal.Passage{Chapter: ch, First: verse, Last: verse})
					}
				}
			}
		}
	}
	return mashal.Select(passages...)
}

// formerNumbers reads "1,3,5-7"; nil for all. The highest is that of the
// largest book or chapter, so that no range costs more than there is text.
func (v *visit) formerNumbers(name string, highest int) map[int]bool {
	typed := v.params.text(name)
	if typed == "" || strings.EqualFold(typed, "all") {
		return nil
	}
	numbers := map[int]bool{}
	for part := range strings.SplitSeq(typed, ",") {
		from, to, isRange := strings.Cut(part, "-")
		first, err := strconv.Atoi(strings.TrimSpace(from))
		last := first
		if isRange && err == nil {
			last, err = strconv.Atoi(strings.TrimSpace(to))
		}
		if err != nil || first < 1 || last < first || last > highest {
			v.params.refuse(name, typed, "", msg("%s is no list of numbers from 1 to %d, such as 1,3,5-7.", quoted(part), highest))
			return nil
		}
		for n := first; n <= last; n++ {
			numbers[n] = true
		}
	}
	return numbers
}

// formerMatch finds what is asked, with errors that name the parameters.
func (v *visit) formerMatch(f concordance.Filter) (*concordance.Matches, error) {
	m, err := v.snapshot.Match(v.ctx(), f)
	if e, ok := errors.AsType[*concordance.FilterError](err); ok {
		v.params.refuse("search_"+e.Field, e.Value, e.Nearest, errorMessage(e))
		err = v.params.check()
	}
	return m, err
}

// A formerVerse is a verse in the columns of before.
type formerVerse struct {
	ID               int64          `json:"id"`
	Reference        string         `json:"reference"`
	Book             string         `json:"book"`
	Chapter          int            `json:"chapter"`
	Verse            int            `json:"verse"`
	Hebrew           string         `json:"hebrew_text"`
	HebrewStripped   string         `json:"hebrew_text_stripped"`
	HebrewNonSacred  string         `json:"hebrew_text_non_sacred"`
	English          string         `json:"english_text"`
	EnglishNonSacred string         `json:"english_text_non_sacred"`
	EnglishClean     string         `json:"english_text_clean"`
	EnglishCleanNS   string         `json:"english_text_clean_non_sacred"`
	Deliberation     string         `json:"figurative_detection_deliberation"`
	DeliberationNS   string         `json:"figurative_detection_deliberation_non_sacred"`
	ModelUsed        string         `json:"model_used"`
	Annotations      []formerFigure `json:"annotations"`
}

// A formerFigure is a figure in the columns of before.
type formerFigure struct {
	English         string                 `json:"figurative_text"`
	EnglishNS       string                 `json:"figurative_text_non_sacred"`
	Hebrew          string                 `json:"figurative_text_in_hebrew"`
	HebrewNonSacred string                 `json:"figurative_text_in_hebrew_non_sacred"`
	Types           []mashal.Type          `json:"types"`
	Target          []string               `json:"target"`
	Vehicle         []string               `json:"vehicle"`
	Ground          []string               `json:"ground"`
	Posture         []string               `json:"posture"`
	Explanation     string                 `json:"explanation"`
	Speaker         string                 `json:"speaker"`
	Confidence      float64                `json:"confidence"`
	Reasons         map[mashal.Type]string `json:"validation_reasons"`
	Metaphor        string                 `json:"validation_reason_metaphor"`
	Simile          string                 `json:"validation_reason_simile"`
	Personification string                 `json:"validation_reason_personification"`
	Idiom           string                 `json:"validation_reason_idiom"`
	Hyperbole       string                 `json:"validation_reason_hyperbole"`
	Metonymy        string                 `json:"validation_reason_metonymy"`
	Other           string                 `json:"validation_reason_other"`
}

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
	q, err := v.formerQuestion()
	if err != nil {
		return nil, err
	}
	m, err := v.formerMatch(q.filter)
	if err != nil {
		return nil, err
	}
	found, err := m.Verses(v.ctx(), concordance.Page{Limit: limit, Offset: offset})
	if err != nil {
		return nil, err
	}
	verses, err := v.formerTexts(found.Verses, q.figures)
	if err != nil {
		return nil, err
	}
	figures, err := v.formerFigures(q)
	return struct {
		Verses     []formerVerse `json:"verses"`
		Pagination formerPage    `json:"pagination"`
	}{verses, formerPage{limit, offset, found.Total, offset+limit < found.Total, figures}}, err
}

// formerCount answers /api/verses/count.
func formerCount(v *visit) (any, error) {
	q, err := v.formerQuestion()
	if err != nil {
		return nil, err
	}
	m, err := v.formerMatch(q.filter)
	if err != nil {
		return nil, err
	}
	figures, err := v.formerFigures(q)
	return struct {
		Total   int `json:"total"`
		Figures int `json:"total_figurative_instances"`
	}{m.VerseTotal(), figures}, err
}

// formerFigures counts the figures that are asked for and that are figurative
// after all verdicts; none where only verses without any are.
func (v *visit) formerFigures(q formerQuestion) (int, error) {
	f := q.filter
	if len(f.Outcomes) == 1 {
		return 0, nil
	}
	if len(f.Types) == 0 {
		f.Types = mashal.Types
	}
	m, err := v.formerMatch(f)
	if err != nil {
		return 0, err
	}
	return m.Total(), nil
}

// formerTexts gives verses their texts, and their figures of the types that
// were asked for, whatever else was asked of one of them.
func (v *visit) formerTexts(entries []concordance.VerseEntry, wanted concordance.Filter) ([]formerVerse, error) {
	wanted.Selection = mashal.Selection{}
	for _, e := range entries {
		wanted.Selection = append(wanted.Selection, mashal.Passage{Chapter: e.Ref.Chapter, First: e.Ref.Verse, Last: e.Ref.Verse})
	}
	m, err := v.formerMatch(wanted)
	if err != nil {
		return nil, err
	}
	figures := map[mashal.Ref][2][]concordance.Figure{} // as written, and with the divine names altered
	for i, traditional := range []bool{false, true} {
		found, err := m.Verses(v.ctx(), concordance.Page{Limit: len(entries), Traditional: traditional})
		if err != nil {
			return nil, err
		}
		for _, e := range found.Verses {
			of := figures[e.Ref]
			of[i] = e.Figures
			figures[e.Ref] = of
		}
	}
	written, altered := v.view, v.view
	written.Traditional, altered.Traditional = false, true
	verses := make([]formerVerse, 0, len(entries))
	for _, e := range entries {
		text, err := v.text.Verse(e.Ref)
		if err != nil {
			return nil, err
		}
		verse := formerVerse{
			ID: concordance.VerseID(e.Ref), Reference: e.Ref.String(), Book: e.Ref.Book.Name(), Chapter: e.Ref.Number, Verse: e.Ref.Verse,
			Hebrew: text.Hebrew(), HebrewStripped: hebrew.NoPoints(text.Hebrew()), HebrewNonSacred: strings.Join(hebrewPieces(text, &altered), ""),
			English: text.English, EnglishClean: text.English, Annotations: []formerFigure{},
		}
		verse.EnglishNonSacred = newEnglishText(text, &altered).text
		verse.EnglishCleanNS = verse.EnglishNonSacred
		if len(e.States) > 0 {
			reading, _ := v.snapshot.Reading(e.States[0].Reading)
			verse.ModelUsed = plain(reading.Annotator)
			verse.Deliberation, verse.DeliberationNS = written.Prose(e.States[0].Deliberation).Text, altered.Prose(e.States[0].Deliberation).Text
		}
		of := figures[e.Ref]
		for i := range of[0] {
			verse.Annotations = append(verse.Annotations, newFormerFigure(&of[0][i], &of[1][i], &written))
		}
		verses = append(verses, verse)
	}
	return verses, nil
}

func newFormerFigure(f, altered *concordance.Figure, w *view) formerFigure {
	said := func(s string) string { return w.Prose(s).Text }
	levels := func(t mashal.Tag) []string {
		list := []string{}
		for _, level := range t.Levels() {
			list = append(list, said(level))
		}
		return list
	}
	reasons := map[mashal.Type]string{}
	for _, verdict := range f.Verdicts { // of several the last counts
		if reasons[verdict.Type] = said(verdict.Reason); verdict.Reason == "" {
			delete(reasons, verdict.Type)
		}
	}
	return formerFigure{
		English: said(f.English), EnglishNS: said(altered.English), Hebrew: f.Hebrew, HebrewNonSacred: altered.Hebrew, Types: f.Types,
		Target: levels(f.Target), Vehicle: levels(f.Vehicle), Ground: levels(f.Ground), Posture: levels(f.Posture),
		Explanation: said(f.Explanation), Speaker: said(f.Speaker), Confidence: f.Confidence, Reasons: reasons,
		Metaphor: reasons[mashal.Metaphor], Simile: reasons[mashal.Simile], Personification: reasons[mashal.Personification],
		Idiom: reasons[mashal.Idiom], Hyperbole: reasons[mashal.Hyperbole], Metonymy: reasons[mashal.Metonymy], Other: reasons[mashal.Other],
	}
}

// formerStatistics answers /api/statistics.
func formerStatistics(v *visit) (any, error) {
	if err := v.params.check(); err != nil {
		return nil, err
	}
	m, err := v.formerMatch(concordance.Filter{})
	if err != nil {
		return nil, err
	}
	totals := m.Totals()
	books := []string{}
	for _, part := range m.Types(concordance.ByBooks) {
		books = append(books, part.Label)
	}
	types := map[mashal.Type]int{}
	for _, t := range mashal.Types {
		types[t] = totals.Types[t]
	}
	models := map[string]int{}
	for _, r := range v.snapshot.Readings() {
		if r.Current && r.Figures > 0 {
			models[plain(r.Annotator)] += r.Figures
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
			values = append(values, v.Prose(value).Text)
		}
	}
	return values, nil
}
