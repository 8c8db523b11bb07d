package interchange_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mashal"
	"mashal/concordance"
	"mashal/interchange"
	"mashal/ledger"
	"mashal/reference"
	"mashal/sqlite"
)

// TestLedgerChoosesAsTheConcordance reads the current readings of random ledgers, and of the
// concordances that are built from them, with and without a run chosen as current. Both must
// be the same.
func TestLedgerChoosesAsTheConcordance(t *testing.T) {
	kinds := []mashal.AnnotatorKind{mashal.BySimulation, mashal.ByRules, mashal.ByLearning, mashal.ByModel, mashal.ByPerson}
	for seed := range uint64(5) {
		random := rand.New(rand.NewPCG(seed, 1))
		dir := t.TempDir()
		path := filepath.Join(dir, "ledger.db")
		l, err := ledger.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		allowed := kinds
		if seed == 0 {
			allowed = kinds[:1] // only simulated readings
		}
		var runs []string
		for n := range 2 + random.IntN(4) {
			kind := allowed[random.IntN(len(allowed))]
			a := mashal.Annotator{Name: fmt.Sprintf("%s-%d", kind, random.IntN(2)), Kind: kind, Version: "1"}
			a.Fingerprint = a.Name
			where := []string{"Psalms 23", "Psalms 23-24", "Psalms 117"}[random.IntN(3)]
			runs = append(runs, annotateFirst(t, l, a, where, n+1))
		}
		for _, chosen := range []string{runs[0], runs[len(runs)-1], ""} {
			built := filepath.Join(dir, "concordance.db")
			build(t, built, l, chosen)
			want, errWant := interchange.Open(t.Context(), built, texts(t), interchange.Options{})
			got, errGot := interchange.Open(t.Context(), path, texts(t), interchange.Options{})
			if errWant != nil || errGot != nil {
				t.Fatal(errWant, errGot)
			}
			if got.Name != want.Name || got.Simulated != want.Simulated {
				t.Errorf("seed %d, chosen %q: the ledger reads %s, simulated %v; the concordance %s, %v", seed, chosen, got.Name, got.Simulated, want.Name, want.Simulated)
			}
			for ref := range want.Read {
				if diff := cmp.Diff(confidences(want, ref), confidences(got, ref)); diff != "" || !got.Read[ref] {
					t.Errorf("seed %d, chosen %q, %s: %s", seed, chosen, ref, diff)
				}
			}
			if len(got.Read) != len(want.Read) {
				t.Errorf("seed %d, chosen %q: %d verses, want %d", seed, chosen, len(got.Read), len(want.Read))
			}
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// confidences returns the confidences of the figures of a verse, which tell runs apart.
func confidences(a *interchange.Annotation, ref mashal.Ref) (list []string) {
	for _, f := range a.Figures[ref] {
		list = append(list, fmt.Sprintf("%s %.2f", f.Span, f.Confidence))
	}
	return list
}

// annotateFirst records a run that finds a metaphor on the first word of each verse, with
// the confidence n/100.
func annotateFirst(t *testing.T, l *ledger.Ledger, a mashal.Annotator, where string, n int) string {
	t.Helper()
	selection, err := reference.ParseSelection([]string{where})
	if err != nil {
		t.Fatal(err)
	}
	run, err := l.StartRun(t.Context(), ledger.RunSpec{Annotator: a, Selection: selection, Workers: 1, Command: []string{"mashal", "annotate"}, Version: "test", Again: true})
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
			f := mashal.Figure{Types: []mashal.Type{mashal.Metaphor}, Span: mashal.ExactSpan(mashal.WordRange{First: 1, Last: 1}), Confidence: float64(n) / 100}
			results = append(results, mashal.Result{Verse: v, Figures: []mashal.Figure{f}})
		}
		if _, err := l.EndWork(t.Context(), attempt, w, results); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.EndRun(t.Context(), run.ID, mashal.RunDone); err != nil {
		t.Fatal(err)
	}
	return run.ID
}

// build builds a concordance in which a run is current, or none is chosen.
func build(t *testing.T, path string, l *ledger.Ledger, current string) {
	t.Helper()
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	if _, err := concordance.Build(t.Context(), path, l, texts(t), concordance.BuildOptions{Text: "test", Program: "test", Current: current}); err != nil {
		t.Fatal(err)
	}
}

// TestForeignDatabases checks that a SQLite database of another program is named as such,
// also if it has a table of the name of one of ours.
func TestForeignDatabases(t *testing.T) {
	for _, statement := range []string{"CREATE TABLE note (text)", "CREATE TABLE attempt (text)", "CREATE TABLE reading (text)", ""} {
		path := filepath.Join(t.TempDir(), "other.db")
		db, err := sqlite.Open(t.Context(), path)
		if err == nil && statement != "" {
			err = db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
				_, err := tx.ExecContext(ctx, statement)
				return err
			})
		}
		if err == nil {
			err = db.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		_, err = interchange.Open(t.Context(), path, texts(t), interchange.Options{})
		if mashal.CodeOf(err) != mashal.Usage || statement != "" && !strings.Contains(err.Error(), "neither a ledger nor a concordance") {
			t.Errorf("%s: %v", statement, err)
		}
	}
}
