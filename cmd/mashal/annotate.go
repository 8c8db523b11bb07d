package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/corpus"
	"mashal/pipeline"
	"mashal/rules"
)

const maxWorkers = 512

// An annotate is the flags of `mashal annotate`.
type annotate struct {
	*program
	annotator string
	rules     string
	workers   int
	again     bool
	json      bool
	quiet     bool
	given     func(flag string) bool // whether the command line has it
}

func newAnnotate(p *program) *cobra.Command {
	a := &annotate{program: p}
	cmd := &cobra.Command{
		Use:   "annotate SELECTION...",
		Short: "Find the figures of a selection and keep them",
		Long: `Find the figures of a selection, chapter by chapter, several chapters at once,
and keep them in the data folder.

` + selectionHelp + `

What is done already is not done again; --again reads it anew, and the earlier
reading is kept beside the new one. The first Ctrl-C (or SIGTERM) lets the
chapters that are being read finish; a second one stops at once. In both cases
the same command resumes.

Progress is shown on standard error, the report on standard output. Each run
leaves failures.json, manifest.json, run.log and timeline.svg in
FOLDER/runs/RUN. With --json, standard output is one JSON object per line
(docs/events.md).`,
		Example: `  mashal annotate Ezekiel 1-10
  mashal annotate Hosea 1-3 Joel "Psalms 23:1-6" --dir prophets
  mashal annotate all --workers 4 --json | jq 'select(.event == "chapter_ended")'`,
		Args:              selectionArguments,
		ValidArgsFunction: completeSelection,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.run(cmd.Context(), args) },
	}
	flags := cmd.Flags()
	a.given = flags.Changed
	flags.StringVar(&a.annotator, "annotator", "", "what finds the figures; rules is the one in this version")
	flags.StringVar(&a.rules, "rules", "", "a rule `file` to use instead of the one built in")
	flags.IntVar(&a.workers, "workers", 0, fmt.Sprintf("chapters read at once, 1 to %d (default: one per processor)", maxWorkers))
	flags.BoolVar(&a.again, "again", false, "read anew what is done already")
	flags.BoolVar(&a.json, "json", false, "print events as JSON, one per line")
	flags.BoolVarP(&a.quiet, "quiet", "q", false, "print nothing but errors")
	registerCompletion(cmd, "annotator", func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return []cobra.Completion{"rules"}, cobra.ShellCompDirectiveNoFileComp
	})
	cmd.SetFlagErrorFunc(negativeNumber)
	return cmd
}

func (a *annotate) run(ctx context.Context, args []string) error {
	selection, err := mashal.ParseSelection(args)
	if err != nil {
		return err
	}
	if a.json && a.quiet {
		return mashal.Usagef(pipeline.ShellLine(a.command(args, true))+" --json", "--json prints events and --quiet nothing")
	}
	if a.annotator != "" && a.annotator != "rules" {
		return mashal.Usagef("leave --annotator out, or say --annotator rules",
			"there is no annotator %q; this version has rules", a.annotator)
	}
	if a.workers < 0 || a.workers > maxWorkers || a.workers == 0 && a.given("workers") {
		return mashal.Usagef("--workers "+strconv.Itoa(min(max(a.workers, 1), maxWorkers)),
			"--workers %d is not between 1 and %d", a.workers, maxWorkers)
	}
	if a.workers == 0 {
		a.workers = runtime.GOMAXPROCS(0)
	}
	text, err := corpus.Open()
	if err != nil {
		return err
	}
	set, err := loadRules(a.rules)
	if err != nil {
		return err
	}
	settings := map[string]string{"text": text.Version()}
	if a.rules != "" {
		settings["rules"] = a.rules
	}
	show := a.progress()
	if a.annotator == "" && !a.quiet && !a.json {
		fmt.Fprintln(a.stderr, "annotating with rules (no --annotator given): no key and no network are needed")
	}

	// The context of a command ends when it is asked to stop. This one then
	// finishes what it has begun.
	unsay := context.AfterFunc(ctx, show.Stopping)
	_, err = pipeline.Run(context.WithoutCancel(ctx), pipeline.Config{
		Folder:       pipeline.Folder(a.dir),
		LedgerAt:     a.ledger,
		Text:         text,
		Selection:    selection,
		Annotator:    set.Annotator(text.Version()),
		Workers:      a.workers,
		Again:        a.again,
		Version:      thisBuild().Version,
		Settings:     settings,
		Command:      a.command(args, true),
		RetryCommand: func(s mashal.Selection) []string { return a.command([]string{s.String()}, false) },
		Stop:         ctx.Done(),
		Observe:      show.Observe,
	})
	unsay()
	return errors.Join(err, show.Close())
}

// command is the command line that annotates a selection as this one does.
func (a *annotate) command(selection []string, again bool) []string {
	line := append(append([]string{}, a.name...), "annotate")
	line = append(line, selection...)
	for _, flag := range []struct{ name, value string }{
		{"dir", a.dir},
		{"ledger", a.ledger},
		{"annotator", a.annotator},
		{"rules", a.rules},
		{"workers", strconv.Itoa(a.workers)},
	} {
		if a.given(flag.name) {
			line = append(line, "--"+flag.name, flag.value)
		}
	}
	if again && a.again {
		line = append(line, "--again")
	}
	return line
}

// loadRules reads a rule file, or the one built in if none is named.
func loadRules(file string) (*rules.Set, error) {
	if file == "" {
		return rules.Default()
	}
	data, err := readRegular(file, rules.MaxFile)
	if err != nil {
		return nil, &mashal.Error{Code: mashal.Usage, Op: "read the rule file", Err: err, Hint: "leave --rules out to use the rules built in"}
	}
	return rules.Load(file, data)
}

// readRegular reads a file that must be one, not a device or a pipe that never
// ends, and no more of it than one byte past what is allowed: who reads the
// content then refuses it.
func readRegular(path string, most int64) (data []byte, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return io.ReadAll(io.LimitReader(file, most+1))
}
