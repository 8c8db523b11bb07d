package page

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"mashal"
	"mashal/draw"
	"mashal/evaluate"
	"mashal/fonts"
)

// An Evaluation is an annotation measured against a reference.
type Evaluation struct {
	Predicted Side   `json:"predicted"`
	Reference Side   `json:"reference"`
	Selection string `json:"selection,omitempty"`
	Detected  bool   `json:"detected"`
	Seed      uint64 `json:"seed"`
	Bootstrap int    `json:"bootstrap"`
	*evaluate.Study
}

//go:embed *.html style.css
var files embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"measured": Measured, "number": Decimals, "type": TypeName, "kappaPlot": kappaPlot, "f1Plot": f1Plot, "reliability": reliability,
	"matrix": MatrixOf, "divisions": DivisionsOf, "join": strings.Join, "changed": func(counts map[evaluate.Change]int, change string) int { return counts[evaluate.Change(change)] },
	"style": func() template.CSS {
		css, err := files.ReadFile("style.css")
		if err != nil {
			panic(err) // it is embedded
		}
		return template.CSS(css)
	},
}).ParseFS(files, "*.html"))

// WriteHTML writes the evaluation as a page.
func (e *Evaluation) WriteHTML(w io.Writer) error {
	return write(w, "evaluation.html", e)
}

// write writes a page that stands alone: if it has Hebrew, it has the font for it.
func write(w io.Writer, name string, data any) error {
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, name, data); err != nil {
		return err
	}
	before, after, _ := strings.Cut(b.String(), "<style>")
	_, err := io.WriteString(w, before+"<style>"+fonts.FaceFor(after)+after)
	return err
}

// TypeName returns the name of a type, or of all types together.
func TypeName(t mashal.Type) string {
	if t == evaluate.Any {
		return "any type"
	}
	return string(t)
}

// Measured returns a value with its interval: .53 (.50 to .56).
func Measured(v evaluate.Value) string {
	switch {
	case !v.Computable:
		return "not computable"
	case v.Interval == nil:
		return Decimals(v.Value)
	}
	return fmt.Sprintf("%s (%s to %s)", Decimals(v.Value), Decimals(v.Interval.Low), Decimals(v.Interval.High))
}

// Decimals returns a number of at most 1 with two decimals: .53.
func Decimals(v float64) string {
	s := strings.Replace(fmt.Sprintf("%.2f", v), "0.", ".", 1)
	if s == "-.00" {
		return ".00"
	}
	return s
}

// kappaPlot draws kappa by type.
func kappaPlot(e *Evaluation) template.HTML {
	return plot(e, "kappa", "Cohen's kappa on verses", func(r *evaluate.Row) (evaluate.Value, evaluate.Value) { return r.Kappa, evaluate.Value{} })
}

// f1Plot draws the F1 of figures by type, with the baseline of marking each verse.
func f1Plot(e *Evaluation) template.HTML {
	return plot(e, "f1", "F1 of figures", func(r *evaluate.Row) (evaluate.Value, evaluate.Value) { return r.F1, r.Baselines.Figures.AlwaysYes })
}

func plot(e *Evaluation, id, title string, of func(*evaluate.Row) (value, baseline evaluate.Value)) template.HTML {
	p := &draw.IntervalPlot{Low: -.2}
	for i := range e.Rows {
		r := &e.Rows[i]
		v, baseline := of(r)
		row := draw.IntervalRow{Name: TypeName(r.Type), Text: Measured(v), Value: v.Value, Low: v.Value, High: v.Value, None: !v.Computable, Baseline: baseline.Value, HasBaseline: baseline.Computable}
		row.Says = row.Name + ": " + row.Text
		if baseline.Computable {
			row.Says += ", always yes " + Decimals(baseline.Value)
		}
		if r.Type != evaluate.Any {
			row.Class = "t-" + string(r.Type)
		}
		if v.Interval != nil {
			row.Low, row.High = v.Interval.Low, v.Interval.High
		}
		p.Rows = append(p.Rows, row)
	}
	var d draw.Drawing
	p.Draw(&d)
	return d.InPage(draw.Caption{Id: id, Title: title, Says: title + " by type, with intervals; the same numbers are in the tables.", Lang: "en"})
}

// reliability draws the calibration of any type.
func reliability(c *evaluate.Calibration) template.HTML {
	r := &draw.Reliability{Stated: "stated confidence", Observed: "share that agrees"}
	for _, b := range c.Bands {
		r.Points = append(r.Points, draw.ReliabilityPoint{
			ChartMark: draw.ChartMark{Says: fmt.Sprintf("%d figures: stated %s, observed %s (%s to %s)", b.Figures, Decimals(b.Stated), Decimals(b.Observed), Decimals(b.Interval.Low), Decimals(b.Interval.High))},
			Stated:    b.Stated, Observed: b.Observed, Low: b.Interval.Low, High: b.Interval.High, Share: float64(b.Figures) / float64(c.Figures),
		})
	}
	var d draw.Drawing
	r.Draw(&d)
	return d.InPage(draw.Caption{Id: "reliability", Title: "Stated confidence against the share that agrees", Says: "Points below the diagonal state too much.", Lang: "en"})
}

// A Matrix is a table of confusion with a row for each type of the reference.
type Matrix struct {
	Types []string // of the columns
	Rows  []MatrixRow
}

// A MatrixRow has the numbers of one type of the reference.
type MatrixRow struct {
	Name  string
	Cells []MatrixCell
}

// A MatrixCell is one number.
type MatrixCell struct {
	Pairs int
	Same  bool // the types agree
}

// MatrixOf arranges the confusion of types as a table.
func MatrixOf(t *evaluate.TypeAgreement) (m Matrix) {
	types := append(slices.Clone(mashal.Types), "")
	name := func(t mashal.Type) string {
		if t == "" {
			return "none"
		}
		return string(t)
	}
	for _, r := range types {
		m.Types = append(m.Types, name(r))
		row := MatrixRow{Name: name(r)}
		for _, p := range types {
			cell := MatrixCell{Same: r == p}
			for _, c := range t.Confusion {
				if c.Reference == r && c.Predicted == p {
					cell.Pairs = c.Pairs
				}
			}
			row.Cells = append(row.Cells, cell)
		}
		m.Rows = append(m.Rows, row)
	}
	return m
}

// A Division is the parts of one division of the text.
type Division struct {
	By    string
	Parts []evaluate.Part
}

// DivisionsOf groups parts by their division.
func DivisionsOf(parts []evaluate.Part) (list []Division) {
	for _, p := range parts {
		if n := len(list); n == 0 || list[n-1].By != p.By {
			list = append(list, Division{By: p.By})
		}
		d := &list[len(list)-1]
		d.Parts = append(d.Parts, p)
	}
	return list
}
