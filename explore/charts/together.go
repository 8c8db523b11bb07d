package charts

import (
	"slices"

	"mashal"
	"mashal/draw"
	"mashal/explore/filters"
	"mashal/explore/web"
)

// combinations makes the chart of types that figures have in combination.
func (k *chartMaker) combinations() *chartView {
	find := filters.NewLinks(k.req, k.filter, "type")
	pairs := k.matches.Pairs()
	of := map[mashal.Type]int{}
	for _, p := range pairs {
		if p.A == p.B {
			of[p.A] = p.Figures
		}
	}
	total := k.matches.Total()
	h := draw.Heatmap{Cells: make([][]draw.Heat, len(mashal.Types))}
	for i, t := range mashal.Types {
		head := draw.Heading{Name: k.req.View.T(t)}
		head.Href, head.Says = find.To(find.OfTypes(t)...), k.figuresAnd(head.Name, of[t], 0)
		h.Columns = append(h.Columns, head)
		h.Rows = append(h.Rows, head)
		h.Cells[i] = make([]draw.Heat, len(mashal.Types))
		for j := range h.Cells[i] {
			h.Cells[i][j].Absent = j > i
		}
	}
	var shares []float64
	share := func(a, b mashal.Type, both int) float64 { return float64(both) / float64(max(1, min(of[a], of[b]))) }
	for _, p := range pairs {
		if p.A != p.B {
			shares = append(shares, share(p.A, p.B, p.Figures))
		}
	}
	shade := draw.ShadesOf(shares)
	t := togetherTable()
	for _, p := range pairs {
		// The earlier type of a pair is the column, the later the row.
		c := &h.Cells[slices.Index(mashal.Types, p.B)][slices.Index(mashal.Types, p.A)]
		if p.Figures == 0 {
			continue
		}
		c.Text = web.Digits(p.Figures)
		if p.A == p.B {
			c.Plain = true
			c.ChartMark = draw.ChartMark{Href: find.To(find.OfTypes(p.A)...), Says: k.figuresAnd(k.req.View.T(p.A), p.Figures, 0)}
			continue
		}
		c.Shade = shade(share(p.A, p.B, p.Figures))
		c.ChartMark = draw.ChartMark{Href: find.To(find.OfTypes(p.A, p.B)...), Says: k.figuresAnd(k.req.View.T(p.A)+" + "+k.req.View.T(p.B), p.Figures, 0)}
		expected := float64(of[p.A]) * float64(of[p.B]) / float64(total)
		t.Rows = append(t.Rows, []cell{
			{Text: string(p.A), Shown: k.req.View.T(p.A), Href: h.Rows[slices.Index(mashal.Types, p.A)].Href},
			{Text: string(p.B), Shown: k.req.View.T(p.B), Href: h.Rows[slices.Index(mashal.Types, p.B)].Href},
			{Value: float64(p.Figures), Href: c.Href},
			{Value: 100 * float64(p.Figures) / float64(of[p.A])},
			{Value: 100 * float64(p.Figures) / float64(of[p.B])},
			{Value: float64(p.Figures) / expected},
		})
	}
	view := &chartView{Unit: web.Msg("figures"), Table: t, Drawing: k.drawing()}
	if total > 0 {
		h.Draw(view.Drawing)
		most := 0
		for _, p := range pairs {
			if p.A != p.B && p.Figures > most {
				most = p.Figures
				view.Summary = k.req.View.T("Highest: %s", k.figuresAnd(k.req.View.T(p.A)+" + "+k.req.View.T(p.B), p.Figures, 0))
			}
		}
	}
	return view
}

func togetherTable() *chartTable {
	return &chartTable{Sort: "figures", Columns: []column{
		{Name: "type", Title: web.Msg("Type")},
		{Name: "with", Title: web.Msg("With")},
		{Name: "figures", Title: web.Msg("Figures"), Number: true},
		{Name: "percent_of_type", Title: web.Msg("% of the first"), Number: true, Digits: 1},
		{Name: "percent_of_with", Title: web.Msg("% of the second"), Number: true, Digits: 1},
		{Name: "times_expected", Title: web.Msg("Ratio to the expected number"), Number: true, Digits: 2},
	}}
}
