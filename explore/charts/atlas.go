package charts

import (
	"slices"

	"mashal/concordance/index"
	"mashal/draw"
	"mashal/explore/filters"
	"mashal/explore/web"
)

// atlas makes the matrix of targets and vehicles.
func (k *chartMaker) atlas() *chartView {
	level := k.levelOr(index.Category)
	table := k.matches.Crosstab(level, k.options.top, k.options.top)
	find := filters.NewLinks(k.req, k.filter, "target-"+string(level), "vehicle-"+string(level))
	rows, columns := named(table.Targets), named(table.Vehicles)
	h := draw.Heatmap{}
	for j := range columns {
		h.Columns = append(h.Columns, k.marginHeading("vehicle", level, columns, j, find))
	}
	var numbers []float64
	for i := range rows {
		h.Rows = append(h.Rows, k.marginHeading("target", level, rows, i, find))
		for j := range columns {
			numbers = append(numbers, float64(table.Cells[i][j].Figures))
		}
	}
	shade := draw.ShadesOf(numbers)
	t := atlasTable()
	inside, total := 0, k.matches.Total()
	for i := range rows {
		cells := make([]draw.Heat, len(columns))
		for j := range columns {
			count := table.Cells[i][j]
			if count.Figures == 0 {
				continue
			}
			inside += count.Figures
			c := draw.Heat{Shade: shade(float64(count.Figures))}
			c.Href = find.To(slices.Concat(filters.Margin("target", level, rows, i), filters.Margin("vehicle", level, columns, j))...)
			c.Says = k.figuresAnd(k.apart(h.Rows[i].Name)+" "+k.arrow()+" "+k.apart(h.Columns[j].Name), count.Figures, table.Words)
			if k.options.numbers {
				c.Text = rateText(rate(count.Figures, table.Words))
			}
			cells[j] = c
			expected := float64(rows[i].Figures) * float64(columns[j].Figures) / float64(total)
			t.Rows = append(t.Rows, []cell{
				k.marginCell(&rows[i], h.Rows[i].Href), k.marginCell(&columns[j], h.Columns[j].Href),
				{Value: float64(count.Figures), Href: c.Href},
				{Value: float64(count.Verses)},
				{Value: rate(count.Figures, table.Words), None: table.Words == 0},
				{Value: float64(count.Figures) / expected},
			})
		}
		h.Cells = append(h.Cells, cells)
	}
	view := &chartView{Unit: web.Msg("figures per 1,000 words"), Table: t, Drawing: k.drawing(), Controls: []control{k.chooseLevel(level, index.Category), k.chooseTop(), k.chooseNumbers()}}
	if len(rows) > 0 && len(columns) > 0 {
		h.Draw(view.Drawing)
		view.Summary = k.req.View.T("The cells contain %d of %d figures.", inside, total)
		view.Notes = append(view.Notes, web.Msg("The cells contain %d of %d figures.", inside, total))
	}
	return view
}

// named returns the margins with a name, which come first.
func named(margins []index.Margin) []index.Margin {
	n := slices.IndexFunc(margins, func(m index.Margin) bool { return !m.Named() })
	if n < 0 {
		return margins
	}
	return margins[:n]
}

// marginHeading returns the heading of a row or column of the matrix.
func (k *chartMaker) marginHeading(side string, level index.Level, margins []index.Margin, at int, find *filters.Links) draw.Heading {
	m := &margins[at]
	h := draw.Heading{Name: k.marginName(m), Total: web.Digits(m.Figures)}
	h.Href, h.Says = find.To(filters.Margin(side, level, margins, at)...), k.figuresAnd(k.apart(h.Name), m.Figures, 0)
	return h
}

func atlasTable() *chartTable {
	return &chartTable{Sort: "figures", Columns: []column{
		{Name: "target", Title: web.Msg("Target")},
		{Name: "vehicle", Title: web.Msg("Vehicle")},
		{Name: "figures", Title: web.Msg("Figures"), Number: true},
		{Name: "verses", Title: web.Msg("Verses"), Number: true},
		{Name: "per_1000_words", Title: web.Msg("Per 1,000 words"), Number: true, Digits: 3},
		{Name: "times_expected", Title: web.Msg("Ratio to the expected number"), Number: true, Digits: 2},
	}}
}
