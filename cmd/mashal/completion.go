package main

import (
	"strings"

	"github.com/spf13/cobra"

	"mashal"
)

// groups are the selections that have a name of their own.
var groups = []string{"Torah", "Nevi'im", "Ketuvim", "the Twelve", "all"}

// completeSelection offers books and groups where a selection is typed. Names
// of several words are offered with their OSIS code, which needs no quotes.
func completeSelection(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var found []cobra.Completion
	offer := func(word, what string) {
		if strings.HasPrefix(strings.ToLower(word), strings.ToLower(typed)) {
			found = append(found, cobra.CompletionWithDesc(word, what))
		}
	}
	for _, group := range groups {
		offer(group, "a group of books")
	}
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		name := b.Name()
		if strings.Contains(name, " ") {
			offer(b.OSIS(), name)
		} else {
			offer(name, b.Section().String())
		}
	}
	return found, cobra.ShellCompDirectiveNoFileComp
}

// completeTypes offers the types of figurative language.
func completeTypes(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	names := make([]cobra.Completion, len(mashal.Types))
	for i, t := range mashal.Types {
		names[i] = string(t)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
