package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"mashal/ledger"
	"mashal/review"
)

// Append adds events that the ledger does not have, all or none, in the order given.
// It returns how many it added. Events that were not decided here name who imported them.
func Append(ctx context.Context, l *ledger.Ledger, importedBy string, events ...*review.Event) (added int, err error) {
	for _, e := range events {
		if err := e.Verify(); err != nil {
			return 0, fmt.Errorf("record a decision: %w", err)
		}
	}
	err = l.Transact(ctx, func(ctx context.Context, tx *sql.Tx, now string) error {
		added = 0 // the unit may run again
		for _, e := range events {
			var there int
			err := tx.QueryRowContext(ctx, `SELECT 1 FROM review_event WHERE id = $1`, e.ID).Scan(&there)
			if err == nil {
				continue
			}
			if !errors.Is(err, sql.ErrNoRows) {
				return err
			}
			content, err := json.Marshal(e)
			if err != nil {
				return err
			}
			var number int64
			if err := tx.QueryRowContext(ctx, `UPDATE counter SET value = value + 1 WHERE name = 'review' RETURNING value`).Scan(&number); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `
INSERT INTO review_event (number, id, reviewer, action, content, recorded_at, imported_by) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
				number, e.ID, e.Reviewer, string(e.Action), string(content), now, sql.NullString{String: importedBy, Valid: importedBy != ""}); err != nil {
				return err
			}
			added++
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("record decisions: %w", err)
	}
	return added, nil
}

// A Record is an event with how it came into the ledger.
type Record struct {
	Number     int64 // in the order of arrival, from 1
	Event      *review.Event
	Recorded   string // when, in UTC
	ImportedBy string // "" if it was decided here
}

// Since returns the events after a number, in the order of their arrival. It returns an
// error if one was changed since it was recorded.
func Since(ctx context.Context, l *ledger.Ledger, after int64) (list []Record, err error) {
	if !l.HasReview() {
		return nil, nil
	}
	err = each(ctx, l, func(scan func(...any) error) error {
		r := Record{Event: &review.Event{}}
		var content string
		var by sql.NullString
		if err := scan(&r.Number, &content, &r.Recorded, &by); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(content), r.Event); err != nil {
			return fmt.Errorf("event %d: %w", r.Number, err)
		}
		if err := r.Event.Verify(); err != nil {
			return fmt.Errorf("event %d: %w", r.Number, err)
		}
		r.ImportedBy = by.String
		list = append(list, r)
		return nil
	}, `SELECT number, content, recorded_at, imported_by FROM review_event WHERE number > $1 ORDER BY number`, after)
	return list, err
}

// Load returns the state that follows from all events of a ledger.
func Load(ctx context.Context, l *ledger.Ledger) (*review.State, error) {
	list, err := Since(ctx, l, 0)
	if err != nil {
		return nil, err
	}
	return stateOf(list), nil
}

func stateOf(list []Record) *review.State {
	events := make([]*review.Event, 0, len(list))
	for _, r := range list {
		events = append(events, r.Event)
	}
	return review.NewState(events...)
}
