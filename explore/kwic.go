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

// A kwicPage is the concordance page: one line for each occurrence, with the key
// word in context.
type kwicPage struct {
	Form    kwicForm
	Query   *filters.KWICQuery
	Uses    string
	English bool // show the English below each line
	Lemma   string
	Chosen  bool // there is a key word and a concordance
	Sorted  string
	Sampled string // "" if all lines are shown
	Another string // address of another sample, or of other shuffled lines; "" if there are none

	Collocates string // address of the collocates of the lines
	InFigures  string // address of the lemmas in the figures that meet the conditions

	index.UseCount      // lines, before the filter by use
	NotRun         int  // words of the lemma in verses that were not annotated
	Unread         bool // all of its words are

	Readers       bool // only readers have done the verses, so that shares mean something
	Choice        filters.AnnotatorChoice
	Lemmas        []groupLink
	Grouping      index.Grouping
	Groups        []groupLink
	MoreGroups    int
	Dispersion    *dispersion
	Rows          []kwicRow
	Pager         web.Pager
	Facets        []facetView
	Active        []filters.Condition
	CSV, ExcelCSV string    // addresses
	Card          *cardPage // nil if no figure is open

	matches *index.Matches
}

// readingIn returns a reading of the chapter that the page shows, or 0.
func (p *kwicPage) readingIn(ch mashal.Chapter) int64 {
	if ids := p.matches.ChosenIn(ch); len(ids) > 0 {
		return ids[0]
	}
	return 0
}

// Share returns the percentage of figurative lines.
func (p *kwicPage) Share() int { return percent(p.Figurative, p.Lines()) }

// percent returns part as a rounded percentage of a whole, or 0 if the whole is 0.
func percent(part, of int) int {
	if of == 0 {
		return 0
	}
	return (200*part + of) / (2 * of)
}

// ByLemma reports whether the key words are the occurrences of a lemma.
func (p *kwicPage) ByLemma() bool { return p.Query.Key == index.KeyLemma }

// Key returns what stands in the middle of the lines.
func (p *kwicPage) Key() index.KWICKey { return p.Query.Key }

// Dated reports whether lines are sorted by the age of their language.
func (p *kwicPage) Dated() bool { return slices.Contains(p.Query.Orders(), index.KWICByDate) }

// A kwicForm holds the values of the form.
type kwicForm struct {
	searchForm
	Keys []web.Option
}

// A groupLink is a group of lines with a link that shows only these lines.
type groupLink struct {
	index.Group
	Href          string
	Selected      bool
	Bar           int // percentage of the lines of the largest group; 0 if some are not marked
	BarFigurative int // percentage of the same, for the figurative lines
}

// A kwicRow is one line.
type kwicRow struct {
	Ref                mashal.Ref
	Href               string       // address of the verse in its chapter
	Period             index.Period // "" unless lines are sorted by it
	Before, Key, After template.HTML
	Use                mashal.Use
	Unplaced           bool // the span of the figure is unknown; Key is English
	Figures            []figureNote
	Lanes              int
	English            template.HTML // "" unless requested
	EnglishLanes       int
}

var kwicKeys = []web.Option{
	{Value: string(index.KeyPhrase), Label: web.Msg("phrase")},
	{Value: string(index.KeyVehicle), Label: web.Msg("vehicle")},
	{Value: string(index.KeyLemma), Label: web.Msg("lemma")},
}

var kwicGroupings = []web.Option{
	{Value: "", Label: web.Msg("form")},
	{Value: string(index.GroupByBefore), Label: web.Msg("the word before")},
	{Value: string(index.GroupByAfter), Label: web.Msg("the word after")},
}

// UsesShown lists the uses by which the lines of a lemma can be filtered: literal uses if
// readers have done verses, words that are not marked if matchers have.
func (p *kwicPage) UsesShown() []web.Option {
	list := []web.Option{{Value: "", Label: web.Msg("all uses")}}
	for _, use := range mashal.Uses {
		if use == mashal.Figurative || p.Of(use) > 0 || p.Uses == string(use) {
			list = append(list, web.Option{Value: string(use), Label: p.UseLabel(use)})
		}
	}
	return list
}

// UseLabel returns the name of a use. What a matcher finds is marked; that it is figurative
// is the word of a reader.
func (p *kwicPage) UseLabel(use mashal.Use) web.Message {
	switch {
	case use == mashal.Literal:
		return web.Msg("literal")
	case use == mashal.UnmarkedWord:
		return web.Msg("not marked")
	case p.Readers:
		return web.Msg("figurative")
	}
	return web.Msg("marked")
}

// Groupings lists the properties by which lines can be grouped.
func (p *kwicPage) Groupings() []web.Option { return kwicGroupings }

// kwicFields lists the parameters with a field in the form. The first ones are
// always visible.
var kwicFields = []string{"lemma", "vehicle", "hebrew", "in", "english", "target", "ground", "posture", "query", "text", "min", "max", "type"}

const (
	groupsShown = 24
	lemmasShown = 8
)

// kwic handles the concordance page.
func kwic(req *web.Request) (*web.Page, error) {
	size := req.Params.Number("size", pageSize, 1, maxPageSize)
	number := req.Params.Number("page", 1, 1, web.MaxPage)
	per := req.Params.Choice("per", "text", "words")
	grouping := index.Grouping(req.Params.Choice("group", web.Names(index.Groupings[:3])...))
	q := filters.ReadKWIC(req)
	card := readCardParams(req)
	p := &kwicPage{Query: &q, Uses: q.Uses, Lemma: q.Lemma, Grouping: grouping, English: req.Params.Flag("gloss"), Form: newKWICForm(req)}
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
	live := p.Card != nil && req.Record != nil // the card shows calls of the ledger
	if p.ByLemma() && p.Lemma == "" {
		return &web.Page{Template: "kwic", Title: title, Data: p, Live: live}, nil
	}
	p.Chosen, p.matches = true, m
	lines, ofUse, all, err := q.Lines(m)
	if err != nil {
		return nil, err
	}
	p.UseCount, p.NotRun, p.Unread = all.Count(), all.NotRun(), all.Unread()
	p.Readers, p.Choice = m.Readers(), filters.NewAnnotatorChoice(req, m, &f)
	if p.Dispersion, err = newDispersion(req, all, f.Selection, per, p.ByLemma()); err != nil {
		return nil, err
	}
	setOrder(req, p, ofUse.Total())
	if err := countKWICGroups(req, p, all, lines); err != nil {
		return nil, err
	}
	p.Pager = web.NewPager(number, size, lines.Total())
	if number > p.Pager.Last {
		req.Params.Refuse("page", strconv.Itoa(number), strconv.Itoa(p.Pager.Last), web.Msg("The last page is %d.", p.Pager.Last))
		return nil, req.Params.Check()
	}
	shown, err := lines.Page(req.Context(), index.Page{Limit: size, Offset: (number - 1) * size, Traditional: req.View.Traditional, Brief: true})
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

// newKWICForm returns the form with the values of the request.
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
		if !slices.Contains(kwicFields, param.Name) && (param.Name != "annotator" || req.View.Pinned == "") {
			keep(param.Name)
		}
	}
	for _, name := range slices.Concat(sortParams, []string{"gloss", "per", "size"}) {
		keep(name)
	}
	return form
}

// More reports whether a field has a value that is hidden at first.
func (f *kwicForm) More() bool {
	for _, name := range kwicFields[4:] {
		if f.view.Query.Has(name) {
			return true
		}
	}
	return false
}

// kwicConditions lists the conditions of the filter, including those on the words
// of the lines.
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
	if near := req.View.Query.Get("near"); near != "" {
		value := near + " (" + filters.VicinityText(&req.View, filters.ReadVicinity(req)) + ")"
		list = append(list, filters.Condition{Title: web.Msg("near the key"), Value: value, Without: req.View.With("near", "", "left", "", "right", "", "bounds", "")})
	}
	return list
}

// countKWICGroups groups the lines, and sets the lemmas, groups and their links on
// the page.
func countKWICGroups(req *web.Request, p *kwicPage, all, shown *index.Lines) error {
	if p.ByLemma() {
		lemmas, _, err := all.Groups(index.GroupByLemma, lemmasShown)
		if err != nil {
			return err
		}
		p.Lemmas = groupLinks(req, lemmas, p.Readers, func(g *index.Group) (string, bool) {
			return req.View.With("lemma", g.Name, "form", "", "before", "", "after", ""), req.View.Query.Get("lemma") == g.Name
		})
	}
	groups, distinct, err := shown.Groups(p.Grouping, groupsShown)
	if err != nil {
		return err
	}
	p.MoreGroups = distinct - len(groups)
	for i, a := range p.Active { // shows the lemma beside its Strong number
		if len(p.Lemmas) == 1 && a.Value == p.Lemmas[0].Lemma.Strong {
			p.Active[i].Value += " · " + req.View.Said(p.Lemmas[0].Lemma.Hebrew)
		}
	}
	param := string(p.Grouping)
	p.Groups = groupLinks(req, groups, p.Readers, func(g *index.Group) (string, bool) {
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

// mostFigurative returns the largest number of figurative lines in a group.
func mostFigurative(groups []index.Group) (most int) {
	for i := range groups {
		most = max(most, groups[i].Figurative)
	}
	return most
}

// groupLinks returns groups with their links. The bars of readers show figurative lines as
// a part of all; those of others only figurative lines, because the silence of a matcher is
// no use. link returns the address of a group,
// and whether it is selected.
func groupLinks(req *web.Request, groups []index.Group, readers bool, link func(*index.Group) (string, bool)) []groupLink {
	links := make([]groupLink, len(groups))
	for i := range groups {
		g := &groups[i]
		links[i] = groupLink{Group: *g}
		if of := groups[0].Lines(); readers {
			links[i].Bar, links[i].BarFigurative = percent(g.Lines(), of), percent(g.Figurative, of)
		} else {
			links[i].BarFigurative = percent(g.Figurative, mostFigurative(groups))
		}
		links[i].Href, links[i].Selected = link(g)
	}
	return links
}

// newKWICRow returns one line of the page.
func newKWICRow(req *web.Request, o *index.Occurrence, p *kwicPage) (kwicRow, error) {
	verse, err := req.Text.Verse(o.Ref)
	if err != nil {
		return kwicRow{}, err
	}
	row := kwicRow{
		Ref: o.Ref, Href: verseURL(req, o.Ref, p.readingIn(o.Ref.Chapter)), Use: o.Use,
		Period: periodIf(p.Dated(), o.Ref),
	}
	marks := make([]markup.Mark, len(o.Figures))
	for i, f := range o.Figures {
		note := figureNote{
			Figure: f, Href: req.View.URL("/figure/"+f.Citation, "reading", explicitReading(req, f.Reading)),
			MarkID: o.Ref.OSIS() + "." + strconv.Itoa(firstWord(o)) + "." + strconv.FormatInt(f.ID, 10),
			Open:   p.Card.isOf(f.ID),
		}
		row.Figures = append(row.Figures, note)
		marks[i] = markup.Mark{Id: note.MarkID, Href: note.Href, Types: f.Types, Ranges: markup.HebrewRanges(note.ranges())}
	}
	row.Lanes = markup.LayOut(marks)
	lineUp(req, &row, verse, o, marks, p.Query)
	if p.English {
		lineEnglish(req, &row, verse, o, p.Key())
	}
	return row, nil
}
