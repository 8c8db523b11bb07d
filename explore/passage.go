package explore

import (
	"fmt"
	"slices"
	"strconv"

	"mashal"
	"mashal/accents"
	"mashal/concordance/index"
	"mashal/explore/filters"
	"mashal/explore/web"
	"mashal/reference"
)

// A passagePage shows the verses of a selection on one page.
type passagePage struct {
	Selection mashal.Selection
	Parts     []passagePart
	Legend    []legendItem
	Whose     []filters.AnnotatorChoice // of a mixture, each annotator shown, with what its silence means
	Choice    filters.AnnotatorChoice
	Annotator string // shown, or index.Mixture; "" if there is no choice
	Pager     web.Pager
	Card      *cardPage // nil if no card is open
}

// A passagePart is the selected verses of one chapter.
type passagePart struct {
	Chapter  mashal.Chapter
	Href     string // address of the chapter in the reading shown
	Verses   []verseRow
	LeftOut  int // number of figures not shown because they do not count
	LeftHref string
	Shown    *index.ReadingInfo // nil if the chapter has no reading
}

// mostVerses is the number of verses above which a selection continues on another
// page. The longest book has 2,527.
const mostVerses = 2600

// passage handles the page of a selection. A whole chapter has a page of its own.
func passage(req *web.Request) (*web.Page, error) {
	in := req.Params.Text("in")
	types := req.Params.Choices("type", filters.TypeNames)
	annotator, number, open := req.Params.Text("annotator"), req.Params.Number("page", 1, 1, web.MaxPage), readCardParams(req)
	selection := mashal.Select(mashal.Passage{Chapter: mashal.Chapter{Book: 1, Number: 1}, First: 1, Last: 1})
	if in != "" {
		var err error
		if selection, err = reference.ParseSelection([]string{in}); err != nil {
			web.RefuseError(req.Params, "in", in, err)
		}
	}
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	if err := requireAnnotator(req, "annotator", annotator); err != nil {
		return nil, err
	}
	if in == "" || len(selection) == 1 && selection[0].IsWhole() && open.citation == "" && open.word == "" {
		q := req.View.ListQuery()
		q.Del("in")
		return &web.Page{Redirect: web.Address(web.ReadPath(selection[0].Chapter), q)}, nil
	}
	var m *index.Matches
	p := &passagePage{Selection: selection, Annotator: annotator}
	if req.Snapshot != nil {
		f := index.Filter{Selection: selection}
		if annotator != "" {
			f.Annotators = []string{annotator}
		}
		var err error
		if m, err = filters.MatchFilter(req, f); err != nil {
			return nil, err
		}
		p.Choice, p.Annotator = filters.NewAnnotatorChoice(req, m, &f), req.View.Query.Get("annotator")
	}
	pages := paged(selection)
	if number > len(pages) {
		req.Params.Refuse("page", req.View.Query.Get("page"), strconv.Itoa(len(pages)), web.Msg("There are %d pages.", len(pages)))
		return nil, req.Params.Check()
	}
	p.Pager = web.Pager{Number: number, Last: len(pages)}
	counts := map[mashal.Type]int{}
	var shown []string // annotators
	for _, verses := range pages[number-1] {
		part, err := newPassagePart(req, verses, m, types, open.citation, counts)
		if err != nil {
			return nil, err
		}
		p.Parts = append(p.Parts, part)
		if p.Choice.Mixed && part.Shown != nil && !slices.Contains(shown, part.Shown.Annotator) {
			shown = append(shown, part.Shown.Annotator)
			p.Whose = append(p.Whose, filters.Describe(part.Shown))
		}
	}
	for _, t := range mashal.Types {
		if selected := hasType([]mashal.Type{t}, types); counts[t] > 0 || selected {
			p.Legend = append(p.Legend, legendItem{t, counts[t], selected})
		}
	}
	var err error
	if open.citation != "" && open.reading == 0 {
		open.reading = p.readingOf(open.citation)
	}
	if p.Card, err = openCard(req, open); err != nil {
		return nil, err
	}
	if err := refuseElsewhere(req, p.Card, pages[number-1]); err != nil {
		return nil, err
	}
	return &web.Page{Template: "passage", Title: selectionTitle(selection), Data: p, Live: p.Card != nil && req.Record != nil}, nil
}

// readingOf returns the reading in which the page shows the figure with a citation, or 0.
func (p *passagePage) readingOf(citation string) int64 {
	for _, part := range p.Parts {
		for i := range part.Verses {
			for _, f := range part.Verses[i].Figures {
				if f.Citation == citation {
					return f.Reading
				}
			}
		}
	}
	return 0
}

// Title returns the selection as the heading of the page.
func (p *passagePage) Title() web.Message { return selectionTitle(p.Selection) }

// selectionTitle returns a selection in words: "Isaiah 52:13-53:12" if it is verses
// in a row over several chapters, else as Selection formats it.
func selectionTitle(s mashal.Selection) web.Message {
	if book, numbers, ok := inARow(s); ok {
		return web.Msg("%s %s", book, numbers)
	}
	return web.Msg("%s", s)
}

// typedSelection returns a selection as it can be typed, like selectionTitle.
func typedSelection(s mashal.Selection) string {
	if book, numbers, ok := inARow(s); ok {
		return book.Name() + " " + numbers
	}
	return s.String()
}

// inARow returns the book and the first and last verse of a selection of
// consecutive verses of several chapters that are not all whole.
func inARow(s mashal.Selection) (book mashal.Book, numbers string, ok bool) {
	whole := true
	for i, p := range s {
		if i > 0 && (p.Book != s[0].Book || p.Number != s[i-1].Number+1 || p.First != 1 || s[i-1].Last != s[i-1].Chapter.Verses()) {
			return 0, "", false
		}
		whole = whole && p.IsWhole()
	}
	if len(s) < 2 || whole {
		return 0, "", false
	}
	last := s[len(s)-1]
	return s[0].Book, fmt.Sprintf("%d:%d-%d:%d", s[0].Number, s[0].First, last.Number, last.Last), true
}

// paged divides a selection into pages of at most mostVerses verses. A page ends
// at the end of a chapter.
func paged(s mashal.Selection) []mashal.Selection {
	first, verses := 0, 0
	var pages []mashal.Selection
	for i, p := range s {
		if verses+p.Len() > mostVerses {
			pages = append(pages, s[first:i])
			first, verses = i, 0
		}
		verses += p.Len()
	}
	return append(pages, s[first:])
}

// newPassagePart returns verses of a chapter with their figures, and adds the
// figures of each type to counts.
func newPassagePart(req *web.Request, verses mashal.Passage, m *index.Matches, types []string, open string, counts map[mashal.Type]int) (passagePart, error) {
	part := passagePart{Chapter: verses.Chapter}
	text, err := req.Text.Chapter(verses.Chapter)
	if err != nil {
		return part, err
	}
	cv := &index.ChapterView{Chapter: verses.Chapter}
	if m != nil {
		if ids := m.ChosenIn(verses.Chapter); len(ids) > 0 {
			if cv, err = req.Snapshot.ChapterBrief(req.Context(), verses.Chapter, req.View.Traditional, ids...); err != nil {
				return part, err
			}
		}
	}
	part.Href = req.View.URL(web.ReadPath(verses.Chapter))
	if len(cv.Shown) > 0 {
		part.Shown = &cv.Shown[0]
		if !part.Shown.Default {
			part.Href = req.View.URL(web.ReadPath(verses.Chapter), "annotator", part.Shown.Annotator)
		}
	}
	shown := *cv
	if len(cv.Verses) >= verses.Last {
		shown.Verses = cv.Verses[verses.First-1 : verses.Last]
	}
	for _, item := range legend(&shown, nil) {
		counts[item.Type] += item.Figures
	}
	for i := verses.First - 1; i < verses.Last; i++ {
		row := newVerseRow(req, &text.Verses[i], cv, types, open, false)
		part.LeftOut += row.LeftOut
		part.Verses = append(part.Verses, row)
	}
	part.LeftHref = leftHref(req, mashal.Selection{verses}.String(), cv)
	return part, nil
}

// Only reports whether the page is filtered by type.
func (p *passagePage) Only() bool { return (&readPage{Legend: p.Legend}).Only() }

// InLines reports whether the chapter has verses that are set in lines.
func (p *readPage) InLines() bool { return anyInLines(p.Verses) }

// InLines reports whether the page has verses that are set in lines.
func (p *passagePage) InLines() bool {
	for _, part := range p.Parts {
		if anyInLines(part.Verses) {
			return true
		}
	}
	return false
}

// anyInLines reports whether one of the verses is poetry that is set in lines.
func anyInLines(rows []verseRow) bool {
	for i := range rows {
		if accents.InLines(rows[i].Ref) {
			return true
		}
	}
	return false
}
