package charts

import (
	"mashal"
	"mashal/concordance/index"
	"mashal/draw"
	"mashal/explore/filters"
	"mashal/explore/web"
	"mashal/reference"
)

// types makes the chart of types by part of the text.
func (k *chartMaker) types() *chartView {
	parts := k.parts(k.options.by)
	find := filters.NewLinks(k.req, k.filter, "in", "genre", "period", "type")
	t := draw.BarTable{Numbers: k.options.numbers}
	var all index.TypeCount
	all.Types = map[mashal.Type]int{}
	for i := range parts {
		all.Figures += parts[i].Figures
		for _, ty := range mashal.Types {
			all.Types[ty] += parts[i].Types[ty]
		}
	}
	t.Columns = k.typeHeadings(&all, find)
	table := k.partsTable(web.Msg("Part"), "part")
	for i := range parts {
		p := &parts[i]
		name, where := k.part(p, find)
		h := draw.Heading{Name: name, Total: web.Digits(p.Figures)}
		h.Href, h.Says = find.To(where), k.figuresAnd(name, p.Figures, p.Words)
		row := []cell{{Text: p.Name, Shown: name, Href: h.Href}}
		bars := k.barsOf(p, name, where, find)
		t.Rows, t.Bars = append(t.Rows, h), append(t.Bars, bars)
		table.Rows = append(table.Rows, k.partRow(row, p, bars))
	}
	view := &chartView{Unit: k.unit(), Table: table, Drawing: k.drawing(), Controls: []control{
		k.choose(web.Msg("By"), "by", string(k.options.by), string(index.ByBooks), web.Names(index.Divisions), k.req.View.T("book"), k.req.View.T("section"), k.req.View.T("genre"), k.req.View.T("age of the language")), k.chooseCount(), k.chooseNumbers(),
	}}
	if len(parts) > 0 {
		t.Draw(view.Drawing)
		view.Summary = k.mostOf(t.Bars)
	}
	return view
}

// part returns the name of a part of the text, and the parameter that selects its
// figures.
func (k *chartMaker) part(p *index.TypeCount, find *filters.Links) (name string, where filters.Param) {
	switch k.options.by {
	case index.ByGenres:
		return k.req.View.T(p.Name), filters.Param{Name: "genre", Value: p.Name}
	case index.ByPeriods:
		return k.req.View.T(p.Name), filters.Param{Name: "period", Value: p.Name}
	case index.BySections:
		return k.req.View.T(p.Name), find.Within(p.Name, func(ch mashal.Chapter) bool { return ch.Book.Section().String() == p.Name })
	}
	book, err := reference.ParseBook(p.Name)
	if err != nil {
		panic(err) // the names come from ByBooks
	}
	return k.req.View.Language.Book(book), find.Within(book.Name(), func(ch mashal.Chapter) bool { return ch.Book == book })
}

// typeHeadings returns a heading for all figures and one for each type.
func (k *chartMaker) typeHeadings(c *index.TypeCount, find *filters.Links, where ...filters.Param) []draw.Heading {
	all := draw.Heading{Name: k.req.View.T("all"), Total: web.Digits(c.Figures)}
	all.Href, all.Says = find.To(where...), k.figuresAnd(all.Name, c.Figures, 0)
	list := []draw.Heading{all}
	for _, t := range mashal.Types {
		h := draw.Heading{Name: k.req.View.T(t), Class: "t-" + string(t), Total: web.Digits(c.Types[t])}
		h.Href, h.Says = find.To(append(find.OfTypes(t), where...)...), k.figuresAnd(h.Name, c.Types[t], 0)
		list = append(list, h)
	}
	return list
}

// barsOf returns a bar for all figures of a part and one for each type.
func (k *chartMaker) barsOf(p *index.TypeCount, name string, where filters.Param, find *filters.Links) []draw.Bar {
	bars := make([]draw.Bar, 1, 1+len(mashal.Types))
	bars[0].Length, bars[0].Text = k.count(p.Figures, p.Words)
	if p.Figures > 0 {
		bars[0].ChartMark = draw.ChartMark{Href: find.To(where), Says: k.figuresAnd(name, p.Figures, p.Words)}
	}
	for _, t := range mashal.Types {
		var b draw.Bar
		n := p.Types[t]
		b.Length, b.Text = k.count(n, p.Words)
		if n > 0 {
			b.ChartMark = draw.ChartMark{Href: find.To(append(find.OfTypes(t), where)...), Says: k.figuresAnd(name+", "+k.words.types[t], n, p.Words)}
		}
		bars = append(bars, b)
	}
	return bars
}

// mostOf returns a sentence with the title of the longest bar of a type.
func (k *chartMaker) mostOf(rows [][]draw.Bar) string {
	var most draw.Bar
	for _, row := range rows {
		for _, b := range row[1:] {
			if b.Length > most.Length {
				most = b
			}
		}
	}
	if most.Says == "" {
		return ""
	}
	return k.req.View.T("Highest: %s", most.Says)
}

// partsTable returns an empty table of parts of the text with columns for each
// type. Files have numbers and rates, pages only one of both.
func (k *chartMaker) partsTable(title web.Message, name string) *chartTable {
	t := &chartTable{Columns: []column{
		{Name: name, Title: title, Canon: true},
		{Name: "verses_read", Title: web.Msg("Verses read"), Number: true, Hidden: k.matches.Searched()},
		{Name: "verses_searched", Title: web.Msg("Verses searched"), Number: true, Hidden: k.matches.Readers()},
		{Name: "verses_failed", Title: web.Msg("Failed"), Number: true},
		{Name: "words", Title: web.Msg("Words"), Number: true},
		{Name: "figures", Title: web.Msg("Figures"), Number: true},
		{Name: "per_1000_words", Title: web.Msg("Per 1,000 words"), Number: true, Digits: 2},
	}}
	for _, ty := range mashal.Types {
		t.Columns = append(t.Columns,
			column{Name: string(ty), Title: web.Msg(string(ty)), Number: true, Hidden: !k.options.figures},
			column{Name: string(ty) + "_per_1000_words", Title: web.Msg(string(ty)), Number: true, Digits: 2, Hidden: k.options.figures})
	}
	return t
}

// partRow appends the cells of a part of the text to a row of partsTable.
func (k *chartMaker) partRow(row []cell, p *index.TypeCount, bars []draw.Bar) []cell {
	number := func(n int, href string) cell { return cell{Value: float64(n), Href: href} }
	rated := func(n int, href string) cell {
		return cell{Value: rate(n, p.Words), None: p.Words == 0, Href: href}
	}
	row = append(row, number(p.Read, ""), number(p.Searched, ""), number(p.Failed, ""), number(p.Words, ""), number(p.Figures, bars[0].Href), rated(p.Figures, ""))
	for i, t := range mashal.Types {
		row = append(row, number(p.Types[t], bars[i+1].Href), rated(p.Types[t], bars[i+1].Href))
	}
	return row
}
