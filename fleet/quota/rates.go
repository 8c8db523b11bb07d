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
// again if the plan has changed, or if this process was too late for it. After each delay
// it may be twice as late, so that a request is sent also if the server is slow.
func (r *rates) Take(ctx context.Context, tokens float64) (llm.Taken, error) {
	for patience := 1.; ; {
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
		t.mostLate *= patience
		ok, late, err := r.await(ctx, t, asked)
		switch {
		case err != nil:
			t.Cancel()
			return nil, err
		case ok:
			return t, nil
		case late:
			t.Cancel()
			patience *= 2
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

// await waits until a request may start. It reports false if it must ask again, and
// whether that is because it would start too late.
func (r *rates) await(ctx context.Context, t *taken, asked time.Time) (ok, late bool, err error) {
	if t.start <= t.now {
		late = time.Since(asked).Seconds() > t.mostLate
		return !late, late, nil
	}
	for {
		latest, changed := r.learn(t.plan)
		if latest > t.plan {
			return false, false, nil
		}
		timer := time.NewTimer(seconds(t.start - t.now))
		select {
		case <-timer.C:
		case <-changed:
		case <-ctx.Done():
			timer.Stop()
			return false, false, context.Cause(ctx)
		}
		timer.Stop()
		var plan int64
		err := retry(ctx, func(ctx context.Context) error {
			asked = time.Now()
			return r.quota.db.QueryRowContext(ctx, `SELECT plan, fleet.clock() FROM fleet.rate WHERE key = $1`, r.key).Scan(&plan, &t.now)
		})
		switch late := t.now + time.Since(asked).Seconds() - t.start; {
		case err != nil:
			return false, false, err
		case plan != t.plan:
			return false, false, nil
		case late > t.mostLate:
			return false, true, nil
		case t.start <= t.now:
			return true, false, nil
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
	r.learn(plan)
	r.mu.Lock()
	r.left = left
	r.mu.Unlock()
	return nil
}

// learn wakes the waiting requests if a plan is later than the latest known. It returns
// the latest, and what is closed when a later one is known.
func (r *rates) learn(plan int64) (latest int64, changed <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if plan > r.plan {
		r.plan = plan
		close(r.changed)
		r.changed = make(chan struct{})
	}
	return r.plan, r.changed
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
