package command

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/corpus"
	"mashal/custody"
	"mashal/ledger"
	"mashal/report"
)

func newVerify(p *program) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify [FILE]...",
		Short: "Verify the ledger and the concordance, or files given",
		Long: `Verify the ledger and the concordance of the data folder, or the files given, such
as backups: that the databases are intact, that the words of every figure are in its
verse, that prompts and answers have their hashes, that counters agree with rows, and
that the concordance has what the ledger has, row by row. What cannot be told is said,
for instance of a concordance without its ledger.

Nothing is changed. The exit status is 1 if there are problems. A run may be going on
meanwhile.`,
		Example: `  mashal verify
  mashal verify backup.db
  mashal verify --json | jq .problems`,
		RunE: func(cmd *cobra.Command, args []string) error { return p.verify(cmd.Context(), args, asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON object")
	return cmd
}

// verified is what `mashal verify --json` prints.
type verified struct {
	Results  []*custody.Result `json:"results"`
	Problems int               `json:"problems"`
	Unknown  []string          `json:"cannot_tell"`
}

func (p *program) verify(ctx context.Context, files []string, asJSON bool) error {
	text, err := corpus.Open()
	if err != nil {
		return err
	}
	v := custody.Verifier{Text: text}
	all := verified{Results: []*custody.Result{}, Unknown: []string{}}
	if len(files) == 0 {
		err = p.verifyFolder(ctx, v, &all)
	}
	for _, path := range files {
		r, e := v.File(ctx, path)
		if e != nil {
			return e
		}
		all.Results = append(all.Results, r)
	}
	if err != nil {
		return err
	}
	for _, r := range all.Results {
		all.Problems += len(r.Problems)
	}
	if asJSON {
		err = p.printJSON(all)
	} else {
		err = p.printVerified(&all)
	}
	return errors.Join(err, custody.Damaged(all.Results...))
}

// verifyFolder verifies the ledger and the concordance of the data folder.
func (p *program) verifyFolder(ctx context.Context, v custody.Verifier, all *verified) (err error) {
	folder := report.Folder(p.dir)
	l, err := p.ledgerIfAny(ctx)
	if err != nil && !exists(folder.Ledger()) {
		return err
	}
	where := folder.Ledger()
	if p.ledger != "" {
		where = p.ledger
	}
	if err != nil { // it may be damaged
		r, e := v.Ledger(ctx, where)
		if e != nil {
			return e
		}
		all.Results = append(all.Results, r)
	}
	if l == nil && !exists(folder.Concordance()) {
		if err != nil {
			return nil
		}
		return mashal.Usagef("mashal annotate Ezekiel 1-10, or name the data folder with --dir", "there is neither a ledger nor a concordance in %s", p.dir)
	}
	// The concordance is read first: the ledger is never behind it.
	_, writing, err := folder.Holder()
	if err != nil {
		return err
	}
	if p.ledger != "" && l != nil { // others may write to a server
		latest, err := l.LatestRun(ctx)
		if errors.Is(err, ledger.ErrNoRun) {
			err = nil
		}
		fleet, e := l.OpenFleetRuns(ctx)
		if err := errors.Join(err, e); err != nil {
			return errors.Join(err, l.Close())
		}
		writing = writing || latest.Going() || len(fleet) > 0
	}
	if exists(folder.Concordance()) {
		r, err := v.Concordance(ctx, folder.Concordance(), l, writing)
		if err != nil {
			return errors.Join(err, closeIfAny(l))
		}
		all.Results = append(all.Results, r)
	} else {
		all.Unknown = append(all.Unknown, "There is no concordance; "+p.inFolder("build")+" makes it from the ledger.")
	}
	if l == nil {
		return nil
	}
	r, err := v.OpenLedger(ctx, where, l)
	if err := errors.Join(err, l.Close()); err != nil {
		return err
	}
	all.Results = append(all.Results, r)
	return nil
}

// closeIfAny closes what ledgerIfAny returned.
func closeIfAny(l *ledger.Ledger) error {
	if l == nil {
		return nil
	}
	return l.Close()
}

// mostProblems is the number of problems of one check that are printed. JSON has all.
const mostProblems = 20

func (p *program) printVerified(all *verified) error {
	return p.table(func(w io.Writer) {
		for _, r := range all.Results {
			kind := string(r.Kind)
			if kind == "" {
				kind = "file"
			}
			fmt.Fprintf(w, "%s %s\n", kind, r.Path)
			for _, c := range r.Checks {
				printCheck(w, r, c)
			}
			for _, u := range r.Unknown {
				fmt.Fprintf(w, "  note\t%s\n", u)
			}
		}
		for _, u := range all.Unknown {
			fmt.Fprintf(w, "note\t%s\n", u)
		}
	})
}

// nouns are what checks compare.
var nouns = map[string]string{
	"text": "row", "ledger": "reading", "counters": "counter", "figures": "figure", "prompts": "text", "answers": "answer", "forgotten": "reading",
}

func printCheck(w io.Writer, r *custody.Result, c custody.Check) {
	compared := ""
	if noun := nouns[c.Name]; noun != "" {
		compared = " (" + count(c.Compared, noun) + ")"
	}
	if c.Problems == 0 {
		fmt.Fprintf(w, "  ok\t%s%s\n", c.Name, compared)
		return
	}
	fmt.Fprintf(w, "  bad\t%s%s: %s\n", c.Name, compared, count(c.Problems, "problem"))
	n := 0
	for _, problem := range r.Problems {
		if problem.Check != c.Name {
			continue
		}
		if n++; n > mostProblems {
			fmt.Fprintf(w, "  \t  and %d more (--json lists all)\n", c.Problems-mostProblems)
			return
		}
		if problem.Place != "" {
			fmt.Fprintf(w, "  \t  %s: %s\n", problem.Place, problem.Says)
		} else {
			fmt.Fprintf(w, "  \t  %s\n", problem.Says)
		}
	}
}
