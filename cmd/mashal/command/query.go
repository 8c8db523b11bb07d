package command

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mashal"
	"mashal/explore/filters"
	"mashal/report"
)

func newQuery(p *program) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "query",
		Short: "Save searches under names, list and run them",
		Long: `Save searches under names, in queries.json of the data folder. A saved search is an
address of the explorer, which lists them on its search page. The explorer itself writes
nothing; what is saved in the browser stays there.`,
		Example: `  mashal query save "stone hearts" --query '[lemma="אבן"] []{0,3} [lemma="לב"]'
  mashal query save lions 'http://127.0.0.1:8090/search?vehicle=lion'
  mashal query list
  mashal query run lions --limit 5
  mashal query delete lions`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return mashal.Usagef("The commands are save, list, run and delete: mashal query --help", "%s has no command %q", cmd.CommandPath(), args[0])
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newQuerySave(p), newQueryList(p), newQueryRun(p), newQueryDelete(p))
	return cmd
}

func newQuerySave(p *program) *cobra.Command {
	var f figureFilter
	replace := false
	cmd := &cobra.Command{
		Use:   "save NAME [ADDRESS]",
		Short: "Save a search, given by flags or by its address in the explorer",
		Long: `Save a search, given by the flags of mashal search or by its address in the explorer.
A name has at most 60 letters, digits, spaces and the signs - _ . '`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 || len(args) == 2 {
				return nil
			}
			return mashal.Usagef("A name and an address with spaces or & are in quotation marks: "+cmd.CommandPath()+" lions '/search?vehicle=lion'",
				"%s takes a name and at most one address, but was given %s", cmd.CommandPath(), count(len(args), "argument"))
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	f.add(p, cmd)
	cmd.Flags().BoolVar(&replace, "replace", false, "replace a search that is saved under this name")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		address, err := addressOf(p, &f, cmd.Flags(), args[1:])
		if err != nil {
			return err
		}
		saved := report.SavedQuery{Name: args[0], Address: address}
		if err := saved.Check(); err != nil {
			return err
		}
		err = report.Folder(p.dir).ChangeSavedQueries(cmd.Context(), func(list []report.SavedQuery) ([]report.SavedQuery, error) {
			i := slices.IndexFunc(list, func(q report.SavedQuery) bool { return q.Name == saved.Name })
			if i < 0 {
				return append(list, saved), nil
			}
			if list[i].Address != saved.Address && !replace {
				return nil, mashal.Usagef("Choose another name, or replace it with --replace.", "%q is saved already: %s", saved.Name, list[i].Address)
			}
			list[i] = saved
			return list, nil
		})
		if err == nil {
			fmt.Fprintf(p.stderr, "saved as %q: %s\n", saved.Name, saved.Address)
		}
		return err
	}
	return cmd
}

// addressOf returns the address that is given, or that of the search with the given flags.
func addressOf(p *program, f *figureFilter, flags *pflag.FlagSet, args []string) (string, error) {
	if err := f.read(p); err != nil {
		return "", err
	}
	values := conditionsOf(flags, &f.filter)
	switch {
	case len(args) == 1 && len(values) > 0:
		return "", mashal.Usagef("Give either the address or the flags.", "the search is given twice")
	case len(args) == 1:
		address, err := report.ParseAddress(args[0])
		if err == nil {
			_, err = filters.ReadAddress(address)
		}
		return address, err
	case len(values) == 0:
		return "", mashal.Usagef("mashal query save NAME --query '[lemma=\"אבן\"]'", "no search is given")
	}
	if err := f.filter.Check(); err != nil {
		return "", err
	}
	return "/search?" + values.Encode(), nil
}

func newQueryList(p *program) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use: "list", Short: "List the saved searches with their addresses", Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			list, err := p.readSavedQueries()
			if err != nil {
				return err
			}
			if asJSON {
				return p.printJSON(append([]report.SavedQuery{}, list...))
			}
			if len(list) == 0 {
				fmt.Fprintln(p.stderr, "nothing is saved")
			}
			return p.table(func(w io.Writer) {
				for _, q := range list {
					fmt.Fprintf(w, "%s\t%s\n", q.Name, q.Address)
				}
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON list")
	return cmd
}

func newQueryRun(p *program) *cobra.Command {
	search, flags := newSearch(p)
	cmd := &cobra.Command{
		Use: "run NAME", Short: "Show what a saved search finds, as mashal search does", Args: oneName, ValidArgsFunction: p.completeSavedQueries,
		RunE: func(cmd *cobra.Command, args []string) error {
			list, err := p.readSavedQueries()
			if err != nil {
				return err
			}
			saved, err := report.FindSavedQuery(list, args[0])
			if err != nil {
				return err
			}
			if err := search.take(saved); err != nil {
				return err
			}
			return search.find(cmd.Context())
		},
	}
	for _, name := range []string{"limit", "offset", "json", "verses", "traditional"} {
		cmd.Flags().AddFlag(flags.Flags().Lookup(name))
	}
	return cmd
}

// take sets the search to that of a saved address. It returns an error if the command cannot show
// what its page shows.
func (s *search) take(saved report.SavedQuery) error {
	hint := "Start mashal explore, and open http://" + exploreAddress + saved.Address
	asked, err := filters.ReadAddress(saved.Address)
	switch {
	case err != nil:
		return err
	case asked == nil:
		path, _, _ := strings.Cut(saved.Address, "?")
		return mashal.Usagef(hint, "%s is no search", path)
	case len(asked.Filter.Outcomes) > 0:
		return mashal.Usagef(hint, "mashal search does not list verses by state")
	}
	if asked.Lines {
		return mashal.Usagef(hint, "mashal search has no conditions on the lines of a concordance")
	}
	for parameter, values := range asked.Given { // for the commands that are offered
		if parameter == "within" || parameter == "exact" || parameter == "detected" {
			values = []string{strconv.FormatBool(values[0] == "1" || values[0] == "figure")}
		}
		for _, value := range values {
			if err := s.flags.Set(cmp.Or(flagOfParam[parameter], parameter), value); err != nil {
				return mashal.Usagef(hint, "%s=%s: %s", parameter, value, err)
			}
		}
	}
	s.filter, s.page.Order = asked.Filter, asked.Order
	s.page.Traditional = s.page.Traditional || asked.Traditional
	return nil
}

// oneName requires the name of a saved search.
func oneName(cmd *cobra.Command, args []string) error {
	if len(args) == 1 {
		return nil
	}
	return mashal.Usagef("mashal query list shows the names. A name with spaces is in quotation marks.", "%s takes the name of one saved search, but was given %d", cmd.CommandPath(), len(args))
}

// readSavedQueries returns the saved searches, and warns of entries of their file that it skips.
func (p *program) readSavedQueries() ([]report.SavedQuery, error) {
	list, skipped, err := report.Folder(p.dir).ReadSavedQueries()
	for _, bad := range skipped {
		fmt.Fprintf(p.stderr, "warning: %v\n", bad)
	}
	return list, err
}

func newQueryDelete(p *program) *cobra.Command {
	return &cobra.Command{
		Use: "delete NAME", Short: "Delete a saved search", Args: oneName, ValidArgsFunction: p.completeSavedQueries,
		RunE: func(cmd *cobra.Command, args []string) error {
			err := report.Folder(p.dir).ChangeSavedQueries(cmd.Context(), func(list []report.SavedQuery) ([]report.SavedQuery, error) {
				_, err := report.FindSavedQuery(list, args[0])
				return slices.DeleteFunc(list, func(q report.SavedQuery) bool { return q.Name == args[0] }), err
			})
			if err == nil {
				fmt.Fprintf(p.stderr, "deleted %q\n", args[0])
			}
			return err
		},
	}
}

// completeSavedQueries completes the names of saved searches.
func (p *program) completeSavedQueries(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	list, _, _ := report.Folder(p.dir).ReadSavedQueries() // without completions if the file is damaged
	var names []string
	for _, q := range list {
		names = append(names, q.Name)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
