package ledger

import (
	"context"
	"database/sql"

	"mashal"
)

// A Todo is what a run would have to do, as StartRun plans it.
type Todo struct {
	Work        []Work // Reading is 0 where none is begun; in canonical order
	Validate    []Work // likewise
	AlreadyDone int    // verses of the selection that are done
}

// Everything is what there is to do of a selection when nothing is done.
func Everything(selection mashal.Selection) *Todo {
	return todo(selection, nil)
}

// Todo looks what a run of an annotator and, unless that is "", a validator
// would have to do now, without --again. Nothing is written.
func (l *Ledger) Todo(ctx context.Context, annotatorFingerprint, validatorFingerprint string, selection mashal.Selection) (*Todo, error) {
	found := map[mashal.Chapter]*found{}
	err := query(ctx, l.read(), func(rows *sql.Rows) error {
		var reading int64
		var ch mashal.Chapter
		var verse, unjudged int
		var state mashal.State
		if err := rows.Scan(&reading, &ch.Book, &ch.Number, &verse, &state, &unjudged); err != nil {
			return err
		}
		f := found[ch]
		if f == nil {
			f = newFound(reading)
			found[ch] = f
		}
		f.done[verse] = state == mashal.Done
		f.unjudged[verse] = f.done[verse] && unjudged == 1
		return nil
	}, `
SELECT r.id, r.book, r.chapter, v.verse, v.state, CASE
	WHEN $2 <> '' AND EXISTS (SELECT 1 FROM figure f WHERE f.reading = v.reading AND f.verse = v.verse)
		AND NOT EXISTS (
			SELECT 1 FROM validation j JOIN annotator b ON b.id = j.validator
			WHERE j.reading = v.reading AND j.verse = v.verse AND j.state = 'done' AND b.fingerprint = $2) THEN 1
	ELSE 0 END`+latest, annotatorFingerprint, validatorFingerprint)
	return todo(selection, found), l.explain("read", err)
}

// A found is what there is of a chapter already.
type found struct {
	reading        int64
	done, unjudged map[int]bool // by verse
}

func newFound(reading int64) *found {
	return &found{reading: reading, done: map[int]bool{}, unjudged: map[int]bool{}}
}

func todo(selection mashal.Selection, found map[mashal.Chapter]*found) *Todo {
	t := &Todo{}
	for _, ch := range selection.Chapters() {
		f := found[ch]
		if f == nil {
			f = newFound(0)
		}
		work, validate := Work{Reading: f.reading, Chapter: ch}, Work{Reading: f.reading, Chapter: ch}
		for _, p := range selection.Passages(ch) {
			for verse := p.First; verse <= p.Last; verse++ {
				if f.done[verse] {
					t.AlreadyDone++
				} else {
					work.Verses = append(work.Verses, verse)
				}
				if f.unjudged[verse] {
					validate.Verses = append(validate.Verses, verse)
				}
			}
		}
		if len(work.Verses) > 0 {
			t.Work = append(t.Work, work)
		}
		if len(validate.Verses) > 0 {
			t.Validate = append(t.Validate, validate)
		}
	}
	return t
}
