package explore

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mashal"
	"mashal/concordance/index"
	"mashal/explore/filters"
	"mashal/explore/web"
	"mashal/markup"
)

// A searchPage shows the figures or verses that match the filter.
type searchPage struct {
	Form     searchForm
	Total    int         // number of figures
	Verses   int         // number of verses with such figures, or listed
	Listed   bool        // list verses by state instead of figures
	NotRun   int         // number of verses that have the words and were not annotated
	ListRun  string      // address of the list of these verses
	Grouped  bool        // one row a verse, with all its figures
	Offers   []offerLink // if nothing is found
	Unstated web.Message // why, if annotators do not state what the query asks
	CanGroup bool        // in this order
	Rows     []searchRow
	Facets   []facetView
	Active   []filters.Condition
	Choice   filters.AnnotatorChoice
	Order    index.Order
	Pager    web.Pager
}

// A searchForm holds the values of the search form.
type searchForm struct {
	view     *web.View
	Hidden   []web.Field // parameters of facets, which have no visible field
	Types    []mashal.Type
	Verdicts []index.Status
	States   []web.Option
	Orders   []web.Option
	Books    []mashal.Book
}

// Value returns the value of a parameter.
func (f *searchForm) Value(name string) string { return f.view.Query.Get(name) }

// Has reports whether a parameter has a value.
func (f *searchForm) Has(name string, value any) bool {
	return slices.Contains(f.view.Query[name], fmt.Sprint(value))
}

// More reports whether a field has a value that is hidden at first.
func (f *searchForm) More() bool {
	for _, name := range []string{"lemma", "query", "text", "target", "vehicle", "ground", "posture", "speaker", "purpose", "min", "max", "verdict", "state"} {
		if f.view.Query.Has(name) {
			return true
		}
	}
	return false
}

var orderOptions = []web.Option{
	{Value: "", Label: web.Msg("order of the Hebrew Bible (Torah, Prophets, Writings)")}, // the default
	{Value: string(index.ByBook), Label: web.Msg("English name of the book, A to Z")},
	{Value: string(index.ByConfidence), Label: web.Msg("confidence, highest first")},
	{Value: string(index.ByHebrew), Label: web.Msg("Hebrew words, alef to tav")},
	{Value: string(index.ByVehicle), Label: web.Msg("vehicle, A to Z")},
	{Value: string(index.ByDate), Label: web.Msg("age of the language, oldest first")},
}

// A searchRow is a figure in its verse, or a verse.
type searchRow struct {
	verseRow
	Href      string // address of the verse in its chapter
	Annotator string
	Period    index.Period // "" unless rows are sorted by it
}

// A facetView is a facet with a link for each value.
type facetView struct {
	Title  web.Message
	Name   index.FacetName
	Values []facetLink
	More   int // number of values not shown
}

// A facetLink is one value of a facet.
type facetLink struct {
	Label    string
	Count    int
	Selected bool
	NotDone  bool // nothing of it was read, so that Count says nothing
	Href     string
	Type     mashal.Type // set for values of the facet of types
}

// searchFields lists the parameters that have a visible field. The others are
// repeated as hidden fields.
var searchFields = map[string]bool{
	"in": true, "hebrew": true, "english": true, "exact": true, "within": true, "lemma": true, "query": true, "text": true, "type": true,
	"target": true, "vehicle": true, "ground": true, "posture": true, "speaker": true, "purpose": true, "min": true, "max": true,
	"verdict": true, "state": true, "order": true, "by": true, "page": true,
}

const (
	pageSize    = 50
	maxPageSize = 200
)

// search handles the search page.
func search(req *web.Request) (*web.Page, error) {
	order := index.Order(req.Params.Choice("order", web.Names(index.Orders)...))
	size := req.Params.Number("size", pageSize, 1, maxPageSize)
	number := req.Params.Number("page", 1, 1, web.MaxPage)
	p := &searchPage{Order: order, Form: newSearchForm(req), CanGroup: slices.Contains(verseOrders, order)}
	p.Grouped = req.Params.Choice("by", "verse", "figure") != "figure" && p.CanGroup
	if req.Snapshot == nil {
		filters.Read(req)
		return &web.Page{Template: "search", Title: web.Msg("Search"), Data: p}, req.Params.Check()
	}
	m, f, err := filters.Match(req)
	if err != nil {
		return nil, err
	}
	window := index.Page{Order: order, Limit: size, Offset: (number - 1) * size, Traditional: req.View.Traditional, Brief: true}
	p.Total, p.Verses, p.Listed = m.Total(), m.VerseTotal(), len(f.Outcomes) > 0
	items := p.Total
	if p.Listed || p.Grouped {
		items = p.Verses
	}
	p.Pager = web.Pager{Number: number, Last: max(1, (items+size-1)/size), First: window.Offset + 1, To: min(window.Offset+size, items), Total: items}
	if number > p.Pager.Last {
		req.Params.Refuse("page", strconv.Itoa(number), strconv.Itoa(p.Pager.Last), web.Msg("The last page is %d.", p.Pager.Last))
		return nil, req.Params.Check()
	}
	if p.Listed || p.Grouped {
		err = listVerses(req, p, m, window)
	} else {
		err = listFigures(req, p, m, window)
	}
	if err != nil {
		return nil, err
	}
	p.Facets, p.Active, p.Choice = facetViews(req, m), filters.Conditions(req), filters.NewAnnotatorChoice(req, m, &f)
	if f.AsksWords() && !slices.Contains(f.Outcomes, mashal.WasNotRun) {
		p.NotRun, p.ListRun = m.VersesNotRun(), req.View.With("state", string(mashal.WasNotRun))
	}
	if p.Choice.Gap == nil {
		if p.Offers, err = offerLinks(req, m); err != nil {
			return nil, err
		}
		if p.Unstated, err = filters.Unstated(req, m); err != nil {
			return nil, err
		}
	}
	return &web.Page{Template: "search", Title: web.Msg("Search"), Data: p}, nil
}

// An offerLink is a change of the conditions that finds figures.
type offerLink struct {
	index.Offer
	Title   web.Message   // of the condition that changes
	Without []web.Message // titles of the conditions that are removed, if none is changed
	Href    string
}

// offerLinks returns links to what would find figures, if nothing is found.
func offerLinks(req *web.Request, m *index.Matches) ([]offerLink, error) {
	offers, err := m.Offers(req.Context())
	links := make([]offerLink, len(offers))
	for i, o := range offers {
		var pairs []string
		for _, param := range o.Removed {
			pairs = append(pairs, param, "")
			if o.Field == "" && req.View.Query.Has(param) {
				links[i].Without = append(links[i].Without, filters.Title(param))
			}
		}
		if o.Field != "" {
			pairs = append(pairs, o.Field, o.Value)
		}
		links[i].Offer, links[i].Title, links[i].Href = o, filters.Title(o.Field), req.View.With(pairs...)
	}
	return links, err
}

// listFigures sets the rows of the page to the matching figures.
func listFigures(req *web.Request, p *searchPage, m *index.Matches, window index.Page) error {
	window.NoLines = true // the text comes from the corpus
	hits, err := m.Figures(req.Context(), window)
	if err != nil {
		return err
	}
	for i := range hits.Hits {
		h := &hits.Hits[i]
		row, err := newSearchRow(req, m, h.Ref, []index.Figure{*h.Figure}, h.Figure.Reading)
		if err != nil {
			return err
		}
		row.Outcome, row.Kind, row.Annotator = h.Outcome, h.Kind, h.Annotator
		row.Period = periodIf(window.Order == index.ByDate, h.Ref)
		p.Rows = append(p.Rows, row)
	}
	return nil
}

// listVerses sets the rows of the page to the matching verses.
func listVerses(req *web.Request, p *searchPage, m *index.Matches, window index.Page) error {
	verses, err := m.Verses(req.Context(), window)
	if err != nil {
		return err
	}
	for _, entry := range verses.Verses {
		var reading int64 // of the first state, which the row shows
		if len(entry.States) > 0 {
			reading = entry.States[0].Reading
		}
		row, err := newSearchRow(req, m, entry.Ref, entry.Figures, reading)
		if err != nil {
			return err
		}
		row.Annotator = annotatorsOf(req, entry.Figures)
		row.Outcome = mashal.WasNotRun
		row.Period = periodIf(window.Order == index.ByDate, entry.Ref)
		if len(entry.States) > 0 {
			row.setState(&entry.States[0])
		}
		p.Rows = append(p.Rows, row)
	}
	return nil
}

// periodIf returns the period of a verse if shown is set, else "".
func periodIf(shown bool, ref mashal.Ref) index.Period {
	if !shown {
		return ""
	}
	return index.PeriodOf(ref)
}

// verseOrders lists the orders of verses.
var verseOrders = []index.Order{index.ByCanon, index.ByBook, index.ByDate}

// annotatorsOf returns the names of the annotators of figures.
func annotatorsOf(req *web.Request, figures []index.Figure) string {
	var names []string
	for i := range figures {
		if r, ok := req.Snapshot.Reading(figures[i].Reading); ok && !slices.Contains(names, r.Annotator) {
			names = append(names, r.Annotator)
		}
	}
	return strings.Join(names, ", ")
}

// foundWords is the words of a verse that were searched for, and the words in the
// other language that render them.
type foundWords struct {
	hebrew  []mashal.WordRange
	english []markup.Stretch // of the verse's English
}

// wordsFound returns the words of a verse that a search was for.
func wordsFound(m *index.Matches, verse *mashal.Verse) (f foundWords) {
	if !m.MarksWords() {
		return f
	}
	hebrew, english := m.MarkHebrew(verse.Ref), m.MarkEnglish(verse.English)
	for _, r := range english {
		f.english = append(f.english, markup.Stretch{From: r[0], To: r[1]})
	}
	inEnglish := func(g mashal.EnglishWord) bool {
		return slices.ContainsFunc(english, func(r [2]int) bool { return g.Start < r[1] && r[0] < g.End })
	}
	words := slices.Clone(hebrew)
	for _, g := range verse.EnglishWords {
		switch {
		case g.Hebrew == 0:
		case slices.Contains(hebrew, g.Hebrew):
			f.english = append(f.english, markup.Stretch{From: g.Start, To: g.End})
		case inEnglish(g):
			words = append(words, g.Hebrew)
		}
	}
	for _, w := range words {
		f.hebrew = append(f.hebrew, mashal.WordRange{First: w, Last: w})
	}
	return f
}

// newSearchRow returns a verse of a reading in which the given figures are marked,
// and what was searched for.
func newSearchRow(req *web.Request, m *index.Matches, ref mashal.Ref, figures []index.Figure, reading int64) (searchRow, error) {
	verse, err := req.Text.Verse(ref)
	if err != nil {
		return searchRow{}, err
	}
	row := searchRow{verseRow: verseRow{Ref: ref, Status: verse.Status}, Href: verseURL(req, ref, reading)}
	row.found = wordsFound(m, verse)
	row.Figures = make([]figureNote, len(figures))
	for i := range figures {
		f := &figures[i]
		row.Figures[i] = figureNote{
			Figure: *f, Href: req.View.URL("/figure/"+f.Citation, "reading", explicitReading(req, f.Reading)),
			MarkID: ref.OSIS() + "." + strconv.Itoa(i+1) + "." + strconv.FormatInt(f.ID, 10), found: m.MarkTag,
		}
	}
	markRow(req, &row.verseRow, verse)
	return row, nil
}

// statusesShown lists the statuses by which figures can be filtered. Without verdicts, no
// figure is rejected.
func statusesShown(s *index.Snapshot) []index.Status {
	return slices.DeleteFunc(slices.Clone(index.Statuses), func(status index.Status) bool {
		return status == index.StatusLiteral && (s == nil || !s.Judged())
	})
}

// statusText returns the name of a status in the language of the page.
func statusText(s *web.Scope, status index.Status) string {
	return s.T(filters.StatusLabel(string(status)))
}

// Silences lists the outcomes of verses without figures, by the annotators of the page.
func (p *searchPage) Silences() (list []mashal.Outcome) {
	for _, share := range p.Choice.Shares {
		if o := share.Kind.Silence(); !slices.Contains(list, o) {
			list = append(list, o)
		}
	}
	return list
}

// explicitReading returns the reading for the address of a figure. It returns "" for the
// current reading, unless the page was asked for certain readings.
func explicitReading(req *web.Request, id int64) string {
	asked := req.View.Query.Has("annotator") && req.View.Pinned == "" || req.View.Query.Has("run") || req.View.Query.Has("reading")
	if r, ok := req.Snapshot.Reading(id); ok && r.Current && !asked {
		return ""
	}
	return strconv.FormatInt(id, 10)
}

// verseURL returns the address of a verse in its chapter. It names the annotator unless the
// chapter shows the reading, or has none (0), by itself.
func verseURL(req *web.Request, ref mashal.Ref, reading int64) string {
	annotator := ""
	if r, ok := req.Snapshot.Reading(reading); ok && !r.Default && r.Latest {
		annotator = r.Annotator
	}
	return req.View.URL(web.ReadPath(ref.Chapter), "annotator", annotator) + "#" + ref.OSIS()
}

// newSearchForm returns the form with the values of the request.
func newSearchForm(req *web.Request) searchForm {
	f := searchForm{view: &req.View, Types: mashal.Types, Verdicts: statusesShown(req.Snapshot), States: filters.StatesShown(req.Snapshot), Orders: orderOptions}
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		f.Books = append(f.Books, b)
	}
	for _, param := range filters.Params {
		if !searchFields[param.Name] && (param.Name != "annotator" || req.View.Pinned == "") {
			for _, value := range req.View.Query[param.Name] {
				f.Hidden = append(f.Hidden, web.Field{Name: param.Name, Value: value})
			}
		}
	}
	if by := req.View.Query.Get("by"); by != "" {
		f.Hidden = append(f.Hidden, web.Field{Name: "by", Value: by})
	}
	if size := req.View.Query.Get("size"); size != "" {
		f.Hidden = append(f.Hidden, web.Field{Name: "size", Value: size})
	}
	return f
}
