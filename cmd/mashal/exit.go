package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/sqlite"
)

// exits is what the program tells whoever called it: one table for the code
// returned and for what help says of it.
var exits = []struct {
	code    int
	of      mashal.Code
	success bool // the row of a command that ended without an error
	meaning string
}{
	{0, 0, true, "done"},
	{1, mashal.Internal, false, "something went wrong that is not the caller's fault"},
	{2, mashal.Usage, false, "the command was not understood, or cannot be done as asked"},
	{3, mashal.Incomplete, false, "some verses failed or were not validated (named in failures.json), or a server did not recover"},
	{4, mashal.OverBudget, false, "stopped before the request that would break the budget"},
	{130, mashal.Interrupted, false, "interrupted; the same command resumes"},
}

const exitInterrupted = 130

func exitCode(err error) int {
	if err == nil {
		return 0
	}
	code := mashal.CodeOf(err)
	for _, row := range exits {
		if row.of == code && !row.success {
			return row.code
		}
	}
	return 1
}

// exit renders the error a command ended with and gives its exit code. It is
// the only place where errors are shown.
func (p *program) exit(ctx context.Context, cmd *cobra.Command, err error) int {
	if err == nil {
		return 0
	}
	if stopped := context.Cause(ctx); stopped != nil && errors.Is(err, context.Canceled) {
		err = stopped
	}
	if _, ours := errors.AsType[*mashal.Error](err); !ours && !p.started { // cobra's own words on the arguments
		err = mashal.Usagef(cmd.CommandPath()+" --help", "%s", plain(err))
	}
	fmt.Fprintf(p.stderr, "mashal: %s\n", strings.ReplaceAll(err.Error(), "\n", "\n   and: "))
	if hint := hintOf(err); startsLower(hint) { // a command
		fmt.Fprintf(p.stderr, "Try: %s\n", hint)
	} else if hint != "" { // a sentence
		fmt.Fprintln(p.stderr, hint)
	}
	return exitCode(err)
}

func exitStatusHelp() string {
	var b strings.Builder
	b.WriteString("\nExit status:\n")
	for _, row := range exits {
		fmt.Fprintf(&b, "  %3d  %s\n", row.code, row.meaning)
	}
	return b.String()
}

// plain is what cobra says without the suggestions and the Go that follow it.
func plain(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	line, _, _ = strings.Cut(line, ": strconv.")
	return line
}

func hintOf(err error) string {
	if e, ok := errors.AsType[*mashal.Error](err); ok && e.Hint != "" {
		return e.Hint
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Hint
	}
	return ""
}

func startsLower(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLower(r) || r == '-'
}
