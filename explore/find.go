package explore

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mashal"
	"mashal/concordance/index"
	"mashal/reference"
)

// A findPage is the figures, or verses, that are wanted.
type findPage struct {
	Form   findForm
	Total  int  // figures
	Verses int  // that have them, or that are listed
	Listed bool // verses by what became of them, instead of figures
	Rows   []findRow
	Facets []facetView
	Active []activeFilter
	Order  index.Order
	Pager  pager
}

// A findForm is what the fields of the form say.
type findForm struct {
	view     *view
	Hidden   []field // parameters of facets, which have no fields
	Types    []mashal.Type
	Verdicts []index.Status
	States   []option
	Orders   []option
	Books    []mashal.Book
}

// Value is what a parameter is now.
func (f *findForm) Value(name string) string { return f.view.query.Get(name) }

// Has reports whether a parameter has a value.
func (f *findForm) Has(name string, value any) bool {
	return slices.Contains(f.view.query[name], fmt.Sprint(value))
}

// More reports whether a field is used that is folded away at first.
func (f *findForm) More() bool {
	for _, name := range []string{"lemma", "text", "target", "vehicle", "ground", "posture", "speaker", "purpose", "min", "max", "verdict", "state"} {
		if f.view.query.Has(name) {
			return true
		}
	}
	return false
}

// An option is a value of a field and what it is called.
type option struct {
	Value string
	Label message
}

var orderOptions = []option{
	{"", msg("of the canon")}, // the first is what holds if none is given
	{string(index.ByBook), msg("of books by name")},
	{string(index.ByConfidence), msg("of confidence")},
	{string(index.ByHebrew), msg("of the Hebrew alphabet")},
	{string(index.ByVehicle), msg("of vehicles")},
	{string(index.ByDate), msg("of the age of the language")},
}

var stateOptions = []option{
	{string(index.WithFigures), msg("with such figures")},
	{string(index.NoneFound), msg("with none found")},
	{string(index.NoneLeft), msg("with none left after verdicts")},
	{string(index.HasFailed), msg("that failed")},
	{string(index.WasNotRun), msg("not run")},
}

// A findRow is one figure in its verse, or a verse.
type findRow struct {
	verseRow
	Href      string // of the verse in its chapter
	Annotator string
	Period    index.Period // "" unless rows are ordered by it
}

// A facetView is a facet whose values are links.
type facetView struct {
	Title  message
	Name   index.FacetName
	Values []facetLink
	More   int // values that are not shown
}

type facetLink struct {
	Label    string
	Count    int
	Selected bool
	Href     string
	Type     mashal.Type // of the facet of types; else ""
}

// An activeFilter is a condition that holds, with the address without it.
type activeFilter struct {
	Title          message
	Value, Without string
}

// fields of the form, which therefore need no hidden one.
var findFields = map[string]bool{
	"in": true, "hebrew": true, "english": true, "exact": true, "within": true, "lemma": true, "text": true, "type": true,
	"target": true, "vehicle": true, "ground": true, "posture": true, "speaker": true, "purpose": true, "min": true, "max": true,
	"verdict": true, "state": true, "order": true, "page": true,
}

const (
	pageSize    = 50
	maxPageSize = 200
	maxPage     = 1_000_000
	facetTop    = 12 // values of a facet that are shown
)

// find is the page of figures that are wanted.
func find(v *visit) (*page, error) {
	order := index.Order(v.params.choice("order", names(index.Orders)...))
	size := v.params.number("size", pageSize, 1, maxPageSize)
	number := v.params.number("page", 1, 1, maxPage)
	p := &findPage{Order: order, Form: newFindForm(v)}
	if v.snapshot == nil {
		v.filter()
		return &page{template: "find", title: msg("Find"), data: p}, v.params.check()
	}
	m, f, err := v.match()
	if err != nil {
		return nil, err
	}
	window := index.Page{Order: order, Limit: size, Offset: (number - 1) * size, Traditional: v.view.Traditional}
	p.Total, p.Verses, p.Listed = m.Total(), m.VerseTotal(), len(f.Outcomes) > 0
	items := p.Total
	if p.Listed {
		items = p.Verses
	}
	p.Pager = pager{Number: number, Last: max(1, (items+size-1)/size), First: window.Offset + 1, To: min(window.Offset+size, items), Total: items}
	if number > p.Pager.Last {
		v.params.refuse("page", strconv.Itoa(number), strconv.Itoa(p.Pager.Last), msg("The last page is %d.", p.Pager.Last))
		return nil, v.params.check()
	}
	if p.Listed {
		err = findVerses(v, p, m, window)
	} else {
		err = findFigures(v, p, m, window)
	}
	if err != nil {
		return nil, err
	}
	p.Facets, p.Active = facetViews(v, m), v.active()
	return &page{template: "find", title: msg("Find"), data: p}, nil
}

func findFigures(req *visit, p *findPage, m *index.Matches, window index.Page) error {
	window.NoLines = true // the text is that of the corpus
	hits, err := m.Figures(req.ctx(), window)
	if err != nil {
		return err
	}
	for i := range hits.Hits {
		h := &hits.Hits[i]
		row, err := newFindRow(req, h.Ref, []index.Figure{*h.Figure})
		if err != nil {
			return err
		}
		row.State, row.Annotator = h.State, h.Annotator
		row.Period = periodIf(window.Order == index.ByDate, h.Ref)
		p.Rows = append(p.Rows, row)
	}
	return nil
}

func findVerses(req *visit, p *findPage, m *index.Matches, window index.Page) error {
	verses, err := m.Verses(req.ctx(), window)
	if err != nil {
		return err
	}
	for _, entry := range verses.Verses {
		row, err := newFindRow(req, entry.Ref, entry.Figures)
		if err != nil {
			return err
		}
		row.State = mashal.NotRun
		row.Period = periodIf(window.Order == index.ByDate, entry.Ref)
		if len(entry.States) > 0 {
			row.State, row.Failure = entry.States[0].State, entry.States[0].Reason
		}
		p.Rows = append(p.Rows, row)
	}
	return nil
}

// periodIf is the age of a verse's language where it is shown.
func periodIf(shown bool, ref mashal.Ref) index.Period {
	if !shown {
		return ""
	}
	return index.PeriodOf(ref)
}

// newFindRow is a verse with some of its figures marked.
func newFindRow(req *visit, ref mashal.Ref, figures []index.Figure) (findRow, error) {
	verse, err := req.text.Verse(ref)
	if err != nil {
		return findRow{}, err
	}
	row := findRow{verseRow: verseRow{Ref: ref, Status: verse.Status}, Href: req.view.URL(readPath(ref.Chapter)) + "#" + ref.OSIS()}
	row.Figures = make([]figureNote, len(figures))
	for i := range figures {
		f := &figures[i]
		row.Figures[i] = figureNote{
			Figure: *f, Href: req.view.URL("/figure/"+f.Citation, "reading", explicitReading(req, f.Reading)),
			MarkID: ref.OSIS() + "." + strconv.Itoa(i+1) + "." + strconv.FormatInt(f.ID, 10),
		}
	}
	markRow(req, &row.verseRow, verse)
	return row, nil
}

// explicitReading is the reading as an address names it: not at all where the
// page shows the current ones.
func explicitReading(req *visit, id int64) string {
	if !req.view.query.Has("annotator") && !req.view.query.Has("run") && !req.view.query.Has("reading") {
		return ""
	}
	return strconv.FormatInt(id, 10)
}

func newFindForm(req *visit) findForm {
	f := findForm{view: &req.view, Types: mashal.Types, Verdicts: index.Statuses, States: stateOptions, Orders: orderOptions}
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		f.Books = append(f.Books, b)
	}
	for _, param := range filterParams {
		if !findFields[param.name] {
			for _, value := range req.view.query[param.name] {
				f.Hidden = append(f.Hidden, field{param.name, value})
			}
		}
	}
	if size := req.view.query.Get("size"); size != "" {
		f.Hidden = append(f.Hidden, field{"size", size})
	}
	return f
}

// active lists the conditions that hold, in the order of the parameters.
func (v *visit) active() []activeFilter {
	var list []activeFilter
	for _, param := range filterParams {
		for _, value := range v.view.query[param.name] {
			list = append(list, activeFilter{param.title, v.shownValue(param.name, value), v.view.Toggle(param.name, value)})
		}
	}
	return list
}

// shownValue is the value of a condition in the reader's language, where it is
// ours and not an annotator's.
func (v *visit) shownValue(param, value string) string {
	switch param {
	case "in":
		if s, err := reference.ParseSelection([]string{value}); err == nil && v.view.Lang != inEnglish.code {
			return v.view.language.selection(s)
		}
	case "type", "also", "verdict", "genre", "period", "grounding":
		return v.view.T(value)
	case "state":
		for _, o := range stateOptions {
			if o.Value == value {
				return v.view.Say(o.Label)
			}
		}
	case "within":
		if value == "figure" {
			return v.view.T("figure")
		}
	case "exact", "detected":
		return "✓"
	case "unnamed", "except":
		level, of, ok := strings.Cut(value, ":")
		for _, p := range filterParams {
			if p.name == level && ok {
				return v.view.Say(p.title) + ": " + of
			} else if p.name == level {
				return v.view.Say(p.title)
			}
		}
	}
	return value
}

// A pager leads through a list.
type pager struct {
	Number, Last     int // pages, from 1
	First, To, Total int // items, from 1
}

// Prev is the number of the page before, "" if there is none.
func (p pager) Prev() string { return p.to(p.Number - 1) }

// Next is the number of the page after, "" if there is none.
func (p pager) Next() string { return p.to(p.Number + 1) }

func (p pager) to(n int) string {
	if n < 1 || n > p.Last {
		return ""
	}
	return strconv.Itoa(n)
}

// names is values as parameters have them.
func names[T ~string](values []T) []string {
	list := make([]string, len(values))
	for i, value := range values {
		list[i] = string(value)
	}
	return list
}
