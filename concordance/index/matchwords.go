package index

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"mashal"
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

// matchWords narrows by Hebrew and English words. Hebrew words are looked up in
// the lexicon if its tables have been built or if chapters without any reading
// matter; otherwise in the file, which has the text of all other chapters.
func (m *Matches) matchWords(ctx context.Context) error {
	f := &m.filter
	inHebrew, err := parseTerms("hebrew", f.Hebrew, lexicon.HebrewWords)
	if err != nil {
		return err
	}
	inEnglish, err := parseTerms("english", f.English, lexicon.EnglishWords)
	if err != nil {
		return err
	}
	if m.snapshot.lexicon.Built() || slices.Contains(f.Outcomes, mashal.WasNotRun) {
		for _, term := range inHebrew {
			m.matchPhrase(term)
		}
		inHebrew = nil
	}
	if len(inHebrew)+len(inEnglish) == 0 {
		return nil
	}
	if f.InFigure {
		figures, err := findWords(ctx, m.snapshot.file.db.Read(), figureTable, inHebrew, inEnglish, f.Exact)
		if err != nil {
			return err
		}
		m.conditions = append(m.conditions, fulfilled{rows: m.snapshot.rowsWithIDs(figures)})
	}
	ids, err := findWords(ctx, m.snapshot.file.db.Read(), verseTable, inHebrew, inEnglish, f.Exact)
	if err != nil {
		return err
	}
	verses := versesWithIDs(ids)
	if f.InFigure {
		m.verses.And(verses)
	} else {
		m.needVerses(verses)
	}
	return nil
}

// matchPhrase narrows by a Hebrew phrase, which is looked up in the lexicon.
func (m *Matches) matchPhrase(words []string) {
	starts := m.snapshot.lexicon.PhraseStarts(words, m.filter.Exact)
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

// versesWithIDs returns the verses with the given ids in the file, which are
// their ordinals.
func versesWithIDs(ids []int64) bitset.Set {
	verses := bitset.New(ordinals)
	for _, id := range ids {
		if id > 0 && id < int64(ordinals) {
			verses.Add(int(id))
		}
	}
	return verses
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
		ids, err := matchingIDs(ctx, m.snapshot.file.db.Read(), figureTable, quoted(strings.Join(term, " ")))
		if err != nil {
			return fmt.Errorf("look for the text: %w", err)
		}
		rows := m.snapshot.rowsWithIDs(ids)
		part := []string{strings.Join(term, " ")}
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
