package quota

import (
	"context"
	"sync"
	"time"

	"mashal/llm"
)

// rates are the limits of one key.
type rates struct {
	quota *Quota
	key   string

	mu      sync.Mutex
	plan    int64         // the latest known
	left    llm.Limits    // at the last look
	changed chan struct{} // closed and replaced when plan has changed
}

var _ llm.LeftRates = (*rates)(nil)

// A taken is what one request took.
type taken struct {
	rates         *rates
	tokens        float64
	start         float64 // as the server admitted it
	plan          int64
	now, mostLate float64
}

// Take asks once for a start, waits for it, and reads once whether it still holds. It asks
// again if the plan has changed, or if this process was too late for it.
func (r *rates) Take(ctx context.Context, tokens float64) (llm.Taken, error) {
	for {
		var t *taken
		asked := time.Now()
		err := retry(ctx, func(ctx context.Context) (err error) {
			asked = time.Now()
			t, err = r.take(ctx, tokens)
			return err
		})
		if err != nil {
			return nil, err
		}
		if ok, err := r.await(ctx, t, asked); err != nil {
			t.Cancel()
			return nil, err
		} else if ok {
			return t, nil
		}
	}
}

// take asks for the start of a request.
func (r *rates) take(ctx context.Context, tokens float64) (*taken, error) {
	t := &taken{rates: r, tokens: tokens}
	err := r.quota.db.QueryRowContext(ctx, `SELECT start, plan, now, late FROM fleet.take($1, $2::double precision)`, r.key, tokens).
		Scan(&t.start, &t.plan, &t.now, &t.mostLate)
	return t, err
}

// await waits until a request may start. It reports false if it must ask again.
func (r *rates) await(ctx context.Context, t *taken, asked time.Time) (ok bool, err error) {
	if t.start <= t.now {
		return time.Since(asked).Seconds() <= t.mostLate, nil
	}
	for {
		r.mu.Lock()
		r.plan = max(r.plan, t.plan)
		changed, stale := r.changed, r.plan > t.plan
		r.mu.Unlock()
		if stale {
			return false, nil
		}
		timer := time.NewTimer(seconds(t.start - t.now))
		select {
		case <-timer.C:
		case <-changed:
		case <-ctx.Done():
			timer.Stop()
			return false, context.Cause(ctx)
		}
		timer.Stop()
		var plan int64
		err := retry(ctx, func(ctx context.Context) error {
			asked = time.Now()
			return r.quota.db.QueryRowContext(ctx, `SELECT plan, fleet.clock() FROM fleet.rate WHERE key = $1`, r.key).Scan(&plan, &t.now)
		})
		switch late := t.now + time.Since(asked).Seconds() - t.start; {
		case err != nil:
			return false, err
		case plan != t.plan || late > t.mostLate:
			return false, nil
		case t.start <= t.now:
			return true, nil
		}
	}
}

// Left returns the limits of the key and what was left of them at the last look, after the
// requests that were admitted ahead. It is not of this process alone.
func (r *rates) Left() llm.Limits {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.left
}

// look reads what is left of the limits, and wakes the waiting requests if the plan has
// changed.
func (r *rates) look(ctx context.Context) error {
	var plan int64
	var left llm.Limits
	if err := r.quota.db.QueryRowContext(ctx, `
SELECT plan,
	request_limit::bigint, greatest(0, least(request_limit, (now - request_empty) * request_limit / request_period))::bigint,
	token_limit::bigint, greatest(0, least(token_limit, (now - token_empty) * token_limit / token_period))::bigint
FROM fleet.rate, fleet.clock() AS now WHERE key = $1`, r.key).
		Scan(&plan, &left.Requests.Limit, &left.Requests.Remaining, &left.Tokens.Limit, &left.Tokens.Remaining); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left = left
	if plan > r.plan {
		r.plan = plan
		close(r.changed)
		r.changed = make(chan struct{})
	}
	return nil
}

// Done reports what the request used.
func (t *taken) Done(used float64, limits llm.Limits, pause time.Duration) {
	if used == t.tokens && limits == (llm.Limits{}) && pause == 0 {
		return
	}
	t.report(used, limits, pause)
}

// Cancel gives the tokens back. The place of the request in the order is lost.
func (t *taken) Cancel() { t.report(0, llm.Limits{}, 0) }

// report is not repeated if it fails, because it could be executed twice. Without it less
// is given back than could be.
func (t *taken) report(used float64, limits llm.Limits, pause time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), statementTime)
	defer cancel()
	_, _ = t.rates.quota.db.ExecContext(ctx, `SELECT fleet.report($1, $2::double precision, $3::double precision, $4::double precision,
	$5::bigint, $6::bigint, $7::double precision, $8::bigint, $9::bigint, $10::double precision, $11::double precision)`,
		t.rates.key, t.start, t.tokens, used,
		limits.Requests.Limit, limits.Requests.Remaining, period(limits.Requests),
		limits.Tokens.Limit, limits.Tokens.Remaining, period(limits.Tokens), pause.Seconds())
}

// period returns the time of a limit in seconds. The vendors round what they report, so
// that about a minute is a minute.
func period(w llm.Window) float64 {
	if p := w.Period().Seconds(); p < 45 || p > 75 {
		return p
	}
	return 60
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
