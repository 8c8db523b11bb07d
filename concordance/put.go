package concordance

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"mashal"
)

// The id of a figure is that of its reading times PerReading, plus its verse
// times PerVerse, plus its number in the verse: decimal, so that people can read
// it.
const (
	PerReading = 1_000_000
	PerVerse   = 1_000
)

// Put writes a reading of a chapter in one transaction, so that readers see all
// of it or nothing. It replaces an earlier state of the same reading and
// selects the current reading of the chapter. The text must be that of the
// whole chapter. Verses that are neither done nor failed are omitted; a running
// verse is an error, because the reading is not finished.
func (c *Concordance) Put(ctx context.Context, r *mashal.Reading, text *mashal.ChapterText) error {
	op := fmt.Sprintf("put %s by %s into the concordance", r.Chapter, r.Annotator.Name)
	if err := check(r, text); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	// Computing the forms of words is the most expensive part, so it is done
	// outside of the transaction, and only for a new text.
	known, err := hasText(ctx, c.db.Read(), text)
	if err != nil {
		return Explain(op, fmt.Errorf("read the text: %w", err))
	}
	texts := map[int]*verseText{}
	for i := range text.Verses {
		if v := &text.Verses[i]; !known || slices.ContainsFunc(r.Verses, func(vr mashal.VerseReading) bool { return vr.Verse == v.Verse && len(vr.Figures) > 0 }) {
			texts[v.Verse] = newVerseText(v)
		}
	}
	err = c.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if !known {
			if err := putText(ctx, tx, text, texts); err != nil {
				return err
			}
		}
		if err := removeVerses(ctx, tx, r.ID); err != nil {
			return err
		}
		if err := putReading(ctx, tx, r); err != nil {
			return err
		}
		if err := putVerses(ctx, tx, r, texts); err != nil {
			return err
		}
		if r.Annotator.Kind != mashal.BySimulation {
			if err := dropSimulated(ctx, tx); err != nil {
				return err
			}
		}
		return choose(ctx, tx, r.Chapter)
	})
	return Explain(op, err)
}

// check reports a reading that does not fit its text, or that has more figures
// in a verse than ids can number.
func check(r *mashal.Reading, text *mashal.ChapterText) error {
	switch {
	case !r.Chapter.Valid():
		return errors.New("there is no such chapter")
	case r.Chapter != text.Chapter:
		return fmt.Errorf("the text is of %s", text.Chapter)
	case len(text.Verses) != r.Chapter.Verses():
		return fmt.Errorf("the text has %d verses, the chapter has %d", len(text.Verses), r.Chapter.Verses())
	case r.ID < 1:
		return fmt.Errorf("the reading has the id %d", r.ID)
	case r.Annotator.Kind.Rank() == 0:
		return fmt.Errorf("the annotator is of the unknown kind %q", string(r.Annotator.Kind))
	}
	before := 0
	for _, vr := range r.Verses {
		switch {
		case vr.Verse <= before || vr.Verse > len(text.Verses):
			return fmt.Errorf("verse %d follows verse %d in a chapter of %d verses", vr.Verse, before, len(text.Verses))
		case vr.State == mashal.Running:
			return fmt.Errorf("verse %d is still being read", vr.Verse)
		case (vr.State == mashal.Failed) != (vr.Failure != nil):
			return fmt.Errorf("verse %d is %s, which does not go with its failure %v", vr.Verse, vr.State, vr.Failure)
		case vr.State != mashal.Done && len(vr.Figures) > 0:
			return fmt.Errorf("verse %d is %s and has figures", vr.Verse, vr.State)
		case len(vr.Figures) >= PerVerse:
			return fmt.Errorf("verse %d has %d figures, more than can be told apart", vr.Verse, len(vr.Figures))
		}
		before = vr.Verse
		for _, f := range vr.Figures {
			if err := f.Validate(len(text.Verses[vr.Verse-1].Words)); err != nil {
				return fmt.Errorf("verse %d: %w", vr.Verse, err)
			}
		}
	}
	return nil
}

// hasText reports whether the file has the chapter's verses with this text.
func hasText(ctx context.Context, q Querier, text *mashal.ChapterText) (bool, error) {
	first, n, same := int64(text.Chapter.FirstOrdinal()), 0, true
	err := Each(ctx, q, func(scan func(...any) error) error {
		var id int64
		var hebrew, english string
		if err := scan(&id, &hebrew, &english); err != nil {
			return err
		}
		v := &text.Verses[id-first]
		n++
		same = same && hebrew == v.Hebrew() && english == v.English
		return nil
	}, `SELECT id, hebrew, english FROM verse WHERE id BETWEEN $1 AND $2`, first, first+int64(len(text.Verses))-1)
	return same && n == len(text.Verses), err
}
