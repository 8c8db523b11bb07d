package concordance

import (
	"context"
	"database/sql"
	"fmt"
	"sync"

	"mashal"
)

// A Source has the readings that a concordance is made of, for example a
// ledger.
type Source interface {
	// Identity returns a name of the source. Ids of readings are unique only
	// within one source.
	Identity(ctx context.Context) (string, error)
	// Revisions returns the revision of each finished reading, by id.
	Revisions(ctx context.Context) (map[int64]int64, error)
	// Reading returns a finished reading.
	Reading(ctx context.Context, id int64) (*mashal.Reading, error)
}

// Texts has the text of chapters.
type Texts interface {
	Chapter(mashal.Chapter) (*mashal.ChapterText, error)
}

// syncers is the number of readings that Sync writes concurrently: enough for
// commits to be shared, and for the next readings to be prepared meanwhile.
const syncers = 4

// Sync writes the readings of a source that the concordance lacks or has in an
// older state, and removes those that were forgotten in the source. It returns the
// number written. After an error, those already written remain. Sync fails like Follows
// if other readings would be lost.
func (c *Concordance) Sync(ctx context.Context, src Source, texts Texts) (put int, err error) {
	d, err := c.follows(ctx, src)
	if err != nil {
		return 0, err
	}
	if err := c.setMeta(ctx, MetaSource, d.Ledger); err != nil {
		return 0, Explain("record the source of the concordance", err)
	}
	if err := c.remove(ctx, d.Gone); err != nil {
		return 0, err
	}
	return c.putAll(ctx, src, texts, d.Missing)
}

// Follows returns nil if Sync can bring the concordance up to the source. It
// returns an *mashal.Error if readings would be lost: because they come from
// another source, whose ids have another meaning, or because the source lacks
// them or has an older state of them, for example after a backup was restored.
// The concordance may be all that is left of them; only Build drops readings.
func (c *Concordance) Follows(ctx context.Context, src Source) error {
	_, err := c.follows(ctx, src)
	return err
}

func (c *Concordance) follows(ctx context.Context, src Source) (*Difference, error) {
	d, err := c.Difference(ctx, src)
	if err == nil && len(d.Lost) > 0 {
		err = d.wouldLose()
	}
	return d, err
}

// remove removes readings that were forgotten, and the choice of a run as current that has
// no reading any more.
func (c *Concordance) remove(ctx context.Context, list []Held) error {
	if len(list) == 0 {
		return nil
	}
	err := c.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		for _, h := range list {
			if err := removeReading(ctx, tx, h.ID); err != nil {
				return err
			}
		}
		if err := dropIdleChoice(ctx, tx); err != nil {
			return err
		}
		return chooseAll(ctx, tx)
	})
	return Explain("remove forgotten readings", err)
}

func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// putAll writes readings concurrently until all are written or one fails.
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
					cancel() // the others stop after their present reading
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(errs) > 0 {
		return put, errs[0] // the others have the same cause
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
