//go:build linux

package ledger_test

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mashal"
	"mashal/ledger"
	"mashal/ledger/postgrestest"
	"mashal/llm"
)

// TestCutsChangeNothing records a run while one of sixty requests to the server
// loses its connection, before or after the server has done it. The ledger is that of
// an undisturbed run: every unit is applied once, whatever the moment.
func TestCutsChangeNothing(t *testing.T) {
	undisturbed := recordRun(t, postgrestest.NewDatabase(t))
	for seed := range uint64(2) {
		proxy := postgrestest.NewProxy(t, postgrestest.NewDatabase(t))
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			l, err := ledger.Open(t.Context(), proxy.Address)
			if err != nil {
				t.Fatal(err)
			}
			proxy.CutRandomly(seed, 1.0/60)
			recordWhole(t, l)
			proxy.CutRandomly(seed, 0)
			if err := l.Close(); err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(undisturbed, readRun(t, proxy.Address)); diff != "" {
				t.Errorf("seed %d: the ledger differs from an undisturbed one (-undisturbed +cut):\n%s", seed, diff)
			}
		})
	}
}

// TestPoolerChangesNothing records a run through PgBouncer in transaction mode.
func TestPoolerChangesNothing(t *testing.T) {
	direct := recordRun(t, postgrestest.NewDatabase(t))
	pooled := recordRun(t, postgrestest.NewBouncer(t, postgrestest.NewDatabase(t), "transaction"))
	if diff := cmp.Diff(direct, pooled); diff != "" {
		t.Errorf("the ledger differs (-direct +pooled):\n%s", diff)
	}
}

// recordRun records a run in a new ledger, and returns what it then holds.
func recordRun(t *testing.T, where string) recorded {
	t.Helper()
	l, err := ledger.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	recordWhole(t, l)
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	return readRun(t, where)
}

// recordWhole records a run with all that a run by a model records.
func recordWhole(t *testing.T, l *ledger.Ledger) {
	t.Helper()
	model := mashal.Annotator{Name: "openai:m", Kind: mashal.ByModel, Version: "1", Fingerprint: "a model"}
	judge := mashal.Annotator{Name: "openai:j", Kind: mashal.ByModel, Version: "1", Fingerprint: "a judge"}
	s := spec(t, "Obadiah", "Jonah")
	s.Annotator, s.Validator = model, &judge
	run := start(t, l, s)
	for _, w := range run.Work {
		attempt := begin(t, l, run, w)
		r := l.Recorder(attempt, w)
		q := mashal.Request{Model: "openai:m", Key: w.Chapter.String(), Purpose: mashal.Detection, Verses: w.Verses, System: "be brief", Shared: "the text", Prompt: w.Chapter.String()}
		if answer, err := r.Find(t.Context(), q); err != nil || answer != nil {
			t.Fatalf("found %v, %v", answer, err)
		}
		call, err := r.Begin(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			fmt.Fprint(call, "a part of the answer ")
			if err := call.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if err := l.RecordWait(t.Context(), attempt, 1, mashal.Wait{Started: time.Now(), Due: time.Now(), Ended: time.Now(), Worker: 1}); err != nil {
			t.Fatal(err)
		}
		results := findings(w, plain)
		for i := range results[:5] {
			if err := l.RecordResults(t.Context(), attempt, w, results[i:i+1]); err != nil {
				t.Fatal(err)
			}
		}
		if err := call.End(t.Context(), llm.Response{Model: "m"}, nil, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := l.EndWork(t.Context(), attempt, w, results[5:]); err != nil {
			t.Fatal(err)
		}
		judged := w
		judged.Verses = []int{3, 6, 9}
		attempt, err = l.BeginValidation(t.Context(), run.ID, judged, 1, attempt)
		if err != nil {
			t.Fatal(err)
		}
		verdict := mashal.Verdict{Type: mashal.Simile, Decision: mashal.Valid, By: "openai:j"}
		idiom := mashal.Verdict{Type: mashal.Idiom, Decision: mashal.Valid, By: "openai:j"}
		for _, v := range judged.Verses {
			j := []mashal.Judgement{{Verse: v, Verdicts: [][]mashal.Verdict{{verdict, idiom}}}}
			if err := l.RecordJudgements(t.Context(), attempt, judged, j); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := l.EndValidation(t.Context(), attempt, judged, nil, false); err != nil {
			t.Fatal(err)
		}
		if err := l.NoteRun(t.Context(), run.ID, "note on "+w.Chapter.String(), mashal.Internal); err != nil {
			t.Fatal(err)
		}
	}
	end(t, l, run, mashal.RunDone)
}

// recorded is what a ledger with one run holds, without times and names of runs.
type recorded struct {
	Counters map[string]int64
	Rows     map[string]int
	Readings []*mashal.Reading
}

func readRun(t *testing.T, where string) recorded {
	t.Helper()
	db, err := sql.Open("pgx", where+"&default_query_exec_mode=simple_protocol") // also behind a pooler
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	got := recorded{Counters: map[string]int64{}, Rows: map[string]int{}}
	rows, err := db.QueryContext(t.Context(), `SELECT name, value FROM counter`)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var name string
		var value int64
		if err := rows.Scan(&name, &value); err != nil {
			t.Fatal(err)
		}
		got.Counters[name] = value
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"run", "attempt", "request", "answer_part", "content", "reading", "verse", "figure", "validation", "verdict", "wait", "annotator"} {
		var n int
		if err := db.QueryRowContext(t.Context(), `SELECT count(*) FROM `+table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		got.Rows[table] = n
	}
	l, err := ledger.OpenReadOnly(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	for id := range int64(got.Rows["reading"]) {
		r, err := l.Reading(t.Context(), id+1)
		if err != nil {
			t.Fatal(err)
		}
		r.Run = ""
		for i := range r.Verses {
			r.Verses[i].At = time.Time{}
		}
		got.Readings = append(got.Readings, r)
	}
	return got
}
