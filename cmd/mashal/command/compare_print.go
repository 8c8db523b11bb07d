package command

import (
	"fmt"
	"io"
	"strings"

	"mashal"
	"mashal/corpus"
	"mashal/evaluate"
	"mashal/evaluate/page"
)

// print writes the counts and the first changes.
func (c *comparison) print(out *page.Comparison) error {
	w := c.stdout
	fmt.Fprintf(w, "%s compared with %s: %s that both read; %s before, %d after, %d unchanged\n", describeSide(&out.After), describeSide(&out.Before),
		count(out.Verses, "verse"), count(out.Differences.Before, "figure"), out.Differences.After, out.Same)
	printSide(w, &out.Before)
	printSide(w, &out.After)
	if out.Reference != nil {
		printSide(w, out.Reference)
	}
	if !out.Targets {
		fmt.Fprintln(w, "targets are not compared: one side states none")
	}
	t := &tables{w: w}
	cells := func(name string, counts map[evaluate.Change]int) []string {
		row := []string{name}
		for _, change := range evaluate.Changes {
			row = append(row, fmt.Sprint(counts[change]))
		}
		return row
	}
	rows := [][]string{cells("all", out.Counts)}
	for _, typ := range mashal.Types {
		if counts := out.ByType[typ]; counts != nil {
			rows = append(rows, cells(string(typ), counts))
		}
	}
	t.print("Changes, by the types of either figure", texts(evaluate.Changes), rows)
	if out.Judgements != nil {
		rows = nil
		for _, j := range out.Judgements {
			verdict := "not worse"
			if j.Worse {
				verdict = "worse"
			}
			rows = append(rows, []string{j.Measure, page.Measured(j.Before), page.Measured(j.After), page.Measured(j.Difference), verdict})
		}
		of := "figures of any type"
		if c.of != "" {
			of = c.of
		}
		t.print(fmt.Sprintf("Against %s: %s, %s", out.Reference.Name, of, count(out.Judgements[0].Verses, "verse")), []string{"before", "after", "difference", ""}, rows)
		if left := out.LeftOut(); left.Verses > 0 {
			fmt.Fprintf(w, "Figures and words are measured without %s in which figures have no words (before %d, after %d).\n", count(left.Verses, "verse"), left.Before, left.After)
		}
	}
	fmt.Fprintln(w)
	list := out.Listed()
	for i, d := range list {
		if c.limit > 0 && i == c.limit {
			fmt.Fprintf(w, "and %d more (--limit 0 lists all)\n", len(list)-i)
			break
		}
		printDifference(w, &d)
	}
	return t.err
}

// printDifference writes one change on one line.
func printDifference(w io.Writer, d *page.Difference) {
	figure := func(f *page.FigureText) string {
		words := f.Words
		if words == "" {
			words = "no words"
		}
		text := fmt.Sprintf("%s %s (%s)", strings.Join(texts(f.Types), ", "), f.Hebrew, words)
		if f.Target+f.Vehicle != "" {
			text += " " + f.Target + " ← " + f.Vehicle
		}
		return text
	}
	fmt.Fprintf(w, "%-12s %s: ", d.Verse, strings.Join(texts(d.Changes), ", "))
	switch {
	case d.Before == nil:
		fmt.Fprintln(w, figure(d.After))
	case d.After == nil:
		fmt.Fprintln(w, figure(d.Before))
	default:
		fmt.Fprintln(w, figure(d.Before), "→", figure(d.After))
	}
}

// hebrewOf returns the Hebrew of a span. Its parts are joined by " ... ".
func hebrewOf(text *corpus.Corpus, ref mashal.Ref, span mashal.Span) string {
	verse, err := text.Verse(ref)
	if err != nil {
		return ""
	}
	var parts []string
	for _, r := range span.Ranges {
		var b strings.Builder
		for i := r.First; i <= min(r.Last, len(verse.Words)); i++ {
			b.WriteString(verse.Words[i-1].Text)
			if i < r.Last {
				b.WriteString(verse.Words[i-1].After)
			}
		}
		parts = append(parts, b.String())
	}
	return strings.Join(parts, " ... ")
}
