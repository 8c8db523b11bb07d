package charts

import (
	"html/template"
	"slices"
	"strings"

	"mashal/concordance/index"
	"mashal/explore/filters"
	"mashal/explore/web"
	"mashal/nearest"
)

// A chartsPage is charts of the figures that are wanted.
type chartsPage struct {
	Charts []*chartView
	Alone  bool // one chart with its table
	Totals index.Totals
	PerK   string // figures per 1,000 words
	Find   string // addresses: of the page that finds the figures
	Clear  string // of this page without conditions
	Active []filters.Condition
	Hidden []web.Field
	In     string
}

// allCharts is the page of all charts.
func allCharts(req *web.Request) (*web.Page, error) {
	p := &chartsPage{}
	k, err := newChartMaker(req, charts...)
	if k == nil || err != nil {
		return &web.Page{Template: "charts", Title: web.Msg("Charts"), Data: p}, err
	}
	for _, c := range charts {
		view := k.view(c, false)
		view.Table = nil // it is on the chart's own page
		p.Charts = append(p.Charts, view)
	}
	k.fill(p)
	return &web.Page{Template: "charts", Title: web.Msg("Charts"), Data: p}, nil
}

// oneChart is the page of one chart, or a file of it.
func oneChart(req *web.Request) (*web.Page, error) {
	name, kind, _ := strings.Cut(req.PathValue("chart"), ".")
	at := slices.IndexFunc(charts, func(c chart) bool { return c.name == name })
	if at < 0 || !slices.Contains([]string{"", "svg", "csv"}, kind) {
		return nil, noChart(req, name)
	}
	c := charts[at]
	sort, reverse := req.Params.Text("sort"), req.Params.Flag("reverse")
	k, err := newChartMaker(req, c)
	if err != nil {
		return nil, err
	}
	if k == nil {
		if kind != "" {
			return nil, web.NotFound("Nothing has been annotated yet, so there is nothing to draw.")
		}
		return &web.Page{Template: "charts", Title: c.title, Data: &chartsPage{Alone: true}}, nil
	}
	k.linked = kind == ""
	view := k.view(c, true)
	if sort == "" {
		sort = view.Table.Sort
	} else {
		req.Params.OneOf("sort", sort, view.Table.names())
	}
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	view.Table.sort(sort, reverse)
	switch kind {
	case "svg":
		caption := k.caption(view)
		caption.Source = filters.SourceLine(k.req, k.matches.Totals())
		return &web.Page{Attachment: &web.Attachment{Name: "mashal-" + name + ".svg", ContentType: "image/svg+xml", Body: view.Drawing.InFile(caption)}}, nil
	case "csv":
		return &web.Page{Attachment: view.Table.file("mashal-" + name + ".csv")}, nil
	}
	p := &chartsPage{Charts: []*chartView{view}, Alone: true}
	k.fill(p)
	return &web.Page{Template: "charts", Title: view.Title, Data: p}, nil
}

// noChart refuses a chart that there is not, with the nearest that there is.
func noChart(req *web.Request, name string) *web.Fault {
	var known []string
	for _, c := range charts {
		known = append(known, c.name)
	}
	f := web.NotFound("Unknown chart %s. The charts are: %s.", web.Quoted(name), strings.Join(known, ", "))
	if near := nearest.Name(name, known); near != "" {
		f.Near = req.View.URL("/charts/" + near)
	}
	return f
}

// newChartMaker finds what charts are to be made of, nil if there is no
// concordance yet. The page must have read its other parameters.
func newChartMaker(req *web.Request, of ...chart) (*chartMaker, error) {
	k := &chartMaker{req: req, options: readChartOptions(req, of...), linked: true, words: newMarkWords(req)}
	for _, state := range req.View.Query["state"] {
		req.Params.Refuse("state", state, "", web.Msg("Charts count figures, so state cannot be given. The search lists verses by state."))
	}
	if req.Snapshot == nil {
		filters.Read(req)
		return nil, req.Params.Check()
	}
	m, f, err := filters.Match(req)
	k.matches, k.filter = m, &f
	return k, err
}

// fill adds what is around the charts.
func (k *chartMaker) fill(p *chartsPage) {
	p.Totals, p.Active, p.In = k.matches.Totals(), filters.Conditions(k.req), k.req.View.Query.Get("in")
	p.PerK = rateText(rate(p.Totals.Figures, p.Totals.Words))
	p.Find, p.Clear = filters.NewLinks(k.req, k.filter).To(), k.req.View.URL(k.req.View.Path)
	for name, values := range k.req.View.Query {
		if name != "in" && !slices.Contains(web.ViewParams, name) {
			for _, value := range values {
				p.Hidden = append(p.Hidden, web.Field{Name: name, Value: value})
			}
		}
	}
	slices.SortFunc(p.Hidden, func(a, b web.Field) int { return strings.Compare(a.Name+a.Value, b.Name+b.Value) })
	for _, view := range p.Charts {
		view.Alone, view.SVG, view.CSV = k.chartURL(view, ""), k.chartURL(view, ".svg"), k.chartURL(view, ".csv")
	}
}

// chartURL is the address of a chart or of a file of it, under the conditions
// of this page and in the chart's form.
func (k *chartMaker) chartURL(view *chartView, kind string) string {
	at := slices.IndexFunc(charts, func(c chart) bool { return c.name == view.Name })
	q := k.req.View.ViewQuery()
	for name, values := range k.req.View.Query {
		if slices.Contains(charts[at].params, name) || name == "sort" || name == "reverse" || filters.IsParam(name) {
			q[name] = values
		}
	}
	return web.Address("/charts/"+view.Name+kind, q)
}

// A tableHead is the head of a column of a chart's table.
type tableHead struct {
	column
	At     int
	Href   string // of the table sorted by it; the other way round if it is already
	Sorted string // as aria-sort says it; "" if it is not
}

// tableHeads are the heads of the columns that are shown.
func tableHeads(s *web.Scope, t *chartTable) []tableHead {
	var heads []tableHead
	for i, c := range t.Columns {
		if c.Hidden {
			continue
		}
		h := tableHead{column: c, At: i}
		reverse := ""
		if t.Sort == c.Name {
			h.Sorted = "ascending"
			if c.Number != t.Reverse {
				h.Sorted = "descending"
			}
			if !t.Reverse {
				reverse = "1"
			}
		}
		h.Href = s.With("sort", c.Name, "reverse", reverse) + "#table"
		heads = append(heads, h)
	}
	return heads
}

// tableRows are the rows of a chart's table, with the cells that are shown.
func tableRows(s *web.Scope, t *chartTable, heads []tableHead) template.HTML {
	var b strings.Builder
	for _, row := range t.Rows {
		b.WriteString("<tr>")
		for i, h := range heads {
			c := row[h.At]
			tag, end := "<td>", "</td>"
			switch {
			case i == 0:
				tag, end = `<th scope="row">`, "</th>"
			case h.Number:
				tag = `<td class="n">`
			}
			says := `<bdi>` + template.HTMLEscapeString(t.Show(h.At, c)) + `</bdi>`
			if c.Href != "" {
				says = `<a href="` + template.HTMLEscapeString(c.Href) + `">` + says + `</a>`
			}
			b.WriteString(tag + says + end)
		}
		b.WriteString("</tr>\n")
	}
	return template.HTML(b.String()) //nolint:gosec // every text in it is escaped
}

// chartsURL is the address of all charts of what this page finds: of figures,
// which charts count, also where it lists verses.
func chartsURL(s *web.Scope) string {
	q := s.ViewQuery()
	for _, param := range filters.Params {
		if values := s.Query[param.Name]; len(values) > 0 && param.Name != "state" {
			q[param.Name] = values
		}
	}
	return web.Address("/charts", q)
}

// allChartsURL is the address of all charts under the conditions of this page.
func allChartsURL(s *web.Scope) string {
	q := s.ListQuery()
	q.Del("sort")
	q.Del("reverse")
	return web.Address("/charts", q)
}
