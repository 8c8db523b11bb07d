package report

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

// The files that keep a data folder to one writer. Holder must not touch the
// file that decides which process may write: a process that starts at that
// moment would find it locked and refuse to run.
func (f Folder) lockPath() string   { return filepath.Join(string(f), "lock") }       // locked by the process that writes
func (f Folder) alivePath() string  { return filepath.Join(string(f), "lock.alive") } // likewise; Holder tries to lock this one
func (f Folder) holderPath() string { return filepath.Join(string(f), "lock.json") }  // names that process; Windows cannot read a locked file

// A Holder is the process that writes to a data folder.
type Holder struct {
	PID     int       `json:"pid"`
	Host    string    `json:"host"`
	Command string    `json:"command"`
	Since   time.Time `json:"since"`
}

// String returns the process in words, for messages.
func (h Holder) String() string {
	if h.PID == 0 {
		return "another process"
	}
	return fmt.Sprintf("process %d on %s since %s (%s)", h.PID, h.Host, h.Since.Local().Format("2006-01-02 15:04:05"), h.Command)
}

// Lock creates the folder if it is missing and locks it for writing by this
// process. It fails if another process holds the lock. The operating system
// releases the lock when the process ends in any way; release does so before.
// Readers need no lock.
func (f Folder) Lock(command []string) (release func() error, err error) {
	op := fmt.Sprintf("use the data folder %s", f)
	const otherFolder = "Choose a folder that can be written with --dir FOLDER."
	if err := os.MkdirAll(string(f), sharedFolder); err != nil {
		return nil, &mashal.Error{Op: op, Err: withoutSyscall(err), Hint: otherFolder}
	}
	lock := newLock(f.lockPath())
	locked, err := lock.TryLock()
	if err != nil {
		return nil, &mashal.Error{Op: op, Err: withoutSyscall(err), Hint: otherFolder}
	}
	if !locked {
		holder, _ := f.readHolder()
		return nil, &mashal.Error{
			Op: op, Err: fmt.Errorf("it is being written by %s", holder),
			Hint: "Wait until that process has ended, or give this command a folder of its own with --dir FOLDER. Reading commands (status, search, explore) work meanwhile.",
		}
	}
	alive := newLock(f.alivePath())
	if err := errors.Join(f.takeAlive(alive), f.writeHolder(command)); err != nil {
		return nil, errors.Join(&mashal.Error{Op: op, Err: withoutSyscall(err), Hint: "Free some space, or choose another folder with --dir FOLDER."}, alive.Close(), lock.Close())
	}
	return func() error { return errors.Join(os.Remove(f.holderPath()), alive.Close(), lock.Close()) }, nil
}

// newLock returns a lock on a file that is readable for everyone who can read the
// data folder, so that they can call Holder.
func newLock(path string) *flock.Flock {
	return flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o644))
}

// takeAlive locks the file that Holder tries to lock. Calls of Holder hold it for
// microseconds, and none starts any more when the holder's name, which a killed
// process leaves behind, is gone.
func (f Folder) takeAlive(alive *flock.Flock) error {
	if err := os.Remove(f.holderPath()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return alive.Lock()
}

// Holder returns the process that is writing to the folder, and false if there
// is none. It never keeps a process from starting to write.
func (f Folder) Holder() (Holder, bool, error) {
	if _, err := os.Stat(f.holderPath()); errors.Is(err, fs.ErrNotExist) {
		return Holder{}, false, f.checkLockFile()
	}
	alive := flock.New(f.alivePath(), flock.SetFlag(os.O_RDONLY))
	switch free, lockErr := alive.TryRLock(); {
	case errors.Is(lockErr, fs.ErrNotExist): // the folder is a copy
		return Holder{}, false, nil
	case lockErr != nil:
		return Holder{}, false, fmt.Errorf("find the process that writes to %s: %w", f, lockErr)
	case free:
		return Holder{}, false, alive.Close()
	}
	holder, err := f.readHolder()
	if errors.Is(err, fs.ErrNotExist) { // it has just begun, or is about to end
		err = nil
	}
	return holder, true, errors.Join(err, alive.Close())
}

// checkLockFile returns an error if the place of the lock is taken by something
// that is not a file: then no process can write to the folder.
func (f Folder) checkLockFile() error {
	if info, err := os.Stat(f.lockPath()); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a file, so no process can write to %s", f.lockPath(), f)
	}
	return nil
}

func (f Folder) writeHolder(command []string) error {
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	data, err := json.Marshal(Holder{os.Getpid(), host, ShellLine(command), time.Now().UTC().Truncate(time.Second)})
	if err != nil {
		return err
	}
	return writeAtomically(f.holderPath(), append(data, '\n'), sharedFile)
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
