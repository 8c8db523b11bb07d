package web

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"sync"

	"mashal/concordance/index"
	"mashal/corpus/lexicon"
)

// A concordanceFile opens the concordance at a path when it is first needed. The
// file may not exist before the first annotation.
type concordanceFile struct {
	path string

	mu     sync.Mutex
	reader *index.Reader
	stale  string // the last error that newError returned
	closed bool
}

func newConcordanceFile(path string) *concordanceFile { return &concordanceFile{path: path} }

// view calls fn with a snapshot of the concordance, or with nil if the file does
// not exist. It calls fn again if a reading was replaced meanwhile, so fn must not
// send the answer.
func (s *concordanceFile) view(ctx context.Context, fn func(*index.Snapshot) error) error {
	reader, err := s.open(ctx)
	switch {
	case err != nil:
		return err
	case reader == nil:
		return fn(nil)
	}
	return reader.View(ctx, fn)
}

// newError returns the error by which the index can no longer be updated, so that
// pages show an older one. It returns each error once.
func (s *concordanceFile) newError() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reader == nil {
		return nil
	}
	err := s.reader.Stale()
	if err == nil {
		s.stale = ""
		return nil
	}
	if err.Error() == s.stale {
		return nil
	}
	s.stale = err.Error()
	return err
}

// isStale reports whether the file was removed or can no longer be read, so that pages show
// what it had before.
func (s *concordanceFile) isStale() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reader != nil && s.reader.Stale() != nil
}

// open returns the reader of the concordance and opens it on the first call. It
// returns nil if the file does not exist.
func (s *concordanceFile) open(ctx context.Context) (*index.Reader, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return nil, errors.New("the explorer is closed")
	case s.reader != nil:
		return s.reader, nil
	}
	if _, err := os.Stat(s.path); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	words, err := lexicon.Embedded()
	if err != nil {
		return nil, err
	}
	// The reader outlives the first request.
	s.reader, err = index.OpenReader(context.WithoutCancel(ctx), s.path, words)
	if err == nil {
		s.reader.WarmUp()
	}
	return s.reader, err
}

func (s *concordanceFile) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if s.reader == nil {
		return nil
	}
	return s.reader.Close()
}
