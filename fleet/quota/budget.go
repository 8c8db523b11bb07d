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

// Reserve inserts a reservation if the budget allows it, or if it is forced.
func (b *budget) Reserve(ctx context.Context, most mashal.Money, force bool) (id string, err error) {
	id = newID()
	err = retry(ctx, func(ctx context.Context) error {
		result, err := b.quota.db.ExecContext(ctx, `
WITH allowed AS (
	UPDATE fleet.budget SET held = held + $3::bigint
	WHERE run = $1 AND ($5::boolean OR coalesce(earlier, 0) + spent + held + $3::bigint <= most)
	RETURNING run
)
INSERT INTO fleet.reservation (id, run, holder, most) SELECT $2, run, $4, $3::bigint FROM allowed`,
			b.run, id, int64(most), b.quota.holder, force)
		if err != nil {
			var coded interface{ SQLState() string }
			if errors.As(err, &coded) && coded.SQLState() == "23505" {
				return nil // the reservation was made, and its acknowledgement lost
			}
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			id = ""
			return err
		}
		return nil
	})
	return id, err
}

// Settle replaces a reservation by what the request cost. It has an effect once, also
// if it is sent twice. It corrects one that was forfeited.
func (b *budget) Settle(id string, actual mashal.Money) {
	b.quota.send(func(ctx context.Context) error {
		_, err := b.quota.db.ExecContext(ctx, `
WITH settled AS (DELETE FROM fleet.reservation WHERE id = $1 RETURNING run, most, forfeited)
UPDATE fleet.budget b SET
	held = b.held - CASE WHEN s.forfeited THEN 0 ELSE s.most END,
	spent = b.spent + $2::bigint - CASE WHEN s.forfeited THEN s.most ELSE 0 END
FROM settled s WHERE b.run = s.run`, id, int64(actual))
		return err
	})
}

// Spent returns what is spent and what is reserved.
func (b *budget) Spent(ctx context.Context) (spent, reserved mashal.Money, err error) {
	err = b.quota.db.QueryRowContext(ctx, `SELECT coalesce(earlier, 0) + spent, held FROM fleet.budget WHERE run = $1`, b.run).Scan(&spent, &reserved)
	return spent, reserved, err
}
