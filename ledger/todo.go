package ledger

import (
	"context"
	"database/sql"

	"mashal"
)

// A Todo is the work that a run would have, as StartRun plans it.
type Todo struct {
	Work        []Work // Reading is 0 where none is begun; in canonical order
	Validate    []Work // likewise
	AlreadyDone int    // verses of the selection that are done
}

// FullTodo returns the work on a selection without a verse that is done.
func FullTodo(selection mashal.Selection) *Todo {
	return todo(selection, nil)
}

// Todo returns the work that a run of an annotator would have now without Again,
// and of a validator unless its fingerprint is "". It changes nothing.
func (l *Ledger) Todo(ctx context.Context, annotatorFingerprint, validatorFingerprint string, validateBelow float64, selection mashal.Selection) (*Todo, error) {
	states := map[mashal.Chapter]*chapterState{}
	err := query(ctx, l.read(), func(rows *sql.Rows) error {
		var reading int64
		var ch mashal.Chapter
		var verse, unjudged int
		var state mashal.State
		if err := rows.Scan(&reading, &ch.Book, &ch.Number, &verse, &state, &unjudged); err != nil {
			return err
		}
		f := states[ch]
		if f == nil {
			f = newChapterState(reading)
			states[ch] = f
		}
		f.done[verse] = state == mashal.Done
		f.unjudged[verse] = f.done[verse] && unjudged == 1
		return nil
	}, `
SELECT r.id, r.book, r.chapter, v.verse, v.state, CASE
	WHEN $2 <> '' AND EXISTS (SELECT 1 FROM figure f WHERE f.reading = v.reading AND f.verse = v.verse AND (CAST($3 AS DOUBLE PRECISION) = 0 OR f.confidence < CAST($3 AS DOUBLE PRECISION)))
		AND NOT EXISTS (
			SELECT 1 FROM validation j JOIN annotator b ON b.id = j.validator
			WHERE j.reading = v.reading AND j.verse = v.verse AND j.state = 'done' AND b.fingerprint = $2) THEN 1
	ELSE 0 END`+fromLatest, annotatorFingerprint, validatorFingerprint, validateBelow)
	return todo(selection, states), l.explain("read", err)
}

// chapterState is what is recorded of a chapter.
type chapterState struct {
	reading        int64
	done, unjudged map[int]bool // by verse
}

func newChapterState(reading int64) *chapterState {
	return &chapterState{reading: reading, done: map[int]bool{}, unjudged: map[int]bool{}}
}

func todo(selection mashal.Selection, states map[mashal.Chapter]*chapterState) *Todo {
	t := &Todo{}
	for _, ch := range selection.Chapters() {
		f := states[ch]
		if f == nil {
			f = newChapterState(0)
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
