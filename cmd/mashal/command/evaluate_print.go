package command

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"mashal/evaluate"
	"mashal/evaluate/page"
)

// printEvaluation writes the tables. Kappa and the F1 of figures come first, and each F1 is
// followed by its baseline.
func printEvaluation(w io.Writer, o *page.Evaluation) error {
	fmt.Fprintf(w, "%s against %s: %s in %s, %s\n", describeSide(&o.Predicted), describeSide(&o.Reference),
		count(o.Verses, "verse"), count(o.Chapters, "chapter"), count(o.Words, "word"))
	printSide(w, &o.Predicted)
	printSide(w, &o.Reference)
	if n := o.Rows[0].Unanchored; n > 0 {
		fmt.Fprintf(w, "%s with a figure whose words are unknown: left out of the measures of figures, words and spans\n", count(n, "verse"))
	}
	t := &tables{w: w}
	rows := func(cells func(*evaluate.Row) []string) [][]string {
		var list [][]string
		for i := range o.Rows {
			list = append(list, append([]string{page.TypeName(o.Rows[i].Type)}, cells(&o.Rows[i])...))
		}
		return list
	}
	t.print("Figures, matched one to one where they share words", []string{"reference", "predicted", "matched", "F1", "always yes", "precision", "recall"}, rows(func(r *evaluate.Row) []string {
		return []string{fmt.Sprint(r.Reference), fmt.Sprint(r.Predicted), fmt.Sprint(r.Matched), page.Measured(r.F1), page.Measured(r.Baselines.Figures.AlwaysYes), page.Measured(r.Precision), page.Measured(r.Recall)}
	}))
	t.print("Verses with a figure", []string{"kappa", "alpha", "F1", "always yes", "precision", "recall"}, rows(func(r *evaluate.Row) []string {
		return []string{page.Measured(r.Kappa), page.Measured(r.Alpha), page.Measured(r.VerseF1), page.Measured(r.Baselines.Verses.AlwaysYes), page.Measured(r.VersePrecision), page.Measured(r.VerseRecall)}
	}))
	heads := []string{"exact F1", "always yes", "same words", "F1 of partners", "F1 of words", "always yes", "alpha u"}
	if o.Rows[0].Gamma != nil {
		heads = append(heads, "gamma")
	}
	t.print("Words and spans", heads, rows(func(r *evaluate.Row) []string {
		cells := []string{
			page.Measured(r.ExactF1), page.Measured(r.Baselines.Exact.AlwaysYes), page.Measured(r.Exact), page.Measured(r.SpanF1),
			page.Measured(r.TokenF1), page.Measured(r.Baselines.Words.AlwaysYes), page.Measured(r.AlphaU),
		}
		if r.Gamma != nil {
			cells = append(cells, page.Measured(*r.Gamma))
		}
		return cells
	}))
	fmt.Fprintln(w, "always yes: the F1 of marking everything; marking nothing has the F1 0 wherever the reference has a figure")
	printTypes(t, o.Types)
	printCalibration(t, o.Rows)
	for _, d := range page.DivisionsOf(o.Parts) {
		if len(d.Parts) > 1 {
			printParts(t, &d)
		}
	}
	return t.err
}

// tables writes tables and keeps the first error.
type tables struct {
	w   io.Writer
	err error
}

// print writes a table below a title. The first cell of a row is its name.
func (t *tables) print(title string, heads []string, rows [][]string) {
	fmt.Fprintf(t.w, "\n%s\n", title)
	w := tabwriter.NewWriter(t.w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\t"+strings.Join(heads, "\t"))
	for _, row := range rows {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	t.err = errors.Join(t.err, w.Flush())
}

// describeSide returns the name and the source of an annotation.
func describeSide(s *page.Side) string { return fmt.Sprintf("%s (%s)", s.Name, s.Source) }

// printSide writes what counts as read, and what could not be placed.
func printSide(w io.Writer, s *page.Side) {
	if s.Simulated {
		fmt.Fprintf(w, "%s: simulated, no model has read the text\n", s.Name)
	}
	if s.Covers != "" {
		fmt.Fprintf(w, "%s: %s count as read\n", s.Name, s.Covers)
	}
	if n := s.SkippedRows(); n > 0 {
		kinds := s.SkippedKinds()
		for i, k := range kinds {
			kinds[i] = fmt.Sprintf("%d %s", s.Skipped[k], k)
		}
		if len(kinds) > 3 {
			kinds = append(kinds[:3], fmt.Sprintf("%d other kinds", len(kinds)-3))
		}
		fmt.Fprintf(w, "%s: %s about something else: %s\n", s.Name, count(n, "row"), strings.Join(kinds, ", "))
	}
	if n := len(s.Repeats); n > 0 {
		var lines []string
		for _, r := range s.Repeats[:min(n, 3)] {
			lines = append(lines, fmt.Sprintf("line %d repeats line %d", r.Line, r.Of))
		}
		if n > len(lines) {
			lines = append(lines, fmt.Sprintf("and %d more (--json has all)", n-len(lines)))
		}
		fmt.Fprintf(w, "%s: rows that repeat the figure of an earlier row, which counts once: %d (%s)\n", s.Name, n, strings.Join(lines, ", "))
	}
	if n := len(s.Lost); n > 0 {
		fmt.Fprintf(w, "%s: %s could not be placed, or only in part:\n", s.Name, count(n, "row"))
	}
	for i, lost := range s.Lost {
		if i == 5 {
			fmt.Fprintf(w, "  and %d more (--json has all)\n", len(s.Lost)-5)
			break
		}
		fmt.Fprintf(w, "  line %d: %s\n", lost.Line, lost.Why)
	}
}

// printTypes writes which types matched figures have.
func printTypes(t *tables, types *evaluate.TypeAgreement) {
	if types == nil {
		return
	}
	fmt.Fprintf(t.w, "\n%s in both: same types %s, a type in common %s, kappa of types %s\n", count(types.Pairs, "figure"), page.Measured(types.Same), page.Measured(types.Common), page.Measured(types.Kappa))
	m := page.MatrixOf(types)
	var rows [][]string
	for _, r := range m.Rows {
		row := []string{r.Name}
		for _, c := range r.Cells {
			row = append(row, fmt.Sprint(c.Pairs))
		}
		rows = append(rows, row)
	}
	t.print("Types of matched figures: those of the reference down, the predicted ones across", m.Types, rows)
}

// printCalibration writes stated confidence against the share that agrees.
func printCalibration(t *tables, all []evaluate.Row) {
	if all[0].Calibration == nil {
		return
	}
	var rows [][]string
	for _, b := range all[0].Calibration.Bands {
		rows = append(rows, []string{page.Decimals(b.From) + " to " + page.Decimals(b.To), fmt.Sprint(b.Figures), page.Decimals(b.Stated), fmt.Sprintf("%s (%s to %s)", page.Decimals(b.Observed), page.Decimals(b.Interval.Low), page.Decimals(b.Interval.High))})
	}
	t.print("Stated confidence, and the share of figures that agree with the reference", []string{"figures", "stated", "observed"}, rows)
	rows = nil
	for i := range all {
		if c := all[i].Calibration; c != nil {
			rows = append(rows, []string{page.TypeName(all[i].Type), fmt.Sprint(c.Figures), page.Decimals(c.Stated), page.Decimals(c.Observed), page.Measured(c.Error)})
		}
	}
	t.print("Calibration by type", []string{"figures", "stated", "observed", "calibration error"}, rows)
}

// printParts writes the measures of any type by part of the text.
func printParts(t *tables, d *page.Division) {
	var rows [][]string
	for i := range d.Parts {
		p := &d.Parts[i]
		r := &p.Rows[0]
		rows = append(rows, []string{
			p.Name, fmt.Sprint(p.Verses), page.Measured(r.Kappa), page.Measured(r.F1), page.Measured(r.Baselines.Figures.AlwaysYes), page.Measured(r.Precision), page.Measured(r.Recall),
			page.Measured(r.VerseF1), page.Measured(r.Baselines.Verses.AlwaysYes),
		})
	}
	t.print("By "+d.By+", figures of any type (--json and --html have each type)", []string{"verses", "kappa", "F1 of figures", "always yes", "precision", "recall", "F1 of verses", "always yes"}, rows)
}
