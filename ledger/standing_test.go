package ledger

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"mashal"
)

var update = flag.Bool("update", false, "write the golden files")

// versionNine has a run on Obadiah whose figures have a standing in the place of the
// subtype, as the schema of version 9 has it, and one that is its own subtype.
const versionNine = `
INSERT INTO annotator (id, fingerprint, name, kind, version) VALUES (1, 'f1', 'offline', 'learned', '1');
INSERT INTO run (id, number, annotator, selection, again, command, settings, version, workers, already_done, started_at, ended_at, outcome) VALUES
	('first', 1, 1, 'Obadiah 1:1-3', 0, '["mashal","annotate","Obadiah 1:1-3"]', '{}', 'test', 1, 0, '2026-01-01T00:00:00.000000Z', '2026-01-01T00:01:00.000000Z', 'done');
UPDATE counter SET value = 1 WHERE name IN ('run', 'attempt', 'revision');
INSERT INTO reading (id, annotator, book, chapter, number, revision, run) VALUES (1, 1, 31, 1, 1, 1, 'first');
INSERT INTO verse (reading, verse, state, run, ended_at) VALUES
	(1, 1, 'done', 'first', '2026-01-01T00:00:30.000000Z'), (1, 2, 'done', 'first', '2026-01-01T00:00:30.000000Z'), (1, 3, 'done', 'first', '2026-01-01T00:00:30.000000Z');
INSERT INTO figure (reading, verse, ordinal, id, types, subtype, ranges, grounding, score, english, target, vehicle, ground, posture, explanation, confidence, speaker, purpose, source) VALUES
	(1, 1, 1, 'Obad.1.1!1', 'metonymy', 'synecdoche', '1', 'exact', 1, '', '[]', '[]', '[]', '[]', '', 1, '', '', 'hand'),
	(1, 1, 2, 'Obad.1.1!2', 'metaphor', 'conventional', '2', 'exact', 1, '', '[]', '[]', '[]', '[]', '', 0.2, '', '', 'heart'),
	(1, 2, 1, 'Obad.1.2!1', 'idiom', 'suggestion', '1', 'exact', 1, '', '[]', '[]', '[]', '[]', '', 0.2, '', '', 'learned'),
	(1, 3, 1, 'Obad.1.3!1', 'metaphor', '', '1', 'exact', 1, '', '[]', '[]', '[]', '[]', '', 1, '', '', 'learned');
INSERT INTO attempt (id, run, reading, worker, asked, started_at, ended_at, outcome, verses, failed, figures) VALUES
	(1, 'first', 1, 1, 3, '2026-01-01T00:00:10.000000Z', '2026-01-01T00:00:30.000000Z', 'done', 3, 0, 2);
`

// TestStandingOfSchemaNine reads a ledger of schema 9 as it is, migrates it, and reads it
// again, also with a reader that was opened before the migration. The rows after the
// migration are a golden file.
func TestStandingOfSchemaNine(t *testing.T) {
	bothStores(t, func(t *testing.T, where string) {
		olderLedger(t, where, 9, versionNine)
		before, err := OpenReadOnly(t.Context(), where)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = before.Close() }()
		checkStandings(t, before)
		if missing := before.Missing(); len(missing) == 0 || missing[0].Name != "010_standing" {
			t.Errorf("missing migrations: %+v", missing)
		}
		if n, err := subtypesOfStandings(t.Context(), before); n != 2 || err != nil {
			t.Errorf("after reading, %d subtypes are standings: %v", n, err)
		}

		l, err := Open(t.Context(), where)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = l.Close() }()
		checkStandings(t, l)
		checkStandings(t, before)
		var rows strings.Builder
		if err := query(t.Context(), l.read(), func(r *sql.Rows) error {
			var id, types, subtype, standing string
			err := r.Scan(&id, &types, &subtype, &standing)
			fmt.Fprintf(&rows, "%s types=%s subtype=%s standing=%s\n", id, types, subtype, standing)
			return err
		}, `SELECT id, types, subtype, standing FROM figure ORDER BY verse, ordinal`); err != nil {
			t.Fatal(err)
		}
		const golden = "testdata/standing.golden"
		if *update {
			if err := os.WriteFile(golden, []byte(rows.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil || rows.String() != string(want) {
			t.Errorf("figures after the migration:\n%s\nwant:\n%s%v", &rows, want, err)
		}
	})
}

// subtypesOfStandings counts the figures that have a standing in the place of the subtype.
func subtypesOfStandings(ctx context.Context, l *Ledger) (n int, err error) {
	err = l.read().QueryRowContext(ctx, `SELECT count(*) FROM figure WHERE subtype IN ('conventional', 'suggestion')`).Scan(&n)
	return n, err
}

// checkStandings checks the figures of versionNine, and everything that counts them.
func checkStandings(t *testing.T, l *Ledger) {
	t.Helper()
	r, err := l.Reading(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range r.Verses {
		for _, f := range v.Figures {
			got = append(got, f.Subtype+" "+f.Standing.String())
		}
	}
	if want := []string{"synecdoche claimed", " conventional", " suggestion", " claimed"}; !slices.Equal(got, want) {
		t.Errorf("figures %q, want %q", got, want)
	}
	if totals, err := l.RunTotals(t.Context(), "first"); err != nil || totals.Figures != 2 || totals.Types[mashal.Metaphor] != 1 {
		t.Errorf("totals %+v, %v", totals, err)
	}
	if status, err := l.Status(t.Context(), "f1"); err != nil || status[30].Figures != 2 {
		t.Errorf("status %+v, %v", status[30], err)
	}
	if rate, err := l.FigureRate(t.Context(), "offline"); err != nil || rate.Verses != 3 || rate.Figurative != 2 || rate.Doubtful != 0 {
		t.Errorf("figure rate %+v, %v", rate, err)
	}
}

// TestStandingIsKept records figures with a subtype and a standing, and carries them over
// to a second reading.
func TestStandingIsKept(t *testing.T) {
	bothStores(t, func(t *testing.T, where string) {
		l, err := Open(t.Context(), where)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = l.Close() }()
		obadiah := mashal.Chapter{Book: 31, Number: 1}
		annotator := mashal.Annotator{Name: "rules", Kind: mashal.ByRules, Version: "1", Fingerprint: "r"}
		for n, last := range []int{2, 1} {
			selection := mashal.Selection{{Chapter: obadiah, First: 1, Last: last}}
			run, err := l.StartRun(t.Context(), RunSpec{Annotator: annotator, Selection: selection, Workers: 1, Again: n > 0, Settings: map[string]string{}})
			if err != nil || len(run.Work) != 1 {
				t.Fatal(run, err)
			}
			work := run.Work[0]
			attempt, err := l.BeginWork(t.Context(), run.ID, work, 1)
			if err != nil {
				t.Fatal(err)
			}
			var results []mashal.Result
			for verse := 1; verse <= last; verse++ {
				results = append(results, mashal.Result{Verse: verse, Figures: []mashal.Figure{{
					Types: []mashal.Type{mashal.Metonymy}, Subtype: "synecdoche", Standing: mashal.Conventional, Span: mashal.ExactSpan(mashal.WordRange{First: 1, Last: 1}), Confidence: .5,
				}}})
			}
			if _, err := l.EndWork(t.Context(), attempt, work, results); err != nil {
				t.Fatal(err)
			}
			if err := l.EndRun(t.Context(), run.ID, mashal.RunDone); err != nil {
				t.Fatal(err)
			}
			r, err := l.Reading(t.Context(), work.Reading)
			if err != nil || len(r.Verses) != 2 {
				t.Fatalf("%+v, %v", r, err)
			}
			for _, v := range r.Verses {
				if f := v.Figures[0]; f.Subtype != "synecdoche" || f.Standing != mashal.Conventional {
					t.Errorf("verse %d has %q, %s", v.Verse, f.Subtype, f.Standing)
				}
			}
		}
	})
}
