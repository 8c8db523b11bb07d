package charts

import (
	"html/template"
	"slices"
	"strings"

	"mashal/concordance/index"
	"mashal/evaluate"
	"mashal/explore/filters"
	"mashal/explore/web"
	"mashal/nearest"
	"mashal/quality"
)

// A chartsPage shows one or all charts of the figures that match the filter.
type chartsPage struct {
	Charts []*chartView
	Alone  bool // one chart, with its table
	Totals index.Totals
	PerK   string // figures per 1,000 words

	Annotators filters.AnnotatorChoice
	Quality    string // how good the annotators of the figures are, if they were measured

	Find   string // address of the search for the figures
	Clear  string // address of this page without the filter
	Active []filters.Condition
	Hidden []web.Field
	In     string
}

// allCharts handles the page of all charts.
func allCharts(req *web.Request) (*web.Page, error) {
	p := &chartsPage{}
	k, err := newChartMaker(req, charts...)
	if k == nil || err != nil {
		return &web.Page{Template: "charts", Title: web.Msg("Charts"), Data: p}, err
	}
	for _, c := range charts {
		view := k.view(c, false)
		view.Table = nil // shown on the page of the chart
		p.Charts = append(p.Charts, view)
	}
	k.fill(p)
	return &web.Page{Template: "charts", Title: web.Msg("Charts"), Data: p}, nil
}

// oneChart handles the page of one chart and its files.
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
	if kind != "" {
		if err := filters.RefuseGap(req, k.matches, k.filter); err != nil {
			return nil, err
		}
	}
	switch kind {
	case "svg":
		caption := k.caption(view)
		caption.Source = filters.SourceLine(k.req, k.matches.Totals(), k.matches.Shares())
		return &web.Page{Attachment: &web.Attachment{Name: "mashal-" + name + ".svg", ContentType: "image/svg+xml", Body: view.Drawing.InFile(caption)}}, nil
	case "csv":
		return &web.Page{Attachment: view.Table.file("mashal-" + name + ".csv")}, nil
	}
	p := &chartsPage{Charts: []*chartView{view}, Alone: true}
	k.fill(p)
	return &web.Page{Template: "charts", Title: view.Title, Data: p}, nil
}

// noChart returns the fault of an unknown chart, with the nearest known one.
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

// newChartMaker returns a chartMaker for some charts, or nil if there is no
// concordance. The page must read its other parameters before.
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
	if err != nil {
		return nil, err
	}
	k.matches, k.filter = m, &f
	return k, nil
}

// fill sets the data of the page besides the charts.
func (k *chartMaker) fill(p *chartsPage) {
	p.Totals, p.Active, p.In = k.matches.Totals(), filters.Conditions(k.req), k.req.View.Query.Get("in")
	if table, err := quality.Default(); err == nil {
		var quotes []string
		for _, annotator := range k.matches.Annotators() {
			if q := table.Find(annotator, evaluate.Any, k.matches.Versions(annotator)...); q != nil {
				quotes = append(quotes, k.req.View.Quote(q))
			}
		}
		p.Quality = strings.Join(quotes, " ")
	}
	p.Annotators = filters.NewAnnotatorChoice(k.req, k.matches, k.filter)
	p.PerK = rateText(rate(p.Totals.Figures, p.Totals.Words))
	p.Find, p.Clear = filters.NewLinks(k.req, k.filter).To(), k.req.View.URL(k.req.View.Path)
	for name, values := range k.req.View.Query {
		if name != "in" && !slices.Contains(web.ViewParams, name) && (name != "annotator" || k.req.View.Pinned == "") {
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

// chartURL returns the address of a chart or of one of its files, with the filter
// and the options of the chart.
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

// A tableHead is a column heading of a chart's table.
type tableHead struct {
	column
	At     int
	Href   string // sorts the table by this column, or reverses the order
	Sorted string // value of aria-sort; "" if the table is not sorted by this column
}

// tableHeads returns the headings of the visible columns.
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

// tableRows returns the visible cells of a chart's table as HTML.
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

// chartsURL returns the address of all charts of the figures on this page. It omits
// the parameter state, because charts count figures, not verses.
func chartsURL(s *web.Scope) string {
	q := s.ViewQuery()
	for _, param := range filters.Params {
		if values := s.Query[param.Name]; len(values) > 0 && param.Name != "state" {
			q[param.Name] = values
		}
	}
	return web.Address("/charts", q)
}

// allChartsURL returns the address of all charts with the filter of this page.
func allChartsURL(s *web.Scope) string {
	q := s.ListQuery()
	q.Del("sort")
	q.Del("reverse")
	return web.Address("/charts", q)
}
