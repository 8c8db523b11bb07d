package quota

import (
	"context"
	"errors"

	"mashal"
	"mashal/llm"
)

// budget is the budget of one run.
type budget struct {
	quota *Quota
	run   string
}

var _ llm.BudgetStore = (*budget)(nil)

// Charge sets what earlier runs cost, unless another process has done so: all of them
// find the same.
func (b *budget) Charge(spent mashal.Money) {
	b.quota.send(func(ctx context.Context) error {
		_, err := b.quota.db.ExecContext(ctx, `UPDATE fleet.budget SET earlier = $2::bigint WHERE run = $1 AND earlier IS NULL`, b.run, int64(spent))
		return err
	})
}

// Reserve inserts a reservation if the budget allows it, or if it is forced. The
// identifier makes it safe to execute the statement again if its answer was lost.
func (b *budget) Reserve(ctx context.Context, most mashal.Money, force bool) (string, error) {
	id, made := newID(), false
	err := retry(ctx, func(ctx context.Context) error {
		err := b.quota.db.QueryRowContext(ctx, `
WITH allowed AS (
	UPDATE fleet.budget SET held = held + $3::bigint
	WHERE run = $1 AND NOT EXISTS (SELECT 1 FROM fleet.reservation WHERE id = $2)
		AND ($5::boolean OR coalesce(earlier, 0) + spent + held + $3::bigint <= most)
	RETURNING run
), made AS (
	INSERT INTO fleet.reservation (id, run, holder, most) SELECT $2, run, $4, $3::bigint FROM allowed RETURNING id
)
SELECT EXISTS (SELECT 1 FROM made) OR EXISTS (SELECT 1 FROM fleet.reservation WHERE id = $2)`,
			b.run, id, int64(most), b.quota.holder, force).Scan(&made)
		var coded interface{ SQLState() string }
		if errors.As(err, &coded) && coded.SQLState() == "23505" { // the statement before is committed only now
			made, err = true, nil
		}
		return err
	})
	if err != nil {
		b.quota.later(b.settle(id, 0)) // it may have been made
	}
	if err != nil || !made {
		return "", err
	}
	return id, nil
}

// Settle replaces a reservation by what the request cost. It has an effect once, also
// if it is sent twice. It corrects one that was forfeited.
func (b *budget) Settle(id string, actual mashal.Money) { b.quota.send(b.settle(id, actual)) }

func (b *budget) settle(id string, actual mashal.Money) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := b.quota.db.ExecContext(ctx, `
WITH settled AS (DELETE FROM fleet.reservation WHERE id = $1 RETURNING run, most, forfeited)
UPDATE fleet.budget b SET
	held = b.held - CASE WHEN s.forfeited THEN 0 ELSE s.most END,
	spent = b.spent + $2::bigint - CASE WHEN s.forfeited THEN s.most ELSE 0 END
FROM settled s WHERE b.run = s.run`, id, int64(actual))
		return err
	}
}

// Spent returns what is spent and what is reserved.
func (b *budget) Spent(ctx context.Context) (spent, reserved mashal.Money, err error) {
	err = b.quota.db.QueryRowContext(ctx, `SELECT coalesce(earlier, 0) + spent, held FROM fleet.budget WHERE run = $1`, b.run).Scan(&spent, &reserved)
	return spent, reserved, err
}
