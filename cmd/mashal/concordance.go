package main

import (
	"context"
	"errors"

	"mashal/concordance/index"
	"mashal/corpus"
	"mashal/corpus/lexicon"
	"mashal/pipeline"
)

// match calls fn with what a filter finds in the concordance in the data
// folder. If fn fails with index.ErrChanged, match calls it again with what the
// filter finds now.
func (p *program) match(ctx context.Context, filter index.Filter, fn func(*index.Matches) error) (err error) {
	path := pipeline.Folder(p.dir).Concordance()
	if err := p.mustExist(path, "concordance"); err != nil {
		return err
	}
	text, err := corpus.Open()
	if err != nil {
		return err
	}
	words, err := lexicon.New(text)
	if err != nil {
		return err
	}
	reader, err := index.OpenReaderFor(ctx, path, words, filter)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	return reader.View(ctx, func(s *index.Snapshot) error {
		m, err := s.Match(ctx, filter)
		if err != nil {
			return err
		}
		return fn(m)
	})
}
