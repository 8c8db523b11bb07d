package command

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/reference"
)

const selectionHelp = `A selection is books, chapters and verses in Hebrew numbering, by any common
name: Ezekiel, "Ezekiel 1-10", "Ezek 1,3,5-7", "Psalms 23:1-6",
"Genesis 1:1-2:4", "יחזקאל א"; groups are Torah, Nevi'im, Ketuvim, the Twelve
and all. Several stand side by side: Hosea 1-3 Joel. A citation, Hos.14.6!2-3,
selects its verse. A comma after a chapter separates a verse in "ישעיהו מ, א" and
"Isa 40,1" and a chapter in "Ezek 1,3"; a note says how it was read, and models
are not asked before it is clear.`

// selectionArguments checks that the arguments are a valid selection, before a
// command runs.
func selectionArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return mashal.Usagef(cmd.CommandPath()+" Ezekiel 1-10", "%s needs a selection", cmd.CommandPath())
	}
	_, err := reference.ParseSelection(args)
	return err
}

// selection parses a selection, and prints how parts of it are read that can be read in
// two ways. If that costs money, such parts are an error.
func (p *program) selection(args []string, paid bool) (mashal.Selection, error) {
	selection, notes, err := reference.ParseAmbiguous(args)
	if err != nil || len(notes) == 0 {
		return selection, err
	}
	if paid {
		return nil, mashal.Usagef("Nothing was asked. Write it in one of the two forms.", "the selection can be read in two ways: %s", notes[0])
	}
	for _, note := range notes {
		fmt.Fprintln(p.stderr, "note:", note)
	}
	return selection, nil
}

// selectionFlag is the value of --in. It refuses an empty selection, which would select
// nothing; without the flag everything is selected.
type selectionFlag struct{ text *string }

// Set implements pflag.Value.
func (f selectionFlag) Set(text string) error {
	if strings.TrimSpace(text) == "" {
		return mashal.Usagef("--in Hosea, or without --in for everything", "the selection is empty")
	}
	*f.text = text
	return nil
}

// String implements pflag.Value.
func (f selectionFlag) String() string {
	if f.text == nil {
		return ""
	}
	return *f.text
}

// Type implements pflag.Value.
func (f selectionFlag) Type() string { return "selection" }

// negativeNumber explains an argument such as -1, which cobra takes for a flag.
func negativeNumber(cmd *cobra.Command, err error) error {
	if _, after, ok := strings.Cut(err.Error(), " in -"); ok && after != "" && after[0] >= '0' && after[0] <= '9' {
		return mashal.Usagef(cmd.CommandPath()+" Ezekiel 1", "-%s is neither a flag nor a chapter: chapters and verses are counted from 1", after)
	}
	return err
}

// completeSelection completes the names of books and groups of books.
func completeSelection(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return reference.CompleteBook(typed), cobra.ShellCompDirectiveNoFileComp
}

// completeTypes completes the types of figures in a list separated by commas.
func completeTypes(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	before := typed[:strings.LastIndexByte(typed, ',')+1]
	names := make([]cobra.Completion, len(mashal.Types))
	for i, t := range mashal.Types {
		names[i] = before + string(t)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// registerCompletion registers the completion of a flag. It panics if the command
// does not have the flag.
func registerCompletion(cmd *cobra.Command, flag string, complete cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, complete); err != nil {
		panic(err)
	}
}
