package command

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"mashal"
	"mashal/report"
)

// replaceFile writes a file under another name in the same folder, and renames it when it is
// complete, so that a file of that name is replaced only then. The new file has the
// permissions of the one that it replaces, or else those that the umask leaves. Of a symbolic
// link it replaces the file to which the link leads.
func replaceFile(path string, write func(*os.File) error) error {
	path = followLinks(path)
	mode, exists := fs.FileMode(0o666), false
	if info, err := os.Stat(path); err == nil {
		mode, exists = info.Mode().Perm(), true
	}
	part := filepath.Join(filepath.Dir(path), ".mashal-part-"+rand.Text())
	file, err := os.OpenFile(part, os.O_RDWR|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	err = write(file)
	if err == nil && exists {
		err = file.Chmod(mode) // the umask may have removed some
	}
	if err == nil {
		err = file.Sync()
	}
	if e := file.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}

// followLinks returns the file to which a symbolic link leads, which need not exist, or path
// itself if it is no link.
func followLinks(path string) string {
	for range 40 { // as many as Linux follows
		target, err := os.Readlink(path)
		if err != nil {
			break
		}
		if !filepath.IsAbs(target) {
			// Not filepath.Join: the folder may be a link, and then its ".." is elsewhere.
			target = filepath.Dir(path) + string(filepath.Separator) + target
		}
		path = target
	}
	return path
}

// beginning returns the first n bytes of a regular file, or fewer if it has fewer. It
// reports false if there is no file of the name. A folder or a device is an error: renaming
// a file to its name would remove it.
func beginning(path string, n int) (begin []byte, exists bool, err error) {
	info, err := os.Stat(path) // follows links
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, true, err
	}
	if !info.Mode().IsRegular() {
		return nil, true, errors.New("it is not a regular file")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, true, err
	}
	defer func() { _ = file.Close() }() // it was only read
	begin = make([]byte, n)
	read, err := io.ReadFull(file, begin)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return begin[:read], true, err
}

// checkNoDatabase returns an error if path is a ledger, a concordance or another SQLite
// database, also by a link, or a log beside one in the data folder.
func (p *program) checkNoDatabase(path string) error {
	begin, exists, err := beginning(path, 16)
	if err != nil {
		return &mashal.Error{Code: mashal.Usage, Op: "write " + path, Err: err}
	}
	isDatabase := bytes.HasPrefix(begin, []byte("SQLite format 3"))
	if info, err := os.Stat(path); err == nil {
		folder := report.Folder(p.dir)
		for _, database := range []string{folder.Concordance(), folder.Ledger()} {
			for _, of := range []string{"", "-wal", "-shm"} {
				if own, err := os.Stat(database + of); err == nil && os.SameFile(info, own) {
					isDatabase = true
				}
			}
		}
	}
	if exists && isDatabase {
		return mashal.Usagef("Give the file a name of its own.", "%s is a database, such as a concordance or a ledger: it is not replaced", path)
	}
	return nil
}
