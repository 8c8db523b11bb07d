package report

import "al.essio.dev/pkg/shellescape"

// ShellLine returns a command as a line that can be pasted into a POSIX shell. It is
// "" for no command.
func ShellLine(args []string) string { return shellescape.QuoteCommand(args) }
