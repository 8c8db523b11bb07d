package explore

import (
	"errors"
	"math"
	"strconv"
	"strings"

	"mashal"
	"mashal/concordance/index"
)

// An apiHit is a figure in its verse.
type apiHit struct {
	apiRef
	Text   apiText   `json:"text"`
	Figure apiFigure `json:"figure"`
}

// matchFigures finds figures that are wanted, for what has no verses without
// them.
func (v *visit) matchFigures() (*index.Matches, index.Filter, error) {
	if state := v.view.query.Get("state"); state != "" {
		v.params.refuse("state", state, "", msg("What is counted here is figures; verses by what became of them are listed by /find and /api/v1/verses."))
	}
	return v.match()
}

// apiFigures are the figures that are wanted.
func apiFigures(v *visit) (any, error) {
	order := index.Order(v.params.choice("order", names(index.Orders)...))
	part := readPart(v)
	m, _, err := v.matchFigures()
	if err != nil {
		return nil, err
	}
	found, err := m.Figures(v.ctx(), index.Page{Order: order, Limit: part.Limit, Offset: part.Offset, Traditional: v.view.Traditional})
	if err != nil {
		return nil, err
	}
	hits := make([]apiHit, 0, len(found.Hits))
	for i := range found.Hits {
		h := &found.Hits[i]
		text := apiText{h.Hebrew.String(), h.English.String()}
		hits = append(hits, apiHit{newAPIRef(h.Ref), text, newAPIFigure(v, h.Figure, maxShown)})
	}
	return struct {
		listPart
		Figures []apiHit `json:"figures"`
	}{part.of(m.Total(), v), hits}, nil
}

// apiVersesWanted are the verses with figures that are wanted, or of the
// states that are.
func apiVersesWanted(v *visit) (any, error) {
	order := index.Order(v.params.choice("order", string(index.ByCanon), string(index.ByBook), string(index.ByDate)))
	part := readPart(v)
	m, _, err := v.match()
	if err != nil {
		return nil, err
	}
	found, err := m.Verses(v.ctx(), index.Page{Order: order, Limit: part.Limit, Offset: part.Offset, Traditional: v.view.Traditional})
	if err != nil {
		return nil, err
	}
	verses, err := newAPIVerses(v, found.Verses)
	return struct {
		listPart
		Total  int        `json:"figures_total"` // in all verses
		Verses []apiVerse `json:"verses"`
	}{part.of(found.Total, v), found.Figures, verses}, err
}

// An apiOverlap is another figure on some of the same words.
type apiOverlap struct {
	Same    bool              `json:"same"` // on exactly these
	Reading index.ReadingInfo `json:"reading"`
	Figure  apiFigure         `json:"figure"`
}

// apiFigureAlone is one figure, with all that is known of it.
func apiFigureAlone(v *visit) (any, error) {
	reading := int64(v.params.number("reading", 0, 1, maxID))
	if err := v.params.check(); err != nil {
		return nil, err
	}
	cited := v.segment("citation")
	d, err := v.snapshot.Figure(v.ctx(), cited, reading, v.view.Traditional)
	if e, ok := errors.AsType[*mashal.FieldError](err); ok {
		f := notFound("There is no figure %s in the concordance.", quoted(cited))
		if e.Nearest != "" {
			f.near = v.view.URL("/api/v1/figures/" + e.Nearest)
		}
		return nil, f
	}
	if err != nil {
		return nil, err
	}
	overlaps := []apiOverlap{}
	for _, o := range d.Overlaps {
		overlaps = append(overlaps, apiOverlap{o.Same, o.Reading, newAPIFigure(v, &o.Figure, maxShown)})
	}
	d.State.Deliberation, d.State.Reason = v.view.Said(d.State.Deliberation), v.view.Said(d.State.Reason)
	return struct {
		apiHit
		Verdicts []index.Status    `json:"status"`
		Reading  index.ReadingInfo `json:"reading"`
		State    index.VerseState  `json:"verse_state"`
		Overlaps []apiOverlap      `json:"overlaps"`
		Citation citation          `json:"citation"`
	}{
		apiHit{newAPIRef(d.Ref), apiText{d.Hebrew.String(), d.English.String()}, newAPIFigure(v, d.Figure, math.MaxInt)},
		d.Status, d.Reading, d.State, overlaps, citeFigure(v, d),
	}, nil
}

// apiChapter is a chapter as one or several readings have it.
func apiChapter(v *visit) (any, error) {
	ch, err := v.chapter()
	if err != nil {
		return nil, err
	}
	readings := readReadingNumbers(v)
	if err := v.params.check(); err != nil {
		return nil, err
	}
	cv, err := v.snapshot.Chapter(v.ctx(), ch, v.view.Traditional, readings...)
	if e, ok := errors.AsType[*mashal.FieldError](err); ok {
		e.Field = "reading"
	}
	if err != nil {
		return nil, err
	}
	verses, err := newAPIVerses(v, cv.Verses)
	return struct {
		apiChapterRef
		Available []index.ReadingInfo `json:"available"` // the current one first
		Shown     []index.ReadingInfo `json:"shown"`
		Verses    []apiVerse          `json:"verses"`
	}{newAPIChapterRef(ch), cv.Available, cv.Shown, verses}, err
}

// readReadingNumbers reads the readings that are to be shown side by side.
func readReadingNumbers(req *visit) []int64 {
	var numbers []int64
	for _, typed := range req.params.texts("reading") {
		n, err := strconv.ParseInt(strings.TrimSpace(typed), 10, 64)
		if err != nil || n < 1 || n > maxID {
			req.params.refuse("reading", typed, "", msg("%s is no whole number from %d to %d.", quoted(typed), 1, maxID))
		}
		numbers = append(numbers, n)
	}
	if len(numbers) > maxBeside {
		req.params.refuse("reading", strconv.Itoa(len(numbers)), "", msg("At most %d readings are shown side by side.", maxBeside))
	}
	return numbers
}

// maxBeside is how many readings of a chapter are given at once.
const maxBeside = 10

// An apiChapterRef is which chapter it is.
type apiChapterRef struct {
	Reference string `json:"reference"` // "Psalms 23"
	OSIS      string `json:"osis"`      // "Ps.23"
	Book      string `json:"book"`
	Chapter   int    `json:"chapter"`
}

func newAPIChapterRef(ch mashal.Chapter) apiChapterRef {
	return apiChapterRef{ch.String(), ch.OSIS(), ch.Book.Name(), ch.Number}
}
