package main

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/concordance/index"
	"mashal/terminal"
)

// A search is the flags of `mashal search`.
type search struct {
	*program
	flags  filterFlags
	verses bool
	page   index.Page
	json   bool
}

func newSearch(p *program) *cobra.Command {
	s := &search{program: p}
	cmd := &cobra.Command{
		Use:   "search [WORD...]",
		Short: "Find figures in the concordance and show them in context",
		Long: `Find figures in the concordance and show them in context, in Hebrew and English,
with the figure marked.

Words are Hebrew or English, and the verse must contain all of them. An argument of
several words is a phrase. Hebrew is found with or without points and accents, and
behind prefixes: ארץ finds והארץ. English is found in its inflections: rock finds
rocks. Without words, search shows all figures that the flags allow. It works while a
run is in progress.

The line above each figure shows its reference, its types, its target ← its vehicle
(? if unknown), its annotator, its confidence and its citation: Hos.14.6!2-3 is words
2 to 3 of the verse.`,
		Example: `  mashal search --type simile --in Hosea
  mashal search כטל
  mashal search "a roaring lion" --verses
  mashal search --vehicle "lion;wolf"
  mashal search --lemma רעה --in Psalms
  mashal search rock --in-figure --in Psalms --json`,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, args []string) error { return s.run(cmd.Context(), args) },
	}
	s.flags.register(p, cmd)
	flags := cmd.Flags()
	flags.BoolVar(&s.verses, "verses", false, "also show verses that contain the words but have no such figure")
	flags.BoolVar(&s.page.Traditional, "traditional", false, "alter the divine names: ה׳ and \"the LORD\"")
	flags.IntVar(&s.page.Limit, "limit", 50, "show at most this many; 0 for all")
	flags.IntVar(&s.page.Offset, "offset", 0, "skip this many first")
	flags.BoolVar(&s.json, "json", false, "print a JSON object")
	return cmd
}

func (s *search) run(ctx context.Context, args []string) error {
	if s.ledger != "" {
		return mashal.Usagef("mashal search --dir FOLDER", "search reads the concordance in the data folder, not the ledger that --ledger names")
	}
	for _, arg := range args {
		if !utf8.ValidString(arg) {
			return mashal.Usagef("mashal search --help", "%q is not valid UTF-8", arg)
		}
	}
	filter, err := s.flags.parse()
	if err != nil {
		return err
	}
	hebrew, english := splitByScript(args)
	filter.Hebrew = strings.TrimSpace(hebrew + " " + filter.Hebrew)
	filter.English = strings.TrimSpace(english + " " + filter.English)
	page := s.page
	page.Limit = cmp.Or(page.Limit, math.MaxInt)

	var hits *index.Hits
	var without int // verses
	err = s.match(ctx, filter, func(m *index.Matches) (err error) {
		find := m.Figures
		if s.verses {
			find = m.FiguresAndVerses
		}
		if hits, err = find(ctx, page); err != nil {
			return err
		}
		without = m.VersesWithout()
		return nil
	})
	if err != nil {
		return err
	}
	if s.json {
		return s.printJSON(hits)
	}
	if err := terminal.WriteKWIC(s.stdout, hits.Hits, s.style()); err != nil {
		return err
	}
	s.printCount(hits)
	if hits.Total == 0 && without > 0 && filter.Hebrew+filter.English+filter.Lemma != "" {
		fmt.Fprintf(s.stderr, "the words are in %s without such a figure: --verses shows them\n", count(without, "verse"))
	}
	return nil
}

// printCount reports the number of hits to stderr, and how to see those that
// were not shown.
func (s *search) printCount(hits *index.Hits) {
	shown := len(hits.Hits)
	switch {
	case hits.Total == 0:
		fmt.Fprintln(s.stderr, "nothing found")
	case shown == 0:
		fmt.Fprintf(s.stderr, "nothing after the first %d\n", hits.Total)
	case shown < hits.Total:
		fmt.Fprintf(s.stderr, "%d to %d of %d (--limit and --offset show others)\n", s.page.Offset+1, s.page.Offset+shown, hits.Total)
	default:
		fmt.Fprintf(s.stderr, "%d found\n", hits.Total)
	}
}

// style returns the width of the terminal. For other outputs the width is
// COLUMNS, which terminals set.
func (s *search) style() terminal.Style {
	width, _, isTerminal := terminalSize(s.stdout)
	if !isTerminal {
		width, _ = strconv.Atoi(s.getenv("COLUMNS"))
	}
	return terminal.Style{Width: width, Colour: s.colours(s.stdout)}
}

// splitByScript separates Hebrew from English arguments. An argument of
// several words becomes a quoted phrase.
func splitByScript(args []string) (hebrew, english string) {
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
