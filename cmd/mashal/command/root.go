// Package command is the command line of mashal: its commands, their flags, and what they
// print. The tests that run whole commands are in the packages beside it.
package command

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mashal"
	"mashal/ledger"
	"mashal/reference"
	"mashal/report"
)

// Main runs the command line of the process and returns the exit code.
func Main(ctx context.Context) int {
	return Invocation{Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv, Name: calledAs(os.Args[0])}.Run(ctx)
}

// An Invocation is one execution of the program, with all that it gets from outside.
type Invocation struct {
	Args           []string // without the name of the program
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Getenv         func(name string) string
	Name           []string                          // how the program was called: mashal, or go run ./cmd/mashal
	Backoff        func(time.Duration) time.Duration // changes the wait between a failed request and the next; nil for the usual waits
}

// Run runs the command in Args and returns the exit code. The command stops when ctx is
// cancelled or the process gets a signal.
func (i Invocation) Run(ctx context.Context) int {
	ctx, stop, release := untilSignal(ctx, i.Stderr)
	defer release()
	p := &program{stop: stop, stdin: i.Stdin, stdout: i.Stdout, stderr: i.Stderr, getenv: i.Getenv, name: i.Name, backoff: i.Backoff}
	return p.execute(ctx, i.Args)
}

// execute runs the command in args and returns the exit code.
func (p *program) execute(ctx context.Context, args []string) int {
	root := newRoot(p)
	root.SetArgs(args)
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	cmd, err := root.ExecuteContextC(ctx)
	return p.exit(ctx, cmd, err)
}

// A program holds what all commands share.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
	backoff        backoff                  // between a failed request and the next; nil for the usual waits
	stop           *stopper                 // stops the command; its work context is for requests under way
	name           []string                 // how the program was called: mashal, or go run ./cmd/mashal
	log            *slog.Logger             // for errors too, if --log-format is given; nil otherwise
	retried        string                   // the annotator of the run that is retried; "" if none is
	cancelling     func(*mashal.Batch) bool // the batches that the command of a run cancels, instead of sending others; nil if it does not
	started        bool                     // whether a command took over from the parsing of arguments
	dir            string                   // --dir
	ledger         string                   // --ledger: the address of a server; "" means ledger.db in dir
	connections    int                      // --db-connections
}

// usualFolder is the data folder unless --dir names another.
const usualFolder = "mashal-data"

func newRoot(p *program) *cobra.Command {
	root := &cobra.Command{
		Use:   "mashal",
		Short: "A concordance of figurative language in the Hebrew Bible",
		Long: `Mashal builds and reads a concordance of figurative language in the Hebrew Bible.

An annotator reads the text chapter by chapter, many chapters at once; what it
finds is kept in one folder (--dir): ledger.db, the record of all work, and
concordance.db, a SQLite file for readers.`,
		Example: `  mashal annotate Ezekiel 1-10
  mashal search --type simile --in Hosea
  mashal status`,
		Args: p.noSuchCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(cmd *cobra.Command, args []string) error {
			if err := noneEmpty(cmd, args); err != nil {
				return err
			}
			return p.start()
		},
		SuggestionsMinimumDistance: 2, // letters between what was typed and what is offered
		SilenceErrors:              true,
		SilenceUsage:               true,
	}
	root.PersistentFlags().StringVar(&p.dir, "dir", usualFolder, "the data `folder`; nothing is written elsewhere")
	root.PersistentFlags().StringVar(&p.ledger, "ledger", "", "a PostgreSQL `server` that has the ledger, instead of ledger.db\nin the data folder: postgres://user@host/database")
	root.PersistentFlags().IntVar(&p.connections, "db-connections", ledger.DefaultConnections, "with --ledger, the largest `number` of connections to the server,\nat least 2; workers share them")
	if err := root.MarkPersistentFlagDirname("dir"); err != nil {
		panic(err) // the flag is defined above
	}
	root.SetHelpTemplate(root.HelpTemplate() + exitStatusHelp())
	_, searching := newSearch(p)
	root.AddCommand(
		newAnnotate(p),
		newWork(p),
		newPlan(p),
		newStatus(p),
		newRuns(p),
		searching,
		newKWIC(p),
		newCollocates(p),
		newLemmas(p),
		newQuery(p),
		newWords(p),
		newManual(p),
		newRules(p),
		newEvaluate(p),
		newCompare(p),
		newExplore(p),
		newReview(p),
		newExport(p),
		newBuild(p),
		newVerify(p),
		newBackup(p),
		newRestore(p),
		newForget(p),
		newRetry(p),
		newCancel(p),
		newReparse(p),
		newImport(p),
		newSimulate(p),
		newDoctor(p),
		newVersion(p),
	)
	return root
}

// start checks the flags that all commands share. It runs before every command.
func (p *program) start() error {
	p.started = true
	if p.ledger == "" {
		return nil
	}
	if err := ledger.CheckServer(p.ledger); err != nil {
		return err
	}
	return ledger.CheckServer(p.ledgerAddress())
}

// ledgerAddress returns --ledger with the number of connections.
func (p *program) ledgerAddress() string {
	if p.ledger == "" {
		return ""
	}
	return ledger.WithConnections(p.ledger, p.connections)
}

// noSuchCommand refuses an unknown command. The hint is the nearest command, or
// annotate if the arguments are a selection.
func (p *program) noSuchCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := "mashal help"
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		hint = report.ShellLine(append([]string{"mashal", near[0]}, args[1:]...))
	} else if _, err := reference.ParseSelection(args); err == nil {
		hint = report.ShellLine(append([]string{"mashal", "annotate"}, args...))
	}
	return mashal.Usagef(hint, "unknown command %q", args[0])
}

// noneEmpty refuses empty arguments and flags, such as those of a shell variable that is not
// set: they would select everything.
func noneEmpty(cmd *cobra.Command, args []string) (err error) {
	empty := func(text string) bool { return strings.TrimSpace(text) == "" }
	completes := strings.HasPrefix(cmd.Name(), cobra.ShellCompRequestCmd) // whose arguments are being typed
	if slices.ContainsFunc(args, empty) && !completes {
		return mashal.Usagef(cmd.CommandPath()+" --help", "an argument of %s is empty", cmd.CommandPath())
	}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		if err == nil && (len(values) == 0 || slices.ContainsFunc(values, empty)) {
			err = mashal.Usagef(fmt.Sprintf("Give --%s a value, or leave it out.", f.Name), "--%s is empty", f.Name)
		}
	})
	return err
}

// noArguments refuses arguments where a command takes none.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return mashal.Usagef(cmd.CommandPath(), "%s takes no arguments, but was given %q", cmd.CommandPath(), args[0])
}

// calledAs returns the command that runs the program, for commands in messages. For
// `go run` it is not argv[0], because that file is deleted when the program ends.
func calledAs(argv0 string) []string {
	dir, file := filepath.Split(argv0)
	switch {
	case strings.Contains(filepath.ToSlash(dir), "/go-build"):
		return []string{"go", "run", "./cmd/mashal"}
	case dir == "":
		return []string{file}
	}
	if found, err := exec.LookPath(file); err == nil && found == argv0 {
		return []string{file}
	}
	return []string{argv0}
}
