package quota

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"time"

	"mashal/llm"
)

// brake is the brake of one model in one run.
type brake struct {
	quota      *Quota
	run, model string

	mu       sync.Mutex // held during statements that set inflight, so that they have effect in order
	inflight int        // of this process
	leads    bool       // a caller in this process is the prober
}

var _ llm.BrakeStore = (*brake)(nil)

// Brake returns the brake of a model in a run, which all its processes share.
func (q *Quota) Brake(ctx context.Context, run, model string, c llm.BrakeConfig) (*llm.Brake, error) {
	model, _, _ = strings.Cut(model, "?") // the query of an address may have a secret
	b := &brake{quota: q, run: run, model: model}
	first := llm.BrakeState{Phase: llm.BrakeStarting}
	_, err := q.db.ExecContext(ctx, `INSERT INTO fleet.brake (run, model, state, room) VALUES ($1, $2, $3, $4::int) ON CONFLICT DO NOTHING`,
		run, model, encodeState(first), c.Room(first))
	if err != nil {
		return nil, fmt.Errorf("share the brake of %s: %w", model, err)
	}
	return llm.NewSharedBrake(c, b), nil
}

// columns are those that scan reads.
const columns = `state, stop, version, fleet.clock()`

func scan(row *sql.Row) (r llm.BrakeRecord, err error) {
	var state, stop string
	var now float64
	if err := row.Scan(&state, &stop, &r.Version, &now); err != nil {
		return r, err
	}
	r.Now = time.UnixMicro(int64(math.Round(now * 1e6)))
	if r.State, err = decodeState(state); err == nil && stop != "" {
		r.Stop, err = decodeStop(stop)
	}
	return r, err
}

// Enter adds a request of this process. The number is sent whole, so that a statement
// whose acknowledgement was lost does no harm.
func (b *brake) Enter(ctx context.Context) (r llm.BrakeRecord, entered bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	err = retry(ctx, func(ctx context.Context) error {
		r, err = scan(b.quota.db.QueryRowContext(ctx, `
UPDATE fleet.brake SET inflight = jsonb_set(inflight, ARRAY[$3::text], to_jsonb($4::int))
WHERE run = $1 AND model = $2 AND stop = ''
	AND (room < 0 OR (SELECT coalesce(sum(n::int), 0) FROM jsonb_each_text(inflight - $3::text) AS e(id, n)) + $4::int <= room)
RETURNING `+columns, b.run, b.model, b.quota.holder, b.inflight+1))
		if entered = err == nil; errors.Is(err, sql.ErrNoRows) {
			r, err = b.Load(ctx)
		}
		return err
	})
	if entered {
		b.inflight++
	}
	if err != nil {
		b.quota.later(b.recount) // the request may have been added
	}
	return r, entered, err
}

// Leave removes a request of this process.
func (b *brake) Leave() (llm.BrakeRecord, error) {
	b.mu.Lock()
	b.inflight--
	b.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), statementTime)
	defer cancel()
	r, err := b.count(ctx)
	if err != nil {
		b.quota.later(b.recount)
	}
	return r, err
}

func (b *brake) recount(ctx context.Context) error {
	_, err := b.count(ctx)
	return err
}

// count sets the number of requests of this process.
func (b *brake) count(ctx context.Context) (llm.BrakeRecord, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return scan(b.quota.db.QueryRowContext(ctx, `
UPDATE fleet.brake SET inflight = CASE WHEN $4::int > 0 THEN jsonb_set(inflight, ARRAY[$3::text], to_jsonb($4::int)) ELSE inflight - $3::text END
WHERE run = $1 AND model = $2 RETURNING `+columns, b.run, b.model, b.quota.holder, b.inflight))
}

// Load returns the record.
func (b *brake) Load(ctx context.Context) (r llm.BrakeRecord, err error) {
	err = retry(ctx, func(ctx context.Context) (err error) {
		r, err = scan(b.quota.db.QueryRowContext(ctx, `SELECT `+columns+` FROM fleet.brake WHERE run = $1 AND model = $2`, b.run, b.model))
		return err
	})
	return r, err
}

// Store replaces a record if it is still of the same version.
func (b *brake) Store(ctx context.Context, r llm.BrakeRecord, room int) (ok bool, err error) {
	err = retry(ctx, func(ctx context.Context) error {
		result, err := b.quota.db.ExecContext(ctx, `
UPDATE fleet.brake SET state = $3, stop = $4, room = $5::int, paused = $6::boolean, version = version + 1
WHERE run = $1 AND model = $2 AND version = $7::bigint`,
			b.run, b.model, encodeState(r.State), encodeStop(r.Stop), room, r.State.Phase == llm.BrakePaused, r.Version)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		ok = n == 1
		return err
	})
	return ok, err
}

// Lead makes this process the prober if there is none, for one caller.
func (b *brake) Lead(ctx context.Context) (lead bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.leads {
		return false, nil
	}
	// This process is the prober already if the answer to an earlier statement was lost.
	err = retry(ctx, func(ctx context.Context) error {
		result, err := b.quota.db.ExecContext(ctx, `UPDATE fleet.brake SET prober = $3 WHERE run = $1 AND model = $2 AND prober IN ('', $3) AND paused AND stop = ''`,
			b.run, b.model, b.quota.holder)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		lead = n == 1
		return err
	})
	b.leads = lead
	if err != nil {
		b.quota.later(b.unlead)
	}
	return lead, err
}

// Unlead removes this process as the prober.
func (b *brake) Unlead() {
	b.mu.Lock()
	b.leads = false
	b.mu.Unlock()
	b.quota.send(b.unlead)
}

// unlead removes this process as the prober, unless a caller probes.
func (b *brake) unlead(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.leads {
		return nil
	}
	_, err := b.quota.db.ExecContext(ctx, `UPDATE fleet.brake SET prober = '' WHERE run = $1 AND model = $2 AND prober = $3`, b.run, b.model, b.quota.holder)
	return err
}

// storedState is a state as it is stored. The kind is a name, which stays the same in
// later versions of the program.
type storedState struct {
	llm.BrakeState
	Kind string
}

func encodeState(s llm.BrakeState) string {
	text, err := json.Marshal(storedState{BrakeState: s, Kind: s.Kind.String()})
	if err != nil {
		panic(err) // a struct of plain values
	}
	return string(text)
}

func decodeState(text string) (llm.BrakeState, error) {
	var s storedState
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return llm.BrakeState{}, fmt.Errorf("read the state of a brake: %w: %w", errUnreadable, err)
	}
	s.BrakeState.Kind = parseKind(s.Kind)
	return s.BrakeState, nil
}

// parseKind returns the kind of a name, and KindNone for one of a later version.
func parseKind(name string) llm.Kind {
	kind, err := llm.ParseKind(name)
	if err != nil {
		return llm.KindNone
	}
	return kind
}

// storedStop is a StopError as it is stored.
type storedStop struct {
	Why, Kind       string
	Fatal, Unusable bool
	Error           *storedError `json:",omitempty"`
}

// storedError is the failure for which a run stopped, without secrets.
type storedError struct {
	Kind, Provider, Model, RequestID, Text, Hint string
	Status                                       int
	RetryAfter                                   time.Duration
}

func encodeStop(s *llm.StopError) string {
	if s == nil {
		return ""
	}
	stored := storedStop{Why: s.Why, Kind: s.Kind.String(), Fatal: s.Fatal, Unusable: s.Unusable}
	var e *llm.Error
	if errors.As(s.Err, &e) {
		stored.Error = &storedError{Kind: e.Kind.String(), Provider: e.Provider, Model: e.Model, RequestID: e.RequestID, Hint: e.Hint, Status: e.Status, RetryAfter: e.RetryAfter}
		if e.Err != nil {
			stored.Error.Text = e.Err.Error()
		}
	} else if s.Err != nil {
		stored.Error = &storedError{Kind: llm.KindOf(s.Err).String(), Text: s.Err.Error()}
	}
	text, err := json.Marshal(stored)
	if err != nil {
		panic(err) // a struct of plain values
	}
	return string(text)
}

func decodeStop(text string) (*llm.StopError, error) {
	var stored storedStop
	if err := json.Unmarshal([]byte(text), &stored); err != nil {
		return nil, fmt.Errorf("read why a brake stopped: %w: %w", errUnreadable, err)
	}
	stop := &llm.StopError{Why: stored.Why, Kind: parseKind(stored.Kind), Fatal: stored.Fatal, Unusable: stored.Unusable}
	if f := stored.Error; f != nil {
		e := &llm.Error{Kind: parseKind(f.Kind), Provider: f.Provider, Model: f.Model, RequestID: f.RequestID, Hint: f.Hint, Status: f.Status, RetryAfter: f.RetryAfter}
		if f.Text != "" {
			e.Err = errors.New(f.Text)
		}
		stop.Err = e
	}
	return stop, nil
}
