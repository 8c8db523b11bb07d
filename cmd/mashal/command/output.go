package command

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"strconv"
	"text/tabwriter"

	"golang.org/x/term"

	"mashal"
	"mashal/report"
)

// printJSON writes v as indented JSON, with Hebrew and <, > and & as they are.
func (p *program) printJSON(v any) error {
	enc := json.NewEncoder(p.stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// table writes rows of cells in columns that line up.
func (p *program) table(write func(w io.Writer)) error {
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	write(w)
	return w.Flush()
}

// terminalSize reports whether w is a terminal, with its size in characters.
func terminalSize(w io.Writer) (width, height int, ok bool) {
	file, isFile := w.(*os.File)
	if !isFile || !term.IsTerminal(int(file.Fd())) {
		return 0, 0, false
	}
	width, height, err := term.GetSize(int(file.Fd()))
	return width, height, err == nil
}

// colours reports whether output to w may have colours: it is a terminal, and
// NO_COLOR is not set (https://no-color.org).
func (p *program) colours(w io.Writer) bool {
	_, _, isTerminal := terminalSize(w)
	return isTerminal && p.getenv("NO_COLOR") == "" && p.getenv("TERM") != "dumb"
}

// mustExist returns an error if a file does not exist. The hint is the command that
// creates it.
func (p *program) mustExist(path, what string) error {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		folder := report.Folder(p.dir)
		if _, err := os.Stat(folder.Ledger()); err == nil && path == folder.Concordance() {
			return mashal.Usagef(p.inFolder("build"), "there is no %s in %s, but a ledger to build it from", what, p.dir)
		}
		if exists(folder.Concordance()) && path == folder.Ledger() {
			return mashal.Usagef("Put its ledger back, or restore a backup with mashal restore BACKUP. search, kwic, query, lemmas, compare, explore and export work without it.",
				"there is no ledger in %s, only a concordance, which cannot tell what was asked, answered and paid, and which verses were not run", p.dir)
		}
		return mashal.Usagef("mashal annotate Ezekiel 1-10, or name the data folder with --dir", "there is no %s in %s", what, p.dir)
	}
	return nil
}

// exists reports whether there is a file at path.
func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// inFolder returns a command for hints, with --dir unless the data folder is the usual one.
func (p *program) inFolder(command string) string {
	words := []string{"mashal", command}
	if p.dir != usualFolder {
		words = append(words, "--dir", p.dir)
	}
	return report.ShellLine(words)
}

// count formats a number of things: "1 chapter", "2 chapters".
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}
