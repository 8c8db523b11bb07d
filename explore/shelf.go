package explore

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"sync"

	"mashal/concordance/index"
	"mashal/corpus"
	"mashal/corpus/lexicon"
)

// A shelf is where the concordance is, or will be when something has been
// annotated. The lexicon is made when the first file is opened.
type shelf struct {
	path string
	text *corpus.Corpus

	mu     sync.Mutex
	reader *index.Reader
	closed bool
}

func newShelf(path string, text *corpus.Corpus) *shelf { return &shelf{path: path, text: text} }

// view calls fn with the concordance as it is now, nil if there is none yet.
// It may call it a second time, so fn answers nobody.
func (s *shelf) view(ctx context.Context, fn func(*index.Snapshot) error) error {
	reader, err := s.open(ctx)
	switch {
	case err != nil:
		return err
	case reader == nil:
		return fn(nil)
	}
	return reader.View(ctx, fn)
}

func (s *shelf) open(ctx context.Context) (*index.Reader, error) {
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
	lexicon, err := lexicon.New(s.text)
	if err != nil {
		return nil, err
	}
	// The reader outlives the request that happens to be the first.
	if s.reader, err = index.OpenReader(context.WithoutCancel(ctx), s.path, lexicon); err != nil {
		return nil, err
	}
	s.reader.WarmUp()
	return s.reader, nil
}

func (s *shelf) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if s.reader == nil {
		return nil
	}
	return s.reader.Close()
}
