package command

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

// exits maps error codes to exit codes. Help prints their meanings.
var exits = []struct {
	code    int
	of      mashal.Code
	success bool // no error is mapped to the row
	meaning string
}{
	{0, 0, true, "done"},
	{1, mashal.Internal, false, "internal error, or a file, the network or a server failed"},
	{2, mashal.Usage, false, "bad command line, or it cannot be done as asked: what it names does not exist, does not answer, or refuses the key"},
	{3, mashal.Incomplete, false, "some verses failed or were not validated (named in failures.json), or a server did not recover"},
	{4, mashal.OverBudget, false, "stopped before a request that could exceed the budget"},
	{5, mashal.Worse, false, "mashal compare --worse-than: the second annotation is worse than the first"},
	{exitLost, 0, true, "mashal work: other processes took this one for dead and have its chapters; start it again"},
	{130, mashal.Interrupted, false, "interrupted; the same command resumes"},
}

const (
	exitInterrupted = 130
	exitLost        = 75 // EX_TEMPFAIL: service managers restart the process
)

// exitCode returns the exit code for an error.
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

// exit prints the error of a command and returns the exit code. No other function
// prints errors.
func (p *program) exit(ctx context.Context, cmd *cobra.Command, err error) int {
	if err == nil {
		return 0
	}
	if stopped := context.Cause(ctx); stopped != nil && errors.Is(err, context.Canceled) {
		err = stopped
	}
	if _, ours := errors.AsType[*mashal.Error](err); !ours && !p.started { // cobra refused the arguments
		err = mashal.Usagef(cmd.CommandPath()+" --help", "%s", plain(err))
	}
	if p.log != nil {
		p.log.Error(err.Error(), "hint", hintOf(err), "exit_status", exitCode(err))
		return exitCode(err)
	}
	fmt.Fprintf(p.stderr, "mashal: %s\n", strings.ReplaceAll(err.Error(), "\n", "\n   and: "))
	if e, ok := errors.AsType[*mashal.FieldError](err); ok && e.Place != nil {
		fmt.Fprintf(p.stderr, "  %s\n  %s\n", strings.Map(printable, e.Value), e.Place.Pointer(e.Value))
	}
	if hint := hintOf(err); startsLower(hint) { // a command
		fmt.Fprintf(p.stderr, "Try: %s\n", hint)
	} else if hint != "" { // a sentence
		fmt.Fprintln(p.stderr, hint)
	}
	return exitCode(err)
}

// printable returns a space for a control character.
func printable(r rune) rune {
	if unicode.IsControl(r) {
		return ' '
	}
	return r
}

// exitStatusHelp returns the section of help about exit codes.
func exitStatusHelp() string {
	var b strings.Builder
	b.WriteString("\nExit status:\n")
	for _, row := range exits {
		fmt.Fprintf(&b, "  %3d  %s\n", row.code, row.meaning)
	}
	return b.String()
}

// plain returns cobra's error message without its suggestions and without Go
// function names.
func plain(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	line, _, _ = strings.Cut(line, ": strconv.")
	return line
}

// hintOf returns the hint of an error, or "" if it has none.
func hintOf(err error) string {
	if e, ok := errors.AsType[*mashal.Error](err); ok && e.Hint != "" {
		return e.Hint
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Hint
	}
	return ""
}

// startsLower reports whether a hint is a command or flag rather than a sentence.
func startsLower(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLower(r) || r == '-'
}
