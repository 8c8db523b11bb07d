package command

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/report"
)

func newRetry(p *program) *cobra.Command {
	var batches batchFlags
	var watching watchFlags
	cmd := &cobra.Command{
		Use:   "retry [RUN]",
		Short: "Run the command of a run again, for what failed or was not run",
		Long: `Run the command of a run again, of the latest one unless RUN is given. Verses that
are done are skipped: verses that failed or were not run are annotated, and
figures that were not validated are validated. A run in batches is taken up: its
results are recorded, and what is missing is sent in another batch.`,
		Example: `  mashal retry
  mashal retry $(ls mashal-data/runs | tail -n 1)`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: p.completeRuns,
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := watching.startLog(p); err != nil {
				return err
			}
			return p.retry(cmd.Context(), args, append(batches.words(), watching.words()...))
		},
	}
	batches.define(cmd.Flags())
	watching.define(cmd.Flags())
	return cmd
}

// retry runs the command of a run again, with more flags.
func (p *program) retry(ctx context.Context, args, flags []string) error {
	of, err := p.runToRetry(ctx, args)
	if err != nil {
		return err
	}
	again, err := p.repeatable(&of)
	if err != nil {
		return err
	}
	again = append(again, flags...)
	p.say("retrying run " + of.ID + ": " + report.ShellLine(append(slices.Clone(p.name), again...)))
	return p.repeat(ctx, &of, again)
}

// repeatable returns the arguments of the command of a run, to run it again in this
// data folder. It leaves out --again if the run has ended. It returns an error if the run
// was not started by annotate, or if its command names a server on another machine.
func (p *program) repeatable(of *mashal.Run) ([]string, error) {
	// The program may be called by another name now.
	at := slices.Index(of.Command, "annotate")
	if at < 0 {
		return nil, mashal.Usagef("mashal annotate Ezekiel 21 --annotator openai:gpt-5.1",
			"run %s was not started by mashal annotate: it decoded recorded answers, and would fail in the same way", of.ID)
	}
	if slices.ContainsFunc(of.Command[at:], namesOtherServer) {
		// The ledger may be from another person, and the keys are this user's.
		return nil, mashal.Usagef(report.ShellLine(of.Command), "the command of run %s names a server, which would receive your key: check the command and run it yourself", of.ID)
	}
	again := append(withoutFlags(of.Command[at:], "--dir", "--ledger"), "--dir", p.dir)
	if name := of.Annotator.Name; slices.Contains(localAnnotators, name) && !slices.Contains(again, "--rules") {
		again = append(withoutFlags(again, "--annotator"), "--annotator", name) // the default may have been another one
	}
	if p.ledger != "" {
		again = append(again, "--ledger", p.ledger)
	}
	if of.State == mashal.RunDone || of.State == mashal.RunIncomplete {
		// The run has annotated everything once more already.
		again = slices.DeleteFunc(again, func(word string) bool { return word == "--again" || word == "--again=true" })
	}
	return again, nil
}

// withoutFlags returns the words of a command without the flags named and their values.
func withoutFlags(words []string, names ...string) (kept []string) {
	for i := 0; i < len(words); i++ {
		name, _, hasValue := strings.Cut(words[i], "=")
		switch {
		case !slices.Contains(names, name):
			kept = append(kept, words[i])
		case !hasValue:
			i++ // the value is the next word
		}
	}
	return kept
}

// repeat runs a command of a run again.
func (p *program) repeat(ctx context.Context, of *mashal.Run, args []string) error {
	p.retried = of.Annotator.Name
	root := newRoot(p)
	root.SetArgs(args)
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	return root.ExecuteContext(ctx)
}

// checkRetried returns an error if a run that is retried would have another
// annotator now, because the address of its server was in the environment and is
// not there any more. It would do nothing of what is left of the run.
func (p *program) checkRetried(now mashal.Annotator) error {
	if p.retried == "" || p.retried == now.Name {
		return nil
	}
	return mashal.Usagef("name the server of the run: with --base-url, or in the environment (docs/models.md)",
		"the run was made by %s, and the same command would be %s now", p.retried, now.Name)
}

// namesOtherServer reports whether a word of a command contains the address of a
// server on another machine.
func namesOtherServer(word string) bool {
	for _, found := range webAddress.FindAllStringSubmatch(word, -1) {
		host := found[1]
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		if ip, err := netip.ParseAddr(strings.Trim(host, "[]")); host != "localhost" && (err != nil || !ip.IsLoopback()) {
			return true
		}
	}
	return false
}

var webAddress = regexp.MustCompile(`(?i)https?://([^/]*)`)

// runToRetry returns the run in args, or the latest one.
func (p *program) runToRetry(ctx context.Context, args []string) (of mashal.Run, err error) {
	store, err := p.openLedger(ctx)
	if err != nil {
		return of, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if len(args) == 0 {
		return store.LatestRun(ctx)
	}
	if err := p.mustBeRun(ctx, store, args[0], "mashal retry"); err != nil {
		return of, err
	}
	return store.Run(ctx, args[0])
}
