package concordance

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"mashal"
)

// A Source has the readings that a concordance is made of, such as a ledger.
type Source interface {
	// Identity tells the source from others, whose readings have other ids.
	Identity(ctx context.Context) (string, error)
	// Revisions lists the readings that have come to their end, by id, with
	// their revisions.
	Revisions(ctx context.Context) (map[int64]int64, error)
	// Reading is one of them.
	Reading(ctx context.Context, id int64) (*mashal.Reading, error)
}

// Texts has the text that was read.
type Texts interface {
	Chapter(mashal.Chapter) (*mashal.ChapterText, error)
}

// syncers is how many readings Sync has under way: enough for commits to be
// shared, while one is written the next are prepared.
const syncers = 4

// Sync makes the concordance hold what the source has: it puts what is missing
// or has changed, and removes what the source does not have. What came from
// another source is all removed: its ids say nothing here. It returns how many
// readings it put. After an error those that were put stay.
func (c *Concordance) Sync(ctx context.Context, src Source, texts Texts) (put int, err error) {
	source, err := src.Identity(ctx)
	if err != nil {
		return 0, fmt.Errorf("identify the source of the concordance: %w", err)
	}
	before, err := c.meta(ctx, metaSource)
	if err != nil {
		return 0, explain("identify the source of the concordance", err)
	}
	want, err := src.Revisions(ctx)
	if err != nil {
		return 0, fmt.Errorf("list the readings for the concordance: %w", err)
	}
	have := map[int64]int64{}
	err = each(ctx, c.db.Read(), func(scan func(...any) error) error {
		var id, revision int64
		err := scan(&id, &revision)
		have[id] = revision
		return err
	}, `SELECT id, revision FROM reading`)
	if err != nil {
		return 0, explain("list the readings in the concordance", err)
	}
	for _, id := range slices.Sorted(maps.Keys(have)) {
		if _, ok := want[id]; ok && source == before {
			continue
		}
		if err := c.remove(ctx, id); err != nil {
			return 0, explain(fmt.Sprintf("remove reading %d from the concordance", id), err)
		}
		delete(have, id)
	}
	if source != before {
		if err := c.setMeta(ctx, metaSource, source); err != nil {
			return 0, explain("record the source of the concordance", err)
		}
	}
	var stale []int64
	for id, revision := range want {
		if r, ok := have[id]; !ok || r != revision {
			stale = append(stale, id)
		}
	}
	slices.SortFunc(stale, cmp.Compare[int64])
	return c.putAll(ctx, src, texts, stale)
}

// putAll puts readings, several at a time, until all are put or one fails.
func (c *Concordance) putAll(ctx context.Context, src Source, texts Texts, ids []int64) (put int, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		next int
		errs []error
	)
	take := func() (id int64, ok bool) {
		mu.Lock()
		defer mu.Unlock()
		if next == len(ids) || ctx.Err() != nil {
			return 0, false
		}
		next++
		return ids[next-1], true
	}
	for range min(syncers, len(ids)) {
		wg.Go(func() {
			for id, ok := take(); ok; id, ok = take() {
				err := c.putFrom(ctx, src, texts, id)
				mu.Lock()
				if err == nil {
					put++
				} else {
					errs = append(errs, err)
					cancel() // the others stop after what they have under way
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(errs) > 0 {
		return put, errs[0] // the others follow from it, or from its cause
	}
	if put < len(ids) {
		return put, ctx.Err()
	}
	return put, nil
}

func (c *Concordance) putFrom(ctx context.Context, src Source, texts Texts, id int64) error {
	r, err := src.Reading(ctx, id)
	if err != nil {
		return fmt.Errorf("get reading %d for the concordance: %w", id, err)
	}
	text, err := texts.Chapter(r.Chapter)
	if err != nil {
		return fmt.Errorf("get the text of %s for the concordance: %w", r.Chapter, err)
	}
	return c.Put(ctx, r, text)
}

// remove takes a reading out, and the text of its chapter if nobody else has
// read that.
func (c *Concordance) remove(ctx context.Context, id int64) error {
	return c.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		var ch mashal.Chapter
		var others int
		err := tx.QueryRowContext(ctx, `SELECT r.book, r.chapter,
			(SELECT count(*) FROM reading o WHERE o.book = r.book AND o.chapter = r.chapter AND o.id <> r.id)
			FROM reading r WHERE r.id = $1`, id).Scan(&ch.Book, &ch.Number, &others)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := removeVerses(ctx, tx, id); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM reading WHERE id = $1`, id); err != nil {
			return err
		}
		if others > 0 {
			return choose(ctx, tx, ch)
		}
		first := firstOrdinal(ch)
		last := first + int64(ch.Verses()) - 1
		if err := unindex(ctx, tx, "verse", first, last); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM verse WHERE id BETWEEN $1 AND $2`, first, last)
		return err
	})
}
