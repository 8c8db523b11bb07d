package index

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"mashal"
	"mashal/concordance"
)

// A Page is a part of a list.
type Page struct {
	Order         Order // "" for ByCanon
	Limit, Offset int   // with a Limit of 0, only the total
	Traditional   bool  // alter the divine names in texts
	NoLines       bool  // omit the verses, which take a third of the time

	// Brief omits what only cards and programs show: the verdicts on figures and the times of
	// their verses, and of the verses that were done the deliberation, the time and the
	// annotator's number of figures.
	Brief bool
}

// check reports a negative limit or offset.
func (p Page) check() error {
	switch {
	case p.Limit < 0:
		return mashal.NewFieldError("limit", texts([]int{p.Limit})[0], "", "Give a number from 0.", "%d is not a number of rows", p.Limit)
	case p.Offset < 0:
		return mashal.NewFieldError("offset", texts([]int{p.Offset})[0], "", "Give a number from 0.", "%d is not a number of rows to leave out", p.Offset)
	}
	return nil
}

// Figures returns a page of the figures found, with their verses.
func (m *Matches) Figures(ctx context.Context, p Page) (*Hits, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	permutation, err := m.snapshot.permutation(p.Order)
	if err != nil {
		return nil, err
	}
	hits, err := m.snapshot.hits(ctx, m.ordered(permutation, p.Offset, p.Limit), p)
	if err != nil {
		return nil, concordance.Explain("search the concordance", err)
	}
	return &Hits{Total: m.total, Hits: hits}, nil
}

// hitTables are the tables from which figures are read by a list of their ids.
const hitTables = `json_each(?) j CROSS JOIN figure f ON f.id = j.value JOIN reading r ON r.id = f.reading`

// figureColumns are the texts of a figure f, and the place of its English.
func figureColumns(traditional bool) string {
	if traditional {
		return `COALESCE(f.hebrew_traditional, f.hebrew), COALESCE(f.english_traditional, f.english),
			COALESCE(f.english_traditional_place, f.english_place)`
	}
	return `f.hebrew, f.english, f.english_place`
}

// lineColumns are the texts of the verse v of a figure f, and the place of its
// Hebrew.
func lineColumns(traditional bool) string {
	if traditional {
		return `COALESCE(v.hebrew_traditional, v.hebrew), COALESCE(v.english_traditional, v.english),
			COALESCE(f.hebrew_traditional_place, f.hebrew_place)`
	}
	return `v.hebrew, v.english, f.hebrew_place`
}

// portion is the number of figures that Each reads at once.
const portion = 500

// Each calls fn for all figures found, for exports. It reads them in portions,
// which takes little memory and no long transaction. It stops at the first
// error of fn and returns it.
func (m *Matches) Each(ctx context.Context, p Page, fn func(*Hit) error) error {
	permutation, err := m.snapshot.permutation(p.Order)
	if err != nil {
		return err
	}
	rows := m.ordered(permutation, 0, m.total)
	for len(rows) > 0 {
		n := min(portion, len(rows))
		hits, err := m.snapshot.hits(ctx, rows[:n], p)
		if err != nil {
			return concordance.Explain("read the figures", err)
		}
		for i := range hits {
			if err := fn(&hits[i]); err != nil {
				return err
			}
		}
		rows = rows[n:]
	}
	return nil
}

// hits reads the figures of rows, which may repeat, as a page has them. Its order, limit and
// offset do not count. It fails with ErrChanged if a reading was replaced since the snapshot was
// made.
func (s *Snapshot) hits(ctx context.Context, rows []int, p Page) (hits []Hit, err error) {
	if len(rows) == 0 {
		return nil, nil
	}
	if p.Brief { // one query, which sees one state of the file by itself
		hits, _, err = s.readHits(ctx, s.file.db.Read(), rows, p)
		return hits, err
	}
	tx, err := s.file.db.Read().BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, tx.Rollback()) }()
	hits, at, err := s.readHits(ctx, tx, rows, p)
	if err == nil {
		err = s.addVerdicts(ctx, tx, rows, hits, at)
	}
	return hits, err
}

// readHits reads the figures of rows without their verdicts. at has the first of the hits with
// each id; those of the same id share their figure.
func (s *Snapshot) readHits(ctx context.Context, from concordance.Querier, rows []int, p Page) (hits []Hit, at map[int64]int, err error) {
	hits = make([]Hit, len(rows))
	at = make(map[int64]int, len(rows))
	ids := make([]int64, 0, len(rows))
	for i, row := range rows {
		id := s.id(row)
		if _, again := at[id]; again {
			continue
		}
		at[id] = i
		ids = append(ids, id)
		h := &hits[i]
		r := s.readings[s.figures.reading[row]]
		h.setRef(s.ref(row))
		h.Annotator, h.Kind, h.Run = r.info.Annotator, r.info.Kind, r.info.Run
		h.State, h.Outcome = mashal.Done, mashal.WithFigures
		h.Figure = s.figure(row)
	}
	columns, tables, times := figureColumns(p.Traditional), hitTables, `''`
	if !p.NoLines {
		columns, tables = lineColumns(p.Traditional)+`, `+columns, tables+` JOIN verse v ON v.id = f.verse`
	}
	if !p.Brief {
		times, tables = `s.at`, tables+` JOIN verse_reading s ON s.reading = f.reading AND s.verse = f.verse`
	}
	found := 0
	err = concordance.Each(ctx, from, func(scan func(...any) error) error {
		var id, revision int64
		var hebrew, english, hebrewPlace string
		var explanation, source sql.NullString
		var f Figure
		into := []any{&id, &revision, &f.Hebrew, &f.English, &f.EnglishPlace, &f.Citation, &f.Words, &f.Score, &explanation, &source, &f.At}
		if !p.NoLines {
			into = slices.Insert(into, 2, any(&hebrew), any(&english), any(&hebrewPlace))
		}
		if err := scan(into...); err != nil {
			return err
		}
		h := &hits[at[id]]
		if s.readings[s.byID[h.Figure.Reading]].revision != revision {
			return ErrChanged
		}
		found++
		h.Figure.Hebrew, h.Figure.English, h.Figure.EnglishPlace = f.Hebrew, f.English, f.EnglishPlace
		h.Figure.Citation, h.Figure.Words, h.Figure.Score, h.Figure.At = f.Citation, f.Words, f.Score, f.At
		h.Figure.Explanation, h.Figure.Source = explanation.String, source.String
		h.Figure.ConfidenceOf = h.Kind.ConfidenceOf(source.String)
		if !p.NoLines {
			h.Hebrew, h.English = newLine(hebrew, hebrewPlace), newLine(english, f.EnglishPlace)
		}
		return nil
	}, `SELECT f.id, r.revision, `+columns+`, f.citation, f.words, f.score, f.explanation, f.source, `+times+` FROM `+tables, jsonOf(ids))
	if err == nil && found < len(ids) {
		err = ErrChanged
	}
	if err != nil {
		return nil, nil, err
	}
	if len(ids) < len(rows) {
		for i, row := range rows {
			hits[i] = hits[at[s.id(row)]]
		}
	}
	return hits, at, nil
}

// addVerdicts reads the verdicts on figures that have any.
func (s *Snapshot) addVerdicts(ctx context.Context, tx *sql.Tx, rows []int, hits []Hit, at map[int64]int) error {
	var ids []int64
	for _, row := range rows {
		if s.figures.status[row]&^newStatusSet(StatusOpen) != 0 {
			ids = append(ids, s.id(row))
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return concordance.Each(ctx, tx, func(scan func(...any) error) error {
		var id int64
		var v mashal.Verdict
		var to, reason sql.NullString
		if err := scan(&id, &v.Type, &v.Decision, &to, &reason, &v.By); err != nil {
			return err
		}
		v.To, v.Reason = mashal.Type(to.String), reason.String
		f := hits[at[id]].Figure
		f.Verdicts = append(f.Verdicts, v)
		return nil
	}, `SELECT d.figure, d.type, d.decision, d.to_type, d.reason, d.by
		FROM (SELECT DISTINCT value FROM json_each(?)) j CROSS JOIN verdict d ON d.figure = j.value ORDER BY d.figure, d.ordinal`, jsonOf(ids))
}

// figure returns what the index knows of a figure.
func (s *Snapshot) figure(row int) *Figure {
	return &Figure{
		ID: s.id(row), Reading: s.readings[s.figures.reading[row]].info.ID,
		Types: s.figures.final[row].list(), Detected: s.figures.detected[row].list(), Subtype: s.vocab.subtypes.String(int(s.figures.subtype[row])),
		Standing:  s.figures.standing[row],
		Grounding: groundings[s.figures.grounding[row]], Confidence: s.figures.confidence[row],
		Target: s.tag(0, row), Vehicle: s.tag(1, row), Ground: s.tag(2, row), Posture: s.tag(3, row),
		Speaker: s.vocab.speakers.String(int(s.figures.speaker[row])), Purpose: s.vocab.purposes.String(int(s.figures.purpose[row])),
	}
}

// ref returns the verse of a row.
func (s *Snapshot) ref(row int) mashal.Ref {
	ch := s.readings[s.figures.reading[row]].info.Chapter
	return mashal.Ref{Chapter: ch, Verse: int(int64(s.figures.verse[row])-int64(ch.FirstOrdinal())) + 1}
}
