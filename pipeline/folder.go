package pipeline

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"mashal"
)

// A Folder is a data folder: everything Mashal writes is in it.
type Folder string

// Ledger is the path of the durable record of runs.
func (f Folder) Ledger() string { return filepath.Join(string(f), "ledger.db") }

// Concordance is the path of the file that people read.
func (f Folder) Concordance() string { return filepath.Join(string(f), "concordance.db") }

// Run is the folder of one run's reports.
func (f Folder) Run(id string) string { return filepath.Join(string(f), "runs", id) }

func (f Folder) lockPath() string   { return filepath.Join(string(f), "lock") }
func (f Folder) holderPath() string { return filepath.Join(string(f), "lock.json") }

// A Holder is the process that writes to a data folder.
type Holder struct {
	PID     int       `json:"pid"`
	Host    string    `json:"host"`
	Command string    `json:"command"`
	Since   time.Time `json:"since"`
}

func (h Holder) String() string {
	if h.PID == 0 {
		return "another process"
	}
	return fmt.Sprintf("process %d on %s since %s (%s)", h.PID, h.Host, h.Since.Local().Format("2006-01-02 15:04:05"), h.Command)
}

// Lock makes the folder where there is none and takes the right to write to
// it, which one process has at a time. The operating system gives the right
// back when the process ends, however it ends; release gives it back before.
// Readers need no lock.
func (f Folder) Lock(command []string) (release func() error, err error) {
	op := fmt.Sprintf("use the data folder %s", f)
	if err := os.MkdirAll(string(f), 0o755); err != nil {
		return nil, &mashal.Error{Op: op, Err: plainPathError(err), Hint: "Choose a folder that can be written with --dir FOLDER."}
	}
	// Others may ask who holds the folder, as far as they may read its files.
	lock := flock.New(f.lockPath(), flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o644))
	taken, err := lock.TryLock()
	if err != nil {
		return nil, &mashal.Error{Op: op, Err: plainPathError(err), Hint: "Choose a folder that can be written with --dir FOLDER."}
	}
	if !taken {
		holder, _ := f.readHolder()
		return nil, &mashal.Error{
			Op: op, Err: fmt.Errorf("it is being written by %s", holder),
			Hint: "Wait until that has ended, or give this command a folder of its own with --dir FOLDER. Reading (status, search) works meanwhile.",
		}
	}
	if err := f.writeHolder(command); err != nil {
		return nil, errors.Join(&mashal.Error{Op: op, Err: plainPathError(err), Hint: "Free some space, or choose another folder with --dir FOLDER."}, lock.Close())
	}
	return func() error { return errors.Join(os.Remove(f.holderPath()), lock.Close()) }, nil
}

// Holder names the process that is writing to the folder, if there is one.
func (f Folder) Holder() (Holder, bool, error) {
	switch info, err := os.Stat(f.lockPath()); {
	case errors.Is(err, fs.ErrNotExist):
		return Holder{}, false, nil
	case err == nil && !info.Mode().IsRegular():
		return Holder{}, false, fmt.Errorf("%s is not a file, so nobody can write to %s", f.lockPath(), f)
	}
	lock := flock.New(f.lockPath(), flock.SetFlag(os.O_RDONLY))
	free, err := lock.TryRLock()
	if err != nil {
		return Holder{}, false, fmt.Errorf("ask who holds %s: %w", f, err)
	}
	if free {
		return Holder{}, false, lock.Close()
	}
	holder, err := f.readHolder()
	return holder, true, errors.Join(err, lock.Close())
}

// The holder's name stands beside the lock, not in it: what Windows locks
// cannot be read.
func (f Folder) writeHolder(command []string) error {
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	data, err := json.Marshal(Holder{os.Getpid(), host, ShellLine(command), time.Now().UTC().Truncate(time.Second)})
	if err != nil {
		return err
	}
	return writeWhole(f.holderPath(), append(data, '\n'))
}

func (f Folder) readHolder() (Holder, error) {
	var holder Holder
	data, err := os.ReadFile(f.holderPath())
	if err != nil {
		return Holder{}, err
	}
	if err := json.Unmarshal(data, &holder); err != nil {
		return Holder{}, fmt.Errorf("read %s: %w", f.holderPath(), err)
	}
	return holder, nil
}

// plainPathError drops the system call's name, which says nothing to people.
func plainPathError(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return fmt.Errorf("%s: %w", p.Path, p.Err)
	}
	return err
}
