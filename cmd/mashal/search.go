package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/concordance"
	"mashal/concordance/index"
	"mashal/corpus"
	"mashal/corpus/lexicon"
	"mashal/reference"
	"mashal/report"
	"mashal/terminal"
)

// A search is the flags of `mashal search`.
type search struct {
	*program
	query index.Query
	types []string
	in    string
	json  bool
}

func newSearch(p *program) *cobra.Command {
	s := &search{program: p}
	q := &s.query
	cmd := &cobra.Command{
		Use:   "search [WORD...]",
		Short: "Find figures in the concordance and show them in context",
		Long: `Find figures in the concordance and show them in context, in Hebrew and English, the
figure marked.

Words are Hebrew or English. The verse must have all of them; an argument of
several words must stand as it is. Hebrew is found with or without points and
accents, and behind prefixes: ארץ finds והארץ. English is found in its
inflections. Without words all figures are wanted that the flags allow. It works
while a run goes on.

A line over each figure says where it is, its types, its target ← its vehicle (?
for what was not named), who found it with which confidence, and how to cite it:
Hos.14.6!2-3 is words 2 to 3 of the verse.`,
		Example: `  mashal search --type simile --in Hosea
  mashal search כטל
  mashal search "a roaring lion" --verses
  mashal search --lemma רעה --in Psalms
  mashal search rock --in-figure --in Psalms --json`,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, args []string) error { return s.run(cmd.Context(), args) },
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&s.types, "type", nil, "only figures of a `type`, or of one of several: simile,metaphor")
	flags.StringVar(&s.in, "in", "", "only in a `selection`: Hosea, \"Psalms 23\", Torah")
	flags.StringVar(&q.Target, "target", "", "only of what is spoken of so, on any level of its tag")
	flags.StringVar(&q.Vehicle, "vehicle", "", "only as what it is spoken of so")
	flags.StringVar(&q.Ground, "ground", "", "only with such a ground")
	flags.StringVar(&q.Posture, "posture", "", "only with such a posture")
	flags.StringVar(&q.Lemma, "lemma", "", "only with a word of this `lemma`: a Strong's number, or any form of it (רעה)")
	flags.StringVar(&q.Annotator, "annotator", "", "search the latest readings of this annotator, not the current ones")
	flags.Float64Var(&q.MinConfidence, "confidence", 0, "only figures of at least this confidence, 0 to 1")
	flags.BoolVar(&q.Exact, "exact", false, "words as they stand: no prefixes, no inflections")
	flags.BoolVar(&q.InFigure, "in-figure", false, "words must stand in the figure itself")
	flags.BoolVar(&q.Verses, "verses", false, "also verses with the words but without such a figure")
	flags.BoolVar(&q.Traditional, "traditional", false, "alter the divine names: ה׳ and \"the LORD\"")
	flags.IntVar(&q.Limit, "limit", 50, "show so many at most; 0 for all")
	flags.IntVar(&q.Offset, "offset", 0, "leave out so many before them")
	flags.BoolVar(&s.json, "json", false, "print a JSON object")
	for _, free := range []string{"target", "vehicle", "ground", "posture", "lemma"} {
		registerCompletion(cmd, free, cobra.NoFileCompletions)
	}
	registerCompletion(cmd, "annotator", p.completeAnnotators)
	registerCompletion(cmd, "type", completeTypes)
	registerCompletion(cmd, "in", completeSelection)
	return cmd
}

func (s *search) run(ctx context.Context, args []string) (err error) {
	if s.ledger != "" {
		return mashal.Usagef("mashal search --dir FOLDER", "search reads the concordance in the data folder, not the ledger that --ledger names")
	}
	for _, text := range append([]string{s.query.Target, s.query.Vehicle, s.query.Ground, s.query.Posture, s.query.Lemma, s.query.Annotator}, args...) {
		if !utf8.ValidString(text) {
			return mashal.Usagef("mashal search --help", "%q is not UTF-8", text)
		}
	}
	if s.in != "" {
		if s.query.Selection, err = reference.ParseSelection([]string{s.in}); err != nil {
			return err
		}
	}
	for _, t := range s.types {
		s.query.Types = append(s.query.Types, mashal.Type(strings.ToLower(strings.TrimSpace(t))))
	}
	s.query.Hebrew, s.query.English = byScript(args)

	path := report.Folder(s.dir).Concordance()
	if err := s.mustExist(path, "concordance"); err != nil {
		return err
	}
	c, err := concordance.OpenReadOnly(ctx, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if s.query.Lemma != "" {
		text, err := corpus.Open()
		if err != nil {
			return err
		}
		if s.query.Lexicon, err = lexicon.New(text); err != nil {
			return err
		}
	}
	hits, err := index.Search(ctx, c, s.query)
	if err != nil {
		return err
	}
	if s.json {
		return s.printJSON(hits)
	}
	if err := terminal.WriteKWIC(s.stdout, hits.Hits, s.style()); err != nil {
		return err
	}
	s.sayHowMany(hits)
	if hits.Total == 0 {
		return s.offerVerses(ctx, c)
	}
	return nil
}

// offerVerses says in how many verses the words stand that no figure was found
// for: they are in the text, and nobody called them figurative.
func (s *search) offerVerses(ctx context.Context, c *concordance.Concordance) error {
	q := s.query
	if q.Verses || q.Hebrew+q.English+q.Lemma == "" {
		return nil
	}
	q.Verses, q.Limit = true, 1
	hits, err := index.Search(ctx, c, q)
	if err == nil && hits.Total > 0 {
		fmt.Fprintf(s.stderr, "the words are in %s without such a figure: --verses shows them\n", count(hits.Total, "verse"))
	}
	return err
}

// sayHowMany tells, apart from the hits, how many there are and how to see the
// rest of them.
func (s *search) sayHowMany(hits *index.Hits) {
	shown := len(hits.Hits)
	switch {
	case hits.Total == 0:
		fmt.Fprintln(s.stderr, "nothing found")
	case shown == 0:
		fmt.Fprintf(s.stderr, "nothing after the first %d\n", hits.Total)
	case shown < hits.Total:
		fmt.Fprintf(s.stderr, "%d to %d of %d (--limit and --offset show others)\n", s.query.Offset+1, s.query.Offset+shown, hits.Total)
	default:
		fmt.Fprintf(s.stderr, "%d found\n", hits.Total)
	}
}

// style is as wide as the terminal, or as COLUMNS says, as terminals do for
// programs whose output goes elsewhere.
func (s *search) style() terminal.Style {
	width, _, isTerminal := terminalSize(s.stdout)
	if !isTerminal {
		width, _ = strconv.Atoi(s.getenv("COLUMNS"))
	}
	return terminal.Style{Width: width, Colour: s.colours(s.stdout)}
}

// byScript parts words by the script they are in. An argument of several words
// becomes a phrase.
func byScript(args []string) (hebrew, english string) {
	var inHebrew, inEnglish []string
	for _, arg := range args {
		arg = strings.TrimSpace(arg)
		if strings.ContainsFunc(arg, unicode.IsSpace) && !strings.Contains(arg, `"`) {
			arg = `"` + arg + `"`
		}
		if strings.ContainsFunc(arg, func(r rune) bool { return unicode.Is(unicode.Hebrew, r) }) {
			inHebrew = append(inHebrew, arg)
		} else {
			inEnglish = append(inEnglish, arg)
		}
	}
	return strings.Join(inHebrew, " "), strings.Join(inEnglish, " ")
}
