package custody_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"mashal"
	"mashal/concordance"
	"mashal/corpus"
	"mashal/custody"
	"mashal/ledger"
	"mashal/reference"
	"mashal/sqlite"
)

func verifier(t *testing.T) custody.Verifier {
	t.Helper()
	text, err := corpus.Open()
	if err != nil {
		t.Fatal(err)
	}
	return custody.Verifier{Text: text}
}

// someLedger makes a ledger with a figure in each verse of Obadiah, and returns its path.
func someLedger(t *testing.T, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "ledger.db")
	l, err := ledger.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	annotate(t, l, "Obadiah")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// annotate records a run with a figure on the first word of each verse.
func annotate(t testing.TB, l *ledger.Ledger, selection string) {
	t.Helper()
	s, err := reference.ParseSelection([]string{selection})
	if err != nil {
		t.Fatal(err)
	}
	run, err := l.StartRun(t.Context(), ledger.RunSpec{Annotator: mashal.Annotator{Name: "rules", Kind: mashal.ByRules, Version: "1", Fingerprint: "f"}, Selection: s, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range run.Work {
		attempt, err := l.BeginWork(t.Context(), run.ID, w, 1)
		if err != nil {
			t.Fatal(err)
		}
		var results []mashal.Result
		for _, v := range w.Verses {
			results = append(results, mashal.Result{Verse: v, Figures: []mashal.Figure{{Types: []mashal.Type{mashal.Metaphor}, Span: mashal.ExactSpan(mashal.WordRange{First: 1, Last: 1}), Confidence: 1}}})
		}
		if _, err := l.EndWork(t.Context(), attempt, w, results); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.EndRun(t.Context(), run.ID, mashal.RunDone); err != nil {
		t.Fatal(err)
	}
}

// names returns the files of a folder.
func names(t *testing.T, dir string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

// TestBackupWhileARunWrites copies a ledger while it is written: each copy has whole
// chapters and no fault.
func TestBackupWhileARunWrites(t *testing.T) {
	dir := t.TempDir()
	v, path := verifier(t), someLedger(t, dir)
	l, err := ledger.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var writing sync.WaitGroup
	writing.Go(func() {
		for _, book := range []string{"Joel", "Nahum", "Haggai", "Habakkuk", "Zephaniah", "Malachi", "Ruth", "Esther"} {
			if ctx.Err() == nil {
				annotate(t, l, book)
			}
		}
	})
	for _, name := range []string{"1.db", "2.db", "3.db"} {
		r, err := v.Backup(t.Context(), path, filepath.Join(dir, name))
		if err != nil || len(r.Problems) > 0 {
			t.Fatalf("%s: %+v, %v", name, r, err)
		}
	}
	stop()
	writing.Wait()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if got, want := names(t, dir), []string{"1.db", "2.db", "3.db", "ledger.db"}; !slices.Equal(got, want) {
		t.Errorf("the folder has %q, want %q", got, want)
	}
}

// TestRestoreFails checks that a restore which fails leaves the folder as it was.
func TestRestoreFails(t *testing.T) {
	dir := t.TempDir()
	path := someLedger(t, dir)
	backup := filepath.Join(t.TempDir(), "backup.db")
	if _, err := verifier(t).Backup(t.Context(), path, backup); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, from := range map[string]string{
		"no file":     filepath.Join(dir, "none.db"),
		"a folder":    t.TempDir(),
		"no database": file(t, strings.Repeat("In the beginning ", 300)),
	} {
		if kept, err := custody.Restore(t.Context(), from, path); err == nil || kept != "" {
			t.Errorf("%s: restored, and kept %q", name, kept)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := custody.Restore(ended, backup, path); err == nil {
		t.Error("it was restored after it was cancelled")
	}
	after, err := os.ReadFile(path)
	if err != nil || string(after) != string(before) {
		t.Errorf("the ledger changed (%v)", err)
	}
	if got := names(t, dir); !slices.Equal(got, []string{"ledger.db"}) {
		t.Errorf("the folder has %q", got)
	}
	// What an interrupted restore leaves is replaced.
	if err := os.WriteFile(path+".restored", []byte("part"), 0o600); err != nil {
		t.Fatal(err)
	}
	kept, err := custody.Restore(t.Context(), backup, path)
	if err != nil || kept != path+".bak" {
		t.Errorf("kept %q, %v", kept, err)
	}
	if got := names(t, dir); !slices.Equal(got, []string{"ledger.db", "ledger.db.bak"}) {
		t.Errorf("the folder has %q", got)
	}
	// A ledger is put where there was none.
	if kept, err := custody.Restore(t.Context(), backup, filepath.Join(t.TempDir(), "ledger.db")); err != nil || kept != "" {
		t.Errorf("kept %q, %v", kept, err)
	}
}

func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file.db")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestKindOf names files by what they are.
func TestKindOf(t *testing.T) {
	dir := t.TempDir()
	path := someLedger(t, dir)
	if kind, err := custody.KindOf(t.Context(), path); kind != custody.Ledger || err != nil {
		t.Errorf("%q, %v", kind, err)
	}
	c, err := concordance.Open(t.Context(), filepath.Join(dir, "concordance.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if kind, err := custody.KindOf(t.Context(), filepath.Join(dir, "concordance.db")); kind != custody.Concordance || err != nil {
		t.Errorf("%q, %v", kind, err)
	}
	foreign := filepath.Join(dir, "foreign.db")
	db, err := sqlite.Open(t.Context(), foreign)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `CREATE TABLE bookmark (id INTEGER)`)
		return err
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{foreign, file(t, "")} {
		if _, err := custody.KindOf(t.Context(), path); mashal.CodeOf(err) != mashal.Usage || !strings.Contains(err.Error(), "neither a ledger nor a concordance") {
			t.Errorf("%v", err)
		}
	}
}

// TestModeOfCopies checks that a copy of a private ledger is private.
func TestModeOfCopies(t *testing.T) {
	dir := t.TempDir()
	path := someLedger(t, dir)
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := verifier(t).Backup(t.Context(), path, filepath.Join(dir, "copy.db")); err != nil {
		t.Fatal(err)
	}
	if _, err := custody.Restore(t.Context(), filepath.Join(dir, "copy.db"), path); err != nil {
		t.Fatal(err)
	}
	for _, name := range names(t, dir) {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the mode %v, %v", name, info.Mode(), err)
		}
	}
}
