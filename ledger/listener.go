package ledger

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgxpool"
)

// NewListener returns a pool of one connection to the server, for notifications: a
// connection that listens is not used for anything else.
func (l *Ledger) NewListener(ctx context.Context) (*pgxpool.Pool, error) {
	s, ok := l.unguarded().(*serverStore)
	if !ok {
		return nil, errors.New("a ledger in a file has no notifications")
	}
	config, err := pgxpool.ParseConfig("")
	if err != nil {
		return nil, err
	}
	config.ConnConfig = s.config.Copy()
	config.MaxConns = 1
	return pgxpool.NewWithConfig(ctx, config)
}
