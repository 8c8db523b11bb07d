// Package quota shares the limits of a key, the brakes and the budget of a run between
// the processes of a fleet. They are rows in the schema fleet of the ledger's database,
// and the server's clock is the only one. Every change is one statement without state of
// the session, so that a pool in transaction mode, such as PgBouncer's, can be used.
package quota

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"strings"
	"sync"
	"time"

	"mashal"
	"mashal/llm"
)

// beatEvery is the time between two heartbeats of a process, and deadAfter the time
// without one after which it is dead: the same as those of the fleet's workers. They are
// not the workers' heartbeats (fleet.worker): those must not wait for what is done here with
// each, and a process that missed them must end, while one that missed these registers
// anew and only loses its place in the order of requests.
const (
	beatEvery = 2 * time.Second
	deadAfter = 7 * time.Second
)

// A Quota is the part of one process in the limits of a fleet. It is safe for
// concurrent use.
type Quota struct {
	db     *sql.DB
	holder string
	stop   context.CancelFunc
	ended  chan struct{}

	mu     sync.Mutex
	rates  map[string]*rates
	unsaid []func(context.Context) error // statements that failed, to be sent again
}

// Open registers this process under the name holder, which no other process has, and
// begins its heartbeats. The database has the schema fleet. Close must be called.
func Open(ctx context.Context, db *sql.DB, holder string) (*Quota, error) {
	q := &Quota{db: db, holder: holder, rates: map[string]*rates{}, ended: make(chan struct{})}
	if err := q.beat(ctx); err != nil {
		return nil, fmt.Errorf("register with the fleet's limits: %w", err)
	}
	beating, stop := context.WithCancel(context.WithoutCancel(ctx))
	q.stop = stop
	go q.run(beating)
	return q, nil
}

// Close ends the heartbeats and removes this process. What it still has in flight stays
// charged to the budget.
func (q *Quota) Close(ctx context.Context) error {
	q.stop()
	<-q.ended
	err := q.resend(ctx)
	_, gone := q.db.ExecContext(ctx, `DELETE FROM fleet.holder WHERE id = $1`, q.holder)
	return errors.Join(err, gone)
}

// run sends heartbeats. It looks for dead processes only after its own heartbeats have
// succeeded for as long as makes a process dead: after an outage of the server all
// processes look dead.
func (q *Quota) run(ctx context.Context) {
	defer close(q.ended)
	well := time.Now()
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := q.beat(ctx)
		if err == nil {
			err = q.look(ctx)
		}
		if err != nil {
			well = time.Now()
			continue
		}
		_ = q.resend(ctx) // what fails again is kept
		if time.Since(well) > deadAfter {
			_, _ = q.Reap(ctx) // the next heartbeat tries again
		}
	}
}

func (q *Quota) beat(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, beatEvery)
	defer cancel()
	_, err := q.db.ExecContext(ctx, `
INSERT INTO fleet.holder (id, beat) VALUES ($1, fleet.clock())
ON CONFLICT (id) DO UPDATE SET beat = fleet.clock()`, q.holder)
	return err
}

// Reap removes dead processes and returns their number.
func (q *Quota) Reap(ctx context.Context) (n int, err error) {
	err = q.db.QueryRowContext(ctx, `SELECT fleet.reap($1::double precision)`, deadAfter.Seconds()).Scan(&n)
	return n, err
}

// look reads what is left of each key's limits, and wakes requests that must ask again
// because the plan of their key has changed.
func (q *Quota) look(ctx context.Context) error {
	q.mu.Lock()
	var all []*rates
	for _, r := range q.rates {
		all = append(all, r)
	}
	q.mu.Unlock()
	for _, r := range all {
		if err := r.look(ctx); err != nil {
			return err
		}
	}
	return nil
}

// later keeps a statement that failed, so that it is sent again with the next
// heartbeat. It must be safe to execute twice.
func (q *Quota) later(statement func(context.Context) error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.unsaid = append(q.unsaid, statement)
}

// resend executes the statements that failed. It keeps those that can succeed later.
func (q *Quota) resend(ctx context.Context) error {
	q.mu.Lock()
	list := q.unsaid
	q.unsaid = nil
	q.mu.Unlock()
	for i, statement := range list {
		limited, cancel := context.WithTimeout(ctx, statementTime)
		err := statement(limited)
		cancel()
		if err != nil && passes(err) {
			q.mu.Lock()
			q.unsaid = append(list[i:], q.unsaid...)
			q.mu.Unlock()
			return err
		}
	}
	return nil
}

// statementTime limits the time of a statement for which no caller has a context.
const statementTime = 5 * time.Second

// send executes a statement now, and later if that fails.
func (q *Quota) send(statement func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.Background(), statementTime)
	defer cancel()
	if statement(ctx) != nil {
		q.later(statement)
	}
}

// attemptTime limits the time of one attempt, so that a connection that is dead does not
// block its caller.
const attemptTime = 10 * time.Second

// retry executes a statement until it succeeds, ctx ends, or it fails in a way that does
// not pass. It returns the cause of ctx if that ends first.
func retry(ctx context.Context, statement func(context.Context) error) error {
	wait := 50 * time.Millisecond
	for {
		attempt, cancel := context.WithTimeout(ctx, attemptTime)
		err := statement(attempt)
		cancel()
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case !passes(err):
			return err
		}
		if err := sleep(ctx, jitter(wait)); err != nil {
			return err
		}
		wait = min(2*wait, 2*time.Second)
	}
}

// passes reports whether a statement that failed can succeed later: the server cannot be
// reached, restarts, or has no room. Errors of the statement itself have other codes.
func passes(err error) bool {
	if errors.Is(err, sql.ErrNoRows) || errors.Is(err, errUnreadable) {
		return false
	}
	var coded interface{ SQLState() string }
	if !errors.As(err, &coded) {
		return true
	}
	switch code := coded.SQLState(); code[:min(2, len(code))] {
	case "08", "40", "53", "55", "57", "58":
		return true
	}
	return coded.SQLState() == "25006" // a standby that takes over
}

// errUnreadable is the error of a row that a later version of the program has written.
var errUnreadable = errors.New("the row cannot be read by this version of the program")

// jitter returns a time between d/2 and d, so that processes do not ask in step.
func jitter(d time.Duration) time.Duration { return d/2 + mathrand.N(d/2+1) }

// sleep waits for d. It returns the cause of ctx if that ends first.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// newID returns a random identifier.
func newID() string { return rand.Text() }

// A Key identifies what shares a rate limit: a vendor, the address of its server and
// the secret key.
type Key struct {
	Vendor, Address, Secret string
}

// hash returns the name of the key's row, from which the secret cannot be found.
func (k Key) hash() string {
	sum := sha256.Sum256([]byte("mashal rate\x00" + k.Vendor + "\x00" + k.Address + "\x00" + k.Secret))
	return hex.EncodeToString(sum[:])
}

// name returns the key's vendor and server for people, without a query, which may have
// a secret.
func (k Key) name() string {
	address, _, _ := strings.Cut(k.Address, "?")
	if _, after, ok := strings.Cut(address, "@"); ok {
		address = after
	}
	return strings.TrimSuffix(k.Vendor+"@"+address, "@")
}

// Limiter returns a limiter of at most most requests of this process under way, whose
// limits, per minute, all processes with this key share. Limits that are 0 are learned
// from the vendor's headers.
func (q *Quota) Limiter(ctx context.Context, key Key, most int, limits llm.Limits) (*llm.Limiter, error) {
	hash := key.hash()
	_, err := q.db.ExecContext(ctx, `
INSERT INTO fleet.rate AS r (key, name, request_limit, token_limit) VALUES ($1, $2, $3::bigint, $4::bigint)
ON CONFLICT (key) DO UPDATE SET
	request_limit = CASE WHEN excluded.request_limit > 0 THEN excluded.request_limit ELSE r.request_limit END,
	request_period = CASE WHEN excluded.request_limit > 0 THEN 60 ELSE r.request_period END,
	token_limit = CASE WHEN excluded.token_limit > 0 THEN excluded.token_limit ELSE r.token_limit END,
	token_period = CASE WHEN excluded.token_limit > 0 THEN 60 ELSE r.token_period END`,
		hash, key.name(), limits.Requests.Limit, limits.Tokens.Limit)
	if err != nil {
		return nil, fmt.Errorf("share the limits of %s: %w", key.name(), err)
	}
	q.mu.Lock()
	r := q.rates[hash]
	if r == nil {
		r = &rates{quota: q, key: hash, changed: make(chan struct{})}
		q.rates[hash] = r
	}
	q.mu.Unlock()
	if err := r.look(ctx); err != nil {
		return nil, fmt.Errorf("read the limits of %s: %w", key.name(), err)
	}
	return llm.NewSharedLimiter(most, r), nil
}

// Budget returns the budget of a run, which all its processes share. The first process
// sets the limit.
func (q *Quota) Budget(ctx context.Context, run string, limit mashal.Money) (*llm.Budget, error) {
	if _, err := q.db.ExecContext(ctx, `INSERT INTO fleet.budget (run, most) VALUES ($1, $2::bigint) ON CONFLICT (run) DO NOTHING`, run, int64(limit)); err != nil {
		return nil, fmt.Errorf("share the budget of run %s: %w", run, err)
	}
	return llm.NewSharedBudget(limit, &budget{quota: q, run: run}), nil
}
