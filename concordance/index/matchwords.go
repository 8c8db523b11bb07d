package index

import (
	"context"
	"fmt"

	"mashal/bitset"
	"mashal/corpus/lexicon"
)

// matchLemma narrows by lemma.
func (m *Matches) matchLemma() error {
	if m.filter.Lemma == "" {
		return nil
	}
	ids, err := m.snapshot.lexicon.LemmaIDs(m.filter.Lemma)
	if err != nil {
		return err
	}
	words := m.snapshot.lexicon.WordsWithLemmas(ids)
	m.found = append(m.found, foundHebrew{words, 1})
	verses, rows := m.snapshot.lexicon.VersesWith(words, 1), bitset.New(m.snapshot.figures.len())
	for verse := range verses.All() {
		for row, end := m.snapshot.rowsOf(verse); row < end; row++ {
			if m.snapshot.lexicon.HasWord(verse, m.snapshot.figures.span(row), words) {
				rows.Add(row)
			}
		}
	}
	m.conditions = append(m.conditions, fulfilled{FacetLemma, rows})
	m.verses.And(verses)
	return nil
}

// matchWords narrows by Hebrew and English words.
func (m *Matches) matchWords(ctx context.Context) error {
	var err error
	if m.hebrew, m.english, err = m.filter.words(); err != nil {
		return err
	}
	for _, phrase := range m.hebrew {
		m.matchHebrew(phrase)
	}
	if len(m.english) == 0 {
		return nil
	}
	verses := bitset.Full(ordinals)
	for _, phrase := range m.english {
		verses.And(m.snapshot.lexicon.EnglishVerses(phrase, m.filter.Exact))
	}
	if !m.filter.InFigure {
		m.needVerses(verses)
		return nil
	}
	texts, err := m.snapshot.figureEnglish(ctx)
	if err != nil {
		return err
	}
	phrases := make([]englishPhrase, len(m.english))
	for i, words := range m.english {
		phrases[i] = newEnglishPhrase(words, m.filter.Exact)
	}
	m.verses.And(verses)
	m.need("", func(row int) bool { return texts.contain(row, phrases) })
	return nil
}

// words parses the conditions on words.
func (f *Filter) words() (hebrew, english terms, err error) {
	if hebrew, err = parseTerms("hebrew", f.Hebrew, hebrewWords); err != nil {
		return nil, nil, err
	}
	english, err = parseTerms("english", f.English, lexicon.EnglishWords)
	return hebrew, english, err
}

// matchHebrew narrows by a Hebrew phrase.
func (m *Matches) matchHebrew(words []string) {
	starts := m.snapshot.lexicon.PhraseStarts(words, m.filter.Exact)
	m.found = append(m.found, foundHebrew{starts, len(words)})
	verses := m.snapshot.lexicon.VersesWith(starts, len(words))
	if !m.filter.InFigure {
		m.needVerses(verses)
		return
	}
	m.verses.And(verses)
	m.need("", func(row int) bool {
		verse := int(m.snapshot.figures.verse[row])
		return verses.Has(verse) && m.snapshot.lexicon.HasPhrase(verse, m.snapshot.figures.span(row), starts, len(words))
	})
}

// rowsWithIDs returns the rows of the figures with the given ids.
func (s *Snapshot) rowsWithIDs(ids []int64) bitset.Set {
	rows := bitset.New(s.figures.len())
	for _, id := range ids {
		if row, ok := s.row(id); ok {
			rows.Add(row)
		}
	}
	return rows
}

// matchText narrows by words anywhere in the annotation.
func (m *Matches) matchText(ctx context.Context) error {
	wanted, err := parseTerms("text", m.filter.Text, textWords)
	if err != nil {
		return err
	}
	for _, term := range wanted {
		ids, err := figuresWith(ctx, m.snapshot.file.db.Read(), term)
		if err != nil {
			return fmt.Errorf("look for the text: %w", err)
		}
		rows := m.snapshot.rowsWithIDs(ids)
		part := []terms{{term}}
		addMatching(rows, m.snapshot.figures.subtype, m.snapshot.vocab.subtypes.containing(part))
		addMatching(rows, m.snapshot.figures.speaker, m.snapshot.vocab.speakers.containing(part))
		addMatching(rows, m.snapshot.figures.purpose, m.snapshot.vocab.purposes.containing(part))
		specific, general := m.snapshot.vocab.specific.containing(part), m.snapshot.vocab.general.containing(part)
		for side := range m.snapshot.figures.tags {
			m.snapshot.orTags(rows, side, specific, general)
		}
		m.conditions = append(m.conditions, fulfilled{rows: rows})
	}
	return nil
}
