package words

import (
	"strconv"

	"mashal/concordance/index"
	"mashal/concordance/lemmas"
	"mashal/corpus/lexicon"
	"mashal/explore/filters"
	"mashal/explore/web"
	"mashal/export"
)

// A markedPage shows the lemmas of the words in figures.
type markedPage struct {
	Form   listForm
	Active []filters.Condition
	Choice filters.AnnotatorChoice
	Chosen bool // there is a concordance
	Heads  []head
	Rows   []markedRow
	Pager  web.Pager
	Files  [2]string
	*lemmas.Figurative
}

// A markedRow is a lemma with the address of its lines.
type markedRow struct {
	lemmas.Marked
	Href string
	Bar  int // percentage: the share of readers, or the number of words as a part of the largest
}

// Numbers returns the counts and measures as text, in the order of the headings.
func (r *markedRow) Numbers() []string {
	if r.Share == nil {
		return []string{web.Digits(r.Figures), web.Digits(r.Verses)}
	}
	percent := func(x float64) string { return strconv.FormatFloat(100*x, 'f', 1, 64) }
	return []string{
		web.Digits(r.Share.Of), percent(r.Share.Share) + " %", percent(r.Share.Low) + "–" + percent(r.Share.High) + " %",
		decimal(r.Share.Expected), decimal(r.Share.LogLikelihood), web.Digits(r.Figures),
	}
}

var (
	readerHeads = []head{
		{Title: web.Msg("in figures"), Says: web.Msg("Words of the lemma in the figures. A word in several figures counts once."), Sort: lemmas.ByMarked},
		{Title: web.Msg("of words"), Says: web.Msg("All words of the lemma in the verses that the annotator has read.")},
		{Title: web.Msg("share"), Says: web.Msg("In figures ÷ of words."), Sort: lemmas.ByShare},
		{Title: web.Msg("95 % interval"), Says: web.Msg("Of the share (Wilson 1927). Sorting by its lower bound keeps small numbers from leading."), Sort: lemmas.ByBound},
		{Title: web.Msg("expected"), Says: web.Msg("Words in figures, if all words stood in figures equally often.")},
		{Title: web.Msg("G²"), Says: web.Msg("Log-likelihood ratio (Dunning 1993): how certain it is that the lemma stands in figures more often than other words do, or, with a minus, less often. 10.83 is p = 0.001."), Sort: lemmas.ByLogLikelihood},
		{Title: web.Msg("figures"), Says: web.Msg("Figures with a word of the lemma."), Sort: lemmas.ByFigures},
	}
	matcherHeads = []head{
		{Title: web.Msg("marked"), Says: web.Msg("Words of the lemma in the figures. A word in several figures counts once."), Sort: lemmas.ByMarked},
		{Title: web.Msg("figures"), Says: web.Msg("Figures with a word of the lemma."), Sort: lemmas.ByFigures},
		{Title: web.Msg("verses"), Says: web.Msg("Verses with such figures.")},
	}
)

// Notes says what is counted.
func (p *markedPage) Notes() []web.Message { return []web.Message{listNote} }

// ReadMarked reads the parameters of the list of lemmas in figures. Orders that only lists of
// readers have are refused when the list is made.
func ReadMarked(req *web.Request) lemmas.Options {
	return readOptions(req, lemmas.ReaderSorts, "")
}

// marked handles the page of lemmas in figures.
func marked(req *web.Request) (*web.Page, error) {
	part := readWindow(req)
	o := ReadMarked(req)
	p := &markedPage{Form: newListForm(req, "sort", "size")}
	page := &web.Page{Template: "lemmas", Title: web.Msg("Lemmas in figures"), Data: p}
	if req.Snapshot == nil {
		filters.Read(req)
		return page, req.Params.Check()
	}
	filters.RefuseState(req)
	m, f, err := filters.Match(req)
	if err != nil {
		return nil, err
	}
	p.Chosen, p.Active, p.Choice = true, filters.Conditions(req), filters.NewAnnotatorChoice(req, m, &f)
	if p.Choice.Gap != nil {
		return page, nil
	}
	if p.Figurative, err = lemmas.NewFigurative(m, o); err != nil {
		return nil, err
	}
	list, byDefault := matcherHeads, lemmas.MatcherSorts[0]
	if p.Readers {
		list, byDefault = readerHeads, lemmas.ReaderSorts[0]
	}
	if o.Sort == "" {
		o.Sort = byDefault
	}
	p.Heads = heads(req, list, o.Sort, byDefault)
	var from, to int
	if p.Pager, from, to, err = part.of(req, len(p.List)); err != nil {
		return nil, err
	}
	p.Rows = markedRows(req, m, p.List, from, to)
	p.Files = fileURLs(req, "/lemmas.csv")
	return page, nil
}

// markedRows returns the rows of a part of the list.
func markedRows(req *web.Request, m *index.Matches, list []lemmas.Marked, from, to int) (rows []markedRow) {
	most := 1
	for i := range list {
		most = max(most, list[i].Marked)
	}
	for _, l := range list[from:to] {
		row := markedRow{Marked: l, Href: markedLinesURL(req, l.Strong), Bar: 100 * l.Marked / most}
		if l.Share != nil {
			row.Bar = int(100*l.Share.Share + .5)
		}
		rows = append(rows, row)
	}
	return rows
}

// markedLinesURL returns the address of the lines with the words of a lemma in the figures of
// this page.
func markedLinesURL(req *web.Request, strong string) string {
	q := req.View.ListQuery()
	for _, name := range []string{"sort", "size", "least", "function"} {
		q.Del(name)
	}
	q.Set("lemma", strong)
	q.Set("uses", "figurative")
	return web.Address("/concordance", q)
}

// markedCSV handles the whole list of lemmas in figures as CSV. Shares are empty for
// annotators that are no readers.
func markedCSV(req *web.Request) (*web.Page, error) {
	o, excel := ReadMarked(req), req.Params.Flag("bom")
	if req.Snapshot == nil {
		filters.Read(req)
		return csvPage(MarkedRows(&lemmas.Figurative{}, o, nil, req.View.Said), "lemmas.csv", excel), req.Params.Check()
	}
	m, _, err := filters.MatchFigures(req)
	if err != nil {
		return nil, err
	}
	f, err := lemmas.NewFigurative(m, o)
	if err != nil {
		return nil, err
	}
	return csvPage(MarkedRows(f, o, m.Shares(), req.View.Said), "lemmas.csv", excel), nil
}

// MarkedRows returns a list of lemmas in figures as rows of a file, of which the first has the
// names of the columns. The columns from "marked_words" say of all rows how they were counted.
// Texts are as said returns them.
func MarkedRows(f *lemmas.Figurative, o lemmas.Options, shares []index.Share, said func(string) string) [][]string {
	head := []string{"lemma", "pointed", "strong", "gloss", "marked", "figures", "figure_verses"}
	if f.Readers {
		head = append(head, "of", "share", "low", "high", "expected", "log_likelihood")
	}
	rows := [][]string{append(head, "marked_words", "words", "verses", "least", "function_words", "annotators")}
	same := []string{
		strconv.Itoa(f.Marked), strconv.Itoa(f.Words), strconv.Itoa(f.Verses), strconv.Itoa(o.Least), strconv.FormatBool(o.Function),
		filters.SharesText(shares),
	}
	for i := range f.List {
		l := &f.List[i]
		cells := append(lemmaCells(l.Lemma, said), strconv.Itoa(l.Marked), strconv.Itoa(l.Figures), strconv.Itoa(l.Verses))
		if s := l.Share; s != nil {
			cells = append(cells, strconv.Itoa(s.Of), exact(s.Share), exact(s.Low), exact(s.High), exact(s.Expected), exact(s.LogLikelihood))
		}
		rows = append(rows, append(cells, same...))
	}
	return rows
}

// lemmaCells returns the cells of a lemma in files.
func lemmaCells(l *lexicon.Lemma, said func(string) string) []string {
	return []string{said(l.Hebrew), said(l.Pointed), export.Strong(l), said(l.Gloss)}
}
