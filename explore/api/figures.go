package api

import (
	"errors"
	"math"
	"strconv"
	"strings"

	"mashal"
	"mashal/concordance/index"
	"mashal/explore/cite"
	"mashal/explore/filters"
	"mashal/explore/web"
)

// A hitJSON is a matching figure with its verse.
type hitJSON struct {
	refJSON
	Text   textJSON `json:"text"`
	Figure figureV1 `json:"figure"`
}

// answerFigures answers with the matching figures.
func answerFigures(req *web.Request) (any, error) {
	order := index.Order(req.Params.Choice("order", web.Names(index.Orders)...))
	part := readPart(req)
	m, _, err := filters.MatchFigures(req)
	if err != nil {
		return nil, err
	}
	found, err := m.Figures(req.Context(), index.Page{Order: order, Limit: part.Limit, Offset: part.Offset, Traditional: req.View.Traditional})
	if err != nil {
		return nil, err
	}
	if err := part.explain(req, m); err != nil {
		return nil, err
	}
	hits := make([]hitJSON, 0, len(found.Hits))
	for i := range found.Hits {
		h := &found.Hits[i]
		text := textJSON{h.Hebrew.String(), h.English.String()}
		hits = append(hits, hitJSON{newAPIRef(h.Ref), text, newAPIFigure(req, h.Figure, web.MaxShown)})
	}
	return struct {
		listPart
		sourceJSON
		Figures []hitJSON `json:"figures"`
	}{part.of(m.Total(), req), newSource(m), hits}, nil
}

// answerVerses answers with the matching verses: those with matching figures, or
// those in the states of the parameter state.
func answerVerses(req *web.Request) (any, error) {
	order := index.Order(req.Params.Choice("order", string(index.ByCanon), string(index.ByBook), string(index.ByDate)))
	part := readPart(req)
	m, _, err := filters.MatchDone(req)
	if err != nil {
		return nil, err
	}
	found, err := m.Verses(req.Context(), index.Page{Order: order, Limit: part.Limit, Offset: part.Offset, Traditional: req.View.Traditional})
	if err != nil {
		return nil, err
	}
	if err := part.explain(req, m); err != nil {
		return nil, err
	}
	verses, err := newAPIVerses(req, found.Verses)
	return struct {
		listPart
		sourceJSON
		Total  int       `json:"figures_total"` // in all verses
		NotRun int       `json:"not_run"`       // verses that meet the conditions on verses
		Verses []verseV1 `json:"verses"`
	}{part.of(found.Total, req), newSource(m), found.Figures, m.VersesNotRun(), verses}, err
}

// An overlapJSON is a figure that shares words with another figure.
type overlapJSON struct {
	Same    bool              `json:"same"` // both have exactly the same words
	Reading index.ReadingInfo `json:"reading"`
	Figure  figureV1          `json:"figure"`
}

// answerFigure answers with the details of one figure.
func answerFigure(req *web.Request) (any, error) {
	reading := int64(req.Params.Number("reading", 0, 1, filters.MaxID))
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	cited := req.PathValue("citation")
	d, err := req.Snapshot.Figure(req.Context(), cited, reading, req.View.Traditional)
	if e, ok := errors.AsType[*mashal.FieldError](err); ok {
		f := web.NotFound("There is no figure %s in the concordance.", web.Quoted(cited))
		if e.Nearest != "" {
			f.Near = req.View.URL("/api/v1/figures/" + e.Nearest)
		}
		return nil, f
	}
	if err != nil {
		return nil, err
	}
	overlaps := []overlapJSON{}
	for _, o := range d.Overlaps {
		overlaps = append(overlaps, overlapJSON{o.Same, o.Reading, newAPIFigure(req, &o.Figure, web.MaxShown)})
	}
	d.State.Deliberation, d.State.Reason = req.View.Said(d.State.Deliberation), req.View.Said(d.State.Reason)
	var citation cite.Citation
	if cite.Citable(d.Reading) {
		citation = cite.Figure(req, d)
	}
	return struct {
		hitJSON
		Verdicts []index.Status    `json:"status"`
		Reading  index.ReadingInfo `json:"reading"`
		State    index.VerseState  `json:"verse_state"`
		Overlaps []overlapJSON     `json:"overlaps"`
		Citation cite.Citation     `json:"citation,omitzero"` // absent if the figure is simulated
	}{
		hitJSON{newAPIRef(d.Ref), textJSON{d.Hebrew.String(), d.English.String()}, newAPIFigure(req, d.Figure, math.MaxInt)},
		d.Status, d.Reading, d.State, overlaps, citation,
	}, nil
}

// answerChapter answers with a chapter in one or several readings.
func answerChapter(req *web.Request) (any, error) {
	ch, err := web.ChapterOf(req)
	if err != nil {
		return nil, err
	}
	readings := readReadingNumbers(req)
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	cv, err := req.Snapshot.Chapter(req.Context(), ch, req.View.Traditional, readings...)
	if e, ok := errors.AsType[*mashal.FieldError](err); ok {
		e.Field = "reading"
	}
	if err != nil {
		return nil, err
	}
	verses, err := newAPIVerses(req, cv.Verses)
	return struct {
		chapterJSON
		Available []index.ReadingInfo `json:"available"` // current one first
		Shown     []index.ReadingInfo `json:"shown"`
		Verses    []verseV1           `json:"verses"`
	}{newAPIChapterRef(ch), cv.Available, cv.Shown, verses}, err
}

// readReadingNumbers reads the IDs of the readings to show side by side.
func readReadingNumbers(req *web.Request) []int64 {
	var numbers []int64
	for _, typed := range req.Params.Texts("reading") {
		n, err := strconv.ParseInt(strings.TrimSpace(typed), 10, 64)
		if err != nil || n < 1 || n > filters.MaxID {
			req.Params.Refuse("reading", typed, "", web.Msg("%s is not a whole number from %d to %d.", web.Quoted(typed), 1, filters.MaxID))
		}
		numbers = append(numbers, n)
	}
	if len(numbers) > maxBeside {
		req.Params.Refuse("reading", strconv.Itoa(len(numbers)), "", web.Msg("At most %d readings can be shown side by side.", maxBeside))
	}
	return numbers
}

// maxBeside is the maximum number of readings of a chapter in one answer.
const maxBeside = 10

// A chapterJSON is the reference of a chapter.
type chapterJSON struct {
	Reference string `json:"reference"` // "Psalms 23"
	OSIS      string `json:"osis"`      // "Ps.23"
	Book      string `json:"book"`
	Chapter   int    `json:"chapter"`
}

func newAPIChapterRef(ch mashal.Chapter) chapterJSON {
	return chapterJSON{ch.String(), ch.OSIS(), ch.Book.Name(), ch.Number}
}
