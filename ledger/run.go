package ledger

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"mashal"
	"mashal/llm"
)

// ErrNoRun is the error for a run that does not exist.
var ErrNoRun = errors.New("there is no such run")

// newRunID returns a name that sorts by time and differs between machines.
func newRunID(now string) string {
	t, err := parseTime(now)
	if err != nil {
		panic(err) // a clock writes what at reads
	}
	var salt [2]byte
	_, _ = rand.Read(salt[:]) // never fails
	return t.Format("20060102T150405Z") + "-" + hex.EncodeToString(salt[:])
}

// EndRun records the outcome of a run. Verses that it began and did not end become
// not run.
func (l *Ledger) EndRun(ctx context.Context, run string, outcome mashal.RunState) error {
	return l.write(ctx, func(ctx context.Context, tx *sql.Tx) error { return endRun(ctx, tx, run, outcome, l.now()) })
}

func endRun(ctx context.Context, tx *sql.Tx, run string, outcome mashal.RunState, now string) error {
	if err := release(ctx, tx, scope{run: run}, now); err != nil {
		return fmt.Errorf("end run %s: %w", run, err)
	}
	result, err := tx.ExecContext(ctx, `UPDATE run SET ended_at = $1, outcome = $2 WHERE id = $3 AND ended_at IS NULL`, now, string(outcome), run)
	if err != nil {
		return fmt.Errorf("end run %s: %w", run, err)
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return errors.Join(fmt.Errorf("end run %s: it is not running", run), err)
	}
	return nil
}

// NoteRun records what a run in progress waits for or why it stopped, in place of
// what was noted before; "" for nothing. code is that of the error that stopped it, and
// Internal if none did. Both are kept with the settings, so that ledgers with every
// schema have them.
func (l *Ledger) NoteRun(ctx context.Context, run, note string, code mashal.Code) error {
	err := l.unguarded().write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		return changeSettings(ctx, tx, run, func(settings map[string]string) {
			if strings.HasPrefix(settings[settingNote], Stopped) && !strings.HasPrefix(note, Stopped) {
				return // another worker has stopped the run
			}
			delete(settings, settingNote)
			delete(settings, settingCode)
			for name, of := range stopCodes {
				if of == code {
					settings[settingCode] = name
				}
			}
			if note != "" {
				settings[settingNote] = clean(note)
			}
		})
	})
	if err != nil {
		return fmt.Errorf("note the state of run %s: %w", run, err)
	}
	return nil
}

// changeSettings changes the settings of a run.
func changeSettings(ctx context.Context, tx *sql.Tx, run string, change func(map[string]string)) error {
	var text string
	// The update changes nothing: it locks the row, because several workers write notes.
	if err := tx.QueryRowContext(ctx, `UPDATE run SET number = number WHERE id = $1 RETURNING settings`, run).Scan(&text); err != nil {
		return err
	}
	settings := map[string]string{}
	if err := json.Unmarshal([]byte(text), &settings); err != nil {
		return err
	}
	change(settings)
	_, err := tx.ExecContext(ctx, `UPDATE run SET settings = $1 WHERE id = $2`, jsonText(settings), run)
	return err
}

// Stopped begins the notes that say why a run stopped, and no others.
const Stopped = "stopped: "

// IsStopped reports whether the settings of a run, as they are stored, note why it stopped.
func IsStopped(settings string) bool {
	var of map[string]string
	return json.Unmarshal([]byte(settings), &of) == nil && strings.HasPrefix(of[settingNote], Stopped)
}

// The names under which the settings of a run have its note and the code of the error
// that stopped it.
const (
	settingNote = "note"
	settingCode = "stopped by"
)

// stopCodes are the codes of errors that stop runs, as they are stored.
var stopCodes = map[string]mashal.Code{"usage": mashal.Usage, "incomplete": mashal.Incomplete, "budget": mashal.OverBudget}

// A scope is what a process worked on that has ended or died: a run, or one chapter
// of it.
type scope struct {
	run     string
	reading int64 // 0: all readings of the run
}

// attempts returns a condition on attempts a, whose arguments are those of args.
func (s scope) attempts() string {
	return `a.run = $1 AND (CAST($2 AS BIGINT) = 0 OR a.reading = $2)`
}

func (s scope) args(more ...any) []any { return append([]any{s.run, s.reading}, more...) }

// release sets the verses that were begun and not ended to not run. Their open
// attempts end at the time ended, or if that is "", at the last time at which
// something was recorded.
func release(ctx context.Context, tx *sql.Tx, s scope, ended string) error {
	openAttempts := s.attempts() + ` AND a.ended_at IS NULL`
	var open int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM attempt a WHERE `+openAttempts, s.args()...).Scan(&open); err != nil || open == 0 {
		return err
	}
	if err := endLostCalls(ctx, tx, s); err != nil {
		return err
	}
	readings := `(SELECT a.reading FROM attempt a WHERE ` + openAttempts + `)`
	for _, table := range []string{"verse", "validation"} {
		if _, err := tx.ExecContext(ctx, `UPDATE `+table+` SET state = 'not run' WHERE state = 'running' AND run = $1 AND reading IN `+readings, s.args()...); err != nil {
			return err
		}
	}
	revision, err := next(ctx, tx, "revision")
	if err != nil {
		return err
	}
	// Verses that were recorded while an answer arrived become visible when its attempt
	// ends, which is now.
	if _, err := tx.ExecContext(ctx, `
UPDATE reading SET revision = $3
WHERE id IN `+readings+` AND (revision > 0 OR
	NOT EXISTS (SELECT 1 FROM verse v WHERE v.reading = reading.id AND v.run = $1 AND v.state = 'not run')
	AND NOT EXISTS (SELECT 1 FROM validation j WHERE j.reading = reading.id AND j.run = $1 AND j.state = 'not run'))`, s.args(revision)...); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
UPDATE attempt SET outcome = 'not run', ended_at = coalesce(nullif(CAST($3 AS TEXT), ''),
	(SELECT max(heard) FROM (
		SELECT coalesce(a.ended_at, a.started_at) AS heard FROM attempt a WHERE `+s.attempts()+`
		UNION ALL SELECT coalesce(w.ended_at, w.started_at) FROM wait w JOIN attempt a ON a.id = w.attempt WHERE `+s.attempts()+`) AS signs))
WHERE id IN (SELECT a.id FROM attempt a WHERE `+openAttempts+`)`, s.args(ended)...)
	return err
}

// releaseDead ends the runs of dead processes. One process writes to the ledger at
// a time, or the workers of a fleet do, so a run of no fleet that is going on when
// another begins is dead. A run of a fleet has not ended while its chapters are
// queued. If no worker can be at work, because the ledger is exclusive, what its
// workers began is released.
func releaseDead(ctx context.Context, tx *sql.Tx, exclusive bool) error {
	type open struct {
		id    string
		fleet bool
	}
	var runs []open
	err := query(ctx, tx, func(rows *sql.Rows) error {
		var r open
		var settings string
		err := rows.Scan(&r.id, &settings)
		r.fleet = isFleet(settings)
		runs = append(runs, r)
		return err
	}, `SELECT id, settings FROM run WHERE ended_at IS NULL`)
	if err != nil {
		return err
	}
	for _, r := range runs {
		if r.fleet && !exclusive {
			continue
		}
		if err := release(ctx, tx, scope{run: r.id}, ""); err != nil {
			return err
		}
		if r.fleet {
			continue
		}
		_, err := tx.ExecContext(ctx, `
UPDATE run SET outcome = 'interrupted',
	ended_at = coalesce((SELECT max(a.ended_at) FROM attempt a WHERE a.run = run.id), started_at)
WHERE id = $1`, r.id)
		if err != nil {
			return err
		}
	}
	return nil
}

const selectRuns = `
SELECT r.id, r.number, r.selection, r.again, r.command, r.settings, r.version, r.workers, r.already_done, r.started_at,
	coalesce(r.ended_at, ''), coalesce(r.outcome, 'running'), a.name, a.kind, a.version, a.fingerprint,
	coalesce(b.name, ''), coalesce(b.kind, ''), coalesce(b.version, ''), coalesce(b.fingerprint, '')
FROM run r JOIN annotator a ON a.id = r.annotator LEFT JOIN annotator b ON b.id = r.validator
`

// Run returns a run. The error is ErrNoRun if it does not exist.
func (l *Ledger) Run(ctx context.Context, id string) (mashal.Run, error) {
	return l.oneRun(ctx, fmt.Sprintf("read run %q", id), selectRuns+`WHERE r.id = $1`, id)
}

// LatestRun returns the run that started last. The error is ErrNoRun if there is
// none.
func (l *Ledger) LatestRun(ctx context.Context) (mashal.Run, error) {
	return l.oneRun(ctx, "read the latest run", selectRuns+`ORDER BY r.number DESC LIMIT 1`)
}

// Runs returns all runs, the earliest first.
func (l *Ledger) Runs(ctx context.Context) ([]mashal.Run, error) {
	return l.runs(ctx, selectRuns+`ORDER BY r.number`)
}

func (l *Ledger) oneRun(ctx context.Context, op, text string, args ...any) (mashal.Run, error) {
	list, err := l.runs(ctx, text, args...)
	if err != nil {
		return mashal.Run{}, err
	}
	if len(list) == 0 {
		return mashal.Run{}, &mashal.Error{Code: mashal.Usage, Op: op, Err: ErrNoRun, Hint: "The folders under runs in the data folder are named after the runs."}
	}
	return list[0], nil
}

func (l *Ledger) runs(ctx context.Context, text string, args ...any) (list []mashal.Run, err error) {
	err = query(ctx, l.read(), func(rows *sql.Rows) error {
		var r mashal.Run
		var command, settings, started, ended string
		var again int
		if err := rows.Scan(&r.ID, &r.Number, &r.Selection, &again, &command, &settings, &r.Version, &r.Workers, &r.AlreadyDone, &started,
			&ended, &r.State, &r.Annotator.Name, &r.Annotator.Kind, &r.Annotator.Version, &r.Annotator.Fingerprint,
			&r.Validator.Name, &r.Validator.Kind, &r.Validator.Version, &r.Validator.Fingerprint); err != nil {
			return err
		}
		r.Again = again == 1
		command, settings = llm.RedactAddresses(command), llm.RedactAddresses(settings) // of earlier versions, which recorded queries
		var bad [4]error
		bad[0] = json.Unmarshal([]byte(command), &r.Command)
		bad[1] = json.Unmarshal([]byte(settings), &r.Settings)
		r.Note = r.Settings[settingNote]
		r.Code = stopCodes[r.Settings[settingCode]]
		delete(r.Settings, settingNote)
		delete(r.Settings, settingCode)
		r.Started, bad[2] = parseTime(started)
		r.Ended, bad[3] = parseTime(ended)
		list = append(list, r)
		return errors.Join(bad[:]...)
	}, text, args...)
	return list, l.explain("read runs from", err)
}

// LatestKind returns the kind of the annotator with a name that a run used last,
// to find figures or to validate them, and "" if no run used it.
func (l *Ledger) LatestKind(ctx context.Context, name string) (kind mashal.AnnotatorKind, err error) {
	err = l.read().QueryRowContext(ctx, `
SELECT a.kind FROM run r JOIN annotator a ON a.id = r.annotator OR a.id = r.validator
WHERE a.name = $1 ORDER BY r.number DESC LIMIT 1`, name).Scan(&kind)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return kind, l.explain("read", err)
}
