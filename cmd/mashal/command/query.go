package command

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mashal"
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
		Args: noArguments,
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
		Args:              cobra.RangeArgs(1, 2),
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
		return report.ParseAddress(args[0])
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
			list, err := report.Folder(p.dir).ReadSavedQueries()
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

// notFilters are parameters of the explorer that do not select figures.
var notFilters = strings.Fields("lang theme script translit list languages font layout order by page size group per key uses gloss")

func newQueryRun(p *program) *cobra.Command {
	search := newSearch(p)
	cmd := &cobra.Command{
		Use: "run NAME", Short: "Show what a saved search finds, as mashal search does", Args: cobra.ExactArgs(1), ValidArgsFunction: p.completeSavedQueries,
		RunE: func(cmd *cobra.Command, args []string) error {
			list, err := report.Folder(p.dir).ReadSavedQueries()
			if err != nil {
				return err
			}
			saved, err := report.FindSavedQuery(list, args[0])
			if err != nil {
				return err
			}
			if err := setFlags(search.Flags(), saved); err != nil {
				return err
			}
			search.SetContext(cmd.Context())
			return search.RunE(search, nil)
		},
	}
	for _, name := range []string{"limit", "offset", "json", "verses", "traditional"} {
		cmd.Flags().AddFlag(search.Flags().Lookup(name))
	}
	return cmd
}

// setFlags sets the flags of mashal search to the parameters of a saved address. It returns an error if
// the command has no flag for one.
func setFlags(flags *pflag.FlagSet, saved report.SavedQuery) error {
	refuse := func(why string, args ...any) error {
		return mashal.Usagef("Start mashal explore, and open http://"+exploreAddress+saved.Address, why, args...)
	}
	path, query, _ := strings.Cut(saved.Address, "?")
	if path != "/search" && path != "/concordance" {
		return refuse("%s is no search", path)
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return refuse("the address is damaged")
	}
	for parameter, list := range values {
		name := cmp.Or(flagOfParam[parameter], parameter)
		if parameter == "names" {
			name = "traditional"
		}
		flag := flags.Lookup(name)
		switch {
		case slices.Contains(notFilters, parameter):
			continue
		case flag == nil:
			return refuse("mashal search has no flag for the parameter %s", parameter)
		}
		for _, value := range list {
			if flag.Value.Type() == "bool" {
				value = strconv.FormatBool(value == "1" || value == "figure" || value == "traditional")
			}
			if err := flags.Set(name, value); err != nil {
				return refuse("%s=%s: %s", parameter, value, err)
			}
		}
	}
	return nil
}

func newQueryDelete(p *program) *cobra.Command {
	return &cobra.Command{
		Use: "delete NAME", Short: "Delete a saved search", Args: cobra.ExactArgs(1), ValidArgsFunction: p.completeSavedQueries,
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
	list, _ := report.Folder(p.dir).ReadSavedQueries() // without completions if the file is damaged
	var names []string
	for _, q := range list {
		names = append(names, q.Name)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
