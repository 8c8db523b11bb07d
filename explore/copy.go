package explore

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"mashal/concordance"
	"mashal/concordance/index"
)

// copies are the temporary copies of the concordance that are being downloaded. All
// downloads of one version share a copy. Its file has no name any more once it is open,
// so that nothing is left of it however the process ends.
type copies struct {
	mu   sync.Mutex
	open map[string]*sharedCopy
}

// A sharedCopy is one copy.
type sharedCopy struct {
	users int // guarded by copies.mu

	mu   sync.Mutex // held while the copy is made
	file *os.File   // nil until it is made
	size int64
	gone func() // removes what is left of the file after it is closed
}

// copyPrefix begins the names of the folders in which copies are made.
const copyPrefix = "mashal-copy-"

// copyTime returns a time longer than a copy has a name. On Windows an open file keeps it.
func copyTime() time.Duration {
	if runtime.GOOS == "windows" {
		return 24 * time.Hour
	}
	return 10 * time.Minute
}

func newCopies() *copies {
	removeOldCopies()
	return &copies{open: map[string]*sharedCopy{}}
}

// removeOldCopies removes what processes have left that were killed while they made a
// copy, or on Windows while they sent one.
func removeOldCopies() {
	entries, err := os.ReadDir(os.TempDir())
	if err != nil {
		return // nothing can be made there either, and the first download says so
	}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && e.IsDir() && strings.HasPrefix(e.Name(), copyPrefix) && time.Since(info.ModTime()) > copyTime() {
			_ = os.RemoveAll(filepath.Join(os.TempDir(), e.Name())) // those of other users stay
		}
	}
}

// send writes a copy of the concordance to w. withoutSimulated leaves the simulated
// readings out.
func (c *copies) send(ctx context.Context, w io.Writer, snapshot *index.Snapshot, withoutSimulated bool) (err error) {
	key := snapshot.Version()
	if withoutSimulated {
		key += " without simulated"
	}
	c.mu.Lock()
	one := c.open[key]
	if one == nil {
		one = &sharedCopy{}
		c.open[key] = one
	}
	one.users++
	c.mu.Unlock()
	defer func() { err = errors.Join(err, c.leave(key, one)) }()
	if err := one.make(ctx, snapshot, withoutSimulated); err != nil {
		return err
	}
	_, err = io.Copy(w, contextReader{ctx, io.NewSectionReader(one.file, 0, one.size)})
	return err
}

// leave ends the use of a copy. The last one closes it.
func (c *copies) leave(key string, one *sharedCopy) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if one.users--; one.users > 0 {
		return nil
	}
	delete(c.open, key)
	if one.file == nil {
		return nil
	}
	err := one.file.Close()
	one.gone()
	return err
}

// make makes the copy unless it is made. If it fails, the next download tries again.
func (one *sharedCopy) make(ctx context.Context, snapshot *index.Snapshot, withoutSimulated bool) (err error) {
	one.mu.Lock()
	defer one.mu.Unlock()
	if one.file != nil {
		return nil
	}
	dir, err := os.MkdirTemp("", copyPrefix)
	if err != nil {
		return err
	}
	remove := func() { _ = os.RemoveAll(dir) } // the next start removes what cannot be removed now
	defer func() {
		if err != nil || runtime.GOOS != "windows" { // which cannot remove an open file
			remove()
		}
	}()
	path := filepath.Join(dir, "concordance.db")
	if err := snapshot.CopyTo(ctx, path); err != nil {
		return err
	}
	if withoutSimulated {
		whole := path
		path = filepath.Join(dir, "without.db")
		if err := copyWithoutSimulated(ctx, whole, path); err != nil {
			return err
		}
	}
	file, err := os.Open(path) // only this process knows the copy
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err != nil {
		return errors.Join(err, file.Close())
	}
	one.file, one.size, one.gone = file, info.Size(), remove
	return nil
}

// copyWithoutSimulated removes the simulated readings from a file and copies it, so
// that nothing is left of them in unused pages.
func copyWithoutSimulated(ctx context.Context, from, to string) (err error) {
	c, err := concordance.OpenCopy(ctx, from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if err := c.RemoveSimulated(ctx); err != nil {
		return err
	}
	return c.CopyTo(ctx, to)
}

// A contextReader is a reader whose Read fails when its context ends.
type contextReader struct {
	ctx context.Context
	io.Reader
}

func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}
