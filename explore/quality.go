package explore

import (
	"fmt"
	"html/template"
	"slices"

	"mashal"
	"mashal/concordance/index"
	"mashal/draw"
	"mashal/evaluate"
	"mashal/explore/web"
	"mashal/quality"
	"mashal/reference"
)

// A qualityPage says how good annotators are: the embedded table of measures, and how much
// of this concordance is read and validated.
type qualityPage struct {
	*quality.Table
	Sections []qualitySection
	Chapters []quality.Chapter
	Folder   []folderRow // by annotator of the concordance
	Verses   int         // of the Bible
}

// A qualitySection is an annotator on a reference.
type qualitySection struct {
	*quality.Entry
	Id        string
	Reference *quality.Reference
	Chart     template.HTML
	Parts     []qualityParts
}

// A qualityParts is the measures of any type by part of the text.
type qualityParts struct {
	Title web.Message
	Rows  []qualityPart
}

// A qualityPart is the measures of one part, named in the language of the page.
type qualityPart struct {
	*quality.Row
	Name string
}

// partTitles has the title of the parts of each division.
var partTitles = []struct {
	by    string
	title web.Message
}{{"genre", web.Msg("By genre")}, {"period", web.Msg("By period")}, {"book", web.Msg("By book")}}

// partName returns the name of a part in the language of the page.
func partName(req *web.Request, r *quality.Row) string {
	if r.By == "book" {
		if book, err := reference.ParseBook(r.Part); err == nil {
			return req.View.Language.Book(book)
		}
	}
	return req.View.T(r.Part)
}

// A folderRow says how complete an annotator's readings in the concordance are.
type folderRow struct {
	index.Tally
	NotRun    int
	Validated int    // figures with a verdict on each of their types
	Measured  bool   // the table has the annotator
	Other     string // the measured version, if the readings are of another one
}

// qualityOf handles the page about quality.
func qualityOf(req *web.Request) (*web.Page, error) {
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	table, err := quality.Default()
	if err != nil {
		return nil, err
	}
	p := &qualityPage{Table: table, Chapters: quality.Chapters, Verses: mashal.Verses}
	for i := range table.Entries {
		e := &table.Entries[i]
		s := qualitySection{Entry: e, Id: e.Annotator + "-" + e.Reference, Reference: table.Reference(e.Reference), Chart: qualityChart(req, e)}
		for _, d := range partTitles {
			var rows []qualityPart
			for _, r := range e.By(d.by) {
				if r.Type == evaluate.Any {
					rows = append(rows, qualityPart{r, partName(req, r)})
				}
			}
			if len(rows) > 1 {
				s.Parts = append(s.Parts, qualityParts{d.title, rows})
			}
		}
		p.Sections = append(p.Sections, s)
	}
	if req.Snapshot != nil {
		if p.Folder, err = folderRows(req, table); err != nil {
			return nil, err
		}
	}
	return &web.Page{Template: "quality", Title: web.Msg("Quality"), Data: p}, nil
}

// qualityJSON handles the table as JSON.
func qualityJSON(req *web.Request) (*web.Page, error) {
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	table, err := quality.Default()
	if err != nil {
		return nil, err
	}
	return &web.Page{JSON: table}, nil
}

// folderRows counts what each annotator of the concordance has read, and what was validated.
func folderRows(req *web.Request, table *quality.Table) (rows []folderRow, err error) {
	for _, tally := range req.Snapshot.Annotators() {
		row := folderRow{Tally: tally, NotRun: mashal.Verses - tally.Done - tally.Failed}
		m, err := req.Snapshot.Match(req.Context(), index.Filter{Annotators: []string{tally.Name}})
		if err != nil {
			return nil, err
		}
		row.Validated = m.Total() - m.Totals().Statuses[index.StatusOpen]
		row.Measured = slices.ContainsFunc(table.Annotators, func(a quality.Annotator) bool { return a.Name == tally.Name })
		row.Other = table.OtherVersion(tally.Name, m.Versions(tally.Name)...)
		rows = append(rows, row)
	}
	return rows, nil
}

// qualityChart draws kappa and the F1 of figures by type, with baselines.
func qualityChart(req *web.Request, e *quality.Entry) template.HTML {
	p := &draw.IntervalPlot{Low: -.2}
	for _, r := range e.By("") {
		row := draw.IntervalRow{Name: req.View.T("any type"), Text: r.F1.String(), None: !r.F1.Computable()}
		if r.Type != evaluate.Any {
			row.Name, row.Class = req.View.T(r.Type), "t-"+string(r.Type)
		}
		if row.None {
			row.Text = req.View.T("not computable")
		} else {
			row.Value, row.Low, row.High = r.F1[0], r.F1[0], r.F1[0]
			if len(r.F1) == 3 {
				row.Low, row.High = r.F1[1], r.F1[2]
			}
		}
		if r.AlwaysYes.Computable() {
			row.Baseline, row.HasBaseline = r.AlwaysYes[0], true
		}
		row.Says = fmt.Sprintf("%s: %s", row.Name, row.Text)
		p.Rows = append(p.Rows, row)
	}
	d := draw.Drawing{Mirrored: req.View.Dir() == "rtl"}
	p.Draw(&d)
	return d.InPage(draw.Caption{
		Id: "chart-" + e.Annotator + "-" + e.Reference, Title: req.View.T("F1 of figures"),
		Says: req.View.T("F1 of figures by type, with 95 % intervals. A thin stroke is the F1 of marking each verse. The table below has the numbers."), Lang: req.View.Lang,
	})
}

// quoteOf returns in one sentence how good the figures of an annotator are that have the
// types of a figure, or "" if they were not measured.
func quoteOf(view *web.View, annotator, version string, types []typeVerdicts) string {
	table, err := quality.Default()
	if err != nil {
		return ""
	}
	for _, t := range types {
		if q := table.Find(annotator, t.Type, version); t.Final && q != nil {
			return view.Quote(q)
		}
	}
	return view.Quote(table.Find(annotator, evaluate.Any, version))
}
