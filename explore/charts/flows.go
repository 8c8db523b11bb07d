package charts

import (
	"slices"

	"mashal/concordance/index"
	"mashal/draw"
	"mashal/explore/filters"
	"mashal/explore/web"
)

// flows makes the diagram of flows from targets to vehicles.
func (k *chartMaker) flows() *chartView {
	level := k.levelOr(index.Domain)
	table := k.matches.Crosstab(level, k.options.top, k.options.top)
	find := filters.NewLinks(k.req, k.filter, "target-"+string(level), "vehicle-"+string(level))
	a := draw.Alluvial{FromName: k.req.View.T("Target"), ToName: k.req.View.T("Vehicle")}
	a.From, a.To = k.nodes("target", level, table.Targets, find), k.nodes("vehicle", level, table.Vehicles, find)
	t := flowsTable()
	total := k.matches.Total()
	for i := range table.Targets {
		var flows []draw.Flow
		for j := range table.Vehicles {
			count := table.Cells[i][j]
			f := draw.Flow{Figures: count.Figures}
			if count.Figures > 0 {
				f.Href = find.To(slices.Concat(filters.Margin("target", level, table.Targets, i), filters.Margin("vehicle", level, table.Vehicles, j))...)
				f.Says = k.figuresAnd(k.apart(a.From[i].Name)+" "+k.arrow()+" "+k.apart(a.To[j].Name), count.Figures, table.Words)
				t.Rows = append(t.Rows, []cell{
					k.marginCell(&table.Targets[i], a.From[i].Href), k.marginCell(&table.Vehicles[j], a.To[j].Href),
					{Value: float64(count.Figures), Href: f.Href},
					{Value: float64(count.Verses)},
					{Value: 100 * float64(count.Figures) / float64(total)},
					{Value: rate(count.Figures, table.Words), None: table.Words == 0},
				})
			}
			flows = append(flows, f)
		}
		a.Flows = append(a.Flows, flows)
	}
	view := &chartView{Unit: web.Msg("figures"), Table: t, Drawing: k.drawing(), Controls: []control{k.chooseLevel(level, index.Domain), k.chooseTop()}}
	if total > 0 {
		a.Draw(view.Drawing)
		view.Summary = k.req.View.T("Highest: %s", mostOf(a.Flows))
	}
	return view
}

// mostOf returns the title of the largest flow.
func mostOf(flows [][]draw.Flow) string {
	var most draw.Flow
	for _, f := range slices.Concat(flows...) {
		if f.Figures > most.Figures {
			most = f
		}
	}
	return most.Says
}

// nodes returns the nodes of the targets or vehicles.
func (k *chartMaker) nodes(side string, level index.Level, margins []index.Margin, find *filters.Links) []draw.Node {
	nodes := make([]draw.Node, len(margins))
	for i := range margins {
		m := &margins[i]
		n := draw.Node{Name: k.marginName(m), Figures: m.Figures, Total: web.Digits(m.Figures)}
		n.Href = find.To(filters.Margin(side, level, margins, i)...)
		n.Says = k.figuresAnd(k.apart(n.Name), m.Figures, 0)
		switch {
		case m.Unknown():
			n.Class = "unnamed"
		case !m.Named():
			n.Class = "others"
		}
		nodes[i] = n
	}
	return nodes
}

// arrow returns an arrow from target to vehicle in the reading direction.
func (k *chartMaker) arrow() string {
	if k.req.View.Dir() == "rtl" {
		return "←"
	}
	return "→"
}

func flowsTable() *chartTable {
	return &chartTable{Sort: "figures", Columns: []column{
		{Name: "target", Title: web.Msg("Target")},
		{Name: "vehicle", Title: web.Msg("Vehicle")},
		{Name: "figures", Title: web.Msg("Figures"), Number: true},
		{Name: "verses", Title: web.Msg("Verses"), Number: true},
		{Name: "percent", Title: web.Msg("% of all"), Number: true, Digits: 1},
		{Name: "per_1000_words", Title: web.Msg("Per 1,000 words"), Number: true, Digits: 3},
	}}
}
