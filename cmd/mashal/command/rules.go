package command

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/corpus"
	"mashal/corpus/lexicon"
	"mashal/rules"
)

// A rulesCommand holds the flags of `mashal rules`.
type rulesCommand struct {
	*program
	check string
	types []string
	json  bool
}

func newRules(p *program) *cobra.Command {
	r := &rulesCommand{program: p}
	cmd := &cobra.Command{
		Use:   "rules [ID | --check FILE]",
		Short: "List the built-in rules, show one, or check a rule file",
		Long: `List the rules by which figures are found without a model, or show one: its words, source,
examples and measured confidence. A figure names the rule that found it.

--check reads a rule file for ` + "`mashal annotate --rules FILE`" + `, whose format rules/README.md in
the source describes. It reports every error with line and column, applies the rules to the
whole text, and compares what they find with their examples. It ends with the exit code 2
if a rule finds nothing, or contradicts its examples. No concordance is needed.`,
		Example: `  mashal rules --type simile
  mashal rules shepherd
  mashal rules --check my-rules.yaml`,
		ValidArgsFunction: completeRules,
		RunE: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) > 1, len(args) == 1 && r.check != "":
				return mashal.Usagef("mashal rules shepherd, or mashal rules --check FILE", "give the id of one rule, or a file to check")
			case len(r.types) > 0 && (r.check != "" || len(args) == 1):
				return mashal.Usagef("Leave --type out.", "--type selects from the list of rules, not with one rule or --check")
			case r.check != "":
				return r.checkFile()
			case len(args) == 1:
				return r.show(args[0])
			}
			return r.list()
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&r.check, "check", "", "check this rule `file`")
	flags.StringSliceVar(&r.types, "type", nil, "only rules that claim this `type`, or one of several: simile,metaphor")
	flags.BoolVar(&r.json, "json", false, "print JSON")
	registerCompletion(cmd, "type", completeTypes)
	return cmd
}

// completeRules completes the id of a rule.
func completeRules(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	set, err := rules.Default()
	if err != nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var ids []string
	for _, rule := range set.Describe() {
		ids = append(ids, rule.ID)
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}

// list prints the rules.
func (r *rulesCommand) list() error {
	wanted := valuesOf[mashal.Type](r.types)
	for _, y := range wanted {
		if !y.Valid() {
			return mashal.Usagef("Types are "+strings.Join(texts(mashal.Types), ", ")+".", "unknown type %.40q", y)
		}
	}
	set, err := rules.Default()
	if err != nil {
		return err
	}
	list := []rules.Rule{}
	for _, rule := range set.Describe() {
		if len(wanted) == 0 || rule.Claims(wanted) {
			list = append(list, rule)
		}
	}
	if r.json {
		return r.printJSON(list)
	}
	return r.table(func(w io.Writer) {
		fmt.Fprintln(w, "RULE\tTYPES\tCONFIDENCE\tREADINGS\tNOTES\tSOURCE")
		for i := range list {
			rule := &list[i]
			silver, notes := rule.Judged()
			fmt.Fprintf(w, "%s\t%s\t%.2f\t%d/%d\t%d/%d\t%s\n", rule.ID, strings.Join(texts(rule.Types), ", "), rule.Confidence, silver.Right, silver.All, notes.Right, notes.All, rule.Source)
		}
	})
}

// show prints one rule.
func (r *rulesCommand) show(id string) error {
	set, err := rules.Default()
	if err != nil {
		return err
	}
	rule, err := set.Find(id)
	if err != nil {
		return err
	}
	if r.json {
		return r.printJSON(rule)
	}
	_, err = io.WriteString(r.stdout, formatRule(rule))
	return err
}

// formatRule formats a rule as text.
func formatRule(rule *rules.Rule) string {
	var b strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "%-12s %s\n", name, fmt.Sprintf(format, args...))
	}
	fmt.Fprintf(&b, "%s (%s, line %d)\n", rule.ID, rule.File, rule.Line)
	line("types", "%s", strings.Join(texts(rule.Types), ", "))
	if rule.Subtype != "" {
		line("subtype", "%s", rule.Subtype)
	}
	line("standing", "%s", rule.Standing)
	line("says", "%s", rule.Explanation)
	line("source", "%s", rule.Source)
	line("confidence", "%.2f", rule.Confidence)
	for _, m := range rule.Measures {
		line("", "%s %.2f, at least %.2f with 95 %% confidence (supported by %s)", m.Type, m.Confidence, m.Lower, m.Follows)
		line("", "  of the places in %s: %s", rules.SilverBooks, judged(m.Silver))
		line("", "  of the places that translators noted in %d books: %s", rules.NotesBooks, judged(m.Notes))
	}
	if rule.In != "" {
		line("in", "%s", rule.In)
	}
	for i, sequence := range rule.Sequences {
		name := "words"
		if i > 0 {
			name = "or"
		}
		for k := range sequence {
			line(name, "%d. %s", k+1, formatPattern(&sequence[k]))
			name = ""
		}
	}
	for _, part := range []struct {
		name     string
		patterns []rules.WordPattern
	}{{"needs", rule.Needs}, {"unless", rule.Unless}} {
		for i := range part.patterns {
			line(part.name, "%s", formatPattern(&part.patterns[i]))
			part.name = ""
		}
	}
	line("finds", "%s", refs(rule.Match))
	if len(rule.Not) > 0 {
		line("not", "%s", refs(rule.Not))
	}
	line("its figures", "mashal search --rule %s", rule.ID)
	fmt.Fprintf(&b, "\n%s\n", rule.Text)
	return b.String()
}

// judged formats the share of places that are right, with its interval.
func judged(h rules.Hits) string {
	if h.All == 0 {
		return "none judged"
	}
	i := h.Interval()
	return fmt.Sprintf("%d of %d are right (%.2f, %.2f to %.2f)", h.Right, h.All, h.Share(), i.Low, i.High)
}

// formatPattern formats what a rule says of one word.
func formatPattern(w *rules.WordPattern) string {
	var parts []string
	for _, strong := range w.Lemmas {
		if e, ok := lexicon.EntryOf(strong); ok {
			strong = fmt.Sprintf("\u2068%s\u2069 %s", e.Citation, strong)
		}
		parts = append(parts, strong)
	}
	lemmas := strings.Join(parts, ", ")
	parts = nil
	if lemmas != "" {
		parts = append(parts, lemmas)
	}
	for _, c := range w.Conditions {
		parts = append(parts, c.String())
	}
	for i := range w.Not {
		parts = append(parts, "but not ("+formatPattern(&w.Not[i])+")")
	}
	return strings.Join(parts, "; ")
}

// refs formats verses.
func refs(list []mashal.Ref) string {
	names := make([]string, len(list))
	for i, ref := range list {
		names[i] = ref.String()
	}
	return strings.Join(names, ", ")
}

// checkFile checks a rule file.
func (r *rulesCommand) checkFile() error {
	set, err := loadRules(r.check)
	if err != nil {
		return err
	}
	text, err := corpus.Open()
	if err != nil {
		return err
	}
	c := set.Check(r.check, text.Chapters())
	if r.json {
		err = r.printJSON(c)
	} else {
		err = r.printCheck(c)
	}
	if n := c.Wrong(); err == nil && n > 0 {
		return mashal.Usagef("Mend what is listed above, and check the file again.", "%s has %s", r.check, count(n, "problem"))
	}
	return err
}

// printCheck prints what the rules of a file find, and their issues.
func (r *rulesCommand) printCheck(c *rules.Check) error {
	err := r.table(func(w io.Writer) {
		fmt.Fprintln(w, "RULE\tTYPES\tCONFIDENCE\tPLACES\tVERSES\tFIRST")
		for i := range c.Rules {
			rule := &c.Rules[i]
			fmt.Fprintf(w, "%s\t%s\t%.2f\t%d\t%d\t%s\n", rule.ID, strings.Join(texts(rule.Types), ", "), rule.Confidence, rule.Places, rule.Verses, strings.Join(rule.First, ", "))
		}
	})
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, i := range c.Issues {
		severity := "note"
		if i.Wrong {
			severity = "problem"
		}
		fmt.Fprintf(&b, "%s:%d: %s: %s %s\n  %s\n", c.Name, i.Line, severity, i.Rule, i.Problem, i.Advice)
	}
	fmt.Fprintf(&b, "%s of version %s: %s\n", count(len(c.Rules), "rule"), c.Version, count(c.Wrong(), "problem"))
	_, err = io.WriteString(r.stdout, b.String())
	return err
}
