package command

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/collocation"
	"mashal/concordance/index"
	"mashal/concordance/lemmas"
	"mashal/corpus"
	"mashal/explore/web"
	"mashal/export"
	"mashal/markup"
)

// A keywords holds the flags that choose keywords. mashal kwic and mashal collocates share
// them. They mean the same as the parameters of the explorer.
type keywords struct {
	*program
	figureFilter
	kwic     index.KWIC
	key      string
	uses     string
	vicinity lemmas.Vicinity
	bounds   string
	json     bool
	csv      bool
	limit    int
}

// add registers the flags.
func (k *keywords) add(p *program, cmd *cobra.Command) {
	k.program = p
	k.figureFilter.add(p, cmd)
	flags := cmd.Flags()
	flags.StringVar(&k.key, "key", "", "the `keyword`: phrase (the words of figures), vehicle (the same, sorted by\nvehicle) or lemma, the default with --lemma")
	flags.StringVar(&k.uses, "uses", "", "only words of --lemma of this `use`: figurative, literal (of persons and\nmodels), \"not marked\" (of other annotators)")
	flags.IntVar(&k.vicinity.Left, "left", collocation.Default.Left, "`words` before the keyword that are near it")
	flags.IntVar(&k.vicinity.Right, "right", collocation.Default.Right, "`words` after the keyword that are near it")
	flags.StringVar(&k.bounds, "bounds", "verse", "where the words near a keyword end: with the `verse` or the colon, by the accents")
	flags.BoolVar(&k.json, "json", false, "print a JSON object")
	flags.BoolVar(&k.csv, "csv", false, "print CSV")
	registerCompletion(cmd, "key", cobra.FixedCompletions(texts(index.KWICKeys), cobra.ShellCompDirectiveNoFileComp))
	registerCompletion(cmd, "uses", cobra.FixedCompletions(texts(mashal.Uses), cobra.ShellCompDirectiveNoFileComp))
	registerCompletion(cmd, "bounds", cobra.FixedCompletions([]string{"verse", "colon"}, cobra.ShellCompDirectiveNoFileComp))
}

// read completes the filter and the keywords from the flags.
func (k *keywords) read() error {
	if err := k.figureFilter.read(k.program); err != nil {
		return err
	}
	k.kwic.Key = index.KWICKey(k.key)
	if k.key == "" {
		k.kwic.Key = index.KeyPhrase
		if k.filter.Lemma != "" {
			k.kwic.Key = index.KeyLemma
		}
	}
	if k.kwic.Key == index.KeyLemma {
		k.kwic.Lemma, k.kwic.Outside = k.filter.Lemma, true
	}
	switch {
	case k.json && k.csv:
		return mashal.Usagef("Give one of them.", "--json and --csv are two formats")
	case k.kwic.Key == index.KeyLemma && k.kwic.Lemma == "":
		return mashal.Usagef("--lemma רעה", "--key lemma requires --lemma")
	case k.uses != "" && !slices.Contains(mashal.Uses, mashal.Use(k.uses)):
		return mashal.Usagef("--uses figurative", "unknown use %q; the uses are %s", k.uses, strings.Join(texts(mashal.Uses), ", "))
	case k.uses != "" && k.kwic.Key != index.KeyLemma:
		return mashal.Usagef("--lemma רעה", "only the words of a lemma are divided by use")
	case k.bounds != "verse" && k.bounds != "colon":
		return mashal.Usagef("--bounds colon", "unknown bounds %q; they are verse and colon", k.bounds)
	}
	for _, n := range []int{k.vicinity.Left, k.vicinity.Right} {
		if n < 0 || n > collocation.MaxWindow {
			return mashal.Usagef("--left 5 --right 5", "a window of %d words is not from 0 to %d", n, collocation.MaxWindow)
		}
	}
	k.vicinity.InColon = k.bounds == "colon"
	return nil
}

// matching opens the concordance and calls fn with what the filter finds.
func (k *keywords) matching(ctx context.Context, command string, fn func(*index.Matches) error) error {
	var notes strings.Builder
	err := k.withConcordance(ctx, command, nil, func(reader *index.Reader) error {
		return reader.View(ctx, func(snapshot *index.Snapshot) error {
			m, err := snapshot.Match(ctx, k.filter)
			if err == nil {
				err = k.checkCoverage(ctx, m)
			}
			if err != nil {
				return err
			}
			notes.Reset()
			k.noteCoverage(&notes, m)
			if m.Simulated() {
				notes.WriteString("simulated: no model has read the text, and the figures cannot be cited\n")
			}
			return fn(m)
		})
	})
	if err == nil {
		fmt.Fprint(k.stderr, notes.String())
	}
	return err
}

// addLimit registers --limit.
func (k *keywords) addLimit(cmd *cobra.Command) {
	cmd.Flags().IntVar(&k.limit, "limit", 50, "show at most this many; 0 for all, the default with --csv")
}

// readLimit sets the limit of CSV, which is whole unless --limit is given.
func (k *keywords) readLimit(cmd *cobra.Command) {
	if k.csv && !cmd.Flags().Changed("limit") {
		k.limit = 0
	}
}

// lines returns the lines of the keywords.
func (k *keywords) lines(m *index.Matches) (*index.Lines, error) {
	lines, err := m.Lines(k.kwic)
	if err == nil && k.uses != "" {
		lines = lines.Only(mashal.Use(k.uses))
	}
	return lines, err
}

// writeCSV prints rows as CSV. What annotators wrote is cleaned, as in the files of the
// explorer.
func (k *keywords) writeCSV(rows [][]string) error {
	w := export.NewCSVWriter(k.stdout)
	for _, row := range rows {
		for i := range row {
			row[i] = web.Plain(row[i])
		}
		if err := w.Write(row...); err != nil {
			return err
		}
	}
	return w.Flush()
}

// A kwic holds the flags of `mashal kwic`.
type kwic struct {
	keywords
	sort    []string
	sample  int
	context int
	offset  int
}

func newKWIC(p *program) *cobra.Command {
	k := &kwic{}
	cmd := &cobra.Command{
		Use:   "kwic",
		Short: "Show keywords in context, sorted and sampled",
		Long: `Show one line for each keyword: the words of each figure that the flags select or,
with --lemma, each word of the lemma in verses that were read or searched. The keyword
stands in brackets in its context.

Lines are sorted by up to three keys: left1, left2, left3 are the first, second and
third word before the keyword (to its right in Hebrew), right1 to right3 those after it,
left and right all of them; form and lemma are of the keyword, type and annotator of its
figure, date is the age of the language. Lines that are equal in all keys, and those of
the key book, are in the order of the Hebrew Bible: Torah, Prophets, Writings.

--sample draws lines at random and "--sort shuffle" shuffles them. The same --seed gives
the same lines on every machine.`,
		Example: `  mashal kwic --lemma רעה --sort right1,form
  mashal kwic --vehicle lion --sample 50 --seed 7
  mashal kwic --lemma 7462 --near 3068 --left 3 --right 3 --csv`,
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			k.readLimit(cmd)
			return k.run(cmd.Context())
		},
	}
	k.add(p, cmd)
	flags := cmd.Flags()
	flags.StringSliceVar(&k.sort, "sort", nil, "up to three `keys`, the first first: left1,form (default: book)")
	flags.IntVar(&k.sample, "sample", 0, "draw this many lines at random; 0 for all")
	flags.Uint64Var(&k.kwic.Seed, "seed", 1, "of --sample and of \"--sort shuffle\"")
	flags.IntVar(&k.context, "context", 0, "show at most this many words on each side; 0 for the verse")
	flags.StringVar(&k.kwic.Near, "near", "", "only lines with this `lemma` in the window of --left and --right")
	flags.BoolVar(&k.kwic.Traditional, "traditional", false, "show ה׳ for the divine names")
	k.addLimit(cmd)
	flags.IntVar(&k.offset, "offset", 0, "skip this many first")
	registerCompletion(cmd, "sort", cobra.FixedCompletions(texts(index.KWICOrders), cobra.ShellCompDirectiveNoFileComp))
	registerCompletion(cmd, "near", cobra.NoFileCompletions)
	return cmd
}

// A kwicResult is what --json prints.
type kwicResult struct {
	Total      int               `json:"total"` // lines, of which a part is listed
	Sampled    int               `json:"sampled_from,omitempty"`
	Seed       uint64            `json:"seed,omitempty"` // of the sample, or of shuffled lines
	SortedBy   []index.KWICOrder `json:"sorted_by"`
	Mixture    bool              `json:"mixture"`
	Annotators []index.Share     `json:"annotators"`
	index.UseCount
	Lines []kwicLine `json:"lines"`
}

// A kwicLine is a keyword in its context.
type kwicLine struct {
	Reference string `json:"reference"`
	OSIS      string `json:"osis"`
	Before    string `json:"before"`
	Key       string `json:"key"` // "" if the words of the figure are unknown
	After     string `json:"after"`
	index.Occurrence
}

func (k *kwic) run(ctx context.Context) error {
	if err := k.read(); err != nil {
		return err
	}
	switch {
	case k.sample < 0 || k.context < 0:
		return mashal.Usagef("--sample 50 --context 6", "--sample and --context are not negative")
	case k.limit < 0 || k.offset < 0:
		return mashal.Usagef("--limit 50 --offset 0", "--limit and --offset are not negative")
	case len(k.sort) > 1+index.MaxThen:
		return mashal.Usagef("--sort left1,form,type", "there are %d keys, of at most %d", len(k.sort), 1+index.MaxThen)
	}
	keys := valuesOf[index.KWICOrder](k.sort)
	if len(keys) > 0 {
		k.kwic.Order, k.kwic.Then = keys[0], keys[1:]
	}
	if k.limit == 0 {
		k.limit = math.MaxInt32
	}
	k.kwic.Window, k.kwic.InColon = k.vicinity.Window, k.vicinity.InColon
	var found kwicResult
	err := k.matching(ctx, "kwic", func(m *index.Matches) error {
		all, err := k.lines(m)
		if err != nil {
			return err
		}
		lines := all
		if k.sample > 0 {
			lines = all.Sample(k.sample, k.kwic.Seed)
		}
		page, err := lines.Page(ctx, index.Page{Limit: k.limit, Offset: k.offset, Traditional: k.kwic.Traditional})
		if err != nil {
			return err
		}
		found = kwicResult{Total: lines.Total(), SortedBy: k.kwic.Orders(), Mixture: m.Mixed(), Annotators: m.Shares(), UseCount: page.UseCount}
		if lines.Total() < all.Total() {
			found.Sampled, found.Seed = all.Total(), k.kwic.Seed
		} else if k.kwic.Shuffled() {
			found.Seed = k.kwic.Seed
		}
		found.Lines, err = k.inContext(page.Lines)
		return err
	})
	if err != nil {
		return err
	}
	return k.print(&found)
}

// inContext returns lines with their context.
func (k *kwic) inContext(lines []index.Occurrence) ([]kwicLine, error) {
	text, err := corpus.Open()
	if err != nil {
		return nil, err
	}
	list := make([]kwicLine, 0, len(lines))
	for _, o := range lines {
		verse, err := text.Verse(o.Ref)
		if err != nil {
			return nil, err
		}
		pieces := markup.HebrewPieces(verse, markup.Style{Script: "accents", Traditional: k.kwic.Traditional})
		line := kwicLine{Reference: o.Ref.String(), OSIS: o.Ref.OSIS(), Occurrence: o, After: strings.Join(pieces, "")}
		if ranges := markup.HebrewRanges(o.Words); len(ranges) > 0 {
			first, end := ranges[0].First, ranges[len(ranges)-1].Last+1
			from, to := 0, len(pieces)
			if k.context > 0 {
				from, to = max(0, first-2*k.context), min(to, end+2*k.context)
			}
			line.Before, line.Key, line.After = strings.Join(pieces[from:first], ""), strings.Join(pieces[first:end], ""), strings.Join(pieces[end:to], "")
		}
		list = append(list, line)
	}
	return list, nil
}

// print prints the lines in the format that was asked for.
func (k *kwic) print(found *kwicResult) error {
	sample := ""
	if found.Sampled > 0 {
		sample = fmt.Sprintf("random sample of %d of %d lines, seed %d", found.Total, found.Sampled, found.Seed)
	}
	order := sortedBy(found)
	if k.json || k.csv {
		if len(found.Lines) < found.Total {
			defer k.printCount(found.Total, len(found.Lines), k.offset, "--limit and --offset show others")
		}
		if k.json {
			return k.printJSON(found)
		}
		return k.writeCSV(kwicTable(found, order, sample))
	}
	for i := range found.Lines {
		l := &found.Lines[i]
		var says []string
		for j := range l.Figures {
			f := &l.Figures[j]
			says = append(says, strings.Join(texts(f.Types), ", ")+"  "+cmp.Or(web.Plain(f.Target.Specific), "?")+" ← "+cmp.Or(web.Plain(f.Vehicle.Specific), "?"))
		}
		if len(says) == 0 {
			says = []string{string(l.Use)}
		}
		key := "[" + l.Key + "]"
		if l.Key == "" {
			key = "[?] "
		}
		fmt.Fprintf(k.stdout, "%s  \u2068%s%s%s\u2069  %s\n", l.Reference, l.Before, key, l.After, strings.Join(says, "; "))
	}
	if sample != "" {
		fmt.Fprintln(k.stderr, sample)
	}
	fmt.Fprintf(k.stderr, "sorted by %s\n", order)
	k.printCount(found.Total, len(found.Lines), k.offset, "--limit and --offset show others")
	return nil
}

// sortedBy says how lines are sorted.
func sortedBy(found *kwicResult) string {
	var keys []string
	for _, order := range found.SortedBy {
		switch order {
		case index.KWICByBook:
			keys = append(keys, "the order of the Hebrew Bible")
		case index.KWICShuffled:
			keys = append(keys, "shuffled with seed "+strconv.FormatUint(found.Seed, 10))
		default:
			keys = append(keys, string(order))
		}
	}
	if last := found.SortedBy[len(found.SortedBy)-1]; last != index.KWICByBook && last != index.KWICShuffled {
		keys = append(keys, "the order of the Hebrew Bible")
	}
	return strings.Join(keys, ", then ")
}

// kwicTable returns the lines as rows of a file.
func kwicTable(found *kwicResult, order, sample string) [][]string {
	rows := [][]string{{
		"reference", "osis", "words", "use", "before", "key", "after", "lemma", "strong", "citation", "types", "target", "vehicle", "annotators", "order", "sample",
	}}
	var annotators []string
	for _, s := range found.Annotators {
		annotators = append(annotators, s.Annotator)
	}
	for i := range found.Lines {
		l := &found.Lines[i]
		lemma, strong := "", ""
		if l.Lemma != nil {
			lemma, strong = l.Lemma.Hebrew, export.Strong(l.Lemma)
		}
		each := func(say func(*index.Figure) string) string {
			var said []string
			for j := range l.Figures {
				said = append(said, say(&l.Figures[j]))
			}
			return strings.Join(said, "; ")
		}
		rows = append(rows, []string{
			l.Reference, l.OSIS, export.AsCited(mashal.Span{Ranges: l.Words}.String()), string(l.Use), l.Before, l.Key, l.After, lemma, strong,
			each(func(f *index.Figure) string { return f.Citation }),
			each(func(f *index.Figure) string { return strings.Join(texts(f.Types), ", ") }),
			each(func(f *index.Figure) string { return f.Target.Specific }),
			each(func(f *index.Figure) string { return f.Vehicle.Specific }),
			strings.Join(annotators, "; "), order, sample,
		})
	}
	return rows
}
