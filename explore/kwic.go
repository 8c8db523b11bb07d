package explore

import (
	"html/template"
	"slices"
	"strconv"

	"mashal"
	"mashal/concordance/index"
	"mashal/explore/filters"
	"mashal/explore/web"
	"mashal/markup"
)

// A kwicPage is a concordance: lines with the key word in context.
type kwicPage struct {
	Form    kwicForm
	Key     index.KWICKey
	Order   index.KWICOrder
	Uses    string
	English bool // below each line
	Lemma   string
	Chosen  bool // there are lines: a key was chosen, and there is a concordance

	Figurative, Literal int // lines, whichever are shown
	Lemmas              []groupLink
	Grouping            index.Grouping
	Groups              []groupLink
	MoreGroups          int
	Strip               *dispersion
	Rows                []kwicRow
	Pager               web.Pager
	Facets              []facetView
	Active              []filters.Condition
	CSV, ExcelCSV       string    // addresses
	Card                *cardPage // beside the lines; nil if no figure is open
}

// Words is the number of lines, figurative and literal.
func (p *kwicPage) Words() int { return p.Figurative + p.Literal }

// Share is how many in a hundred lines are figurative.
func (p *kwicPage) Share() int { return percent(p.Figurative, p.Words()) }

// percent is rounded; of nothing it is 0.
func percent(part, of int) int {
	if of == 0 {
		return 0
	}
	return (200*part + of) / (2 * of)
}

// ByLemma reports whether words of a lemma are lined up.
func (p *kwicPage) ByLemma() bool { return p.Key == index.KeyLemma }

// A kwicForm is what the fields say.
type kwicForm struct {
	searchForm
	Keys []web.Option
}

// A groupLink is a group of lines with the address of these alone.
type groupLink struct {
	index.Group
	Href          string
	Selected      bool
	Bar           int // of 100, the largest group having all
	BarFigurative int // of Bar
}

// A kwicRow is a line.
type kwicRow struct {
	Ref                mashal.Ref
	Href               string       // of the verse in its chapter
	Period             index.Period // "" unless lines are ordered by it
	Before, Key, After template.HTML
	Literal            bool
	Unplaced           bool // the words are not in the verse; Key says them in English
	Figures            []figureNote
	Lanes              int
	English            template.HTML // "" unless asked for
	EnglishLanes       int
}

var kwicKeys = []web.Option{
	{Value: string(index.KeyPhrase), Label: web.Msg("phrase")},
	{Value: string(index.KeyVehicle), Label: web.Msg("vehicle")},
	{Value: string(index.KeyLemma), Label: web.Msg("lemma")},
}

var kwicOrders = []web.Option{
	{Value: "", Label: web.Msg("canonical order")},
	{Value: string(index.KWICByLeft), Label: web.Msg("the words before")},
	{Value: string(index.KWICByRight), Label: web.Msg("the words after")},
	{Value: string(index.KWICByDate), Label: web.Msg("age of the language")},
}

var kwicUses = []web.Option{{Value: "", Label: web.Msg("both")}, {Value: "figurative", Label: web.Msg("figurative")}, {Value: "literal", Label: web.Msg("literal")}}

var kwicGroupings = []web.Option{
	{Value: "", Label: web.Msg("form")},
	{Value: string(index.GroupByBefore), Label: web.Msg("the word before")},
	{Value: string(index.GroupByAfter), Label: web.Msg("the word after")},
}

// Orders lists the orders of lines.
func (p *kwicPage) Orders() []web.Option { return kwicOrders }

// UsesShown lists which uses of a lemma can be shown.
func (p *kwicPage) UsesShown() []web.Option { return kwicUses }

// Groupings lists by what lines are grouped.
func (p *kwicPage) Groupings() []web.Option { return kwicGroupings }

// kwicFields are the parameters that have a field in the form; key, the first
// of them, is not among filterParams.
var kwicFields = []string{"lemma", "vehicle", "hebrew", "in", "english", "target", "ground", "posture", "text", "min", "max", "type"}

const (
	groupsShown = 24
	lemmasShown = 8
)

// kwic is the page of lines.
func kwic(req *web.Request) (*web.Page, error) {
	size := req.Params.Number("size", pageSize, 1, maxPageSize)
	number := req.Params.Number("page", 1, 1, web.MaxPage)
	per := req.Params.Choice("per", "text", "words")
	grouping := index.Grouping(req.Params.Choice("group", web.Names(index.Groupings[:3])...))
	k, uses := readKWIC(req)
	card := readCardParams(req)
	p := &kwicPage{
		Key: k.Key, Order: k.Order, Uses: uses, Lemma: k.Lemma, Grouping: grouping, English: req.Params.Flag("gloss"), Form: newKWICForm(req),
	}
	title := web.Msg("Concordance")
	if req.Snapshot == nil {
		filters.Read(req)
		return &web.Page{Template: "kwic", Title: title, Data: p}, req.Params.Check()
	}
	m, f, err := filters.Match(req)
	if err != nil {
		return nil, err
	}
	p.Facets, p.Active = facetViews(req, m), kwicConditions(req)
	if p.Card, err = openCard(req, card); err != nil {
		return nil, err
	}
	live := p.Card != nil && req.Record != nil // the card tells of calls
	if p.ByLemma() && p.Lemma == "" {
		return &web.Page{Template: "kwic", Title: title, Data: p, Live: live}, nil
	}
	p.Chosen = true
	all, err := m.Lines(k)
	if err != nil {
		return nil, err
	}
	p.Figurative, p.Literal = all.Figurative(), all.Literal()
	if p.Strip, err = newDispersion(req, all, f.Selection, per, p.ByLemma()); err != nil {
		return nil, err
	}
	lines := used(all, uses)
	if err := countKWICGroups(req, p, all, lines); err != nil {
		return nil, err
	}
	p.Pager = web.Pager{Number: number, Last: max(1, (lines.Total()+size-1)/size), First: (number-1)*size + 1, To: min(number*size, lines.Total()), Total: lines.Total()}
	if number > p.Pager.Last {
		req.Params.Refuse("page", strconv.Itoa(number), strconv.Itoa(p.Pager.Last), web.Msg("The last page is %d.", p.Pager.Last))
		return nil, req.Params.Check()
	}
	shown, err := lines.Page(req.Context(), size, (number-1)*size, req.View.Traditional)
	if err != nil {
		return nil, err
	}
	for i := range shown.Lines {
		row, err := newKWICRow(req, &shown.Lines[i], p)
		if err != nil {
			return nil, err
		}
		p.Rows = append(p.Rows, row)
	}
	p.CSV, p.ExcelCSV = kwicFileURLs(req)
	return &web.Page{Template: "kwic", Title: title, Data: p, Live: live}, nil
}

// readKWIC reads the parameters that say what is lined up, and which uses of a
// lemma are shown. A lemma that is given is lined up unless something else is
// asked for.
func readKWIC(req *web.Request) (k index.KWIC, uses string) {
	k.Key = index.KeyPhrase
	if req.View.Query.Has("lemma") {
		k.Key = index.KeyLemma
	}
	if key := req.Params.Text("key"); key != "" {
		k.Key = index.KWICKey(req.Params.OneOf("key", key, web.Names(index.KWICKeys)))
	}
	k.Order = index.KWICOrder(req.Params.Choice("order", web.Names(index.KWICOrders)...))
	k.Form, k.Before, k.After = req.Params.Text("form"), req.Params.Text("before"), req.Params.Text("after")
	uses = req.Params.Choice("uses", "both", "figurative", "literal")
	if k.Key == index.KeyLemma {
		k.Lemma, k.Literal = req.Params.Text("lemma"), true
	} else if uses != "both" {
		req.Params.Refuse("uses", uses, "both", web.Msg("Only the words of a lemma are divided into figurative and literal uses."))
	}
	if states := req.View.Query["state"]; len(states) > 0 {
		req.Params.Refuse("state", states[0], "", web.Msg("The concordance lists figures and words. The search lists verses by state."))
	}
	return k, uses
}

// used is the lines of a use.
func used(lines *index.Lines, uses string) *index.Lines {
	if uses == "both" {
		return lines
	}
	return lines.Only(uses == "figurative")
}

func newKWICForm(req *web.Request) kwicForm {
	form := kwicForm{searchForm{view: &req.View, Types: mashal.Types}, kwicKeys}
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		form.Books = append(form.Books, b)
	}
	keep := func(name string) {
		for _, value := range req.View.Query[name] {
			form.Hidden = append(form.Hidden, web.Field{Name: name, Value: value})
		}
	}
	for _, param := range filters.Params {
		if !slices.Contains(kwicFields, param.Name) {
			keep(param.Name)
		}
	}
	for _, name := range []string{"order", "gloss", "per", "size"} {
		keep(name)
	}
	return form
}

// More reports whether a field is used that is folded away at first.
func (f *kwicForm) More() bool {
	for _, name := range kwicFields[4:] {
		if f.view.Query.Has(name) {
			return true
		}
	}
	return false
}

// kwicConditions lists the conditions that hold, those on the words of the lines
// too.
func kwicConditions(req *web.Request) []filters.Condition {
	list := filters.Conditions(req)
	for _, param := range []struct {
		name  string
		title web.Message
	}{{"form", web.Msg("form")}, {"before", web.Msg("the word before")}, {"after", web.Msg("the word after")}} {
		if value := req.View.Query.Get(param.name); value != "" {
			list = append(list, filters.Condition{Title: param.title, Value: value, Without: req.View.With(param.name, "")})
		}
	}
	return list
}

// countKWICGroups counts what lines have in common.
func countKWICGroups(req *web.Request, p *kwicPage, all, shown *index.Lines) error {
	if p.ByLemma() {
		lemmas, _, err := all.Groups(index.GroupByLemma, lemmasShown)
		if err != nil {
			return err
		}
		p.Lemmas = groupLinks(req, lemmas, func(g *index.Group) (string, bool) {
			return req.View.With("lemma", g.Name, "form", "", "before", "", "after", ""), req.View.Query.Get("lemma") == g.Name
		})
	}
	groups, distinct, err := shown.Groups(p.Grouping, groupsShown)
	if err != nil {
		return err
	}
	p.MoreGroups = distinct - len(groups)
	for i, a := range p.Active { // a number says little
		if len(p.Lemmas) == 1 && a.Value == p.Lemmas[0].Lemma.Strong {
			p.Active[i].Value += " · " + req.View.Said(p.Lemmas[0].Lemma.Hebrew)
		}
	}
	param := string(p.Grouping)
	p.Groups = groupLinks(req, groups, func(g *index.Group) (string, bool) {
		if g.Name == "" {
			return "", false
		}
		if req.View.Query.Has(param) {
			return req.View.With(param, ""), true
		}
		return req.View.With(param, g.Name), false
	})
	return nil
}

func groupLinks(req *web.Request, groups []index.Group, link func(*index.Group) (string, bool)) []groupLink {
	links := make([]groupLink, len(groups))
	for i := range groups {
		g := &groups[i]
		links[i] = groupLink{Group: *g, Bar: percent(g.Lines(), groups[0].Lines()), BarFigurative: percent(g.Figurative, groups[0].Lines())}
		links[i].Href, links[i].Selected = link(g)
	}
	return links
}

// contextWords is how many words of context there are on a side at most; what
// does not fit is cut by the browser.
const contextWords = 14

// newKWICRow is a line of the page.
func newKWICRow(req *web.Request, o *index.Occurrence, p *kwicPage) (kwicRow, error) {
	verse, err := req.Text.Verse(o.Ref)
	if err != nil {
		return kwicRow{}, err
	}
	row := kwicRow{
		Ref: o.Ref, Href: req.View.URL(web.ReadPath(o.Ref.Chapter)) + "#" + o.Ref.OSIS(), Literal: len(o.Figures) == 0,
		Period: periodIf(p.Order == index.KWICByDate, o.Ref),
	}
	marks := make([]markup.Mark, len(o.Figures))
	for i, f := range o.Figures {
		note := figureNote{
			Figure: f, Href: req.View.URL("/figure/"+f.Citation, "reading", explicitReading(req, f.Reading)),
			MarkID: o.Ref.OSIS() + "." + strconv.Itoa(firstWord(o)) + "." + strconv.FormatInt(f.ID, 10),
			Open:   p.Card != nil && f.ID == p.Card.Figure.ID,
		}
		row.Figures = append(row.Figures, note)
		marks[i] = markup.Mark{Id: note.MarkID, Href: note.Href, Types: f.Types, Ranges: markup.HebrewRanges(note.ranges())}
	}
	row.Lanes = markup.LayOut(marks)
	lineUp(req, &row, verse, o, marks, p.Order)
	if p.English {
		lineEnglish(req, &row, verse, o)
	}
	return row, nil
}
