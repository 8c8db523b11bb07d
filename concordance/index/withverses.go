package index

import (
	"context"
	"database/sql"
	"slices"

	"mashal"
	"mashal/concordance"
	"mashal/corpus/lexicon"
)

// FiguresAndVerses returns a page of the figures and, in between, of the verses
// that meet what the filter says of verses (selection, words, lemma) but have no
// such figure, in the order of the canon. Verses of chapters without any reading
// are left out; each wanted reading of a verse counts by itself. The filter must
// have all Outcomes, so that words of figures are looked for in verses too.
func (m *Matches) FiguresAndVerses(ctx context.Context, p Page) (*Hits, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	places := m.figuresAndVerses()
	page := places[min(p.Offset, len(places)):]
	page = page[:min(p.Limit, len(page))]
	hits, err := m.hitsAt(ctx, page, p.Traditional)
	if err != nil {
		return nil, concordance.Explain("search the concordance", err)
	}
	return &Hits{Total: len(places), Hits: hits}, nil
}

// A hitPlace is a figure by its row, or a verse without one, with the reading
// that has it; row and reading are -1 if there is none.
type hitPlace struct{ verse, reading, row int }

// figuresAndVerses lists the places of all hits.
func (m *Matches) figuresAndVerses() []hitPlace {
	var places []hitPlace
	wanted := m.readVerses()
	wanted.And(m.verses)
	for row := range m.rows.Each() {
		wanted.Set(int(m.verse[row]))
	}
	for verse := range wanted.Each() {
		first, end := m.rowsOf(verse)
		span := m.chapters[refOf(verse).Chapter]
		known := false
		for n := span[0]; n < span[1]; n++ {
			if !m.readings.Has(n) {
				continue
			}
			known = true
			before := len(places)
			for row := first; row < end; row++ {
				if int(m.reading[row]) == n && m.rows.Has(row) {
					places = append(places, hitPlace{verse, n, row})
				}
			}
			if len(places) == before && m.verses.Has(verse) {
				places = append(places, hitPlace{verse, n, -1})
			}
		}
		if !known {
			places = append(places, hitPlace{verse, -1, -1})
		}
	}
	return places
}

// readVerses returns the verses of all chapters that have a reading.
func (s *Snapshot) readVerses() lexicon.Bits {
	verses := lexicon.NewBits(len(s.firstRow))
	for ch := range s.chapters {
		verses.SetRange(ch.FirstOrdinal(), ch.FirstOrdinal()+ch.Verses())
	}
	return verses
}

// hitsAt fetches hits.
func (m *Matches) hitsAt(ctx context.Context, places []hitPlace, traditional bool) ([]Hit, error) {
	var rows []int
	var verses []VerseEntry
	for _, at := range places {
		if at.row >= 0 {
			rows = append(rows, at.row)
		} else {
			verses = append(verses, VerseEntry{Ref: refOf(at.verse)})
		}
	}
	figures, err := m.hits(ctx, rows, traditional, true)
	if err != nil {
		return nil, err
	}
	if err := m.addStates(ctx, verses, m.readings, false); err != nil {
		return nil, err
	}
	lines, err := m.verseLines(ctx, verses, traditional)
	if err != nil {
		return nil, err
	}
	hits := make([]Hit, 0, len(places))
	for _, at := range places {
		if at.row >= 0 {
			hits, figures = append(hits, figures[0]), figures[1:]
			continue
		}
		hit := Hit{State: mashal.NotRun}
		hit.Ref = refOf(at.verse)
		hit.Book, hit.Chapter, hit.Verse = hit.Ref.Book.Name(), hit.Ref.Number, hit.Ref.Verse
		hit.Hebrew, hit.English = lines[at.verse][0], lines[at.verse][1]
		if at.reading >= 0 {
			r := m.Snapshot.readings[at.reading]
			hit.Annotator, hit.Run = r.Annotator, r.Run
			if i := slices.IndexFunc(verses[0].States, func(s VerseState) bool { return s.Reading == r.ID }); i >= 0 {
				state := verses[0].States[i]
				hit.State, hit.Failure, hit.Reason = state.State, state.Failure, state.Reason
			}
		}
		hits, verses = append(hits, hit), verses[1:]
	}
	return hits, nil
}

// verseLines returns the Hebrew and the English of verses by their ordinals.
func (s *Snapshot) verseLines(ctx context.Context, verses []VerseEntry, traditional bool) (map[int][2]Line, error) {
	ids := make([]int, len(verses))
	for i := range verses {
		ids[i] = verses[i].Ref.Ordinal()
	}
	columns := `v.hebrew, v.english`
	if traditional {
		columns = `COALESCE(v.hebrew_traditional, v.hebrew), COALESCE(v.english_traditional, v.english)`
	}
	lines := map[int][2]Line{}
	err := concordance.Each(ctx, s.file.Read(), func(scan func(...any) error) error {
		var id int
		var hebrew, english sql.NullString
		if err := scan(&id, &hebrew, &english); err != nil {
			return err
		}
		lines[id] = [2]Line{newLine(hebrew.String, ""), newLine(english.String, "")}
		return nil
	}, `SELECT v.id, `+columns+` FROM json_each(?) j CROSS JOIN verse v ON v.id = j.value`, jsonOf(ids))
	return lines, err
}
