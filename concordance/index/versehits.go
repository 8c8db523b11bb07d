package index

import (
	"context"
	"database/sql"

	"mashal"
	"mashal/bitset"
	"mashal/concordance"
)

// FiguresAndVerses returns a page of the figures found and, between them, of the
// verses without any, in the order of the canon. A verse belongs to them if it
// meets the filter's conditions on verses: selection, genres, periods, words and
// lemma. It is listed once for each wanted reading that found no such figure in
// it, or once without a reading if its chapter has only others. Chapters without
// any reading are left out; VersesNotAnnotated counts their verses.
func (m *Matches) FiguresAndVerses(ctx context.Context, p Page) (*Hits, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if p.Order != "" && p.Order != ByCanon {
		return nil, oneOf("order", "order", string(p.Order), texts([]Order{ByCanon}))
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

// VersesWithout returns the number of verses that meet the filter's conditions
// on verses, have a reading of their chapter, and have no figure that was found.
func (m *Matches) VersesWithout() int {
	verses := m.versesWithReading()
	verses.And(m.verses)
	for row := range m.rows.All() {
		verses.Remove(int(m.snapshot.figures.verse[row]))
	}
	return verses.Count()
}

// A hitPlace is a figure, or a verse of a reading without one.
type hitPlace struct {
	verse   int // ordinal
	reading int // number of the reading; -1 for none
	row     int // of the figure; -1 for none
}

// figuresAndVerses lists all hits.
func (m *Matches) figuresAndVerses() []hitPlace {
	s := m.snapshot
	verses := m.versesWithReading()
	verses.And(m.verses)
	for row := range m.rows.All() {
		verses.Add(int(s.figures.verse[row]))
	}
	var places []hitPlace
	for verse := range verses.All() {
		first, end := s.rowsOf(verse)
		span := s.chapters[refOf(verse).Chapter]
		annotated := false // by a chosen reading
		for n := span[0]; n < span[1]; n++ {
			if !m.readings.Has(n) {
				continue
			}
			annotated = true
			before := len(places)
			for row := first; row < end; row++ {
				if int(s.figures.reading[row]) == n && m.rows.Has(row) {
					places = append(places, hitPlace{verse, n, row})
				}
			}
			if len(places) == before && m.verses.Has(verse) {
				places = append(places, hitPlace{verse, n, -1})
			}
		}
		if !annotated {
			places = append(places, hitPlace{verse, -1, -1})
		}
	}
	return places
}

// versesWithReading returns the verses of all chapters that have a reading.
func (m *Matches) versesWithReading() bitset.Set {
	verses := bitset.New(len(m.snapshot.firstRow))
	for ch := range m.snapshot.chapters {
		first := ch.FirstOrdinal()
		verses.AddRange(first, first+ch.Verses())
	}
	return verses
}

// hitsAt fetches the hits of a page.
func (m *Matches) hitsAt(ctx context.Context, page []hitPlace, traditional bool) ([]Hit, error) {
	hits := make([]Hit, len(page))
	var rows, rowPlaces []int
	var verses [][3]int64 // verse, reading, place
	for place, at := range page {
		if at.row >= 0 {
			rows, rowPlaces = append(rows, at.row), append(rowPlaces, place)
			continue
		}
		h := &hits[place]
		h.setRef(refOf(at.verse))
		h.State, h.Outcome = mashal.NotRun, mashal.WasNotRun
		v := [3]int64{int64(at.verse), 0, int64(place)}
		if at.reading >= 0 {
			r := &m.snapshot.readings[at.reading].info
			h.Annotator, h.Kind, h.Run = r.Annotator, r.Kind, r.Run
			v[1] = r.ID
		}
		verses = append(verses, v)
	}
	figures, err := m.snapshot.hits(ctx, rows, Page{Traditional: traditional})
	if err != nil {
		return nil, err
	}
	for i, place := range rowPlaces {
		hits[place] = figures[i]
	}
	return hits, m.addVerses(ctx, hits, verses, traditional)
}

// addVerses adds their text and state to hits without a figure. Each is given by
// its verse, its reading (0 for none) and its place in hits.
func (m *Matches) addVerses(ctx context.Context, hits []Hit, verses [][3]int64, traditional bool) error {
	columns := `v.hebrew, v.english`
	if traditional {
		columns = `COALESCE(v.hebrew_traditional, v.hebrew), COALESCE(v.english_traditional, v.english)`
	}
	found := 0
	err := concordance.Each(ctx, m.snapshot.file.db.Read(), func(scan func(...any) error) error {
		var place int
		var hebrew, english string
		var state, failure, reason sql.NullString
		var figures sql.NullInt64
		if err := scan(&place, &hebrew, &english, &state, &figures, &failure, &reason); err != nil {
			return err
		}
		h := &hits[place]
		h.Hebrew, h.English = newLine(hebrew, ""), newLine(english, "")
		if state.Valid {
			h.State = mashal.State(state.String)
			h.Outcome = h.Kind.OutcomeOf(h.State, int(figures.Int64))
		}
		h.Failure, h.Reason = failure.String, reason.String
		found++
		return nil
	}, `SELECT json_extract(j.value, '$[2]'), `+columns+`, s.state, s.figures, s.failure_kind, s.failure_reason
		FROM json_each(?) j CROSS JOIN verse v ON v.id = json_extract(j.value, '$[0]')
		LEFT JOIN verse_reading s ON s.reading = json_extract(j.value, '$[1]') AND s.verse = v.id`, jsonOf(verses))
	if err == nil && found < len(verses) {
		err = ErrChanged
	}
	return err
}
