package quality

import (
	"fmt"
	"io"
	"strings"

	"mashal"
	"mashal/evaluate"
)

// WriteDocument writes the table as docs/quality.md.
func (t *Table) WriteDocument(w io.Writer) error {
	d := &document{w: w}
	d.line("# How good the annotators are")
	d.line("")
	d.line("Made by `make quality` on %s; do not edit. The explorer shows the same table at `/quality`, and cards and exports quote from it.", t.Date)
	d.line("It has the annotators that need no model. Of a model, `mashal evaluate MODEL --against FILE` measures the same: [evaluate.md](evaluate.md)")
	d.line("defines each measure.")
	d.line("")
	d.line("Read kappa and the F1 of figures first, and each F1 beside \"always yes\", the F1 of marking everything. Marking nothing has the F1 0.")
	d.line("Intervals hold with 95 %% confidence, by bootstrap over chapters (%d samples, seed %d).", t.Samples, t.Seed)
	d.line("")
	d.line("## What the references are, and what they are not")
	d.line("")
	d.line("There are two schools. A model that reads for figures marks far more than translators note, so recall against its reading is low for")
	d.line("every annotator that claims little. Translators note what needs help in translation: a figure without a note is not wrong, so")
	d.line("precision against notes says how often a figure is noted, not how often it is right. Neither is a gold standard.")
	d.line("")
	d.table("reference", "school", "verses", "figures", "with words", "what it is")
	for _, r := range t.References {
		d.row(r.Title, r.School, fmt.Sprint(r.Verses), fmt.Sprint(r.Figures), fmt.Sprint(r.Located), r.About)
	}
	d.line("")
	d.line("\"Each book left out\" means that what was measured on a book had seen neither the reference nor any other annotation of that")
	d.line("book. Where an annotator has seen the reference, the heading says so, and the figures are higher than on other books.")
	d.line("")
	d.line("## Annotators")
	d.line("")
	d.table("annotator", "version", "verses searched", "with a figure", "figures", "how it was made")
	for i := range t.Annotators {
		a := &t.Annotators[i]
		d.row("`"+a.Name+"`", a.Version, fmt.Sprint(a.Verses), fmt.Sprint(a.Figurative), fmt.Sprint(a.Figures), a.Note)
	}
	d.line("")
	d.line("They search every verse of the Bible for what they know; a verse that they do not mark was not read. No person has validated their figures: validation")
	d.line("coverage is 0 %% until verdicts are given, and the explorer's `/quality` has that of a data folder.")
	d.line("")
	d.line("## Chapters that every scholar looks at")
	d.line("")
	d.line("What the rules miss there, as read by hand. The learned model finds some of it. [rules-quality.md](rules-quality.md) says what is found.")
	d.line("")
	d.table("chapter", "missed")
	for _, c := range Chapters {
		d.row(c.In, c.Missed)
	}
	for i := range t.Entries {
		t.writeEntry(d, &t.Entries[i])
	}
	return d.err
}

// writeEntry writes a section about one annotator and one reference.
func (t *Table) writeEntry(d *document, e *Entry) {
	d.line("")
	d.line("## `%s` against %s: %s", e.Annotator, t.Reference(e.Reference).Title, e.Basis())
	d.line("")
	d.line("%d verses in %d chapters, %d words. %s", e.Verses, e.Chapters, e.Words, e.How)
	if r := e.Row(evaluate.Any); r != nil && r.Unanchored > 0 {
		d.line("In %d verses the reference gives no words, or hardly any in their chapter; they count for verses only.", r.Unanchored)
	}
	d.line("")
	d.table("type", "kappa", "F1 of figures", "always yes", "precision", "recall", "F1 of verses", "always yes", "exact F1", "F1 of words", "alpha u")
	for _, r := range e.By("") {
		d.row(typeName(r.Type), r.Kappa.String(), r.F1.String(), r.AlwaysYes.Short(), r.Precision.String(), r.Recall.String(), r.VerseF1.String(), r.VerseAlwaysYes.Short(), r.ExactF1.String(), r.TokenF1.String(), r.AlphaU.String())
	}
	d.line("")
	d.line("Stated confidence:")
	d.line("")
	d.table("type", "stated", "observed", "calibration error")
	for _, r := range e.By("") {
		if r.Stated.Computable() {
			d.row(typeName(r.Type), r.Stated.Short(), r.Observed.Short(), r.Calibration.String())
		}
	}
	d.line("")
	d.table("confidence", "figures", "stated", "observed")
	for _, b := range e.Bands {
		d.row(fmt.Sprintf("%s to %s", decimals(b.From), decimals(b.To)), fmt.Sprint(b.Figures), decimals(b.Stated), Measure{b.Observed, b.Interval.Low, b.Interval.High}.String())
	}
	for _, by := range []string{"genre", "period", "book"} {
		rows := e.By(by)
		if len(rows) == 0 || rows[0].Part == rows[len(rows)-1].Part {
			continue
		}
		d.line("")
		d.line("By %s:", by)
		d.line("")
		d.table(by, "type", "verses", "kappa", "F1 of figures", "always yes", "precision", "recall")
		for _, r := range rows {
			if r.Type == evaluate.Any || r.Reference+r.Predicted >= enough {
				d.row(r.Part, typeName(r.Type), fmt.Sprint(r.Verses), r.Kappa.String(), r.F1.String(), r.AlwaysYes.Short(), r.Precision.String(), r.Recall.String())
			}
		}
	}
}

// typeName returns the name of a type, or of all types together.
func typeName(t mashal.Type) string {
	if t == evaluate.Any {
		return "any type"
	}
	return string(t)
}

// A document is Markdown that is being written. It keeps the first error.
type document struct {
	w   io.Writer
	err error
}

func (d *document) line(format string, args ...any) {
	if _, err := fmt.Fprintf(d.w, format+"\n", args...); d.err == nil {
		d.err = err
	}
}

// table begins a table.
func (d *document) table(heads ...string) {
	d.row(heads...)
	d.line("|%s", strings.Repeat(" --- |", len(heads)))
}

// row writes a row of a table.
func (d *document) row(cells ...string) { d.line("%s", "| "+strings.Join(cells, " | ")+" |") }
