package words

import (
	"slices"
	"strconv"

	"mashal/concordance/index"
	"mashal/concordance/lemmas"
	"mashal/explore/filters"
	"mashal/explore/web"
)

// A CollocatesQuery is what the parameters of collocates ask for.
type CollocatesQuery struct {
	Lines    filters.KWICQuery
	Vicinity lemmas.Vicinity
	Options  lemmas.Options
}

// ReadCollocates reads the parameters of collocates besides those that select figures.
func ReadCollocates(req *web.Request) CollocatesQuery {
	return CollocatesQuery{filters.ReadLines(req), filters.ReadVicinity(req), readOptions(req, lemmas.CollocateSorts, lemmas.ByLogDice)}
}

// Chosen reports whether there is a keyword: a lemma, if the key is one.
func (q *CollocatesQuery) Chosen() bool { return q.Lines.Key != index.KeyLemma || q.Lines.Lemma != "" }

// Count counts the collocates of the lines of matches.
func (q *CollocatesQuery) Count(m *index.Matches) (*lemmas.Collocates, error) {
	lines, _, _, err := q.Lines.Lines(m)
	if err != nil {
		return nil, err
	}
	return lemmas.NewCollocates(lines, q.Vicinity, q.Options)
}

// A collocatesPage shows the collocates of the keywords of the concordance.
type collocatesPage struct {
	Form   listForm
	Query  CollocatesQuery
	Active []filters.Condition
	Choice filters.AnnotatorChoice
	Chosen bool   // there is a keyword and a concordance
	Window string // in words
	Heads  []head
	Rows   []collocateRow
	Pager  web.Pager
	Lines  string // address of the lines
	Files  [2]string
	*lemmas.Collocates
}

// A collocateRow is a collocate with the address of its lines.
type collocateRow struct {
	lemmas.Collocate
	Href string
}

// Numbers returns the measures as text, in the order of the headings.
func (r *collocateRow) Numbers() []string {
	return []string{decimal(r.LogDice), decimal(r.LogLikelihood), decimal(r.MI), decimal(r.MI3), decimal(r.Expected), web.Digits(r.Frequency)}
}

var collocateHeads = []head{
	{Title: web.Msg("observed"), Says: web.Msg("Words of the lemma near keywords. A word near several keywords counts once."), Sort: lemmas.ByObserved},
	{Title: web.Msg("lines"), Says: web.Msg("Keywords that have the lemma near them.")},
	{Title: web.Msg("logDice"), Says: web.Msg("14 + log₂(2·f(xy) ÷ (f(x) + f(y))), at most 14 (Rychlý 2008). It does not depend on the size of the selection."), Sort: lemmas.ByLogDice},
	{Title: web.Msg("G²"), Says: web.Msg("Log-likelihood ratio (Dunning 1993): how certain it is that the lemma stands near keywords more often than elsewhere, or, with a minus, less often. 10.83 is p = 0.001."), Sort: lemmas.ByLogLikelihood},
	{Title: web.Msg("MI"), Says: web.Msg("log₂(observed ÷ expected) (Church and Hanks 1990). It puts rare words first."), Sort: lemmas.ByMI},
	{Title: web.Msg("MI³"), Says: web.Msg("log₂(observed³ ÷ expected) (Daille 1994). It puts frequent words before rare ones."), Sort: lemmas.ByMI3},
	{Title: web.Msg("expected"), Says: web.Msg("The number of words that would be observed if words stood anywhere: words near keywords × frequency ÷ all words.")},
	{Title: web.Msg("frequency"), Says: web.Msg("Words of the lemma in all verses that are counted, without keywords."), Sort: lemmas.ByFrequency},
}

// Notes says what is counted.
func (p *collocatesPage) Notes() []web.Message {
	return []web.Message{
		web.Msg("A window has the words before and after a keyword, and those between the parts of a figure. It ends with the verse, or with the colon."),
		web.Msg("Keywords themselves are not counted: neither in their own window, nor in that of another, nor in frequencies. So a word that is repeated is no collocate of itself."),
		web.Msg("A word in the windows of two keywords is counted once."),
		web.Msg("In logDice, f(x) is the number of keywords, f(y) the frequency, and f(xy) the observed words or the lines, whichever are fewer."),
		listNote,
	}
}

// ownParams lists the parameters of collocates that the form keeps.
var ownParams = append(slices.Clone(filters.LineParams), "sort", "size")

// collocates handles the page of collocates.
func collocates(req *web.Request) (*web.Page, error) {
	part := readWindow(req)
	q := ReadCollocates(req)
	p := &collocatesPage{Query: q, Form: newListForm(req, ownParams...)}
	page := &web.Page{Template: "collocates", Title: web.Msg("Collocates"), Data: p}
	if req.Snapshot == nil {
		filters.Read(req)
		return page, req.Params.Check()
	}
	m, f, err := filters.Match(req)
	if err != nil {
		return nil, err
	}
	p.Active, p.Choice = filters.Conditions(req), filters.NewAnnotatorChoice(req, m, &f)
	if p.Chosen = q.Chosen(); !p.Chosen {
		return page, nil
	}
	if p.Collocates, err = q.Count(m); err != nil {
		return nil, err
	}
	p.Window, p.Heads = filters.VicinityText(&req.View, q.Vicinity), heads(req, collocateHeads, q.Options.Sort, lemmas.ByLogDice)
	var from, to int
	if p.Pager, from, to, err = part.of(req, len(p.List)); err != nil {
		return nil, err
	}
	for _, c := range p.List[from:to] {
		p.Rows = append(p.Rows, collocateRow{c, linesURL(req, c.Strong)})
	}
	p.Lines, p.Files = linesURL(req, ""), fileURLs(req, "/collocates.csv")
	return page, nil
}

// linesURL returns the address of the lines whose collocates this page shows: all, or those
// with a lemma near their key.
func linesURL(req *web.Request, near string) string {
	q := req.View.ListQuery()
	for _, name := range []string{"sort", "size", "least", "function"} {
		q.Del(name)
	}
	if near == "" {
		for _, name := range filters.VicinityParams {
			q.Del(name)
		}
	} else {
		q.Set("near", near)
	}
	return web.Address("/concordance", q)
}

// fileURLs returns the addresses of the list of this page as a CSV file: the plain file and
// the one for Excel.
func fileURLs(req *web.Request, path string) [2]string {
	q := req.View.ListQuery()
	q.Del("size")
	file := web.Address(path, q)
	q.Set("bom", "1")
	return [2]string{file, web.Address(path, q)}
}

// collocatesCSV handles the list of all collocates as CSV.
func collocatesCSV(req *web.Request) (*web.Page, error) {
	q, excel := ReadCollocates(req), req.Params.Flag("bom")
	if !q.Chosen() {
		req.Params.Refuse("lemma", "", "", web.Msg("No lemma is given."))
	}
	if req.Snapshot == nil {
		filters.Read(req)
		return csvPage(CollocateRows(&lemmas.Collocates{}, q.Vicinity, q.Options, nil, req.View.Said), "collocates.csv", excel), req.Params.Check()
	}
	m, _, err := filters.Match(req)
	if err != nil {
		return nil, err
	}
	c, err := q.Count(m)
	if err != nil {
		return nil, err
	}
	return csvPage(CollocateRows(c, q.Vicinity, q.Options, m.Shares(), req.View.Said), "collocates.csv", excel), nil
}

// CollocateRows returns a list of collocates as rows of a file, of which the first has the names
// of the columns. The columns from "keywords" say of all rows how they were counted. Texts are
// as said returns them.
func CollocateRows(c *lemmas.Collocates, v lemmas.Vicinity, o lemmas.Options, shares []index.Share, said func(string) string) [][]string {
	bounds := "verse"
	if v.InColon {
		bounds = "colon"
	}
	same := []string{
		strconv.Itoa(c.Keywords), strconv.Itoa(c.Near), strconv.Itoa(c.Words), strconv.Itoa(c.Verses), strconv.Itoa(v.Left),
		strconv.Itoa(v.Right), bounds, strconv.Itoa(o.Least), strconv.FormatBool(o.Function), filters.SharesText(shares),
	}
	rows := [][]string{{
		"lemma", "pointed", "strong", "gloss", "observed", "lines", "expected", "frequency", "log_dice", "log_likelihood", "mi", "mi3",
		"keywords", "words_near", "words", "verses", "left", "right", "bounds", "least", "function_words", "annotators",
	}}
	for i := range c.List {
		l := &c.List[i]
		cells := append(lemmaCells(l.Lemma, said), strconv.Itoa(l.Observed), strconv.Itoa(l.Lines), exact(l.Expected), strconv.Itoa(l.Frequency),
			exact(l.LogDice), exact(l.LogLikelihood), exact(l.MI), exact(l.MI3))
		rows = append(rows, append(cells, same...))
	}
	return rows
}

// csvPage returns rows as a file.
func csvPage(rows [][]string, name string, excel bool) *web.Page {
	t := web.NewTable(rows[0]...)
	for _, row := range rows[1:] {
		t.Add(row...)
	}
	file := t.Attachment(name)
	if excel {
		file.ForExcel()
	}
	return &web.Page{Attachment: file}
}
