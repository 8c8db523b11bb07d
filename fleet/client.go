package fleet

import (
	"database/sql"
	"log/slog"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
)

// NewClient returns a client of the queue that takes no jobs.
func NewClient(pool *sql.DB) (*river.Client[*sql.Tx], error) {
	return river.NewClient(riverdatabasesql.New(pool), &river.Config{Schema: schema, MaxAttempts: maxAttempts, Logger: slog.New(slog.DiscardHandler)})
}
