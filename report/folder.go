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

// The permissions of files and folders. The umask can remove some.
const (
	sharedFile    fs.FileMode = 0o666
	sharedFolder  fs.FileMode = 0o777
	privateFile   fs.FileMode = 0o600 // prompts, answers, and what was said about them
	privateFolder fs.FileMode = 0o700
)

// writeAtomically replaces a file, so that readers see either the old content or
// all of the new.
func writeAtomically(path string, content []byte, mode fs.FileMode) error {
	part := path + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) { // it would keep its permissions
		return err
	}
	if err := os.WriteFile(part, content, mode); err != nil {
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
