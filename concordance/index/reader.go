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
)

const (
	// checkEvery is how old an answer to "has the file changed?" may be. The
	// question costs 7 µs.
	checkEvery = 200 * time.Millisecond

	// patience is how long a view waits for what has changed to be taken up:
	// enough for a chapter. After that it shows what was there before.
	patience = 15 * time.Millisecond
)

// A Reader answers questions about one concordance to many readers at once. It
// holds an index of the figures in memory, made from the file and made anew,
// as far as it has changed, when the file grows or another is put in its
// place. Its methods are safe for concurrent use.
type Reader struct {
	path   string
	loader loader

	loading sync.Mutex // held by whoever takes up changes; the loader is theirs
	work    sync.WaitGroup
	ctx     context.Context // of taking up changes for views, until Close
	stop    context.CancelFunc

	mu      sync.Mutex // guards what follows
	now     *Snapshot
	checked time.Time
	stale   error
	closed  bool
	closing error
}

// A file is a concordance, open for reading, as long as a snapshot of it is
// shown or viewed.
type file struct {
	db      *concordance.Concordance
	info    os.FileInfo
	watch   *sql.Conn // which is asked whether others have written
	version int64     // of the data, as the watch told it last; the loader's
	users   int       // views, and the reader itself; guarded by Reader.mu
}

// OpenReader opens an existing file for reading. It fails if the file does not
// exist or is not a concordance. Close must be called.
func OpenReader(ctx context.Context, path string, lexicon *lexicon.Lexicon) (*Reader, error) {
	return openReader(ctx, path, newLoader(lexicon, nil))
}

// OpenReaderFor is OpenReader for a program that asks only one filter: it loads
// only the chapters in which the filter can find figures, by its selection and
// its words, which takes a tenth of the time for a rare word. With any other
// filter, and in facets and counts of readings, figures are missing.
func OpenReaderFor(ctx context.Context, path string, lexicon *lexicon.Lexicon, filter Filter) (*Reader, error) {
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

// WarmUp builds the lexicon in the background, so that the first question
// about words does not wait for it. Close waits until it is done.
func (r *Reader) WarmUp() { r.work.Go(r.loader.lexicon.Build) }

// Close waits for the changes that are being taken up, then closes the file,
// as soon as the views under way have ended.
func (r *Reader) Close() error {
	r.stop()
	r.loading.Lock()
	defer r.loading.Unlock()
	r.work.Wait()
	r.mu.Lock()
	last := r.now
	r.now, r.closed = nil, true
	r.mu.Unlock()
	if last != nil {
		r.release(last.file)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.closing
}

var errReaderClosed = errors.New("the reader of the concordance is closed")

// Refresh takes up what has changed in the file, at once. View does so by
// itself, at most every 200 ms.
func (r *Reader) Refresh(ctx context.Context) error {
	r.loading.Lock()
	defer r.loading.Unlock()
	return r.refresh(ctx)
}

// refresh is Refresh for who has the loading.
func (r *Reader) refresh(ctx context.Context) error {
	changed, err := r.changed(ctx)
	if err == nil && changed {
		err = r.take(ctx)
	}
	return r.looked(err)
}

// looked records when and with what result the file was looked at.
func (r *Reader) looked(err error) error {
	err = concordance.Explain("read the concordance "+r.path, err)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.checked, r.stale = time.Now(), err
	return err
}

// Stale says why the last change in the file could not be taken up, so that
// views show what was there before; nil if they show what is there.
func (r *Reader) Stale() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stale
}

// changed reports whether the file may have other content than the snapshot.
// The file is not opened for it.
func (r *Reader) changed(ctx context.Context) (bool, error) {
	r.mu.Lock()
	now, closed := r.now, r.closed
	r.mu.Unlock()
	switch {
	case closed:
		return false, errReaderClosed
	case now == nil:
		return true, nil
	}
	info, err := os.Stat(r.path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil // between two names, or gone: what we have open is still whole
	}
	if err != nil || !os.SameFile(info, now.file.info) {
		return true, err
	}
	version, err := now.file.dataVersion(ctx)
	return version != now.file.version, err
}

func (f *file) dataVersion(ctx context.Context) (version int64, err error) {
	err = f.watch.QueryRowContext(ctx, `PRAGMA data_version`).Scan(&version)
	return version, err
}

// take makes a snapshot of what is there and shows it from now on.
func (r *Reader) take(ctx context.Context) error {
	r.mu.Lock()
	before := r.now
	r.mu.Unlock()
	info, err := os.Stat(r.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var f *file
	if before != nil && os.SameFile(info, before.file.info) {
		f = before.file
	} else if f, err = openFile(ctx, r.path, info); err != nil {
		return err
	}
	// Asked before reading, so that what is written meanwhile counts as new.
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
	r.now = s
	if before == nil || before.file != f {
		f.users++
	}
	r.mu.Unlock()
	if before != nil && before.file != f {
		r.release(before.file)
	}
	return nil
}

func openFile(ctx context.Context, path string, info os.FileInfo) (*file, error) {
	c, err := concordance.OpenReadOnly(ctx, path)
	if err != nil {
		return nil, err
	}
	watch, err := c.Read().Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return &file{db: c, info: info, watch: watch}, nil
}

func (f *file) close() error { return errors.Join(f.watch.Close(), f.db.Close()) }

// release lets go of a file; who does last closes it.
func (r *Reader) release(f *file) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if f.users--; f.users == 0 {
		r.closing = errors.Join(r.closing, f.close())
	}
}

// View calls fn with the concordance as it is now. The snapshot must not be
// used after fn returns. If fn fails with ErrChanged it is called a second
// time, with a newer snapshot; so it should write nothing before it has all it
// needs.
func (r *Reader) View(ctx context.Context, fn func(*Snapshot) error) error {
	if err := r.renew(ctx); err != nil {
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

// ErrChanged says that a reading was replaced between the making of a snapshot
// and a question to it.
var ErrChanged = errors.New("the concordance has changed meanwhile")

func (r *Reader) view(fn func(*Snapshot) error) error {
	r.mu.Lock()
	s := r.now
	if s == nil {
		r.mu.Unlock()
		return errReaderClosed
	}
	s.file.users++
	r.mu.Unlock()
	defer r.release(s.file)
	return fn(s)
}

// renew has changes taken up if it is time to look for them, and waits a
// little for it. Nobody waits for what another view has begun.
func (r *Reader) renew(ctx context.Context) error {
	r.mu.Lock()
	due := !r.closed && time.Since(r.checked) >= checkEvery
	r.mu.Unlock()
	if !due || !r.loading.TryLock() {
		return nil
	}
	changed, err := r.changed(context.WithoutCancel(ctx))
	if err != nil || !changed {
		_ = r.looked(err) // Stale tells it
		r.loading.Unlock()
		return ctx.Err()
	}
	done := make(chan struct{})
	r.work.Go(func() {
		defer close(done)
		defer r.loading.Unlock()
		_ = r.refresh(r.ctx) // Stale tells it
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
