package charts

import (
	"strconv"

	"mashal"
	"mashal/concordance/index"
	"mashal/draw"
	"mashal/explore/filters"
	"mashal/explore/web"
	"mashal/reference"
)

// byChapter makes the chart of figures by chapter of a book.
func (k *chartMaker) byChapter() *chartView {
	book := k.options.book
	if !book.Valid() {
		book = k.fullest()
	}
	chapters := k.matches.TypesByChapter(book)
	find := filters.NewLinks(k.req, k.filter, "in", "type")
	all := index.TypeCount{Types: map[mashal.Type]int{}}
	s := draw.Series{Steps: len(chapters), StepsOf: k.req.View.T("Chapter"), Unread: make([]bool, len(chapters)), Failed: make([]bool, len(chapters))}
	s.Bars = make([][]draw.Bar, 1+len(mashal.Types))
	for i := range s.Bars {
		s.Bars[i] = make([]draw.Bar, len(chapters))
	}
	table := k.partsTable(web.Msg("Chapter"), "chapter")
	unread, failed := false, false
	for n := range chapters {
		c := &chapters[n]
		ch := mashal.Chapter{Book: book, Number: n + 1}
		name := k.req.View.Language.Book(book) + " " + strconv.Itoa(ch.Number)
		where := find.Within(ch.String(), func(of mashal.Chapter) bool { return of == ch })
		bars := k.barsOf(c, name, where, find)
		for i, b := range bars {
			s.Bars[i][n] = b
		}
		all.Figures += c.Figures
		for _, t := range mashal.Types {
			all.Types[t] += c.Types[t]
		}
		s.Unread[n], s.Failed[n] = c.Done() == 0, c.Failed > 0
		unread, failed = unread || s.Unread[n], failed || s.Failed[n]
		if c.Done()+c.Failed > 0 {
			table.Rows = append(table.Rows, k.partRow([]cell{{Text: c.Name, Shown: name, Href: bars[0].Href}}, c, bars))
		}
	}
	s.Rows = k.typeHeadings(&all, find, find.Within(book.Name(), func(of mashal.Chapter) bool { return of.Book == book }))
	view := &chartView{Title: web.Msg("Chapters of %s", book), Unit: k.unit(), Table: table, Drawing: k.drawing(), Controls: []control{k.chooseBook(book), k.chooseCount()}}
	if len(table.Rows) > 0 {
		s.Draw(view.Drawing)
		view.Summary = k.req.View.Language.Book(book) + ". "
		if all.Figures > 0 {
			view.Summary += k.mostOf(perStep(s.Bars))
		}
	}
	if unread {
		view.Notes = append(view.Notes, web.Msg("Grey: the chapter has not been annotated, or the conditions exclude it."))
	}
	if failed {
		view.Notes = append(view.Notes, web.Msg("Red: some verses of the chapter failed."))
	}
	return view
}

// perStep transposes bars from rows to steps.
func perStep(rows [][]draw.Bar) [][]draw.Bar {
	steps := make([][]draw.Bar, len(rows[0]))
	for _, row := range rows {
		for n, b := range row {
			steps[n] = append(steps[n], b)
		}
	}
	return steps
}

// fullest returns the book with the most figures, or the first book if there are
// none.
func (k *chartMaker) fullest() mashal.Book {
	book, most := mashal.Book(1), -1
	for _, p := range k.parts(index.ByBooks) {
		if b, err := reference.ParseBook(p.Name); err == nil && p.Figures > most {
			book, most = b, p.Figures
		}
	}
	return book
}

func (k *chartMaker) chooseBook(now mashal.Book) control {
	c := control{Label: web.Msg("Book"), Folded: true, Now: k.req.View.Language.Book(now)}
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		c.Options = append(c.Options, controlOption{Label: k.req.View.Language.Book(b), Href: k.req.View.With("book", b.OSIS()), Current: b == now})
	}
	return c
}
