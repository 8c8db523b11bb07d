package main

import (
	"context"
	"errors"

	"mashal/concordance/index"
	"mashal/corpus"
	"mashal/corpus/lexicon"
	"mashal/pipeline"
)

// viewConcordance calls fn with the concordance in the data folder. It calls
// fn again with a newer one if fn fails with index.ErrChanged.
func (p *program) viewConcordance(ctx context.Context, fn func(*index.Snapshot) error) (err error) {
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
	reader, err := index.OpenReader(ctx, path, words)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	return reader.View(ctx, fn)
}
