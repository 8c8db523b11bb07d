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
	return replaceFiles([]string{path}, func(files []*os.File) error { return write(files[0]) })
}

// replaceFiles does what replaceFile does for files that belong together. None is replaced
// before all are complete. A file that describes the first one follows it in paths: it is
// removed before the first one is replaced, so that it never stands beside another file than
// the one that it describes.
func replaceFiles(paths []string, write func([]*os.File) error) (err error) {
	var parts []*part
	defer func() {
		for _, p := range parts {
			err = errors.Join(err, p.discard())
		}
	}()
	var files []*os.File
	for _, path := range paths {
		p, err := newPart(path)
		if err != nil {
			return err
		}
		parts, files = append(parts, p), append(files, p.file)
	}
	if err := write(files); err != nil {
		return err
	}
	for _, p := range parts {
		if err := p.finish(); err != nil {
			return err
		}
	}
	for _, p := range parts[1:] {
		if err := os.Remove(p.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	for _, p := range parts {
		if err := p.rename(); err != nil {
			return err
		}
	}
	return nil
}

// A part is a file that is written under another name.
type part struct {
	path   string // the name that it gets
	file   *os.File
	mode   fs.FileMode
	exists bool // there is a file of that name
	closed bool
	done   bool // it has its name
}

// newPart creates a file beside path, or beside the file to which path leads as a link.
func newPart(path string) (*part, error) {
	p := &part{path: followLinks(path), mode: 0o666}
	if info, err := os.Stat(p.path); err == nil {
		p.mode, p.exists = info.Mode().Perm(), true
	}
	name := filepath.Join(filepath.Dir(p.path), ".mashal-part-"+rand.Text())
	var err error
	p.file, err = os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, p.mode)
	return p, err
}

// finish makes the content durable and closes the file.
func (p *part) finish() error {
	if p.exists {
		if err := p.file.Chmod(p.mode); err != nil { // the umask may have removed some
			return err
		}
	}
	if err := p.file.Sync(); err != nil {
		return err
	}
	p.closed = true
	return p.file.Close()
}

// rename gives the file its name.
func (p *part) rename() error {
	err := os.Rename(p.file.Name(), p.path)
	p.done = err == nil
	return err
}

// discard closes and removes the file unless it has its name.
func (p *part) discard() (err error) {
	if p.done {
		return nil
	}
	if !p.closed {
		err = p.file.Close()
	}
	return errors.Join(err, os.Remove(p.file.Name()))
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

// inDataFolder reports whether a file, which need not exist, is in the data folder. Links of
// its folder are followed, links of the file itself are not.
func (p *program) inDataFolder(path string) bool {
	data, err := os.Stat(p.dir)
	if err != nil {
		return false // there is none yet
	}
	folder, err := filepath.Abs(filepath.Dir(path))
	if err == nil {
		folder, err = filepath.EvalSymlinks(folder)
	}
	for err == nil {
		if info, err := os.Stat(folder); err == nil && os.SameFile(info, data) {
			return true
		}
		above := filepath.Dir(folder)
		if above == folder {
			break
		}
		folder = above
	}
	return false
}
