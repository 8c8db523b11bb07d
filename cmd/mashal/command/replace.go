package command

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"mashal"
	"mashal/report"
)

// replaceFile writes a file under another name in the same folder, and renames it when it is
// complete, so that a file of that name is replaced only then.
func replaceFile(path string, write func(*os.File) error) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".mashal-part-*")
	if err != nil {
		return err
	}
	err = write(file)
	for _, step := range []func() error{func() error { return file.Chmod(0o644) }, file.Sync} {
		if err == nil {
			err = step()
		}
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
