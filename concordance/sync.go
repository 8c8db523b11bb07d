package concordance

import (
	"context"
	"fmt"
	"maps"
	"slices"
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
// older state. It returns the number written. After an error, those already
// written remain. Sync removes no reading; it fails like Follows if the source
// would require it.
func (c *Concordance) Sync(ctx context.Context, src Source, texts Texts) (put int, err error) {
	stale, err := c.behind(ctx, src)
	if err != nil {
		return 0, err
	}
	source, err := src.Identity(ctx)
	if err != nil {
		return 0, fmt.Errorf("identify the source of the concordance: %w", err)
	}
	if err := c.setMeta(ctx, MetaSource, source); err != nil {
		return 0, Explain("record the source of the concordance", err)
	}
	return c.putAll(ctx, src, texts, stale)
}

// Follows returns nil if Sync can bring the concordance up to the source. It
// returns an *mashal.Error if readings would be lost: because they come from
// another source, whose ids have another meaning, or because the source lacks
// them or has an older state of them, for example after a backup was restored.
// The concordance may be all that is left of them; only Build drops readings.
func (c *Concordance) Follows(ctx context.Context, src Source) error {
	_, err := c.behind(ctx, src)
	return err
}

// behind returns the readings that the concordance lacks or has in an older
// state, in ascending order.
func (c *Concordance) behind(ctx context.Context, src Source) (stale []int64, err error) {
	source, err := src.Identity(ctx)
	if err != nil {
		return nil, fmt.Errorf("identify the source of the concordance: %w", err)
	}
	before, err := c.meta(ctx, MetaSource)
	if err != nil {
		return nil, Explain("identify the source of the concordance", err)
	}
	want, err := src.Revisions(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the readings for the concordance: %w", err)
	}
	lost, chapters := 0, map[mashal.Chapter]bool{}
	err = Each(ctx, c.db.Read(), func(scan func(...any) error) error {
		var id, revision int64
		var ch mashal.Chapter
		if err := scan(&id, &revision, &ch.Book, &ch.Number); err != nil {
			return err
		}
		there, ok := want[id]
		switch {
		case source != before || !ok || there < revision:
			lost++
			chapters[ch] = true
		case there == revision:
			delete(want, id)
		}
		return nil
	}, `SELECT id, revision, book, chapter FROM reading`)
	if err != nil {
		return nil, Explain("list the readings in the concordance", err)
	}
	if lost > 0 {
		return nil, wouldLose(lost, len(chapters), source != before)
	}
	return slices.Sorted(maps.Keys(want)), nil
}

func wouldLose(readings, chapters int, another bool) error {
	why := "the ledger lacks %s that the concordance has, or has an older state, of %s: they would be lost"
	if another {
		why = "the concordance has %s of another ledger, of %s: they would be lost"
	}
	return &mashal.Error{
		Code: mashal.Usage, Op: "bring the concordance up to the ledger",
		Err: fmt.Errorf(why, count(readings, "reading"), count(chapters, "chapter")),
		Hint: "Put the right ledger back in its place, or choose another folder with --dir FOLDER;" +
			" mashal build makes the concordance from this ledger alone.",
	}
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
