package command

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mashal"
	"mashal/concordance/index"
	"mashal/report"
	"mashal/terminal"
)

// A search holds the flags of `mashal search`.
type search struct {
	*program
	figureFilter
	verses bool
	page   index.Page
	json   bool

	flags     *pflag.FlagSet // as given
	simulated bool           // what was found is simulated
}

func newSearch(p *program) (*search, *cobra.Command) {
	s := &search{program: p}
	cmd := &cobra.Command{
		Use:   "search [WORD...]",
		Short: "Find figures in the concordance and show them in context",
		Long: `Find figures in the concordance and show them in their verses, in Hebrew and English,
with the figure marked. A run may be writing meanwhile.

Words are Hebrew or English. The verse must have all of them; an argument of several
words must occur as a phrase, and so must words that a maqqef or hyphen joins. Hebrew is
found with or without points and accents, after prefixes (ארץ finds והארץ), in full
spelling (אלוהים), as the margin has it, and by traditional names (ה׳). English is found
in its inflections, and by traditional names ("the LORD is my shepherd"). rock* is the
beginning of a word. If nothing is found, commands that would find something are printed.
Without words, all figures that the flags select are shown.

The line above each figure gives the verse, the types, target ← vehicle (? for one
that was not named), the annotator and its confidence, and the citation:
Hos.14.6!2-3 is words 2 to 3 of the verse.`,
		Example: `  mashal search --type simile --in Hosea
  mashal search כטל
  mashal search "a roaring lion" --verses
  mashal search --lemma רעה --in Psalms
  mashal search --query '[lemma="אבן" & pos="noun"] []{0,3} [lemma="לב"]'
  mashal search --vehicle "lion;wolf"
  mashal search rock --in-figure --in Psalms --json`,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, args []string) error { return s.run(cmd.Context(), args) },
	}
	s.add(p, cmd)
	flags := cmd.Flags()
	s.flags = flags
	flags.BoolVar(&s.verses, "verses", false, "also show verses that have the words but no such figure")
	flags.BoolVar(&s.page.Traditional, "traditional", false, "show ה׳ and \"the LORD\" for the divine names")
	flags.IntVar(&s.page.Limit, "limit", 50, "show at most this many; 0 for all")
	flags.IntVar(&s.page.Offset, "offset", 0, "skip this many first")
	flags.BoolVar(&s.json, "json", false, "print a JSON object")
	return s, cmd
}

func (s *search) run(ctx context.Context, args []string) error {
	for _, text := range args {
		if !utf8.ValidString(text) {
			return mashal.Usagef("mashal search --help", "%q is not UTF-8", text)
		}
	}
	if err := s.read(s.program); err != nil {
		return err
	}
	inHebrew, inEnglish := byScript(args)
	s.filter.Hebrew = strings.TrimSpace(inHebrew + " " + s.filter.Hebrew)
	s.filter.English = strings.TrimSpace(inEnglish + " " + s.filter.English)
	return s.find(ctx)
}

// find shows what the filter finds.
func (s *search) find(ctx context.Context) error {
	if s.page.Limit == 0 {
		s.page.Limit = math.MaxInt32
	}
	var found searchResult
	var without, unread int // verses
	var notes strings.Builder
	err := s.withConcordance(ctx, "search", &s.filter, func(reader *index.Reader) error {
		return reader.View(ctx, func(snapshot *index.Snapshot) error {
			m, err := snapshot.Match(ctx, s.filter)
			if err == nil {
				err = s.checkCoverage(ctx, m)
			}
			if err != nil {
				return err
			}
			find := m.Figures
			if s.verses {
				find = m.FiguresAndVerses
			}
			without, unread, s.simulated = m.VersesWithout(), m.VersesNotAnnotated(), m.Simulated()
			found.Hits, err = find(ctx, s.page)
			found.Mixture, found.Annotators = m.Mixed(), m.Shares()
			notes.Reset()
			if m.Total() > 0 {
				fmt.Fprintf(&notes, "the number after an annotator is its confidence: %s\n", confidences(m.Shares()))
			}
			s.noteCoverage(&notes, m)
			return err
		})
	})
	if err != nil {
		return err
	}
	hits := found.Hits
	if hits.Total == 0 {
		if found.Offers, err = s.offers(ctx); err != nil {
			return err
		}
	}
	if s.verses {
		found.NotAnnotated = &unread
	}
	if s.json {
		return s.printJSON(found)
	}
	if err := terminal.WriteKWIC(s.stdout, hits.Hits, s.style()); err != nil {
		return err
	}
	s.printCount(hits.Total, len(hits.Hits), s.page.Offset, "--limit and --offset show others")
	fmt.Fprint(s.stderr, notes.String())
	if s.simulated {
		fmt.Fprintln(s.stderr, "simulated: no model has read the text, and the figures cannot be cited")
	}
	hasWords := s.filter.AsksWords()
	if hits.Total == 0 && without > 0 && hasWords {
		fmt.Fprintf(s.stderr, "the words are in %s without a matching figure; --verses shows them\n", count(without, "verse"))
	}
	switch {
	case unread == 0:
	case hasWords && (s.verses || hits.Total == 0):
		fmt.Fprintf(s.stderr, "the words are in %s of chapters that were not annotated\n", count(unread, "verse"))
	case s.verses:
		fmt.Fprintf(s.stderr, "not listed: %s of chapters that were not annotated\n", count(unread, "verse"))
	}
	s.printOffers(found.Offers)
	return nil
}

// offers returns changes of the filter that find figures. They need all figures,
// so the concordance is opened again.
func (s *search) offers(ctx context.Context) (offers []index.Offer, err error) {
	err = s.withConcordance(ctx, "search", nil, func(reader *index.Reader) error {
		return reader.View(ctx, func(snapshot *index.Snapshot) error {
			m, err := snapshot.Match(ctx, s.filter)
			if err != nil {
				return err
			}
			offers, err = m.Offers(ctx)
			return err
		})
	})
	return offers, err
}

// printOffers prints the commands that find figures.
func (s *search) printOffers(offers []index.Offer) {
	for i := range offers {
		if offers[i].Field != "text" { // the explorer has this field
			fmt.Fprintf(s.stderr, "would find %s: %s\n", count(offers[i].Figures, "figure"), report.ShellLine(s.commandOf(&offers[i])))
		}
	}
}

// flagOf maps parameters of the explorer to flags that have other names.
var flagOf = map[string]string{"within": "in-figure", "min": "confidence"}

// commandOf returns the command with the change that is offered.
func (s *search) commandOf(o *index.Offer) []string {
	left := []string{"offset", "hebrew", "english", o.Field} // flags to leave out; those of words can be arguments
	for _, parameter := range o.Removed {
		left = append(left, cmp.Or(flagOf[parameter], parameter))
	}
	line := append(slices.Clone(s.name), "search")
	hasWords := false
	for _, field := range []struct{ name, words string }{{"hebrew", s.filter.Hebrew}, {"english", s.filter.English}} {
		words := field.words
		switch {
		case o.Field == field.name:
			words = o.Value
		case slices.Contains(o.Removed, field.name):
			continue
		}
		hasWords = hasWords || words != ""
		switch {
		case words == "":
		case strings.HasPrefix(words, "-") || strings.Contains(words, " -"): // an argument would be a flag
			line = append(line, "--"+field.name, words)
		case strings.Contains(words, `"`):
			line = append(line, words)
		default:
			line = append(line, strings.Fields(words)...)
		}
	}
	if o.Field != "" && o.Field != "hebrew" && o.Field != "english" {
		line = append(line, "--"+o.Field, o.Value)
	}
	s.flags.Visit(func(f *pflag.Flag) {
		if !slices.Contains(left, f.Name) && (hasWords || f.Name != "in-figure") {
			words := flagWords(f)
			words[0] = strings.TrimSuffix(words[0], "=true")
			line = append(line, words...)
		}
	})
	return line
}

// A searchResult is what --json prints.
type searchResult struct {
	*index.Hits
	Mixture    bool          `json:"mixture"`    // hits are of more than one annotator
	Annotators []index.Share `json:"annotators"` // whose the hits are, with their shares of the verses

	Offers []index.Offer `json:"offers,omitempty"` // what would find figures, if there are no hits

	// NotAnnotated is the number of verses that --verses leaves out because their chapters
	// were not annotated; nil without --verses.
	NotAnnotated *int `json:"verses_not_annotated,omitempty"`
}

// printCount prints to standard error which part of a list is shown, and the flags that show
// the rest.
func (p *program) printCount(total, shown, offset int, others string) {
	switch {
	case total == 0:
		fmt.Fprintln(p.stderr, "nothing found")
	case shown == 0:
		fmt.Fprintf(p.stderr, "nothing after the first %d\n", total)
	case shown < total:
		fmt.Fprintf(p.stderr, "%d to %d of %d (%s)\n", offset+1, offset+shown, total, others)
	default:
		fmt.Fprintf(p.stderr, "%d found\n", total)
	}
}

// style returns the width and the colours of the output. The width is that of the
// terminal, or COLUMNS if the output is not a terminal.
func (s *search) style() terminal.Style {
	width, _, isTerminal := terminalSize(s.stdout)
	if !isTerminal {
		width, _ = strconv.Atoi(s.getenv("COLUMNS"))
	}
	return terminal.Style{Width: width, Colour: s.colours(s.stdout)}
}

// byScript divides the search words into Hebrew and English. An argument of several
// words becomes a phrase.
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
