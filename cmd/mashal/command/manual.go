package command

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/annotate/manual"
)

// manualWidth is the width of lines where the output is no terminal.
const manualWidth = 80

func newManual(p *program) *cobra.Command {
	var format, lang string
	cmd := &cobra.Command{
		Use:   "manual [PART]",
		Short: "Print the manual of annotation",
		Long: `Print the manual by which models annotate and people review, or a part of it: a section
("conventions"), a type ("metaphor", or "met"), a border ("met-or-mty"), a field ("vehicle"). It is
the text that prompts contain. An unknown part is refused with the list of all parts.
--lang he prints the translation for readers, which models are not given.`,
		Example: `  mashal manual
  mashal manual metaphor
  mashal manual --format html > manual.html`,
		ValidArgsFunction: cobra.FixedCompletions(manual.In("en").IDs(), cobra.ShellCompDirectiveNoFileComp),
		RunE: func(_ *cobra.Command, args []string) error {
			d := manual.In(lang)
			if d == nil {
				return mashal.Usagef("mashal manual --lang he", "the manual is in en and he, not in %.40q", lang)
			}
			if len(args) > 0 {
				var err error
				if d, err = d.Part(strings.Join(args, " ")); err != nil {
					return err
				}
			}
			text, err := p.formatManual(d, format)
			if err == nil {
				_, err = io.WriteString(p.stdout, text)
			}
			return err
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "`format`: text, md (Markdown) or html (a page)")
	cmd.Flags().StringVar(&lang, "lang", "en", "`language`: en or he")
	registerCompletion(cmd, "format", cobra.FixedCompletions([]string{"text", "md", "html"}, cobra.ShellCompDirectiveNoFileComp))
	registerCompletion(cmd, "lang", cobra.FixedCompletions([]string{"en", "he"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// formatManual returns the manual, or a part of it, in a format.
func (p *program) formatManual(d *manual.Document, format string) (string, error) {
	switch format {
	case "md":
		return d.Markdown(), nil
	case "html":
		return d.Page(), nil
	case "text":
		width := manualWidth
		if w, _, ok := terminalSize(p.stdout); ok && w >= 40 {
			width = min(w, 100)
		}
		return d.PlainText(width), nil
	}
	return "", mashal.Usagef("mashal manual --format md", "unknown format %.40q; formats are text, md and html", format)
}
