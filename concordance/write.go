package concordance

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"mashal"
	"mashal/hebrew"
)

// timeLayout is the format of times in the file, in UTC, as SQLite writes them.
const timeLayout = "2006-01-02 15:04:05"

// putText writes the text of a chapter, replacing an earlier one.
func putText(ctx context.Context, tx *sql.Tx, text *mashal.ChapterText, texts map[int]*verseText) error {
	first := int64(text.Chapter.FirstOrdinal())
	if err := unindex(ctx, tx, "verse", first, first+int64(len(text.Verses))-1); err != nil {
		return err
	}
	if err := textRows(text, texts).flush(ctx, tx); err != nil {
		return err
	}
	return index(ctx, tx, "verse", first, first+int64(len(text.Verses))-1)
}

// textRows returns the rows of the text of a chapter.
func textRows(text *mashal.ChapterText, texts map[int]*verseText) *rows {
	verses := &rows{
		columns: 11,
		into: `INSERT INTO verse (id, book, chapter, verse, words,
			hebrew, hebrew_stripped, hebrew_traditional, hebrew_forms, english, english_traditional) VALUES`,
		then: `ON CONFLICT (id) DO UPDATE SET words = excluded.words,
			hebrew = excluded.hebrew, hebrew_stripped = excluded.hebrew_stripped, hebrew_traditional = excluded.hebrew_traditional,
			hebrew_forms = excluded.hebrew_forms, english = excluded.english, english_traditional = excluded.english_traditional`,
	}
	for i := range text.Verses {
		v := &text.Verses[i]
		t := texts[v.Verse]
		inHebrew, inEnglish := t.traditional()
		verses.add(t.id, int(v.Book), v.Number, v.Verse, len(v.Words), t.hebrew, hebrew.NoPoints(t.hebrew), inHebrew, strings.Join(t.forms, " "), v.English, inEnglish)
	}
	return verses
}

// indexed are the columns of the full-text indexes.
var indexed = map[string]string{"verse": "hebrew_forms, english", "figure": "hebrew_forms, english, explanation"}

// index adds the verses or figures in a range of ids to the full-text index. It
// is one statement, because each statement that writes makes the index flush
// what earlier ones added.
func index(ctx context.Context, tx *sql.Tx, table string, first, last int64) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO `+table+`_text (rowid, `+indexed[table]+`)
		SELECT id, `+indexed[table]+` FROM `+table+` WHERE id BETWEEN $1 AND $2`, first, last)
	if err != nil {
		return fmt.Errorf("enter the text of %s into the index: %w", table, err)
	}
	return nil
}

// unindex removes the verses or figures in a range of ids from the full-text
// index. It needs the indexed text, so the rows must still exist.
func unindex(ctx context.Context, tx *sql.Tx, table string, first, last int64) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO `+table+`_text (`+table+`_text, rowid, `+indexed[table]+`)
		SELECT 'delete', id, `+indexed[table]+` FROM `+table+` WHERE id BETWEEN $1 AND $2`, first, last)
	if err != nil {
		return fmt.Errorf("take the old text of %s out of the index: %w", table, err)
	}
	return nil
}

// removeVerses removes everything that belongs to a reading.
func removeVerses(ctx context.Context, tx *sql.Tx, reading int64) error {
	first, last := reading*PerReading, (reading+1)*PerReading-1
	var there bool
	if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM reading WHERE id = $1)`, reading).Scan(&there); err != nil || !there {
		return err
	}
	if err := unindex(ctx, tx, "figure", first, last); err != nil {
		return err
	}
	for _, table := range []string{"verdict", "figure_tag", "figure_type"} {
		if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE figure BETWEEN $1 AND $2`, first, last); err != nil {
			return fmt.Errorf("remove the old rows of %s: %w", table, err)
		}
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM figure WHERE id BETWEEN $1 AND $2`, first, last); err != nil {
		return fmt.Errorf("remove the old figures: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM verse_reading WHERE reading = $1`, reading); err != nil {
		return fmt.Errorf("remove the old verses: %w", err)
	}
	return nil
}

// removeReading removes a reading with everything that belongs to it.
func removeReading(ctx context.Context, tx *sql.Tx, reading int64) error {
	if err := removeVerses(ctx, tx, reading); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM reading WHERE id = $1`, reading)
	return err
}

func putReading(ctx context.Context, tx *sql.Tx, r *mashal.Reading) error {
	return readingRows(r).flush(ctx, tx)
}

func readingRows(r *mashal.Reading) *rows {
	a := r.Annotator
	readings := &rows{
		columns: 11,
		into:    `INSERT INTO reading (id, book, chapter, annotator, kind, rank, version, fingerprint, number, run, revision) VALUES`,
		then: `ON CONFLICT (id) DO UPDATE SET book = excluded.book, chapter = excluded.chapter,
			annotator = excluded.annotator, kind = excluded.kind, rank = excluded.rank, version = excluded.version,
			fingerprint = excluded.fingerprint, number = excluded.number, run = excluded.run, revision = excluded.revision`,
	}
	readings.add(r.ID, int(r.Chapter.Book), r.Chapter.Number, a.Label(), string(a.Kind), a.Kind.Rank(), a.Version, a.Fingerprint, r.Number, r.Run, r.Revision)
	return readings
}

// putVerses writes the states of the verses, and their figures.
func putVerses(ctx context.Context, tx *sql.Tx, r *mashal.Reading, texts map[int]*verseText) error {
	if err := flush(ctx, tx, verseRows(r, texts)...); err != nil {
		return err
	}
	return index(ctx, tx, "figure", r.ID*PerReading, (r.ID+1)*PerReading-1)
}

// verseRows returns the rows of the verses and of their figures, in an order that
// satisfies their references.
func verseRows(r *mashal.Reading, texts map[int]*verseText) []*rows {
	verses := &rows{columns: 9, into: `INSERT INTO verse_reading (reading, verse, state, figures,
		failure_kind, failure_reason, deliberation, deliberation_traditional, at) VALUES`}
	figures := newFigureRows()
	first := int64(r.Chapter.FirstOrdinal())
	for i := range r.Verses {
		vr := &r.Verses[i]
		if vr.State != mashal.Done && vr.State != mashal.Failed {
			continue
		}
		var kind, reason any
		if vr.Failure != nil {
			kind, reason = vr.Failure.Kind, vr.Failure.Reason
		}
		counted := 0
		for n := range vr.Figures {
			if vr.Figures[n].Counts() {
				counted++
			}
		}
		verses.add(r.ID, first+int64(vr.Verse)-1, string(vr.State), counted, kind, reason,
			null(vr.Deliberation), differing(hebrew.TraditionalEnglish(vr.Deliberation), vr.Deliberation), vr.At.UTC().Format(timeLayout))
		for n := range vr.Figures {
			figures.add(r.ID, n+1, texts[vr.Verse], &vr.Figures[n])
		}
	}
	return append([]*rows{verses}, figures.tables()...)
}
