package report

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// A Folder is the path of a data folder. Mashal writes nothing elsewhere.
type Folder string

// Ledger returns the path of the record of runs.
func (f Folder) Ledger() string { return filepath.Join(string(f), "ledger.db") }

// Concordance returns the path of the file that people read.
func (f Folder) Concordance() string { return filepath.Join(string(f), "concordance.db") }

// Run returns the path of the folder with the reports of a run.
func (f Folder) Run(id string) string { return filepath.Join(string(f), "runs", id) }

// writeAtomically replaces a file, so that readers see either the old content or
// all of the new.
func writeAtomically(path string, content []byte) error {
	part := path + ".part"
	if err := os.WriteFile(part, content, 0o644); err != nil {
		return err
	}
	return os.Rename(part, path)
}

// withoutSyscall returns an error without the name of the system call, which
// tells people nothing.
func withoutSyscall(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return fmt.Errorf("%s: %w", p.Path, p.Err)
	}
	return err
}
