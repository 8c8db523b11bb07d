package concordance

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"mashal"
)

// Keys of the table meta.
const (
	MetaText    = "text version"
	metaProgram = "program version"
	metaCurrent = "current run"
	MetaSource  = "first run of the ledger" // identifies the ledger

	// What a published concordance can state about itself. Citations contain it.
	MetaEditors = "editors"
	MetaLicence = "licence" // of the annotations
)

// constants are the properties of every concordance of this version: what the
// file is, and what the licences of its sources require.
var constants = [][2]string{
	{"title", "Mashal: a concordance of figurative language in the Hebrew Bible"},
	{"schema version", "6"},
	{"hebrew text", "Westminster Leningrad Codex, qere in the line"},
	{"hebrew text licence", "public domain"},
	{"morphology", "Open Scriptures Hebrew Bible: lemmas and morphology"},
	{"morphology licence", "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"},
	{"morphology attribution", "Original work of the Open Scriptures Hebrew Bible available at https://github.com/openscriptures/morphhb"},
	{"english text", "World English Bible"},
	{"english text licence", "public domain"},
	{"verse numbers", "Hebrew"},
	{"how to read it", "Tables are normalised; the views verses and figurative_language show the current reading of each chapter."},
}

// initialize writes the books and constants of a new file.
func (c *Concordance) initialize(ctx context.Context) error {
	var n int
	if err := c.db.Read().QueryRowContext(ctx, `SELECT count(*) FROM book`).Scan(&n); err != nil {
		return fmt.Errorf("read the books: %w", err)
	}
	if n == mashal.Books {
		return nil
	}
	return c.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		books := &rows{into: `INSERT OR REPLACE INTO book (id, osis, name, hebrew, section, chapters, verses) VALUES`, columns: 7}
		for b := mashal.Book(1); b <= mashal.Books; b++ {
			verses := 0
			for ch := 1; ch <= b.Chapters(); ch++ {
				verses += b.Verses(ch)
			}
			books.add(int(b), b.OSIS(), b.Name(), b.Hebrew(), b.Section().String(), b.Chapters(), verses)
		}
		meta := &rows{into: `INSERT OR REPLACE INTO meta (key, value) VALUES`, columns: 2}
		for _, kv := range constants {
			meta.add(kv[0], kv[1])
		}
		return flush(ctx, tx, books, meta)
	})
}

// Describe records the versions of the text and of the program from which the
// concordance is made. If the version of the text changes, all readings count
// as stale, so that the next Sync writes them again.
func (c *Concordance) Describe(ctx context.Context, text, program string) error {
	for key, value := range map[string]string{MetaText: text, metaProgram: program} {
		before, err := c.meta(ctx, key)
		if err != nil {
			return Explain("describe the concordance", err)
		}
		if before == value {
			continue
		}
		err = c.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
			if key == MetaText && before != "" {
				if _, err := tx.ExecContext(ctx, `UPDATE reading SET revision = -1`); err != nil {
					return fmt.Errorf("mark the readings of another text: %w", err)
				}
			}
			return setMeta(ctx, tx, key, value)
		})
		if err != nil {
			return Explain("describe the concordance", err)
		}
	}
	return nil
}

// Meta returns the properties of the concordance: versions, sources, licences
// and required attributions.
func (c *Concordance) Meta(ctx context.Context) (map[string]string, error) {
	meta := map[string]string{}
	err := Each(ctx, c.db.Read(), func(scan func(...any) error) error {
		var key, value string
		if err := scan(&key, &value); err != nil {
			return err
		}
		meta[key] = value
		return nil
	}, `SELECT key, value FROM meta`)
	return meta, Explain("read what the concordance is", err)
}

func (c *Concordance) meta(ctx context.Context, key string) (value string, err error) {
	err = c.db.Read().QueryRowContext(ctx, `SELECT value FROM meta WHERE key = $1`, key).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return value, err
}

func (c *Concordance) setMeta(ctx context.Context, key, value string) error {
	return c.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error { return setMeta(ctx, tx, key, value) })
}

func setMeta(ctx context.Context, tx *sql.Tx, key, value string) error {
	if _, err := tx.ExecContext(ctx, `INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value); err != nil {
		return fmt.Errorf("record the %s: %w", key, err)
	}
	return nil
}
