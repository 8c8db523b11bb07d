package web

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

// A concordanceFile is where the concordance is, or will be when something has been
// annotated. The lexicon is made when the first file is opened.
type concordanceFile struct {
	path string

	mu     sync.Mutex
	reader *index.Reader
	closed bool
}

func newConcordanceFile(path string) *concordanceFile { return &concordanceFile{path: path} }

// view calls fn with the concordance as it is now, nil if there is none yet.
// It may call it a second time, so fn answers nobody.
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

// embeddedWords returns the words of the embedded text. All servers of a process
// share them, because building the lexicon is expensive.
var embeddedWords = sync.OnceValues(func() (*lexicon.Lexicon, error) {
	text, err := corpus.Open()
	if err != nil {
		return nil, err
	}
	return lexicon.New(text)
})

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
	words, err := embeddedWords()
	if err != nil {
		return nil, err
	}
	// The reader outlives the request that happens to be the first.
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
