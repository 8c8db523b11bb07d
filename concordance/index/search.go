package index

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mashal"
	"mashal/concordance"
	"mashal/corpus/lexicon"
)

// Search gives what a query finds, in the order of the canon, and how many
// there are in all. The two agree even while a run is writing.
func Search(ctx context.Context, c *concordance.Concordance, q Query) (*Hits, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	inHebrew, err := parseTerms(q.Hebrew, lexicon.HebrewWords)
	if err != nil {
		return nil, err
	}
	inEnglish, err := parseTerms(q.English, lexicon.EnglishWords)
	if err != nil {
		return nil, err
	}
	tx, err := c.Read().BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, concordance.Explain("search the concordance", err)
	}
	hits, err := (&search{Query: &q, tx: tx, hebrew: inHebrew, english: inEnglish}).run(ctx)
	return hits, concordance.Explain("search the concordance", errors.Join(err, tx.Rollback()))
}

// A search is a query under way, in one read transaction.
type search struct {
	*Query
	tx              *sql.Tx
	hebrew, english terms
}

func (s *search) run(ctx context.Context) (*Hits, error) {
	if err := s.knownAnnotator(ctx); err != nil {
		return nil, err
	}
	from, args, err := s.from(ctx)
	if err != nil {
		return nil, err
	}
	hits := &Hits{Hits: []Hit{}}
	if err := s.tx.QueryRowContext(ctx, `SELECT count(*) `+from, args...).Scan(&hits.Total); err != nil {
		return nil, err
	}
	limit := s.Limit
	if limit == 0 {
		limit = -1 // SQLite's word for all
	}
	if err := s.fetch(ctx, hits, from+` ORDER BY v.id, f.id LIMIT ? OFFSET ?`, append(args, limit, s.Offset)); err != nil {
		return nil, err
	}
	return hits, s.describe(ctx, hits)
}

// knownAnnotator refuses an annotator who has read nothing, who would else
// look like one who has found nothing.
func (s *search) knownAnnotator(ctx context.Context) error {
	if s.Annotator == "" {
		return nil
	}
	var names []string
	known := false
	err := concordance.Each(ctx, s.tx, func(scan func(...any) error) error {
		var name string
		err := scan(&name)
		names = append(names, name)
		known = known || name == s.Annotator
		return err
	}, `SELECT DISTINCT annotator FROM reading ORDER BY annotator`)
	switch {
	case err != nil:
		return fmt.Errorf("list the annotators: %w", err)
	case known:
		return nil
	case len(names) == 0:
		return mashal.Usagef("Annotate some of it first.", "nobody has read anything in this concordance")
	}
	return mashal.Usagef("Readings are there by "+strings.Join(names, ", ")+".", "there is no reading by %q", s.Annotator)
}

// from is the FROM and WHERE of the query: v is the verse, r the reading that
// is shown of its chapter, f the figure, s what became of the verse. The last
// three are NULL where there is none.
func (s *search) from(ctx context.Context) (string, []any, error) {
	// Verses come first, in their order, so that a page is found without
	// sorting what it is a page of; unless the words lead to few figures.
	join := `CROSS JOIN`
	switch {
	case s.Verses:
		join = `LEFT JOIN`
	case s.InFigure:
		join = `JOIN`
	}
	reading := condition{sql: `r.current`}
	if s.Annotator != "" {
		reading = condition{
			`r.id = (SELECT max(o.id) FROM reading o WHERE o.book = v.book AND o.chapter = v.chapter AND o.annotator = ?)`,
			[]any{s.Annotator},
		}
	}
	figures := s.figureConditions()
	verses := []condition{where(s.Selection)}
	if len(s.hebrew)+len(s.english) > 0 {
		if s.InFigure {
			c, err := s.words(ctx, "figure", "f.id")
			if err != nil {
				return "", nil, err
			}
			figures = append(figures, c)
		}
		if !s.InFigure || s.Verses {
			c, err := s.words(ctx, "verse", "v.id")
			if err != nil {
				return "", nil, err
			}
			verses = append(verses, c)
		}
	}
	if s.Lemma != "" {
		ofFigure, ofVerse, err := s.lemma(ctx)
		if err != nil {
			return "", nil, err
		}
		figures, verses = append(figures, ofFigure), append(verses, ofVerse)
	}
	var b strings.Builder
	var args []any
	add := func(c condition) {
		b.WriteString(c.sql)
		args = append(args, c.args...)
	}
	b.WriteString(`FROM verse v ` + join + ` reading r ON r.book = v.book AND r.chapter = v.chapter AND `)
	add(reading)
	b.WriteString(` ` + join + ` figure f ON f.verse = v.id AND f.reading = r.id`)
	for _, c := range figures {
		b.WriteString(` AND `)
		add(c)
	}
	b.WriteString(` LEFT JOIN verse_reading s ON s.reading = r.id AND s.verse = v.id`)
	b.WriteString(` WHERE 1`)
	for _, c := range verses {
		b.WriteString(` AND `)
		add(c)
	}
	return b.String(), args, nil
}

// lemma is the conditions that a figure has a word of the lemma, and that a
// verse has one.
func (s *search) lemma(ctx context.Context) (ofFigure, ofVerse condition, err error) {
	ids, err := s.Lexicon.LemmaIDs(s.Lemma)
	if err != nil {
		return condition{}, condition{}, err
	}
	words := s.Lexicon.WithLemmas(ids)
	verses := slices.Collect(s.Lexicon.VersesWith(words, 1).Each())
	inVerses := jsonOf(verses)
	figures := []int64{}
	err = concordance.Each(ctx, s.tx, func(scan func(...any) error) error {
		var id, verse int64
		var ranges string
		if err := scan(&id, &verse, &ranges); err != nil {
			return err
		}
		span, err := s.Lexicon.Span(verse, ranges)
		if err != nil {
			return fmt.Errorf("figure %d: %w", id, err)
		}
		if s.Lexicon.HasWord(int(verse), span, words) {
			figures = append(figures, id)
		}
		return nil
	}, `SELECT f.id, f.verse, f.words FROM json_each(?) j CROSS JOIN figure f ON f.verse = j.value`, inVerses)
	if err != nil {
		return condition{}, condition{}, fmt.Errorf("look for the lemma: %w", err)
	}
	return condition{`f.id IN (SELECT value FROM json_each(?))`, []any{jsonOf(figures)}},
		condition{`v.id IN (SELECT value FROM json_each(?))`, []any{inVerses}}, nil
}

// words is the condition that a verse or a figure has the words.
func (s *search) words(ctx context.Context, table, id string) (condition, error) {
	if decided(s.hebrew, s.Exact) {
		return condition{id + ` IN (SELECT rowid FROM ` + table + `_text WHERE ` + table + `_text MATCH ?)`, []any{match(s.hebrew, s.english)}}, nil
	}
	ids, err := findWords(ctx, s.tx, table, s.hebrew, s.english, s.Exact)
	if err != nil {
		return condition{}, err
	}
	return condition{id + ` IN (SELECT value FROM json_each(?))`, []any{jsonOf(ids)}}, nil
}

// findWords is the ids of the rows of a table, verses or figures, that have
// the words. What the full-text index cannot decide alone is looked up in what
// it offers.
func findWords(ctx context.Context, q concordance.Querier, table string, inHebrew, inEnglish terms, exact bool) ([]int64, error) {
	if decided(inHebrew, exact) {
		ids, err := rowIDs(ctx, q, table, match(inHebrew, inEnglish))
		if err != nil {
			return nil, fmt.Errorf("look for the words: %w", err)
		}
		return ids, nil
	}
	ids := []int64{}
	same := lexicon.SameHebrew(exact)
	err := concordance.Each(ctx, q, func(scan func(...any) error) error {
		var id int64
		var forms, english string
		if err := scan(&id, &forms, &english); err != nil {
			return err
		}
		if have(strings.Fields(forms), inHebrew, same) &&
			(!exact || have(lexicon.EnglishWords(english), inEnglish, func(a, b string) bool { return a == b })) {
			ids = append(ids, id)
		}
		return nil
	}, `SELECT c.id, c.hebrew_forms, c.english FROM `+table+`_text x JOIN `+table+` c ON c.id = x.rowid WHERE `+table+`_text MATCH ?`, match(inHebrew, inEnglish))
	if err != nil {
		return nil, fmt.Errorf("look for the words: %w", err)
	}
	return ids, nil
}

// rowIDs is what the full-text index of a table finds. The ids come as one
// string, which takes a third of the time that as many rows take.
func rowIDs(ctx context.Context, q concordance.Querier, table, expression string) (ids []int64, err error) {
	var list sql.NullString
	err = concordance.Each(ctx, q, func(scan func(...any) error) error { return scan(&list) },
		`SELECT group_concat(rowid) FROM `+table+`_text WHERE `+table+`_text MATCH ?`, expression)
	if err != nil || !list.Valid {
		return nil, err
	}
	for s := range strings.SplitSeq(list.String, ",") {
		id, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func (s *search) fetch(ctx context.Context, hits *Hits, from string, args []any) error {
	return concordance.Each(ctx, s.tx, func(scan func(...any) error) error {
		var h Hit
		var f Figure
		var id sql.NullInt64
		var confidence sql.NullFloat64
		var hebrew, english string
		var annotator, run, state, failure, reason, figureHebrew, figureEnglish, hebrewPlace, englishPlace,
			citation, words, grounding, subtype, explanation, speaker, purpose, source sql.NullString
		err := scan(&h.Ref.Book, &h.Ref.Number, &h.Ref.Verse, &annotator, &run, &state, &failure, &reason,
			&hebrew, &english, &hebrewPlace, &figureHebrew, &figureEnglish, &englishPlace,
			&id, &citation, &words, &grounding, &confidence, &subtype, &explanation, &speaker, &purpose, &source)
		if err != nil {
			return err
		}
		h.Book, h.Chapter, h.Verse = h.Ref.Book.Name(), h.Ref.Number, h.Ref.Verse
		h.Annotator, h.Run, h.State = annotator.String, run.String, mashal.NotRun
		if state.Valid {
			h.State = mashal.State(state.String)
		}
		h.Failure, h.Reason = failure.String, reason.String
		h.Hebrew = newLine(hebrew, hebrewPlace.String)
		h.English = newLine(english, englishPlace.String)
		if id.Valid {
			f = Figure{
				ID: id.Int64, Citation: citation.String, Types: []mashal.Type{}, Detected: []mashal.Type{},
				Subtype: subtype.String, Words: words.String, Grounding: mashal.Grounding(grounding.String),
				Hebrew: figureHebrew.String, English: figureEnglish.String, Explanation: explanation.String,
				Confidence: confidence.Float64, Speaker: speaker.String, Purpose: purpose.String, Source: source.String,
			}
			h.Figure = &f
		}
		hits.Hits = append(hits.Hits, h)
		return nil
	}, `SELECT v.book, v.chapter, v.verse, r.annotator, r.run, s.state, s.failure_kind, s.failure_reason, `+lineColumns(s.Traditional)+`, `+figureColumns(s.Traditional)+`,
		f.id, f.citation, f.words, f.grounding, f.confidence, f.subtype, f.explanation, f.speaker, f.purpose, f.source `+from, args...)
}

// describe adds the types and tags of the figures.
func (s *search) describe(ctx context.Context, hits *Hits) error {
	figures := map[int64]*Figure{}
	ids := []int64{}
	for _, h := range hits.Hits {
		if h.Figure != nil {
			figures[h.Figure.ID] = h.Figure
			ids = append(ids, h.Figure.ID)
		}
	}
	list := jsonOf(ids)
	found := map[int64]map[mashal.Type][2]bool{}
	err := concordance.Each(ctx, s.tx, func(scan func(...any) error) error {
		var id int64
		var ty mashal.Type
		var detected, final bool
		if err := scan(&id, &ty, &detected, &final); err != nil {
			return err
		}
		if found[id] == nil {
			found[id] = map[mashal.Type][2]bool{}
		}
		found[id][ty] = [2]bool{detected, final}
		return nil
	}, `SELECT figure, type, detected, final FROM figure_type WHERE figure IN (SELECT value FROM json_each(?))`, list)
	if err != nil {
		return fmt.Errorf("read the types of figures: %w", err)
	}
	for id, types := range found {
		for _, ty := range mashal.Types {
			if types[ty][0] {
				figures[id].Detected = append(figures[id].Detected, ty)
			}
			if types[ty][1] {
				figures[id].Types = append(figures[id].Types, ty)
			}
		}
	}
	err = concordance.Each(ctx, s.tx, func(scan func(...any) error) error {
		var id int64
		var side string
		var tag mashal.Tag
		if err := scan(&id, &side, &tag.Specific, &tag.Category, &tag.Domain); err != nil {
			return err
		}
		f := figures[id]
		*map[string]*mashal.Tag{"target": &f.Target, "vehicle": &f.Vehicle, "ground": &f.Ground, "posture": &f.Posture}[side] = tag
		return nil
	}, `SELECT figure, side, specific, category, domain FROM figure_tag WHERE figure IN (SELECT value FROM json_each(?))`, list)
	if err != nil {
		return fmt.Errorf("read the tags of figures: %w", err)
	}
	return nil
}
