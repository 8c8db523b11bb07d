package index_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"mashal"
	"mashal/concordance"
	"mashal/concordance/index"
	"mashal/sqlite"
)

// schemaFive makes a concordance of schema 5 with four figures in Obadiah 1:1. Two have a
// standing in the place of the subtype.
func schemaFive(t *testing.T) string {
	t.Helper()
	files := fstest.MapFS{}
	for _, name := range []string{"001_concordance", "002_explanations", "003_identity", "004_uncounted", "005_outcomes"} {
		text, err := os.ReadFile("../schema/" + name + ".sql")
		if err != nil {
			t.Fatal(err)
		}
		files[name+".sql"] = &fstest.MapFile{Data: text}
	}
	path := filepath.Join(t.TempDir(), "concordance.db")
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	first := mashal.Ref{Chapter: obadiah, Verse: 1}.Ordinal()
	err = errors.Join(db.Migrate(t.Context(), files), db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		for _, s := range []string{
			`INSERT INTO meta VALUES ('schema version', '5')`,
			`INSERT INTO book VALUES (18, 'Obad', 'Obadiah', 'עובדיה', 'Nevi''im', 1, 21)`,
			`INSERT INTO verse VALUES ($1, 18, 1, 1, 4, 'א ב ג ד', 'א ב ג ד', NULL, 'א ב ג ד', 'a b c d', NULL)`,
			`INSERT INTO reading (id, book, chapter, annotator, kind, rank, version, fingerprint, number, run, revision, current)
				VALUES (1, 18, 1, 'rules', 'rules', 2, '', '', 1, 'run', 1, 1)`,
			`INSERT INTO verse_reading (reading, verse, state, figures, at) VALUES (1, $1, 'done', 2, '2026-01-01 00:00:00')`,
			`INSERT INTO figure (id, reading, verse, ordinal, citation, words, grounding, score, hebrew, hebrew_stripped, hebrew_forms,
				hebrew_place, english, english_place, subtype, confidence)
				SELECT 1001001 + j.key, 1, $1, j.key + 1, 'Obad.1.1!' || (j.key + 1), j.key + 1, 'exact', 1, 'א', 'א', 'א', '1', 'a', '1', j.value, 1
				FROM json_each('["synecdoche", "conventional", "suggestion", null]') j`,
			`INSERT INTO figure_type SELECT id, 'metonymy', 1, 1 FROM figure`,
		} {
			if _, err := tx.ExecContext(ctx, s, first); err != nil {
				return err
			}
		}
		return nil
	}), db.Close())
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// TestReadsSchemaFive reads a concordance of schema 5 as it is, and once more after a
// writer has migrated it, with the same result.
func TestReadsSchemaFive(t *testing.T) {
	path := schemaFive(t)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := openReader(t, path)
	check := func() {
		t.Helper()
		view(t, r, func(s *index.Snapshot) {
			var got []string
			err := match(t, s, index.Filter{Standings: mashal.Standings}).Each(t.Context(), index.Page{}, func(h *index.Hit) error {
				got = append(got, h.Figure.Subtype+" "+h.Figure.Standing.String())
				return nil
			})
			if want := []string{"synecdoche claimed", " conventional", " suggestion", " claimed"}; err != nil || !slices.Equal(got, want) {
				t.Errorf("figures %q, want %q (%v)", got, want, err)
			}
			if n := match(t, s, index.Filter{}).Total(); n != 2 {
				t.Errorf("%d figures count", n)
			}
		})
	}
	check()
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("reading has changed the file (%v)", err)
	}

	c, err := concordance.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	var counted int
	err = c.Read().QueryRowContext(t.Context(), `SELECT count(*) FROM figurative_language`).Scan(&counted)
	if err := errors.Join(err, c.Close(), r.Refresh(t.Context())); err != nil || counted != 2 {
		t.Errorf("the view has %d figures: %v", counted, err)
	}
	check()
}
