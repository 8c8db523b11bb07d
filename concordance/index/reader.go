package index

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"sync"
	"time"

	"mashal/concordance"
	"mashal/corpus/lexicon"
	"mashal/sqlite"
)

const (
	// checkEvery is how long the answer to "has the file changed?" is cached.
	// The question costs 7 µs.
	checkEvery = 200 * time.Millisecond

	// patience is how long View waits for an update: enough for a chapter. After
	// that it shows the snapshot from before.
	patience = 15 * time.Millisecond
)

// A Reader answers questions about one concordance file for many goroutines. It
// holds an index of the figures in memory and updates it, as far as the file
// has changed, when the file grows or is replaced by another. Its methods are
// safe for concurrent use.
type Reader struct {
	path   string
	loader loader

	loading sync.Mutex // held during an update; guards loader
	work    sync.WaitGroup
	ctx     context.Context // of updates in the background, until Close
	stop    context.CancelFunc

	mu      sync.Mutex // guards what follows
	current *Snapshot
	checked time.Time
	stale   error
	closed  bool
	closing error
}

// OpenReader opens an existing file for reading. It fails if the file does not
// exist or is not a concordance. Close must be called.
func OpenReader(ctx context.Context, path string, lexicon *lexicon.Lexicon) (*Reader, error) {
	return openReader(ctx, path, newLoader(lexicon, nil))
}

// OpenReaderFor is OpenReader for a program that asks only one filter. It loads
// only the figures that the filter can find by its readings, selection and words,
// which takes a tenth of the time for a rare word. With any other filter, and in
// facets and counts of readings, figures are missing. It fails as Match does if
// the filter is invalid.
func OpenReaderFor(ctx context.Context, path string, lexicon *lexicon.Lexicon, filter Filter) (*Reader, error) {
	if filter.asksExactValues() {
		return OpenReader(ctx, path, lexicon)
	}
	return openReader(ctx, path, newLoader(lexicon, &filter))
}

func openReader(ctx context.Context, path string, l loader) (*Reader, error) {
	r := &Reader{path: path, loader: l}
	r.ctx, r.stop = context.WithCancel(context.WithoutCancel(ctx))
	if err := r.Refresh(ctx); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// WarmUp builds the lexicon in the background, so that the first question about
// words does not wait for it. Close waits for it.
func (r *Reader) WarmUp() { r.work.Go(r.loader.lexicon.Build) }

// Close waits for an update in progress, then closes the file when the last
// view ends.
func (r *Reader) Close() error {
	r.stop()
	r.loading.Lock()
	defer r.loading.Unlock()
	r.work.Wait()
	r.mu.Lock()
	last := r.current
	r.current, r.closed = nil, true
	r.mu.Unlock()
	if last != nil {
		r.release(last.file)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.closing
}

var errReaderClosed = errors.New("the reader of the concordance is closed")

// Refresh updates the snapshot if the file has changed. View does so at most
// every 200 ms.
func (r *Reader) Refresh(ctx context.Context) error {
	r.loading.Lock()
	defer r.loading.Unlock()
	return r.refresh(ctx)
}

// refresh is Refresh for a caller that holds loading.
func (r *Reader) refresh(ctx context.Context) error {
	changed, err := r.changed(ctx)
	if err == nil && changed {
		err = r.update(ctx)
	}
	if err = r.recordCheck(err); sqlite.KindOf(err) == sqlite.Moved {
		return nil // the open file is still complete
	}
	return err
}

// recordCheck records the time and the result of a check of the file, and
// returns the result.
func (r *Reader) recordCheck(err error) error {
	err = concordance.Explain("read the concordance "+r.path, err)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.checked, r.stale = time.Now(), err
	return err
}

// Stale returns the error by which the last update failed, so that views show
// an older snapshot. It is of kind sqlite.Moved if the file was removed. Stale returns nil
// if views are up to date.
func (r *Reader) Stale() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stale
}

// changed reports whether the file may differ from the snapshot. It does not
// open the file.
func (r *Reader) changed(ctx context.Context) (bool, error) {
	r.mu.Lock()
	now, closed := r.current, r.closed
	r.mu.Unlock()
	switch {
	case closed:
		return false, errReaderClosed
	case now == nil:
		return true, nil
	}
	info, err := os.Stat(r.path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, &sqlite.Error{Op: "read", Path: r.path, Kind: sqlite.Moved, Why: "it was removed or renamed; what it had is still shown", Hint: "Put it back, or make it again from the ledger with mashal build."}
	}
	if err != nil || !now.file.unwritten(info) || now.file.watch == nil {
		return true, err
	}
	version, err := now.file.dataVersion(ctx)
	return version != now.file.version, err
}

// update loads a snapshot of the file and makes it the current one.
func (r *Reader) update(ctx context.Context) error {
	r.mu.Lock()
	before := r.current
	r.mu.Unlock()
	info, err := os.Stat(r.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var f *file
	if before != nil && before.file.unwritten(info) {
		f = before.file
	} else if f, err = openFile(ctx, r.path, info, r.loader.only == nil); err != nil {
		return err
	}
	// Read before loading, so that a write during loading counts as new.
	version, err := f.dataVersion(ctx)
	var s *Snapshot
	if err == nil {
		s, err = r.loader.load(ctx, f, before)
	}
	if err != nil {
		if before == nil || f != before.file {
			err = errors.Join(err, f.close())
		}
		return err
	}
	f.version = version
	r.mu.Lock()
	r.current = s
	if before == nil || before.file != f {
		f.users++
	}
	r.mu.Unlock()
	if before != nil && before.file != f {
		r.release(before.file)
	}
	return nil
}

// release drops one reference to a file and closes it when none is left.
func (r *Reader) release(f *file) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if f.users--; f.users == 0 {
		r.closing = errors.Join(r.closing, f.close())
	}
}

// View calls fn with the current snapshot, which must not be used after fn
// returns. If fn fails with ErrChanged, View calls it once more with a newer
// snapshot, so fn should produce no output before it has all its data.
func (r *Reader) View(ctx context.Context, fn func(*Snapshot) error) error {
	if err := r.updateIfDue(ctx); err != nil {
		return err
	}
	err := r.view(fn)
	if errors.Is(err, ErrChanged) {
		if err := r.Refresh(ctx); err != nil {
			return err
		}
		err = r.view(fn)
	}
	return err
}

func (r *Reader) view(fn func(*Snapshot) error) error {
	r.mu.Lock()
	s := r.current
	if s == nil {
		r.mu.Unlock()
		return errReaderClosed
	}
	s.file.users++
	r.mu.Unlock()
	defer r.release(s.file)
	return fn(s)
}

// updateIfDue starts an update if it is time to check the file, and waits for
// it a little. It does not wait for an update that another view started.
func (r *Reader) updateIfDue(ctx context.Context) error {
	r.mu.Lock()
	due := !r.closed && time.Since(r.checked) >= checkEvery
	r.mu.Unlock()
	if !due || !r.loading.TryLock() {
		return nil
	}
	changed, err := r.changed(context.WithoutCancel(ctx))
	if err != nil || !changed {
		_ = r.recordCheck(err) // Stale returns it
		r.loading.Unlock()
		return ctx.Err()
	}
	done := make(chan struct{})
	r.work.Go(func() {
		defer close(done)
		defer r.loading.Unlock()
		_ = r.refresh(r.ctx) // Stale returns it
	})
	enough := time.NewTimer(patience)
	defer enough.Stop()
	select {
	case <-done:
	case <-enough.C:
	case <-ctx.Done():
	}
	return ctx.Err()
}

// A file is a concordance open for reading. It is closed when neither the
// reader nor a view uses it.
type file struct {
	db      *concordance.Concordance
	info    os.FileInfo
	watch   *sql.Conn // tells whether another process has written; nil for a single question
	version int64     // data_version of watch at the last update; guarded by loading
	users   int       // views, and the reader itself; guarded by Reader.mu
}

// unwritten reports whether info is of the file, and nothing was written to it since it was
// opened. A checkpoint writes to it, and so does a program that overwrites it in place: the
// connections may then have pages of both in their caches, so the file is opened again.
func (f *file) unwritten(info os.FileInfo) bool {
	return os.SameFile(info, f.info) && info.Size() == f.info.Size() && info.ModTime().Equal(f.info.ModTime())
}

// dataVersion returns a number that changes when another process writes, or 0
// without a watch.
func (f *file) dataVersion(ctx context.Context) (version int64, err error) {
	if f.watch == nil {
		return 0, nil
	}
	err = f.watch.QueryRowContext(ctx, `PRAGMA data_version`).Scan(&version)
	return version, err
}

// openFile opens a file, with a watch if it is asked more than once. A second
// connection takes a millisecond.
func openFile(ctx context.Context, path string, info os.FileInfo, watched bool) (*file, error) {
	c, err := concordance.OpenReadOnly(ctx, path)
	if err != nil {
		return nil, err
	}
	f := &file{db: c, info: info}
	if watched {
		if f.watch, err = c.Read().Conn(ctx); err != nil {
			return nil, errors.Join(err, c.Close())
		}
	}
	return f, nil
}

func (f *file) close() error {
	if f.watch == nil {
		return f.db.Close()
	}
	return errors.Join(f.watch.Close(), f.db.Close())
}
