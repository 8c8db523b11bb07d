package killtest

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"testing"

	"mashal"
	"mashal/corpus"
	"mashal/ledger"
	"mashal/reference"
	"mashal/report"
	"mashal/sqlite"
)

// checkLeft checks the files that a loss of power or a kill has left. It returns how many
// places were acknowledged of which verses are not there.
func checkLeft(t *testing.T, dir string, acknowledged map[string]bool) (missing int) {
	t.Helper()
	ctx := context.Background()
	if _, err := os.Stat(report.Folder(dir).Concordance()); err == nil {
		db, err := sqlite.OpenReadOnly(ctx, report.Folder(dir).Concordance())
		if err != nil {
			t.Errorf("the concordance: %v", err)
		} else if err := errors.Join(db.Check(ctx), db.Close()); err != nil {
			t.Errorf("the concordance: %v", err)
		}
	}
	book, err := ledger.OpenReadOnly(ctx, report.Folder(dir).Ledger())
	if err != nil {
		// It was being made: the next run makes it.
		if len(acknowledged) > 0 || !errors.Is(err, ledger.ErrNone) && !errors.Is(err, ledger.ErrOlder) && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the ledger: %v", err)
		}
		return len(acknowledged)
	}
	defer book.Close()
	if err := book.Check(ctx); err != nil {
		t.Errorf("the ledger: %v", err)
	}
	text, err := corpus.Open()
	if err != nil {
		t.Fatal(err)
	}
	revisions, err := book.Revisions(ctx)
	if err != nil {
		t.Fatal(err)
	}
	chapters := map[mashal.Chapter]bool{}
	for id := range revisions {
		r, err := book.Reading(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		chapter, err := text.Chapter(r.Chapter)
		if err != nil {
			t.Fatal(err)
		}
		if chapters[r.Chapter] {
			t.Errorf("%s is there twice", r.Chapter)
		}
		chapters[r.Chapter] = true
		if len(r.Verses) != len(chapter.Verses) {
			t.Errorf("%s has %d verses of %d", r.Chapter, len(r.Verses), len(chapter.Verses))
		}
	}
	ended := endedVerses(t, report.Folder(dir).Ledger())
	for place := range acknowledged {
		selection, err := reference.ParseSelection([]string{place})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range selection {
			for verse := p.First; verse <= p.Last; verse++ {
				if !ended[mashal.Ref{Chapter: p.Chapter, Verse: verse}] {
					t.Errorf("%s was acknowledged, and verse %d is not there", place, verse)
					missing++
					break
				}
			}
		}
	}
	return missing
}

// endedVerses returns the verses of a ledger that are done or have failed, also those of
// chapters that readers do not see yet.
func endedVerses(t *testing.T, path string) map[mashal.Ref]bool {
	t.Helper()
	db, err := sqlite.OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	rows, err := db.Read().QueryContext(t.Context(), `SELECT r.book, r.chapter, v.verse FROM verse v JOIN reading r ON r.id = v.reading WHERE v.state IN ('done', 'failed')`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	ended := map[mashal.Ref]bool{}
	for rows.Next() {
		var ref mashal.Ref
		if err := rows.Scan(&ref.Chapter.Book, &ref.Chapter.Number, &ref.Verse); err != nil {
			t.Fatal(err)
		}
		ended[ref] = true
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return ended
}
