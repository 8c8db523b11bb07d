package ledger

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgxpool"
)

// NewListener returns a pool of one connection to the server, for notifications: a
// connection that listens is not used for anything else. It is nil behind a pooler in
// transaction mode, which passes no notifications on.
func (l *Ledger) NewListener(ctx context.Context) (*pgxpool.Pool, error) {
	server := l.Server()
	if server == nil {
		return nil, errors.New("a ledger in a file has no notifications")
	}
	if server.Pooled() {
		return nil, nil
	}
	config, err := pgxpool.ParseConfig("")
	if err != nil {
		return nil, err
	}
	config.ConnConfig = server.Config()
	config.MaxConns = 1
	return pgxpool.NewWithConfig(ctx, config)
}
