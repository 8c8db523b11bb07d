package command

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/concordance/index"
	"mashal/concordance/lemmas"
	"mashal/explore/words"
	"mashal/export"
)

// A lemmaList holds the flags of `mashal collocates` and `mashal lemmas`.
type lemmaList struct {
	keywords
	options lemmas.Options
	sort    string
}

// addList registers the flags that both lists have.
func (l *lemmaList) addList(cmd *cobra.Command, sorts []lemmas.Sort, says string) {
	flags := cmd.Flags()
	flags.StringVar(&l.sort, "sort", "", says)
	flags.IntVar(&l.options.Least, "least", 3, "only lemmas with at least this many words observed")
	flags.BoolVar(&l.options.Function, "function-words", false, "also lemmas that are mostly no noun, verb or adjective")
	l.addLimit(cmd)
	registerCompletion(cmd, "sort", cobra.FixedCompletions(texts(sorts), cobra.ShellCompDirectiveNoFileComp))
}

// readList completes the options from the flags.
func (l *lemmaList) readList(cmd *cobra.Command) error {
	l.readLimit(cmd)
	l.options.Sort = lemmas.Sort(strings.ToLower(l.sort))
	if l.limit < 0 {
		return mashal.Usagef("--limit 50", "--limit is negative")
	}
	return l.read()
}

// shown returns the part of a list that is shown.
func shown[T any](list []T, limit int) []T {
	if limit == 0 {
		return list
	}
	return list[:min(limit, len(list))]
}

func newCollocates(p *program) *cobra.Command {
	l := &lemmaList{}
	cmd := &cobra.Command{
		Use:   "collocates",
		Short: "List the lemmas that stand near keywords, with measures of association",
		Long: `List the lemmas of the words near keywords: the words of each figure that the flags
select or, with --lemma, each word of the lemma in verses that were read or searched.

The window has --left words before the keyword, --right words after it, and those between
the parts of a figure. It ends with the verse, or with the colon. Keywords themselves are
not counted, and a word near two keywords is counted once. Columns: words observed near
keywords; lines (keywords with such a word near them); the number expected if words stood
anywhere; frequency in all verses that are counted; logDice (Rychlý 2008), G² (Dunning
1993; negative if fewer are observed than expected), MI (Church and Hanks 1990), MI³.`,
		Example: `  mashal collocates --lemma רעה
  mashal collocates --vehicle lion --bounds colon --sort g2
  mashal collocates --type simile --in Psalms --csv`,
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, _ []string) error { return l.collocates(cmd) },
	}
	l.add(p, cmd)
	l.addList(cmd, lemmas.CollocateSorts, "sort by this `measure`, the highest first: logdice (the default), g2, mi, mi3,\nobserved or frequency")
	return cmd
}

func (l *lemmaList) collocates(cmd *cobra.Command) error {
	if err := l.readList(cmd); err != nil {
		return err
	}
	var found *lemmas.Collocates
	var source listSource
	err := l.matching(cmd.Context(), "collocates", func(m *index.Matches) error {
		lines, err := l.lines(m)
		if err != nil {
			return err
		}
		source = listSource{m.Mixed(), m.Shares()}
		found, err = lemmas.NewCollocates(lines, l.vicinity, l.options)
		return err
	})
	if err != nil {
		return err
	}
	total, list := len(found.List), shown(found.List, l.limit)
	if l.csv {
		found.List = list
		return l.writeList(words.CollocateRows(found, l.vicinity, l.options, source.Annotators, asWritten), total)
	}
	if l.json {
		defer l.printPart(len(list), total)
		return l.printJSON(struct {
			listSource
			lemmas.Vicinity
			*lemmas.Collocates
			Total int                `json:"total"` // lemmas, of which a part is listed
			List  []lemmas.Collocate `json:"collocates"`
		}{source, l.vicinity, found, total, list})
	}
	rows := [][]string{{"lemma", "strong", "gloss", "observed", "lines", "expected", "frequency", "logDice", "G2", "MI", "MI3"}}
	for i := range list {
		c := &list[i]
		rows = append(rows, []string{
			c.Pointed, export.Strong(c.Lemma), c.Gloss, strconv.Itoa(c.Observed), strconv.Itoa(c.Lines), decimal(c.Expected), strconv.Itoa(c.Frequency),
			decimal(c.LogDice), decimal(c.LogLikelihood), decimal(c.MI), decimal(c.MI3),
		})
	}
	if err := l.printList(rows, total); err != nil {
		return err
	}
	_, err = fmt.Fprintf(l.stderr, "%s; %s near them of %s in %s\n", count(found.Keywords, "keyword"), count(found.Near, "word"), count(found.Words, "word"), count(found.Verses, "verse"))
	return err
}

func newLemmas(p *program) *cobra.Command {
	l := &lemmaList{}
	cmd := &cobra.Command{
		Use:   "lemmas",
		Short: "List the lemmas that stand in figures most",
		Long: `List the lemmas of the words in the figures that the flags select.

Persons and models read every verse, so of them each lemma has a share: its words in
these figures as a part of all its words in the verses read, with the 95 % interval of
the share (Wilson 1927), the number expected if all words stood in figures equally often,
and G² (Dunning 1993). The list is sorted by the lower bound of the share, so that small
numbers do not lead. Other annotators only look for what they know: of them, and of
mixtures with them, words in figures are counted and there are no shares.`,
		Example: `  mashal lemmas --in Isaiah --annotator openai:gpt-5.1
  mashal lemmas --type simile --sort marked
  mashal lemmas --target God --csv`,
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, _ []string) error { return l.marked(cmd) },
	}
	l.program = p
	l.figureFilter.add(p, cmd)
	cmd.Flags().BoolVar(&l.json, "json", false, "print a JSON object")
	cmd.Flags().BoolVar(&l.csv, "csv", false, "print CSV")
	l.bounds = "verse"
	l.addList(cmd, lemmas.ReaderSorts, "sort by this `number`, the highest first: bound (of the share), share, g2, of persons\nand models only; marked, figures")
	return cmd
}

func (l *lemmaList) marked(cmd *cobra.Command) error {
	if err := l.readList(cmd); err != nil {
		return err
	}
	var found *lemmas.Figurative
	var source listSource
	err := l.matching(cmd.Context(), "lemmas", func(m *index.Matches) (err error) {
		source = listSource{m.Mixed(), m.Shares()}
		found, err = lemmas.NewFigurative(m, l.options)
		return err
	})
	if err != nil {
		return err
	}
	total, list := len(found.List), shown(found.List, l.limit)
	if l.csv {
		found.List = list
		return l.writeList(words.MarkedRows(found, l.options, source.Annotators, asWritten), total)
	}
	if l.json {
		defer l.printPart(len(list), total)
		return l.printJSON(struct {
			listSource
			*lemmas.Figurative
			Total int             `json:"total"` // lemmas, of which a part is listed
			List  []lemmas.Marked `json:"lemmas"`
		}{source, found, total, list})
	}
	head := []string{"lemma", "strong", "gloss", "marked", "figures", "verses"}
	if found.Readers {
		head = append(head, "of", "share", "low", "high", "expected", "G2")
	}
	rows := [][]string{head}
	for i := range list {
		m := &list[i]
		row := []string{m.Pointed, export.Strong(m.Lemma), m.Gloss, strconv.Itoa(m.Marked), strconv.Itoa(m.Figures), strconv.Itoa(m.Verses)}
		if s := m.Share; s != nil {
			row = append(row, strconv.Itoa(s.Of), decimal(s.Share), decimal(s.Low), decimal(s.High), decimal(s.Expected), decimal(s.LogLikelihood))
		}
		rows = append(rows, row)
	}
	if err := l.printList(rows, total); err != nil {
		return err
	}
	if found.Readers {
		_, err = fmt.Fprintf(l.stderr, "%s in figures of %s in %s\n", count(found.Marked, "word"), count(found.Words, "word"), count(found.Verses, "verse"))
	} else {
		_, err = fmt.Fprintf(l.stderr, "%s in figures; no shares, because words that are not marked are no statement\n", count(found.Marked, "word"))
	}
	return err
}

// A listSource says whose figures a list counts.
type listSource struct {
	Mixture    bool          `json:"mixture"`
	Annotators []index.Share `json:"annotators"`
}

// decimal formats a number of a table.
func decimal(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }

// asWritten returns a text as it is: the lists have no traditional names.
func asWritten(text string) string { return text }

// printPart says which part of a list is shown, if it is not the whole list.
func (l *lemmaList) printPart(shown, total int) {
	if shown < total {
		l.printCount(total, shown, 0, "--limit shows others")
	}
}

// writeList prints rows as CSV.
func (l *lemmaList) writeList(rows [][]string, total int) error {
	defer l.printPart(len(rows)-1, total)
	return l.writeCSV(rows)
}

// printList prints rows as a table, in which the lemma comes last because the width
// of pointed Hebrew differs between terminals.
func (l *lemmaList) printList(rows [][]string, total int) error {
	if len(rows) == 1 {
		_, err := fmt.Fprintln(l.stderr, "nothing found")
		return err
	}
	err := l.table(func(w io.Writer) {
		for i, row := range rows {
			lemma := row[0]
			if i > 0 {
				lemma = "\u2068" + lemma + "\u2069"
			}
			fmt.Fprintln(w, strings.Join(row[3:], "\t")+"\t"+row[1]+"\t"+lemma+"  "+row[2])
		}
	})
	if err == nil {
		l.printPart(len(rows)-1, total)
	}
	return err
}
