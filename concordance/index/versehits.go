package index

import (
	"context"
	"database/sql"

	"mashal"
	"mashal/bitset"
	"mashal/concordance"
)

// FiguresAndVerses returns a page of the figures found and of the verses that
// VersesWithout counts, in the order of the canon. The hit of such a verse has
// no Figure; its State is that of the wanted reading that got furthest with it.
// Only ByCanon is an order of both.
func (m *Matches) FiguresAndVerses(ctx context.Context, p Page) (*Hits, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if p.Order != "" && p.Order != ByCanon {
		return nil, oneOf("order", "order of figures and verses", string(p.Order), texts([]Order{ByCanon}))
	}
	without := m.versesWithout()
	page := &Hits{Total: m.total + without.Count()}
	rows, places, verses := m.pageOf(without, p)
	figures, err := m.snapshot.hits(ctx, rows, p.Traditional, !p.NoLines)
	if err == nil {
		page.Hits = make([]Hit, len(rows)+len(verses))
		for i, place := range places {
			page.Hits[place] = figures[i]
		}
		err = m.addVerseHits(ctx, page.Hits, verses, p.Traditional)
	}
	if err != nil {
		return nil, concordance.Explain("search the concordance", err)
	}
	return page, nil
}

// VersesWithout returns the number of verses without any figure that was found
// that meet the filter's conditions on verses: selection, genres, periods,
// words and lemma. It counts only chapters that have a reading.
func (m *Matches) VersesWithout() int { return m.versesWithout().Count() }

func (m *Matches) versesWithout() bitset.Set {
	verses := bitset.New(len(m.snapshot.firstRow))
	for ch := range m.snapshot.chapters {
		first := ch.FirstOrdinal()
		verses.AddRange(first, first+ch.Verses())
	}
	verses.And(m.verses)
	for row := range m.rows.All() {
		verses.Remove(int(m.snapshot.figures.verse[row]))
	}
	return verses
}

// A placedVerse is a verse and its place on a page.
type placedVerse struct{ verse, place int }

// pageOf returns the rows found and the other verses that belong on a page,
// and their places on it.
func (m *Matches) pageOf(without bitset.Set, p Page) (rows, places []int, verses []placedVerse) {
	place := -p.Offset
	for verse := 1; verse < len(m.snapshot.firstRow) && place < p.Limit; verse++ {
		if without.Has(verse) {
			if place >= 0 {
				verses = append(verses, placedVerse{verse, place})
			}
			place++
			continue
		}
		for row, end := m.snapshot.rowsOf(verse); row < end && place < p.Limit; row++ {
			if !m.rows.Has(row) {
				continue
			}
			if place >= 0 {
				rows, places = append(rows, row), append(places, place)
			}
			place++
		}
	}
	return rows, places, verses
}

// addVerseHits fills the hits of verses without figures.
func (m *Matches) addVerseHits(ctx context.Context, hits []Hit, verses []placedVerse, traditional bool) error {
	s := m.snapshot
	wanted := make([][3]int64, len(verses)) // verse, reading, place
	for i, v := range verses {
		h := &hits[v.place]
		h.setRef(refOf(v.verse))
		h.State = mashal.NotRun
		wanted[i] = [3]int64{int64(v.verse), 0, int64(v.place)}
		if n := m.furthestReading(v.verse); n >= 0 {
			r := s.readings[n]
			h.Annotator, h.Run = r.info.Annotator, r.info.Run
			wanted[i][1] = r.info.ID
		}
	}
	columns := `v.hebrew, v.english`
	if traditional {
		columns = `COALESCE(v.hebrew_traditional, v.hebrew), COALESCE(v.english_traditional, v.english)`
	}
	found := 0
	err := concordance.Each(ctx, s.file.db.Read(), func(scan func(...any) error) error {
		var place int
		var hebrew, english string
		var state, failure, reason sql.NullString
		if err := scan(&place, &hebrew, &english, &state, &failure, &reason); err != nil {
			return err
		}
		h := &hits[place]
		h.Hebrew, h.English = newLine(hebrew, ""), newLine(english, "")
		if state.Valid {
			h.State = mashal.State(state.String)
		}
		h.Failure, h.Reason = failure.String, reason.String
		found++
		return nil
	}, `SELECT json_extract(j.value, '$[2]'), `+columns+`, s.state, s.failure_kind, s.failure_reason
		FROM json_each(?) j CROSS JOIN verse v ON v.id = json_extract(j.value, '$[0]')
		LEFT JOIN verse_reading s ON s.reading = json_extract(j.value, '$[1]') AND s.verse = v.id`, jsonOf(wanted))
	if err == nil && found < len(verses) {
		err = ErrChanged
	}
	return err
}

// furthestReading returns the number of the wanted reading that got furthest
// with a verse: done before failed before not run. It is -1 if there is none.
func (m *Matches) furthestReading(verse int) int {
	rank := [...]int{verseNotRun: 1, verseFailed: 2, verseNone: 3, verseFigures: 3}
	ref := refOf(verse)
	span := m.snapshot.chapters[ref.Chapter]
	best, most := -1, 0
	for n := span[0]; n < span[1]; n++ {
		if !m.readings.Has(n) {
			continue
		}
		if got := rank[m.snapshot.readings[n].states[ref.Verse-1]]; got > most {
			best, most = n, got
		}
	}
	return best
}
