package journal

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"mashal"
	"mashal/ledger"
	"mashal/review"
)

// A Reviewer is a person who may sign decisions.
type Reviewer struct {
	Name        string `json:"name"`
	Adjudicator bool   `json:"adjudicator"`
	Added       string `json:"added"`             // in UTC
	Revoked     string `json:"revoked,omitempty"` // when the token was revoked; "" if it is valid
}

// ErrToken is the error for a token that no reviewer has, or that was revoked.
var ErrToken = errors.New("unknown or revoked token")

// hashOf returns what the ledger stores of a token. Tokens have 128 random bits, so a
// plain hash cannot be searched for them.
func hashOf(token string) string {
	sum := sha256.Sum256([]byte(strings.TrimSpace(token)))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// AddReviewer adds a reviewer and returns the token, which is not stored and cannot be
// shown again. A reviewer whose token was revoked gets another one.
func AddReviewer(ctx context.Context, l *ledger.Ledger, name string, adjudicator bool) (token string, err error) {
	if err := review.CheckName(name); err != nil {
		return "", mashal.Usagef("Give a name of at most 100 bytes, such as the one under which you publish.", "%v", err)
	}
	token = "mr-" + strings.ToLower(rand.Text())
	err = l.Transact(ctx, func(ctx context.Context, tx *sql.Tx, now string) error {
		var revoked sql.NullString
		err := tx.QueryRowContext(ctx, `SELECT revoked_at FROM reviewer WHERE name = $1`, name).Scan(&revoked)
		if err == nil && !revoked.Valid {
			return mashal.Usagef("Revoke the token first if it was lost: mashal review revoke NAME.", "there is a reviewer %q already", name)
		}
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		_, err = tx.ExecContext(ctx, `
INSERT INTO reviewer (name, token, adjudicator, added_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (name) DO UPDATE SET token = excluded.token, adjudicator = excluded.adjudicator, revoked_at = NULL`,
			name, hashOf(token), boolean(adjudicator), now)
		return err
	})
	return token, err
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

// RevokeReviewer makes the token of a reviewer invalid. What the reviewer decided stays.
func RevokeReviewer(ctx context.Context, l *ledger.Ledger, name string) error {
	return l.Transact(ctx, func(ctx context.Context, tx *sql.Tx, now string) error {
		changed, err := tx.ExecContext(ctx, `UPDATE reviewer SET revoked_at = $1 WHERE name = $2 AND revoked_at IS NULL`, now, name)
		if err != nil {
			return err
		}
		if n, err := changed.RowsAffected(); err != nil || n > 0 {
			return err
		}
		return mashal.Usagef("mashal review list names them.", "there is no reviewer %q with a valid token", name)
	})
}

// Reviewers returns all reviewers, by name.
func Reviewers(ctx context.Context, l *ledger.Ledger) (list []Reviewer, err error) {
	if !l.HasReview() {
		return nil, nil
	}
	err = each(ctx, l, func(scan func(...any) error) error {
		var r Reviewer
		var revoked sql.NullString
		var adjudicator int
		if err := scan(&r.Name, &adjudicator, &r.Added, &revoked); err != nil {
			return err
		}
		r.Adjudicator, r.Revoked = adjudicator == 1, revoked.String
		list = append(list, r)
		return nil
	}, `SELECT name, adjudicator, added_at, revoked_at FROM reviewer ORDER BY name`)
	return list, err
}

// Authenticate returns the reviewer who has a token. The error is ErrToken if none has it.
func Authenticate(ctx context.Context, l *ledger.Ledger, token string) (Reviewer, error) {
	var r Reviewer
	var adjudicator int
	if !l.HasReview() {
		return r, ErrToken
	}
	err := l.Read().QueryRowContext(ctx, `SELECT name, adjudicator, added_at FROM reviewer WHERE token = $1 AND revoked_at IS NULL`, hashOf(token)).Scan(&r.Name, &adjudicator, &r.Added)
	if errors.Is(err, sql.ErrNoRows) {
		return r, ErrToken
	}
	r.Adjudicator = adjudicator == 1
	return r, l.Explain("look for the reviewer", err)
}

// each runs a query and calls fn for each row.
func each(ctx context.Context, l *ledger.Ledger, fn func(scan func(...any) error) error, text string, args ...any) error {
	rows, err := l.Read().QueryContext(ctx, text, args...)
	if err != nil {
		return l.Explain("read", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := fn(rows.Scan); err != nil {
			return fmt.Errorf("read a review: %w", err)
		}
	}
	return l.Explain("read", rows.Err())
}
