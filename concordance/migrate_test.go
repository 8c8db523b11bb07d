package concordance_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"mashal/concordance"
	"mashal/sqlite"
)

// firstVersion makes a file of the first version, as people have them, with one figure. It
// returns its path.
func firstVersion(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "concordance.db")
	schema, err := os.ReadFile("schema/001_concordance.sql")
	if err != nil {
		t.Fatal(err)
	}
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context(), fstest.MapFS{"001_concordance.sql": {Data: schema}}); err != nil {
		t.Fatal(err)
	}
	err = db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		for _, s := range []string{
			`INSERT INTO meta VALUES ('schema version', '1')`,
			`INSERT INTO book VALUES (18, 'Obad', 'Obadiah', 'עובדיה', 'Nevi''im', 1, 21)`,
			`INSERT INTO verse VALUES (11000, 18, 1, 1, 2, 'א ב', 'א ב', NULL, 'א ב', 'a b', NULL)`,
			`INSERT INTO verse_text (rowid, hebrew_forms, english) SELECT id, hebrew_forms, english FROM verse`,
			`INSERT INTO reading VALUES (1, 18, 1, 'rules', 'rules', 1, '', '', 1, 'run', 1, 1)`,
			`INSERT INTO figure (id, reading, verse, ordinal, citation, words, grounding, score, hebrew, hebrew_stripped, hebrew_forms,
				hebrew_place, english, english_place, explanation, confidence)
				VALUES (1001001, 1, 11000, 1, 'Obad.1.1!1', '1', 'exact', 1, 'א', 'א', 'א', '1', 'a', '1', 'Because of wombats.', 1)`,
			`INSERT INTO figure_text (rowid, hebrew_forms, english) SELECT id, hebrew_forms, english FROM figure`,
		} {
			if _, err := tx.ExecContext(ctx, s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestMigratesFirstVersion opens a file of the first version for writing.
func TestMigratesFirstVersion(t *testing.T) {
	path := firstVersion(t)
	if _, err := concordance.OpenReadOnly(t.Context(), path); err == nil || sqlite.KindOf(err) != sqlite.Older {
		t.Errorf("a reader got %v", err)
	}
	c := open(t, path)
	if err := c.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	if got := table(t, c, `SELECT count(*) AS n FROM figure_text WHERE figure_text MATCH 'wombat'`); got != "n=1\n\n" {
		t.Errorf("the explanation is found %s", got)
	}
	if got := table(t, c, `SELECT value FROM meta WHERE key = 'schema version'`); strings.TrimSpace(got) != "value=6" {
		t.Error(got)
	}
}

// TestUpgradeOfReadable brings a file that is read as it is to the present schema.
func TestUpgradeOfReadable(t *testing.T) {
	files := fstest.MapFS{}
	for _, name := range []string{"001_concordance", "002_explanations", "003_identity", "004_uncounted", "005_outcomes"} {
		text, err := os.ReadFile("schema/" + name + ".sql")
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
	if err := errors.Join(db.Migrate(t.Context(), files), db.Close()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{5, 6} {
		c, err := concordance.OpenReadOnly(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		version, current, err := c.Version(t.Context())
		if err := errors.Join(err, c.Close()); err != nil || version != want || current != 6 {
			t.Errorf("version %d of %d, want %d of 6 (%v)", version, current, want, err)
		}
		if upgraded, err := concordance.Upgrade(t.Context(), path); err != nil || upgraded != (want == 5) {
			t.Errorf("version %d: upgraded %v, %v", want, upgraded, err)
		}
	}
}

// TestUpgrade brings a file of the first version to the present schema, keeps its figure, and
// leaves beside it only the file as it was.
func TestUpgrade(t *testing.T) {
	path := firstVersion(t)
	for _, want := range []bool{true, false} {
		upgraded, err := concordance.Upgrade(t.Context(), path)
		if err != nil || upgraded != want {
			t.Fatalf("upgraded %v, %v, want %v", upgraded, err, want)
		}
	}
	c, err := concordance.OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if got := table(t, c, `SELECT explanation FROM figure`); got != "explanation=Because of wombats.\n\n" {
		t.Errorf("the figure is %q", got)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if files, err := filepath.Glob(path[:len(path)-len(".db")] + "*"); err != nil || len(files) != 2 || files[1] != path+".v1.bak" {
		t.Errorf("the folder has %v, %v", files, err)
	}
	if _, err := concordance.Upgrade(t.Context(), filepath.Join(t.TempDir(), "none.db")); sqlite.KindOf(err) != sqlite.Missing {
		t.Errorf("of no file: %v", err)
	}
}
