package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"mashal"
)

// versionSix has one annotator, openai:m, whose reading of Obadiah three runs have
// made on three servers: verses 1 and 2 the vendor's own, verse 3 another one, and
// verse 4 mashal simulate, whose address was in the environment. The second run
// had a validator, on the same server, which validated verses 1 and 3. A fourth run
// found everything done.
const versionSix = `
INSERT INTO annotator (id, fingerprint, name, kind, version) VALUES (1, 'f1', 'openai:m', 'model', '1'), (2, 'f2', 'openai:judge', 'model', '1'), (3, 'r', 'rules', 'rules', '1');
INSERT INTO run (id, number, annotator, validator, selection, again, command, settings, version, workers, already_done, started_at, ended_at, outcome) VALUES
	('own', 1, 1, NULL, 'Obadiah 1:1-2', 0, '["mashal","annotate","Obadiah 1:1-2","--annotator","openai:m"]', '{}', 'test', 1, 0, '2026-01-01T00:00:00.000000Z', '2026-01-01T00:01:00.000000Z', 'done'),
	('other', 2, 1, 2, 'Obadiah 1:1-3', 0, '["go","run","./cmd/mashal","annotate","Obadiah 1:1-3","--annotator","openai:m","--validator","openai:judge","--base-url","http://LOCALHOST:8000/v1/"]', '{}', 'test', 1, 0, '2026-01-02T00:00:00.000000Z', '2026-01-02T00:01:00.000000Z', 'done'),
	('env', 3, 1, NULL, 'Obadiah 1:1-4', 0, '["mashal","annotate","Obadiah 1:1-4","--annotator","openai:m"]', '{}', 'test', 1, 0, '2026-01-03T00:00:00.000000Z', '2026-01-03T00:01:00.000000Z', 'done'),
	('none', 4, 1, NULL, 'Obadiah 1:3', 0, '["mashal","annotate","Obadiah 1:3","--annotator","openai:m@http://127.0.0.1:8000/v1"]', '{}', 'test', 1, 1, '2026-01-04T00:00:00.000000Z', '2026-01-04T00:01:00.000000Z', 'done'),
	('rules', 5, 3, NULL, 'Joel 1:1', 0, '["mashal","annotate","Joel 1:1"]', '{}', 'test', 1, 0, '2026-01-05T00:00:00.000000Z', '2026-01-05T00:01:00.000000Z', 'done');
UPDATE counter SET value = 9;
INSERT INTO reading (id, annotator, book, chapter, number, revision, run) VALUES (1, 1, 31, 1, 1, 3, 'env'), (2, 3, 29, 1, 1, 4, 'rules');
INSERT INTO verse (reading, verse, state, run, ended_at) VALUES
	(1, 1, 'done', 'own', '2026-01-01T00:00:30.000000Z'), (1, 2, 'done', 'own', '2026-01-01T00:00:30.000000Z'),
	(1, 3, 'done', 'other', '2026-01-02T00:00:30.000000Z'), (1, 4, 'done', 'env', '2026-01-03T00:00:30.000000Z'), (2, 1, 'done', 'rules', '2026-01-05T00:00:30.000000Z');
INSERT INTO figure (reading, verse, ordinal, id, types, subtype, ranges, grounding, score, english, target, vehicle, ground, posture, explanation, confidence, speaker, purpose, source)
SELECT 1, verse, 1, 'Obad.1.' || verse || '!1', 'metaphor', '', '1', 'exact', 1, '', '[]', '[]', '[]', '[]', '', 0.5, '', '', 'openai:m' FROM verse WHERE reading = 1;
INSERT INTO verdict (id, reading, figure, type, decision, reason, by_name, by_kind, at) VALUES
	(1, 1, 'Obad.1.1!1', 'metaphor', 'valid', '', 'openai:judge', 'model', '2026-01-02T00:00:40.000000Z'), (2, 1, 'Obad.1.3!1', 'metaphor', 'valid', '', 'openai:judge', 'model', '2026-01-02T00:00:40.000000Z'),
	(3, 1, 'Obad.1.1!1', 'metaphor', 'invalid', '', 'Ruth', 'person', '2026-01-02T00:00:50.000000Z');
INSERT INTO validation (reading, verse, validator, state, run, ended_at) VALUES (1, 1, 2, 'done', 'other', '2026-01-02T00:00:40.000000Z'), (1, 3, 2, 'done', 'other', '2026-01-02T00:00:40.000000Z');
INSERT INTO attempt (id, run, reading, worker, asked, started_at, ended_at, outcome, verses, failed, figures) VALUES
	(1, 'own', 1, 1, 2, '2026-01-01T00:00:10.000000Z', '2026-01-01T00:00:30.000000Z', 'done', 2, 0, 2),
	(2, 'other', 1, 1, 1, '2026-01-02T00:00:10.000000Z', '2026-01-02T00:00:30.000000Z', 'done', 1, 0, 1),
	(3, 'env', 1, 1, 1, '2026-01-03T00:00:10.000000Z', '2026-01-03T00:00:30.000000Z', 'done', 1, 0, 1);
INSERT INTO content (hash, size, zstd) VALUES ('sha256:e3b0', 0, @blob);
INSERT INTO request (id, attempt, key, purpose, verses, model, system, shared, prompt, settings, started_at, ended_at, outcome, answered_by, vendor_id, size) VALUES
	(1, 1, 'k1', 'detection', '1-2', 'openai:m', 'sha256:e3b0', 'sha256:e3b0', 'sha256:e3b0', '{}', '2026-01-01T00:00:10.000000Z', '2026-01-01T00:00:30.000000Z', 'done', 'm-2026-01-01', 'req_0123456789abcdef0123456789abcdef', 0),
	(2, 2, 'k2', 'detection', '3', 'openai:m', 'sha256:e3b0', 'sha256:e3b0', 'sha256:e3b0', '{}', '2026-01-02T00:00:10.000000Z', '2026-01-02T00:00:30.000000Z', 'done', 'm', 'chat-1', 0),
	(3, 3, 'k3', 'detection', '4', 'openai:m', 'sha256:e3b0', 'sha256:e3b0', 'sha256:e3b0', '{}', '2026-01-03T00:00:10.000000Z', '2026-01-03T00:00:30.000000Z', 'done', 'm', 'req_c3f2894ede9d8ce700000001', 0);
`

// TestMigrationNamesServers migrates a ledger in which answers of other servers were
// recorded as the vendor's.
func TestMigrationNamesServers(t *testing.T) {
	bothStores(t, func(t *testing.T, where string) {
		blob := "x''"
		if isServer(where) {
			blob = "''::bytea"
		}
		olderLedger(t, where, 6, strings.Replace(versionSix, "@blob", blob, 1))
		l, err := Open(t.Context(), where)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = l.Close() }()
		own := mashal.Annotator{Name: "openai:m", Kind: mashal.ByModel, Version: "1", Fingerprint: "f1"}
		other, simulated := own.At("127.0.0.1:8000", false), own.At(unknownServer, true)
		judge := mashal.Annotator{Name: "openai:judge", Kind: mashal.ByModel, Version: "1", Fingerprint: "f2"}.At("127.0.0.1:8000", false)

		revisions, err := l.Revisions(t.Context())
		if err != nil || len(revisions) != 4 {
			t.Fatal(revisions, err)
		}
		got := map[string][]int{}
		for id, revision := range revisions {
			r, err := l.Reading(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			if id != 2 && revision <= 4 || id == 2 && revision != 4 {
				t.Errorf("reading %d has revision %d", id, revision)
			}
			for _, v := range r.Verses {
				got[r.Annotator.Fingerprint] = append(got[r.Annotator.Fingerprint], v.Verse)
				for _, f := range v.Figures {
					if f.Source != r.Annotator.Name {
						t.Errorf("a figure of verse %d by %s is from %s", v.Verse, r.Annotator.Name, f.Source)
					}
					for _, verdict := range f.Verdicts {
						if verdict.By != judge.Name && verdict.By != "Ruth" {
							t.Errorf("a verdict is by %s", verdict.By)
						}
					}
					if want := map[int]int{1: 2, 3: 1}[v.Verse]; len(f.Verdicts) != want {
						t.Errorf("verse %d has %d verdicts, want %d", v.Verse, len(f.Verdicts), want)
					}
				}
			}
		}
		if want := map[string][]int{"f1": {1, 2}, other.Fingerprint: {3}, simulated.Fingerprint: {4}, "r": {1}}; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("verses by annotator: %v, want %v", got, want)
		}
		for run, want := range map[string]mashal.Annotator{"own": own, "other": other, "env": simulated, "none": other} {
			r, err := l.Run(t.Context(), run)
			if err != nil || r.Annotator != want {
				t.Errorf("run %s is by %+v, want %+v (%v)", run, r.Annotator, want, err)
			}
			if run == "other" && r.Validator != judge {
				t.Errorf("run %s is validated by %+v", run, r.Validator)
			}
			calls, err := l.RunCalls(t.Context(), run)
			if err != nil || slices.ContainsFunc(calls, func(c mashal.Call) bool { return c.Model != want.Name }) {
				t.Errorf("calls of run %s: %+v, %v", run, calls, err)
			}
		}
		var key string
		if err := l.write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
			return tx.QueryRowContext(ctx, `SELECT key FROM request WHERE id = 2`).Scan(&key)
		}); err != nil || key != mashal.MarkHash("k2", "server", "127.0.0.1:8000") {
			t.Errorf("the key of the request is %s, %v", key, err)
		}

		// The work of each server is found again, and only there.
		selection := mashal.Selection{{Chapter: mashal.Chapter{Book: 31, Number: 1}, First: 1, Last: 4}}
		for fingerprint, want := range map[string]int{"f1": 2, other.Fingerprint: 1, simulated.Fingerprint: 1} {
			todo, err := l.Todo(t.Context(), fingerprint, judge.Fingerprint, 2, selection)
			if err != nil || todo.AlreadyDone != want {
				t.Errorf("%s: %d verses are done, want %d (%v)", fingerprint, todo.AlreadyDone, want, err)
			}
			if fingerprint == other.Fingerprint && len(todo.Validate) != 0 {
				t.Errorf("to validate once more: %+v", todo.Validate)
			}
		}
		spec := RunSpec{Annotator: own, Selection: selection, Workers: 1}
		started, err := l.StartRun(t.Context(), spec)
		if err != nil || started.AlreadyDone != 2 || len(started.Work) != 1 || !slices.Equal(started.Work[0].Verses, []int{3, 4}) {
			t.Errorf("a run on the vendor's own server: %+v, %v", started, err)
		}
	})
}
