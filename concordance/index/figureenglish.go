package index

import (
	"context"
	"sync"

	"mashal/concordance"
	"mashal/corpus/lexicon"
)

// figureTexts are the English words of the figures, by row. They are read from
// the file when a search in figures first needs them.
type figureTexts struct {
	once        sync.Once
	err         error
	own         [][]string
	traditional map[int][]string // of rows in which it differs
}

// figureEnglish returns the English words of the figures.
func (s *Snapshot) figureEnglish(ctx context.Context) (*figureTexts, error) {
	t := s.texts
	t.once.Do(func() {
		t.own, t.traditional = make([][]string, s.figures.len()), map[int][]string{}
		t.err = concordance.Each(context.WithoutCancel(ctx), s.file.db.Read(), func(scan func(...any) error) error {
			var id int64
			var english, traditional string
			if err := scan(&id, &english, &traditional); err != nil {
				return err
			}
			row, ok := s.row(id)
			if !ok {
				return nil
			}
			t.own[row] = lexicon.EnglishWords(english)
			if traditional != "" {
				t.traditional[row] = lexicon.EnglishWords(traditional)
			}
			return nil
		}, `SELECT id, english, COALESCE(english_traditional, '') FROM figure WHERE english <> ''`)
	})
	return t, t.err
}

// contain reports whether the English of a row contains all phrases.
func (t *figureTexts) contain(row int, phrases []englishPhrase) bool {
	for _, p := range phrases {
		if !p.in(t.own[row]) && !p.in(t.traditional[row]) {
			return false
		}
	}
	return true
}
